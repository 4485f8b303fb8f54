"""Scores drawn as a reading on a rule: the bar is the mean, a white mark each reviewer, cuts at the grades."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

from markupsafe import Markup

from models import Criterion, Review
from studio.domain import scoring
from studio.domain.scoring import DEFAULT_BANDS, PanelResult
from studio.queries.reviews import scores_of, weighed
from studio.wording.language import ngettext

LEFT, LENGTH = 20, 440
"""Where 0 lies on the drawing, and how far it is from there to 100; the drawing is 480 wide."""
MARK_WIDTH = 5
CUTS = (DEFAULT_BANDS.encouragement, DEFAULT_BANDS.third, DEFAULT_BANDS.second, DEFAULT_BANDS.first)


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One criterion: how much it counts, the mean on its own scale, the drawing, and the same in words."""

    criterion: Criterion
    percent: int
    mean: Decimal
    drawing: Markup
    sentence: str


@dataclass(frozen=True, slots=True)
class MoneyBar:
    """One amount and how long its bar is, beside the others; the longest has 200."""

    kind: str
    yuan: Decimal
    width: int


def score_rows(panel: PanelResult, reviews: Sequence[Review]) -> list[ScoreRow]:
    """Return the rows of a panel's criteria, drawn."""
    criteria = {score.criterion.code: score.criterion for review in reviews for score in review.scores}
    whole = sum(criteria[code].weight for code in panel.per_criterion)
    rows = []
    for code, mean in panel.per_criterion.items():
        given = [scores_of(review)[code] for review in reviews]
        listed = ", ".join(str(score) for score in given)
        sentence = ngettext(
            "One reviewer gave %(scores)s.", "%(num)s reviewers gave %(scores)s.", len(given), scores=listed
        )
        percent = round(criteria[code].weight * 100 / whole)
        drawing = _scale(weighed(criteria[code]), mean, tuple(given))
        rows.append(ScoreRow(criteria[code], percent, panel.given[code], drawing, sentence))
    return rows


@cache
def axis() -> Markup:
    """Return the figures above the scales."""
    figures = (0, *(int(cut) for cut in CUTS), 100)
    ticks = "".join(
        f'<path class="tick" d="M{_at(figure)} 22v8"/><text class="tick-label" x="{_at(figure)}" y="16">{figure}</text>'
        for figure in figures
    )
    return _drawing(ticks, height=30)


@lru_cache(maxsize=4096)
def _scale(criterion: scoring.Criterion, mean: Decimal, given: tuple[int, ...]) -> Markup:
    cuts = "".join(f'<path class="pass" d="M{_at(cut)} 6v16"/>' for cut in CUTS)
    ones = "".join(
        f'<rect class="one" x="{_at(mark) - MARK_WIDTH / 2:.1f}" y="1" width="{MARK_WIDTH}" height="26" rx="1"/>'
        for mark in (float(criterion.normalised(score)) for score in given)
    )
    bar = f'<rect class="fill" x="{LEFT}" y="6" width="{float(mean) * LENGTH / 100:.1f}" height="16"/>'
    track = f'<rect class="track" x="{LEFT}" y="6" width="{LENGTH}" height="16"/>'
    return _drawing(f"{track}{bar}{cuts}{ones}", height=28)


def _drawing(body: str, *, height: int) -> Markup:
    return Markup('<svg class="score" viewBox="{} 0 {} {}" aria-hidden="true" focusable="false">{}</svg>').format(
        LEFT,
        LENGTH,
        height,
        Markup(body),  # noqa: S704 - the body is made above, of numbers only
    )


def _at(score: Decimal | float) -> float:
    return round(LEFT + float(score) * LENGTH / 100, 1)


def money_bars(claimed: Decimal | None, checked: Decimal | None) -> list[MoneyBar]:
    """Return what the author claims and what finance confirmed, side by side on one scale."""
    amounts = [("claimed", claimed), ("checked", checked)]
    longest = max((yuan for _, yuan in amounts if yuan), default=Decimal(1))
    return [MoneyBar(kind, yuan, round(200 * yuan / longest)) for kind, yuan in amounts if yuan is not None]
