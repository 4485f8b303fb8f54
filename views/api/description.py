"""``/api/v1/openapi.json``: what the API takes and gives, for people and for programs that make programs."""

import json
from functools import cache

from flask import Blueprint, Response, current_app
from flask_smorest import Api

from views.access import public
from views.api import lookups, proposals
from views.api.area import PREFIX
from views.api.schemas import ProblemSchema

blueprint = Blueprint("api_description", __name__, url_prefix=PREFIX)

SPEC = {
    "title": "Innovation Studio",
    "version": "1",
    "openapi_version": "3.1.0",
    "info": {
        "description": "Search, read and file proposals from other programs. Answers are in the language of "
        "Accept-Language (zh-CN or en), else in that of the token's owner. Moments carry their offset, money is in "
        "yuan. Within version 1 fields and codes are only added."
    },
    "security": [{"token": []}],
}
TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "description": "A token from the account page, or from `studio users token`. It does what its owner may do.",
}


class Described(Api):
    """Collects what the areas say of themselves, and nothing else: how refusals look is said by ``views.errors``."""

    DEFAULT_ERROR_RESPONSE_NAME = None
    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Leave them as they are."""

    def _register_pagination_header(self) -> None:
        """Pages say in their body where they are."""


@blueprint.get("/openapi.json")
@public
def openapi() -> Response:
    """Describe the API. It tells nothing of anybody, so programs may read it before they have a token."""
    return Response(_described(), mimetype="application/json")


@cache
def _described() -> str:
    """Return the description; made when somebody first asks, because few ever do."""
    api = Described(current_app, spec_kwargs=SPEC)
    api.spec.components.security_scheme("token", TOKEN)
    for area in (proposals.blueprint, lookups.blueprint):
        area.register_views_in_doc(api, current_app, api.spec, name=area.name, parameters=None)
    return json.dumps(api.spec.to_dict(), ensure_ascii=False, indent=1)
