"""Keeping the index as new as the database.

A proposal is stale while ``indexed_revision`` is not its ``revision``; that is all the bookkeeping there is, so nothing
is lost when a process dies: what was written to the index but not marked is written once more. Below zero it counts
how often something else that the index carries has changed, so that a change while the index is written is not lost.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, Update, bindparam, case, func, select, update
from sqlalchemy.orm import Session, joinedload, lazyload, selectinload

from models import Attachment, Comment, Contributor, Decision, FileText, Person, Proposal
from search_index.documents import document_of
from search_index.port import IndexWriter, SearchEngine, SearchUnavailable
from studio.transactions import with_pauses, writing

BATCH = 500

Seen = tuple[int, int | None]
"""Revision and indexed revision of a proposal when it was read for the index."""

Progress = Callable[[int, int], None]
"""Called with how many proposals are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Drift:
    """Ids of proposals that the index does not have, has in an old revision, or should not have."""

    missing: frozenset[int]
    outdated: frozenset[int]
    surplus: frozenset[int]

    def __bool__(self) -> bool:
        return bool(self.missing or self.outdated or self.surplus)


def sync(session: Session, engine: SearchEngine, limit: int = BATCH, progress: Progress | None = None) -> int:
    """Index up to ``limit`` stale proposals and return how many there were; make the index if there is none.

    ``progress`` is told of the second only: the first is done in no time.
    Raises IndexBusy if another process is writing. Safe to call from many processes, as often as one likes.
    """
    try:
        with engine.writing() as index:
            session.rollback()
            stale = session.scalars(_loaded().where(_is_stale()).order_by(Proposal.id).limit(limit)).all()
            _put(index, stale)
            _mark(session, _seen(stale))
            return len(stale)
    except SearchUnavailable:
        return rebuild(session, engine, progress)


def rebuild(session: Session, engine: SearchEngine, progress: Progress | None = None) -> int:
    """Make a new index beside the present one, switch to it, and return how many proposals it has.

    Searching and syncing go on meanwhile. What changed since a proposal was read is stale again after the switch.
    Raises IndexBusy if somebody else is rebuilding.
    """
    indexed: dict[int, Seen] = {}
    total = session.scalar(select(func.count()).select_from(Proposal)) or 0
    with engine.rebuilding() as fresh:
        for proposals in _batches(session):
            fresh.add(filter(None, map(document_of, proposals)))
            indexed.update(_seen(proposals))
            if progress:
                progress(len(indexed), max(total, len(indexed)))
        fresh.finish()
        with engine.writing() as index:
            # First what the old index knows better, so that dying before the switch or after it loses nothing.
            newer = [key for key, known in _marked(session).items() if key not in indexed or indexed[key][0] != known]
            _unmark(session, newer)
            index.publish(fresh)
        _mark(session, {key: indexed[key] for key in indexed.keys() - set(newer)})
    return len(indexed)


def check(session: Session, engine: SearchEngine) -> Drift:
    """Compare index and database. Raises SearchUnavailable."""
    session.rollback()
    wanted = dict(session.execute(select(Proposal.id, Proposal.revision).where(Proposal.number.is_not(None))).all())
    found = engine.revisions()
    return Drift(
        missing=frozenset(wanted.keys() - found.keys()),
        outdated=frozenset(key for key in wanted.keys() & found.keys() if wanted[key] != found[key]),
        surplus=frozenset(found.keys() - wanted.keys()),
    )


def repair(session: Session, engine: SearchEngine) -> Drift:
    """Do away with all drift and return what it was. Raises IndexBusy."""
    try:
        drift = check(session, engine)
    except SearchUnavailable:
        drift = Drift(frozenset(), frozenset(), frozenset())
    if drift:
        with engine.writing() as index:
            index.update((), removed=drift.surplus)
        _unmark(session, sorted(drift.missing | drift.outdated))
    while sync(session, engine) >= BATCH:
        pass
    return drift


