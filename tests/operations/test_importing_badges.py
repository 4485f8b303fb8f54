"""The badge column of the staff list."""

import pytest
from sqlalchemy import select

from models import Badge, Person
from studio.operations import importing
from studio.operations.importing import ImportRefused
from studio.tables import read_rows
from tests.operations.test_importing import table


@pytest.fixture
def people(session, world, tmp_path):
    """Import people of the team: number and badge each; more columns are as they were."""

    def run(*rows, headings=("工号", "姓名", "单位编码", "工牌号"), **how):
        lines = [[number, f"人{number}", "ROLL-A", badge] for number, badge in rows]
        source = read_rows(table(tmp_path / "people.csv", list(headings), *lines))
        report = importing.import_people(session, source, at=world.at, **how)
        return report.made, report.changed, report.unchanged

    return run


def badges(session):
    statement = select(Person.employee_no, Badge.number).join(Badge, Badge.person_id == Person.id)
    return dict(session.execute(statement.order_by(Person.employee_no)).all())


def test_badges_come_change_hands_and_go(session, people):
    assert people(("A1", "111"), ("A2", "２２２"), ("A3", "")) == (3, 0, 0)
    assert badges(session) == {"A1": "111", "A2": "222"}
    assert people(("A1", "111"), ("A2", "222"), ("A3", "")) == (0, 0, 3)
    assert people(("A1", "222"), ("A2", "111"), ("A3", "333")) == (0, 3, 0)
    assert people(("A1", "222"), ("A2", "")) == (0, 1, 1)
    assert badges(session) == {"A1": "222", "A3": "333"}


def test_a_list_without_badges_leaves_them(session, people):
    people(("A1", "111"))
    people(("A1", "x"), headings=("工号", "姓名", "单位编码", "备注"))
    assert badges(session) == {"A1": "111"}


def test_what_would_mean_two_people_is_refused(session, people):
    people(("A1", "111"))
    rows = [("A2", "111"), ("A3", "A1"), ("A4", "444"), ("A5", "444"), ("A6", "9" * 41)]
    with pytest.raises(ImportRefused) as refused:
        people(*rows)
    assert [(one.row, one.problem.code) for one in refused.value.report.problems] == [
        (6, "too_long"), (2, "badge_taken"), (3, "badge_taken"), (5, "key_twice"),
    ]  # fmt: skip
    assert people(*rows, skip_bad=True) == (1, 0, 0)
    assert badges(session) == {"A1": "111", "A4": "444"}
