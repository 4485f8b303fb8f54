"""The page of a machine, the way from its label to a filing, its labels, and keeping the list."""

import io
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Map

from models import AttachmentRole, Machine, Proposal, Verb
from studio.files.uploads import UploadLimits
from studio.operations import filing
from studio.operations.accounts import HASHER
from studio.operations.attachments import attach, prepare_attachment
from studio.queries.proposals import reference_of
from studio.services import Services
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.machines import SHEAR, machine
from tests.factories.stories import CALENDAR, decided, filed, implemented
from tests.factories.world import PASSWORD, World, draft
from tests.files import samples
from tests.support import qr
from tests.support.forms import forms_of
from tests.support.pages import PageClient, main_text, parse, text_of
from tests.support.people import sign_in_as
from tests.support.sending import send
from views.addresses import MachineCode

pytestmark = on_both_databases
ODD = ("1#/2号炉", "A+B 7", "../..", ".", "50%", "a?b=c&d", "炉", "<b>7</b>", "~2F9", 'x"y1')
WORDS = {"title": "飞剪导板", "problem": "老打滑。", "measure": "换陶瓷的。", "effect": "少停机。"}


@pytest.fixture
def shear(session: Session, world: World) -> Machine:
    return machine(session, world)


@pytest.fixture
def client(app: Flask, world: World) -> FlaskClient:
    """The browser of a colleague from another plant."""
    return visitor(app, world, "stranger")


def visitor(app: Flask, world: World, who: str) -> FlaskClient:
    app.test_client_class = PageClient
    made = app.test_client()
    sign_in_as(made, getattr(world, who))
    return made


def chapters(html: str) -> dict[str, str]:
    """Return what each section of the page says, by its heading."""
    sections = parse(html).iterfind(".//section")
    return {text_of(section.find(".//h2")): text_of(section) for section in sections}  # type: ignore[arg-type]


# The page


def test_a_machine_remembers_what_works_what_is_tried_and_what_was_refused_and_why(
    session: Session, world: World, shear: Machine, client: FlaskClient
) -> None:
    works = implemented(session, world, decided(session, world, filed(session, world, title="陶瓷导板", machine=shear)))
    decided(session, world, filed(session, world, title="试新刀片", machine=shear), Verb.START_TRIAL,
            trial_ends_on=date(2026, 12, 24))  # fmt: skip
    filed(session, world, title="加个护罩", machine=shear)
    decided(
        session, world, filed(session, world, title="换进口剪", machine=shear), Verb.DECLINE, reason="一台顶十年产值。"
    )
    decided(session, world, filed(session, world, title="改液压", machine=shear), Verb.DEFER, reason="等大修。",
            wake_up_when="明年大修")  # fmt: skip
    filed(session, world, title="别处的事")
    with writing(session):
        works.checked_benefit = Decimal(12000)

    page = client.get(f"/machines/{SHEAR}")
    told = chapters(page.text)
    assert list(told) == [
        "What works1",
        "What is being tried or done1",
        "What is being considered1",
        "What was refused or put off, and why2",
    ]
    assert "陶瓷导板" in told["What works1"]
    assert "The trial ends on 24 Dec" in told["What is being tried or done1"]
    refused = told["What was refused or put off, and why2"]
    assert all(word in refused for word in ("换进口剪", "一台顶十年产值。", "改液压", "等大修。", "明年大修"))
    assert "saves ¥12,000 a year, checked by finance" in page.text
    assert "别处的事" not in page.text


def test_only_checked_money_of_what_works_is_added_up(
    session: Session, world: World, shear: Machine, client: FlaskClient
) -> None:
    claimed = filed(session, world, machine=shear, claimed_benefit=Decimal(99))
    decided(session, world, claimed)
    assert "checked by finance" not in client.get(f"/machines/{SHEAR}").text


