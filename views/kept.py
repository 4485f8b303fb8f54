"""Proposals that waited in a browser for a network: taken once, from whoever wrote them, with an answer for its script.

The browser chooses a key for each (``filing_key``), which the database holds once; see ``studio/static/js/waiting.js``.
"""

from flask import Blueprint, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from models import Proposal, ProposalState
from studio.domain.errors import NotAllowed
from studio.domain.keeping import written_at
from studio.queries import mine
from studio.queries.proposals import reference_of
from studio.services import now
from studio.wording.language import gettext as _
from views.access import database, me, signed_in
from views.filing import read_and_save, shown
from views.forms.filing import FilingForm

blueprint = Blueprint("kept", __name__)
MOST_ASKED = 50
"""How many waiting proposals one question may be about; a phone with more asks again."""
TITLE_SHOWN = 40
"""Characters of the problem that stand for a title not thought of yet."""


@blueprint.get("/file/kept")
@signed_in
def asked() -> ResponseReturnValue:
    """Say who is signed in, with what token forms are sent, and which of the named proposals have arrived already."""
    filed = mine.filed_under(database(), me(), request.args.getlist("key")[:MOST_ASKED])
    arrived = {key: _arrived(proposal) for key, proposal in filed.items()}
    return jsonify(writer=me().id, token=generate_csrf(), filed=arrived)


@blueprint.post("/file/kept")
@signed_in
def take() -> ResponseReturnValue:
    """Take one of them, however often it is sent, and only from the person who wrote it."""
    if request.form.get("writer") != str(me().id):
        raise NotAllowed("somebody_elses_words")
    written = written_at(now(), request.form.get("waited", 0.0, float))
    submit = request.form.get("action") == "submit"
    form, saved = read_and_save(request.form.get("draft", ""), submit=submit, written_at=written)
    if saved is None:
        return jsonify(message=_("Something is still open. Mend it, then it goes."), problems=_said(form)), form.status
    if saved.submitted_at is None and saved.state is not ProposalState.DRAFT:
        return jsonify(message=_("You threw this draft away meanwhile. Your words are still here."), gone=True), 409
    return jsonify(_arrived(saved))


def _arrived(proposal: Proposal) -> dict[str, str | None]:
    """Return what the browser shows of it from now on."""
    filed = proposal.submitted_at is not None
    page = shown(proposal) if filed else url_for("filing.edit", number=reference_of(proposal))
    return {"number": proposal.number, "page": page, "title": proposal.title or proposal.problem[:TITLE_SHOWN]}


def _said(form: FilingForm) -> list[dict[str, str]]:
    """Return what is wrong, what belongs to no field first."""
    on_top = [{"field": "", "said": str(said)} for said in form.form_errors]
    return on_top + [{"field": field.id, "said": str(said)} for field in form for said in field.errors]
