"""The digest as a mail: plain text that stands alone, HTML with its style inside, a way out."""

import html5lib
import pytest
from sqlalchemy import select

from models import OutgoingMail, Preferences
from studio.mail import digest as mail
from studio.mail import links
from studio.mail.messages import Circular
from studio.mail.rendering import message_id, render
from studio.operations import digest
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.digest import FIRST_OF_NOVEMBER, OCTOBER, filed, october
from tests.factories.mails import words_of

pytestmark = on_both_databases


@pytest.fixture
def words(session, world, settings):
    october(session, world)
    edition = digest.edition_of(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings)
    return lambda person: render(mail.message(edition, person), settings)


def test_the_subject_is_the_headline(words, world):
    assert words(world.worker).subject == "October 2026: 一个人就能装，老王说他可以歇会儿了。"


def test_the_plain_text_says_everything_that_the_html_says(words, world):
    for person in (world.worker, world.lead, world.leader):
        plain, html = words(person).text, words(person).html
        for part in ("一个人就能装", "储气罐浮球排水改零气耗电子阀", "锁具去年刚换", "/digest/leave/"):
            assert (part in plain) == (part in html)
    for part in ("一个人就能装", "储气罐浮球排水改零气耗电子阀", "锁具去年刚换"):
        assert part in words(world.worker).text
    for said in (words(world.leader).text, words(world.leader).html):
        assert f"/digest/2026-10/script?unit={world.leader.unit.code}" in said


def test_the_style_is_inside_and_nothing_is_fetched(words, world):
    html = words(world.lead).html
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    buttons = [a for a in tree.iter("a") if a.get("class") == "button"]
    assert "background: #0c4a8a" in (buttons[0].get("style") or "")
    assert list(tree.iter("img")) == list(tree.iter("link")) == list(tree.iter("script")) == []
    assert "@media" in html


def test_it_can_be_left_from_the_mail_program(session, world, settings):
    october(session, world)
    digest.send(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings)
    stored = session.scalars(select(OutgoingMail).where(OutgoingMail.person_id == world.worker.id)).one()
    headers = words_of(stored).headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = headers["List-Unsubscribe"].strip("<>")
    token = address.rpartition("/")[2]
    assert links.read_leave_token(settings, token) == (world.worker.id, Circular.DIGEST)


def test_the_message_id_is_the_same_every_time_and_another_for_everybody_else(session, world, settings):
    october(session, world)
    digest.send(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings)
    ids = {mail.once: mail.message_id for mail in session.scalars(select(OutgoingMail))}
    assert len(set(ids.values())) == len(ids)
    assert all(message_id(str(once), settings) == known for once, known in ids.items())


def test_script_in_a_title_stays_text(session, world, settings):
    filed(session, world, "<script>alert(1)</script>\r\nBcc: x@example.com", author=world.mate)
    edition = digest.edition_of(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings)
    html = render(mail.message(edition, world.mate), settings).html
    assert "<script" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_it_is_written_in_the_reader_s_language(session, words, world, locale):
    with writing(session):
        world.worker.preferences = Preferences(locale=locale)
    html = words(world.worker).html
    assert f'<html lang="{"en" if locale == "en" else "zh"}' in html
    assert ("2026年10月" in html) == (locale == "zh_CN")