def test_what_a_reader_may_not_see_is_neither_shown_nor_counted(
    app: Flask, session: Session, world: World, shear: Machine, client: FlaskClient
) -> None:
    secret = filed(session, world, title="密", machine=shear, confidential=True)
    draft(session, world, title="草稿", machine=shear)
    implemented(session, world, decided(session, world, secret))
    with writing(session):
        secret.checked_benefit = Decimal(777)
    page, found = client.get(f"/machines/{SHEAR}").text, client.get("/machines").text
    assert "Nobody has proposed anything for it yet" in page
    assert "777" not in page
    assert "1 proposal" not in found
    own = visitor(app, world, "worker").get(f"/machines/{SHEAR}").text
    assert "¥777" in own
    assert "草稿" not in own


def test_names_that_stay_hidden_are_hidden_here_too(
    app: Flask, session: Session, world: World, shear: Machine, client: FlaskClient
) -> None:
    filed(session, world, machine=shear, anonymous=True)
    assert "The author" in main_text(client.get(f"/machines/{SHEAR}").text)
    assert "Person 000101" not in client.get(f"/machines/{SHEAR}").text
    assert "Person 000101" in visitor(app, world, "coordinator").get(f"/machines/{SHEAR}").text


def test_the_newest_come_first_and_the_rest_is_on_pages(
    session: Session, world: World, shear: Machine, client: FlaskClient
) -> None:
    for number in range(23):
        filed(session, world, title=f"第{number}件", machine=shear, at=world.at + timedelta(minutes=number))
    first = client.get(f"/machines/{SHEAR}").text
    assert re.findall(r"第(\d+)件", first.replace("<wbr>", "")) == ["22", "21", "20"]
    assert f"/machines/{SHEAR}?show=considered" in first
    pages = [client.get(f"/machines/{SHEAR}?show=considered&page={page}").text.replace("<wbr>", "") for page in (1, 2)]
    shown = [int(number) for page in pages for number in re.findall(r"第(\d+)件", page)]
    assert shown == list(range(22, -1, -1))
    assert "There is nothing on this page" in client.get(f"/machines/{SHEAR}?show=considered&page=9").text


def test_photos_show_what_works_and_their_names_stay_out(
    session: Session, world: World, services: Services, shear: Machine, client: FlaskClient
) -> None:
    made = draft(session, world, machine=shear)
    limits, picture = UploadLimits(), io.BytesIO(samples.picture())
    prepared = prepare_attachment(picture, "叶思琪.jpg", limits=limits, store=services.files, field="before")
    with writing(session):
        attach(session, made, prepared, role=AttachmentRole.BEFORE, actor=world.worker, at=world.at,
               files_per_proposal=9)  # fmt: skip
    with writing(session):
        filing.submit(session, made, actor=world.worker, at=world.at, calendar=CALENDAR)
    implemented(session, world, decided(session, world, made))
    page = client.get(f"/machines/{SHEAR}").text
    assert f"/attachments/{made.attachments[0].id}/thumbnail" in page
    assert "叶思琪.jpg" not in page


@pytest.mark.parametrize("code", ODD)
def test_any_code_has_an_address_of_its_own(
    app: Flask, session: Session, world: World, client: FlaskClient, code: str
) -> None:
    key = machine(session, world, code, "某设备").code_key
    listed = client.get("/machines").text
    (address,) = {a.get("href") for a in parse(listed).iter("a") if (a.get("href") or "").startswith("/machines/")}
    page = client.get(address)
    assert page.status_code == 200
    links = [a.get("href") or "" for a in parse(page.text).iter("a")]
    (way,) = {link for link in links if link.startswith("/file?machine=")}
    form = next(form for form in forms_of(client.get(way).text, "/file") if "location" in form.names)
    assert form.value("location").startswith(code)
    assert key


