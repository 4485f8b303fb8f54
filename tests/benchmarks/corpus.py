"""A large archive that looks like the sample: words drawn by their frequency, lengths as in real proposals."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

import rjieba

from search_index.documents import EVERYBODY
from search_index.port import SearchDocument
from studio.sample.factory import table

SAMPLE = Path(__file__).parents[2] / "studio" / "sample" / "data" / "proposals.jsonl"
FIRST_DAY = datetime(2021, 1, 4, 1, tzinfo=UTC)
STATES = ("under_review", "accepted", "in_implementation", "verified", "declined", "deferred")


def sample_rows() -> list[dict[str, str]]:
    """Return the sample's proposals."""
    return [json.loads(line) for line in SAMPLE.read_text(encoding="utf-8").splitlines()]


def documents(count: int, seed: int = 7, *, length: tuple[int, int] = (200, 400)) -> Iterator[SearchDocument]:
    """Yield ``count`` proposals with bodies of that many characters; the same seed gives the same ones."""
    random_ = random.Random(seed)
    rows = sample_rows()
    titles = Counter(word for row in rows for word in rjieba.cut(row["title"]))
    bodies = Counter(word for row in rows for word in rjieba.cut(row["problem"] + row["measure"] + row["effect"]))
    draw_title, draw_body = _drawer(random_, titles), _drawer(random_, bodies)
    for number in range(1, count + 1):
        filed_at = FIRST_DAY + timedelta(days=5.5 * 365 * number / count)
        unit = random_.randrange(20, 113)
        yield SearchDocument(
            proposal_id=number,
            revision=1,
            number=f"{filed_at.year}-{number:05}",
            title=draw_title(random_.randint(8, 24)),
            body=draw_body(random_.randint(*length)),
            names=f"{draw_title(3)}\n{random_.randrange(20000):06}",
            audience=frozenset({EVERYBODY} if random_.random() < 0.97 else {f"studio:{unit % 10}", "coordinator:1"}),
            facets={
                "studio": frozenset({str(unit % 10)}),
                "kind": frozenset({random_.choice("abcde")}),
                "theme": frozenset(random_.sample("12345678", random_.choice((1, 1, 2)))),
                "state": frozenset({random_.choice(STATES)}),
                "unit": frozenset({"1", str(2 + unit % 4), str(6 + unit % 14), str(unit)}),
                "year": frozenset({str(filed_at.year)}),
            },
            filed_at=filed_at,
            benefit=int(random_.lognormvariate(10, 1)),
        )


OUTCOMES = {
    "accepted_implemented": 40,
    "accepted_in_progress": 10,
    "declined": 20,
    "deferred": 10,
    "inadmissible": 5,
    "duplicate": 5,
    "": 10,
}
"""What became of old proposals, in per cent."""


def legacy_rows(count: int, seed: int = 11) -> Iterator[dict[str, str]]:
    """Yield the rows of an old archive as a spreadsheet has them; four of five authors are people of the sample."""
    random_ = random.Random(seed)
    people, studios, units = (
        [row[name] for row in table(f"{kind}.csv")]
        for kind, name in (("people", "employee_no"), ("studios", "code"), ("units", "code"))
    )
    original = ""
    for document in documents(count, seed):
        third = len(document.body) // 3
        [outcome] = random_.choices(list(OUTCOMES), list(OUTCOMES.values())) if original else [""]
        author, mate = random_.sample(people, 2)
        key = f"OLD-{document.proposal_id:06}"
        yield {
            "key": key,
            "title": document.title,
            "themes": random_.choice(("safety;quality", "cost", "equipment")),
            "problem": document.body[:third],
            "measure": document.body[third : 2 * third],
            "effect": document.body[2 * third :],
            "location": document.title[:6],
            "unit": random_.choice(units),
            "submitter": author if random_.random() < 0.8 else "一位老师傅",
            "coauthors": f"{mate}:30" if random_.random() < 0.4 else "",
            "studio": random_.choice(studios) if random_.random() < 0.8 else "老厂技术协会",
            "filed_on": document.filed_at.date().isoformat(),
            "outcome": outcome,
            "outcome_reason": "条件还不具备，大修时再看。" if outcome in {"declined", "deferred"} else "",
            "duplicate_of": original if outcome == "duplicate" else "",
            "claimed_annual_benefit_yuan": str(document.benefit),
            "verified_annual_benefit_yuan": str(document.benefit) if outcome == "accepted_implemented" else "",
        }
        if outcome != "duplicate" and random_.random() < 0.1:
            original = key


def _drawer(random_: random.Random, frequencies: Counter[str]):
    words, weights = list(frequencies), list(accumulate(frequencies.values()))

    def draw(length: int) -> str:
        return "".join(random_.choices(words, cum_weights=weights, k=length * 2 // 3 + 1))[:length]

    return draw
