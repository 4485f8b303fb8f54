"""Every setting: its name, default, meaning and check. Nothing else in the house reads the environment.

A setting ``smtp_url`` is read from ``STUDIO_SMTP_URL``; a secret may lie in a file named by ``STUDIO_SMTP_URL_FILE``.
"""

import secrets
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import time
from email.utils import parseaddr
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LOCALES = ("zh_CN", "en")
SEARCH_ENGINES = ("whoosh", "postgresql")
POSTGRESQL_SCHEMES = ("postgresql+psycopg", "postgresql")
DEMO_PASSWORD = "jiangzhou-2026"  # noqa: S105 - everybody may know it: it opens the sample factory only
DEMO_PIN = "7049"
"""At a terminal of the sample factory, for those who are named as people to sign in as."""
LEAST_READING_MEMORY = 128 * 1024**2
"""With less, in bytes, hardly any document could be read."""
MAIL_SCHEMES = ("smtp", "smtp+starttls", "smtps")
MAILBOX_SCHEMES = ("imap", "imaps")


class SettingError(ValueError):
    """A setting has a value that cannot work; the message names it and says what would."""


def _setting(default: Any, meaning: str, *, secret: bool = False) -> Any:  # noqa: ANN401 - a dataclass field of any type
    return field(default=default, metadata={"meaning": meaning, "secret": secret})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The whole configuration. Sizes are in bytes, durations in the unit their name ends with."""

    data: Path = _setting(Path("instance"), "directory for the database, the index, uploads and the secret key")
    database_url: str = _setting("", "SQLAlchemy address; empty: SQLite in the data directory", secret=True)
    search: str = _setting(
        "whoosh", "search engine: whoosh (embedded), or postgresql (in the database, for many machines)"
    )
    secret_key: str = _setting(
        "", "signs cookies and links; empty: made once and kept in the data directory", secret=True
    )
    base_url: str = _setting(
        "http://127.0.0.1:8000",
        "address people reach the site at; used in mails and QR codes. Filing without a network needs https",
    )
    trusted_proxies: int = _setting(0, "number of reverse proxies in front whose X-Forwarded headers are believed")
    cookie_secure: bool = _setting(default=False, meaning="send cookies over HTTPS only; switch on behind TLS")
    smtp_url: str = _setting(
        "",
        "mail relay, as smtp://host:25, smtp+starttls://name:word@host:587 or smtps://host:465; empty: mails wait",
        secret=True,
    )
    smtp_ca_file: str = _setting(
        "", "PEM file with the certificates that vouch for the relay; empty: those this machine trusts"
    )
    smtp_hostname: str = _setting(
        "", "name in the relay's certificate, where it is not the address in STUDIO_SMTP_URL; it is still checked"
    )
    smtp_helo: str = _setting("", "how we greet the relay (EHLO); empty: the name of this machine")
    mail_from: str = _setting("创新工作室 <studio@localhost>", "sender of every mail")
    mail_reply_to: str = _setting("", "where replies to a mail go, and who reads them; empty: nobody reads them")
    notice_gap_minutes: int = _setting(
        15, "minutes in which one proposal mails a person once; what happens meanwhile goes together"
    )
    notice_daily_at: str = _setting("07:30", "when the mail of the day leaves, in the site's time zone")
    mail_days: int = _setting(90, "days after which what a mail said is forgotten; that it was sent is kept")
    bounces_to: str = _setting("", "address that mails come back to which cannot be delivered; empty: the sender's")
    bounces_url: str = _setting(
        "",
        "mailbox where they arrive, as imaps://name:word@host/INBOX; empty: none is read, see `studio outbox bounce`",
        secret=True,
    )
    locale: str = _setting("zh_CN", "language of people who have chosen none: zh_CN or en")
    timezone: str = _setting("Asia/Shanghai", "IANA name of the site's time zone")
    log_format: str = _setting("text", "text or json, one line an event")
    session_hours: int = _setting(12, "hours after which an idle person must sign in again")
    sign_in_tries_per_account: int = _setting(
        8, "wrong passwords for one staff number in 15 minutes before it must wait"
    )
    sign_in_tries_per_address: int = _setting(60, "the same for one network address")
    kiosk_idle_seconds: int = _setting(
        60,
        "seconds without a touch after which a shared terminal signs out; the last 15 count down in sight",
    )
    kiosk_tries: int = _setting(30, "wrong PINs at one shared terminal in 15 minutes before it must wait")
    api_requests_per_minute: int = _setting(600, "requests of one API token that a web process answers in a minute")
    image_limit: int = _setting(20 * 1024**2, "largest photo accepted, in bytes")
    document_limit: int = _setting(20 * 1024**2, "largest document accepted, in bytes")
    recording_limit: int = _setting(50 * 1024**2, "largest voice note or video accepted, in bytes")
    request_limit: int = _setting(120 * 1024**2, "largest request accepted, in bytes")
    attachments_per_proposal: int = _setting(12, "most files one proposal may carry")
    reading_limit: int = _setting(20 * 1024**2, "largest document whose text is read for the search, in bytes")
    reading_seconds: int = _setting(20, "seconds that reading the text of one document may take")
    reading_memory: int = _setting(
        512 * 1024**2, "memory that reading documents may take, in bytes; Windows has no such limit"
    )
    digest_day: int = _setting(
        3, "day of the month on which last month's digest goes out; a coordinator may set another in the app"
    )
    digest_hour: int = _setting(8, "hour of that day, in the site's time zone")
    metrics_token: str = _setting(
        "", "lets other machines read /metrics with Authorization: Bearer; empty: this machine only", secret=True
    )
    demo: bool = _setting(
        default=False, meaning="show who can sign in on the sign-in page, and /styleguide; for the sample factory only"
    )

    def __post_init__(self) -> None:
        """Raise SettingError for a value that cannot work."""
        _one_of("STUDIO_SEARCH", self.search, SEARCH_ENGINES)
        if self.search == "postgresql" and urlsplit(self.database_url).scheme not in POSTGRESQL_SCHEMES:
            raise SettingError("STUDIO_SEARCH=postgresql needs STUDIO_DATABASE_URL to be postgresql+psycopg://…")
        _one_of("STUDIO_LOCALE", self.locale, LOCALES)
        _one_of("STUDIO_LOG_FORMAT", self.log_format, ("text", "json"))
        if self.smtp_url:
            _one_of("STUDIO_SMTP_URL", urlsplit(self.smtp_url).scheme, MAIL_SCHEMES)
        if self.bounces_url:
            _one_of("STUDIO_BOUNCES_URL", urlsplit(self.bounces_url).scheme, MAILBOX_SCHEMES)
        _certificates("STUDIO_SMTP_CA_FILE", self.smtp_ca_file)
        _one_word("STUDIO_SMTP_HOSTNAME", self.smtp_hostname)
        _one_word("STUDIO_SMTP_HELO", self.smtp_helo)
        _mail_address("STUDIO_MAIL_FROM", self.mail_from)
        if self.bounces_to:
            _mail_address("STUDIO_BOUNCES_TO", f"<{self.bounces_to}>")
        _within("STUDIO_MAIL_DAYS", self.mail_days, 1, 3650)
        _within("STUDIO_DIGEST_DAY", self.digest_day, 1, 28)
        _within("STUDIO_DIGEST_HOUR", self.digest_hour, 0, 23)
        _within("STUDIO_NOTICE_GAP_MINUTES", self.notice_gap_minutes, 0, 24 * 60)
        _time_of_day("STUDIO_NOTICE_DAILY_AT", self.notice_daily_at)
        if self.mail_reply_to:
            _mail_address("STUDIO_MAIL_REPLY_TO", self.mail_reply_to)
        _within("STUDIO_KIOSK_IDLE_SECONDS", self.kiosk_idle_seconds, 20, 600)
        _within("STUDIO_KIOSK_TRIES", self.kiosk_tries, 5, 1000)
        _within("STUDIO_SESSION_HOURS", self.session_hours, 1, 24 * 31)
        _within("STUDIO_READING_SECONDS", self.reading_seconds, 1, 600)
        _within("STUDIO_READING_MEMORY", self.reading_memory, LEAST_READING_MEMORY, 2**40)
        if urlsplit(self.base_url).scheme not in {"http", "https"}:
            raise SettingError(f"STUDIO_BASE_URL must start with http:// or https://, not {self.base_url!r}")
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise SettingError(f"STUDIO_TIMEZONE is no known time zone: {self.timezone!r}") from error

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def daily_notice_time(self) -> time:
        """When the mail of the day leaves, at the site."""
        return time.fromisoformat(self.notice_daily_at)

    @property
    def sqlalchemy_url(self) -> str:
        """The database address, with the default filled in."""
        return self.database_url or f"sqlite:///{(self.data / 'studio.sqlite').resolve()}"

    @property
    def index_path(self) -> Path:
        """Where the embedded search index lies."""
        return self.data / "index"

    def key(self) -> str:
        """Return the signing key; on first use make one and keep it readable by its owner only."""
        return self.secret_key or _kept_key(self.data)


@cache
def _kept_key(data: Path) -> str:
    path = data / "secret-key"
    data.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="ascii") as created:
            path.chmod(0o600)
            created.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text(encoding="ascii")


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise SettingError(f"{name} must be one of {', '.join(allowed)}, not {value!r}")


def _within(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise SettingError(f"{name} must be from {low} to {high}, not {value}")


def _time_of_day(name: str, value: str) -> None:
    try:
        time.fromisoformat(value)
    except ValueError as error:
        raise SettingError(f"{name} must be a time of day such as 07:30, not {value!r}") from error


def _certificates(name: str, path: str) -> None:
    if not path:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except OSError as error:
        why = "holds no certificate in PEM form" if isinstance(error, ssl.SSLError) else error.strerror
        raise SettingError(f"{name}: {path} cannot be used: {why}") from error


def _one_word(name: str, value: str) -> None:
    if not value.isascii() or any(sign.isspace() for sign in value):
        raise SettingError(f"{name} must be a plain host name, not {value!r}")


def _mail_address(name: str, value: str) -> None:
    address = parseaddr(value)[1]
    local, _, domain = address.rpartition("@")
    if not (local and domain and address.isascii() and address.isprintable() and " " not in address):
        raise SettingError(f"{name} must hold an address such as studio@example.com, not {value!r}")


def environment_name(setting: str) -> str:
    """Return the environment variable of a setting: ``smtp_url`` -> ``STUDIO_SMTP_URL``."""
    return f"STUDIO_{setting.upper()}"


def from_environment(environ: Mapping[str, str]) -> Settings:
    """Read all settings from ``environ``. Raises SettingError naming the variable that is wrong."""
    values: dict[str, Any] = {}
    for setting in fields(Settings):
        name = environment_name(setting.name)
        text = environ.get(name)
        if f"{name}_FILE" in environ:
            text = Path(environ[f"{name}_FILE"]).read_text(encoding="utf-8").strip()
        if text is not None:
            values[setting.name] = _parse(name, text, type(setting.default))
    return Settings(**values)


def _parse(name: str, text: str, kind: type) -> Any:  # noqa: ANN401 - the type is that of the setting
    if kind is bool:
        _one_of(name, text.lower(), ("0", "1", "true", "false", "yes", "no"))
        return text.lower() in {"1", "true", "yes"}
    if kind is int:
        try:
            return int(text)
        except ValueError as error:
            raise SettingError(f"{name} must be a whole number, not {text!r}") from error
    return Path(text) if issubclass(kind, Path) else text
