"""What comes next, in words."""

import pytest

from studio.domain.next_steps import NextStep
from studio.settings import LOCALES
from studio.wording.language import speaking
from studio.wording.next_steps import SENTENCES, next_sentence


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("locale", LOCALES)
def test_every_step_is_said_whole_in_both_languages(app, locale):
    assert set(SENTENCES) == set(NextStep)
    with app.test_request_context(), speaking(locale):
        for step in NextStep:
            said = next_sentence(step, name="", when="W", day="D", occasion="O")
            assert said
            assert "%(" not in said
            assert not said.startswith((" ", "gives", "在看"))
