"""How refusals from below reach a form: each problem at its field, in the reader's language."""

from collections.abc import Iterable, Mapping
from typing import cast

from flask import flash, session
from flask_wtf import FlaskForm
from wtforms import Field

from studio.domain.errors import InvalidInput, Problem
from studio.wording.problems import problem_sentence

UNDO = "undo"
"""Where the cookie keeps what the next page may take back."""
FILE_STATUS = {"file_too_large": 413, "file_type_not_allowed": 415, "file_is_old_office": 415}
"""Refused files have a status of their own; everything else that breaks a rule is 422."""


def show_problems(form: FlaskForm, refusal: InvalidInput | Iterable[Problem]) -> None:
    """Write each problem at the field it names; what belongs to no field of this form goes on top."""
    problems = refusal.problems if isinstance(refusal, InvalidInput) else refusal
    for problem in problems:
        add_error(form, problem.field, str(problem_sentence(problem)))


def status_of(refusal: InvalidInput) -> int:
    """Return the HTTP status that says best what was refused."""
    return next((FILE_STATUS[problem.code] for problem in refusal.problems if problem.code in FILE_STATUS), 422)


def add_error(form: FlaskForm, name: str, sentence: str) -> None:
    """Write one sentence at a field, or on top of the form if it has no such field."""
    field: Field | None = form[name] if name in form else None  # noqa: SIM401 - a form has no get
    if field is None:
        form.form_errors.append(sentence)
    else:
        field.errors = [*field.errors, sentence]


def tell(sentence: str, kind: str = "success") -> None:
    """Show a sentence on the next page: success, info, warning or danger."""
    flash(sentence, kind)


def tell_undoable(sentence: str, address: str, fields: Mapping[str, str]) -> None:
    """Say on the next page what was done, with a button that takes it back by sending ``fields`` to ``address``."""
    session[UNDO] = {"sentence": sentence, "address": address, "fields": dict(fields)}


def undo_offered() -> Mapping[str, object] | None:
    """Return what the page may offer to take back, once; a reader without a session has done nothing."""
    return cast("Mapping[str, object] | None", session.pop(UNDO, None)) if UNDO in session else None
