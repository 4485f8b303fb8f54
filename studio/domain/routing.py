"""Which studio should get a proposal, and why.

Evidence is weighed and added up for each studio: the best of its rules that match, its specialities found in the text,
whether the author's unit is one it works for, to whom the most similar proposals of the archive went, what is written
of it, and last how busy it is. `make bench` measures it (tests/benchmarks/bench_routing.py) with each weight halved
and doubled: they lie on a plateau.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Any, Final

from studio.domain.precedents import Lesson, lessons
from studio.domain.routing_facts import (
    NO_EXPERIENCE,
    Candidate,
    Experience,
    Precedent,
    ProposalFacts,
    Reason,
    RoutingResult,
    RoutingRule,
    StudioFacts,
)
from studio.domain.terms import folded, occurs, parts

__all__ = [
    "NO_EXPERIENCE",
    "Candidate",
    "Experience",
    "Precedent",
    "ProposalFacts",
    "Reason",
    "RoutingResult",
    "RoutingRule",
    "StudioFacts",
    "fits",
    "route",
]

FIELD_WEIGHTS: Final = {"title": 3.0, "problem": 1.0, "measure": 1.0, "effect": 1.0, "location": 1.0}
"""The title names the matter; elsewhere a word may be mentioned in passing."""
RULE_MATCHED = 4.0
THEME_RULE = 8.0
LOCAL_WORDS = 0.5
"""Words of a rule for one part of the firm say less, because everybody there uses them for everything."""
HOME_UNIT = 3.0
PARTIAL_SPECIALITY = 0.25
"""Less than this part of a speciality in the text is chance; half of a four-character term is enough."""
LEARNED = 4.0
"""If all precedents went to one studio, that is worth as much as a rule that matches."""
ABOUT = 0.05
"""What is written of a studio was not written to draw proposals: a word of it counts a twentieth of a speciality."""
SURE = 2.0
"""Precedents and what is written of a studio, with nothing else, suggest it; from this score on they decide."""
LOAD_DRAG = 0.1
"""A studio with a month's work on its desk yields to one that fits a tenth less well."""
DECISIVE_PRIORITY = 10
"""A rule with a lower number decides alone, whatever the text says otherwise."""


@dataclass(frozen=True, slots=True)
class _Evidence:
    weight: float = 0.0
    code: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    priority: int = DECISIVE_PRIORITY

    @property
    def decides(self) -> bool:
        return self.priority < DECISIVE_PRIORITY


_NOTHING = _Evidence(priority=1_000_000)


def route(
    proposal: ProposalFacts,
    rules: Sequence[RoutingRule],
    studios: Sequence[StudioFacts],
    open_load: Mapping[str, int] | None = None,
    *,
    experience: Experience = NO_EXPERIENCE,
) -> RoutingResult:
    """Choose a studio for the proposal and say why; the same facts always give the same answer.

    `open_load` counts the proposals waiting in each studio by its code; `experience` is what the archive has that is
    like it. Inactive studios and rules for them are passed over. Ties go to the rule with the lower priority, then to
    the studio code that sorts first.
    """
    text, rarity = Text(proposal), _Rarity(rules, studios)
    learned = lessons(proposal, experience.precedents)
    ranked: list[tuple[_Order, Candidate]] = []
    known = False
    for studio in [studio for studio in studios if studio.active]:
        own_rules = [rule for rule in rules if rule.studio == studio.code]
        firm = [
            _best_rule(own_rules, proposal, text, rarity),
            _specialities(studio, text, rarity),
            _home(studio, own_rules, proposal),
        ]
        evidence = [*firm, _learned(learned.get(studio.code)), _about(studio, text, rarity)]
        known = known or any(part.weight for part in firm)
        if any(part.weight > 0 for part in evidence):
            ranked.append(_weighed(studio, evidence, (open_load or {}).get(studio.code)))
    candidates = [candidate for _, candidate in sorted(ranked, key=lambda entry: entry[0])]
    if candidates and (known or candidates[0].score >= SURE):
        return RoutingResult(candidates[0], tuple(candidates[1:]))
    return RoutingResult(None, tuple(candidates))


def fits(rule: RoutingRule, proposal: ProposalFacts) -> bool:
    """Tell whether all that a rule asks for is there."""
    return _matches(rule, proposal, Text(proposal))


_Order = tuple[int, float, int, str]


def _weighed(studio: StudioFacts, evidence: Sequence[_Evidence], load: int | None) -> tuple[_Order, Candidate]:
    """Return the candidate and its place: decisive rules first, then the better fit."""
    by_rule = evidence[0]
    score = round(sum(part.weight for part in evidence) * _ease(load, studio.capacity), 3)
    strongest = by_rule if by_rule.decides else max(evidence, key=lambda part: part.weight)
    params = {"studio": studio.code, **strongest.params, "load": load, "capacity": studio.capacity}
    order = (min(by_rule.priority, DECISIVE_PRIORITY), -score, by_rule.priority, studio.code)
    return order, Candidate(studio.code, score, Reason(strongest.code, params))


def _learned(lesson: Lesson | None) -> _Evidence:
    if lesson is None:
        return _NOTHING
    return _Evidence(LEARNED * lesson.share, "precedents", {"precedents": list(lesson.numbers)})


def _about(studio: StudioFacts, text: "Text", rarity: "_Rarity") -> _Evidence:
    hits = {word: weight for word in studio.about if (weight := text.weight(word) * rarity.of_about(word))}
    return _Evidence(ABOUT * sum(hits.values()), "about", {"words": _strongest(hits)})


