"""A proposal's short address, as people say and scan it."""

import io

import segno
from flask import Blueprint, Response, redirect, url_for
from flask.typing import ResponseReturnValue

from studio.queries.proposals import reference_of
from views.access import readable_proposal, signed_in
from views.presentation import QR_MASK, absolute

blueprint = Blueprint("sharing", __name__, url_prefix="/p/<number>")
KEPT = "private, max-age=86400"


@blueprint.get("")
@signed_in
def follow(number: str) -> ResponseReturnValue:
    """Lead to the page of the proposal. Raises NotFound for what the reader may not know of."""
    return redirect(url_for("proposals.show", number=reference_of(readable_proposal(number))))


@blueprint.get("/qr.svg")
@signed_in
def qr(number: str) -> ResponseReturnValue:
    """Draw the short address for a phone; asked for only by whoever opens it. Raises NotFound like ``follow``."""
    drawn = io.BytesIO()
    address = absolute(url_for(".follow", number=reference_of(readable_proposal(number))))
    segno.make(address, error="m", micro=False, mask=QR_MASK).save(
        drawn, kind="svg", border=2, dark="#14202c", light="#ffffff", omitsize=True, xmldecl=False
    )
    answer = Response(drawn.getvalue(), mimetype="image/svg+xml", headers={"Cache-Control": KEPT})
    answer.vary.add("Cookie")
    return answer
