r"""How each robot wants a message and its signature, and what its answers mean.

* WeCom: Markdown of at most 4,096 bytes; the key in the address lets in. https://developer.work.weixin.qq.com/document/path/91770
* DingTalk: Markdown, 20,000 bytes; signs ``timestamp\nsecret`` (milliseconds) in the address. https://open.dingtalk.com/document/robots/custom-robot-access
* Feishu: lines of text and links, 20 kB; signs nothing with ``timestamp\nsecret`` (seconds) as the key, in the body.
  https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
* A program: JSON, signed as https://www.standardwebhooks.com has it.

The robots take at most 20 messages a minute and answer 200 also when they refuse; the number in the answer counts.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from models import HookKind
from studio.domain.hooks import SECRET_PREFIX
from studio.hooks.news import Item, News
from studio.mail.rendering import one_line

ToldT = TypeVar("ToldT")

LIMITS = {HookKind.WECOM: 4096, HookKind.DINGTALK: 18_000, HookKind.FEISHU: 18_000}
"""Bytes that a message may have; the two larger ones leave room for what is around it."""
NOT_NOW = {
    HookKind.WECOM: frozenset({-1, 45009, 45033}),
    HookKind.DINGTALK: frozenset({-1, 90030, 130101, 410100}),
    HookKind.FEISHU: frozenset({11232, 11233, 99991400}),
}
"""Numbers by which a robot says that it is busy, or was sent too much; any other that is not 0 means never."""
LATER = frozenset({408, 425, 429})
"""The only answers from 400 to 499 after which trying again makes sense."""
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes, free of the database."""

    kind: HookKind
    address: str
    secret: str
    locale: str

    def __repr__(self) -> str:
        """Say nothing that lets anybody in."""
        return f"<Target {self.kind}>"