def mark_stale(session: Session, where: ColumnElement[bool]) -> None:
    """Have proposals indexed anew though they did not change: a name in them did. The caller commits."""
    counted = case((Proposal.indexed_revision < 0, Proposal.indexed_revision - 1), else_=-1)
    session.execute(update(Proposal.__table__).where(where).values(indexed_revision=counted))  # type: ignore[arg-type]


def _is_stale() -> ColumnElement[bool]:
    return Proposal.indexed_revision.is_distinct_from(Proposal.revision)


def _loaded() -> Select[Proposal]:
    """Select proposals with all that ``document_of`` reads, in a fixed number of queries."""
    return select(Proposal).options(
        joinedload(Proposal.kind),
        joinedload(Proposal.unit),
        joinedload(Proposal.studio),
        joinedload(Proposal.machine),
        joinedload(Proposal.opinion),
        joinedload(Proposal.submitter).options(*_NAME_ONLY),
        selectinload(Proposal.themes),
        selectinload(Proposal.decisions).load_only(Decision.reason, Decision.remedy, Decision.superseded_at),
        selectinload(Proposal.comments).load_only(Comment.body, Comment.visibility),
        selectinload(Proposal.attachments)
        .load_only(Attachment.role, Attachment.filename, Attachment.sha256)
        .joinedload(Attachment.file_text)
        .load_only(FileText.sha256, FileText.text),
        selectinload(Proposal.contributors).joinedload(Contributor.person).options(*_NAME_ONLY),
    )


_NAME_ONLY = (
    lazyload(Person.unit),
    lazyload(Person.grants),
    lazyload(Person.memberships),
    lazyload(Person.preferences),
)


def _batches(session: Session) -> Iterator[Sequence[Proposal]]:
    last = 0
    while True:
        session.rollback()  # a long read would keep the database from tidying up
        batch = session.scalars(_loaded().where(Proposal.id > last).order_by(Proposal.id).limit(BATCH)).all()
        if not batch:
            return
        yield batch
        last = batch[-1].id


def _put(index: IndexWriter, proposals: Sequence[Proposal]) -> None:
    documents = {proposal.id: document_of(proposal) for proposal in proposals}
    index.update(
        filter(None, documents.values()),
        removed=[key for key, document in documents.items() if document is None],
    )


def _marked(session: Session) -> dict[int, int]:
    session.rollback()
    known = select(Proposal.id, Proposal.indexed_revision).where(Proposal.indexed_revision.is_not(None))
    return {key: revision for key, revision in session.execute(known) if revision is not None}


def _seen(proposals: Sequence[Proposal]) -> dict[int, Seen]:
    return {proposal.id: (proposal.revision, proposal.indexed_revision) for proposal in proposals}


def _mark(session: Session, indexed: Mapping[int, Seen]) -> None:
    """Note what the index has. Not what changed meanwhile; and no change by itself, so it raises no revision."""
    table = Proposal.__table__
    noted = (
        update(table)  # type: ignore[arg-type]  # SQLAlchemy types it as any FromClause
        .where(
            table.c.id == bindparam("key"),
            table.c.revision == bindparam("seen"),
            table.c.indexed_revision.is_distinct_from(table.c.revision),
            table.c.indexed_revision.is_not_distinct_from(bindparam("marked")),
        )
        .values(indexed_revision=bindparam("seen"))
    )
    _in_batches(
        session, noted, [{"key": key, "seen": seen, "marked": marked} for key, (seen, marked) in indexed.items()]
    )


def _unmark(session: Session, ids: Sequence[int]) -> None:
    table = Proposal.__table__
    forgotten = update(table).where(table.c.id == bindparam("key")).values(indexed_revision=None)  # type: ignore[arg-type]
    _in_batches(session, forgotten, [{"key": key} for key in ids])


def _in_batches(session: Session, statement: Update, rows: Sequence[Mapping[str, int | None]]) -> None:
    batches = (rows[start : start + 10 * BATCH] for start in range(0, len(rows), 10 * BATCH))
    for batch in with_pauses(session, batches):  # on SQLite nobody else can write meanwhile
        with writing(session):
            session.connection().execute(statement, batch)
