"""Walk every address as somebody who may not know whose a proposal is, and look for its authors on every page.

The walk follows the URL map, so that a new page cannot forget to hide them.
"""

import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, unquote

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    AttachmentRole,
    Contributor,
    Follower,
    Kind,
    Machine,
    Occasion,
    OutgoingMail,
    Person,
    Proposal,
    Role,
    RoleGrant,
    Story,
    StudioMembership,
    StudioRole,
    Thanks,
    Verb,
)
from search_index import sync
from studio.cli import archive, asking
from studio.cli import digest as digest_cli
from studio.cli import outbox as outbox_cli
from studio.domain.blinding import hides_names
from studio.domain.periods import Month
from studio.extensions import db
from studio.files.uploads import UploadLimits
from studio.operations import (
    api_tokens,
    congress,
    deadlines,
    deciding,
    digest,
    filing,
    implementation,
    opinions,
    preparing,
    reviewing,
    routing,
    thanking,
)
from studio.operations import stories as told
from studio.operations.attachments import attach, prepare_attachment
from studio.operations.deciding import Verdict
from studio.operations.stories import Telling
from studio.queries import try_outs
from studio.services import Services, now
from studio.transactions import writing
from tests.conftest import Clock
from tests.factories import stories
from tests.factories.machines import SHEAR, machine
from tests.factories.mails import words_of
from tests.factories.stories import CALENDAR
from tests.factories.world import World, draft
from tests.files import samples
from tests.support.client import SeparateRequests
from tests.support.people import sign_in_as
from tests.support.telling import waiting_to_leave

FILE = "叶思琪拍的地坑.jpg"
PHONE = "13912345678"
SECRETS = (
    *("叶思琪", "于子豪", "郑铭扬"),
    *(f"{before}{number}" for before in ("", "Person ") for number in ("000101", "000102", "000103")),
    *("ROLL-A", "地坑.jpg", PHONE),
)
"""The authors, who wrote it down for them, their team, a phone, and the file that one of them named after himself."""
NOT_WALKED = {"static", "account.sign_out", "api_lookups.units"}
"""Units stand as such in that list, never beside a proposal."""
READERS = ("lead", "reviewer", "second_reviewer", "other_lead", "stranger", "finance", "neighbour")
MONTH = Month(2026, 11)
DECEMBER = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)


@pytest.fixture
def neighbour(session: Session, world: World) -> Person:
    """A colleague of the same plant: what is near him would tell the unit."""
    made = Person(employee_no="000777", name="孔邻居", unit=world.plant, created_at=world.at, session_stamp="stamp",
                  must_change_password=False)  # fmt: skip
    with writing(session):
        session.add(made)
    return made


def lively(session: Session, world: World, services: Services, **facts: Any) -> Proposal:
    """A proposal with everything that could name its authors: coauthor, phone, file, answer, comment, late answer."""
    shear = session.scalars(select(Machine)).first() or machine(session, world)
    shares = [Contributor(person=world.worker, share=60), Contributor(person=world.mate, share=40)]
    made = draft(session, world, contributors=shares, contact_phone=PHONE, machine=shear, **facts)
    limits = UploadLimits()
    photo = prepare_attachment(io.BytesIO(samples.picture()), FILE, limits=limits, store=services.files, field="before")
    paper = prepare_attachment(
        io.BytesIO(samples.PDF), FILE.replace("jpg", "pdf"), limits=limits, store=services.files, field="files"
    )
    at = world.at
    with writing(session):
        for prepared, role in ((photo, AttachmentRole.BEFORE), (paper, AttachmentRole.DOCUMENT)):
            attach(session, made, prepared, role=role, actor=world.worker, at=at, files_per_proposal=9)
        filing.submit(session, made, actor=world.worker, at=at, calendar=CALENDAR)
        made.filed_by = world.leader
    stories.asked(session, world, made)
    with writing(session):
        reviewing.answer_information_request(
            session, made, answer="三公分。", actor=world.worker, at=at + timedelta(hours=3), calendar=CALENDAR
        )
        for author in (world.worker, world.mate, world.leader):
            body = f"补一句 {author.id} @{world.reviewer.employee_no} @{world.stranger.employee_no}"
            reviewing.comment(session, made, actor=author, at=at, body=body)
        thanking.thank(session, made, actor=world.admin, at=at)
        session.add(Thanks(proposal_id=made.id, person_id=world.mate.id, at=at))  # who thanked, and shares in it now
        opinions.request_opinion(
            session, made, actor=world.worker, at=at, question="行不行？", calendar=CALENDAR,
            studio_code=world.other_studio.code,
        )  # fmt: skip
        congress.refer_to_congress(session, made, actor=world.coordinator, at=at, question="大家怎么看？")
        film = prepare_attachment(
            io.BytesIO(samples.MP3), FILE.replace("jpg", "mp3"), limits=limits, store=services.files, field="files"
        )
        attach(session, made, film, role=AttachmentRole.RECORDING, actor=world.worker, at=at, files_per_proposal=9)
        deadlines.remind_or_escalate(session, made, at=at + timedelta(days=30), calendar=CALENDAR)
        opinions.remind_or_escalate(session, made, at=at + timedelta(days=30), calendar=CALENDAR)
    return made


