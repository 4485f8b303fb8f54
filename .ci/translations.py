"""Look after the Chinese catalogue.

translations.py check                 fail unless every sentence has its Chinese, with the same placeholders
translations.py update                bring new sentences into the catalogue and drop those nobody uses
translations.py merge FRAGMENT …      update, then take over the Chinese of other .po files
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LOCALE = "zh_Hans_CN"  # what Babel makes of zh_CN when it looks for a catalogue
CATALOGUE = ROOT / "studio" / "translations" / LOCALE / "LC_MESSAGES" / "messages.po"
SOURCES = [
    ("studio/**.py", "python"),
    ("views/**.py", "python"),
    ("templates/**.html", "jinja2"),
    ("templates/**.txt", "jinja2"),
]
OPTIONS = {"templates/**": {"encoding": "utf-8", "silent": "false"}}
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None, "lazy_ngettext": (1, 2), "N_": None}
PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[sdif]")


def sentences() -> Catalog:
    """Return every sentence that code and templates show, without their translation."""
    catalogue = Catalog(project="Innovation Studio", charset="utf-8", fuzzy=False)
    for folder in ("studio", "views", "templates"):
        found = extract_from_dir(
            ROOT / folder,
            method_map=[
                (pattern.partition("/")[2], method) for pattern, method in SOURCES if pattern.startswith(folder)
            ],
            options_map={pattern.partition("/")[2]: options for pattern, options in OPTIONS.items()},
            keywords=KEYWORDS,
            comment_tags=("Translators:",),
            strip_comment_tags=True,
        )
        for path, _line, said, comments, context in found:
            catalogue.add(said, None, [(f"{folder}/{path}", 0)], auto_comments=comments, context=context)
    return catalogue


def stored() -> Catalog:
    """Return the catalogue as it is kept."""
    if not CATALOGUE.exists():
        return Catalog(
            locale=LOCALE,
            project="Innovation Studio",
            header_comment="# The Chinese of Innovation Studio.",
            last_translator="",
            language_team="",
            charset="utf-8",
            fuzzy=False,
        )
    with CATALOGUE.open("rb") as source:
        return read_po(source, locale=LOCALE)


def problems() -> Iterator[str]:
    """Yield what is missing, uncertain, left over or has other placeholders than the English."""
    kept, used = stored(), sentences()
    for message in used:
        if not message.id:
            continue
        chinese = kept.get(message.id, message.context)
        if chinese is None or not _translated(chinese):
            yield f"no Chinese for {_said(message)!r}, in {message.locations[0][0]}"
        elif chinese.fuzzy:
            yield f"uncertain Chinese for {_said(message)!r}"
        else:
            yield from _different_placeholders(chinese)
    for message in kept:
        if message.id and used.get(message.id, message.context) is None:
            yield f"nobody says {_said(message)!r} any more"
    for obsolete in kept.obsolete.values():
        yield f"nobody says {_said(obsolete)!r} any more"


def update() -> None:
    """Bring the catalogue up to the sentences in use."""
    kept = stored()
    _bring_up_to_date(kept)
    _write(kept)


def _write(kept: Catalog) -> None:
    """Write the catalogue sorted, so that changes are easy to read."""
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as target:
        write_po(target, kept, sort_by_file=True, include_lineno=False, ignore_obsolete=True, width=110)


def _bring_up_to_date(kept: Catalog) -> None:
    template = sentences()
    template.creation_date = kept.creation_date  # a date that changes every time is noise in a review
    kept.update(template, no_fuzzy_matching=True)
    kept.obsolete.clear()


def merge(fragments: list[Path]) -> Iterator[str]:
    """Take over translations from other files; yield what two of them translate differently."""
    kept = stored()
    _bring_up_to_date(kept)
    taken: dict[object, tuple[str, Path]] = {}
    for fragment in fragments:
        with fragment.open("rb") as source:
            offered = read_po(source, locale=LOCALE)
        for message in offered:
            if not message.id or not _translated(message):
                continue
            target = kept.get(message.id, message.context)
            if target is None:
                yield f"{fragment.name}: nobody says {_said(message)!r}"
                continue
            text = _forms(message)[0]
            known = taken.setdefault((message.id, message.context), (text, fragment))
            if known[0] != text:
                yield f"{fragment.name}: {_said(message)!r} is {text!r} here and {known[0]!r} in {known[1].name}"
                continue
            target.string = (text,) if target.pluralizable else text
            target.flags.discard("fuzzy")
    _write(kept)


def _forms(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, list | tuple) else (message.string or "",)


def _translated(message: Message) -> bool:
    return all(_forms(message))


def _said(message: Message) -> str:
    return message.id[0] if isinstance(message.id, list | tuple) else message.id


def _different_placeholders(message: Message) -> Iterator[str]:
    """A plural's Chinese may leave the number out only where the English singular does."""
    english = message.id if isinstance(message.id, list | tuple) else (message.id,)
    allowed = [set(PLACEHOLDER.findall(form)) for form in english]
    for form in _forms(message):
        if set(PLACEHOLDER.findall(form)) not in allowed:
            yield f"other placeholders in the Chinese of {_said(message)!r}: {form!r}"


def main(arguments: list[str]) -> int:
    """Do what the first argument says; return 1 if something is wrong."""
    match arguments:
        case ["check"]:
            found = list(problems())
        case ["update"]:
            update()
            found = []
        case ["merge", first, *more]:
            found = list(merge([Path(name) for name in (first, *more)]))
        case _:
            sys.stderr.write(__doc__ or "")
            return 2
    for line in found:
        sys.stderr.write(f"{line}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
