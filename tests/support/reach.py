"""Whether somebody can use a page: by eye and by ear, with a thumb, on a narrow screen and with all twice as large."""

from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

from tests.factories.world import PASSWORD
from tests.support.browser import NARROWEST, PHONE, TOO_WIDE, Eye, Theme

ZOOMED = (720, 450)
"""What a desk PC shows at 200 %."""
EVERYTHING = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
COLOURS = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}
TARGETS = """() => {
  const asButton = ["radio", "checkbox", "file"], told = new Map();
  const shown = e => e.type !== "hidden" && !e.disabled && e.getClientRects().length > 0
    && getComputedStyle(e).visibility !== "hidden" && !e.closest(".skip, .visually-hidden, [inert]");
  const words = n => n.nodeType === Node.TEXT_NODE && n.textContent.trim() !== "";
  const inSentence = e => getComputedStyle(e).display === "inline" && [...e.parentElement.childNodes].some(words);
  const whole = e => asButton.includes(e.type) ? [e, ...e.labels] : [e];
  for (const e of document.querySelectorAll("a[href], button, input, select, textarea, summary")) {
    if (!shown(e) || inSentence(e) || getComputedStyle(e, "::after").position === "absolute") continue;
    const boxes = whole(e).map(one => one.getBoundingClientRect());
    const wide = Math.max(...boxes.map(box => box.width)), high = Math.max(...boxes.map(box => box.height));
    if (wide < 43.5 || high < 43.5)
      told.set(`${e.tagName}.${e.className}`, `${e.innerText || e.name} ${wide.toFixed()}x${high.toFixed()}`);
  }
  return [...told].map(one => one.join(" "));
}"""
"""Names what is smaller than a gloved thumb, one of each kind, apart from links in a sentence and whole rows."""
BROKEN = """() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const told = [], range = document.createRange(), where = text => text.parentElement.outerHTML.slice(0, 90);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (!text.parentElement.getClientRects().length || text.parentElement.closest("svg, option, textarea")) continue;
    for (const word of text.data.matchAll(/\\b[A-Za-z]{3,14}\\b/g)) {
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      const tops = [...range.getClientRects()].map(box => box.top);
      if (Math.max(...tops) - Math.min(...tops) > 8) told.push(`${word[0]} in ${where(text)}`);
    }
  }
  return told.slice(0, 3);
}"""
"""Names short words that are broken in their middle for want of room."""
SEND_EMPTY = """() => {
  const typed = "input:not([type=hidden], [type=radio], [type=checkbox], [type=submit], [type=file]), textarea, select";
  const forms = [...document.querySelectorAll("main form[method=post]")];
  const form = forms.sort((a, b) => b.querySelectorAll(typed).length - a.querySelectorAll(typed).length)[0];
  for (const e of form.querySelectorAll(typed)) e.value = "";
  for (const e of form.querySelectorAll(":checked")) e.checked = false;
  form.noValidate = true;
  form.requestSubmit([...form.querySelectorAll("button:not([type=button], [name=later])")].pop());
}"""
"""Sends the largest form of a page with nothing in it."""


@dataclass
class Judge:
    """Opens pages as one person and collects what is wrong with them."""

    browser: Browser
    url: str
    size: tuple[int, int]
    locale: str
    problems: list[str] = field(default_factory=list)

    def enter(self, employee_no: str) -> Page:
        """Open a window, for somebody or for nobody. Nothing moves in it, so that no colour is seen half way."""
        self.eye = Eye(self.size, self.locale)
        self.page = self.eye.open(self.browser, self.url)
        self.page.emulate_media(reduced_motion="reduce")
        if employee_no:
            self.eye.sign_in(self.page, employee_no, PASSWORD, look=False)
        else:
            self.eye.speak(self.page)
        return self.page

    def leave(self) -> None:
        """Close the window."""
        self.page.context.close()

    def judge(self, name: str) -> None:
        """Judge the page as it stands, in both themes, narrow and zoomed."""
        self.page.evaluate(AXE_SCRIPT)
        self._axe(name, "light", EVERYTHING)
        self._axe(name, "dark", COLOURS)
        self.wide(name)
        self.note(name, "behind it", self.eye.wrong)
        self.eye.wrong.clear()

    def wide(self, name: str) -> None:
        """Judge what sticks out, as it is, at 200 % and on the narrowest phone, and what no thumb can hit there."""
        for size in (self.size, ZOOMED, (NARROWEST, PHONE[1])):
            self._at(size)
            self.note(name, f"wider than {size[0]} px", self.page.evaluate(TOO_WIDE))
        self.note(name, "too small", self.page.evaluate(TARGETS))
        self._at(self.size)

    def read(self, name: str) -> None:
        """Judge whether every word stands in one piece."""
        for size in ((NARROWEST, PHONE[1]), self.size):
            self._at(size)
            self.note(name, f"broken at {size[0]} px", self.page.evaluate(BROKEN))

    def note(self, name: str, what: str, found: list[str]) -> None:
        """Remember what is wrong."""
        self.problems += [f"{name} ({what}): {one}" for one in found]

    def _at(self, size: tuple[int, int]) -> None:
        self.page.set_viewport_size({"width": size[0], "height": size[1]})

    def _axe(self, name: str, theme: Theme, options: dict[str, Any]) -> None:
        self.page.emulate_media(color_scheme=theme)
        found = self.page.evaluate("options => axe.run(document, options)", options)
        self.note(name, f"{self.size[0]} px {theme}", [_told(one) for one in found["violations"]])


def _told(violation: dict[str, Any]) -> str:
    nodes = [f"{node['target']} {node['html'][:160]} {node['failureSummary']}" for node in violation["nodes"][:3]]
    return f"{violation['id']}: " + " | ".join(nodes)
