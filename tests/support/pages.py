"""Look at every page as a page: is it whole, labelled, free of inline code, and silent towards other hosts?

``PageClient`` does so by itself with whatever it fetches, and proves that reading a page writes nothing.
"""

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
from html5lib.constants import E as MESSAGES
from werkzeug.test import TestResponse

from tests.support.client import SeparateRequests
from tests.support.statements import listening

ADDRESSES = ("href", "src", "action", "formaction", "poster", "data", "srcset", "xlink:href")
WITHOUT_LABEL = {"hidden", "submit", "button", "image", "reset"}
POINTERS = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "form", "list")
HARMLESS_SCHEMES = {"", "mailto", "tel"}


def parse(html: str | bytes) -> Element:
    """Return the tree of a page as a browser would build it."""
    return _parsed(html)[0]


@lru_cache(maxsize=4)
def _parsed(html: str | bytes) -> tuple[Element, tuple[str, ...]]:
    """Return the tree of a page and its errors; a page is asked for text and forms right after it was checked."""
    text = html.decode("utf-8") if isinstance(html, bytes) else html
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    tree: Element = parser.parse(text)
    return tree, tuple(f"line {at[0]}: {MESSAGES[code] % facts}" for at, code, facts in parser.errors)


def text_of(element: Element) -> str:
    """Return the words inside an element, white space as one space each."""
    return " ".join("".join(element.itertext()).split())


def main_text(html: str | bytes) -> str:
    """Return what a reader reads between header and footer."""
    tree = parse(html)
    main = tree.find(".//main")
    return text_of(main if main is not None else tree)


def check_page(html: str | bytes) -> list[str]:
    """Return everything that is wrong with a page; an empty list for a good one."""
    tree, errors = _parsed(html)
    found = list(errors)
    for check in (_whole, _ids, _labels, _pictures, _inline_code, _hosts):
        found.extend(check(tree))
    return found


def _whole(tree: Element) -> Iterator[str]:
    if not tree.get("lang"):
        yield "the page does not say its language"
    title = tree.find("./head/title")
    if title is None or not text_of(title).replace("·", "").strip():
        yield "no title"
    if (count := sum(1 for _ in tree.iter("h1"))) != 1:
        yield f"{count} h1 instead of one"
    for heading in ("h1", "h2", "h3"):
        for element in tree.iter(heading):
            if not text_of(element):
                yield f"an empty {heading}"


def _ids(tree: Element) -> Iterator[str]:
    ids = Counter(element.get("id") for element in tree.iter() if element.get("id"))
    yield from (f"id {name!r} stands {times} times" for name, times in ids.items() if times > 1)
    for element in tree.iter():
        for pointer in POINTERS:
            for name in (element.get(pointer) or "").split():
                if name not in ids:
                    yield f"{element.tag} {pointer}={name!r} points nowhere"
        address = element.get("href") or ""
        if element.tag == "a" and len(address) > 1 and address.startswith("#") and address[1:] not in ids:
            yield f"the link {address!r} points nowhere"


def _labels(tree: Element) -> Iterator[str]:
    labelled = {label.get("for") for label in tree.iter("label") if text_of(label)}
    inside = {id(field) for label in tree.iter("label") if text_of(label) for field in label.iter()}
    for field in (element for tag in ("input", "select", "textarea") for element in tree.iter(tag)):
        if field.tag == "input" and field.get("type", "text") in WITHOUT_LABEL:
            continue
        named = field.get("aria-label") or field.get("aria-labelledby") or field.get("id") in labelled
        if not named and id(field) not in inside:
            yield f"{field.tag} {field.get('name')!r} has no label"
    for element in (found for tag in ("button", "a") for found in tree.iter(tag)):
        pictures = [picture.get("alt") or "" for picture in element.iter("img")]
        if not (text_of(element) or element.get("aria-label") or "".join(pictures)):
            yield f"{element.tag} {element.get('href') or element.get('name')!r} says nothing"


def _pictures(tree: Element) -> Iterator[str]:
    yield from (f"img {picture.get('src')!r} has no alt" for picture in tree.iter("img") if picture.get("alt") is None)


def _inline_code(tree: Element) -> Iterator[str]:
    for element in tree.iter():
        if element.tag == "style" or (element.tag == "script" and (not element.get("src") or text_of(element))):
            yield f"inline {element.tag}"
        for name, value in element.attrib.items():
            if name == "style" or name.lower().startswith("on"):
                yield f"{element.tag} has an inline {name}"
            if value.strip().lower().startswith("javascript:"):
                yield f"{element.tag} {name} holds a script"


def _hosts(tree: Element) -> Iterator[str]:
    for element in tree.iter():
        for name in ADDRESSES:
            address = element.get(name)
            if not address:
                continue
            parts = urlsplit(address)
            own_picture = element.tag == "img" and parts.scheme == "data"
            if (parts.netloc or parts.scheme not in HARMLESS_SCHEMES) and not own_picture:
                yield f"{element.tag} {name}={address!r} leads to another host"


class PageClient(SeparateRequests):
    """A test client that looks at each page it gets and fails where a page is bad or a GET writes."""

    def open(self, *arguments: Any, **keywords: Any) -> TestResponse:
        """Fetch as usual, one address at a time also when redirects are followed, then look."""
        with listening() as heard:
            response = super().open(*arguments, **keywords)
        for one in (response, *response.history):
            one.request.environ["wsgi.input"].close()  # the client leaves the copy of a large upload open
        request = response.request
        where = f"{request.method} {request.path} ({response.status_code})"
        if request.method in {"GET", "HEAD"} and not response.history:
            assert not heard.writes, f"{where} writes: {heard.writes}"
        if response.mimetype == "text/html" and request.method != "HEAD" and response.status_code not in {302, 303}:
            problems = check_page(response.get_data())
            assert not problems, f"{where} is no good page:\n" + "\n".join(problems)
        return response
