"""Who gets a studio's work while it takes none, or has its hands full.

Routing chooses as if nobody were away; only then the work goes on to whoever stands in. So a rule keeps saying whose
matter something is, and is right again on the day the studio is back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from studio.domain.routing import Candidate, Reason, RoutingResult, StudioFacts

LOWEST_PERCENT, HIGHEST_PERCENT = 50, 1000


@dataclass(frozen=True, slots=True)
class Receiver(StudioFacts):
    """A studio with who stands in for it.

    `takes` says whether it takes proposals itself; `active`, which routing looks at, also holds for one that takes
    none as long as somebody stands in. `stand_in_from` is how full it must be, in per cent of a month's work.
    """

    takes: bool = True
    stand_in: str | None = None
    stand_in_from: int | None = None


def circle(stand_ins: Mapping[str, str]) -> tuple[str, ...]:
    """Return a way that leads from a studio through its stand-ins back to it, both ends named; empty if there is none.

    `stand_ins` maps the code of a studio to that of its stand-in.
    """
    for start in sorted(stand_ins):
        way = [start]
        while (following := stand_ins.get(way[-1])) is not None:
            if following in way:
                return (*way[way.index(following) :], following)
            way.append(following)
    return ()


def receiver_of(studio: Receiver, others: Mapping[str, Receiver], load: Mapping[str, int]) -> Receiver | None:
    """Return who takes the work of a studio now: itself, the first along its stand-ins who is free, or nobody.

    If all along the way have their hands full, it is the first who takes proposals at all.
    """
    way: list[Receiver] = []
    here: Receiver | None = studio
    while here is not None and here not in way:
        way.append(here)
        here = others.get(here.stand_in or "")
    taking = [one for one in way if one.takes]
    return next((one for one in taking if not is_full(one, load)), taking[0] if taking else None)


def is_full(studio: Receiver, load: Mapping[str, int]) -> bool:
    """Tell whether so much waits in a studio that its stand-in gets what comes."""
    if studio.stand_in_from is None or not studio.capacity:
        return False
    return load.get(studio.code, 0) * 100 >= studio.capacity * studio.stand_in_from


def reachable(studios: Iterable[Receiver]) -> frozenset[str]:
    """Return the codes of the studios whose work finds a place: with themselves or with who stands in."""
    others = {studio.code: studio for studio in studios}
    return frozenset(code for code, studio in others.items() if receiver_of(studio, others, {}) is not None)


def resolved(
    result: RoutingResult, studios: Iterable[Receiver], load: Mapping[str, int] | None = None
) -> RoutingResult:
    """Return the result with every studio replaced by who takes its work now; each studio is named once, at its best.

    `studios` are those that may be asked at all: nobody else stands in.
    """
    others = {studio.code: studio for studio in studios}
    found: dict[str, Candidate] = {}
    for candidate in result.ranking:
        taker = receiver_of(others[candidate.studio], others, load or {})
        if taker is not None:
            found.setdefault(taker.code, _handed_on(candidate, others[candidate.studio], taker, load or {}))
    ranked = tuple(found.values())
    if result.best is None:  # suggestions only
        return RoutingResult(None, ranked)
    return RoutingResult(ranked[0], ranked[1:]) if ranked else RoutingResult()


def _handed_on(candidate: Candidate, first: Receiver, taker: Receiver, load: Mapping[str, int]) -> Candidate:
    if taker.code == first.code:
        return candidate
    code = "stand_in_full" if first.takes else "stand_in_closed"
    params = {"studio": taker.code, "instead": first.code, "load": load.get(taker.code), "capacity": taker.capacity}
    return Candidate(taker.code, candidate.score, Reason(code, params))
