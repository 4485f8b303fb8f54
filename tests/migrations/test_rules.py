"""Rules of before are signed, equal ones become one, and back again only what the old tables can hold stays."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from models import Base
from models.routing import fingerprint_of
from studio import migrations
from tests.conftest import on_both_databases

pytestmark = on_both_databases
BEFORE = "0009"
RULES = {
    1: (20, ["ROLL"], ["导卫", "轧机"], True),
    2: (30, ["ROLL"], ["轧机", "导卫"], True),
    3: (10, ["ROLL"], ["导卫", "轧机"], False),
    4: (40, [], ["浇注"], False),
}
"""Priority, units, words, whether it holds; the second and third say the same as the first."""


@pytest.fixture
def old(database: str) -> Iterator[sa.Engine]:
    """A database without drafts, with a studio and rules that partly say the same."""
    engine = sa.create_engine(database, poolclass=sa.NullPool)
    Base.metadata.drop_all(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM alembic_version"))
    migrations.upgrade(database, BEFORE)
    with engine.begin() as connection:
        tables = sa.MetaData()
        units, studios, rules = (
            sa.Table(name, tables, autoload_with=connection) for name in ("units", "studios", "routing_rules")
        )
        unit = {"id": 1, "code": "ROLL", "name_zh": "轧钢", "name_en": "", "level": "plant", "path": "/1/"}
        connection.execute(units.insert().values({**unit, "headcount": 1}))
        studio = {"id": 1, "code": "S-1", "name_zh": "工作室", "name_en": "", "kind": "employee", "unit_id": 1}
        more = {"level": "enterprise", "specialities": [], "intro_zh": "", "intro_en": "", "active": True}
        connection.execute(studios.insert().values({**studio, **more}))
        for key, (priority, unit_codes, words, active) in RULES.items():
            lists = {"unit_codes": unit_codes, "kind_codes": [], "theme_codes": [], "words": words}
            row = {"id": key, "priority": priority, "studio_id": 1, **lists, "active": active}
            connection.execute(rules.insert().values(row))
    yield engine
    engine.dispose()


def test_the_strongest_of_equal_rules_stays_and_all_are_signed(old: sa.Engine, database: str) -> None:
    migrations.upgrade(database, "0010")
    with old.connect() as connection:
        rows = connection.execute(sa.text("SELECT id, fingerprint, revision FROM routing_rules ORDER BY id")).all()
    assert [tuple(row) for row in rows] == [
        (1, fingerprint_of(["ROLL"], [], [], ["导卫", "轧机"]), 1),
        (4, fingerprint_of([], [], [], ["浇注"]), 1),
    ]


def test_back_again_rules_stay_and_drafts_and_removed_ones_go(old: sa.Engine, database: str) -> None:
    migrations.upgrade(database, "0010")
    with old.begin() as connection:
        connection.execute(sa.text("UPDATE studios SET stand_in_id = NULL"))
        for key, replaces, removed in ((5, "1", "NULL"), (6, "NULL", "'2026-11-16 01:00:00+00:00'")):
            connection.execute(
                sa.text(
                    "INSERT INTO routing_rules (id, priority, studio_id, unit_codes, kind_codes, theme_codes, words,"
                    " active, revision, fingerprint, replaces_id, removed_at)"
                    f" VALUES ({key}, 9, 1, '[]', '[]', '[]', '[]', false, 1, 'x', {replaces}, {removed})"
                )
            )
    migrations.downgrade(database, BEFORE)
    with old.connect() as connection:
        assert connection.scalars(sa.text("SELECT id FROM routing_rules ORDER BY id")).all() == [1, 4]
    migrations.upgrade(database, "0010")