@pytest.mark.parametrize("address", ["/machines/NO-SUCH", "/m/NO-SUCH", "/machines/%00", "/m/--"])
def test_there_is_no_page_for_what_is_on_no_list(shear: Machine, client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


# From the label to the filing


@pytest.mark.parametrize("code", [SHEAR, "1#/2号炉"])
def test_a_scan_leads_through_signing_in_to_the_machine(app: Flask, session: Session, world: World, code: str) -> None:
    machine(session, world, code)
    with writing(session):
        world.worker.password_hash = HASHER.hash(PASSWORD)
    app.test_client_class = PageClient
    phone = app.test_client()
    to_door = phone.get(f"/m/{MachineCode(Map()).to_url(code)}")
    assert to_door.status_code == 302
    inside = send(phone, to_door.location, employee_no="000101", password=PASSWORD)
    assert inside.status_code == 302
    page = phone.get(inside.location)
    assert page.status_code == 200
    assert code in page.text
    way = next(a.get("href") for a in parse(page.text).iter("a") if (a.get("href") or "").startswith("/file?machine="))
    assert phone.get(way).status_code == 200


def test_a_filing_begins_with_the_machine_and_is_tied_to_it(
    app: Flask, session: Session, world: World, shear: Machine
) -> None:
    client = visitor(app, world, "worker")
    page = client.get(f"/file?machine={SHEAR}").text
    form = next(form for form in forms_of(page, "/file") if "location" in form.names)
    assert form.value("location") == "EQ-R108 Dividing shear No. 3"
    assert "About EQ-R108 Dividing shear No. 3" in main_text(page)
    answer = client.post(form.action, data=form.fill(**WORDS).data(("action", "submit")))
    assert answer.location == "/proposals/2026-00001/receipt"
    session.rollback()
    proposal = session.scalars(select(Proposal)).one()
    assert proposal.machine == shear
    assert f'href="/machines/{SHEAR}"' in client.get("/proposals/2026-00001").text
    assert proposal.title in client.get(f"/m/{SHEAR}").text.replace("<wbr>", "")


@pytest.mark.parametrize(
    ("typed", "tied"),
    [("eq r108", True), ("3#倍尺飞剪", True), ("EQ-R108 出口侧", True), ("倍尺飞剪出口", False), ("", False)],
)
def test_what_was_typed_is_tied_where_it_is_clear_and_text_otherwise(
    app: Flask, session: Session, world: World, shear: Machine, typed: str, *, tied: bool
) -> None:
    client = visitor(app, world, "worker")
    send(client, "/file", action="save", filing_key="k", **WORDS, location=typed)
    session.rollback()
    kept = session.scalars(select(Proposal)).one()
    assert (kept.location, kept.machine is not None) == (typed, tied)


def test_a_draft_follows_what_is_typed_and_a_second_click_makes_no_second_one(
    app: Flask, session: Session, world: World, shear: Machine
) -> None:
    client = visitor(app, world, "worker")
    for typed in (SHEAR, SHEAR, "食堂"):
        send(client, "/file", action="save", filing_key="k", **WORDS, location=typed)
    session.rollback()
    kept = session.scalars(select(Proposal)).one()
    assert kept.machine is None
    saved = send(
        client, "/file", f"/file/autosave?draft={reference_of(kept)}", filing_key="k", **WORDS, location="EQR108"
    )
    assert saved.status_code == 200
    session.rollback()
    assert session.scalars(select(Proposal)).one().machine == shear


def test_an_unknown_machine_is_said_kindly_and_the_form_opens(client: FlaskClient) -> None:
    page = client.get("/file?machine=EQ-404")
    assert page.status_code == 200
    assert "No machine has the code “EQ-404”" in page.text
    form = next(form for form in forms_of(page.text, "/file") if "location" in form.names)
    assert form.value("location") == "EQ-404"


def test_nobody_is_led_to_file_for_a_machine_out_of_use(session: Session, world: World, client: FlaskClient) -> None:
    machine(session, world, "EQ-1", "旧锯", in_use_until=world.at.date())
    page = client.get("/file?machine=EQ-1")
    assert page.status_code == 200
    assert "is out of use" in page.text
    form = next(form for form in forms_of(page.text, "/file") if "location" in form.names)
    assert form.value("location") == ""
    own = client.get("/machines/EQ-1").text
    assert "out of use since" in own
    assert "/file?machine=" not in own
    assert client.get("/machine-names?q=EQ-1").json == []


def test_machines_of_ones_own_unit_are_offered_and_others_when_typed(
    app: Flask, session: Session, world: World, shear: Machine, client: FlaskClient
) -> None:
    machine(session, world, "EQ-9", "熔炼炉", name_en="", unit=world.other_team)
    offered = [o.get("value") for o in parse(client.get("/file").text).iterfind(".//datalist/option")]
    assert offered == ["EQ-9 熔炼炉"]
    assert client.get("/machine-names?q=eqr").json == ["EQ-R108 Dividing shear No. 3"]
    assert client.get("/machine-names?q=倍尺").json == ["EQ-R108 Dividing shear No. 3"]
    assert client.get("/machine-names?q=EQ").json == ["EQ-9 熔炼炉", "EQ-R108 Dividing shear No. 3"]


# The list


def test_machines_are_found_by_code_name_and_unit(
    session: Session, world: World, shear: Machine, client: FlaskClient
) -> None:
    machine(session, world, "EQ-9", "熔炼炉", name_en="Furnace", unit=world.other_team)

    def found(query: str) -> set[str]:
        return set(re.findall(r'class="plate">([^<]+)<', client.get(f"/machines?{query}").text))

    assert found("") == {SHEAR, "EQ-9"}
    assert found("q=r10") == found("q=飞剪") == found("q=shear") == found("unit=ROLL") == {SHEAR}
    assert found("unit=CAST") == {"EQ-9"}
    assert found("q=%25") == set()
    assert found("unit=NOWHERE") == {SHEAR, "EQ-9"}


# Labels


@pytest.mark.parametrize("code", [SHEAR, *ODD])
def test_the_code_on_a_label_can_be_read_and_leads_to_the_machine(
    app: Flask, session: Session, world: World, code: str
) -> None:
    made = machine(session, world, code, "某设备")
    page = visitor(app, world, "admin").get("/administration/machines/labels")
    address = qr.read(qr.drawn(page.text))
    assert address.startswith("http://127.0.0.1:8000/m/")
    scanned = visitor(app, world, "worker").get(address.removeprefix("http://127.0.0.1:8000"))
    assert scanned.status_code == 200
    assert text_of(parse(scanned.text).find(".//*[@class='machine-plate']")) == made.code  # type: ignore[arg-type]


def test_sheets_hold_what_was_ticked_found_or_all_that_is_in_use(
    app: Flask, session: Session, world: World, shear: Machine
) -> None:
    for number in range(30):
        machine(session, world, f"EQ-{number:03}", f"第{number}台", unit=world.other_team)
    machine(session, world, "EQ-OLD1", "旧锯", in_use_until=world.at.date())
    client = visitor(app, world, "coordinator")

    def sheets(query: str) -> list[int]:
        found = parse(client.get(f"/administration/machines/labels?{query}").text).iter("ol")
        return [len(list(sheet)) for sheet in found if "sheet" in (sheet.get("class") or "")]

    assert sheets("") == [24, 7]
    assert sheets("layout=large") == [8, 8, 8, 7]
    assert sheets("unit=ROLL") == [1]
    assert sheets("code=EQ-001&code=eq002&code=EQ-OLD1&code=NONE") == [3]
    assert sheets("q=第1") == [11]
    assert sheets("page=2") == []


# Keeping


def test_a_machine_is_added_changed_and_taken_away_by_hand(app: Flask, session: Session, world: World) -> None:
    client = visitor(app, world, "coordinator")
    facts = {"name_zh": "冷床", "name_en": "", "kind": "place", "unit": "ROLL", "within": "", "in_use_until": ""}
    added = send(client, "/administration/machines/new", code="PL-7", **facts)
    assert added.location == "/machines/PL-7"
    edit = "/administration/machines/PL-7/edit"
    seen = session.scalars(select(Machine)).one().revision
    changed = send(client, edit, seen=str(seen), **{**facts, "name_zh": "步进冷床", "in_use_until": "2026-01-01"})
    assert changed.location == "/machines/PL-7"
    stale = send(client, edit, seen=str(seen), **{**facts, "name_zh": "别的"})
    assert stale.status_code == 409
    assert "别的" in stale.text
    wrong = send(client, edit, seen=str(seen + 1), **{**facts, "name_zh": "", "within": "EQ-404"})
    assert wrong.status_code == 422
    assert "EQ-404" in wrong.text
    session.rollback()
    assert session.scalars(select(Machine)).one().name_zh == "步进冷床"
    gone = send(client, edit, "/administration/machines/PL-7/remove")
    assert gone.location == "/machines"
    assert client.get(edit).status_code == 404


def test_who_keeps_one_part_of_the_firm_does_not_keep_another(
    app: Flask, session: Session, world: World, shear: Machine
) -> None:
    with writing(session):
        session.refresh(world.coordinator)
        world.coordinator.grants[0].unit = world.other_plant
    client = visitor(app, world, "coordinator")
    assert client.get(f"/administration/machines/{SHEAR}/edit").status_code == 403
    assert 'value="ROLL"' not in client.get("/administration/machines/new").text
    sent = {"name_zh": "锯", "kind": "machine", "unit": "ROLL"}
    assert send(client, "/administration/machines/new", code="EQ-2", **sent).status_code == 422


def upload(client: FlaskClient, act: str, name: str, content: bytes) -> tuple[int, str]:
    answer = send(client, "/administration/machines/import", act=act, file=(io.BytesIO(content), name))
    return answer.status_code, answer.text


def test_a_table_is_looked_at_and_then_taken_over(app: Flask, session: Session, world: World) -> None:
    client = visitor(app, world, "admin")
    table = "设备编号,设备名称,单位编码\nEQ-101,炉,ROLL\nEQ-2,锯,CAST\n".encode("gb18030")
    filed(session, world, location="EQ-101 炉前")
    assert "it would add 2" in upload(client, "look", "设备.csv", table)[1]
    assert session.scalars(select(Machine)).all() == []
    status, said = upload(client, "import", "设备.csv", table)
    assert status == 200
    assert "2 added" in said
    assert "1 proposal in the archive names one of them" in said
    assert "0 added, 0 changed, 2 left" in upload(client, "import", "设备.csv", table)[1]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("m.csv", b"\xff\xfe\x00\x01\x81"),
        ("m.csv", b""),
        ("m.xlsx", b"PK\x03\x04no workbook"),
        ("m.exe", b"MZ"),
        ("", b""),
        ("m.csv", b"code,code\n1,2\n"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words(
    app: Flask, session: Session, world: World, name: str, content: bytes
) -> None:
    status, said = upload(visitor(app, world, "admin"), "import", name, content)
    assert status == 422
    assert "no table that can be read" in said


def test_bad_rows_are_named_in_the_readers_language(app: Flask, session: Session, world: World) -> None:
    client = visitor(app, world, "admin")
    rows = "code,name_zh,unit_code,kind,within_code,in_use_until\n,a,ROLL\n--,a,ROLL\nEQ-1,a,XX\nEQ-2,a,ROLL,y\n"
    rows += "EQ-3,a,ROLL,,EQ-9\nEQ-4,a,ROLL,,,soon\nEQ-5,a,ROLL\nEQ-5,a,ROLL\nEQ-6," + "a" * 121 + ",ROLL\n"
    for language in ("en", "zh_CN"):
        with client.session_transaction() as cookie:
            cookie["locale"] = language
        status, said = upload(client, "import", "m.csv", rows.encode())
        assert status == 422
        assert "%(" not in said
        assert len(re.findall(r'<td class="num">', said)) == 8
    assert session.scalars(select(Machine)).all() == []


def test_a_rename_shows_everywhere_and_breaks_no_label(
    app: Flask, session: Session, world: World, shear: Machine
) -> None:
    proposal = filed(session, world, machine=shear, location="EQ-R108 3 号倍尺飞剪")
    with writing(session):
        shear.name_zh, shear.name_en = "摆式飞剪", ""
    client = visitor(app, world, "worker")
    assert "摆式飞剪" in client.get(f"/m/{SHEAR}").text.replace("<wbr>", "")
    assert "EQ-R108 摆式飞剪" in client.get(f"/proposals/{proposal.number}").text