def _ease(load: int | None, capacity: int | None) -> float:
    if load is None or not capacity:
        return 1.0
    return 1.0 - LOAD_DRAG * min(load / capacity, 2.0)


def _best_rule(rules: Iterable[RoutingRule], proposal: ProposalFacts, text: "Text", rarity: "_Rarity") -> _Evidence:
    matches = [_rule_evidence(rule, proposal, text, rarity) for rule in rules if _matches(rule, proposal, text)]
    return min(matches, default=_NOTHING, key=_precedence)


def _precedence(match: "_Evidence") -> tuple[int, float, int]:
    """Decisive rules go by priority, all others by weight."""
    return min(match.priority, DECISIVE_PRIORITY), -match.weight, match.priority


def _matches(rule: RoutingRule, proposal: ProposalFacts, text: "Text") -> bool:
    return (
        (not rule.units or not set(rule.units).isdisjoint(proposal.units))
        and (not rule.kinds or proposal.kind in rule.kinds)
        and (not rule.themes or not set(rule.themes).isdisjoint(proposal.themes))
        and (not rule.words or any(text.weight(word) for word in rule.words))
    )


def _rule_evidence(rule: RoutingRule, proposal: ProposalFacts, text: "Text", rarity: "_Rarity") -> _Evidence:
    hits = {word: text.weight(word) * rarity.of(word) for word in rule.words if text.weight(word)}
    weight = RULE_MATCHED + sum(hits.values()) * (LOCAL_WORDS if rule.units else 1.0)
    if rule.themes:
        weight += THEME_RULE
    return _Evidence(weight, *_said_of(rule, proposal, _strongest(hits)), priority=rule.priority)


def _said_of(rule: RoutingRule, proposal: ProposalFacts, hits: list[str]) -> tuple[str, Mapping[str, Any]]:
    """Return the column of a matching rule that tells most, and what was found there."""
    if hits:
        return "rule_words", {"words": hits}
    if rule.themes:
        return "rule_theme", {"themes": [theme for theme in proposal.themes if theme in rule.themes]}
    if rule.kinds:
        return "rule_kind", {"kinds": [proposal.kind]}
    if rule.units:
        return "rule_unit", {"unit": next(unit for unit in proposal.units if unit in rule.units)}
    return "rule_all", {}


def _specialities(studio: StudioFacts, text: "Text", rarity: "_Rarity") -> _Evidence:
    whole = {word: weight for word in studio.specialities if (weight := text.weight(word) * rarity.of(word))}
    parts = {word: weight for word in studio.specialities if (weight := _partial(word, text, rarity))}
    hits = parts | whole
    # The author is told words that stand in the text; those of which only parts do are named if there are no others.
    return _Evidence(sum(hits.values()), "speciality", {"words": _strongest(whole or parts)})


def _partial(word: str, text: "Text", rarity: "_Rarity") -> float:
    """Weigh a speciality of which only parts occur: 压缩空气泄漏 in a text about 压缩空气."""
    rarities = {part: rarity.of(part) for part in parts(word)}
    found = {part: rare for part, rare in rarities.items() if text.weight(part)}
    share = sum(found.values()) / sum(rarities.values()) if found else 0.0
    if share < PARTIAL_SPECIALITY:
        return 0.0
    return share * sum(text.weight(part) * rare for part, rare in found.items()) / len(found)


def _home(studio: StudioFacts, own_rules: Iterable[RoutingRule], proposal: ProposalFacts) -> _Evidence:
    """A studio works for its own unit and for those its rules name, match or not; the nearer, the more so."""
    homes = {studio.unit}.union(*(rule.units for rule in own_rules))
    height = next((height for height, unit in enumerate(proposal.units) if unit in homes), None)
    if height is None:
        return _NOTHING
    nearness = 1 - height / len(proposal.units)
    return _Evidence(HOME_UNIT * nearness, "unit", {"unit": proposal.units[height]})


def _strongest(hits: Mapping[str, float]) -> list[str]:
    return sorted(hits, key=lambda word: (-hits[word], word))


class Text:
    """The words of a proposal, ready to be looked for."""

    def __init__(self, proposal: ProposalFacts) -> None:
        self._fields = [(weight, folded(getattr(proposal, name))) for name, weight in FIELD_WEIGHTS.items()]
        self._whole = "\n".join(text for _, text in self._fields)

    def weight(self, word: str) -> float:
        """Return how much a word says by its length and by where it stands; 0 when it does not occur."""
        wanted = folded(word)
        return sqrt(len(wanted)) * self._found(wanted)

    def _found(self, word: str) -> float:
        if word not in self._whole:
            return 0.0
        return sum(weight for weight, text in self._fields if occurs(word, text))


class _Rarity:
    """How much a word sets one studio apart: 1 when only one studio has it, 1/2 for two, and so on."""

    def __init__(self, rules: Sequence[RoutingRule], studios: Sequence[StudioFacts]) -> None:
        self._studios: Counter[str] = Counter()
        self._about: Counter[str] = Counter()
        for studio in studios:
            words = {word for rule in rules if rule.studio == studio.code for word in rule.words}
            found = {part for word in studio.specialities for part in parts(word)}
            self._studios.update(found | {folded(word) for word in words.union(studio.specialities)})
            self._about.update(set(studio.about))

    def of(self, word: str) -> float:
        return 1 / max(1, self._studios[folded(word)])

    def of_about(self, word: str) -> float:
        return 1 / max(1, self._about[word])
