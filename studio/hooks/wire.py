"""Posting a message. Whatever is at the other end, it takes no longer than ``LONGEST_SECONDS``.

Redirects are not followed, certificates are checked, and a proxy is used where ``HTTPS_PROXY`` names one: robots live
on the Internet and factories do not.
"""

import ssl
from collections.abc import Mapping
from email.message import Message
from http.client import HTTPException
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from models import HookKind
from studio import __version__
from studio.domain.hooks import without_token
from studio.hooks.robots import Answer, Letter, Reply, Result, judged
from studio.mail.rendering import one_line

SILENCE_SECONDS = 10.0
"""How long each step may take."""
LONGEST_SECONDS = 20.0
"""How long it may take in all; somebody could send one byte every nine seconds."""
MOST_READ = 64 * 1024


class _Stays(HTTPRedirectHandler):
    """Goes nowhere else: a message and its signature are for one address."""

    def redirect_request(  # noqa: PLR0917 - the base class fixes the signature
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        """Follow nobody."""


def send(kind: HookKind, letter: Letter, *, patience: float = LONGEST_SECONDS) -> Result:
    """Post a message and say what became of it. Never raises for what a server or a network may do."""
    results: SimpleQueue[Result] = SimpleQueue()
    Thread(target=lambda: results.put(_sent(kind, letter, patience)), daemon=True, name="hook").start()
    try:
        result = results.get(timeout=patience)
    except Empty:
        result = Result(Answer.POSTPONED, f"no whole answer within {patience:g} seconds")
    return Result(result.answer, without_token(result.error, letter.address))


def _sent(kind: HookKind, letter: Letter, patience: float) -> Result:
    try:
        return judged(kind, _posted(letter, min(patience, SILENCE_SECONDS)))
    except (OSError, HTTPException, ValueError) as error:
        return Result(Answer.POSTPONED, _words(error))


def _posted(letter: Letter, timeout: float) -> Reply:
    opener = build_opener(_Stays, HTTPSHandler(context=ssl.create_default_context()))
    opener.addheaders = [("User-Agent", f"InnovationStudio/{__version__}")]
    # Only http and https get here; ``studio.domain.hooks`` has checked the address.
    request = Request(letter.address, data=letter.body, headers=_headers(letter.headers), method="POST")  # noqa: S310
    try:
        with opener.open(request, timeout=timeout) as answer:
            return Reply(answer.status, answer.read(MOST_READ))
    except HTTPError as refusal:
        with refusal:
            return Reply(refusal.code, refusal.read(MOST_READ))


def _headers(own: Mapping[str, str]) -> dict[str, str]:
    return {"Accept": "application/json", **own}


def _words(error: Exception) -> str:
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({one_line(reason.verify_message)})"
    if isinstance(reason, TimeoutError):
        return "it did not answer in time"
    return one_line(str(reason)) or type(reason).__name__
