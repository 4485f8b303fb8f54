"""Make a picture of every page of the sample factory into ./pictures, and say what is wrong with what is seen.

pictures.py [PAGE …]    all pages, or those whose name begins so; each on a phone and a desk PC, in both languages
                        and both themes, as pictures/PAGE-WIDTH-LANGUAGE-THEME.png; mail-… are copies of the digest
"""

import itertools
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from playwright.sync_api import Browser, Page

from tests.factories.world import PASSWORD
from tests.support.browser import DESK, PHONE, Eye, Theme, chromium
from tests.support.server import ROOT, Server, running, studio

PICTURES = ROOT / "pictures"
THEMES: tuple[Theme, ...] = ("light", "dark")
JUDGE = """SELECT employee_no FROM people JOIN studio_memberships AS m ON person_id = people.id
    WHERE studio_id = :studio AND m.role = """
HOLDER = "SELECT employee_no FROM people JOIN role_grants AS g ON person_id = people.id WHERE g.role = "
LOOK_UPS = {
    "studio": """SELECT studio_id FROM proposals WHERE state = 'under_review'
        GROUP BY studio_id ORDER BY count(*) DESC, studio_id""",
    "worker": """SELECT employee_no FROM people JOIN proposals ON submitter_id = people.id
        WHERE state = 'information_requested' ORDER BY proposals.id""",
    "reviewer": f"{JUDGE} 'reviewer'",
    "lead": f"{JUDGE} 'lead'",
    "coordinator": f"{HOLDER} 'coordinator'",
    "leader": """SELECT employee_no FROM people JOIN proposals ON team_leader_id = people.id
        WHERE state = 'team_check' ORDER BY proposals.id""",
    "small": "SELECT number FROM proposals WHERE state = 'team_check' ORDER BY id",
    "administrator": f"{HOLDER} 'administrator'",
    "waiting": "SELECT number FROM proposals WHERE state = 'under_review' AND studio_id = :studio ORDER BY id DESC",
    "decidable": """SELECT number FROM proposals WHERE state = 'under_review' AND studio_id = :studio
        AND unit_id <> (SELECT unit_id FROM people WHERE employee_no = :lead) ORDER BY id DESC""",
    "asked": """SELECT number FROM proposals JOIN people ON submitter_id = people.id
        WHERE state = 'information_requested' AND employee_no = :worker""",
    "done": "SELECT number FROM proposals WHERE state = 'verified' ORDER BY checked_benefit DESC",
    "declined": "SELECT number FROM proposals WHERE state = 'declined' ORDER BY id DESC",
    "longest": "SELECT number FROM proposals WHERE number IS NOT NULL ORDER BY length(title) DESC",
    "unnamed": "SELECT number FROM proposals WHERE anonymous ORDER BY id",
    "author": "SELECT employee_no FROM people JOIN proposals ON submitter_id = people.id WHERE anonymous",
    "asking": """SELECT employee_no FROM people JOIN proposals AS p ON submitter_id = people.id
        WHERE state = 'under_review' AND NOT EXISTS (SELECT 1 FROM second_opinions WHERE proposal_id = p.id)
        ORDER BY p.id DESC""",
    "theirs": """SELECT number FROM proposals AS p JOIN people ON submitter_id = people.id
        WHERE state = 'under_review' AND employee_no = :asking
        AND NOT EXISTS (SELECT 1 FROM second_opinions WHERE proposal_id = p.id) ORDER BY p.id DESC""",
    "rule": "SELECT id FROM routing_rules ORDER BY priority DESC",
    "photographed": """SELECT strftime('%Y-%m', min(implemented_at)) FROM proposals AS p
        WHERE (SELECT count(DISTINCT role) FROM attachments WHERE proposal_id = p.id) > 1""",
    "running": "SELECT strftime('%Y-%m', max(submitted_at)) FROM proposals",
    "praised": """SELECT strftime('%Y-%m', implemented_at) AS month FROM proposals WHERE implemented_at IS NOT NULL
        GROUP BY month ORDER BY count(*) DESC, month DESC""",
    "told": "SELECT code FROM stories ORDER BY position",
    "untold": """SELECT number FROM proposals WHERE state = 'verified' AND id NOT IN (SELECT proposal_id FROM stories)
        AND NOT confidential ORDER BY length(title) DESC""",
    "praising": """SELECT employee_no FROM people JOIN contributors ON person_id = people.id
        JOIN proposals AS p ON p.id = proposal_id WHERE p.state IN ('implemented', 'verified')
        GROUP BY people.id ORDER BY count(*) DESC, people.id""",
    "year": """SELECT strftime('%Y', max(implemented_at)) FROM proposals JOIN contributors ON proposal_id = proposals.id
        JOIN people ON people.id = person_id WHERE employee_no = :praising""",
    "month": "SELECT strftime('%Y-%m', max(submitted_at), 'start of month', '-1 day') FROM proposals",
}
"""Who looks and at what: questions to the sample's database, each of which may use the answers before it."""
PAGES = {
    "": {"sign-in": "/sign-in"},
    "worker": {
        "home": "/",
        "file": "/file",
        "mine": "/mine",
        "receipt": "/proposals/{asked}/receipt",
        "proposal-asked": "/proposals/{asked}",
        "proposal-done": "/proposals/{done}",
        "proposal-declined": "/proposals/{declined}",
        "story": "/proposals/{done}/story",
        "proposal-longest": "/proposals/{longest}",
        "archive": "/archive",
        "archive-found": "/archive?q=天车",
        "archive-meant": "/archive?q=骨架油峰",
        "archive-nothing": "/archive?q=没有人提过的事",
        "machines": "/machines",
        "machines-nothing": "/machines?q=没有这台",
        "machine": "/machines/PL-A01",
        "machine-empty": "/m/EQ-R101",
        "machine-refused": "/machines/EQ-M901",
        "file-machine": "/file?machine=EQ-R108",
        "digest": "/digest",
        "digest-month": "/digest/{month}",
        "searches": "/searches",
        "account": "/account",
        "notices": "/notices",
        "mails": "/account/mails",
        "password": "/account/password",
        "tokens": "/account/tokens",
        "honours": "/honours",
        "honours-running": "/honours?month={running}",
        "honours-full": "/honours?month={praised}",
        "honours-empty": "/honours?month=2024-01",
        "stories": "/stories",
        "story-told": "/stories/{told}",
        "record": "/record",
        "studios-all": "/studios",
        "studio": "/studios/S-ROLL",
        "nothing-here": "/no-such-page",
        "offline": "/offline",
    },
    "asking": {"opinion-request": "/proposals/{theirs}/second-opinion/request"},
    "author": {"unnamed-own": "/proposals/{unnamed}"},
    "praising": {"record-full": "/record", "record-year": "/record?year={year}"},
    "reviewer": {
        "unnamed": "/proposals/{unnamed}",
        "desk": "/desk",
        "desk-others": "/desk?pile=others",
        "desk-done": "/desk?pile=done",
        "desk-narrowed": "/desk?pile=all&reviews=0",
        "desk-nothing": "/desk?pile=all&words=没有这回事",
        "mirror": "/mirror?period=all",
        "away": "/account/away",
        "proposal-waiting": "/proposals/{waiting}",
        "review": "/proposals/{waiting}/review",
        "ask": "/proposals/{waiting}/ask",
    },
    "lead": {
        "notices-many": "/notices",
        "decide": "/proposals/{decidable}/decide",
        "transfer": "/proposals/{decidable}/transfer",
        "several": "/decisions/several?chosen={decidable}",
        "prepared": "/decisions",
        "workload": "/workload",
        "reviews-table": "/reviews/export",
    },
    "coordinator": {
        "coordination": "/coordination",
        "working-time": "/coordination/clock",
        "team-limits": "/coordination/teams",
        "occasions": "/coordination/occasions",
        "occasion": "/coordination/occasions/overhaul",
        "congress": "/proposals/{waiting}/congress",
        "digest-preview": "/digest/{month}/preview",
        "issues": "/coordination/digest",
        "issue": "/coordination/digest/{month}",
        "stories-kept": "/stories",
        "stories-choose": "/stories/new",
        "story-new": "/stories/new?proposal={untold}",
        "story-edit": "/stories/{told}/edit",
        "studio-load": "/studios/S-ELEC",
    },
    "leader": {"team": "/team", "proposal-team": "/proposals/{small}"},
    "administrator": {
        "administration": "/administration",
        "people": "/administration/people",
        "studios": "/administration/studios",
        "rules": "/rules",
        "rule": "/rules/{rule}",
        "rule-edit": "/rules/{rule}/edit",
        "rule-new": "/rules/new",
        "rules-order": "/rules/order",
        "rules-history": "/rules/history",
        "rules-try": "/rules/try",
        "rules-stand-ins": "/rules/stand-ins",
        "rules-stand-in": "/rules/stand-ins/S-ROLL",
        "rules-transfers": "/rules/transfers",
        "rubrics": "/administration/rubrics",
        "glossary": "/glossary",
        "hooks": "/administration/hooks",
        "hook-new": "/administration/hooks/new",
        "reasons": "/administration/reasons",
        "rubric-new": "/administration/rubrics/new",
        "rubric": "/administration/rubrics/policy",
        "rubric-edit": "/administration/rubrics/kaizen/edit",
        "outbox": "/administration/outbox",
        "addresses": "/addresses",
        "sign-ins": "/administration/sign-ins",
        "machines-kept": "/machines",
        "machine-new": "/administration/machines/new",
        "machine-edit": "/administration/machines/EQ-R108/edit",
        "machine-table": "/administration/machines/import",
        "labels": "/administration/machines/labels",
    },
}

