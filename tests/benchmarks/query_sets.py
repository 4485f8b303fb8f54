"""Questions drawn from an archive itself, each with the proposals that a careful reader would call right.

Nothing here knows the sample factory: any archive and any glossary make their own questions. The same seed draws the
same ones.
"""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log

import rjieba
from pypinyin import Style, lazy_pinyin

from search_index.analysis import fold, stems
from search_index.port import SearchDocument

HAN = re.compile("[\u4e00-\u9fff]+")
MODEL = re.compile(r"[A-Za-z]+[0-9][A-Za-z0-9]*(?:[-×./][A-Za-z0-9]+)*")
ENGLISH = re.compile(r"[A-Za-z]{5,}")


@dataclass(frozen=True)
class Question:
    """What somebody types, and the ids of what it is about."""

    text: str
    right: frozenset[int]


Maker = Callable[["Archive", random.Random], Question | None]
"""Draws one question, or finds that the dice fell badly."""


class Archive:
    """The documents and what is known of their words."""

    def __init__(self, documents: Sequence[SearchDocument], glossary: Sequence[Sequence[str]]) -> None:
        self.documents = documents
        self.glossary = [[fold(word) for word in row] for row in glossary]
        self.texts = {each.proposal_id: fold(f"{each.title}\n{each.body}\n{each.names}") for each in documents}
        self.headings = {each.proposal_id: fold(f"{each.title}\n{each.names}") for each in documents}
        self.bare = {key: _bare(text) for key, text in self.texts.items()}
        self.words = {each.proposal_id: set(rjieba.cut(fold(each.title))) for each in documents}
        self.sounds: defaultdict[str, set[str]] = defaultdict(set)
        for character in {one for text in self.texts.values() for one in text if HAN.match(one)}:
            self.sounds[lazy_pinyin(character)[0]].add(character)
        self.frequency = Counter(word for text in self.texts.values() for word in set(rjieba.cut(text)))

    def having(self, *pieces: str) -> frozenset[int]:
        """Return the documents with all of the pieces."""
        wanted = [fold(piece) for piece in pieces]
        return frozenset(key for key, text in self.texts.items() if all(piece in text for piece in wanted))

    def named(self, piece: str) -> frozenset[int]:
        """Return the documents with the piece in their title or in a name."""
        return frozenset(key for key, text in self.headings.items() if fold(piece) in text)

    def spelt_anyhow(self, model: str) -> frozenset[int]:
        """Return the documents with a model number, however it is spelt."""
        return frozenset(key for key, text in self.bare.items() if _bare(fold(model)) in text)


def _bare(text: str) -> str:
    return re.sub(r"[-×*./ ]", lambda found: "x" if found[0] in "×*" else "", text)


def _run(archive: Archive, random_: random.Random, text: str, low: int, high: int) -> str | None:
    runs = [run for run in HAN.findall(text) if len(run) >= low]
    if not runs:
        return None
    run: str = random_.choice(runs)
    length = random_.randint(low, min(high, len(run)))
    start = random_.randrange(len(run) - length + 1)
    return run[start : start + length]


def substring(archive: Archive, random_: random.Random) -> Question | None:
    """Any two to eight characters, wherever they begin."""
    document = random_.choice(archive.documents)
    text = random_.choice(f"{document.title} {document.body}".split())
    if len(text) < 2:
        return None
    start = random_.randrange(len(text) - 1)
    piece = text[start : start + random_.randint(2, 8)]
    return Question(piece, archive.having(piece))


def model_number(archive: Archive, random_: random.Random) -> Question | None:
    """A model number in some other spelling."""
    document = random_.choice(archive.documents)
    found = MODEL.findall(f"{document.title} {document.body}")
    if not found:
        return None
    model = random_.choice(found)
    spelt = random_.choice(
        [
            model.lower(),
            model.upper(),
            model.replace("-", ""),
            model.replace("-", " "),
            model.replace("×", "x"),
            model.replace("×", "*"),
            model.replace("×", " x "),
            re.sub(r"(?<=[A-Za-z])(?=[0-9])", "-", model, count=1),
        ]
    )
    return Question(spelt, archive.spelt_anyhow(model)) if len(model) > 2 else None


def synonym(archive: Archive, random_: random.Random) -> Question | None:
    """A word of the glossary where some text uses another one of its row; all texts with one of them are right."""
    row = random_.choice(archive.glossary)
    asked = random_.choice(row)
    right = frozenset().union(*(archive.having(word) for word in row))
    return Question(asked, right) if right - archive.having(asked) else None


