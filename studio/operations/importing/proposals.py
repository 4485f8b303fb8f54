"""Old proposals, a hundred thousand of them if need be.

First every row is read and checked, and laid aside in a temporary file; then they are written in the order in which
they were filed, so that numbers rise with time, in short transactions that let other people work. If it is
interrupted, the next run goes on where this one stopped.
"""

import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import IO, Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Proposal, ProposalState
from studio.operations.importing.cells import checked
from studio.operations.importing.legacy import COLUMNS, LegacyProposal, LegacyReader
from studio.operations.importing.legacy_records import write
from studio.operations.importing.report import ImportRefused, Report
from studio.tables import Row
from studio.transactions import writing

BATCH: Final = 1000
Progress = Callable[[int, int], None]
"""Told how many of how many rows are written."""


def import_proposals(
    session: Session,
    rows: Iterable[Row],
    *,
    at: datetime,
    zone: ZoneInfo,
    dry_run: bool = False,
    skip_bad: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Take over the proposals of an old archive; those whose key is there already stay as they are.

    Raises ImportRefused.
    """
    report = Report()
    with _Shelf.opened() as shelf:
        reader = LegacyReader(session, at.astimezone(zone).date())
        for number, cells in COLUMNS.named(rows, report):
            proposal = checked(report, number, cells, reader.read)
            if proposal is not None:
                shelf.lay(proposal, report)
        shelf.sort()
        present = _present_keys(session, shelf)
        shelf.drop_lonely_duplicates(present, report)
        if report.problems and not skip_bad:
            raise ImportRefused(report)
        report.unchanged = sum(key in present for key in shelf.keys)
        report.made = len(shelf.keys) - report.unchanged
        if not dry_run:
            done = 0
            for batch in shelf.batches(BATCH):
                fresh = [proposal for proposal in batch if proposal.key not in present]
                with writing(session):
                    write(session, fresh, at=at, zone=zone)
                done += len(batch)
                if progress:
                    progress(done, len(shelf.keys))
    return report


def _present_keys(session: Session, shelf: "_Shelf") -> frozenset[str]:
    """Return the keys and numbers that are in the database already, of those the file speaks of."""
    asked = sorted(shelf.keys | shelf.originals)
    found: set[str] = set()
    for start in range(0, len(asked), BATCH):
        some = asked[start : start + BATCH]
        found.update(session.scalars(select(Proposal.legacy_key).where(Proposal.legacy_key.in_(some))).all())  # type: ignore[arg-type] # the condition excludes NULL
        found.update(session.scalars(select(Proposal.number).where(Proposal.number.in_(some))).all())  # type: ignore[arg-type] # as above
    return frozenset(found)


class _Shelf:
    """Checked rows in a temporary file, with what is needed to put them in order."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._order: list[tuple[date, bool, int, str, str, int]] = []
        self._rows: dict[str, int] = {}

    @classmethod
    @contextmanager
    def opened(cls) -> Iterator["_Shelf"]:
        """Open an empty shelf; the file vanishes at the end."""
        with tempfile.TemporaryFile() as file:
            yield cls(file)

    @property
    def keys(self) -> set[str]:
        """The keys of all rows."""
        return set(self._rows)

    @property
    def originals(self) -> set[str]:
        """What rows name as the proposal they repeat."""
        return {entry[4] for entry in self._order if entry[4]}

    def lay(self, proposal: LegacyProposal, report: Report) -> None:
        """Put a row on the shelf; a key that lies there already goes to the report."""
        if proposal.key in self._rows:
            report.refuse(proposal.row, "key_twice", "key", value=proposal.key, first=self._rows[proposal.key])
            return
        self._rows[proposal.key] = proposal.row
        repeats = proposal.state is ProposalState.DUPLICATE
        original = proposal.duplicate_of if repeats else ""
        place = self._file.tell()
        pickle.dump(proposal, self._file, pickle.HIGHEST_PROTOCOL)
        self._order.append((proposal.filed_on, repeats, proposal.row, proposal.key, original, place))

    def sort(self) -> None:
        """Put the rows in the order of their filing; a repeat comes after what was filed on the same day."""
        self._order.sort()

    def drop_lonely_duplicates(self, present: frozenset[str], report: Report) -> None:
        """Report and take off rows that repeat something nobody knows, or something filed later."""
        seen, kept = set(present), []
        for entry in self._order:
            _, _, row, key, original, _ = entry
            if original and original not in seen:
                report.refuse(row, "unknown_original", "duplicate_of", value=original)
                del self._rows[key]
                continue
            seen.add(key)
            kept.append(entry)
        self._order = kept

    def batches(self, size: int) -> Iterator[Sequence[LegacyProposal]]:
        """Yield the rows in order."""
        for start in range(0, len(self._order), size):
            yield [self._load(entry[-1]) for entry in self._order[start : start + size]]

    def _load(self, place: int) -> Any:  # noqa: ANN401 - pickle cannot say what it holds
        self._file.seek(place)
        return pickle.load(self._file)  # noqa: S301 - written by this process into a file nobody else can open
