"""What routing looks at, and what it answers: plain values, made by `studio.queries.routing`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class ProposalFacts:
    """What routing looks at. `units` are codes: the author's own unit first, then its ancestors up to the root."""

    title: str = ""
    problem: str = ""
    measure: str = ""
    effect: str = ""
    location: str = ""
    units: tuple[str, ...] = ()
    kind: str | None = None
    themes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RoutingRule:
    """Every column that is not empty must match; in each one hit suffices. Lower priority goes first."""

    studio: str
    priority: int
    units: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StudioFacts:
    """A studio as routing sees it; `capacity` is in proposals a month, None when nobody said."""

    code: str
    unit: str
    specialities: tuple[str, ...] = ()
    capacity: int | None = None
    active: bool = True
    about: tuple[str, ...] = ()
    """What is written of it and its people: introductions, jobs."""


@dataclass(frozen=True, slots=True)
class Precedent:
    """A proposal of the archive, like the new one, and the studio that dealt with it."""

    number: str
    studio: str
    likeness: float
    """How much of the new one's telling words it has, 0 to 1, as the search index says."""
    title: str = ""
    location: str = ""
    units: tuple[str, ...] = ()
    """Codes: the author's own unit first, then those above it."""
    themes: tuple[str, ...] = ()
    taken_from: tuple[str, ...] = ()
    """Studios that had it before a person handed it on."""


@dataclass(frozen=True, slots=True)
class Experience:
    """What was found in the archive before routing; `away` says that it could not be asked."""

    precedents: tuple[Precedent, ...] = ()
    away: bool = False


NO_EXPERIENCE: Final = Experience()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a studio, to be said in one sentence.

    Codes and what their params hold beside `studio`, `load` and `capacity` (both None when unknown):
    `rule_words`, `speciality`: `words`, strongest first; `rule_theme`: `themes`; `rule_kind`: `kinds`;
    `rule_unit`, `unit`: `unit`, the code of the one in common; `precedents`: `precedents`, numbers, most alike first;
    `about`: `words`; `rule_all`: nothing more.
    """

    code: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One studio that could take the proposal; a higher score is a better fit and means nothing by itself."""

    studio: str
    score: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class RoutingResult:
    """The choice; without a `best` the proposal goes to the coordinator's desk, the runners-up as suggestions."""

    best: Candidate | None = None
    runners_up: tuple[Candidate, ...] = ()

    @property
    def ranking(self) -> tuple[Candidate, ...]:
        """All studios that came up, best first, whether or not the best one is good enough to be given the proposal."""
        return (self.best, *self.runners_up) if self.best else self.runners_up

    @property
    def reason(self) -> Reason | None:
        """Why the best one."""
        return self.best.reason if self.best else None
