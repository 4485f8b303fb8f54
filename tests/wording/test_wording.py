import ast
from pathlib import Path

import pytest
from markupsafe import Markup

import studio
from models import Event, ProposalState, Verb
from studio.domain.errors import Problem
from studio.domain.routing import Reason
from studio.files.refusals import Reason as Refusal
from studio.settings import LOCALES
from studio.wording import names, problems, reasons, states
from studio.wording.events import event_sentence, words_of
from studio.wording.language import speaking

ROOT = Path(studio.__file__).parent
MADE_UP = {"title_missing", "problem_missing", "measure_missing", "effect_missing", "question_missing"} | {
    "answer_missing",
    "body_missing",
}
"""Codes that are put together from the name of a field."""


def codes_in_the_source(name: str) -> set[str]:
    """Every literal code given to ``Problem`` or ``NotAllowed`` anywhere in the house."""
    found: set[str] = set()
    for path in [*ROOT.rglob("*.py"), *(ROOT.parent / "views").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name and node.args:
                first = node.args[0]
                texts = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
                found |= {t.value for t in texts if isinstance(t, ast.Constant) and isinstance(t.value, str)}
    return found


@pytest.mark.usefixtures("app")
class TestProblems:
    def test_every_code_has_its_sentence(self):
        used = codes_in_the_source("Problem") | MADE_UP | {reason.value for reason in Refusal}
        assert used - set(problems.PROBLEMS) == set()

    def test_every_refusal_has_its_sentence(self):
        assert codes_in_the_source("NotAllowed") - set(problems.NOT_ALLOWED) == set()

    def test_numbers_and_names_stand_in_the_sentence(self, app):
        with app.test_request_context():
            said = problems.problem_sentence(Problem("person_unknown", "shares", {"number": "000777"}))
        assert said == "Nobody has the staff number 000777. Please look at it again."

    @pytest.mark.parametrize("locale", LOCALES)
    @pytest.mark.parametrize("code", [*problems.PROBLEMS, "a code of tomorrow"])
    def test_no_sentence_breaks_when_a_number_is_missing(self, app, code, locale):
        with app.test_request_context(), speaking(locale):
            assert "%(" not in problems.problem_sentence(Problem(code))


def test_every_word_of_the_records_has_a_name(app):
    with app.test_request_context():
        for words in (
            states.STATES,
            states.OUTCOMES,
            states.OUTCOME_CLASSES,
            states.RECOMMENDATIONS,
            states.VERBS,
            states.ROLES,
            states.STUDIO_ROLES,
            states.STUDIO_KINDS,
            states.STUDIO_LEVELS,
            states.MAIL_STATES,
            states.GRADES,
        ):
            kind = type(next(iter(words)))
            assert set(words) == set(kind)
            assert all(str(word) for word in words.values())


def test_the_five_blocks_fill_up_on_the_way():
    way = ["DRAFT", "SUBMITTED", "UNDER_REVIEW", "ACCEPTED", "IMPLEMENTED", "VERIFIED"]
    assert [states.progress(ProposalState[name]) for name in way] == [0, 1, 2, 3, 4, 5]
    assert set(states.PROGRESS) == set(ProposalState)


class TestNames:
    def test_the_readers_language_comes_first(self, app, world):
        with app.test_request_context():
            with speaking("zh_CN"):
                assert names.name_of(world.studio) == "何广茂创新工作室"
                assert names.name_of(world.worker) == "叶思琪"
            with speaking("en"):
                assert names.name_of(world.studio) == "Studio S-ROLL"
                assert names.name_of(world.worker) == "Person 000101"

    def test_a_missing_name_falls_back_to_the_other_language(self, app):
        with app.test_request_context(), speaking("en"):
            assert names.name_of({"name_zh": "总装", "name_en": ""}) == "总装"

    def test_nothing_has_no_name(self, app):
        with app.test_request_context():
            assert names.name_of(None) == ""


class TestReasons:
    def test_it_speaks_to_the_author(self, app):
        kept = {
            "code": "rule_unit",
            "params": {"studio": "S", "unit": "U"},
            "names": {"studio": [{"name_en": "He's studio"}], "unit": [{"name_en": "final assembly"}]},
        }
        with app.test_request_context(), speaking("en"):
            said = reasons.reason_sentence(kept, to_author=True)
            assert said == "You work in final assembly; He's studio looks after its proposals."
            assert reasons.reason_sentence(kept) == "He's studio looks after the proposals of final assembly."

    def test_a_fresh_reason_is_said_with_codes(self, app):
        fresh = Reason("rule_words", {"studio": "S-1", "words": ["导卫", "轧机", "a", "b"]})
        with app.test_request_context(), speaking("en"):
            said = reasons.reason_sentence(fresh)
        assert said == "It is about “导卫”, “轧机”, “a”, and that is what S-1 looks after."

    def test_every_code_of_routing_has_its_sentence(self):
        source = (ROOT / "domain" / "routing.py").read_text(encoding="utf-8")
        for code in ("rule_words", "rule_theme", "rule_kind", "rule_unit", "rule_all", "speciality", "unit"):
            assert f'"{code}"' in source
            assert code in reasons.REASONS

    def test_an_old_reason_is_passed_over(self, app):
        with app.test_request_context():
            assert reasons.reason_sentence({}) == reasons.reason_sentence(None) == ""


class TestEvents:
    @pytest.mark.parametrize("verb", Verb)
    def test_every_verb_is_a_line_of_the_timeline(self, app, world, verb):
        event = Event(verb=verb, actor=world.lead, data={})
        with app.test_request_context(), speaking("en"):
            assert "Person 000201" in event_sentence(event)

    def test_a_rule_needs_no_name(self, app):
        event = Event(verb=Verb.ROUTE, actor=None, data={"studio": {"name_zh": "何广茂创新工作室", "name_en": "He's"}})
        with app.test_request_context(), speaking("en"):
            assert event_sentence(event) == "It went to He's."

    def test_words_of_a_decision_are_shown_but_never_those_of_a_review(self):
        assert words_of(Event(verb=Verb.DECLINE, data={"reason": "太贵"})) == "太贵"
        assert words_of(Event(verb=Verb.REVIEW, data={"comment": "不行", "reason": "不行"})) == ""


@pytest.mark.parametrize(("locale", "said"), [("zh_CN", "<q>一&amp;二</q>三&lt;"), ("en", "<q>一&amp;二</q> 三&lt;")])
def test_sentences_stand_behind_each_other_and_markup_stays_what_it_is(app, locale, said):
    with app.test_request_context(), speaking(locale):
        assert names.one_behind_the_other([Markup("<q>{}</q>").format("一&二"), "", "三<"]) == said


def test_a_firm_whose_name_ends_with_a_full_stop_ends_the_sentence(app):
    reason = Reason("unit", {"studio": "S", "unit": "Drives Co., Ltd."})
    with app.test_request_context(), speaking("en"):
        assert reasons.reason_sentence(reason) == "S is at home in Drives Co., Ltd."
