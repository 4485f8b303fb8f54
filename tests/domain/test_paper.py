from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain.paper import check_day, code_of, number_of

TODAY = date(2026, 11, 16)
numbers = st.integers(1, 2**31 - 1)


def test_a_code_is_a_letter_six_digits_and_a_check():
    assert code_of(42) == "F0000422"


@given(numbers)
def test_every_code_leads_back_however_it_is_typed(number):
    code = code_of(number)
    assert number_of(code) == number
    assert number_of(f" {code.lower()[:4]} {code[4:]} ") == number
    assert number_of(code[1:]) == number


@given(numbers, st.data())
def test_one_wrong_digit_is_noticed(number, data):
    code = code_of(number)
    place = data.draw(st.integers(1, len(code) - 1))
    wrong = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != code[place]))
    assert number_of(code[:place] + wrong + code[place + 1 :]) is None


@pytest.mark.parametrize(
    "typed", ["", "F", "F000000", "F0000000", "x0000422", "F99999999999", "F００００４２２", "F" * 99]
)
def test_what_is_no_code_means_no_form(typed):
    assert number_of(typed) is None


@pytest.mark.parametrize(
    ("day", "codes"),
    [
        (None, ["written_on_missing"]),
        (TODAY, []),
        (TODAY - timedelta(days=366), []),
        (TODAY - timedelta(days=367), ["written_on_wrong"]),
        (TODAY + timedelta(days=1), ["written_on_wrong"]),
    ],
)
def test_a_sheet_was_written_within_the_last_year(day, codes):
    assert [problem.code for problem in check_day(day, today=TODAY)] == codes
