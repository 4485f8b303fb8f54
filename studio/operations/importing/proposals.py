"""Old proposals, a hundred thousand of them if need be.

First every row is read and checked, and laid aside in a temporary file; then they are written in the order in which
they were filed, so that numbers rise with time, in short transactions that let other people work. If it is
interrupted, the next run goes on where this one stopped.
"""

import pickle
import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import IO, Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models import Proposal
from studio.operations.importing.cells import checked
from studio.operations.importing.legacy import COLUMNS, LegacyProposal, LegacyReader
from studio.operations.importing.legacy_records import present_keys, write
from studio.operations.importing.progress import UNWATCHED, Progress, reading
from studio.operations.importing.report import ImportRefused, Report
from studio.tables import Row
from studio.transactions import with_pauses, writing

BATCH: Final = 1_000
"""Rows of one transaction: a third of a second of SQLite's one write lock. After each it is free for a tenth."""


def import_proposals(
    session: Session,
    rows: Iterable[Row],
    *,
    at: datetime,
    zone: ZoneInfo,
    dry_run: bool = False,
    skip_bad: bool = False,
    progress: Progress = UNWATCHED,
) -> Report:
    """Take over the proposals of an old archive; those whose key is there already stay as they are.

    Raises ImportRefused.
    """
    report = Report()
    with _Shelf.opened() as shelf:
        reader = LegacyReader(session, at.astimezone(zone).date())
        for number, cells in reading(COLUMNS.named(rows, report), progress):
            proposal = checked(report, number, cells, reader.read)
            if proposal is not None:
                shelf.lay(proposal, report)
        shelf.sort()
        shelf.drop_lonely_duplicates(_known_originals(session, shelf), report)
        if report.problems and not skip_bad:
            raise ImportRefused(report)
        report.unchanged = len(_known(session, Proposal.legacy_key, shelf.keys))
        report.made = len(shelf.keys) - report.unchanged
        if not dry_run:
            _write(session, shelf, at=at, zone=zone, progress=progress)
    return report


def _write(session: Session, shelf: "_Shelf", *, at: datetime, zone: ZoneInfo, progress: Progress) -> None:
    """Write what is not there yet. That is asked anew for each batch, should somebody else import the same."""
    done = 0
    for batch in with_pauses(session, shelf.batches(BATCH)):
        with writing(session):
            present = present_keys(session, [proposal.key for proposal in batch])
            write(session, [proposal for proposal in batch if proposal.key not in present], at=at, zone=zone)
        done += len(batch)
        progress.written(done, len(shelf.keys))


def _known_originals(session: Session, shelf: "_Shelf") -> frozenset[str]:
    """Return those of the proposals that rows repeat that are in the database, by old key or by number."""
    asked = shelf.originals
    return _known(session, Proposal.legacy_key, asked) | _known(session, Proposal.number, asked)


def _known(session: Session, column: InstrumentedAttribute[str | None], asked: Iterable[str]) -> frozenset[str]:
    """Return those of some words that stand in a column."""
    words = sorted(asked)
    found: set[str | None] = set()
    for start in range(0, len(words), BATCH):
        found.update(session.scalars(select(column).where(column.in_(words[start : start + BATCH]))))
    return frozenset(word for word in found if word is not None)


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
    def keys(self) -> Collection[str]:
        """The keys of all rows."""
        return self._rows.keys()

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
        original, place = proposal.duplicate_of, self._file.tell()
        pickle.dump(proposal, self._file, pickle.HIGHEST_PROTOCOL)
        self._order.append((proposal.filed_on, original != "", proposal.row, proposal.key, original, place))

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
