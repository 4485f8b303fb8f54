"""What is worth mentioning as alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain.likeness import apart, is_enough

WORDS = st.lists(st.text("导卫板打滑", min_size=1, max_size=4), max_size=8)


@pytest.mark.parametrize(
    ("part", "shared", "enough"),
    [
        (0.2, ("盖板", "翘边", "绊人"), True),
        (0.19, ("盖板", "翘边", "绊人"), False),
        (0.5, ("盖板", "翘边"), True),
        (0.49, ("盖板", "翘边"), False),
        (1.0, ("盖板",), False),
        (1.0, ("导卫板", "导卫"), False),
        (0.9, (), False),
    ],
)
def test_many_words_or_most_of_a_short_text(part: float, shared: tuple[str, ...], *, enough: bool) -> None:
    assert is_enough(part, shared) is enough


@given(WORDS)
def test_no_word_that_is_kept_is_part_of_another(words: list[str]) -> None:
    kept = apart(words)
    assert all(one == other or one not in other for one in kept for other in kept)
    assert all(any(word in other for other in kept) for word in words)


@given(st.floats(0, 1), WORDS, st.floats(0, 1))
def test_more_in_common_is_never_less_worth_mentioning(part: float, shared: list[str], more: float) -> None:
    if is_enough(part, shared):
        assert is_enough(min(1.0, part + more), shared)
