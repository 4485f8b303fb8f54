"""What may be told as a story, and what its words may not say."""

import pytest

from models import Proposal, ProposalState
from studio.domain.stories import HEADLINE_LIMIT, WORDS_LIMIT, cannot_be_told, flaws


def codes(problems):
    return [(one.code, one.field) for one in problems]


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"state": ProposalState.IMPLEMENTED}, []),
        ({"state": ProposalState.VERIFIED}, []),
        ({"state": ProposalState.ACCEPTED}, ["story_not_in_use"]),
        ({"state": ProposalState.VERIFIED, "confidential": True}, ["story_confidential"]),
        ({"state": ProposalState.DECLINED, "confidential": True}, ["story_confidential", "story_not_in_use"]),
    ],
)
def test_only_what_is_in_use_and_open_is_told(facts, why):
    assert [one.code for one in cannot_be_told(Proposal(**{"confidential": False, **facts}))] == why


@pytest.mark.parametrize(
    ("headline", "words", "wrong"),
    [
        ("不用抬了", "", []),
        ("", "好", [("headline_missing", "headline")]),
        ("长" * HEADLINE_LIMIT, "长" * WORDS_LIMIT, []),
        ("长" * (HEADLINE_LIMIT + 1), "", [("too_long", "headline")]),
        ("好", "长" * (WORDS_LIMIT + 1), [("too_long", "words")]),
        ("叶思琪不用抬了", "", [("story_names_author", "headline")]),
        ("好", "谢谢 person 000101！", [("story_names_author", "words")]),
    ],
)
def test_words_have_room_for_so_much_and_name_nobody_who_is_hidden(headline, words, wrong):
    assert codes(flaws(headline, words, ["叶思琪", "Person 000101", "", " "])) == wrong


def test_where_nobody_is_hidden_everybody_may_be_named():
    assert flaws("叶思琪的主意", "") == []
