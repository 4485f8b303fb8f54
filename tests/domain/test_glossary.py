"""When words make a row of the glossary."""

import pytest

from studio.domain.errors import InvalidInput
from studio.domain.glossary import words_of


@pytest.mark.parametrize("typed", ["行车;天车", "行车；天车", "行车、天车", " 行车 ,\n 天车，行车"])
def test_words_may_be_set_apart_as_people_do(typed: str) -> None:
    assert words_of(typed) == ("行车", "天车")


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("", ["glossary_one_word"]),
        ("行车", ["glossary_one_word"]),
        ("PLC; plc", ["glossary_one_word"]),
        ("行" * 41 + ";天车", ["glossary_too_long"]),
        (";".join(map(str, range(21))), ["glossary_too_many"]),
    ],
)
def test_what_is_no_row_is_refused(typed: str, codes: list[str]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        words_of(typed)
    assert [problem.code for problem in refusal.value.problems] == codes