@pytest.fixture
def blind(session: Session, world: World, services: Services) -> Proposal:
    with writing(session):
        kind = session.scalars(select(Kind).where(Kind.code == "suggestion")).one()
        kind.blind = True
    made = lively(session, world, services, kind=kind, title="盲评的盖板")
    stories.reviewed(session, world, made, world.second_reviewer)
    with writing(session):
        verdict = Verdict(verb=Verb.ACCEPT, reason="好")
        preparing.prepare(session, made, verdict, actor=world.lead, at=world.at, today=world.at.date(), seal="")
    return made


@pytest.fixture
def anonymous(session: Session, world: World, services: Services) -> list[Proposal]:
    """One on the desk, and one that has come all the way and is in use."""
    on_desk = lively(session, world, services, anonymous=True, title="匿名的盖板")
    stories.asked(session, world, on_desk, "还有吗？")  # so that its author has the ball
    used = lively(session, world, services, anonymous=True, title="匿名办成的盖板")
    stories.implemented(session, world, stories.decided(session, world, used))
    at = world.at + timedelta(days=7)
    with writing(session):
        implementation.verify_implementation(session, used, actor=world.reviewer, at=at, words="看过")
        told.tell(session, used, Telling("盖板不绊人了"), actor=world.coordinator, at=at)
    return [on_desk, used]


def addresses(app: Flask, proposals: list[Proposal], other: Proposal) -> Iterator[str]:
    """Every address that can be read, with the values that lead to these proposals."""
    kinds = {attachment.id: attachment for one in proposals for attachment in one.attachments}
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint):
        if "GET" not in (rule.methods or ()) or rule.endpoint in NOT_WALKED:
            continue
        for proposal in proposals if "number" in rule.arguments else proposals[:1]:
            values = {
                "number": proposal.number or "",
                "original": other.number or "",
                "month": str(MONTH),
                "code": SHEAR if "/<machine:" in rule.rule else "policy",
            }
            for attachment_id in kinds if "attachment_id" in rule.arguments else [0]:
                yield filled(rule.rule, {**values, "attachment_id": str(attachment_id), "filename": "x"})
    for proposal in proposals:
        yield f"/proposals/{other.number}/repeats/{proposal.number}"
        yield f"/decisions/several?chosen={proposal.number}"
        yield f"/archive?q={proposal.number}"
        yield f"/api/v1/proposals?q={proposal.number}"
    yield from ("/api/v1/proposals?q=盖板&facets=true", "/api/v1/proposals?unit=ROLL-A&sort=benefit")
    yield from (f"/machines/{SHEAR}?show={chapter}" for chapter in ("works", "tried", "considered", "refused"))
    yield from (f"/honours?month={month}{unit}" for month in (MONTH, MONTH.following) for unit in ("", "&unit=ROLL"))
    yield "/studios/S-ROLL"
    yield from (f"/stories/{code}" for code in db.session.scalars(select(Story.code)))
    yield from ("/archive?q=盖板", "/archive?sort=newest", "/desk?pile=others", "/desk?pile=done")


