"""The index follows the database, whatever happens in between."""

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from models import Proposal, ProposalState
from search_index import sync
from search_index.port import SearchEngine, SearchUnavailable
from search_index.whoosh_engine import WhooshEngine
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.world import World, draft
from tests.search_index.documents import change, document, find

pytestmark = on_both_databases
numbers = count(1)


def filed(session: Session, world: World, title: str) -> Proposal:
    return draft(
        session,
        world,
        title=title,
        state=ProposalState.SUBMITTED,
        number=f"2026-{next(numbers):05}",
        submitted_at=world.at,
    )


def stale(session: Session) -> int:
    session.rollback()
    return len(
        session.scalars(select(Proposal.id).where(Proposal.indexed_revision.is_distinct_from(Proposal.revision))).all()
    )


def test_a_change_is_indexed_and_raises_no_revision(session: Session, world: World, engine: SearchEngine) -> None:
    proposal = filed(session, world, "导卫改进")
    draft(session, world)
    assert sync.sync(session, engine) == 2
    assert find(engine, "导卫") == [proposal.id]
    assert find(engine, "地坑") == [proposal.id]  # not the draft
    with writing(session):
        proposal.title = "吊具防脱"
    assert sync.sync(session, engine) == 1
    assert (find(engine, "导卫"), find(engine, "吊具")) == ([], [proposal.id])
    session.refresh(proposal)
    assert proposal.revision == proposal.indexed_revision == 2
    assert sync.sync(session, engine) == 0


def test_a_limit_leaves_the_rest_for_the_next_time(session: Session, world: World, engine: SearchEngine) -> None:
    for number in range(5):
        filed(session, world, f"第{number}件")
    assert [sync.sync(session, engine, limit=2) for _ in range(4)] == [2, 2, 1, 0]


def test_what_changes_while_it_is_written_stays_stale(session: Session, world: World, engine: SearchEngine) -> None:
    proposal = filed(session, world, "导卫改进")
    sync._mark(session, {proposal.id: (proposal.revision - 1, None)})
    assert stale(session) == 1


@pytest.mark.parametrize("before", [0, 1])
@pytest.mark.parametrize("build", [sync.sync, sync.rebuild])
def test_a_name_that_changes_while_it_is_written_is_not_forgotten(
    session: Session,
    world: World,
    engine: SearchEngine,
    monkeypatch: pytest.MonkeyPatch,
    build: Callable[[Session, SearchEngine], int],
    before: int,
) -> None:
    proposal = filed(session, world, "导卫改进")
    for _ in range(before):
        with writing(session):
            sync.mark_stale(session, Proposal.id == proposal.id)
    mark = sync._mark

    def interrupted(session: Session, indexed: Mapping[int, sync.Seen]) -> None:
        with writing(session):
            sync.mark_stale(session, Proposal.id == proposal.id)
        mark(session, indexed)

    monkeypatch.setattr(sync, "_mark", interrupted)
    build(session, engine)
    assert stale(session) == 1
    monkeypatch.undo()
    assert (sync.sync(session, engine), stale(session)) == (1, 0)


def test_the_number_of_statements_does_not_grow_with_the_batch(
    session: Session, world: World, engine: SearchEngine
) -> None:
    def statements(rows: int) -> int:
        for number in range(rows):
            filed(session, world, f"第{number}件")
        seen: list[str] = []
        bind = session.get_bind()
        event.listen(bind, "before_cursor_execute", lambda *args: seen.append(args[2]))
        assert sync.sync(session, engine) == rows
        return len(seen)

    assert statements(1) * 2 >= statements(6)


def test_a_lost_index_is_made_again(session: Session, world: World, tmp_path: Path) -> None:
    proposal = filed(session, world, "导卫改进")
    sync.sync(session, WhooshEngine(tmp_path / "one"))
    fresh = WhooshEngine(tmp_path / "two")
    with pytest.raises(SearchUnavailable):
        find(fresh, "导卫")
    sync.sync(session, fresh)
    assert find(fresh, "导卫") == [proposal.id]
    assert stale(session) == 0


def test_drift_is_reported_and_repaired(session: Session, world: World, engine: SearchEngine) -> None:
    lost, old = filed(session, world, "丢了的"), filed(session, world, "旧了的")
    sync.sync(session, engine)
    assert not sync.check(session, engine)
    change(engine, document(old.id, "旧了的", revision=0), document(999, "多出来的"), removed=[lost.id])
    drift = sync.check(session, engine)
    assert drift == sync.Drift(frozenset({lost.id}), frozenset({old.id}), frozenset({999}))
    assert sync.repair(session, engine) == drift
    assert not sync.check(session, engine)
    assert find(engine, "多出来") == []


def test_what_is_filed_during_a_rebuild_is_found_before_and_after(
    session: Session, world: World, engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = filed(session, world, "导卫改进")
    sync.sync(session, engine)
    late: list[int] = []
    read = sync._batches

    def interrupted(session: Session) -> Iterator[object]:
        yield from read(session)
        late.append(filed(session, world, "来晚了").id)
        with writing(session):
            session.get_one(Proposal, first.id).title = "又改了"
        sync.sync(session, engine)
        assert find(engine, "来晚了") == late

    monkeypatch.setattr(sync, "_batches", interrupted)
    assert sync.rebuild(session, engine) == 1
    assert stale(session) == 2
    sync.sync(session, engine)
    assert (find(engine, "来晚了"), find(engine, "又改了")) == (late, [first.id])
    assert not sync.check(session, engine)


def test_progress_tells_how_far_it_is(session: Session, world: World, engine: SearchEngine) -> None:
    filed(session, world, "导卫改进")
    told: list[tuple[int, int]] = []
    sync.rebuild(session, engine, lambda done, total: told.append((done, total)))
    assert told == [(1, 1)]


def test_a_name_that_changed_makes_its_proposals_stale(session: Session, world: World, engine: SearchEngine) -> None:
    proposal = filed(session, world, "导卫改进")
    sync.sync(session, engine)
    with writing(session):
        world.worker.name = "叶改名"
        sync.mark_stale(session, Proposal.submitter_id == world.worker.id)
    sync.sync(session, engine)
    assert find(engine, "叶改名") == [proposal.id]
