"""The tour of the house: every page that somebody can open, who opens it, and at what of the sample factory.

``make pictures`` makes a picture of each stop and ``tests/browser/test_reachable.py`` judges each. A new page is one
line in ``STOPS``; an address that is no page is one line in ``NO_PAGES``. A test holds both against the URL map.
"""

import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from werkzeug.exceptions import HTTPException

from studio.domain.paper import code_of

GUIDE = "/styleguide"
"""Below it is what is there in demos only."""
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
    "earlier": """SELECT number FROM proposals WHERE state = 'verified' AND NOT confidential
        AND submitted_at < (SELECT submitted_at FROM proposals WHERE number = :decidable) ORDER BY id""",
    "asked": """SELECT number FROM proposals JOIN people ON submitter_id = people.id
        WHERE state = 'information_requested' AND employee_no = :worker""",
    "draft": """SELECT 'draft-' || proposals.id FROM proposals JOIN people ON submitter_id = people.id
        WHERE state = 'draft' AND employee_no = :worker""",
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
    "opinion": "SELECT number FROM proposals AS p JOIN second_opinions ON proposal_id = p.id WHERE words IS NULL",
    "second": """SELECT employee_no FROM people JOIN studio_memberships AS m ON m.person_id = people.id
        JOIN second_opinions AS s ON s.studio_id = m.studio_id WHERE s.words IS NULL AND m.role = 'lead'""",
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
    "hook": "SELECT id FROM hooks ORDER BY id",
    "mail": "SELECT id FROM outgoing_mails ORDER BY id",
    "calendar": "SELECT id FROM shift_calendars ORDER BY id",
    "day": "SELECT id FROM calendar_exceptions ORDER BY id",
    "answer_rule": "SELECT id FROM deadline_rules ORDER BY id",
    "reason": "SELECT code FROM decision_reasons ORDER BY id",
    "words": "SELECT id FROM glossary_rows ORDER BY id",
    "call": "SELECT code FROM calls ORDER BY id",
    "with_pin": """SELECT employee_no FROM people JOIN pins ON person_id = people.id
        ORDER BY (SELECT count(*) FROM proposals WHERE submitter_id = people.id) DESC""",
    "sheet": "SELECT id FROM paper_forms WHERE proposal_id IS NULL ORDER BY id",
    "answered": "SELECT code FROM calls JOIN proposals ON call_id = calls.id GROUP BY calls.id ORDER BY count(*) DESC",
}
"""Who looks and at what: questions to the sample's database, each of which may use the answers before it."""

