"""What is sent to each robot, how it is signed, and what its answers mean. Signatures were made with openssl."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import HookKind, HookTopic
from studio.domain.hooks import check_address, check_secret, masked, new_secret, without_token
from studio.hooks.news import Item, News
from studio.hooks.robots import HARMLESS, LIMITS, Answer, Letter, Reply, Target, harmless, judged, letter

AT = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
ADDRESS = "https://robot.example.com/send?access_token=abcdef0123456789"
ITEM = Item(
    topic=HookTopic.FILED,
    key="event-17",
    at=AT,
    label="新提案",
    title="3号地坑盖板翘边绊人",
    url="http://127.0.0.1:8000/proposals/2026-00042",
    note="叶思琪（轧钢A班）",
    number="2026-00042",
)


def news(*items: Item) -> News:
    return News("创新工作室：1 条新消息", items, {told: f"另有 {len(items) - told} 条" for told in range(len(items))})


def sent(kind: HookKind, told: News, secret: str = "", locale: str = "zh_CN") -> Letter:
    return letter(Target(kind, ADDRESS, secret, locale), told, message_id="msg_1", at=AT)


def test_wecom_gets_markdown():
    made = sent(HookKind.WECOM, news(ITEM))
    said = json.loads(made.body)
    assert (made.address, said["msgtype"]) == (ADDRESS, "markdown")
    assert said["markdown"]["content"] == (
        "**创新工作室：1 条新消息**\n\n"
        "新提案 [2026-00042 3号地坑盖板翘边绊人](http://127.0.0.1:8000/proposals/2026-00042)\n> 叶思琪（轧钢A班）"
    )


def test_dingtalk_is_signed_in_the_address():
    # printf '1794790800000\nSECabc' | openssl dgst -sha256 -hmac SECabc -binary | base64
    made = sent(HookKind.DINGTALK, news(ITEM), "SECabc")
    asked = parse_qs(urlsplit(made.address).query)
    assert asked["access_token"] == ["abcdef0123456789"]
    assert asked["timestamp"] == ["1794790800000"]
    assert asked["sign"] == ["fNrhrdDVIgPifElPOFITCFDGWrHGAwTbmH3v10KGFa8="]
    said = json.loads(made.body)
    assert said["markdown"]["title"] == "创新工作室：1 条新消息"
    assert said["at"] == {"isAtAll": False}
    assert sent(HookKind.DINGTALK, news(ITEM)).address == ADDRESS


def test_feishu_is_signed_in_the_body():
    # printf '' | openssl dgst -sha256 -mac HMAC -macopt hexkey:$(printf '1794790800\nabc' | xxd -p) -binary | base64
    said = json.loads(sent(HookKind.FEISHU, news(ITEM), "abc").body)
    assert (said["timestamp"], said["sign"]) == ("1794790800", "ukom77YbchBkgwSdHbtJsgL5X+VgXhViNgMjJl3LNPs=")
    assert said["content"]["post"]["zh_cn"]["content"] == [
        [
            {"tag": "text", "text": "新提案 "},
            {"tag": "a", "text": "2026-00042 3号地坑盖板翘边绊人", "href": ITEM.url},
        ],
        [{"tag": "text", "text": "叶思琪（轧钢A班）"}],
    ]
    plain = json.loads(sent(HookKind.FEISHU, news(ITEM), locale="en").body)
    assert "sign" not in plain
    assert list(plain["content"]["post"]) == ["en_us"]


def test_a_program_gets_signed_json():
    # printf 'msg_1.1794790800.BODY' | openssl dgst -sha256 -mac HMAC -macopt hexkey:… -binary | base64
    key = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
    made = sent(HookKind.SIGNED, news(replace(ITEM, title="a", note="", label="b")), key)
    assert made.headers == {
        "Content-Type": "application/json",
        "webhook-id": "msg_1",
        "webhook-timestamp": "1794790800",
        "webhook-signature": "v1,u+fjUrkxytPMnSIpN9hNoLpNteQ8PjPUtwY316v9jnY=",
    }
    said = json.loads(made.body)
    assert said["type"] == "innovation_studio.news"
    assert said["data"]["items"] == [
        {
            "id": "event-17",
            "topic": "filed",
            "at": "2026-11-16T01:00:00Z",
            "label": "b",
            "number": "2026-00042",
            "title": "a",
            "note": None,
            "url": ITEM.url,
        }
    ]


def test_a_new_secret_is_256_bits():
    assert len(base64.b64decode(new_secret().removeprefix("whsec_"))) == 32
    assert new_secret() != new_secret()


@given(st.text())
def test_no_title_has_power(title: str):
    tamed = harmless(title)
    assert not set(tamed) & {chr(sign) for sign in HARMLESS}
    assert "://" not in tamed
    assert "\n" not in tamed


@pytest.mark.parametrize("kind", [HookKind.WECOM, HookKind.DINGTALK, HookKind.FEISHU])
@pytest.mark.parametrize(
    "title", ["@all 看这里", '<at user_id="all">所有人</at>', "<@all>", "[点我](http://evil.example)", "![x](//y)"]
)
def test_a_title_calls_nobody_and_leads_nowhere(kind: HookKind, title: str):
    body = sent(kind, news(replace(ITEM, title=title, note=title))).body.decode()
    for bad in ("@all", "<at", "<@", "http://evil", "](http://evil", "![", "](//"):
        assert bad not in body


@pytest.mark.parametrize("kind", LIMITS)
@given(st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=50))
def test_a_message_is_never_larger_than_its_robot_takes(kind: HookKind, titles: list[str]):
    items = [replace(ITEM, title=title, note=title) for title in titles]
    body = sent(kind, news(*items)).body
    said = json.loads(body)
    text = said["markdown"]["content"] if kind is HookKind.WECOM else body.decode()
    assert len(text.encode()) <= LIMITS[kind] + (0 if kind is HookKind.WECOM else 500)


def test_what_does_not_fit_is_counted():
    items = [replace(ITEM, title="长" * 60, note="班" * 60)] * 50
    text = json.loads(sent(HookKind.WECOM, news(*items)).body)["markdown"]["content"]
    told = text.count("[2026-00042")
    assert 5 < told < 50
    assert text.endswith(f"另有 {50 - told} 条")


@pytest.mark.parametrize(
    ("kind", "status", "body", "answer"),
    [
        (HookKind.WECOM, 200, '{"errcode":0,"errmsg":"ok"}', Answer.SENT),
        (HookKind.WECOM, 200, '{"errcode":45009,"errmsg":"api freq out of limit"}', Answer.POSTPONED),
        (HookKind.WECOM, 200, '{"errcode":93000,"errmsg":"invalid webhook url"}', Answer.REFUSED),
        (HookKind.DINGTALK, 200, '{"errcode":310000,"errmsg":"sign not match"}', Answer.REFUSED),
        (HookKind.DINGTALK, 200, '{"errcode":130101,"errmsg":"send too fast"}', Answer.POSTPONED),
        (HookKind.FEISHU, 200, '{"code":0,"msg":"success","StatusCode":0}', Answer.SENT),
        (HookKind.FEISHU, 200, '{"code":19021,"msg":"sign match fail"}', Answer.REFUSED),
        (HookKind.FEISHU, 200, '{"code":11232,"msg":"frequency limited"}', Answer.POSTPONED),
        (HookKind.FEISHU, 200, "<html>please sign in</html>", Answer.POSTPONED),
        (HookKind.WECOM, 200, "[]", Answer.POSTPONED),
        (HookKind.WECOM, 200, "{}", Answer.POSTPONED),
        (HookKind.SIGNED, 204, "", Answer.SENT),
        (HookKind.SIGNED, 200, "anything", Answer.SENT),
        (HookKind.SIGNED, 429, "", Answer.POSTPONED),
        (HookKind.SIGNED, 500, "", Answer.POSTPONED),
        (HookKind.SIGNED, 302, "", Answer.POSTPONED),
        (HookKind.SIGNED, 404, "nobody here", Answer.REFUSED),
        (HookKind.SIGNED, 410, "", Answer.REFUSED),
    ],
)
def test_answers_mean(kind: HookKind, status: int, body: str, answer: Answer):
    assert judged(kind, Reply(status, body.encode())).answer is answer


@given(st.sampled_from(HookKind), st.integers(100, 599), st.binary(max_size=50))
def test_no_answer_is_too_strange(kind: HookKind, status: int, body: bytes):
    assert judged(kind, Reply(status, body)).answer in Answer


@pytest.mark.parametrize(
    "address",
    ["", "ftp://x/y", "https://", "http://name:word@x/", "https://x:0/", "https://x:99999/", "http://[::1", "//x/y",
     "https://x/ y", "https://x/\ny", "https://例/", "file:///etc/passwd", "javascript:alert(1)",
     "https://x/" + "a" * 1000],
)  # fmt: skip
def test_what_is_no_address(address: str):
    assert check_address(address)


def test_addresses_and_secrets():
    assert check_address("http://10.0.0.7:8080/hook") == []
    assert check_secret("") == check_secret("SECabc-_0") == []
    assert check_secret("a b")
    assert check_secret("密钥")


def test_what_lets_in_is_shown_and_told_to_nobody():
    assert masked(ADDRESS) == "robot.example.com …6789"
    assert masked("http://10.0.0.7:8080/hook") == "10.0.0.7:8080"
    told = without_token(f"no {ADDRESS} nor abcdef0123456789", ADDRESS)
    assert "abcdef0123456789" not in told
    target = Target(HookKind.WECOM, ADDRESS, "SECabc", "en")
    assert "abcdef" not in f"{target!r}{sent(HookKind.WECOM, news(ITEM))!r}"
    assert "SECabc" not in repr(target)
