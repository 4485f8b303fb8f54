"""Which studio should get a proposal, and why.

Four kinds of evidence are weighed and added up for each studio: the best of its rules that match, its
specialities found in the text, whether the author's unit is one it works for, and last how busy it is.
Adding up puts 118 of the sample's 160 proposals with the right studio, taking the first matching rule only 80
(tests/benchmarks/bench_routing.py); the weights lie on a plateau where doubling or halving one moves 3 of them.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Any, Final

FIELD_WEIGHTS: Final = {"title": 3.0, "problem": 1.0, "measure": 1.0, "effect": 1.0, "location": 1.0}
"""The title names the matter; elsewhere a word may be mentioned in passing."""
RULE_MATCHED = 4.0
THEME_RULE = 8.0
LOCAL_WORDS = 0.5
"""Words of a rule for one part of the firm say less, because everybody there uses them for everything."""
HOME_UNIT = 3.0
PARTIAL_SPECIALITY = 0.25
"""Less than this part of a speciality in the text is chance; half of a four-character term is enough."""
LOAD_DRAG = 0.1
"""A studio with a month's work on its desk yields to one that fits a tenth less well."""
DECISIVE_PRIORITY = 10
"""A rule with a lower number decides alone, whatever the text says otherwise."""


@dataclass(frozen=True, slots=True)
class ProposalFacts:
    """What routing looks at. `units` are codes: the author's own unit first, then its ancestors up to the root."""

    title: str = ""
    problem: str = ""
    measure: str = ""
    effect: str = ""
    location: str = ""
    units: tuple[str, ...] = ()
    kind: str | None = None
    themes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RoutingRule:
    """Every column that is not empty must match; in each one hit suffices. Lower priority goes first."""

    studio: str
    priority: int
    units: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StudioFacts:
    """A studio as routing sees it; `capacity` is in proposals a month, None when nobody said."""

    code: str
    unit: str
    specialities: tuple[str, ...] = ()
    capacity: int | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a studio, to be said in one sentence.

    Codes and what their params hold beside `studio`, `load` and `capacity` (both None when unknown):
    `rule_words`, `speciality`: `words`, strongest first; `rule_theme`: `themes`; `rule_kind`: `kinds`;
    `rule_unit`, `unit`: `unit`, the code of the one in common; `rule_all`: nothing more.
    """

    code: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One studio that could take the proposal; a higher score is a better fit and means nothing by itself."""

    studio: str
    score: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class RoutingResult:
    """The choice; without a `best` the proposal goes to the coordinator's desk."""

    best: Candidate | None = None
    runners_up: tuple[Candidate, ...] = ()

    @property
    def reason(self) -> Reason | None:
        """Why the best one."""
        return self.best.reason if self.best else None


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
) -> RoutingResult:
    """Choose a studio for the proposal and say why; the same facts always give the same answer.

    `open_load` counts the proposals waiting in each studio by its code. Inactive studios and rules for them
    are passed over. Ties go to the rule with the lower priority, then to the studio code that sorts first.
    """
    text, rarity = _Text(proposal), _Rarity(rules, studios)
    ranked: list[tuple[_Order, Candidate]] = []
    for studio in studios:
        own_rules = [rule for rule in rules if rule.studio == studio.code]
        evidence = [
            _best_rule(own_rules, proposal, text, rarity),
            _specialities(studio, text, rarity),
            _home(studio, own_rules, proposal),
        ]
        if studio.active and any(part.weight for part in evidence):
            ranked.append(_weighed(studio, evidence, (open_load or {}).get(studio.code)))
    candidates = [candidate for _, candidate in sorted(ranked, key=lambda entry: entry[0])]
    return RoutingResult(candidates[0], tuple(candidates[1:])) if candidates else RoutingResult()


_Order = tuple[int, float, int, str]


def _weighed(studio: StudioFacts, evidence: Sequence[_Evidence], load: int | None) -> tuple[_Order, Candidate]:
    """Return the candidate and its place: decisive rules first, then the better fit."""
    by_rule = evidence[0]
    score = round(sum(part.weight for part in evidence) * _ease(load, studio.capacity), 3)
    strongest = by_rule if by_rule.decides else max(evidence, key=lambda part: part.weight)
    params = {"studio": studio.code, **strongest.params, "load": load, "capacity": studio.capacity}
    order = (min(by_rule.priority, DECISIVE_PRIORITY), -score, by_rule.priority, studio.code)
    return order, Candidate(studio.code, score, Reason(strongest.code, params))


