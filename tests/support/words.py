"""What a page says in a reader's language: taken from the catalogue, so that no test writes it down a second time."""

from gettext import GNUTranslations, NullTranslations
from pathlib import Path

import studio

FOLDER = Path(studio.__file__).parent / "translations"


class Words:
    """The sentences of one language, by their English original."""

    def __init__(self, locale: str) -> None:
        file = FOLDER / ("zh_Hans_CN" if locale == "zh_CN" else locale) / "LC_MESSAGES" / "messages.mo"
        self._catalogue = NullTranslations()
        if locale != "en":
            with file.open("rb") as compiled:
                self._catalogue = GNUTranslations(compiled)

    def __call__(self, english: str, **facts: object) -> str:
        """Return the sentence with its facts filled in."""
        said = self._catalogue.gettext(english)
        assert said != english or isinstance(self._catalogue, NullTranslations), f"nobody translated {english!r}"
        return said % facts if facts or "%%" in said else said

    def several(self, one: str, many: str, num: int) -> str:
        """Return the sentence that fits the number."""
        return self._catalogue.ngettext(one, many, num) % {"num": num}
