from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain.kiosks import LONGEST, SLACK, WRITING, Stay, check_kiosk, check_pin, code_as_typed, new_code

AT = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
IDLE = timedelta(seconds=60)


@pytest.mark.parametrize(
    ("pin", "code"),
    [
        ("", "pin_digits"),
        ("123", "pin_digits"),
        ("2580147", "pin_digits"),
        ("25a0", "pin_digits"),
        ("２５８０", "pin_digits"),
        ("7777", "pin_easy"),
        ("1234", "pin_easy"),
        ("987654", "pin_easy"),
        ("4747", "pin_easy"),
        ("0101", "pin_easy"),
        ("3880", "pin_easy"),
    ],
)
def test_a_pin_that_anybody_would_try_is_refused(pin, code):
    assert [(one.code, one.field) for one in check_pin(pin, employee_no="003880")] == [(code, "pin")]


@pytest.mark.parametrize("pin", ["2580", "19283", "704913"])
def test_a_usable_pin_passes(pin):
    assert check_pin(pin, employee_no="003880") == []


@pytest.mark.parametrize(
    ("seen", "handing_in", "holds"),
    [
        (timedelta(0), False, True),
        (IDLE, False, True),
        (IDLE + SLACK, False, False),
        (IDLE + SLACK, True, True),
        (WRITING, True, False),
    ],
)
def test_who_steps_away_is_signed_out(seen, handing_in, holds):
    assert Stay(AT - timedelta(minutes=20), AT - seen).holds(at=AT, idle=IDLE, handing_in=handing_in) is holds


@given(st.integers(0, 30), st.booleans())
def test_no_session_outlives_its_longest_time_however_busy(seconds, handing_in):
    stay = Stay(AT - LONGEST, AT - timedelta(seconds=seconds))
    assert not stay.holds(at=AT, idle=IDLE, handing_in=handing_in)


def test_a_session_from_the_future_opens_nothing():
    assert not Stay(AT + timedelta(hours=1), AT + timedelta(hours=1)).holds(at=AT, idle=IDLE)


def test_a_code_may_be_typed_with_spaces_and_capitals():
    code = new_code()
    assert code_as_typed(f" {code[:5].upper()}-{code[5:]} ") == code


@pytest.mark.parametrize(("name", "codes"), [("", ["kiosk_name_missing"]), ("x" * 61, ["too_long"]), ("总装门口", [])])
def test_a_terminal_is_known_by_where_it_stands(name, codes):
    assert [problem.code for problem in check_kiosk(name)] == codes