STOPS = {
    "": {
        "sign-in": "/sign-in",
        "sign-in-for": "/sign-in?next=/desk",
        "setup": "/setup",
        "leave-forged": "/digest/leave/forged",
        "nothing-signed-out": "/digest/leave/no-such",
        "offline": "/offline",
        "terminal-enrol": "/kiosk/enrol",
    },
    "worker": {
        "home": "/",
        "file": "/file",
        "file-draft": "/file/{draft}",
        "mine": "/mine",
        "receipt": "/proposals/{asked}/receipt",
        "receipt-a5": "/proposals/{asked}/receipt?paper=a5",
        "receipt-slip": "/proposals/{asked}/receipt?paper=slip",
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
        "file-call": "/file?call={answered}",
        "calls": "/calls",
        "digest": "/digest",
        "digest-month": "/digest/{month}",
        "poster": "/digest/{month}/poster",
        "poster-a3": "/digest/{month}/poster?size=a3",
        "script": "/digest/{month}/script",
        "honours": "/honours",
        "honours-running": "/honours?month={running}",
        "honours-full": "/honours?month={praised}",
        "honours-empty": "/honours?month=2024-01",
        "stories": "/stories",
        "story-told": "/stories/{told}",
        "studios-all": "/studios",
        "studio": "/studios/S-ROLL",
        "record": "/record",
        "searches": "/searches",
        "account": "/account",
        "notices": "/notices",
        "mails": "/account/mails",
        "password": "/account/password",
        "tokens": "/account/tokens",
        "own-pin": "/account/pin",
        "mirror-none": "/mirror",
        "nothing-here": "/no-such-page",
        "not-yours": "/administration",
        "not-this-way": "/sign-out",
        "refused-409": f"{GUIDE}/refusals/409",
        "refused-413": f"{GUIDE}/refusals/413",
        "refused-429": f"{GUIDE}/refusals/429",
        "refused-500": f"{GUIDE}/refusals/500",
        "refused-503": f"{GUIDE}/refusals/503",
        "guide": GUIDE,
    },
    "asking": {"opinion-request": "/proposals/{theirs}/second-opinion/request"},
    "author": {"unnamed-own": "/proposals/{unnamed}"},
    "praising": {"record-full": "/record", "record-year": "/record?year={year}"},
    "second": {"opinion-give": "/proposals/{opinion}/second-opinion"},
    "reviewer": {
        "home-reviewer": "/",
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
        "repeat": "/proposals/{decidable}/repeats/{earlier}",
        "several": "/decisions/several?chosen={decidable}",
        "prepared": "/decisions",
        "workload": "/workload",
        "reviews-table": "/reviews/export",
    },
    "coordinator": {
        "home-coordinator": "/",
        "coordination": "/coordination",
        "working-time": "/coordination/clock",
        "calendar": "/coordination/clock/calendars/{calendar}",
        "calendar-new": "/coordination/clock/calendars/new",
        "day": "/coordination/clock/days/{day}",
        "answer-rule": "/coordination/clock/rules/{answer_rule}",
        "team-limits": "/coordination/teams",
        "occasions": "/coordination/occasions",
        "occasion": "/coordination/occasions/overhaul",
        "congress": "/proposals/{waiting}/congress",
        "call-new": "/calls/new",
        "call": "/calls/{call}",
        "call-answers": "/calls/{answered}/answers",
        "stories-kept": "/stories",
        "stories-choose": "/stories/new",
        "story-new": "/stories/new?proposal={untold}",
        "story-edit": "/stories/{told}/edit",
        "studio-load": "/studios/S-ELEC",
        "digest-preview": "/digest/{month}/preview",
        "issues": "/coordination/digest",
        "issue": "/coordination/digest/{month}",
        "issue-send": "/coordination/digest/{month}/send",
    },
    "leader": {
        "home-leader": "/",
        "team": "/team",
        "proposal-team": "/proposals/{small}",
        "paper": "/paper",
        "paper-key": "/paper/{sheet}",
        "paper-sheets": "/paper/sheets/{sheet}/{sheet}",
    },
    "administrator": {
        "administration": "/administration",
        "people": "/administration/people",
        "people-found": "/administration/people?q={worker}",
        "person": "/administration/people/{worker}",
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
        "glossary-row": "/glossary/{words}",
        "hooks": "/administration/hooks",
        "hook": "/administration/hooks/{hook}",
        "hook-new": "/administration/hooks/new",
        "hook-new-robot": "/administration/hooks/new?kind=wecom",
        "reasons": "/administration/reasons",
        "reason": "/administration/reasons/{reason}",
        "rubric-new": "/administration/rubrics/new",
        "rubric": "/administration/rubrics/policy",
        "rubric-version": "/administration/rubrics/policy/versions/1",
        "rubric-edit": "/administration/rubrics/kaizen/edit",
        "terminals": "/administration/kiosks",
        "slow-work": "/administration/work",
        "outbox": "/administration/outbox",
        "mail": "/administration/outbox/{mail}",
        "addresses": "/addresses",
        "sign-ins": "/administration/sign-ins",
        "machines-kept": "/machines",
        "machine-new": "/administration/machines/new",
        "machine-edit": "/administration/machines/EQ-R108/edit",
        "machine-table": "/administration/machines/import",
        "labels": "/administration/machines/labels",
    },
}
"""For each person of ``LOOK_UPS`` (nobody: signed out) the name of a page and its address."""

