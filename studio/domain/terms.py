"""Words as routing compares them: spellings alike, and what may be found of a word that is not there as a whole."""

import re
import unicodedata
from functools import lru_cache

_GAP_BESIDE_HAN = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")
_LATIN_OR_HAN = re.compile(r"[\x21-\x7f]+|[^\x00-\x7f]+")


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """Make spellings alike: full and half width, upper and lower case, 'LF 精炼' and 'LF精炼'."""
    return _GAP_BESIDE_HAN.sub("", unicodedata.normalize("NFKC", text).casefold()).strip()


def occurs(word: str, text: str) -> bool:
    """Look for a folded word; Latin letters must not go on around it, so that LF is not found in 'shelf'."""
    if not word or word not in text:
        return False
    before = "(?<![a-z])" if word[0].isascii() else ""
    after = "(?![a-z])" if word[-1].isascii() else ""
    return re.search(before + re.escape(word) + after, text) is not None


@lru_cache(maxsize=4096)
def parts(text: str) -> tuple[str, ...]:
    """Return what may be found of a text when it is not there as a whole: pairs of characters, Latin words."""
    found: list[str] = []
    for run in _LATIN_OR_HAN.findall(folded(text)):
        found += [run] if run.isascii() else [run[start : start + 2] for start in range(len(run) - 1)]
    return tuple(dict.fromkeys(found))
