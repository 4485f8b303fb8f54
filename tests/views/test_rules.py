"""Routing rules in the app: written as drafts, tried out, switched on, looked back at; by whoever keeps them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Person, Proposal, Role, RoleGrant, RoutingRule, RuleChange, Studio
from search_index import sync
from studio.domain.rules import RuleDraft
from studio.operations import importing, routing, rules
from studio.queries import rules as queries
from studio.queries import try_outs
from studio.tables import read_rows
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories import stories
from tests.factories.world import World
from tests.operations.conftest import CALENDAR
from tests.support.forms import Form, forms_of
from tests.support.pages import PageClient, main_text
from tests.support.people import sign_in_as
from tests.support.statements import listening

NEW = RuleDraft(priority=30, studio="S-CAST", words=("漏气", "压缩空气"))
PAGES = ["", "/new", "/order", "/history", "/export", "/try", "/stand-ins", "/stand-ins/S-ROLL", "/transfers"]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False  # that forms carry their token is proved elsewhere
    app.test_client_class = PageClient
    return app.test_client()


@pytest.fixture
def admin(client: FlaskClient, world: World) -> FlaskClient:
    sign_in_as(client, world.admin)
    return client


@pytest.fixture
def live(session: Session, world: World) -> RoutingRule:
    return session.scalars(select(RoutingRule).where(RoutingRule.priority == 10)).one()


@pytest.fixture
def save(session: Session, world: World) -> Callable[..., RoutingRule]:
    def run(draft: RuleDraft = NEW, rule: RoutingRule | None = None) -> RoutingRule:
        with writing(session):
            seen = rule.revision if rule else None
            return rules.save(session, draft, rule=rule, seen=seen, actor=world.admin, at=world.at)

    return run


@pytest.fixture
def local(session: Session, world: World) -> Person:
    """Somebody who coordinates the other plant only."""
    with writing(session):
        world.stranger.grants.append(RoleGrant(role=Role.COORDINATOR, unit=world.other_plant))
    return world.stranger


def form_of(client: FlaskClient, path: str, field: str) -> Form:
    """Return the form on a page that has a field."""
    return next(form for form in forms_of(client.get(path).text, path) if field in form.names)


def press(client: FlaskClient, form: Form, button: str | None = None, status: int = 302):
    answer = client.open(form.action, method=form.method, data=form.data(form.button(button)))
    assert answer.status_code == status, main_text(answer.text)
    return answer


class TestWho:
    @on_both_databases
    @pytest.mark.parametrize("page", PAGES)
    def test_administrators_and_coordinators_read_every_page(self, world, client, page):
        for person in (world.admin, world.coordinator):
            sign_in_as(client, person)
            assert client.get(f"/rules{page}").status_code == 200

    @pytest.mark.parametrize("page", PAGES)
    def test_nobody_else_does(self, world, client, page):
        for person in (world.worker, world.leader, world.lead, world.finance):
            sign_in_as(client, person)
            assert client.get(f"/rules{page}").status_code == 403

    @pytest.mark.parametrize(
        "page",
        ["/999", "/999/edit", "/0", "/99999999999999999999", "/stand-ins/NONE", "/new?version=999", "/new?copy=9"],
    )
    def test_unknown_things_are_404(self, admin, page):
        assert admin.get(f"/rules{page}").status_code == 404

    def test_a_coordinator_of_another_part_sees_a_rule_and_does_not_touch_it(self, world, client, live, local):
        sign_in_as(client, local)
        text = main_text(client.get(f"/rules/{live.id}").text)
        assert "others keep it" in text
        assert "Switch off" not in text
        for act in ("off", "remove", "discard"):
            assert client.post(f"/rules/{live.id}/{act}").status_code == 403
        data = {"act": "save", "seen": live.revision, "studio": "S-CAST", "units": ["CAST"], "priority": "5"}
        assert client.post(f"/rules/{live.id}/edit", data=data).status_code == 403
        assert client.post("/rules/new", data={**data, "units": ["ROLL"]}).status_code == 403
        assert client.post("/rules/new", data=data).status_code == 302
        assert client.get("/rules/stand-ins/S-ROLL").status_code == 403
        assert client.get("/rules/stand-ins/S-CAST").status_code == 200


class TestWriting:
    @on_both_databases
    def test_a_rule_is_written_tried_out_and_switched_on(self, session, world, admin):
        form = form_of(admin, "/rules/new", "words")
        assert form.value("priority") == "50"
        form.fill(studio="S-CAST", words="漏气；压缩空气，余热\n循环水", kinds=["suggestion"], themes=["quality"])
        answer = press(admin, form, "save")
        made = session.scalars(select(RoutingRule).where(RoutingRule.priority == 50)).one()
        assert queries.draft_of(made) == RuleDraft(
            50, "S-CAST", (), ("suggestion",), ("quality",), ("漏气", "压缩空气", "余热", "循环水")
        )
        press(admin, form_of(admin, answer.location, "seal"))
        session.expire_all()
        assert made.active

    def test_units_are_found_by_name_and_stay_ticked_while_others_are_looked_for(self, session, admin):
        form = form_of(admin, "/rules/new", "words").fill(studio="S-CAST", units=["ROLL"], find="cast-a", words="天车")
        page = press(admin, form, "find", 200)
        again = next(one for one in forms_of(page.text, "/rules/new") if "words" in one.names)
        assert again.options["units"] == ["ROLL", "CAST-A"]
        assert again.value("words") == "天车"
        press(admin, again.fill(units=["ROLL", "CAST-A"]), "save")
        made = session.scalars(select(RoutingRule).where(RoutingRule.priority == 50)).one()
        assert made.unit_codes == ["ROLL", "CAST-A"]

    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            ({"words": "漏气"}, "Please choose a studio from the list."),
            ({"studio": "S-CAST"}, "Name a unit, kind, aim or word at least"),
            ({"studio": "S-CAST", "words": "漏"}, "a single character"),
            ({"studio": "S-CAST", "words": "漏气", "priority": "viel"}, "Write a whole number, such as 50."),
            ({"studio": "S-CAST", "words": "漏气", "priority": "1000"}, "from 0 to 999"),
            ({"studio": "S-CAST", "units": "MOON", "words": "漏气"}, "There is no unit MOON any more"),
            ({"studio": "S-CAST", "words": "冒口;浇注"}, "There is a rule for exactly this already"),
        ],
    )
    def test_a_mistake_is_said_and_what_was_typed_stays(self, session, admin, data, sentence):
        answer = admin.post("/rules/new", data={"act": "save", "priority": "50", **data})
        assert answer.status_code == 422
        assert sentence in main_text(answer.text)
        form = next(one for one in forms_of(answer.text, "/rules/new") if "words" in one.names)
        assert form.value("words").strip() == data.get("words", "")
        assert form.value("priority") == data.get("priority", "50")
        assert len(queries.present(session)) == 2

    @on_both_databases
    def test_a_change_made_on_an_old_page_is_shown_beside_the_other_one(self, session, world, admin, live, save):
        mine = form_of(admin, f"/rules/{live.id}/edit", "words").fill(words="我的词")
        save(RuleDraft(7, "S-ROLL", units=("ROLL",), words=("别人的",)), live)
        answer = press(admin, mine, "save", 409)
        text = main_text(answer.text)
        assert "Somebody has changed this rule" in text
        assert "别人的" in text
        again = next(one for one in forms_of(answer.text, "") if "words" in one.names)
        assert again.value("words").strip() == "我的词"
        press(admin, again, "save")
        draft = queries.draft_for(session, live)
        assert draft is not None
        assert draft.words == ["我的词"]

    def test_a_rule_with_a_draft_is_changed_in_its_draft(self, admin, live, save):
        draft = save(RuleDraft(7, "S-ROLL", units=("ROLL",)), live)
        assert admin.get(f"/rules/{live.id}/edit").location.endswith(f"/rules/{draft.id}/edit")

    def test_nothing_different_makes_no_draft(self, session, admin, live):
        answer = press(admin, form_of(admin, f"/rules/{live.id}/edit", "words"), "save")
        assert answer.location.endswith(f"/rules/{live.id}")
        assert len(queries.present(session)) == 2

    def test_a_copy_begins_with_what_the_other_says(self, admin, live):
        form = form_of(admin, f"/rules/new?copy={live.id}", "words")
        assert [value for name, value in form.values if name == "units"] == ["ROLL"]

    def test_an_old_version_becomes_a_draft_also_of_what_was_removed(self, session, admin, save):
        made = save()
        press(admin, form_of(admin, f"/rules/{made.id}/edit", "words").fill(words="新词汇"), "save")
        changed = session.scalars(select(RuleChange).order_by(RuleChange.id.desc())).first()
        assert changed is not None
        before = form_of(admin, f"/rules/{made.id}/edit?version={changed.id}", "words")
        assert before.value("words").split() == list(NEW.words)
        admin.post(f"/rules/{made.id}/remove")
        assert admin.get(f"/rules/{made.id}/edit").status_code == 404
        assert f"version={changed.id}" in admin.get(f"/rules/{made.id}").text
        press(admin, form_of(admin, f"/rules/new?version={changed.id}", "words"), "save")
        assert [queries.draft_of(row) for row in queries.present(session) if not row.active] == [NEW]

    def test_a_version_of_another_rule_is_not_this_one_s(self, session, admin, live, save):
        save()
        change = session.scalars(select(RuleChange)).one()
        assert admin.get(f"/rules/{live.id}/edit?version={change.id}").status_code == 404


class TestTryingOut:
    @pytest.fixture
    def moved(self, session: Session, world: World, save) -> RoutingRule:
        """A draft that would send what speaks of cover plates to the other studio; two proposals do."""
        stories.filed(session, world)
        stories.filed(session, world, title="盖板又翘了")
        stories.filed(session, world, title="导卫换样板", problem="对不准", measure="做样板", location="轧机")
        draft: RoutingRule = save(RuleDraft(3, "S-CAST", words=("盖板", "地坑")))
        return draft

    @on_both_databases
    def test_it_says_what_would_go_elsewhere_and_why(self, admin, moved):
        text = main_text(admin.get(f"/rules/try?draft={moved.id}").text)
        assert "2 of the last proposals would go elsewhere" in text
        assert "3 proposals of the last twelve months were looked at" in text
        assert "Studio S-ROLLStudio S-CAST2" in text
        assert "0 of them would come at once to the studio that handled them in the end; as it is now, 2 would." in text
        assert "盖板又翘了" in text
        assert "导卫换样板" not in text
        assert "that is what Studio S-CAST looks after" in text

    def test_it_says_how_often_the_archive_was_asked(self, session, services, admin, moved):
        address = f"/rules/try?draft={moved.id}"
        assert "The archive could not be asked" in main_text(admin.get(address).text)
        sync.sync(session, services.search)
        session.rollback()
        assert "have a word in 2 of them; for these the archive was asked too" in main_text(admin.get(address).text)

    def test_beyond_some_the_rules_alone_speak(self, session, services, admin, moved, monkeypatch):
        monkeypatch.setattr("studio.queries.try_outs.MOST_ASKED", 1)
        sync.sync(session, services.search)
        session.rollback()
        text = main_text(admin.get(f"/rules/try?draft={moved.id}").text)
        assert "The drafts have a word in 2 of them. For the newest one the archive was asked too" in text

    @on_both_databases
    def test_what_filing_would_do_heeds_precedents_but_never_the_proposal_itself(
        self, session, world, services, admin, save
    ):
        stories.decided(session, world, stories.filed(session, world))
        draft = save(RuleDraft(60, "S-CAST", words=("小车",)))
        rows, at = queries.present(session), world.at + timedelta(days=2)

        def moves() -> list[str]:
            tried = try_outs.tried_out(session, services.search, world.admin, rows, [draft.id], at=at)
            return sorted(tried.lines[move.id].number for move in tried.result.moves)

        stories.filed(session, world)
        assert moves() == ["2026-00001", "2026-00002"], "as far as the rules go"
        sync.sync(session, services.search)
        session.rollback()
        assert moves() == ["2026-00001"], "the first is a precedent of the second, and none of itself"

    def test_nothing_is_looked_at_that_the_reader_may_not_read(self, session, world, admin, moved):
        with writing(session):
            secret = session.scalars(select(Proposal).where(Proposal.title == "盖板又翘了")).one()
            secret.confidential = True
        text = main_text(admin.get(f"/rules/try?draft={moved.id}").text)
        assert "1 of the last proposals would go elsewhere" in text
        assert "盖板又翘了" not in text

    def test_what_no_studio_fitted_before_is_newly_caught(self, session, world, admin, save):
        stories.filed(
            session,
            world,
            author=world.safety,
            title="食堂排队",
            problem="排队太久",
            measure="多开窗口",
            location="食堂",
        )
        draft = save(RuleDraft(50, "S-CAST", words=("食堂",)))
        text = main_text(admin.get(f"/rules/try?draft={draft.id}").text)
        assert "1 that no studio fitted finds one." in text

    @on_both_databases
    def test_what_was_tried_is_switched_on_only_while_nothing_has_changed(self, session, world, admin, live, moved):
        form = form_of(admin, f"/rules/try?draft={moved.id}", "seal")
        admin.post(f"/rules/{live.id}/off")
        answer = press(admin, form, status=409)
        assert "The rules have changed since you tried this out" in main_text(answer.text)
        session.expire_all()
        assert not moved.active
        again = next(one for one in forms_of(answer.text, "/rules/try") if "seal" in one.names)
        press(admin, again)
        session.expire_all()
        assert moved.active
        assert "switched on already" in main_text(
            admin.post(again.action, data=again.data(None), follow_redirects=True).text + ""
        )

    def test_a_draft_whose_studio_takes_none_any_more_is_not_switched_on(self, session, world, admin, moved):
        form = form_of(admin, f"/rules/try?draft={moved.id}", "seal")
        with writing(session):
            world.other_studio.active = False
        answer = admin.post(form.action, data=form.data(None), follow_redirects=True)
        assert "S-CAST takes no proposals at present" in main_text(answer.text)
        session.expire_all()
        assert not moved.active

    def test_without_a_choice_the_drafts_are_offered(self, world, client, moved, local):
        sign_in_as(client, world.coordinator)
        form = form_of(client, "/rules/try", "draft")
        assert form.options["draft"] == [str(moved.id)]
        sign_in_as(client, local)
        assert "No draft" in main_text(client.get(f"/rules/try?draft={moved.id}").text)

    def test_the_list_has_pages(self, session, world, admin, moved, monkeypatch):
        monkeypatch.setattr("views.try_outs.PER_PAGE", 1)
        first, second = (admin.get(f"/rules/try?draft={moved.id}&page={page}").text for page in (1, 2))
        titles = ("盖板又翘了", "3号地坑盖板翘边绊人")
        assert [sum(title in main_text(page) for title in titles) for page in (first, second)] == [1, 1]

    def test_it_costs_the_same_with_one_proposal_and_with_many(self, session, world, admin, moved):
        address = f"/rules/try?draft={moved.id}"

        def cost() -> int:
            with listening() as heard:
                admin.get(address)
            return heard.count

        cost()  # fills what is kept for a minute
        few = cost()
        for turn in range(4):
            stories.filed(session, world, title=f"第{turn}块盖板")
        assert cost() == few


class TestKeeping:
    @on_both_databases
    def test_off_removed_and_discarded_from_its_page(self, session, world, admin, live, save):
        draft = save(RuleDraft(5, "S-CAST", units=("ROLL",)), live)
        assert admin.post(f"/rules/{draft.id}/discard").status_code == 302
        assert admin.post(f"/rules/{draft.id}/discard").status_code == 404
        assert admin.post(f"/rules/{live.id}/off").status_code == 302
        session.expire_all()
        assert not live.active
        assert admin.post(f"/rules/{live.id}/remove").status_code == 302
        assert admin.post(f"/rules/{live.id}/remove").status_code == 404
        text = main_text(admin.get(f"/rules/{live.id}").text)
        for act in ("Draft written", "Draft thrown away", "Switched off", "Removed"):
            assert act in text
        assert "Person 000304" in main_text(admin.get("/rules/history").text)

    def test_a_text_is_tried_on_the_list(self, admin):
        text = main_text(admin.get("/rules?text=冒口浇注不满&unit=CAST").text)
        assert "S-CAST It is about" in text

    def test_the_order_is_kept_as_drafts(self, session, admin, live):
        form = form_of(admin, "/rules/order", "seal").fill(**{f"priority_{live.id}": "9"})
        assert press(admin, form).location.endswith("/rules/try")
        draft = queries.draft_for(session, live)
        assert draft is not None
        assert (draft.priority, live.priority) == (9, 10)

    def test_a_bad_place_is_said_and_an_old_page_loses_no_number(self, session, admin, live, save):
        name = f"priority_{live.id}"
        form = form_of(admin, "/rules/order", "seal")
        assert "from 0 to 999" in main_text(press(admin, form.fill(**{name: "5000"}), status=422).text)
        assert "whole number" in main_text(press(admin, form.fill(**{name: "-"}), status=422).text)
        save()
        answer = press(admin, form.fill(**{name: "4"}), status=409)
        again = next(one for one in forms_of(answer.text, "/rules/order") if "seal" in one.names)
        assert again.value(name) == "4"
        press(admin, again)
        assert queries.draft_for(session, live) is not None

    @on_both_databases
    def test_the_file_is_read_back_to_no_change(self, session, world, admin, live, save, tmp_path):
        save(RuleDraft(30, "S-CAST", words=("=1+1", "-泵", "@家", "'+x", "漏气")))
        save(RuleDraft(5, "S-CAST", units=("ROLL", "CAST-A"), kinds=("suggestion",), themes=("safety",)))
        save(RuleDraft(8, "S-ROLL", units=("ROLL",)), live)
        with writing(session):
            world.studio.stand_in = world.other_studio
        answer = admin.get("/rules/export")
        assert answer.mimetype == "text/csv"
        assert answer.data.startswith(b"\xef\xbb\xbfpriority,")
        assert not any(
            cell.startswith(("=", "+", "-", "@")) for line in answer.text.splitlines() for cell in line.split(",")
        )
        path = tmp_path / "rules.csv"
        path.write_bytes(answer.data)
        count = len(session.scalars(select(RuleChange)).all())
        report = importing.import_rules(session, read_rows(path), at=world.at)
        assert (report.made, report.changed, report.unchanged) == (0, 0, 4)
        assert len(session.scalars(select(RuleChange)).all()) == count


class TestStandIns:
    @on_both_databases
    def test_one_is_named_and_taken_away(self, session, world, admin):
        form = form_of(admin, "/rules/stand-ins/S-ROLL", "stand_in").fill(stand_in="S-CAST", start="150%")
        press(admin, form)
        session.expire_all()
        assert (world.studio.stand_in, world.studio.stand_in_from) == (world.other_studio, 150)
        assert "Stand-in: Studio S-CAST" in main_text(admin.get("/rules/stand-ins").text)
        press(admin, form_of(admin, "/rules/stand-ins/S-ROLL", "stand_in").fill(stand_in=""))
        session.expire_all()
        assert (world.studio.stand_in, world.studio.stand_in_from) == (None, None)

    def test_a_circle_is_refused_with_its_way_and_nothing_changes(self, session, world, admin):
        with writing(session):
            world.other_studio.stand_in = world.studio
        form = form_of(admin, "/rules/stand-ins/S-ROLL", "stand_in").fill(stand_in="S-CAST")
        assert "S-CAST → S-ROLL → S-CAST" in main_text(press(admin, form, status=422).text)
        session.expire_all()
        assert world.studio.stand_in is None

    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            ({"stand_in": "S-ROLL"}, "cannot stand in for itself"),
            ({"stand_in": "S-MOON"}, "choose a studio from the list"),
            ({"stand_in": "S-CAST", "start": "20"}, "from 50 to 1000"),
            ({"stand_in": "S-CAST", "start": "halb"}, "Write a whole number, such as 150."),
        ],
    )
    def test_a_mistake_is_said(self, world, admin, data, sentence):
        answer = admin.post("/rules/stand-ins/S-ROLL", data={"seen": "", "seen_start": "", **data})
        assert answer.status_code == 422
        assert sentence in main_text(answer.text)

    def test_an_old_page_is_told_what_holds_now(self, session, world, admin):
        form = form_of(admin, "/rules/stand-ins/S-ROLL", "stand_in").fill(stand_in="")
        with writing(session):
            world.studio.stand_in = world.other_studio
        assert "Now it is: Studio S-CAST" in main_text(press(admin, form, status=409).text)


class TestLessons:
    def test_what_is_handed_on_twice_becomes_a_draft(self, session, world, client):
        for turn in range(2):
            proposal = stories.filed(session, world, title=f"漏气的第{turn}根风管", problem="风管漏气嘶嘶响")
            with writing(session):
                routing.transfer(
                    session, proposal, "S-CAST", actor=world.lead, at=world.at, words="这是他们的事", calendar=CALENDAR
                )
        stories.filed(session, world)
        sign_in_as(client, world.coordinator)
        page = client.get("/rules/transfers")
        assert "From Studio S-ROLL to Studio S-CAST2" in main_text(page.text)
        address = page.text.split('href="/rules/new?')[1].split('"')[0].replace("&amp;", "&")
        form = form_of(client, f"/rules/new?{address}", "words")
        assert form.value("studio") == "S-CAST"
        assert "漏气" in form.value("words")

    def test_secrets_teach_nobody_who_may_not_read_them(self, session, world, client):
        for turn in range(2):
            proposal = stories.filed(session, world, title=f"漏气{turn}")
            with writing(session):
                routing.transfer(
                    session, proposal, "S-CAST", actor=world.lead, at=world.at, words="给他们", calendar=CALENDAR
                )
                proposal.confidential = True
        sign_in_as(client, world.admin)
        assert "Nothing to learn yet" in main_text(client.get("/rules/transfers").text)


def test_lists_cost_the_same_with_more_rules(session: Session, world: World, admin: FlaskClient, save) -> None:
    def costs() -> list[int]:
        found = []
        for page in ("", "/order", "/history", "/try", "/stand-ins", "/transfers"):
            with listening() as heard:
                admin.get(f"/rules{page}")
            found.append(heard.count)
        return found

    save()
    costs()  # fills what is kept for a minute
    few = costs()
    for turn in range(3):
        save(RuleDraft(40 + turn, "S-ROLL", words=(f"新词{turn}",)))
        with writing(session):
            session.add(
                Studio(
                    code=f"S-{turn}",
                    name_zh="新",
                    kind="employee",
                    level="enterprise",
                    unit=world.plant,
                    specialities=[],
                )
            )
    assert costs() == few
