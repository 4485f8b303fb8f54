"""How often proposals find the right studio, and how long that takes: the sample's, and those of another industry.

Run as `python -m tests.benchmarks.bench_routing [--weights] [FOLDER …]`; a folder holds a firm's tables. 60 % of the
proposals are in the archive, the others are routed: once those filed last, ten times 40 % drawn at random. Everything
goes through the functions that filing uses. ``--weights`` halves and doubles each weight in turn.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import log, sqrt
from pathlib import Path

from studio.domain import precedents, routing
from studio.domain.routing import NO_EXPERIENCE, Candidate, ProposalFacts, RoutingRule, StudioFacts, route
from studio.domain.terms import folded
from tests.benchmarks.past import Case, Cut, Past, listed, read, read_rules, table

SAMPLE = Path(__file__).parents[2] / "studio" / "sample" / "data"
OTHER = Path(__file__).parent / "hospital"
Ranking = list[str]
Way = Callable[[Cut], Callable[[Case], Ranking]]
"""Given what was known at a cut, a way to rank the studios for one proposal."""

__all__ = ["SAMPLE", "read_proposals", "read_rules", "read_studios"]


def read_studios(folder: Path) -> list[StudioFacts]:
    """Return the studios of a folder, with nothing written of them."""
    return [
        StudioFacts(row["code"], row["unit_code"], listed(row["specialities_zh"]), int(row["capacity_per_month"]))
        for row in table(folder / "studios.csv")
    ]


def read_proposals(folder: Path) -> list[tuple[ProposalFacts, str]]:
    """Return the proposals of a folder and where they belong."""
    parents = {row["code"]: row["parent_code"] for row in table(folder / "units.csv")}

    def upwards(unit: str) -> Iterator[str]:
        while unit:
            yield unit
            unit = parents[unit]

    lines = (folder / "proposals.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        (
            ProposalFacts(
                **{name: row[name] for name in ("title", "problem", "measure", "effect", "location", "kind")},
                units=tuple(upwards(row["unit"])),
                themes=tuple(row["themes"]),
            ),
            row["expected_studio"],
        )
        for row in map(json.loads, lines)
    ]


def ranked(proposal: ProposalFacts, rules: Sequence[RoutingRule], studios: Sequence[StudioFacts]) -> list[Candidate]:
    """Return all candidates, best first."""
    return list(route(proposal, rules, studios).ranking)


def most_frequent(cut: Cut) -> Callable[[Case], Ranking]:
    """The lowest floor: always the studio that had most."""
    order = [studio for studio, _ in Counter(case.belongs for case in cut.known).most_common()]
    return lambda case: order


class Ngrams:
    """Pairs and triples of characters by TF-IDF: what anybody would try first."""

    def __init__(self, cut: Cut) -> None:
        texts = [self._counts(case.proposal) for case in cut.known]
        having = Counter(gram for text in texts for gram in text)
        self._rare = {gram: log(len(texts) / count) + 1 for gram, count in having.items()}
        self._known = [(self._vector(text), case.belongs) for text, case in zip(texts, cut.known, strict=True)]

    def _counts(self, proposal: ProposalFacts) -> Counter[str]:
        fields = (proposal.title, proposal.problem, proposal.measure, proposal.effect, proposal.location)
        text = folded("\n".join(fields))
        return Counter(text[at : at + size] for size in (2, 3) for at in range(len(text) - size + 1))

    def _vector(self, counts: Counter[str]) -> dict[str, float]:
        found = {gram: sqrt(count) * self._rare[gram] for gram, count in counts.items() if gram in self._rare}
        length = sqrt(sum(weight * weight for weight in found.values())) or 1.0
        return {gram: weight / length for gram, weight in found.items()}

    def nearest(self, case: Case, voters: int = 10) -> Ranking:
        """Rank by the votes of the nearest ones."""
        new = self._vector(self._counts(case.proposal))
        near = sorted(((_dot(new, old), studio) for old, studio in self._known), reverse=True)[:voters]
        votes: Counter[str] = Counter()
        for likeness, studio in near:
            votes[studio] += likeness  # type: ignore[assignment] # a counter of parts of votes
        return [studio for studio, _ in votes.most_common()]


def _dot(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return sum(weight * other[gram] for gram, weight in one.items() if gram in other)


def centroids(cut: Cut) -> Callable[[Case], Ranking]:
    """Rank the studios by how near the mean of all they had is."""
    ngrams = Ngrams(cut)
    sums: dict[str, Counter[str]] = {}
    for vector, studio in ngrams._known:
        sums.setdefault(studio, Counter()).update(vector)
    lengths = {studio: sqrt(sum(weight * weight for weight in sum_.values())) or 1.0 for studio, sum_ in sums.items()}

    def rank(case: Case) -> Ranking:
        new = ngrams._vector(ngrams._counts(case.proposal))
        return sorted(sums, key=lambda studio: -_dot(new, sums[studio]) / lengths[studio])

    return rank


def by(
    rules: Sequence[RoutingRule],
    studios: Sequence[StudioFacts],
    *,
    learned: bool = False,
) -> Way:
    """Rank as the product does, by some of the evidence."""

    def rank(case: Case) -> Ranking:
        known = case.experience if learned else NO_EXPERIENCE
        found = route(case.proposal, rules, studios, experience=known)
        return [candidate.studio for candidate in found.ranking]

    return lambda cut: rank


def ways_of(past: Past) -> dict[str, Way]:
    """Return what is compared, floors first."""
    homeless = [replace(studio, unit="") for studio in past.studios]
    nameless = [replace(studio, unit="", specialities=(), about=()) for studio in past.studios]
    everything = by(past.rules, past.studios, learned=True)
    return {
        "floor: most frequent studio": most_frequent,
        "floor: n-grams, centroids": centroids,
        "floor: n-grams, nearest ten": lambda cut: Ngrams(cut).nearest,
        "specialities alone": by([], homeless),
        "learned alone": by([], nameless, learned=True),
        "specialities, unit, learned": by([], past.studios, learned=True),
        "rules and specialities": by(past.rules, past.studios),
        "all of them": everything,
    }


def measure(past: Past, way: Way) -> tuple[list[float], list[float], float]:
    """Return for each cut the share that is right first, and among the first two; and milliseconds for each."""
    first, two, took, asked = [], [], 0.0, 0
    for cut in past.cuts:
        rank = way(cut)
        start = time.perf_counter()
        rankings = [(rank(case), case.belongs) for case in cut.new]
        took, asked = took + time.perf_counter() - start, asked + len(rankings)
        first.append(sum(ranking[:1] == [belongs] for ranking, belongs in rankings) / len(rankings))
        two.append(sum(belongs in ranking[:2] for ranking, belongs in rankings) / len(rankings))
    return first, two, took / asked * 1000


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")


def compare(folder: Path) -> Past:
    """Print how well each way does on a firm."""
    past = read(folder)
    by_time = past.cuts[0]
    drawn = len(past.cuts) - 1
    say(f"{folder.name}: {len(by_time.known)} known, {len(by_time.new)} routed; {drawn} cuts at random and by time")
    say(f"{'':30}{'first':>7}{'worst':>7}{'by time':>9}{'in two':>9}{'worst':>7}{'by time':>9}{'ms each':>9}")
    for name, way in ways_of(past).items():
        first, two, each = measure(past, way)
        shares = (_mean(first[1:]), min(first[1:]), first[0], _mean(two[1:]), min(two[1:]), two[0])
        cells = "".join(f"{share:>{width}.1%}" for share, width in zip(shares, (7, 7, 9, 9, 7, 9), strict=True))
        say(f"{name:30}{cells}{each:>9.2f}")
    return past


def _mean(shares: Sequence[float]) -> float:
    return sum(shares) / len(shares)


WEIGHTS = (
    *((routing, name) for name in ("RULE_MATCHED", "THEME_RULE", "LOCAL_WORDS", "HOME_UNIT", "LEARNED", "ABOUT")),
    *((precedents, name) for name in ("TEXT", "TITLE", "PLACE", "UNIT", "THEMES", "VOTERS", "DOUBT")),
)


def vary(past: Past) -> None:
    """Print what halving and doubling each weight does."""
    say(f"{'each weight halved, doubled':30}{'first':>16}{'in two':>17}")
    for room, name in WEIGHTS:
        kept = getattr(room, name)
        shares = []
        for factor in (0.5, 2):
            setattr(room, name, type(kept)(kept * factor))
            first, two, _ = measure(past, by(past.rules, past.studios, learned=True))
            shares.append((_mean(first), _mean(two)))
        setattr(room, name, kept)
        (half_first, half_two), (twice_first, twice_two) = shares
        say(f"{name:30}{half_first:>8.1%}{twice_first:>8.1%}{half_two:>9.1%}{twice_two:>8.1%}")


def main() -> None:
    """Print a table for each firm."""
    folders = [Path(name) for name in sys.argv[1:] if not name.startswith("--")]
    for folder in folders or [folder for folder in (SAMPLE, OTHER) if folder.exists()]:
        past = compare(folder)
        if "--weights" in sys.argv:
            vary(past)


if __name__ == "__main__":
    main()
