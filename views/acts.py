"""An act with a page of its own: its form, its one transaction, and the way back to the proposal."""

from collections.abc import Callable

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from models import Proposal, Verb
from studio.domain.errors import InvalidInput
from studio.operations.transition import check_revision
from studio.transactions import writing
from views.access import database, proposal_for
from views.feedback import show_problems
from views.forms.reviewing import ProposalForm


def done(verb: Verb, number: str, form: ProposalForm, act: Callable[[Proposal], object]) -> bool:
    """Run the act in one transaction if the form is whole; False leaves what is wrong at its fields."""
    if not form.validate():
        return False
    try:
        with writing(database()):
            proposal = proposal_for(verb, number, lock=True)
            check_revision(proposal, form.seen_revision)
            act(proposal)
    except InvalidInput as refusal:
        show_problems(form, refusal)
        return False
    return True


def status_of(form: ProposalForm) -> int:
    """Return the HTTP status of a page that shows the form, perhaps again with what is wrong."""
    return 422 if form.errors else 200


def back(number: str, anchor: str) -> ResponseReturnValue:
    """Lead back to a place of the proposal's page."""
    return redirect(url_for("proposals.show", number=number, _anchor=anchor))
