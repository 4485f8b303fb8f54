"""Reviews of an older database belong to version 1 of the default rubric, and no score changes on the way."""

from collections.abc import Iterator, Mapping

import pytest
import sqlalchemy as sa

from studio import migrations
from tests.conftest import on_both_databases

pytestmark = on_both_databases
SCORES = "SELECT c.code, s.score FROM review_scores s JOIN criteria c ON c.id = s.criterion_id ORDER BY c.id"


@pytest.fixture
def before(database: str) -> Iterator[sa.Engine]:
    """A database of the first version with two criteria in use, one switched off, and a review by all three."""
    engine = sa.create_engine(database, poolclass=sa.NullPool)
    migrations.downgrade(address(engine), "0001")
    with engine.begin() as connection:
        for table, facts in (
            ("units", {"id": 1, "code": "JZ", "level": "company"}),
            ("people", {"id": 1, "employee_no": "1", "unit_id": 1}),
            ("proposals", {"id": 1, "state": "draft", "submitter_id": 1, "unit_id": 1}),
            ("criteria", {"id": 1, "code": "effect", "weight": 35, "active": True}),
            ("criteria", {"id": 2, "code": "quality", "weight": 12.5, "active": True}),
            ("criteria", {"id": 3, "code": "luck", "weight": 1, "active": False}),
            ("reviews", {"id": 1, "proposal_id": 1, "reviewer_id": 1, "recommendation": "accept"}),
            ("review_scores", {"review_id": 1, "criterion_id": 1, "score": 90}),
            ("review_scores", {"review_id": 1, "criterion_id": 2, "score": 0}),
            ("review_scores", {"review_id": 1, "criterion_id": 3, "score": 100}),
        ):
            insert(connection, table, facts)
    yield engine
    engine.dispose()


def address(engine: sa.Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def insert(connection: sa.Connection, name: str, named: Mapping[str, object]) -> None:
    """Insert a row; columns that must have a value and were not named get one of their type."""
    facts = dict(named)
    table = sa.Table(name, sa.MetaData(), autoload_with=connection)
    for column in table.columns:
        if column.name not in facts and not column.nullable:
            facts[column.name] = value_of(column)
    connection.execute(sa.insert(table).values(**facts))


def value_of(column: sa.Column[object]) -> object:
    if isinstance(column.type, sa.DateTime):
        return sa.func.current_timestamp()
    if isinstance(column.type, sa.Boolean):
        return False
    return 0 if isinstance(column.type, sa.Integer) else "。"


def rows(engine: sa.Engine, statement: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(statement))]


def test_criteria_in_use_become_version_1_and_scores_stay(before: sa.Engine) -> None:
    scores = rows(before, SCORES)
    migrations.upgrade(address(before))
    assert rows(before, SCORES) == scores
    asked = "SELECT r.code, v.number, c.code FROM criteria c JOIN rubric_versions v ON v.id = c.rubric_version_id"
    assert rows(before, f"{asked} JOIN rubrics r ON r.id = v.rubric_id ORDER BY c.id") == [
        ("policy", 1, "effect"),
        ("policy", 1, "quality"),
        ("former", 1, "luck"),
    ]
    given = "SELECT r.code FROM reviews o JOIN rubric_versions v ON v.id = o.rubric_version_id"
    assert rows(before, f"{given} JOIN rubrics r ON r.id = v.rubric_id") == [("policy",)]
    assert rows(before, "SELECT count(*) FROM rubrics WHERE is_default") == [(1,)]
    assert rows(before, "SELECT count(*) FROM rubrics WHERE code = 'former' AND NOT active") == [(1,)]


def test_the_way_back_keeps_scores_and_makes_other_scales_0_to_100(before: sa.Engine) -> None:
    scores = rows(before, SCORES)
    migrations.upgrade(address(before))
    with before.begin() as connection:
        insert(connection, "rubrics", {"id": 9, "code": "kaizen", "name_zh": "改善", "name_en": "Kaizen"})
        insert(connection, "rubric_versions", {"id": 9, "rubric_id": 9, "number": 1})
        connection.execute(sa.text("UPDATE rubric_versions SET created_at = NULL, created_by_id = NULL"))
        of_five = {"id": 9, "rubric_version_id": 9, "code": "effect", "weight": 1, "lowest": 1, "highest": 5}
        insert(connection, "criteria", of_five)
        score = "INSERT INTO review_scores (review_id, criterion_id, lowest, highest, score) VALUES (1, 9, 1, 5, 4)"
        connection.execute(sa.text(score))
    migrations.downgrade(address(before), "0001")
    assert rows(before, SCORES) == [
        *((f"{code}-3" if code == "luck" else code, at) for code, at in scores),
        ("effect-9", 75),
    ]
    assert rows(before, "SELECT code FROM criteria WHERE active ORDER BY id") == [("effect",), ("quality",)]


def test_an_empty_database_gets_no_rubric_from_the_migration(database: str) -> None:
    engine = sa.create_engine(database, poolclass=sa.NullPool)
    assert rows(engine, "SELECT count(*) FROM rubrics") == [(0,)]
    engine.dispose()
