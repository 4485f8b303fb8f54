"""Adding up for all documents at once gives what counting one by one gives."""

from hypothesis import given
from hypothesis import strategies as st

from search_index.bitmaps import positions
from search_index.likeness import Tally

WEIGHTED = st.lists(st.tuples(st.integers(0, 2**30 - 1), st.integers(1, 200)), max_size=12)


@given(WEIGHTED, st.integers(0, 35))
def test_the_best_are_those_of_the_largest_sums_and_the_last_place_may_be_shared(
    weighted: list[tuple[int, int]], limit: int
) -> None:
    sums = {number: sum(weight for bits, weight in weighted if bits >> number & 1) for number in range(30)}
    above_zero = sorted((total for total in sums.values() if total), reverse=True)
    sure, equal = (set(positions(bits)) for bits in Tally(weighted).best(limit))
    assert len(sure) <= limit
    assert sorted((sums[number] for number in sure), reverse=True) == above_zero[: len(sure)]
    if len(sure) < min(limit, len(above_zero)):
        assert equal == {number for number in sums if number not in sure and sums[number] == above_zero[len(sure)]}
