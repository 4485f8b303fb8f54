"""Feeds: valid Atom, exactly what their owner may see now, nothing for anybody else."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models import Person, Preferences
from search_index.sync import sync
from studio.operations import accounts
from studio.services import Services
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories import stories
from tests.factories.world import World
from tests.support.forms import forms_of
from tests.support.pages import PageClient, parse
from tests.support.people import sign_in_as
from tests.support.statements import listening

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def reader(app: Flask) -> FlaskClient:
    """A feed reader: no cookies."""
    app.test_client_class = PageClient
    return app.test_client()


def address_of(app: Flask, person: Person, query: str = "") -> str:
    """Return the path of a search's feed, as its owner's page names it."""
    browser = app.test_client()
    sign_in_as(browser, person)
    page = parse(browser.get(f"/archive?{query}").text)
    link = next(one for one in page.iter("link") if one.get("rel") == "alternate")
    assert link.get("type") == "application/atom+xml"
    parts = urlsplit(str(link.get("href")))
    return f"{parts.path}?{parts.query}"


@pytest.fixture
def owner(session: Session, world: World) -> Person:
    with writing(session):
        accounts.make_feed(world.mate, actor=world.mate)
    return world.mate


def entries(feed: str) -> list[Element]:
    return list(fromstring(feed.encode()).iter(f"{ATOM}entry"))


def said(entry: Element, name: str) -> str:
    found = entry.find(f"{ATOM}{name.replace('/', '/' + ATOM)}")
    assert found is not None, name
    return found.text or ""


@on_both_databases
def test_it_is_an_atom_feed(session: Session, app: Flask, world: World, owner: Person, reader: FlaskClient):
    address = address_of(app, owner, "q=天车")
    odd = "<b>天车</b> & ]]> \x0b吊钩"
    made = stories.filed(session, world, title=odd, problem="漏\x01油 <script>")
    answer = reader.get(address)
    assert answer.status_code == 200
    assert answer.content_type.startswith("application/atom+xml")
    feed = fromstring(answer.data)
    assert feed.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated", "author/name"):
        assert said(feed, name)
    links = {one.get("rel"): one.get("href") for one in feed.findall(f"{ATOM}link")}
    assert str(links["alternate"]).endswith("/archive?q=%E5%A4%A9%E8%BD%A6&sort=newest")
    (entry,) = entries(answer.text)
    assert said(entry, "id").startswith("tag:")
    assert said(entry, "id").endswith(str(made.number))
    assert said(entry, "title") == "<b>天车</b> & ]]> 吊钩"
    assert said(entry, "author/name") == "Person 000101"
    for name in ("updated", "published"):
        assert datetime.fromisoformat(said(entry, name)).tzinfo is not None
    assert len({said(one, "id") for one in entries(answer.text)}) == 1


@on_both_databases
def test_it_shows_what_its_owner_may_see_now(
    session: Session, app: Flask, world: World, services: Services, owner: Person, reader: FlaskClient
):
    open_one = stories.filed(session, world, title="天车一")
    stories.filed(session, world, title="天车二", confidential=True)
    sync(session, services.search)
    address = address_of(app, owner, "q=天车")
    assert [said(one, "title") for one in entries(reader.get(address).text)] == ["天车一"]
    with writing(session):
        open_one.confidential = True
    assert entries(reader.get(address).text) == []


def test_who_wishes_to_stay_unnamed_is_not_named(
    session: Session, app: Flask, world: World, owner: Person, reader: FlaskClient
):
    stories.filed(session, world, title="匿名的天车", anonymous=True, author=world.worker)
    with writing(session):
        accounts.make_feed(world.stranger, actor=world.stranger)
    (entry,) = entries(reader.get(address_of(app, world.stranger)).text)
    assert said(entry, "author/name") == "The author"
    assert "000101" not in reader.get(address_of(app, world.stranger)).text


@on_both_databases
def test_nothing_changed_is_told_in_no_words(
    session: Session, app: Flask, world: World, services: Services, owner: Person, reader: FlaskClient
):
    proposal = stories.filed(session, world, title="天车")
    address = address_of(app, owner)
    first = reader.get(address)
    assert first.headers["Cache-Control"] == "private, no-cache"
    for headers in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-None-Match": first.headers["ETag"], "Accept-Encoding": "br, gzip"},
        {"If-Modified-Since": first.headers["Last-Modified"]},
    ):
        again = reader.get(address, headers=headers)
        assert (again.status_code, again.data) == (304, b"")
    stories.decided(session, world, proposal)
    later = reader.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert later.status_code == 200
    (entry,) = entries(later.text)
    assert datetime.fromisoformat(said(entry, "updated")) == world.at + timedelta(days=1)


@on_both_databases
def test_another_address_ends_the_old_one(session: Session, app: Flask, world: World, reader: FlaskClient):
    browser = app.test_client()
    sign_in_as(browser, world.mate)

    def press(act: str) -> str:
        forms = [one for one in forms_of(browser.get("/account").text, "/account") if one.action == "/account/feed"]
        assert browser.post("/account/feed", data=forms[0].data(forms[0].button(act))).status_code == 302
        return browser.get("/account").text

    press("new")
    first = address_of(app, world.mate)
    assert reader.get(first).status_code == 200
    press("new")
    second = address_of(app, world.mate)
    assert [reader.get(one).status_code for one in (first, second)] == [404, 200]
    assert "/feeds/" not in press("stop")
    assert reader.get(second).status_code == 404
    assert 'rel="alternate"' not in browser.get("/archive").text


def test_who_has_left_reads_no_more(session: Session, app: Flask, world: World, owner: Person, reader: FlaskClient):
    address = address_of(app, owner)
    with writing(session):
        owner.active = False
    assert reader.get(address).status_code == 404


def test_signing_out_everywhere_ends_the_address(
    session: Session, app: Flask, world: World, owner: Person, reader: FlaskClient
):
    address = address_of(app, owner)
    assert reader.get(address).status_code == 200
    with writing(session):
        accounts.sign_out_everywhere(session, owner, actor=owner, at=world.at)
    assert reader.get(address).status_code == 404


def test_a_forged_token_leads_nowhere(session: Session, app: Flask, world: World, owner: Person, reader: FlaskClient):
    address = address_of(app, owner)
    token = urlsplit(address).path.rpartition("/")[2]
    for forged in (token[:-1], token.swapcase(), "forged", "WzEsbnVsbF0", "x" * 5000, "%00"):
        assert reader.get(f"/feeds/{forged}").status_code == 404
    assert reader.get("/archive").status_code == 302  # and a good one opens nothing else
    assert reader.post(address).status_code == 405


def test_two_people_read_different_things_under_one_question(
    session: Session, app: Flask, world: World, owner: Person, reader: FlaskClient
):
    stories.filed(session, world, title="天车密件", confidential=True)
    with writing(session):
        accounts.make_feed(world.worker, actor=world.worker)
    read = [len(entries(reader.get(address_of(app, one)).text)) for one in (world.worker, owner)]
    assert read == [1, 0]


def test_it_speaks_its_owners_language(session: Session, app: Flask, world: World, owner: Person, reader: FlaskClient):
    stories.filed(session, world, title="天车")
    address = address_of(app, owner)
    with writing(session):
        owner.preferences = Preferences(locale="zh_CN")
    feed = reader.get(address, headers={"Accept-Language": "en"}).text
    assert 'xml:lang="zh-CN"' in feed
    assert "叶思琪" in feed


def test_who_asks_all_the_time_is_sent_away(app: Flask, world: World, owner: Person, reader: FlaskClient):
    address = address_of(app, owner)
    statuses = {reader.get(address).status_code for _ in range(62)}
    assert statuses == {200, 429}


def test_a_feed_costs_the_same_with_one_and_three(
    session: Session, app: Flask, world: World, services: Services, owner: Person, reader: FlaskClient
):
    address = address_of(app, owner)
    counts = []
    for more in (1, 2):
        for _ in range(more):
            stories.filed(session, world)
        sync(session, services.search)
        reader.get(address)
        with listening() as heard:
            reader.get(address)
        counts.append(heard.count)
    assert counts[0] == counts[1]
