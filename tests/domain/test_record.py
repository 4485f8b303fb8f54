"""Somebody's record added up: each step counts once, in the year and month in which it was taken."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from studio.domain.periods import Month
from studio.domain.points import Earned
from studio.domain.record import Deed, MonthSums, Sums, by_month, by_year, in_all, touches

DONE = Deed(
    filed_on=date(2025, 12, 30),
    adopted_on=date(2026, 1, 5),
    used_on=date(2026, 1, 20),
    verified_on=date(2026, 2, 1),
    checked=Decimal(12_000),
    share=60,
)
REFUSED = Deed(filed_on=date(2026, 1, 2))
days = st.dates(date(2020, 1, 1), date(2027, 12, 31))
deeds = st.lists(
    st.builds(
        Deed,
        filed_on=days,
        adopted_on=st.none() | days,
        used_on=st.none() | days,
        verified_on=st.none() | days,
        checked=st.none() | st.integers(0, 10**6).map(Decimal),
        earned=st.lists(st.builds(Earned, days, st.integers(1, 400)), max_size=3).map(tuple),
    ),
    max_size=12,
)


def test_what_was_filed_in_one_year_may_be_used_in_another():
    assert by_year([DONE, REFUSED]) == [
        (2026, Sums(filed=1, adopted=1, used=1, verified=1, checked=Decimal(12_000))),
        (2025, Sums(filed=1)),
    ]
    assert [touches(DONE, year) for year in (2024, 2025, 2026)] == [False, True, True]
    assert not touches(REFUSED, 2025)


def test_a_benefit_counts_whole_whatever_the_share_and_only_of_what_is_used():
    assert in_all([DONE]).checked == Decimal(12_000)
    assert in_all([Deed(date(2026, 1, 1), checked=Decimal(5))]).checked == 0


def test_points_count_in_the_year_in_which_they_were_earned():
    refused = Deed(date(2024, 12, 1), earned=(Earned(date(2025, 1, 8), 2),))
    used = Deed(
        date(2024, 6, 1), used_on=date(2025, 3, 1), earned=(Earned(date(2024, 7, 1), 2), Earned(date(2025, 3, 1), 8))
    )
    assert [(year, sums.points) for year, sums in by_year([refused, used])] == [(2025, 10), (2024, 2)]
    assert touches(refused, 2025)
    assert used.points == 10


def test_empty_months_are_there_too():
    assert by_month([DONE, REFUSED], Month(2025, 12), Month(2026, 2)) == [
        MonthSums(Month(2025, 12), 1, 0),
        MonthSums(Month(2026, 1), 1, 1),
        MonthSums(Month(2026, 2), 0, 0),
    ]
    assert by_year([]) == []


@given(deeds)
def test_the_years_and_the_months_come_to_the_whole(given_deeds):
    whole, years = in_all(given_deeds), by_year(given_deeds)
    for name in ("filed", "adopted", "used", "verified", "checked", "points"):
        assert sum(getattr(sums, name) for _, sums in years) == getattr(whole, name)
    months = by_month(given_deeds, Month(2020, 1), Month(2027, 12))
    assert (sum(one.filed for one in months), sum(one.used for one in months)) == (whole.filed, whole.used)
