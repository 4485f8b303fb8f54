"""A real IMAP server (Dovecot) on this machine with one mailbox, and nothing in it yet."""

import imaplib
import os
import shutil
import signal
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from getpass import getuser
from pathlib import Path

from tests.support.relay import Certificate, free_port

WORD = "half&half"
CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
auth_failure_delay = 0
ssl = required
ssl_cert = <{certificate.path}
ssl_key = <{certificate.key}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{folder}/home/Maildir
passdb {{
  driver = static
  args = password={word}
}}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={folder}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""
UNPRIVILEGED = """
default_internal_user = {owner}
default_login_user = {owner}
default_internal_group = {group}
"""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where it is, and what a test does to it from outside."""

    port: int
    certificate: Certificate

    @property
    def url(self) -> str:
        return f"imaps://studio:half%26half@127.0.0.1:{self.port}/INBOX"

    def put(self, message: bytes) -> None:
        with self.opened() as connection:
            assert connection.append("INBOX", "", "", message)[0] == "OK"

    def unread(self) -> int:
        with self.opened() as connection:
            connection.select("INBOX", readonly=True)
            return len(connection.search(None, "UNSEEN")[1][0].split())

    @contextmanager
    def opened(self) -> Iterator[imaplib.IMAP4]:
        context = ssl.create_default_context(cafile=str(self.certificate.path))
        with imaplib.IMAP4_SSL("127.0.0.1", self.port, ssl_context=context) as connection:
            connection.login("studio", WORD)
            yield connection


def program() -> str | None:
    """Return where the server's program is; None if it is not on this machine."""
    return shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")


@contextmanager
def mailbox(certificate: Certificate) -> Iterator[Mailbox]:
    """Run a server for a while. It runs as whoever runs the tests; as root it insists on users of its own."""
    path = program()
    assert path is not None
    folder, port, root = Path(tempfile.mkdtemp()), free_port(), os.geteuid() == 0
    folder.chmod(0o755)
    owner, group = ("nobody", "nogroup") if root else (getuser(), str(os.getgid()))
    facts = {"folder": folder, "certificate": certificate, "port": port, "owner": owner, "group": group, "word": WORD}
    (folder / "run").mkdir()
    (folder / "home").mkdir()
    if root:
        shutil.chown(folder / "home", owner, group)
    text = CONFIGURATION.format(**facts) + ("" if root else UNPRIVILEGED.format(**facts))
    (folder / "conf").write_text(text)
    subprocess.run([path, "-c", folder / "conf"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        made = Mailbox(port, certificate)
        _wait_for(made)
        yield made
    finally:
        os.kill(int((folder / "run" / "master.pid").read_text()), signal.SIGTERM)
        time.sleep(0.2)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(made: Mailbox) -> None:
    for _ in range(50):
        with suppress(OSError), made.opened():
            return
        time.sleep(0.1)
    raise AssertionError("the IMAP server does not answer")
