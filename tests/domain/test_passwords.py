import pytest

from studio.domain.passwords import check_password


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "password_short"),
        ("seven77", "password_short"),
        ("x" * 513, "password_too_long"),
        ("AB-000101", "password_is_number"),
        ("ab-000101 ", "password_is_number"),
        ("12345678901", "password_only_digits"),
        ("１２３４５６７８", "password_only_digits"),
    ],
)
def test_a_weak_password_is_refused(password, code):
    (problem,) = check_password(password, employee_no="AB-000101")
    assert (problem.code, problem.field) == (code, "new")


@pytest.mark.parametrize("password", ["eight888", "123456789012", "换个好记的密码吧", "a b c d e"])
def test_a_usable_password_passes(password):
    assert check_password(password, employee_no="AB-000101") == []


def test_an_administrator_needs_two_more():
    assert check_password("eight888", employee_no="1", administrator=True)[0].params == {"least": 10}
    assert check_password("ten-signs-", employee_no="1", administrator=True) == []
