"""Forms on paper: printing blank ones, and keying in what somebody has written by hand."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AttachmentRole, PaperForm, Person, Proposal, Role, Unit
from studio.domain.clock import WorkCalendar
from studio.domain.errors import InvalidInput, NotAllowed, NotFound, Problem
from studio.domain.paper import MOST_SHEETS, check_day
from studio.domain.routing import NO_EXPERIENCE, Experience
from studio.files.uploads import PreparedUpload
from studio.operations import attachments, filing
from studio.operations.filing import Filing

PDF = "application/pdf"


def print_forms(session: Session, unit: Unit, *, sheets: int, actor: Person, at: datetime) -> list[PaperForm]:
    """Make blank forms for a unit and return them, each with its running number.

    Raises NotAllowed unless the actor leads the unit as a team leader, and InvalidInput: ``sheets_wrong``.
    """
    if not (actor.active and actor.has_role(Role.TEAM_LEADER, unit)):
        raise NotAllowed
    if not 1 <= sheets <= MOST_SHEETS:
        raise InvalidInput([Problem("sheets_wrong", "sheets", {"most": MOST_SHEETS})])
    made = [PaperForm(unit=unit, printed_by_id=actor.id, printed_at=at) for _ in range(sheets)]
    session.add_all(made)
    session.flush()
    return made


def key_in(
    session: Session,
    form_id: int,
    filing_given: Filing,
    *,
    written_on: date | None,
    original: PreparedUpload | None,
    actor: Person,
    at: datetime,
    today: date,
    calendar: WorkCalendar,
    files_per_proposal: int,
    experience: Experience = NO_EXPERIENCE,
) -> Proposal:
    """File what stands on a sheet, on behalf of whoever wrote it, with the sheet as its original.

    A sheet is filed once: a second click, or somebody else with the same sheet, gets what was filed. Raises NotFound
    for a sheet that was never printed or is another team's, and InvalidInput as filing does, and:
    ``written_on_missing`` and ``written_on_wrong`` at ``written_on``, ``paper_missing`` and ``paper_not_readable``
    at ``original``.
    """
    form = session.scalars(select(PaperForm).where(PaperForm.id == form_id).with_for_update(of=PaperForm)).one_or_none()
    if form is None or not keyed_in_by(actor, form):
        raise NotFound
    if form.proposal is not None:
        return form.proposal
    problems = [*check_day(written_on, today=today), *_check_original(original)]
    if problems or original is None:
        raise InvalidInput(problems)
    draft = filing.save_draft(session, replace(filing_given, filing_key=None), actor=actor, at=at)
    attachments.attach(
        session,
        draft,
        original,
        role=AttachmentRole.PAPER,
        actor=actor,
        at=at,
        files_per_proposal=files_per_proposal,
    )
    filed = filing.submit(session, draft, actor=actor, at=at, calendar=calendar, experience=experience)
    form.proposal, form.written_on = filed, written_on
    return filed


def keyed_in_by(actor: Person, form: PaperForm) -> bool:
    """Leads the team for which the sheet was printed; for all others there is no such sheet, as its numbers run on."""
    return actor.active and actor.has_role(Role.TEAM_LEADER, form.unit)


def _check_original(original: PreparedUpload | None) -> list[Problem]:
    if original is None:
        return [Problem("paper_missing", "original")]
    if original.media_type != PDF and not original.media_type.startswith("image/"):
        return [Problem("paper_not_readable", "original")]
    return []
