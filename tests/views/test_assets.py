"""Style and scripts come small and once; what is private or sent in pieces is left as it is."""

import gzip
import mimetypes
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.world import World
from tests.support.people import sign_in_as
from views import assets

STATIC = Path(assets.__file__).parents[1] / "studio" / "static"
STYLE = "css/studio.css"
EVERY_PAGE = ("css/studio.css", "js/page.js", "favicon.svg")
UNPACKED = {"br": brotli.decompress, "gzip": gzip.decompress}


@pytest.fixture
def address(app: Flask) -> str:
    with app.test_request_context():
        return assets.asset_url(STYLE)


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("identity", None),
        ("", None),
    ],
)
def test_a_static_file_is_packed_as_the_browser_takes_it(
    client: FlaskClient, address: str, *, accepted: str, coding: str | None
) -> None:
    answer = client.get(address, headers={"Accept-Encoding": accepted})

    assert answer.status_code == 200
    assert answer.headers.get("Content-Encoding") == coding
    assert answer.headers["Vary"] == "Accept-Encoding"
    body = UNPACKED[coding](answer.data) if coding else answer.data
    assert body == (STATIC / STYLE).read_bytes()


@pytest.mark.parametrize(
    ("name", "kind"), [(STYLE, "text/css"), ("js/page.js", "text/javascript"), ("css/poster-a3.css", "text/css")]
)
def test_a_file_is_of_the_same_kind_on_every_machine(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, *, name: str, kind: str
) -> None:
    monkeypatch.setitem(mimetypes.types_map, ".js", "text/plain")  # as some programs leave it on Windows
    answer = client.get(f"/static/{name}", headers={"Accept-Encoding": "gzip"})
    worth_it = (STATIC / name).stat().st_size > 100  # a line or two would only grow
    assert (answer.mimetype, "Content-Encoding" in answer.headers) == (kind, worth_it)


def test_what_is_fingerprinted_is_kept_for_ever_under_its_own_fingerprint_only(
    client: FlaskClient, address: str
) -> None:
    plain, _, fingerprint = address.partition("?v=")
    assert sha256((STATIC / STYLE).read_bytes()).hexdigest().startswith(fingerprint)

    kept = {asked: client.get(asked).headers["Cache-Control"] for asked in (address, plain, f"{plain}?v=older")}

    assert kept == {
        address: "public, max-age=31536000, immutable",
        plain: "public, max-age=300",
        f"{plain}?v=older": "public, no-cache",
    }


def test_what_the_browser_has_is_not_sent_again(client: FlaskClient, address: str) -> None:
    first = client.get(address, headers={"Accept-Encoding": "gzip"})
    known = {"If-None-Match": first.headers["ETag"]}

    again = client.get(address, headers={"Accept-Encoding": "gzip", **known})
    otherwise = client.get(address, headers={"Accept-Encoding": "br", **known})

    assert (again.status_code, again.data) == (304, b"")
    assert otherwise.status_code == 200


def test_a_static_file_neither_asks_for_a_cookie_nor_sets_one(app: Flask, address: str, world: World) -> None:
    browser = app.test_client()
    sign_in_as(browser, world.worker)

    answer = browser.get(address)

    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers["Vary"]


@pytest.mark.parametrize("name", ["no-such.css", "css", "../app.py", "%2e%2e/app.py", "css/%00", "x" * 300])
def test_what_is_no_static_file_is_not_found(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404


def test_a_file_that_was_changed_has_another_address(app: Flask, tmp_path: Path) -> None:
    app.static_folder = str(tmp_path)
    style = tmp_path / "a.css"
    with app.test_request_context():
        style.write_text("a {}")
        before = assets.asset_url("a.css")
        style.write_text("b {}")
        after = assets.asset_url("a.css")
    assert before != after
    assert app.test_client().get(after).data == b"b {}"


def test_a_page_is_packed_and_an_answer_to_head_is_empty(app: Flask) -> None:
    client = FlaskClient(app, app.response_class)  # the usual one reads every page
    plain = client.get("/setup").data
    page = client.get("/setup", headers={"Accept-Encoding": "gzip, deflate"})
    head = client.head("/setup", headers={"Accept-Encoding": "gzip, deflate"})

    assert page.headers["Content-Encoding"] == "gzip"
    assert len(page.data) < len(plain) / 2
    assert "Accept-Encoding" in page.headers["Vary"]
    assert (head.data, head.headers["Content-Encoding"]) == (b"", "gzip")


def test_no_two_pages_carry_the_same_token(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever could ask for a page again and again and weigh it would guess at a token that is gone by then."""

    def tokens() -> Iterator[str]:
        for second in range(2_000_000_000, 2_000_000_003):
            monkeypatch.setattr("itsdangerous.timed.time.time", lambda second=second: second)
            yield client.get("/setup").text.partition('name="csrf_token" value="')[2].partition('"')[0]

    signatures = {token.rpartition(".")[2] for token in tokens()}

    assert len(signatures) == 3


def test_what_comes_in_pieces_or_can_be_wound_forward_is_left_as_it_is(app: Flask, world: World) -> None:
    browser = app.test_client()
    sign_in_as(browser, world.worker)
    everything = {"Accept-Encoding": "br, gzip"}

    table = browser.get("/archive/export.json", headers=everything)

    assert "Content-Encoding" not in table.headers
    assert table.json == []


def test_all_static_files_together_stay_light() -> None:
    """What one visit could need at most, in bytes over plain HTTP; and what every page needs."""
    weight = {
        path.relative_to(STATIC).as_posix(): len(gzip.compress(path.read_bytes()))
        for path in STATIC.rglob("*")
        if path.suffix in {".css", ".js", ".svg"}
    }
    assert sum(weight.values()) < 120_000
    assert sum(weight[name] for name in EVERY_PAGE) < 40_000
