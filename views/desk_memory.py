"""How somebody last looked at his desk, so that whoever comes back from an act finds it as he left it.

It lies in the visitor's own cookie; a plain look at the whole desk empties it.
"""

from flask import session, url_for
from werkzeug.datastructures import MultiDict

from studio.domain.desk_filter import Asked
from views.forms.desk import asked_for

KEPT = "desk"


def keep(asked: Asked) -> None:
    """Remember what was asked of the desk, or that nothing was."""
    parameters = asked.parameters()
    if not parameters:
        session.pop(KEPT, None)
    elif session.get(KEPT) != parameters:  # the same look again needs no new cookie
        session[KEPT] = parameters


def narrowed_address() -> str:
    """Return the address of the desk as it was left; empty when nothing but a pile was chosen there."""
    return address() if _kept().narrowed else ""


def address() -> str:
    """Return the address of the desk as it was left."""
    return url_for("desk.index", **_kept().parameters())


def _kept() -> Asked:
    return asked_for(MultiDict(session.get(KEPT) or {}))
