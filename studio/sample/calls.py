"""The sample's calls: three campaigns and eight challenges."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Call, CallKind, Studio, Unit
from studio.sample.factory import records

WRITTEN_ON = date(2026, 11, 20)
"""The day that the files call today."""

ANSWERED: Final = {"P138": "sample10", "P144": "sample02", "P150": "sample10", "P153": "sample10", "P154": "sample11"}
"""Which call a proposal of the sample answers, by the key of the one and the code of the other."""


def put_up(session: Session, today: date) -> None:
    """Put up every call of the sample, its dates as far from ``today`` as the files say."""
    studios = {studio.code: studio for studio in session.scalars(select(Studio))}
    units = {unit.code: unit for unit in session.scalars(select(Unit))}
    for number, (kind, row) in enumerate(_rows(), start=1):
        session.add(
            Call(
                code=f"sample{number:02}",
                kind=kind,
                title=row["title"],
                text=row.get("background") or row["text"],
                wanted=row.get("target", ""),
                prize=Decimal(max([row.get("bounty_yuan", 0), *(one["yuan"] for one in row.get("prizes", ()))])),
                prizes="；".join(map(_in_words, row.get("prizes", ()))),
                opens_on=_shifted(row["opens_on"], today),
                closes_on=_shifted(row["closes_on"], today),
                studio=studios.get(row.get("studio", "")),
                units=[units[code] for code in row.get("unit_codes", ()) if units[code].parent_id is not None],
            )
        )


def _rows() -> Iterator[tuple[CallKind, Mapping[str, Any]]]:
    for kind, name in ((CallKind.CHALLENGE, "challenges.jsonl"), (CallKind.CAMPAIGN, "campaigns.jsonl")):
        for row in records(name):
            yield kind, row


def _in_words(prize: Mapping[str, Any]) -> str:
    return f"{prize['name']} {prize['count']} 名，每名 {prize['yuan']:,} 元"


def _shifted(day: str, today: date) -> date:
    return date.fromisoformat(day) + (today - WRITTEN_ON)