@dataclass(frozen=True, slots=True)
class Letter:
    """What is posted."""

    address: str
    body: bytes
    headers: Mapping[str, str]

    def __repr__(self) -> str:
        """Say nothing that lets anybody in."""
        return f"<Letter of {len(self.body)} bytes>"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the status and the beginning of the body."""

    status: int
    body: bytes = b""


class Answer(StrEnum):
    """What became of a message."""

    SENT = "sent"
    POSTPONED = "postponed"
    """Not now."""
    REFUSED = "refused"
    """Never: the address, the secret or the message is wrong."""


@dataclass(frozen=True, slots=True)
class Result:
    """An answer and its words."""

    answer: Answer
    error: str = ""


def letter(target: Target, news: News, *, message_id: str, at: datetime) -> Letter:
    """Return the message as its receiver wants it, signed for this moment."""
    return LETTERS[target.kind](target, news, message_id, at)


def _wecom(target: Target, news: News, _message_id: str, _at: datetime) -> Letter:
    return _json(target.address, {"msgtype": "markdown", "markdown": {"content": _markdown(target.kind, news)}})


def _dingtalk(target: Target, news: News, _message_id: str, at: datetime) -> Letter:
    body = {"msgtype": "markdown", "markdown": {"title": news.heading, "text": _markdown(target.kind, news)}}
    body |= {"at": {"isAtAll": False}}
    if not target.secret:
        return _json(target.address, body)
    timestamp = str(int(at.timestamp() * 1000))
    sign = signature(target.secret.encode(), f"{timestamp}\n{target.secret}".encode())
    joint = "&" if urlsplit(target.address).query else "?"
    return _json(f"{target.address}{joint}{urlencode({'timestamp': timestamp, 'sign': sign})}", body)


def _feishu(target: Target, news: News, _message_id: str, at: datetime) -> Letter:
    lines = _fitting(news, _rich_lines, lambda told: len(_dumped(told)), LIMITS[target.kind])
    content = {"zh_cn" if target.locale == "zh_CN" else "en_us": {"title": news.heading, "content": lines}}
    body: dict[str, Any] = {"msg_type": "post", "content": {"post": content}}
    if target.secret:
        timestamp = str(int(at.timestamp()))
        body |= {"timestamp": timestamp, "sign": signature(f"{timestamp}\n{target.secret}".encode(), b"")}
    return _json(target.address, body)


def _signed(target: Target, news: News, message_id: str, at: datetime) -> Letter:
    items = [_plain(item) for item in news.items]
    body = _dumped({"type": "innovation_studio.news", "timestamp": _moment(at), "data": {"items": items}})
    timestamp = str(int(at.timestamp()))
    key = base64.b64decode(target.secret.removeprefix(SECRET_PREFIX))
    sign = signature(key, b".".join((message_id.encode(), timestamp.encode(), body)))
    signed = {"webhook-id": message_id, "webhook-timestamp": timestamp, "webhook-signature": f"v1,{sign}"}
    return Letter(target.address, body, {"Content-Type": "application/json", **signed})


LETTERS: Mapping[HookKind, Callable[[Target, News, str, datetime], Letter]] = {
    HookKind.WECOM: _wecom,
    HookKind.DINGTALK: _dingtalk,
    HookKind.FEISHU: _feishu,
    HookKind.SIGNED: _signed,
}


def signature(key: bytes, text: bytes) -> str:
    """Return the HMAC-SHA256 of a text in base64."""
    return base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode("ascii")


def _json(address: str, body: Mapping[str, Any]) -> Letter:
    return Letter(address, _dumped(body), {"Content-Type": "application/json; charset=utf-8"})


def _dumped(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _plain(item: Item) -> dict[str, str | None]:
    return {
        "id": item.key,
        "topic": item.topic.value if item.topic else None,
        "at": _moment(item.at),
        "label": item.label,
        "number": item.number or None,
        "title": item.title,
        "note": item.note or None,
        "url": item.url,
    }


def _markdown(kind: HookKind, news: News) -> str:
    return _fitting(news, _marked, lambda told: len(told.encode()), LIMITS[kind])


def _marked(news: News, items: Sequence[Item], more: str) -> str:
    """Return Markdown that both robots show: a heading, and paragraphs with a link and a quoted note."""
    paragraphs = [f"**{harmless(news.heading)}**"]
    for item in items:
        link = f"[{harmless(' '.join(filter(None, (item.number, item.title))))}]({item.url})"
        note = f"\n> {harmless(item.note)}" if item.note else ""
        paragraphs.append(f"{harmless(item.label)} {link}{note}")
    return "\n\n".join(filter(None, [*paragraphs, more]))


def _rich_lines(_news: News, items: Sequence[Item], more: str) -> list[list[dict[str, str]]]:
    """Return lines as Feishu has them: each a list of pieces that are text or a link."""
    lines = []
    for item in items:
        title = harmless(" ".join(filter(None, (item.number, item.title))))
        lines.append([_text(f"{item.label} "), {"tag": "a", "text": title, "href": item.url}])
        lines += [[_text(harmless(item.note))]] if item.note else []
    return [*lines, *([[_text(more)]] if more else [])]


def _text(text: str) -> dict[str, str]:
    return {"tag": "text", "text": text}


def _fitting(
    news: News, said: Callable[[News, Sequence[Item], str], ToldT], size: Callable[[ToldT], int], limit: int
) -> ToldT:
    """Return as much as fits, whole facts only; the last line says how many are left out."""
    for count in range(len(news.items), 0, -1):
        told = said(news, news.items[:count], news.more.get(count, ""))
        if size(told) <= limit:
            return told
    return said(news, (), news.more[0])


HARMLESS = str.maketrans("\\`*_~[]<>#|!@&", "＼｀＊＿～［］＜＞＃｜！＠＆")


def harmless(text: str) -> str:
    """Return somebody's words without power: no format, link, picture or call to everybody comes of them.

    The robots know no common way to escape a sign, so signs that mean something become their full-width twins.
    """
    return one_line(text).translate(HARMLESS).replace("://", "：//")


def judged(kind: HookKind, reply: Reply) -> Result:
    """Tell what an answer means."""
    if reply.status in LATER or reply.status >= 500 or 300 <= reply.status < 400:  # noqa: PLR2004 - classes of answers
        return Result(Answer.POSTPONED, f"HTTP {reply.status}{_hint(reply.status)}")
    if not 200 <= reply.status < 300:  # noqa: PLR2004
        return Result(Answer.REFUSED, f"HTTP {reply.status}{_reason(reply.body)}")
    return Result(Answer.SENT) if kind is HookKind.SIGNED else _said_by_robot(kind, reply)


def _hint(status: int) -> str:
    return ": it sends us elsewhere, where we do not follow" if 300 <= status < 400 else ""  # noqa: PLR2004


def _said_by_robot(kind: HookKind, reply: Reply) -> Result:
    try:
        said = json.loads(reply.body)
        number = next(said[name] for name in ("errcode", "code", "StatusCode") if name in said)
    except (ValueError, TypeError, StopIteration):
        return Result(Answer.POSTPONED, "something answers there, but not as a robot does")
    if number == 0:
        return Result(Answer.SENT)
    words = next((said[name] for name in ("errmsg", "msg", "StatusMessage") if said.get(name)), "")
    answer = Answer.POSTPONED if number in NOT_NOW[kind] else Answer.REFUSED
    return Result(answer, one_line(f"{number} {words}")[:LONGEST_REASON])


def _reason(body: bytes) -> str:
    words = one_line(body.decode("utf-8", "replace"))[:LONGEST_REASON]
    return f": {words}" if words else ""
