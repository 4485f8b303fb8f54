"""What may count as a repeat of what, and when two may become one."""

import pytest

from models import Contributor, Proposal, ProposalState
from studio.domain import repeats
from studio.domain.errors import Problem
from studio.domain.shares import Share


def proposal(number: int, author: int | None = None, **facts: object) -> Proposal:
    """A proposal that no database knows, everything the author's."""
    shares = [Contributor(person_id=author, share=100)] if author else []
    state = ProposalState.UNDER_REVIEW
    made = Proposal(id=number, submitter_id=author, submitter_text="", state=state, contributors=shares)
    made.confidential = False
    for name, value in facts.items():
        setattr(made, name, value)
    return made


def test_the_original_is_one_step_away():
    first = proposal(1)
    second = proposal(2, duplicate_of=first)
    third = proposal(3)
    assert repeats.original_problem(third, second) == ""
    assert repeats.resolved(second) is first
    assert repeats.original_problem(third, third) == "original_is_itself"
    assert repeats.original_problem(first, second) == "original_in_circle"
    first.state = ProposalState.WITHDRAWN
    assert repeats.original_problem(third, second) == "original_withdrawn"


@pytest.mark.parametrize(
    ("original", "repeat", "judges", "code"),
    [
        ({}, {}, {7}, ""),
        ({"state": ProposalState.VERIFIED}, {}, set(), "original_settled"),
        ({}, {"confidential": True}, set(), "repeat_is_secret"),
        ({"confidential": True}, {"confidential": True}, set(), ""),
        ({}, {}, {22, None}, "author_judges_original"),
    ],
)
def test_what_hinders_two_from_becoming_one(original, repeat, judges, code):
    found = repeats.merge_hindrance(proposal(2, 22, **repeat), proposal(1, 11, **original), judges)
    assert found == code


def test_too_many_cannot_share():
    many = [Contributor(name_text=str(number), share=1) for number in range(100)]
    assert repeats.merge_hindrance(proposal(2, 22), proposal(1, contributors=many), ()) == "too_many_sharers"


def test_where_no_shares_are_written_everything_is_the_submitter_s():
    assert repeats.shares_of(proposal(1, 11, contributors=[])) == [Share(11, 100)]
    assert repeats.shares_of(proposal(1, submitter_text="老张")) == [Share("老张", 100)]
    assert repeats.shares_of(proposal(1)) == []


def test_everybody_of_both_keeps_a_share():
    original, repeat = proposal(1, 11), proposal(2, 22)
    assert repeats.share_problems(repeat, original, [Share(11, 80), Share(22, 20)]) == []
    for people in ([11], [22], [11, 22, 33], []):
        given = [Share(person, 100 // len(people)) for person in people]
        assert repeats.share_problems(repeat, original, given) == [Problem("sharers_changed", "shares")]
    wrong = repeats.share_problems(repeat, original, [Share(11, 80), Share(22, 21)])
    assert wrong == [Problem("shares_not_whole", "shares", {"total": 101})]
