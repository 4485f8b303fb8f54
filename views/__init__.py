"""The pages: one blueprint a user-facing area."""

from importlib import import_module

from flask import Flask

AREAS = (
    "account",
    "administration",
    "api.description",
    "api.lookups",
    "api.proposals",
    "archive",
    "attachments",
    "coordination",
    "decisions",
    "desk",
    "digest",
    "filing",
    "following",
    "glossary",
    "health",
    "home",
    "lessons",
    "mirror",
    "occasions",
    "proposals",
    "reasons",
    "repeats",
    "review_export",
    "reviewing",
    "working_time",
    "rubrics",
    "rule_writing",
    "rules",
    "stand_ins",
    "team",
    "team_limits",
    "tokens",
    "voices",
    "try_outs",
    "whole_story",
    "workload",
)


def register_blueprints(app: Flask) -> None:
    """Attach every area; the module of an area holds one blueprint named ``blueprint``."""
    for area in AREAS:
        app.register_blueprint(import_module(f"views.{area}").blueprint)
