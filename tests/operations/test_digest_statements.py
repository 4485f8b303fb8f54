"""What a hundred copies of the digest cost the database."""

import pytest

from models import Person, Preferences
from studio.operations import digest
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.digest import FIRST_OF_NOVEMBER, OCTOBER, filed, october
from tests.support.statements import listening

pytestmark = on_both_databases

HUNDRED = 100


def hire(session, world, count, *, start):
    with writing(session):
        people = [
            Person(
                employee_no=f"8{start + i:05}",
                name=f"工友{start + i}",
                unit=world.team,
                created_at=world.at,
                email=f"w{start + i}@example.com",
                preferences=Preferences(locale="en" if i % 2 else "zh_CN"),
            )
            for i in range(count)
        ]
        session.add_all(people)
    return people


def statements_of_sending(session, settings):
    with listening() as heard:
        sent = digest.send(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings)
    return sent.mailed, heard.count


@pytest.mark.parametrize("own", [0, 3])
def test_a_hundred_readers_more_cost_the_same_few_statements_whatever_they_read(session, world, settings, own):
    october(session, world)
    digest.send(session, OCTOBER, at=FIRST_OF_NOVEMBER, settings=settings)
    hire(session, world, 1, start=0)
    _, for_one = statements_of_sending(session, settings)
    readers = hire(session, world, HUNDRED, start=1)
    for i in range(own):
        filed(session, world, f"盖板{i}", author=readers[i])
    mailed, for_a_hundred = statements_of_sending(session, settings)
    assert (mailed, for_a_hundred) == (HUNDRED, for_one)
