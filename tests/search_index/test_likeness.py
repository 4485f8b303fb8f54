"""Adding up for all documents at once gives what counting one by one gives."""

from hypothesis import given
from hypothesis import strategies as st

from search_index.whoosh_engine.likeness import Tally

WEIGHTED = st.lists(st.tuples(st.integers(0, 2**30 - 1), st.integers(1, 200)), max_size=12)


@given(WEIGHTED, st.integers(0, 35))
def test_the_best_are_those_of_the_largest_sums_and_of_equal_ones_the_latest(
    weighted: list[tuple[int, int]], limit: int
) -> None:
    sums = {number: sum(weight for bits, weight in weighted if bits >> number & 1) for number in range(30)}
    in_order = sorted((total, number) for number, total in sums.items() if total)
    expected = [number for _, number in reversed(in_order)][:limit]
    assert set(Tally(weighted).best(limit)) == set(expected)
