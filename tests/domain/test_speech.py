"""How long something takes to say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain.speech import CHARACTERS_A_MINUTE, WORDS_A_MINUTE, seconds_to_say


def test_a_minute_holds_so_many_characters_or_words():
    assert seconds_to_say("字" * CHARACTERS_A_MINUTE) == pytest.approx(60)
    assert seconds_to_say("word, " * WORDS_A_MINUTE) == pytest.approx(60)


def test_numbers_and_model_names_are_words_and_marks_take_no_time():
    assert seconds_to_say("CK6150A") == seconds_to_say("12,345.67") == seconds_to_say("worker’s")
    assert seconds_to_say("，。“”——…… ()") == 0
    assert seconds_to_say("提了 3 条") == pytest.approx(seconds_to_say("提了条") + seconds_to_say("3"))


@given(st.text(), st.text())
def test_saying_both_takes_as_long_as_each(one, other):
    assert seconds_to_say(f"{one}。{other}") == pytest.approx(seconds_to_say(one) + seconds_to_say(other))