NO_PAGES = {
    "api_description.openapi": "for programs",
    "api_lookups.kinds": "for programs",
    "api_lookups.studios": "for programs",
    "api_lookups.themes": "for programs",
    "api_lookups.units": "for programs",
    "api_lookups.who": "for programs",
    "api_proposals.search": "for programs",
    "api_proposals.show": "for programs",
    "archive_export.download": "a file",
    "attachments.show": "a file",
    "attachments.thumbnail": "a file",
    "colleagues.suggest": "for the script of the filing form",
    "feeds.show": "for feed readers",
    "health.live": "for monitoring",
    "health.metrics": "for monitoring",
    "health.ready": "for monitoring",
    "kept.asked": "for the script that sends what waited",
    "kiosk.first_time": "only on an enrolled terminal, see tests/browser/test_kiosk.py",
    "kiosk.sign_in": "only on an enrolled terminal, see tests/browser/test_kiosk.py",
    "kiosk.start": "only on an enrolled terminal, see tests/browser/test_kiosk.py",
    "machines.names": "a list for the script of the filing form",
    "offline.manifest": "for the browser",
    "offline.worker": "for the browser",
    "rules.export": "a file",
    "sharing.follow": "leads on to the proposal",
    "sharing.qr": "a picture",
    "static": "files",
    "voices.record_congress_answer": "looks like voices.refer_to_congress, and needs a referral of this week",
}
"""Addresses that can be fetched and are no stop, each with its reason."""

REFUSALS = frozenset(
    {"setup", "leave-forged", "nothing-signed-out", "mirror-none", "nothing-here", "not-yours", "not-this-way"}
    | {name for name in STOPS["worker"] if name.startswith("refused-")}
)
"""Stops at which a refusal is what is looked at."""

NOBODY_YET = {
    "": "",
    "worker": "000101",
    "leader": "000103",
    "lead": "000201",
    "reviewer": "000202",
    "coordinator": "000301",
    "administrator": "000304",
}
"""Who goes round in a firm in which nothing has happened yet: people of ``tests.factories.world``."""


@dataclass(frozen=True)
class Stop:
    """One page as one person opens it."""

    name: str
    who: str
    path: str


def look_up(data: Path) -> dict[str, str]:
    """Return what a site's database answers; ``none`` where there is nothing like that."""
    facts: dict[str, str] = {}
    with sqlite3.connect(data / "studio.sqlite") as connection:
        for name, question in LOOK_UPS.items():
            row = connection.execute(question, facts).fetchone()
            facts[name] = str(row[0]) if row else "none"
    connection.close()
    if facts["sheet"] != "none":
        facts["sheet"] = code_of(int(facts["sheet"]))
    return facts


OF_THE_SAMPLE = re.compile("/(machines|studios)/[A-Z]")
"""Addresses of things that only the sample factory has."""


def stops(facts: Mapping[str, str]) -> Iterator[Stop]:
    """Yield the stops of the tour, those of one person together; without facts those that are about nothing."""
    for who, pages in STOPS.items():
        for name, path in pages.items():
            if facts or not ("{" in path or path.startswith(GUIDE) or OF_THE_SAMPLE.search(path)):
                yield Stop(name, who, path.format(**facts))


def not_visited(app: Flask) -> set[str]:
    """Return the endpoints that can be fetched and that no stop leads to."""
    facts = dict.fromkeys(LOOK_UPS, "1")
    address = app.url_map.bind("")
    visited = set()
    for stop in stops(facts):
        try:
            visited.add(address.match(stop.path.partition("?")[0])[0])
        except HTTPException:
            assert stop.name in REFUSALS, f"{stop.name}: nothing is at {stop.path}"
    return {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())} - visited
