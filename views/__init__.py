"""The pages: one blueprint a user-facing area."""

from importlib import import_module

from flask import Flask

from views.addresses import MachineCode

AREAS = (
    "account",
    "administration",
    "api.description",
    "api.lookups",
    "api.proposals",
    "answer_times",
    "archive",
    "archive_export",
    "attachments",
    "calendars",
    "calls",
    "colleagues",
    "coordination",
    "decisions",
    "desk",
    "differing_days",
    "digest",
    "feeds",
    "filing",
    "following",
    "glossary",
    "health",
    "home",
    "honours",
    "hooks",
    "issues",
    "kept",
    "kiosk",
    "kiosk_keeping",
    "lessons",
    "machine_keeping",
    "machine_labels",
    "machines",
    "mail_addresses",
    "mirror",
    "notices",
    "occasions",
    "offline",
    "outbox",
    "paper",
    "proposals",
    "reasons",
    "record",
    "repeats",
    "review_export",
    "reviewing",
    "working_time",
    "rubrics",
    "rule_writing",
    "rules",
    "saved_searches",
    "slow_work",
    "stand_ins",
    "sharing",
    "stories",
    "studio_pages",
    "team",
    "team_limits",
    "thanking",
    "tokens",
    "voices",
    "wall",
    "try_outs",
    "whole_story",
    "workload",
)


SHOWN_IN_DEMOS = ("styleguide",)
"""Areas for whoever works on the product; elsewhere their addresses do not exist."""


def register_blueprints(app: Flask, *, demo: bool) -> None:
    """Attach every area; the module of an area holds one blueprint named ``blueprint``."""
    app.url_map.converters["machine"] = MachineCode
    for area in AREAS + SHOWN_IN_DEMOS * demo:
        app.register_blueprint(import_module(f"views.{area}").blueprint)
