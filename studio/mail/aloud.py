"""The sixty seconds before the shift: an issue as a team leader says it, never longer than a minute.

Each part offers what it could say, the fullest first. The numbers and the invitation are always said; the rest says as
much as there is time for, so a long title costs its own place and not somebody else's.
"""

from collections.abc import Sequence

from models import Unit
from studio.domain.speech import seconds_to_say
from studio.mail.rendering import day, month, names, yuan
from studio.queries.calls import OpenCall
from studio.queries.digest import Card
from studio.queries.wall import Group, Story, Wall, What
from studio.wording.language import gettext as _
from studio.wording.language import ngettext
from studio.wording.names import joined, name_of, one_behind_the_other

MOST_SECONDS = 60
Ways = Sequence[str]
"""What a part may say, the fullest first; nothing at all is always one more way."""


def script(wall: Wall) -> Sequence[str]:
    """Return the paragraphs to be read out."""
    parts = [[_numbers(wall)], _story(wall.story), _more(wall.news), _call(wall.calls), [_invitation()]]
    said = [parts[0][0], "", "", "", parts[-1][0]]
    for place in (1, 3, 2):
        left = MOST_SECONDS - sum(map(seconds_to_say, said))
        said[place] = next((way for way in parts[place] if seconds_to_say(way) <= left), "")
    return [words for words in said if words]


def _numbers(wall: Wall) -> str:
    when, numbers = month(wall.month.first_day), wall.numbers
    if not numbers:
        return str(_("One minute, please. In %(month)s nobody filed anything. Who begins?", month=when))
    told = [_("One minute, please.")]
    told.append(_filed(when, numbers.filed, wall.unit if wall.own_numbers else None))
    if numbers.used:
        told.append(ngettext("%(num)s was put to use.", "%(num)s were put to use.", numbers.used))
    if numbers.checked:
        told.append(_("Finance has confirmed %(amount)s yuan a year.", amount=yuan(numbers.checked)))
    return one_behind_the_other(told)


def _filed(when: str, count: int, unit: Unit | None) -> str:
    if unit is None:
        return ngettext(
            "In %(month)s the firm filed %(num)s proposal.",
            "In %(month)s the firm filed %(num)s proposals.",
            count,
            month=when,
        )
    return ngettext(
        "In %(month)s %(unit)s filed %(num)s proposal.",
        "In %(month)s %(unit)s filed %(num)s proposals.",
        count,
        month=when,
        unit=name_of(unit),
    )


def _story(story: Story | None) -> Ways:
    if story is None:
        return ()
    by = _authored(story.card)
    what = _("%(idea)s is in use.", idea=by) if story.used else _("%(idea)s was taken up.", idea=by)
    if not story.sentence:
        return [str(what)]
    if story.said_by:
        quote = _("%(name)s says: “%(sentence)s”", name=name_of(story.said_by), sentence=story.sentence)
    else:
        quote = _("A colleague says: “%(sentence)s”", sentence=story.sentence)
    return [one_behind_the_other([what, quote]), str(quote)]


def _more(news: Sequence[Group]) -> Ways:
    if not news:
        return ()
    cards = news[0].cards
    return [_also(news[0], cards[:2]), *(_also(news[0], [card]) for card in cards)]


def _also(group: Group, cards: Sequence[Card]) -> str:
    ideas = joined([_authored(card) for card in cards])
    if not group.own:
        return str(_("Elsewhere in the firm: %(ideas)s.", ideas=ideas))
    if group.what is What.USED:
        return str(_("In use too: %(ideas)s.", ideas=ideas))
    if group.what is What.VERIFIED:
        return str(_("Proved to work: %(ideas)s.", ideas=ideas))
    return str(_("Taken up too: %(ideas)s.", ideas=ideas))


def _call(open_calls: Sequence[OpenCall]) -> Ways:
    if not open_calls:
        return ()
    call = open_calls[0]
    title, last = (
        _("Who takes it on? “%(title)s”.", title=call.title),
        _("Open until %(day)s.", day=day(call.closes_on)),
    )
    wanted = [_("Wanted: %(wanted)s.", wanted=call.wanted)] if call.wanted else []
    prize = [_("There are %(amount)s yuan for it.", amount=yuan(call.prize))] if call.prize else []
    return [
        one_behind_the_other([title, *wanted, *prize, last]),
        one_behind_the_other([title, *prize, last]),
        one_behind_the_other([title, last]),
    ]


def _invitation() -> str:
    return str(
        _(
            "See something awkward? Three sentences are enough. You get a number at once, and somebody answers."
            " If you want a hand with it, come to me afterwards. Have a safe shift."
        )
    )


def _authored(card: Card) -> str:
    if not card.authors:
        return str(_("“%(title)s”", title=card.title))
    return str(_("“%(title)s” by %(names)s", title=card.title, names=names(card.authors)))
