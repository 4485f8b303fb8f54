"""What a machine is called, and what a table of machines got wrong, in the reader's language."""

from models import Machine, MachineKind, Proposal
from studio.domain.errors import Problem
from studio.domain.machines import Chapter, key_of
from studio.wording.language import lazy_gettext
from studio.wording.names import name_of

KINDS = {
    MachineKind.MACHINE: lazy_gettext("Machine"),
    MachineKind.PLACE: lazy_gettext("Place"),
}
CHAPTERS = {
    Chapter.WORKS: lazy_gettext("What works"),
    Chapter.TRIED: lazy_gettext("What is being tried or done"),
    Chapter.CONSIDERED: lazy_gettext("What is being considered"),
    Chapter.REFUSED: lazy_gettext("What was refused or put off, and why"),
}
COLUMNS = {
    "code": lazy_gettext("Code"),
    "name_zh": lazy_gettext("Name in Chinese"),
    "name_en": lazy_gettext("Name in English"),
    "unit_code": lazy_gettext("Code of the unit"),
    "kind": lazy_gettext("Machine or place"),
    "within_code": lazy_gettext("Stands in"),
    "in_use_until": lazy_gettext("Out of use since"),
}
ROW_PROBLEMS = {
    "broken_json": lazy_gettext("This line cannot be read."),
    "not_an_object": lazy_gettext("This line cannot be read."),
    "unstorable_character": lazy_gettext("There is a character in it that cannot be kept."),
    "too_many_cells": lazy_gettext("There are more cells than headings."),
    "missing": lazy_gettext("%(column)s is missing."),
    "key_twice": lazy_gettext("%(value)s stands in row %(first)s already."),
    "not_text": lazy_gettext("%(column)s is no plain text."),
    "not_a_day": lazy_gettext("%(column)s: write a day, such as 2027-03-01, not “%(value)s”."),
    "unknown_word": lazy_gettext("%(column)s: “%(value)s” is not known."),
    "unknown_unit": lazy_gettext("There is no unit “%(value)s”."),
    "too_long": lazy_gettext("%(column)s is too long."),
    "code_says_nothing": lazy_gettext("The code “%(value)s” has neither a letter nor a number."),
    "unknown_machine": lazy_gettext("%(column)s: there is no machine or place “%(value)s”."),
    "within_circle": lazy_gettext("%(column)s: “%(value)s” leads back to this machine itself."),
    "not_your_unit": lazy_gettext("%(value)s is not in your part of the firm."),
}


def machine_kind_name(kind: MachineKind) -> str:
    """Return whether it is a machine or a place."""
    return str(KINDS[kind])


def chapter_name(chapter: Chapter) -> str:
    """Return the heading of a part of what a machine remembers."""
    return str(CHAPTERS[chapter])


def label_of(machine: Machine) -> str:
    """Return code and name, as the filing form shows them and ``studio.domain.machines`` finds them again."""
    return f"{machine.code} {name_of(machine)}"


def said_place(proposal: Proposal) -> str:
    """Return what its author said of the place beyond the machine that is named beside it."""
    machine = proposal.machine
    if machine is None:
        return proposal.location
    names = ("", machine.name_zh, machine.name_en)
    known = {key_of(f"{code}{name}") for code in ("", machine.code) for name in names}
    return "" if key_of(proposal.location) in known else proposal.location


def row_sentence(problem: Problem) -> str:
    """Return what is wrong with a row of a table of machines."""
    facts = {"value": "", "first": "", **problem.params, "column": COLUMNS.get(problem.field, problem.field)}
    return str(ROW_PROBLEMS[problem.code]) % facts
