"""By what is scored: publishing a new version of a rubric, choosing rubrics for kinds, retiring one.

Nothing here touches a review: it keeps its version, and a proposal that has one keeps to that version to its end.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Criterion, CriterionLevel, Kind, Person, Rubric, RubricAct, RubricEntry, RubricVersion
from studio.domain.completeness import clean_line, too_long
from studio.domain.errors import InvalidInput, Problem, Stale
from studio.domain.rubrics import CHANGE_LIMIT, CriterionDraft, RubricDraft, check, check_new, prepared
from studio.operations.administration import require_administrator
from studio.operations.rubric_templates import DEFAULT_CODE, TEMPLATES
from studio.queries.rubrics import draft_of

CODE_LIMIT = 30


def publish(
    session: Session,
    rubric: Rubric,
    draft: RubricDraft,
    *,
    actor: Person,
    at: datetime,
    seen: int,
    change: str = "",
) -> RubricVersion:
    """Let what the draft says hold from now on; return the version that holds, the present one if nothing changed.

    ``seen`` is the number of the version that the draft was made from. A second click changes nothing. Raises
    NotAllowed; InvalidInput with the problems of ``studio.domain.rubrics.check`` and ``too_long`` at ``change``;
    Stale if somebody else has published meanwhile.
    """
    require_administrator(actor)
    draft, change, newest = prepared(draft), clean_line(change), rubric.versions[-1]
    problems = [*check(draft), *too_long(change, "change", CHANGE_LIMIT)]
    if problems:
        raise InvalidInput(problems)
    unchanged = _without_codes(draft) == _without_codes(draft_of(newest))
    if newest.number != seen and not (unchanged and newest.created_by_id == actor.id):
        raise Stale
    rubric.name_zh, rubric.name_en = draft.name_zh, draft.name_en
    if unchanged:
        return newest
    draft = _with_codes(draft, {criterion.code for criterion in newest.criteria})
    version = version_from(draft, newest.number + 1)
    version.created_by, version.created_at, version.change = actor, at, change
    rubric.versions.append(version)
    _note(session, RubricAct.PUBLISHED, actor, at, rubric=rubric, version_number=version.number)
    session.flush()
    return version


def begin(session: Session, draft: RubricDraft, *, actor: Person, at: datetime, change: str = "") -> Rubric:
    """Make a new rubric; it scores nothing until it is chosen. A second click finds the first one's name taken.

    Raises NotAllowed, and InvalidInput with the problems of ``studio.domain.rubrics.check_new``, ``too_long`` at
    ``change``, and ``rubric_name_taken`` at ``name_zh``.
    """
    require_administrator(actor)
    draft, change = prepared(draft), clean_line(change)
    problems = [*check_new(draft), *too_long(change, "change", CHANGE_LIMIT)]
    if session.scalar(select(Rubric.id).where(Rubric.name_zh == draft.name_zh)) is not None:
        problems.append(Problem("rubric_name_taken", "name_zh"))
    if problems:
        raise InvalidInput(problems)
    version = version_from(_with_codes(draft, set()), 1)
    version.created_by, version.created_at, version.change = actor, at, change
    last = session.scalar(select(func.max(Rubric.position))) or 0
    code = _new_code(draft.name_en, set(session.scalars(select(Rubric.code))), otherwise="rubric")
    made = Rubric(code=code, name_zh=draft.name_zh, name_en=draft.name_en, position=last + 1, versions=[version])
    session.add(made)
    _note(session, RubricAct.PUBLISHED, actor, at, rubric=made, version_number=1)
    session.flush()
    return made


def choose(session: Session, *, default: str, by_kind: Mapping[str, str], actor: Person, at: datetime) -> None:
    """Score new proposals of some kinds by other rubrics, by code; kinds with an empty one are scored by the default.

    Kinds that are not named stay as they are. Raises NotAllowed, and InvalidInput: ``rubric_unknown`` at ``default``
    or at the kind's code for one that is none or retired, ``kind_unknown``.
    """
    require_administrator(actor)
    rubrics = {rubric.code: rubric for rubric in session.scalars(select(Rubric).where(Rubric.active))}
    kinds = {kind.code: kind for kind in session.scalars(select(Kind))}
    problems = [Problem("rubric_unknown", "default")] if default not in rubrics else []
    problems += [Problem("rubric_unknown", kind) for kind, code in by_kind.items() if code and code not in rubrics]
    problems += [Problem("kind_unknown") for kind in by_kind if kind not in kinds]
    if problems:
        raise InvalidInput(problems)
    _note_choice(session, rubrics, kinds, default, by_kind, actor, at)
    for rubric in rubrics.values():
        rubric.kinds = [kind for kind in rubric.kinds if kind.code not in by_kind]
        rubric.is_default = rubric.is_default and rubric.code == default
    session.flush()  # a kind has one rubric at a time, and the database knows one default at a time
    rubrics[default].is_default = True
    for kind, code in by_kind.items():
        if code:
            rubrics[code].kinds.append(kinds[kind])


def retire(session: Session, rubric: Rubric, *, actor: Person, at: datetime) -> None:
    """Take a rubric out of use; its kinds go back to the default. Raises NotAllowed and ``rubric_is_default``."""
    require_administrator(actor)
    if rubric.is_default:
        raise InvalidInput([Problem("rubric_is_default")])
    if rubric.active:
        _note(session, RubricAct.RETIRED, actor, at, rubric=rubric)
    rubric.active, rubric.kinds = False, []


def take_back(session: Session, rubric: Rubric, *, actor: Person, at: datetime) -> None:
    """Let a retired rubric be chosen again. Raises NotAllowed."""
    require_administrator(actor)
    if not rubric.active:
        _note(session, RubricAct.TAKEN_BACK, actor, at, rubric=rubric)
    rubric.active = True


def _note(session: Session, act: RubricAct, actor: Person, at: datetime, **about: Any) -> None:  # noqa: ANN401 - columns of the entry
    """Leave a line for those who ask later who did it."""
    session.add(RubricEntry(act=act, by=actor, at=at, **about))


def _note_choice(  # noqa: PLR0917 - what is chosen, out of what, by whom and when
    session: Session,
    rubrics: Mapping[str, Rubric],
    kinds: Mapping[str, Kind],
    default: str,
    by_kind: Mapping[str, str],
    actor: Person,
    at: datetime,
) -> None:
    """Leave a line for each choice that differs from the present one."""
    present = {kind.code: rubric.code for rubric in rubrics.values() for kind in rubric.kinds}
    if not rubrics[default].is_default:
        _note(session, RubricAct.CHOSEN, actor, at, rubric=rubrics[default])
    for kind, code in by_kind.items():
        if code != present.get(kind, ""):
            _note(session, RubricAct.CHOSEN, actor, at, rubric=rubrics.get(code), kind=kinds[kind])


def fill_in_templates(session: Session) -> list[Rubric]:
    """Return the rubrics that come with the program and are not there yet; retired ones are there."""
    present = set(session.scalars(select(Rubric.code)))
    default = session.scalar(select(Rubric.code).where(Rubric.is_default)) or DEFAULT_CODE
    return [
        Rubric(
            code=code,
            name_zh=draft.name_zh,
            name_en=draft.name_en,
            position=position,
            is_default=code == default,
            versions=[version_from(draft, 1)],
        )
        for position, (code, draft) in enumerate(TEMPLATES.items(), start=1)
        if code not in present
    ]


def version_from(draft: RubricDraft, number: int) -> RubricVersion:
    """Return a draft as a version that was not saved yet."""
    criteria = [_criterion_from(one, position) for position, one in enumerate(draft.criteria, start=1)]
    return RubricVersion(number=number, criteria=criteria)


def _criterion_from(draft: CriterionDraft, position: int) -> Criterion:
    levels = [
        CriterionLevel(from_score=level.from_score, text_zh=level.text_zh, text_en=level.text_en)
        for level in draft.levels
    ]
    return Criterion(
        code=draft.code,
        name_zh=draft.name_zh,
        name_en=draft.name_en,
        hint_zh=draft.hint_zh,
        hint_en=draft.hint_en,
        weight=draft.weight,
        lowest=draft.lowest,
        highest=draft.highest,
        position=position,
        levels=levels,
    )


def _without_codes(draft: RubricDraft) -> list[CriterionDraft]:
    return [replace(criterion, code="") for criterion in draft.criteria]


def _with_codes(draft: RubricDraft, known: set[str]) -> RubricDraft:
    """Give new lines a code made from their English name; one that the present version has not is a new line too."""
    free, taken = set(known), set(known)
    criteria = []
    for criterion in draft.criteria:
        code = criterion.code if criterion.code in free else _new_code(criterion.name_en, taken)
        free.discard(code)
        taken.add(code)
        criteria.append(replace(criterion, code=code))
    return replace(draft, criteria=tuple(criteria))


def _new_code(name: str, taken: set[str], *, otherwise: str = "criterion") -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:CODE_LIMIT] or otherwise
    numbered = (f"{plain}_{number}" for number in count(2))
    return plain if plain not in taken else next(code for code in numbered if code not in taken)