def filled(rule: str, values: dict[str, str]) -> str:
    """Return the address of a rule; what has no value is the first of its kind."""
    return re.sub(r"<([^>]+)>", lambda found: values.get(found[1].rpartition(":")[2], "1"), rule)


def found_in(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


def betrayals(app: Flask, person: Person, proposals: list[Proposal], other: Proposal) -> list[tuple[str, list[str]]]:
    """Every address whose answer names somebody, in both languages."""
    app.test_client_class = SeparateRequests  # whether they are good pages is looked at elsewhere
    client = app.test_client()
    with writing(db.session):
        token = api_tokens.make(db.session, person, name="MES", days=1, may_file=False, at=now())
    bad, seen = [], 0
    for language in ("zh_CN", "en"):
        with client.session_transaction() as cookie:
            cookie["locale"] = language
        sign_in_as(client, person)
        for address in addresses(app, proposals, other):
            answer = client.get(address, headers={"Authorization": f"Bearer {token}", "Accept-Language": language})
            assert answer.status_code != 401, address
            seen += answer.status_code == 200
            text = answer.text if (answer.mimetype or "").startswith(("text/", "application/json")) else ""
            answer.close()
            told = f"{text}\n{unquote(str(answer.headers))}\n{unquote(text)}"
            if secrets := found_in(told):
                bad.append((f"{language} {address}", secrets))
    assert seen > 20, "the walk did not get anywhere"
    return bad


@pytest.fixture
def walked(session: Session, world: World) -> Proposal:
    """A colleague's plain proposal beside the others."""
    return stories.filed(session, world, author=world.stranger, unit=world.plant, title="另一件")


def settle_all(session: Session, services: Services, clock: Clock) -> None:
    """Let the month be over: an index, and an issue of the digest."""
    clock.at = DECEMBER
    sync.rebuild(session, services.search)
    with writing(session):
        digest.make_issue(session, MONTH, at=DECEMBER, settings=services.settings).begun_at = DECEMBER


@pytest.mark.parametrize("reader", READERS)
def test_no_page_names_who_is_judged_blind_or_wishes_to_stay_unnamed(
    app: Flask, session: Session, world: World, services: Services, clock: Clock, blind: Proposal,
    anonymous: list[Proposal], walked: Proposal, neighbour: Person, reader: str,
):  # fmt: skip
    settle_all(session, services, clock)
    person = neighbour if reader == "neighbour" else getattr(world, reader)
    session.rollback()
    assert betrayals(app, person, [blind, *anonymous], walked) == []


def test_no_page_names_the_anonymous_to_an_administrator(
    app: Flask, session: Session, world: World, services: Services, clock: Clock, anonymous: list[Proposal],
    walked: Proposal,
):  # fmt: skip
    settle_all(session, services, clock)
    session.rollback()
    bad = betrayals(app, world.admin, anonymous, walked)
    # The lists of people, mails and rules name people and units, but never beside one of these proposals.
    about = {address for address, _secrets in bad if "/administration" not in address and "/rules" not in address}
    assert about == set()
    client = app.test_client()
    sign_in_as(client, world.admin)
    assert "匿名的盖板" not in client.get("/administration/outbox").text


def test_who_coordinates_and_judges_is_as_blind_as_any_judge(
    app: Flask, session: Session, world: World, services: Services, clock: Clock, blind: Proposal, walked: Proposal
):
    with writing(session):
        session.add(RoleGrant(person=world.second_reviewer, role=Role.COORDINATOR, unit=world.company))
        session.add(StudioMembership(person=world.admin, studio=world.studio, role=StudioRole.MEMBER))
    settle_all(session, services, clock)
    session.rollback()
    about_people = (
        "/coordination",
        "/administration",
        "/working-time",
        "/rules",
    )  # where units and people stand as such
    bad = betrayals(app, world.second_reviewer, [blind], walked)
    assert [one for one in bad if not any(area in one[0] for area in about_people)] == []
    client = app.test_client()
    sign_in_as(client, world.second_reviewer)
    assert found_in(client.get("/coordination").text) == []


def test_rules_are_not_tried_out_on_what_would_tell_its_unit(session: Session, world: World, blind: Proposal):
    tried = {reader: try_outs.past(session, getattr(world, reader), at=DECEMBER)[1] for reader in ("admin", "lead")}
    assert blind.id in tried["admin"]
    assert blind.id not in tried["lead"]


def test_deciding_offers_no_occasion_of_the_hidden_unit(app: Flask, session: Session, world: World, blind: Proposal):
    with writing(session):
        for code, unit_id, name in (("own", world.plant.id, "Roll change next door"), ("all", None, "New budget")):
            session.add(Occasion(code=code, unit_id=unit_id, position=9, name_zh=name, name_en=name))
    client = app.test_client()
    sign_in_as(client, world.lead)
    page = client.get(f"/proposals/{blind.number}/decide")
    assert page.status_code == 200
    assert "New budget" in page.text
    assert "Roll change next door" not in page.text


def test_why_this_studio_and_who_was_told_do_not_name_the_unit(
    app: Flask, session: Session, world: World, blind: Proposal
):
    assert {event.verb for event in blind.events} >= {Verb.ESCALATE, Verb.ATTACH}
    client = app.test_client()
    sign_in_as(client, world.finance)
    page = client.get(f"/proposals/{blind.number}").text
    assert "By the firm&#39;s rules Studio S-ROLL looks after it." in page
    assert "ROLL shop" not in page
    sign_in_as(client, world.worker)
    assert "Studio S-ROLL looks after the proposals of ROLL shop." in client.get(f"/proposals/{blind.number}").text


def test_who_acts_as_coordinator_of_the_hidden_unit_is_not_named_either(
    app: Flask, session: Session, world: World, services: Services
):
    """He is its coordinator and nobody else's: his name would tell where it comes from."""
    with writing(session):
        local = Person(
            employee_no="000888", name="许协调", name_en="Xu of the rolling plant", unit=world.company,
            created_at=world.at, session_stamp="stamp", must_change_password=False,
            grants=[RoleGrant(role=Role.COORDINATOR, unit=world.plant)],
        )  # fmt: skip
        session.add(local)
        occasion = Occasion(code="all", position=9, name_zh="新预算", name_en="New budget")
        session.add(occasion)
    made = stories.filed(session, world, anonymous=True, title="匿名的盖板")
    with writing(session):
        routing.transfer(session, made, "S-CAST", actor=local, at=world.at, words="他们懂", calendar=CALENDAR)
        routing.transfer(session, made, "S-ROLL", actor=local, at=world.at, words="还是你们", calendar=CALENDAR)
    stories.decided(session, world, made, Verb.DEFER, reason="没钱", occasion_code="all")
    with writing(session):
        session.add(Follower(proposal_id=made.id, person_id=world.stranger.id, since=world.at))
        deciding.wake_up(session, made, actor=local, at=world.at + timedelta(days=2), calendar=CALENDAR)
        world.lead.active = False
    with writing(session):
        verdict = Verdict(verb=Verb.DECLINE, reason="不行")
        deciding.decide(session, made, verdict, actor=local, at=world.at + timedelta(days=3))
    for reader, knows in ((world.stranger, False), (world.reviewer, False), (world.worker, True)):
        client = app.test_client()
        sign_in_as(client, reader)
        page = client.get(f"/proposals/{made.number}").text
        assert ("Xu of the rolling plant" in page) == knows, reader.name
        assert page.count("The coordinator") >= (0 if knows else 3)
    mails = session.scalars(select(OutgoingMail).where(OutgoingMail.proposal_id == made.id)).all()
    naming = {mail.address for mail in mails if "Xu of the rolling" in words_of(mail).text + words_of(mail).html}
    assert naming == {world.worker.email}


def test_authors_and_coordinator_see_the_names_and_after_the_decision_everybody(
    app: Flask, session: Session, world: World, blind: Proposal
):
    for person in (world.worker, world.mate, world.leader, world.coordinator, world.admin):
        client = app.test_client()
        sign_in_as(client, person)
        assert "Person 000101" in client.get(f"/proposals/{blind.number}").text
    with writing(session):
        session.expire_all()
        verdict = Verdict(verb=Verb.ACCEPT, reason="好")
        deciding.decide(session, blind, verdict, actor=world.lead, at=world.at + timedelta(days=1))
    client = app.test_client()
    sign_in_as(client, world.lead)
    page = client.get(f"/proposals/{blind.number}").text
    assert all(secret in page for secret in ("Person 000101", "Person 000102", "ROLL-A", "地坑.pdf"))


def test_no_mail_names_them_to_whoever_may_not_know(
    session: Session, world: World, blind: Proposal, anonymous: list[Proposal]
):
    told = 0
    for mail in session.scalars(select(OutgoingMail).where(OutgoingMail.proposal_id.is_not(None))):
        proposal = session.get_one(Proposal, mail.proposal_id)
        if hides_names(session.get_one(Person, mail.person_id), proposal):
            assert found_in(f"{mail.subject}\n{words_of(mail).text}\n{words_of(mail).html}") == []
            told += 1
    for notice in waiting_to_leave(session):
        if hides_names(notice.person, notice.proposal):
            assert found_in("\n".join((notice.words or {}).values())) == []
            told += 1
    assert told > 5


@pytest.mark.parametrize("asked", ["叶思琪", "000101", "于子豪", "Person 000102"])
@pytest.mark.parametrize("by_index", [True, False])
def test_no_search_finds_them_by_name(
    app: Flask, session: Session, world: World, services: Services, clock: Clock, blind: Proposal,
    anonymous: list[Proposal], asked: str, *, by_index: bool,
):  # fmt: skip
    if by_index:
        settle_all(session, services, clock)
    app.test_client_class = SeparateRequests  # that a token is used may be written down
    for person in (world.reviewer, world.stranger, world.worker):
        client = app.test_client()
        sign_in_as(client, person)
        page = client.get(f"/archive?q={quote(asked)}").text
        assert "的盖板" not in page
        assert "的盖板" not in client.get(f"/archive?q=盖板&unit={world.team.id}").text
        with writing(session):
            token = api_tokens.make(session, person, name="MES", days=1, may_file=False, at=now())
        for question in (f"q={quote(asked)}", f"q=盖板&unit={world.team.code}&facets=true"):
            answer = client.get(f"/api/v1/proposals?{question}", headers={"Authorization": f"Bearer {token}"})
            assert answer.get_json()["total"] == 0


def test_no_command_names_or_finds_them(
    session: Session, world: World, services: Services, clock: Clock, blind: Proposal, anonymous: list[Proposal],
    monkeypatch: pytest.MonkeyPatch,
):  # fmt: skip
    settle_all(session, services, clock)
    monkeypatch.setenv("STUDIO_DATA", str(services.settings.data))
    monkeypatch.setenv("STUDIO_DATABASE_URL", services.settings.database_url)
    run = CliRunner().invoke
    assert run(archive.search, ["叶思琪"]).output == ""
    assert run(archive.search, ["000101", "--as", "000202"]).output == ""
    found = run(archive.search, ["盖板", "--as", "000202", "--json"]).output
    assert len(found.splitlines()) == 3
    alike = run(asking.similar, ["--json"], input=json.dumps({"problem": blind.problem})).output
    issue = run(digest_cli.digest, ["preview", "--month", str(MONTH), "--as", "000202"]).output
    assert blind.title in alike
    assert [found_in(said) for said in (found, alike, issue)] == [[], [], []]
    mails = run(outbox_cli.outbox, ["list"]).output
    assert "盖板" not in mails