MAILS = {
    "mail-worker": ("author", "month"),
    "mail-asked": ("worker", "month"),
    "mail-master": ("lead", "month"),
    "mail-leader": ("leader", "month"),
    "mail-coordinator": ("coordinator", "month"),
    "mail-photos": ("author", "photographed"),
}
"""Whose copies of the digest are looked at, and of which month."""
MAIL_SIZES = ((360, 800), (700, 1000))


def look_up(data: Path) -> dict[str, str]:
    """Return what the sample's database answers; ``none`` where there is nothing like that."""
    facts: dict[str, str] = {}
    with sqlite3.connect(data / "studio.sqlite") as connection:
        for name, question in LOOK_UPS.items():
            row = connection.execute(question, facts).fetchone()
            facts[name] = str(row[0]) if row else "none"
    connection.close()
    return facts


def take(page: Page, eye: Eye, name: str, path: str) -> str:
    """Make one picture and return what is wrong with what it shows."""
    page.goto(path)
    page.screenshot(path=PICTURES / f"{name}-{eye.size[0]}-{eye.locale}-{eye.theme}.png", full_page=True)
    expected_refusal = name == "nothing-here"
    try:
        eye.look(page)
    except AssertionError as problem:
        return "" if expected_refusal else f"{name}: {problem}"
    finally:
        eye.wrong.clear()
    return ""