def _ease(load: int | None, capacity: int | None) -> float:
    if load is None or not capacity:
        return 1.0
    return 1.0 - LOAD_DRAG * min(load / capacity, 2.0)


def _best_rule(rules: Iterable[RoutingRule], proposal: ProposalFacts, text: "_Text", rarity: "_Rarity") -> _Evidence:
    matches = [_rule_evidence(rule, proposal, text, rarity) for rule in rules if _matches(rule, proposal, text)]
    return min(matches, default=_NOTHING, key=_precedence)


def _precedence(match: "_Evidence") -> tuple[int, float, int]:
    """Decisive rules go by priority, all others by weight."""
    return min(match.priority, DECISIVE_PRIORITY), -match.weight, match.priority


def _matches(rule: RoutingRule, proposal: ProposalFacts, text: "_Text") -> bool:
    return (
        (not rule.units or not set(rule.units).isdisjoint(proposal.units))
        and (not rule.kinds or proposal.kind in rule.kinds)
        and (not rule.themes or not set(rule.themes).isdisjoint(proposal.themes))
        and (not rule.words or any(text.weight(word) for word in rule.words))
    )


def _rule_evidence(rule: RoutingRule, proposal: ProposalFacts, text: "_Text", rarity: "_Rarity") -> _Evidence:
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


def _specialities(studio: StudioFacts, text: "_Text", rarity: "_Rarity") -> _Evidence:
    whole = {word: weight for word in studio.specialities if (weight := text.weight(word) * rarity.of(word))}
    parts = {word: weight for word in studio.specialities if (weight := _partial(word, text, rarity))}
    hits = parts | whole
    # The author is told words that stand in the text; those of which only parts do are named if there are no others.
    return _Evidence(sum(hits.values()), "speciality", {"words": _strongest(whole or parts)})


def _partial(word: str, text: "_Text", rarity: "_Rarity") -> float:
    """Weigh a speciality of which only parts occur: 压缩空气泄漏 in a text about 压缩空气."""
    rarities = {part: rarity.of(part) for part in _parts(word)}
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


class _Text:
    """The words of a proposal, ready to be looked for."""

    def __init__(self, proposal: ProposalFacts) -> None:
        self._fields = [(weight, _folded(getattr(proposal, name))) for name, weight in FIELD_WEIGHTS.items()]

    def weight(self, word: str) -> float:
        """Return how much a word says by its length and by where it stands; 0 when it does not occur."""
        wanted = _folded(word)
        return sqrt(len(wanted)) * sum(weight for weight, text in self._fields if _occurs(wanted, text))


class _Rarity:
    """How much a word sets one studio apart: 1 when only one studio has it, 1/2 for two, and so on."""

    def __init__(self, rules: Sequence[RoutingRule], studios: Sequence[StudioFacts]) -> None:
        self._studios: Counter[str] = Counter()
        for studio in studios:
            words = {word for rule in rules if rule.studio == studio.code for word in rule.words}
            parts = {part for word in studio.specialities for part in _parts(word)}
            self._studios.update(parts | {_folded(word) for word in words.union(studio.specialities)})

    def of(self, word: str) -> float:
        return 1 / max(1, self._studios[_folded(word)])


_GAP_BESIDE_HAN = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")
_LATIN_OR_HAN = re.compile(r"[\x21-\x7f]+|[^\x00-\x7f]+")


def _folded(text: str) -> str:
    """Make spellings alike: full and half width, upper and lower case, 'LF 精炼' and 'LF精炼'."""
    return _GAP_BESIDE_HAN.sub("", unicodedata.normalize("NFKC", text).casefold()).strip()


def _occurs(word: str, text: str) -> bool:
    """Look for a folded word; Latin letters must not go on around it, so that LF is not found in 'shelf'."""
    if not word or word not in text:
        return False
    before = "(?<![a-z])" if word[0].isascii() else ""
    after = "(?![a-z])" if word[-1].isascii() else ""
    return re.search(before + re.escape(word) + after, text) is not None


def _parts(word: str) -> list[str]:
    """Return what may be found of a word when it is not there as a whole: pairs of characters, Latin words."""
    parts: list[str] = []
    for run in _LATIN_OR_HAN.findall(_folded(word)):
        parts += [run] if run.isascii() else [run[start : start + 2] for start in range(len(run) - 1)]
    return list(dict.fromkeys(parts))
