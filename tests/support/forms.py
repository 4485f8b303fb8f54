"""Forms as a browser without scripts understands them: read from the page, filled by name, sent as they say."""

from dataclasses import dataclass, field
from io import BytesIO
from xml.etree.ElementTree import Element

from werkzeug.datastructures import MultiDict

from tests.support.pages import parse, text_of

FIELDS = frozenset({"input", "select", "textarea", "button"})
KINDS = {"input": "text", "button": "submit"}
"""What an element without a type is."""
Upload = tuple[str, bytes]
"""A file's name and content."""


@dataclass
class Form:
    """One form of a page. Only what the page offers can be filled, so a test cannot send what no browser would."""

    action: str
    method: str
    multipart: bool
    names: set[str] = field(default_factory=set)
    values: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    """Name and value of each button that sends it."""
    options: dict[str, list[str]] = field(default_factory=dict)
    """For lists, circles and boxes: what can be chosen."""
    files: list[tuple[str, Upload]] = field(default_factory=list)

    def value(self, name: str) -> str:
        """Return what a field holds now, as the page came."""
        return next((value for known, value in self.values if known == name), "")

    def fill(self, **given: str | list[str] | bool) -> "Form":
        """Write into fields; a list fills fields of one name in their order, True and False tick boxes."""
        for name, value in given.items():
            assert name in self.names, f"the form to {self.action} has no field {name!r}; it has {sorted(self.names)}"
            if isinstance(value, bool):
                chosen = self.options[name][:1] if value else []
            else:
                chosen = [value] if isinstance(value, str) else value
            offered = self.options.get(name)
            assert offered is None or set(chosen) <= set(offered), f"{name} offers {offered}, not {chosen}"
            self.values = [pair for pair in self.values if pair[0] != name] + [(name, one) for one in chosen]
        return self

    def force(self, **given: str) -> "Form":
        """Write what no browser would send: forged ids, values that are not on the list."""
        for name, value in given.items():
            self.values = [pair for pair in self.values if pair[0] != name] + [(name, value)]
        return self

    def attach(self, name: str, filename: str, content: bytes) -> "Form":
        """Choose a file."""
        assert name in self.names
        self.files.append((name, (filename, content)))
        return self

    def data(self, button: tuple[str, str] | None) -> MultiDict[str, object]:
        """Return what is sent when this button is pressed."""
        sent: MultiDict[str, object] = MultiDict(self.values)
        if button and button[0]:
            sent.add(*button)
        for name, (filename, content) in self.files:
            sent.add(name, (BytesIO(content), filename))
        return sent

    def button(self, value: str | None = None) -> tuple[str, str] | None:
        """Return the button with this value; without one, the only thing a person would press."""
        if value is None:
            return self.buttons[0] if len(self.buttons) == 1 else None
        found = [button for button in self.buttons if button[1] == value]
        assert found, f"the form to {self.action} has no button {value!r}; it has {self.buttons}"
        return found[0]


def forms_of(html: str | bytes, base: str) -> list[Form]:
    """Return all forms of a page that was fetched from the address ``base``."""
    return [_read(element, base) for element in parse(html).iter("form")]


def _read(form: Element, base: str) -> Form:
    read = Form(
        action=form.get("action") or base,
        method=form.get("method", "get").upper(),
        multipart=form.get("enctype") == "multipart/form-data",
    )
    for element in form.iter():
        name, kind = element.get("name", ""), element.get("type", KINDS.get(element.tag, ""))
        if element.tag not in FIELDS or element.get("disabled") is not None:
            continue
        if kind == "submit":
            read.buttons.append((name, element.get("value", "")))
        elif name and kind != "button":
            read.names.add(name)
            read.values += _values(read, element, name, kind)
    return read


def _values(read: Form, element: Element, name: str, kind: str) -> list[tuple[str, str]]:
    """Return what a field sends as it stands, and note what can be chosen in it."""
    if element.tag == "textarea":
        # A browser drops the first line break and sends the others as CR LF.
        return [(name, "".join(element.itertext()).removeprefix("\n").replace("\n", "\r\n"))]
    if element.tag == "select":
        offered = list(element.iter("option"))
        read.options[name] = [option.get("value", text_of(option)) for option in offered]
        chosen = [option for option in offered if option.get("selected") is not None]
        if not chosen and element.get("multiple") is None:
            chosen = offered[:1]
        return [(name, option.get("value", text_of(option))) for option in chosen]
    value = element.get("value", "")
    if kind in {"checkbox", "radio"}:
        read.options.setdefault(name, []).append(value)
        return [(name, value)] if element.get("checked") is not None else []
    return [] if kind == "file" else [(name, value)]
