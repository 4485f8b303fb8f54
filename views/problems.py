"""How the API refuses: RFC 9457, ``application/problem+json``, in the reader's language.

``type`` tells a program what is wrong, ``detail`` and ``errors`` tell it to a person.
"""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import NamedTuple, NoReturn, cast

from flask import Response, abort, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import HTTPException

from studio.domain.api_tokens import Scope
from studio.domain.errors import Problem
from studio.settings import LOCALES
from studio.wording.language import gettext, lazy_gettext, spoken
from studio.wording.problems import problem_sentence

AREA = "/api/"
MEDIA_TYPE = "application/problem+json"
URN = "urn:innovation-studio:problem:"
REALM = "Innovation Studio"


class Kind(NamedTuple):
    """One sort of refusal: its name in ``type``, its title and what is said where there is nothing more exact."""

    name: str
    title: str
    detail: str


KINDS: Mapping[int, Kind] = {
    400: Kind("unreadable", lazy_gettext("We could not read that"), lazy_gettext("The body is no JSON in UTF-8.")),
    401: Kind(
        "no-token",
        lazy_gettext("A token is needed"),
        lazy_gettext("Send “Authorization: Bearer …” with a token that is neither over nor revoked."),
    ),
    403: Kind(
        "not-allowed",
        lazy_gettext("This is not yours to do"),
        lazy_gettext("The owner of this token may not do this."),
    ),
    404: Kind(
        "not-found",
        lazy_gettext("Nothing here"),
        lazy_gettext("There is nothing at this address, or the owner of this token may not see it."),
    ),
    405: Kind(
        "wrong-method",
        lazy_gettext("It does not work this way"),
        lazy_gettext("This address does not know this method; “Allow” names those it knows."),
    ),
    409: Kind(
        "conflict",
        lazy_gettext("Somebody was a little quicker"),
        lazy_gettext("Something changed at the same moment. Nothing was kept; please send it again."),
    ),
    413: Kind("too-large", lazy_gettext("That is too large"), lazy_gettext("A request may hold 256 KiB.")),
    415: Kind(
        "not-json", lazy_gettext("We cannot take this kind of file"), lazy_gettext("Send it as application/json.")
    ),
    422: Kind(
        "invalid", lazy_gettext("That does not fit yet"), lazy_gettext("“errors” says what is wrong. Nothing was kept.")
    ),
    429: Kind(
        "too-many",
        lazy_gettext("A little too often"),
        lazy_gettext("Please wait as many seconds as “Retry-After” says, then try again."),
    ),
    503: Kind(
        "away",
        lazy_gettext("A short break"),
        lazy_gettext("The data cannot be reached just now. Please try again in a minute."),
    ),
}
BROKEN = Kind(
    "broken", lazy_gettext("Something broke"), lazy_gettext("It is our fault and was written down. Please try later.")
)
TRY_AGAIN_SECONDS = 60


def wanted() -> bool:
    """Tell whether a program asks that reads problems, and not a person or a page's script."""
    return request.path.startswith(AREA)


def language() -> str | None:
    """Return the language that the request asks for, if it names one of ours."""
    return request.accept_languages.best_match(LOCALES)


def answer(
    status: int, detail: str = "", *, errors: Sequence[Problem] = (), headers: Mapping[str, str] | None = None
) -> Response:
    """Return a refusal; ``errors`` are told one by one, each with the field it belongs to."""
    kind = KINDS.get(status, BROKEN)
    body = {
        "type": URN + kind.name,
        "title": str(kind.title),
        "status": status,
        "detail": str(detail or kind.detail),
        **({"errors": [_told(problem) for problem in errors]} if errors else {}),
    }
    response = Response(json.dumps(body, ensure_ascii=False), status, mimetype=MEDIA_TYPE)
    response.headers["Content-Language"] = spoken().locale.replace("_", "-")
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(TRY_AGAIN_SECONDS)
    response.headers.extend(headers or {})
    return response


def of_http(error: HTTPException) -> Response:
    """Return what Flask or Werkzeug refused, with its own headers, such as ``Allow``."""
    if error.response is not None:
        return cast("Response", error.response)
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    known = status in KINDS or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    headers = {name: value for name, value in error.get_headers() if name != "Content-Type"}
    return answer(status if known else HTTPStatus.BAD_REQUEST, headers=headers)


def refuse_token(*, given: bool) -> NoReturn:
    """Answer 401: there is no token, or what was ``given`` is none that holds."""
    abort(answer(401, headers=_challenge(**({"error": "invalid_token"} if given else {}))))


def refuse_scope(needed: Scope) -> NoReturn:
    """Answer 403: the token holds, but not for this."""
    detail = gettext("This token may only read. Make one that may file proposals too.")
    abort(answer(403, detail, headers=_challenge(error="insufficient_scope", scope=needed)))


def _challenge(**facts: str) -> Mapping[str, str]:
    return {"WWW-Authenticate": str(WWWAuthenticate("bearer", {"realm": REALM, **facts}))}


def _told(problem: Problem) -> dict[str, str]:
    field = {"field": problem.field} if problem.field else {}
    return {**field, "code": problem.code, "detail": problem_sentence(problem)}
