"""The stylesheets say each thing once, by its name, and nothing that no page asks for."""

import re
from pathlib import Path

from studio.app import create_app
from studio.settings import Settings
from views.icons import SHAPES

ROOT = Path(__file__).resolve().parents[2]
SHEETS = sorted((ROOT / "studio" / "static" / "css").glob("*.css"))
PAPER = {
    "labels.css",
    "paper.css",
    "poster-a3.css",
    "poster-a4.css",
    "receipt.css",
    "receipt-a5.css",
    "receipt-slip.css",
    "wall.css",
}
"""Sheets of what is printed: they have the colours of paper in every theme."""
GUIDE = "styleguide"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SAID = "\n".join(
    path.read_text("utf-8")
    for path in (*TEMPLATES, *(ROOT / "views").rglob("*.py"), *(ROOT / "studio").rglob("*.js"))
    if GUIDE not in path.as_posix()
)
"""Everything that writes classes into a page, but for the page that shows all of them."""


def _rules(sheet: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.DOTALL)


def _classes(sheet: Path) -> set[str]:
    selectors = re.findall(r"([^{}]+)\{", _rules(sheet))
    return {
        name for one in selectors if not one.strip().startswith("@") for name in re.findall(r"\.([a-z][\w-]*)", one)
    }


def _is_written(name: str) -> bool:
    """Whether a page writes the class, whole or put together from its beginning: ``remaining-{{ look }}``."""
    stem = name.rpartition("-")[0]
    whole = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", SAID)
    return bool(whole or (stem and re.search(rf"(?<![\w-]){re.escape(stem)}-(\{{|')", SAID)))


def test_every_rule_is_for_something_that_a_page_shows() -> None:
    unused = {sheet.name: sorted(filter(lambda name: not _is_written(name), _classes(sheet))) for sheet in SHEETS}
    assert {name: found for name, found in unused.items() if found and GUIDE not in name} == {}


def test_every_icon_is_used() -> None:
    assert [name for name in SHAPES if not re.search(rf"['\"]{name}['\"]", SAID.replace(f'"{name}": ', ""))] == []


def test_colours_are_named() -> None:
    stray = {
        sheet.name: found
        for sheet in SHEETS
        if (
            found := re.findall(
                r"(?<!-)\b([a-z-]+): [^;{}]*?(#[0-9a-fA-F]{3,8})\b", re.sub(r"--[\w-]+: [^;}]+", "", _rules(sheet))
            )
        )
    }
    assert {name: found for name, found in stray.items() if name not in PAPER} == {}


def test_every_name_that_is_used_is_given_a_value_and_every_value_is_used() -> None:
    text = "\n".join(map(_rules, SHEETS))
    given, used = set(re.findall(r"(--st-[\w-]+):", text)), set(re.findall(r"var\((--[\w-]+)", text))
    assert {name for name in used if name.startswith(("--st-", "--bs-"))} == given


def test_dark_is_the_same_whether_the_device_or_the_reader_asks_for_it() -> None:
    sheet = _rules(ROOT / "studio" / "static" / "css" / "studio.css")
    dark = [
        dict(re.findall(r"(--st-[\w-]+): ([^;]+);", block))
        for block in re.findall(r"color-scheme: dark;([^}]+)\}", sheet)
    ]
    light = dict(re.findall(r"(--st-[\w-]+): ([^;]+);", sheet[sheet.index("color-scheme: light") :].partition("}")[0]))
    assert dark[0] == dark[1]
    assert dark[0].keys() == light.keys()


def test_nothing_on_a_screen_is_smaller_than_sixteen_pixels() -> None:
    for sheet in SHEETS:
        screen = _rules(sheet).partition("@media print")[0]
        assert re.findall(r"font-size: (0?\.\d+)rem", screen) == [], sheet.name


def test_every_macro_is_used() -> None:
    macros = {
        (path.relative_to(ROOT / "templates").as_posix(), name)
        for path in (ROOT / "templates" / "macros").glob("*.html")
        for name in re.findall(r"\{%-? macro (\w+)\(", path.read_text("utf-8"))
    }
    everywhere = "\n".join(path.read_text("utf-8") for path in TEMPLATES)
    unused = [one for one in sorted(macros) if len(re.findall(rf"\b{one[1]}\b", everywhere)) < 2]
    assert unused == []
    assert macros


def test_the_page_of_parts_is_there_in_demos_only(tmp_path: Path) -> None:
    for demo in (True, False):
        app = create_app(Settings(data=tmp_path, secret_key="not a secret", demo=demo))
        assert any(name.startswith("styleguide.") for name in app.view_functions) is demo