def take_all(browser: Browser, server: Server, wanted: list[str]) -> Iterator[str]:
    """Make the pictures and yield what is wrong."""
    facts = look_up(server.data)
    for size, locale, theme in itertools.product((PHONE, DESK), ("zh_CN", "en"), THEMES):
        for who, pages in PAGES.items():
            chosen = {n: p for n, p in pages.items() if not wanted or n.startswith(tuple(wanted))}
            if not chosen:
                continue
            eye = Eye(size, locale, theme)
            page = eye.open(browser, server.url)
            if who:
                eye.sign_in(page, facts[who], PASSWORD)
            else:
                eye.speak(page)
            for name, path in chosen.items():
                if problem := take(page, eye, name, path.format(**facts)):
                    yield problem
            page.context.close()


def take_mails(browser: Browser, data: Path, wanted: list[str]) -> None:
    """Make pictures of copies of the digest as a mail program shows them."""
    facts = look_up(data)
    chosen = [name for name in MAILS if not wanted or name.startswith(tuple(wanted))]
    for name, locale in itertools.product(chosen, ("zh_CN", "en")):
        mail = data / f"{name}.html"
        reader, month = (facts[fact] for fact in MAILS[name])
        asked = ("--month", month, "--as", reader, "--html", str(mail))
        studio(data, "digest", "preview", *asked, STUDIO_LOCALE=locale)
        for size, theme in itertools.product(MAIL_SIZES, THEMES):
            page = browser.new_page(viewport={"width": size[0], "height": size[1]}, color_scheme=theme)
            page.goto(mail.as_uri())
            page.screenshot(path=PICTURES / f"{name}-{size[0]}-{locale}-{theme}.png", full_page=True)
            page.close()


def main() -> None:
    """Load the sample, serve it, look at it."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="studio-pictures-") as folder:
        data = Path(folder)
        studio(data, "init")
        studio(data, "sample", "load", "--password", PASSWORD)
        with running(data, STUDIO_DEMO="1") as server, chromium() as browser:
            problems = list(take_all(browser, server, sys.argv[1:]))
            take_mails(browser, data, sys.argv[1:])
    pictures = len(list(PICTURES.glob("*.png")))
    sys.stdout.write("\n".join([*problems, f"{pictures} pictures in {PICTURES}, {len(problems)} problems", ""]))


if __name__ == "__main__":
    main()
