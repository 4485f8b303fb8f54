"""The administrator's page of work that takes long. It keeps itself up to date, by a script or as the reader asks."""

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue

from studio.domain.permissions import Duty
from studio.domain.slow_work import SlowWorkState
from studio.queries import slow_work as queries
from studio.services import now
from studio.wording.slow_work import after_a_stop, lasted, time_left, work_name
from views.access import database, needs
from views.watched import looking_again

blueprint = Blueprint("slow_work", __name__, url_prefix="/administration/work")


@blueprint.get("")
@needs(Duty.ADMINISTER)
def index() -> ResponseReturnValue:
    """Show how far each kind of work is, or how its newest run ended."""
    runs = queries.runs(database(), at=now())
    running = any(run.state is SlowWorkState.RUNNING for run in runs)
    words = {"work_name": work_name, "after_a_stop": after_a_stop, "time_left": time_left, "lasted": lasted}
    page = make_response(
        render_template("slow_work/index.html", runs=runs, running=running, watching="watch" in request.args, **words)
    )
    return looking_again(page, running=running)
