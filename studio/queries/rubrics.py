"""Rubrics and their versions: the one that holds for a kind, and what an administrator looks at."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models import Criterion, Kind, Review, Rubric, RubricEntry, RubricVersion, rubric_kinds
from studio.domain.rubrics import CriterionDraft, LevelDraft, RubricDraft
from studio.queries.people import by_name_only

ENTRIES_SHOWN = 30
WHOLE = (joinedload(RubricVersion.rubric), selectinload(RubricVersion.criteria).selectinload(Criterion.levels))
"""A version with all that a form shows of it."""


def version_by_id(session: Session, version_id: int) -> RubricVersion:
    """Return a version that some review was made with."""
    return session.scalars(select(RubricVersion).where(RubricVersion.id == version_id).options(*WHOLE)).one()


def newest_for_kind(session: Session, kind_id: int | None) -> RubricVersion:
    """Return the newest version of the kind's own rubric, or of the default one where it has none."""
    return session.scalars(_newest_for(kind_id).with_only_columns(RubricVersion).options(*WHOLE)).one()


def newest_id_for_kind(session: Session, kind_id: int | None) -> int:
    """Return the id of ``newest_for_kind``."""
    return session.scalars(_newest_for(kind_id)).one()


def _newest_for(kind_id: int | None) -> Select[int]:
    own = select(rubric_kinds.c.rubric_id).where(rubric_kinds.c.kind_id == kind_id).scalar_subquery()
    default = select(Rubric.id).where(Rubric.is_default).scalar_subquery()
    holds = RubricVersion.rubric_id == func.coalesce(own, default)
    return select(RubricVersion.id).where(holds).order_by(RubricVersion.number.desc()).limit(1)


def rubrics(session: Session) -> Sequence[Rubric]:
    """Return all rubrics with versions and criteria, the retired ones last; the number of statements is fixed."""
    statement = (
        select(Rubric)
        .options(selectinload(Rubric.versions).selectinload(RubricVersion.criteria), selectinload(Rubric.kinds))
        .order_by(Rubric.active.desc(), Rubric.is_default.desc(), Rubric.position, Rubric.id)
    )
    return session.scalars(statement).all()


def rubric(session: Session, code: str, *, lock: bool = False) -> Rubric | None:
    """Return one rubric with its versions and all that they ask.

    With ``lock`` the row stays locked until the transaction ends, so that versions are numbered one after the other.
    """
    version = selectinload(Rubric.versions)
    statement = (
        select(Rubric)
        .where(Rubric.code == code.replace("\0", ""))
        .options(
            version.selectinload(RubricVersion.criteria).selectinload(Criterion.levels),
            version.joinedload(RubricVersion.created_by).options(*by_name_only()),
            selectinload(Rubric.kinds),
        )
    )
    return session.scalars(statement.with_for_update(of=Rubric) if lock else statement).one_or_none()


def entries(session: Session) -> Sequence[RubricEntry]:
    """Return who published, chose and retired what, the newest first; only the last so many."""
    related = (joinedload(RubricEntry.rubric), joinedload(RubricEntry.kind))
    statement = select(RubricEntry).options(*related, joinedload(RubricEntry.by).options(*by_name_only()))
    return session.scalars(statement.order_by(RubricEntry.id.desc()).limit(ENTRIES_SHOWN)).unique().all()


def review_counts(session: Session) -> Mapping[int, int]:
    """Return how many reviews were made with each version, by its id; versions without any are not there."""
    statement = select(Review.rubric_version_id, func.count()).group_by(Review.rubric_version_id)
    return {version_id: count for version_id, count in session.execute(statement)}  # noqa: C416 - dict() would lose the types


def kinds_with_rubric(session: Session) -> Sequence[tuple[Kind, str]]:
    """Return the kinds in use, each with the code of its own rubric; empty where the default one holds."""
    statement = (
        select(Kind, func.coalesce(Rubric.code, ""))
        .outerjoin(rubric_kinds, rubric_kinds.c.kind_id == Kind.id)
        .outerjoin(Rubric, Rubric.id == rubric_kinds.c.rubric_id)
        .where(Kind.active)
        .order_by(Kind.position, Kind.id)
    )
    return [(kind, code) for kind, code in session.execute(statement)]


def draft_of(version: RubricVersion) -> RubricDraft:
    """Return a version as what somebody could have typed: where a new one begins."""
    criteria = tuple(_criterion_draft(criterion) for criterion in version.criteria)
    return RubricDraft(version.rubric.name_zh, version.rubric.name_en, criteria)


def _criterion_draft(criterion: Criterion) -> CriterionDraft:
    return CriterionDraft(
        criterion.name_zh,
        criterion.name_en,
        criterion.weight,
        criterion.lowest,
        criterion.highest,
        criterion.hint_zh,
        criterion.hint_en,
        tuple(LevelDraft(level.from_score, level.text_zh, level.text_en) for level in criterion.levels),
        criterion.code,
    )
