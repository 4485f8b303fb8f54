"""Blank forms, and keying in what stands on them; on both databases."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from models import AttachmentRole, PaperForm, Proposal, ProposalState, Role, RoleGrant
from studio.domain.errors import InvalidInput, NotAllowed, NotFound
from studio.files.uploads import UploadLimits
from studio.operations import paper
from studio.operations.attachments import prepare_attachment
from studio.operations.filing import Filing
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.files import samples
from tests.operations.conftest import CALENDAR

pytestmark = on_both_databases
WORDS = {
    "problem": "盖板边上翘起来三公分多，推小车过去咣当一下。",
    "measure": "盖板重新折边，四角加限位角铁。",
    "effect": "不再绊人。",
    "submitter_no": "000101",
}


@pytest.fixture
def sheet(session, world):
    with writing(session):
        (made,) = paper.print_forms(session, world.team, sheets=1, actor=world.leader, at=world.at)
    return made


@pytest.fixture
def scan(services):
    def made(content=None, name="表.jpg"):
        stream = io.BytesIO(content or samples.picture())
        return prepare_attachment(stream, name, limits=UploadLimits(), store=services.files, field="original")

    return made


def key_in(session, world, sheet, original, *, actor=None, days_ago=4, **words):
    today = world.at.date()
    with writing(session):
        return paper.key_in(
            session,
            sheet.id,
            Filing(**{**WORDS, **words}),
            written_on=None if days_ago is None else today - timedelta(days=days_ago),
            original=original,
            actor=actor or world.leader,
            at=world.at,
            today=today,
            calendar=CALENDAR,
            files_per_proposal=12,
        )


def test_sheets_get_running_numbers_of_their_own(session, world):
    with writing(session):
        made = paper.print_forms(session, world.team, sheets=3, actor=world.leader, at=world.at)
    assert [one.id for one in made] == [1, 2, 3]


@pytest.mark.parametrize("sheets", [0, -1, 51])
def test_only_a_pad_at_a_time(session, world, sheets):
    with pytest.raises(InvalidInput), writing(session):
        paper.print_forms(session, world.team, sheets=sheets, actor=world.leader, at=world.at)


def test_only_for_teams_that_one_leads(session, world):
    for actor, unit in ((world.worker, world.team), (world.leader, world.other_team), (world.leader, world.plant)):
        with pytest.raises(NotAllowed), writing(session):
            paper.print_forms(session, unit, sheets=1, actor=actor, at=world.at)


def test_what_stands_on_it_is_filed_for_whoever_wrote_it_with_the_sheet_as_original(session, world, sheet, scan):
    filed = key_in(session, world, sheet, scan())
    assert (filed.submitter, filed.filed_by, filed.problem) == (world.worker, world.leader, WORDS["problem"])
    assert filed.number == "2026-00001"
    assert [one.role for one in filed.attachments] == [AttachmentRole.PAPER]
    kept = session.scalars(select(PaperForm)).one()
    assert (kept.proposal, kept.written_on) == (filed, world.at.date() - timedelta(days=4))


def test_a_scan_may_be_a_pdf(session, world, sheet, scan):
    filed = key_in(session, world, sheet, scan(samples.PDF, "表.pdf"))
    assert [one.role for one in filed.attachments] == [AttachmentRole.PAPER]


def test_a_sheet_is_filed_once_whatever_is_typed_the_second_time(session, world, sheet, scan):
    first = key_in(session, world, sheet, scan())
    assert key_in(session, world, sheet, scan(), problem="别的。") == first
    assert session.scalars(select(Proposal.problem)).all() == [WORDS["problem"]]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"days_ago": None}, ("written_on_missing", "written_on")),
        ({"days_ago": -1}, ("written_on_wrong", "written_on")),
        ({"measure": ""}, ("measure_missing", "measure")),
        ({"submitter_no": "999999"}, ("person_unknown", "submitter_no")),
        ({"submitter_no": "000104"}, ("not_your_team", "submitter_no")),
    ],
)
def test_what_is_missing_is_told_and_nothing_is_written(session, world, sheet, scan, facts, code):
    with pytest.raises(InvalidInput) as error:
        key_in(session, world, sheet, scan(), **facts)
    assert [(problem.code, problem.field) for problem in error.value.problems] == [code]
    assert session.scalars(select(Proposal)).all() == []


def test_without_a_readable_original_it_is_not_filed(session, world, sheet, scan):
    for original, code in ((None, "paper_missing"), (scan(samples.MP3, "a.mp3"), "paper_not_readable")):
        with pytest.raises(InvalidInput) as error:
            key_in(session, world, sheet, original)
        assert [problem.code for problem in error.value.problems] == [code]


def test_only_leaders_of_the_team_key_in_and_only_what_was_printed(session, world, sheet, scan):
    with writing(session):
        world.stranger.grants = [RoleGrant(role=Role.TEAM_LEADER, unit=world.other_team)]
    for actor in (world.worker, world.stranger):
        with pytest.raises(NotFound):
            key_in(session, world, sheet, scan(), actor=actor)
    with pytest.raises(NotFound):
        key_in(session, world, PaperForm(id=99), scan())


def test_filed_from_paper_it_goes_its_usual_way(session, world, sheet, scan):
    assert key_in(session, world, sheet, scan()).state is ProposalState.UNDER_REVIEW
