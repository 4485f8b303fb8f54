"""How often the sample's proposals find the right studio, and how long that takes.

Run as `python -m tests.benchmarks.bench_routing [FOLDER]`; the folder holds the sample's tables.
"""

import csv
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from studio.domain.routing import Candidate, ProposalFacts, RoutingRule, StudioFacts, route

SAMPLE = Path(__file__).parents[2] / "studio" / "sample" / "data"
Ranking = list[str]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def listed(cell: str) -> tuple[str, ...]:
    return tuple(filter(None, cell.split(";")))


def read_rules(folder: Path) -> list[RoutingRule]:
    return [
        RoutingRule(
            studio=row["studio_code"],
            priority=int(row["priority"]),
            units=listed(row["unit_codes"]),
            kinds=listed(row["kinds"]),
            themes=listed(row["themes"]),
            words=listed(row["words_zh"]),
        )
        for row in rows(folder / "routing_rules.csv")
    ]


def read_studios(folder: Path) -> list[StudioFacts]:
    return [
        StudioFacts(row["code"], row["unit_code"], listed(row["specialities_zh"]), int(row["capacity_per_month"]))
        for row in rows(folder / "studios.csv")
    ]


def read_proposals(folder: Path) -> list[tuple[ProposalFacts, str]]:
    parents = {row["code"]: row["parent_code"] for row in rows(folder / "units.csv")}

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


def first_matching_rule(rules: list[RoutingRule], studios: list[StudioFacts]) -> Callable[[ProposalFacts], Ranking]:
    """The floor: take the rules by priority and look no further."""

    def rank(proposal: ProposalFacts) -> Ranking:
        bare = [replace(studio, unit="", specialities=()) for studio in studios]
        matching = [
            rule.studio
            for rule in sorted(rules, key=lambda rule: rule.priority)
            if any(found.reason.code.startswith("rule_") for found in ranked(proposal, [rule], bare))
        ]
        return list(dict.fromkeys(matching))

    return rank


def ranked(proposal: ProposalFacts, rules: list[RoutingRule], studios: list[StudioFacts]) -> list[Candidate]:
    result = route(proposal, rules, studios)
    return [result.best, *result.runners_up] if result.best else []


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLE
    rules, studios, proposals = read_rules(folder), read_studios(folder), read_proposals(folder)
    homeless = [replace(studio, unit="") for studio in studios]

    def by(rules: list[RoutingRule], studios: list[StudioFacts]) -> Callable[[ProposalFacts], Ranking]:
        return lambda proposal: [found.studio for found in ranked(proposal, rules, studios)]

    ways: dict[str, Callable[[ProposalFacts], Ranking]] = {
        "first matching rule": first_matching_rule(rules, studios),
        "specialities alone": by([], homeless),
        "specialities and own unit": by([], studios),
        "rules and specialities": by(rules, studios),
    }
    print(f"{'':28}{'first':>8}{'in two':>8}{'nobody':>8}{'ms each':>9}   of {len(proposals)}")  # noqa: T201 - the table is what it is for
    for name, rank in ways.items():
        start = time.perf_counter()
        rankings = [(rank(proposal), expected) for proposal, expected in proposals]
        each = (time.perf_counter() - start) / len(proposals) * 1000
        first = sum(ranking[:1] == [expected] for ranking, expected in rankings)
        two = sum(expected in ranking[:2] for ranking, expected in rankings)
        nobody = sum(not ranking for ranking, _ in rankings)
        print(f"{name:28}{first:>8}{two:>8}{nobody:>8}{each:>9.2f}")  # noqa: T201 - the same table


if __name__ == "__main__":
    main()
