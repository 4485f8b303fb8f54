"""What was decided before scores were kept is scored by its reviews, as deciding it today would."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import Decision
from studio import migrations
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories import stories
from tests.factories.world import World


@on_both_databases
def test_old_decisions_get_the_score_of_their_reviews(session: Session, world: World, database: str) -> None:
    both = stories.reviewed(session, world, stories.filed(session, world), world.reviewer)
    odd = {"innovation": 71, "quality": 66, "effect": 83, "contribution": 59}
    stories.decided(session, world, stories.reviewed(session, world, both, world.second_reviewer, scores=odd))
    stories.decided(session, world, stories.filed(session, world))
    ask = sa.select(Decision.score).order_by(Decision.id)
    kept = list(session.scalars(ask))
    assert kept[0] is not None
    assert kept[1] is None
    with writing(session):
        session.execute(sa.update(Decision).values(score=None))
    session.close()
    migrations.downgrade(database, "0013")
    migrations.upgrade(database)
    assert list(session.scalars(ask)) == kept
