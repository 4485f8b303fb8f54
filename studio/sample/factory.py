"""The sample's files as values: who works where, and what was proposed."""

import csv
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


def table(name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file of the sample."""
    with (DATA / name).open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def records(name: str) -> Iterator[dict[str, Any]]:
    """Yield the records of a JSONL file of the sample."""
    with (DATA / name).open(encoding="utf-8") as source:
        yield from map(json.loads, source)


def words(text: str) -> list[str]:
    """Return the parts of a list in one cell."""
    return [part for part in text.split(";") if part]


@dataclass(frozen=True)
class Cast:
    """Who plays which part, by staff number."""

    leads: Mapping[str, str]
    reviewers: Mapping[str, tuple[str, ...]]
    team_leaders: Mapping[str, str]
    """By the code of the team."""

    @classmethod
    def from_files(cls) -> "Cast":
        """Read the parts from the sample's lists."""
        leads: dict[str, str] = {}
        reviewers: defaultdict[str, list[str]] = defaultdict(list)
        for row in table("studio_members.csv"):
            if row["role"] == "lead":
                leads[row["studio_code"]] = row["employee_no"]
            elif row["role"] == "reviewer":
                reviewers[row["studio_code"]].append(row["employee_no"])
        leaders = {row["unit_code"]: row["employee_no"] for row in table("people.csv") if row["is_team_leader"] == "1"}
        return cls(leads, {code: tuple(numbers) for code, numbers in reviewers.items()}, leaders)

    @cached_property
    def _roles(self) -> list[dict[str, str]]:
        return table("roles.csv")

    def officer(self, role: str, unit_code: str) -> str:
        """Return who holds ``role`` for a unit: the holder of the smallest part of the tree that contains it."""
        holders = [row for row in self._roles if row["role"] == role and _contains(row["unit_code"], unit_code)]
        return max(holders, key=lambda row: len(row["unit_code"]))["employee_no"]

    def checker(self, studio: str, authors: frozenset[str]) -> str:
        """Return a reviewer of the studio who wrote none of it."""
        return next(number for number in self.reviewers[studio] if number not in authors)


def _contains(unit_code: str, inner_code: str) -> bool:
    """Codes of the sample spell out the way down the tree."""
    return inner_code == unit_code or inner_code.startswith(f"{unit_code}-")