def english(archive: Archive, random_: random.Random) -> Question | None:
    """An English word in another form."""
    document = random_.choice(archive.documents)
    words = ENGLISH.findall(f"{document.title} {document.body} {document.names}")
    if not words:
        return None
    word = random_.choice(words).lower()
    asked = random_.choice([word, word.upper(), word.title(), f"{word}s" if word[-1] not in "sxzhy" else word])
    wanted = stems(fold(asked))
    right = frozenset(key for key, text in archive.texts.items() if wanted & stems(text))
    return Question(asked, right) if right else None


def full_pinyin(archive: Archive, random_: random.Random) -> Question | None:
    """Words of a title, or somebody's name, in pinyin."""
    piece = _spoken_piece(archive, random_)
    return Question("".join(lazy_pinyin(piece)), archive.named(piece)) if piece else None


def initials(archive: Archive, random_: random.Random) -> Question | None:
    """The first letters of the same; three at least, for two fit everything."""
    piece = _spoken_piece(archive, random_)
    if not piece or len(piece) < 3:
        return None
    return Question("".join(lazy_pinyin(piece, style=Style.FIRST_LETTER)), archive.named(piece))


def _spoken_piece(archive: Archive, random_: random.Random) -> str | None:
    document = random_.choice(archive.documents)
    if random_.random() < 0.3:
        names = [name for name in document.names.split("\n") if HAN.fullmatch(name) and 2 <= len(name) <= 3]
        return random_.choice(names) if names else None
    words = list(rjieba.cut(random_.choice(HAN.findall(document.title) or [""])))
    if not words:
        return None
    start = random_.randrange(len(words))
    piece = "".join(words[start : start + random_.randint(1, 2)])
    return piece if 2 <= len(piece) <= 6 else None


def homophone(archive: Archive, random_: random.Random) -> Question | None:
    """A piece of a title with one character that sounds the same."""
    piece = _run(archive, random_, random_.choice(archive.documents).title, 2, 6)
    if not piece:
        return None
    at = random_.randrange(len(piece))
    others = archive.sounds[lazy_pinyin(piece[at])[0]] - {piece[at]}
    return _mistyped(archive, piece, at, random_.choice(sorted(others))) if others else None


def wrong_character(archive: Archive, random_: random.Random) -> Question | None:
    """A piece of a title, three to six characters long, with any wrong one in it."""
    piece = _run(archive, random_, random_.choice(archive.documents).title, 3, 6)
    if not piece:
        return None
    every = sorted(character for some in archive.sounds.values() for character in some)
    return _mistyped(archive, piece, random_.randrange(len(piece)), random_.choice(every))


def _mistyped(archive: Archive, piece: str, at: int, wrong: str) -> Question | None:
    typed = piece[:at] + wrong + piece[at + 1 :]
    return Question(typed, archive.having(piece)) if not archive.having(typed) else None


def telling_words(archive: Archive, random_: random.Random) -> Question | None:
    """The two rarest words of a title; asked for the one proposal."""
    document = random_.choice(archive.documents)
    count = len(archive.documents)
    words = [word for word in rjieba.cut(fold(document.title)) if len(word) > 1 and word.isalnum()]
    rarity = {word: log(count / archive.frequency[word]) for word in words if archive.frequency[word]}
    best = sorted(rarity, key=lambda word: (-rarity[word], word))[:2]
    twins = [each for each in archive.documents if each.title == document.title]
    return Question(" ".join(best), frozenset({document.proposal_id})) if len(best) == 2 and len(twins) == 1 else None


MAKERS: Mapping[str, tuple[Maker, float, int]] = {
    "substring": (substring, 1.0, 10),
    "model number": (model_number, 0.98, 10),
    "synonym": (synonym, 0.95, 10),
    "English": (english, 0.95, 10),
    "pinyin": (full_pinyin, 0.90, 10),
    "initials": (initials, 0.90, 10),
    "homophone": (homophone, 0.90, 10),
    "wrong character": (wrong_character, 0.90, 10),
    "two telling words": (telling_words, 0.85, 1),
}
"""Name -> how to draw it, the share to reach, and among how many of the first hits."""


def drawn(archive: Archive, make: Maker, count: int, seed: int = 5) -> Iterator[Question]:
    """Draw ``count`` questions; fewer if the archive has not enough to ask about."""
    random_ = random.Random(seed)
    for _ in range(200 * count):
        question = make(archive, random_)
        if question is not None and question.text.strip():
            yield question
            count -= 1
            if not count:
                return


def recall(found: Sequence[int], right: Collection[int], at: int) -> float:
    """Return which share of the right ones stands among the first ``at``, of as many as there is room for."""
    return len(set(found[:at]) & set(right)) / min(at, len(right))
