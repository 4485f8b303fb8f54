"""Narrowing the desk: every count beside a choice is what choosing it would leave."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import ProposalState as State
from studio.domain.desk_filter import Asked, Facts, Field, Pile, ask, piles_of, reviews_choice
from studio.domain.turns import Turn

VALUES = st.sampled_from(["1", "2", "3"])
CHOICES = st.dictionaries(st.sampled_from(list(Field)), st.frozensets(VALUES, max_size=2), max_size=4)
PILES = st.frozensets(st.sampled_from(list(Pile)), min_size=1, max_size=3)
LYING = st.lists(
    st.builds(Facts, st.integers(1, 99), PILES, st.sampled_from(["导卫 led", "地坑"]), CHOICES), max_size=8
)
ASKED = st.builds(
    Asked,
    st.sampled_from(list(Pile)),
    st.sampled_from(["", "LED", "坑", "led 导卫"]),
    st.dictionaries(st.sampled_from(list(Field)), VALUES, max_size=3),
)


@given(LYING, ASKED, st.sampled_from(list(Field)), VALUES)
def test_a_count_is_what_the_choice_would_leave(lying: list[Facts], asked: Asked, field: Field, value: str) -> None:
    chosen = Asked(asked.pile, asked.words, {**asked.chosen, field: value})
    assert ask(lying, asked).choices[field][value] == len(ask(lying, chosen).kept)


@given(LYING, ASKED, st.sampled_from(list(Pile)))
def test_a_tab_counts_what_it_would_show(lying: list[Facts], asked: Asked, pile: Pile) -> None:
    assert ask(lying, asked).piles[pile] == len(ask(lying, asked.on(pile)).kept)


@given(LYING, ASKED)
def test_order_is_kept_and_nothing_is_made_up(lying: list[Facts], asked: Asked) -> None:
    kept = ask(lying, asked).kept
    assert [one for one in lying if one in kept] == list(kept) or len(set(map(id, kept))) == len(kept)
    assert ask(lying, Asked(asked.pile)).kept == [one for one in lying if asked.pile in one.piles]


@pytest.mark.parametrize(
    ("turn", "state", "piles"),
    [
        (None, State.UNDER_REVIEW, {Pile.ALL, Pile.OTHERS}),
        (None, State.INFORMATION_REQUESTED, {Pile.ALL, Pile.OTHERS, Pile.AUTHOR}),
        (Turn.DECIDE, State.UNDER_REVIEW, {Pile.ALL, Pile.MINE, Pile.DECIDE}),
        (Turn.HEAR_TRIAL, State.TRIAL, {Pile.ALL, Pile.MINE, Pile.DECIDE}),
        (Turn.SCORE, State.UNDER_REVIEW, {Pile.ALL, Pile.MINE}),
    ],
)
def test_the_piles_of_what_is_under_way(turn: Turn | None, state: State, piles: set[Pile]) -> None:
    assert piles_of(turn, state) == piles


def test_many_reviews_are_one_choice() -> None:
    assert [reviews_choice(count) for count in (0, 2, 3, 9)] == ["0", "2", "3", "3"]


def test_one_choice_is_taken_away_at_a_time() -> None:
    asked = Asked(Pile.ALL, "导卫", {Field.KIND: "1", Field.UNIT: "2"})
    assert asked.without(None).parameters() == {"pile": "all", "kind": "1", "unit": "2"}
    assert asked.without(Field.KIND).parameters() == {"pile": "all", "words": "导卫", "unit": "2"}
    assert Asked().parameters() == {}
