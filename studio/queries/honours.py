"""The honour wall of a month, for the firm or one unit: whose ideas were taken up or put to use, and who began.

Everybody reads it, and it hangs on walls: only what every colleague may read counts, and whoever is hidden anywhere is
not named here. A month that has an issue of the digest is told by the facts that were frozen with it, so it does not
change afterwards; words and names are read when it is shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Subquery, and_, not_, or_, select, union
from sqlalchemy.orm import Session

from models import Contributor, Person, Proposal, Unit, UnitLevel
from studio.domain import honours
from studio.domain.honours import TookPart
from studio.domain.periods import Month
from studio.queries import digest, digest_figures, wall
from studio.queries.blinding import concealing
from studio.queries.digest import Named
from studio.queries.visibility import open_to_everybody
from studio.queries.wall import Group, Parts, Story, What

MOST_CARDS = 60
MOST_BEGINNERS = 60
MOST_TEAMS = 15


@dataclass(frozen=True, slots=True)
class Beginner:
    """Somebody whose first proposal this was, and where he works."""

    person: Named
    unit: Named


@dataclass(frozen=True, slots=True)
class Team:
    """A team that took part, and the unit it belongs to."""

    name: Named
    above: Named | None
    part: TookPart


@dataclass(frozen=True, slots=True)
class Honours:
    """What stands on the wall. ``closed`` says that the month is over and its facts are frozen."""

    month: Month
    unit: Unit | None
    closed: bool
    groups: Sequence[Group]
    story: Story | None
    """What somebody said about one of them in his own words."""
    beginners: Sequence[Beginner]
    teams: Sequence[Team]
    whole: TookPart | None
    """All people of the unit, or of the firm; None where it was not kept."""

    def __bool__(self) -> bool:
        """Tell whether there is anything to honour."""
        return bool(self.groups or self.beginners or self.teams)


def of_month(session: Session, month: Month, unit: Unit | None, zone: ZoneInfo) -> Honours:
    """Return the wall of a month in the site's time zone; a fixed number of statements, however much happened."""
    start, end = month.span(zone)
    issue = digest.issue_of(session, month)
    facts = issue.facts if issue else digest.happened_in(session, start, end)
    told = wall.told_of(session, facts)
    own = told if unit is None else {what: wall.within(unit, part) for what, part in told.items()}
    figures = facts.get("units", {}) if issue else digest_figures.participation(session, start, end)
    told_first = wall.best_story(session, facts, own, unit)
    return Honours(
        month=month,
        unit=unit,
        closed=issue is not None,
        groups=_groups(own),
        story=told_first if told_first and told_first.sentence else None,
        beginners=_beginners(session, start, end, unit),
        teams=_teams(session, figures, unit),
        whole=_whole(session, figures, unit),
    )


def first_month(session: Session, zone: ZoneInfo) -> Month | None:
    """Return the month in which the first proposal was filed."""
    earliest = session.scalar(
        select(Proposal.submitted_at).where(Proposal.submitted_at.is_not(None)).order_by(Proposal.submitted_at).limit(1)
    )
    return Month.of(earliest, zone) if earliest else None


def _groups(parts: Parts) -> Sequence[Group]:
    return [Group(what, own=True, cards=parts[what]) for what in What if parts.get(what)]


def _beginners(session: Session, start: datetime, end: datetime, unit: Unit | None) -> Sequence[Beginner]:
    """Return who filed or shared in something for the first time, by unit; what nobody may know of does not count."""
    filed = _authors(and_(Proposal.submitted_at >= start, Proposal.submitted_at < end))
    near = Unit.path.contains(f"/{unit.id}/") if unit else Unit.id.is_not(None)
    rows = session.execute(
        select(Person.id, Person.name, Person.name_en, Unit.id, Unit.name_zh, Unit.name_en)
        .join(Unit, Unit.id == Person.unit_id)
        .where(Person.id.in_(select(filed.c.person_id)), not_(_filed_before(start)), near)
        .order_by(Unit.path, Person.name, Person.id)
        .limit(MOST_BEGINNERS)
    )
    return [Beginner(Named(i, zh, en), Named(u, unit_zh, unit_en)) for i, zh, en, u, unit_zh, unit_en in rows]


def _known(filed: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(filed, open_to_everybody(), not_(concealing()))


def _authors(filed: ColumnElement[bool]) -> Subquery:
    """Return the authors of what was filed then, as far as everybody may know them."""
    shares = select(Contributor.person_id).join(Proposal, Proposal.id == Contributor.proposal_id)
    return union(
        select(Proposal.submitter_id.label("person_id")).where(_known(filed), Proposal.submitter_id.is_not(None)),
        shares.where(_known(filed), Contributor.person_id.is_not(None)),
    ).subquery()


def _filed_before(start: datetime) -> ColumnElement[bool]:
    """Return the condition on Person that keeps who is known to have filed something before; two looks into indexes."""
    known = _known(Proposal.submitted_at < start)
    wrote = select(Proposal.id).where(Proposal.submitter_id == Person.id, known).correlate(Person)
    shared = (
        select(Contributor.id)
        .join(Proposal, Proposal.id == Contributor.proposal_id)
        .where(Contributor.person_id == Person.id, known)
        .correlate(Person)
    )
    return or_(wrote.exists(), shared.exists())


def _teams(session: Session, figures: Mapping[str, Mapping[str, int]], unit: Unit | None) -> Sequence[Team]:
    """Return the teams that took part; the database is asked for all names at once."""
    near = Unit.path.contains(f"/{unit.id}/") if unit else Unit.id.is_not(None)
    rows = session.execute(
        select(Unit.id, Unit.name_zh, Unit.name_en, Unit.parent_id, Unit.level, near).order_by(Unit.path)
    ).all()
    names = {row.id: Named(row.id, row.name_zh, row.name_en) for row in rows}
    above = {row.id: row.parent_id for row in rows}
    parts = [_part(figures, row.id) for row in rows if row.level is UnitLevel.TEAM and row[-1]]
    return [Team(names[part.unit_id], names.get(above[part.unit_id]), part) for part in honours.shown(parts)]


def _part(figures: Mapping[str, Mapping[str, Any]], unit_id: int) -> TookPart:
    of_unit = figures.get(str(unit_id), {})
    return TookPart(unit_id, of_unit.get("people", 0), of_unit.get("headcount", 0))


def _whole(session: Session, figures: Mapping[str, Mapping[str, int]], unit: Unit | None) -> TookPart | None:
    unit_id = unit.id if unit else session.scalar(select(Unit.id).where(Unit.parent_id.is_(None)).order_by(Unit.id))
    part = _part(figures, unit_id) if unit_id else None
    return part if part and part.headcount >= honours.FEWEST_PEOPLE else None
