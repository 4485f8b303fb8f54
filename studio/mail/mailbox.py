"""The mailbox where returned mails arrive, read over IMAP (RFC 3501)."""

import imaplib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

from studio.mail.bounces import LARGEST
from studio.mail.trust import trusted
from studio.settings import Settings

TIMEOUT_SECONDS = 30
MOST_AT_ONCE = 200
DEFAULT_PORTS = {"imap": 143, "imaps": 993}
REPORTS = "(UNSEEN HEADER Content-Type report)"
"""Only these are ever opened: letters of people in the same mailbox stay as they are, unread."""


class MailboxTrouble(Exception):  # noqa: N818 - reads as a sentence at the raise
    """The mailbox cannot be opened or read; the message says why."""


def unread_reports(settings: Settings, *, timeout: float = TIMEOUT_SECONDS) -> Iterator[bytes]:
    """Yield the delivery reports that nobody has read, and mark each as read once it has been dealt with.

    Whoever dies over one finds it again. Raises MailboxTrouble.
    """
    with _opened(settings, timeout) as mailbox:
        found = _said(mailbox.uid("SEARCH", REPORTS))
        for uid in found.decode("ascii").split()[:MOST_AT_ONCE]:
            if _size(mailbox, uid) <= LARGEST:
                yield _message(mailbox, uid)
            mailbox.uid("STORE", uid, r"+FLAGS.SILENT (\Seen)")


def trouble(settings: Settings, *, timeout: float = TIMEOUT_SECONDS) -> str:
    """Return why the mailbox cannot be opened; empty if it can. Changes nothing."""
    try:
        with _opened(settings, timeout):
            return ""
    except MailboxTrouble as error:
        return str(error)


@contextmanager
def _opened(settings: Settings, timeout: float) -> Iterator[imaplib.IMAP4]:
    try:
        with _connected(settings, timeout) as mailbox:
            url = urlsplit(settings.bounces_url)
            mailbox.login(unquote(url.username or ""), unquote(url.password or ""))
            folder = unquote(url.path.strip("/")) or "INBOX"
            answer, words = mailbox.select(f'"{folder}"')
            if answer != "OK":
                raise MailboxTrouble(f"{folder}: {_words(words[0])}")
            yield mailbox
    except imaplib.IMAP4.error as error:
        raise MailboxTrouble(_words(error.args[0] if error.args else error)) from error
    except OSError as error:
        raise MailboxTrouble(str(error)) from error


def _connected(settings: Settings, timeout: float) -> imaplib.IMAP4:
    url = urlsplit(settings.bounces_url)
    host, port = url.hostname or "localhost", url.port or DEFAULT_PORTS[url.scheme]
    if url.scheme == "imap":
        return imaplib.IMAP4(host, port, timeout)
    return imaplib.IMAP4_SSL(host, port, ssl_context=trusted(settings.smtp_ca_file), timeout=timeout)


def _said(answer: tuple[str, list[object]]) -> bytes:
    status, words = answer
    if status != "OK":
        raise imaplib.IMAP4.error(_words(words[0] if words else status))
    return words[0] if words and isinstance(words[0], bytes) else b""


def _size(mailbox: imaplib.IMAP4, uid: str) -> int:
    found = re.search(rb"RFC822\.SIZE (\d+)", _said(mailbox.uid("FETCH", uid, "(RFC822.SIZE)")))
    return int(found[1]) if found else LARGEST + 1


def _message(mailbox: imaplib.IMAP4, uid: str) -> bytes:
    _, parts = mailbox.uid("FETCH", uid, "(BODY.PEEK[])")
    return next((part[1] for part in parts if isinstance(part, tuple)), b"")


def _words(said: object) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
