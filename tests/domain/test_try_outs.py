"""What is counted when rules are tried out on past proposals."""

from studio.domain.routing import Candidate, ProposalFacts, Reason, RoutingResult, RoutingRule
from studio.domain.try_outs import Past, touched, try_out


def way(**studios: str | None):
    """A set of rules that sends the proposal of each title to a studio."""

    def ask(past: Past) -> RoutingResult:
        studio = studios[past.facts.title]
        return RoutingResult(Candidate(studio, 1.0, Reason("rule_all", {})) if studio else None)

    return ask


PASTS = [Past(key, ProposalFacts(title=title), studio) for key, (title, studio) in enumerate(
    [("a", "S-1"), ("b", "S-2"), ("c", "S-2"), ("d", None), ("e", "S-1"), ("f", "S-1")]
)]  # fmt: skip
FOUND = try_out(
    PASTS,
    way(a="S-1", b="S-1", c="S-1", d="S-1", e=None, f="S-1"),
    way(a="S-1", b="S-2", c="S-2", d="S-2", e="S-1", f=None),
)


def test_what_stays_where_it_was_is_not_listed() -> None:
    assert FOUND.tried == 6
    assert [move.id for move in FOUND.moves] == [1, 2, 3, 4, 5]


def test_the_ways_are_counted_and_the_most_used_comes_first() -> None:
    assert FOUND.flows == [("S-1", "S-2", 3), (None, "S-1", 1), ("S-1", None, 1)]


def test_what_is_caught_newly_or_no_longer_is_counted() -> None:
    assert (FOUND.newly_caught, FOUND.no_longer_caught) == (1, 1)


def test_both_are_compared_with_who_handled_it_in_the_end() -> None:
    assert (FOUND.handled, FOUND.agree_now, FOUND.agreed_before) == (4, 3, 1)


def test_the_archive_is_asked_where_a_changed_rule_has_a_word_and_nowhere_else() -> None:
    same = way(a="S-1", b="S-1", c="S-1", d=None, e="S-1", f="S-1")
    other = way(a="S-1", b="S-2", c="S-1", d=None, e="S-1", f="S-1")
    assert [past.id for past in touched(PASTS, same, other, ())] == [1], "its score tells"
    rule = RoutingRule("S-3", 5, words=("c",))
    assert [past.id for past in touched(PASTS, same, same, [rule])] == [2], "a precedent may tip the scales"
