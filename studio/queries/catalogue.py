"""The lists a form offers, and the codes that many proposals have of them."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import DecisionReason, Kind, Occasion, Theme, Unit, proposal_themes


def kinds(session: Session) -> Sequence[Kind]:
    """Return the kinds in use, in the firm's order."""
    return session.scalars(select(Kind).where(Kind.active).order_by(Kind.position, Kind.id)).all()


def themes(session: Session) -> Sequence[Theme]:
    """Return the themes in use, in the firm's order."""
    return session.scalars(select(Theme).where(Theme.active).order_by(Theme.position, Theme.id)).all()


def decision_reasons(session: Session) -> Sequence[DecisionReason]:
    """Return the reasons in use, of all outcomes, in the firm's order."""
    order = (DecisionReason.outcome, DecisionReason.position, DecisionReason.id)
    return session.scalars(select(DecisionReason).where(DecisionReason.active).order_by(*order)).all()


def occasions(session: Session) -> Sequence[Occasion]:
    """Return what a deferral may wait for by name, in the firm's order; what belongs to a unit says so."""
    statement = select(Occasion).where(Occasion.active).options(joinedload(Occasion.unit))
    return session.scalars(statement.order_by(Occasion.position, Occasion.id)).all()


def theme_codes(session: Session, proposal_ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    """Return the codes of the themes of many proposals, by the id of each; one statement."""
    statement = (
        select(proposal_themes.c.proposal_id, Theme.code)
        .join(Theme, Theme.id == proposal_themes.c.theme_id)
        .where(proposal_themes.c.proposal_id.in_(proposal_ids))
        .order_by(Theme.position, Theme.id)
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    for proposal_id, code in session.execute(statement):
        found[proposal_id].append(code)
    return found


def ways_up(session: Session) -> Callable[[str | None], tuple[str, ...]]:
    """Return what makes of a unit's path the codes from the unit itself up to the root; one statement."""
    codes = {str(unit_id): code for unit_id, code in session.execute(select(Unit.id, Unit.code))}
    return lambda path: tuple(codes[part] for part in reversed((path or "").split("/")) if part in codes)
