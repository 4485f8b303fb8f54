"""Programs come in by a token in ``Authorization: Bearer …``, and by nothing else: no cookie opens the API.

So no page of another site can make a browser ask it, and it needs no CSRF token. Right tokens have a limit of their
own; wrong ones are counted by address, which spares the database and does not lock out right ones behind the same
address.
"""

import time
from typing import cast

from flask import Flask, Request, Response, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_login import AnonymousUserMixin
from limits import RateLimitItemPerMinute

from models import Person
from studio.domain.api_tokens import Scope
from studio.domain.errors import TooMany
from studio.extensions import db, limiter
from studio.operations import api_tokens as operations
from studio.queries import api_tokens, people
from studio.queries.api_tokens import Token
from studio.services import now, services
from studio.transactions import writing
from views import problems

MOST_FAILURES = RateLimitItemPerMinute(60)
"""Requests with a wrong token, or none, from one address to one web process."""
BODY_LIMIT = 256 * 1024
"""In bytes; a proposal of the longest texts takes a third of it."""


class PageSessions(SecureCookieSessionInterface):
    """Sessions of pages. For the API there is none: a cookie is neither read nor set."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return what the cookie keeps, or an empty session that cannot be written."""
        return None if problems.wanted() else super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie where it has changed. A static file is the same for everybody, whatever cookie he has."""
        if request.endpoint != "static":
            super().save_session(app, session, response)


def admit(needed: Scope) -> None:
    """Let the request act as the owner of its token.

    Answers 401 without a token that holds, 403 when the token may not do this. Raises TooMany.
    """
    request.max_content_length = BODY_LIMIT
    token, owner = _who_asks()
    _count(RateLimitItemPerMinute(services().settings.api_requests_per_minute), "token", str(token.id))
    g.api_token = token
    g._login_user = owner  # noqa: SLF001 - where Flask-Login keeps who is there
    if needed not in token.scopes:
        problems.refuse_scope(needed)
    if operations.use_is_news(token, at=now()):
        with writing(db.session):
            operations.note_use(db.session, token, at=now())


def token_in_use() -> Token:
    """Return the token of this request."""
    return cast("Token", g.api_token)


def _who_asks() -> tuple[Token, Person]:
    g._login_user = AnonymousUserMixin()  # noqa: SLF001 - nobody, until a token says otherwise
    given = request.authorization
    secret = given.token if given is not None and given.type == "bearer" else None
    token = api_tokens.holding(db.session, secret, at=now()) if secret else None
    owner = people.reader(db.session, token.person_id) if token else None
    if token is None or owner is None or not owner.active:
        _count(MOST_FAILURES, "failure", request.remote_addr or "")
        problems.refuse_token(given=bool(secret))
    return token, owner


def _count(limit: RateLimitItemPerMinute, *whose: str) -> None:
    if not limiter.limiter.hit(limit, "api", *whose):
        frees_at = limiter.limiter.get_window_stats(limit, "api", *whose).reset_time
        raise TooMany(retry_after=max(1, round(frees_at - time.time())))
