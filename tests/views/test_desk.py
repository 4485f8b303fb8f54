"""The review desk: the right proposals on the right pile, at a fixed price."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Kind, Person, ProposalState, Theme, Verb
from studio.domain.desk_filter import Asked, Field, Pile
from studio.domain.turns import Turn
from studio.queries import desk
from tests.conftest import Clock, on_both_databases
from tests.factories import stories
from tests.factories.world import World
from tests.support.pages import PageClient, main_text
from tests.support.people import sign_in_as
from tests.support.statements import listening


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.test_client_class = PageClient
    return app.test_client()


def turns(session: Session, world: World, person: Person, pile: Pile = Pile.MINE, days: int = 0) -> list[Turn | None]:
    at = world.at + timedelta(days=days)
    month_start = world.at - timedelta(days=15)
    page = desk.page_of(
        session, person, Asked(pile), at=at, today=at.date(), zone=stories.CALENDAR.zone, month_start=month_start
    )
    assert len(page.rows) == page.counts[pile]
    assert desk.waiting(session, person, at=at, today=at.date()) == page.counts[Pile.MINE]
    assert desk.pressing(session, person, at=at, today=at.date(), most=3).count == page.counts[Pile.MINE]
    return [row.turn for row in page.rows]


@on_both_databases
def test_a_proposal_walks_over_the_desks(session: Session, world: World):
    proposal = stories.filed(session, world)
    first = proposal.reviewer
    second = world.second_reviewer if first is world.reviewer else world.reviewer
    assert first is not None
    assert turns(session, world, first) == [Turn.ANSWER]
    assert turns(session, world, second) == [Turn.SCORE]
    assert turns(session, world, world.lead) == []  # two are asked, and the lead decides

    stories.reviewed(session, world, proposal, first)
    assert turns(session, world, first) == []
    assert turns(session, world, first, Pile.OTHERS) == [None]
    assert len(turns(session, world, first, Pile.DONE)) == 1

    stories.reviewed(session, world, proposal, second)
    assert turns(session, world, world.lead) == [Turn.DECIDE]

    stories.decided(session, world, proposal)
    assert turns(session, world, world.lead) == []
    stories.implemented(session, world, proposal)
    assert proposal.state is ProposalState.IMPLEMENTED
    assert turns(session, world, world.lead) == [Turn.VERIFY]


def test_what_is_late_comes_to_the_lead_with_whatever_reviews_there_are(session: Session, world: World):
    stories.filed(session, world)
    assert turns(session, world, world.lead, days=40) == [Turn.DECIDE]


def test_a_question_puts_the_ball_with_the_author(session: Session, world: World):
    stories.asked(session, world, stories.filed(session, world))
    assert turns(session, world, world.lead) == []
    assert turns(session, world, world.lead, Pile.OTHERS) == [None]


def test_a_trial_comes_back_before_it_ends(session: Session, world: World):
    ends = (world.at + timedelta(days=30)).date()
    stories.decided(session, world, stories.filed(session, world), Verb.START_TRIAL, trial_ends_on=ends)
    assert turns(session, world, world.lead, days=2) == []
    assert turns(session, world, world.lead, days=24) == [Turn.HEAR_TRIAL]


def test_a_trial_that_is_over_says_so(session: Session, world: World, client: FlaskClient, clock: Clock):
    ends = (world.at + timedelta(days=30)).date()
    stories.decided(session, world, stories.filed(session, world), Verb.START_TRIAL, trial_ends_on=ends)
    sign_in_as(client, world.lead)
    for days, said in ((29, "until 16 Dec"), (31, "trial over on 16 Dec")):
        clock.at = world.at + timedelta(days=days)
        assert said in main_text(client.get("/desk").text)


def test_nobody_finds_his_own_on_his_desk(session: Session, world: World):
    stories.filed(session, world, author=world.reviewer)
    assert turns(session, world, world.reviewer) == []


def test_other_studios_see_nothing(session: Session, world: World):
    stories.filed(session, world)
    assert turns(session, world, world.other_lead) == []
    assert turns(session, world, world.stranger) == []


@on_both_databases
def test_the_page_shows_late_ones_first(session: Session, world: World, client: FlaskClient, clock: Clock):
    late = stories.filed(session, world, title="早就该答复的")
    stories.filed(session, world, at=world.at + timedelta(days=10), title="刚送来的")
    clock.at = world.at + timedelta(days=10, hours=1)
    sign_in_as(client, late.reviewer or world.reviewer)
    text = main_text(client.get("/desk").text)
    assert text.index("早就该答复的") < text.index("刚送来的")
    assert "late" in text


@pytest.mark.parametrize("pile", ["mine", "decide", "author", "others", "all", "done"])
def test_an_empty_pile_says_so(world: World, client: FlaskClient, pile: str):
    sign_in_as(client, world.other_lead)
    answer = client.get(f"/desk?pile={pile}")
    assert answer.status_code == 200
    assert 'class="empty"' in answer.text


@pytest.mark.parametrize(
    "query",
    [
        "?pile=nonsense",
        "?page=99",
        "?page=abc",
        "?page=-1",
        "?pile=done&page=7",
        "?kind=x&unit=%00&due=never&reviews=99&judge=-1&words=%00%25",
    ],
)
def test_a_strange_address_is_no_error(session: Session, world: World, client: FlaskClient, query: str):
    stories.filed(session, world)
    sign_in_as(client, world.lead)
    assert client.get(f"/desk{query}").status_code == 200


def test_workers_have_no_desk_and_coordinators_another(world: World, client: FlaskClient):
    sign_in_as(client, world.worker)
    assert client.get("/desk").status_code == 403
    sign_in_as(client, world.coordinator)
    answer = client.get("/desk")
    assert (answer.status_code, answer.location) == (302, "/coordination")


def test_the_desk_costs_the_same_with_one_and_three(session: Session, world: World, client: FlaskClient):
    stories.filed(session, world)
    sign_in_as(client, world.lead)
    client.get("/desk")
    counts = []
    for _ in range(2):
        with listening() as heard:
            client.get("/desk")
        counts.append(heard.count)
        stories.filed(session, world)
        stories.filed(session, world)
    assert counts[0] == counts[1]


def desk_text(client: FlaskClient, query: str) -> str:
    answer = client.get(f"/desk?pile=all&{query}")
    assert answer.status_code == 200
    return main_text(answer.text)


@on_both_databases
def test_the_desk_is_narrowed_by_whatever_is_known(session: Session, world: World, client: FlaskClient, clock: Clock):
    kind, theme = session.scalars(select(Kind)).first(), session.scalars(select(Theme)).first()
    assert kind
    assert theme
    one = stories.filed(session, world, title="导卫改造", kind=kind, themes=[theme])
    other = stories.filed(session, world, at=world.at + timedelta(days=10), title="照明 LED")
    stories.reviewed(session, world, one, world.reviewer)
    clock.at = world.at + timedelta(days=10, hours=1)
    sign_in_as(client, world.lead)
    asked = {
        "due=late": False,  # answered by the review, and ten working days are not over
        f"kind={kind.id}": True,
        f"theme={theme.id}": True,
        "reviews=1": True,
        "reviews=0": False,
        f"words=导卫+{str(one.number)[-3:]}": True,
        "words=led": False,
        f"judge={world.reviewer.id}": False,
        f"kind={kind.id}&reviews=0": False,
    }
    for query, kept in asked.items():
        assert ("导卫改造" in desk_text(client, query)) is kept, query
    for query in (f"unit={world.plant.id}", f"unit={world.team.id}", f"studio={world.studio.id}"):
        assert {"导卫改造", "照明 LED"} <= {row.title for row in (one, other) if row.title in desk_text(client, query)}
    assert "导卫改造" not in desk_text(client, f"unit={world.other_plant.id}")


def test_counts_beside_choices_respect_everything_else(session: Session, world: World):
    kind = session.scalars(select(Kind)).first()
    assert kind
    for title in ("盖板一", "盖板二"):
        stories.reviewed(session, world, stories.filed(session, world, title=title, kind=kind), world.reviewer)
    stories.filed(session, world, title="照明")
    at = world.at
    asked = Asked(Pile.ALL, "盖板", {Field.REVIEWS: "0"})
    page = desk.page_of(
        session, world.lead, asked, at=at, today=at.date(), zone=stories.CALENDAR.zone, month_start=world.at
    )
    assert not page.rows
    assert page.choices[Field.REVIEWS] == {"1": 2}  # what another number of reviews would leave
    assert not page.choices[Field.KIND]  # nothing is left with no review, whatever its kind
    assert page.counts[Pile.ALL] == 0


def test_nothing_that_matches_leads_back(session: Session, world: World, client: FlaskClient):
    stories.filed(session, world)
    sign_in_as(client, world.lead)
    answer = client.get("/desk?pile=all&words=gibtsnicht")
    assert "Nothing matches" in main_text(answer.text)
    assert '/desk?pile=all"' in answer.text


def test_the_desk_is_found_again_as_it_was_left(session: Session, world: World, client: FlaskClient):
    proposal = stories.filed(session, world)
    sign_in_as(client, world.lead)
    address = f"/proposals/{proposal.number}"
    assert "Back to my desk" not in client.get(address).text
    client.get("/desk?pile=all&words=盖板&due=today")
    page = client.get(address).text
    assert "Back to my desk" in page
    assert "pile=all&amp;words=%E7%9B%96%E6%9D%BF&amp;due=today" in page
    assert "due=today" in client.get(f"/decisions/several?chosen={proposal.number}").text
    client.get("/desk")
    assert "Back to my desk" not in client.get(address).text


def test_what_was_ticked_and_may_not_be_decided_is_named(session: Session, world: World, client: FlaskClient):
    mine, foreign = stories.filed(session, world), stories.filed(session, world, author=world.lead)
    sign_in_as(client, world.lead)
    text = main_text(client.get(f"/decisions/several?chosen={mine.number}&chosen={foreign.number}").text)
    assert "You may not decide these now" in text
    assert str(foreign.number) in text


def test_only_a_lead_has_what_he_decides_as_a_tab(world: World, client: FlaskClient):
    for person, shown in ((world.lead, True), (world.reviewer, False)):
        sign_in_as(client, person)
        assert ("I decide" in main_text(client.get("/desk").text)) is shown
