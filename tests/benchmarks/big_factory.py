"""A data directory with the sample factory and many more proposals, for measuring pages at their real size."""

import os
import random
import subprocess
import sys
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import Contributor, Decision, Event, Person, Proposal, proposal_themes
from models.enums import Outcome, ProposalState, Verb
from studio.transactions import gather_statistics
from tests.benchmarks.corpus import documents

BATCH = 2000
DECIDED = {
    ProposalState.ACCEPTED: Outcome.ACCEPTED,
    ProposalState.IN_IMPLEMENTATION: Outcome.ACCEPTED,
    ProposalState.VERIFIED: Outcome.ACCEPTED,
    ProposalState.DECLINED: Outcome.DECLINED,
    ProposalState.DEFERRED: Outcome.DEFERRED,
}


def studio(data: Path, *arguments: str) -> None:
    """Run one ``studio`` command on a data directory, with its passwords and pages as the demo has them."""
    environment = {**os.environ, "STUDIO_DATA": str(data), "STUDIO_DEMO": "1"}
    subprocess.run(
        [sys.executable, "-c", "from studio.cli import main; main()", *arguments],
        check=True,
        env=environment,
        stdout=sys.stderr,
    )


def build(data: Path, count: int) -> None:
    """Fill ``data`` with the sample factory, ``count`` more proposals and a fresh index."""
    studio(data, "init")
    studio(data, "sample", "load")
    engine = sa.create_engine(f"sqlite:///{data / 'studio.sqlite'}")
    with engine.begin() as connection:
        fill(connection, count)
    with Session(engine) as session:
        gather_statistics(session)  # as the worker does several times a day
    engine.dispose()
    studio(data, "index", "rebuild")


def fill(connection: sa.Connection, count: int) -> None:
    """Add so many proposals of these people, over five years, each by two of them."""
    random_ = random.Random(11)
    people = connection.execute(sa.select(Person.id, Person.unit_id)).all()
    studios = connection.scalars(sa.text("SELECT id FROM studios")).all()
    kinds = connection.scalars(sa.text("SELECT id FROM kinds")).all()
    themes = connection.scalars(sa.text("SELECT id FROM themes")).all()
    first = (connection.scalar(sa.select(sa.func.max(Proposal.id))) or 0) + 1
    source = enumerate(documents(count), start=first)
    while batch := list(islice(source, BATCH)):
        rows: dict[Any, list[dict[str, Any]]] = {
            table: [] for table in (Proposal, proposal_themes, Contributor, Event, Decision)
        }
        for key, document in batch:
            author, mate = random_.sample(people, 2)
            state = ProposalState(next(iter(document.facets["state"])))
            filed, decided = document.filed_at, document.filed_at + timedelta(days=6)
            third = len(document.body) // 3
            rows[Proposal].append(
                {
                    "id": key,
                    "number": f"{filed.year}-{50000 + key:05}",
                    "state": state,
                    "revision": 1,
                    "title": document.title,
                    "problem": document.body[:third],
                    "measure": document.body[third : 2 * third],
                    "effect": document.body[2 * third :],
                    "kind_id": random_.choice(kinds),
                    "submitter_id": author.id,
                    "unit_id": author.unit_id,
                    "studio_id": random_.choice(studios),
                    "claimed_benefit": document.benefit,
                    "confidential": random_.random() < 0.03,
                    "created_at": filed,
                    "updated_at": decided,
                    "submitted_at": filed,
                    "answered_at": decided,
                    "decided_at": decided if state in DECIDED else None,
                    "implemented_at": decided if state is ProposalState.VERIFIED else None,
                    "verified_at": decided if state is ProposalState.VERIFIED else None,
                }
            )
            rows[proposal_themes].append({"proposal_id": key, "theme_id": random_.choice(themes)})
            rows[Contributor] += [
                {"proposal_id": key, "person_id": author.id, "share": 70, "position": 0},
                {"proposal_id": key, "person_id": mate.id, "share": 30, "position": 1},
            ]
            rows[Event].append(
                {
                    "proposal_id": key,
                    "verb": Verb.SUBMIT,
                    "actor_id": author.id,
                    "at": filed,
                    "new_state": state,
                    "data": {},
                }
            )
            if state in DECIDED:
                rows[Decision].append(
                    {
                        "proposal_id": key,
                        "outcome": DECIDED[state],
                        "reason": "条件还不具备，大修时再看。",
                        "wake_up_when": "下次大修",
                        "decided_at": decided,
                    }
                )
        for table, values in rows.items():
            connection.execute(sa.insert(table), values)
