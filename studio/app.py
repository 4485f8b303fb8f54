"""The composition root: the only module that knows every adapter and puts the house together."""

import os
from datetime import timedelta
from inspect import iscoroutinefunction

from flask import Flask, Response
from flask.json.provider import DefaultJSONProvider
from sqlalchemy import Engine
from werkzeug.middleware.proxy_fix import ProxyFix

import views
from search_index import renames
from search_index.port import SearchEngine
from studio import extensions, logs
from studio.files.store import FileStore
from studio.services import Services
from studio.settings import Settings, from_environment
from studio.transactions import prepare_engine
from views import access, assets, bearer, errors, kiosk_session, presentation, security, templating, uploads


class PlainJson(DefaultJSONProvider):
    """JSON as it is meant: keys in the order in which they were written, Chinese as Chinese."""

    ensure_ascii = False
    sort_keys = False


class Studio(Flask):
    """The app, with templates that are compiled for each language."""

    jinja_environment = templating.SpokenEnvironment
    json_provider_class = PlainJson

    def send_static_file(self, filename: str) -> Response:
        """Answer with a file that pages are made of."""
        return assets.send(filename)


YEAR_SECONDS = 365 * 24 * 3600
CONNECTION_SECONDS = 4 * 3600
"""A connection to the database lives no longer, so it learns what statistics say today."""
PACKED_TYPES = [
    "text/html",
    "text/plain",
    "text/calendar",
    "application/json",
    "application/problem+json",
    "application/atom+xml",
    "image/svg+xml",
]
"""What is packed for its way, if it comes as a whole: tables that are sent while they are read, and attachments with
their ranges, are left as they are. Static files are packed by ``views.assets``."""


def create_app(settings: Settings | None = None, *, services: Services | None = None) -> Flask:
    """Build the app. Without ``settings`` they are read from the environment; ``services`` lets tests set the clock."""
    settings = settings or (services.settings if services else from_environment(os.environ))
    settings.data.mkdir(parents=True, exist_ok=True)
    app = Studio("studio", template_folder="../templates", static_folder="static")
    app.config.from_mapping(_flask_config(settings))
    app.extensions["studio"] = services or make_services(settings)
    _trust_proxies(app, settings.trusted_proxies)

    app.session_interface = bearer.PageSessions()
    logs.give_requests_an_id(app)
    # The guard comes before CSRF: an expired session must lead to signing in, with everything typed kept.
    access.guard_every_route(app)
    _tie_extensions(app)
    presentation.prepare(app)
    uploads.prepare(app)
    security.add_headers(app)
    kiosk_session.prepare(app)
    errors.register(app)
    views.register_blueprints(app, demo=settings.demo)
    return app


def make_services(settings: Settings) -> Services:
    """Build the adapters that the settings ask for."""
    return Services(
        settings=settings,
        search=_search_engine(settings),
        files=FileStore(settings.data),
    )


def _search_engine(settings: Settings) -> SearchEngine:
    if settings.search == "postgresql":
        from search_index.postgresql_engine import PostgresqlEngine  # noqa: PLC0415 - most sites never need its driver

        return PostgresqlEngine(settings.sqlalchemy_url)
    from search_index.whoosh_engine import WhooshEngine  # noqa: PLC0415 - the others need no Whoosh in memory

    return WhooshEngine(settings.index_path)


def _flask_config(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.key(),
        "MAX_CONTENT_LENGTH": settings.request_limit,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024**2,
        "SEND_FILE_MAX_AGE_DEFAULT": YEAR_SECONDS,
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=settings.session_hours),
        "SESSION_REFRESH_EACH_REQUEST": False,  # views.access does it, every few minutes
        "COMPRESS_ALGORITHM": ["br", "gzip"],  # for pages brotli is a tenth smaller than the library's first choice
        "COMPRESS_BR_LEVEL": 5,
        "COMPRESS_MIMETYPES": PACKED_TYPES,
        "COMPRESS_STREAMS": False,
        "SESSION_COOKIE_NAME": "studio",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.cookie_secure,
        "WTF_CSRF_TIME_LIMIT": None,  # the token lives as long as the session it belongs to
        "BABEL_DEFAULT_LOCALE": settings.locale,
        "BABEL_DEFAULT_TIMEZONE": settings.timezone,
        "BABEL_TRANSLATION_DIRECTORIES": "translations",
        "SQLALCHEMY_ENGINES": {"default": {"url": settings.sqlalchemy_url, "pool_recycle": CONNECTION_SECONDS}},
    }


def _trust_proxies(app: Flask, hops: int) -> None:
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign] # Flask's documented way


def _tie_extensions(app: Flask) -> None:
    extensions.db.init_app(app)
    # Nothing here is asynchronous: closing no session would start a thread and an event loop after every request.
    app.teardown_appcontext_funcs = [after for after in app.teardown_appcontext_funcs if not iscoroutinefunction(after)]
    with app.app_context():
        engine: Engine = extensions.db.engine
    prepare_engine(engine)
    renames.watch()
    extensions.babel.init_app(app, locale_selector=presentation.reader_locale)
    extensions.compress.init_app(app)
    extensions.csrf.init_app(app)
    extensions.limiter.init_app(app)
    # Only the views that say so are limited, and they ask themselves; every other request need not be looked at.
    app.before_request_funcs[None].remove(extensions.limiter._check_request_limit)  # noqa: SLF001 - it has no switch
    extensions.login_manager.init_app(app)
