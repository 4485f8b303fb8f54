"""For machines that watch over this one: alive, ready, and figures for graphs."""

import ipaddress
import logging
from collections.abc import Iterator, Mapping
from hmac import compare_digest

from flask import Blueprint, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

import studio
from studio.queries import health, issues
from studio.queries.issues import Watch
from studio.services import now, services
from views.access import database, public

blueprint = Blueprint("health", __name__)
log = logging.getLogger(__name__)

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP")
"""What a proxy says of whom it speaks for."""
PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


@blueprint.get("/healthz")
@public
def live() -> ResponseReturnValue:
    """Say that the process answers; looks at nothing else, so that a slow database restarts nobody."""
    return jsonify(status="ok", version=studio.__version__)


@blueprint.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """Say whether pages can be served: 503 without a database.

    Without an index or a worker, or with a digest that should have gone out, they are only poorer.
    """
    try:
        watch = issues.watch(database(), services().settings, at=now())
    except SQLAlchemyError as error:
        log.warning("the database does not answer: %s", error)
        watch = None
    checks = {
        "database": "ok" if watch else "down",
        "index": "ok" if services().search.status().available else "down",
        "worker": ("silent" if watch.silent else "ok") if watch else "unknown",
        "digest": ("overdue" if watch.overdue else "ok") if watch else "unknown",
    }
    fine = all(check == "ok" for check in checks.values())
    status = "ok" if fine else "degraded" if watch else "down"
    return jsonify(status=status, worker_lag_seconds=_lag(watch), **checks), 200 if watch else 503


def _lag(watch: Watch | None) -> float | None:
    """Return the seconds since a worker's last sign of life."""
    return max(0.0, (now() - watch.worker_seen_at).total_seconds()) if watch and watch.worker_seen_at else None


@blueprint.get("/metrics")
@public
def metrics() -> ResponseReturnValue:
    """Answer in Prometheus' text format, to this machine itself or to whoever has the token."""
    if not (_has_token() or _from_this_machine()):
        abort(403)
    return Response("\n".join([*_lines(), ""]), content_type=PROMETHEUS)


def _has_token() -> bool:
    token = services().settings.metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(token) and compare_digest(given.encode(), token.encode())


def _from_this_machine() -> bool:
    """A proxy on this machine speaks for strangers, so what it forwards is not local."""
    if any(request.headers.get(name) for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _lines() -> Iterator[str]:
    facts, index = health.facts(database()), services().search.status()
    yield from _gauge("studio_proposals", "Proposals by state.", facts.proposals_by_state)
    yield from _gauge("studio_outgoing_mails", "Mails in the outbox by state.", facts.mails_by_state)
    yield from _single("studio_unindexed_proposals", "Proposals the index has not seen yet.", facts.unindexed)
    yield from _single("studio_index_up", "Whether the search index can be read.", int(index.available))
    yield from _single("studio_index_documents", "Proposals in the search index.", index.documents)
    yield from _single("studio_index_bytes", "Size of the search index.", index.size_in_bytes)
    if facts.worker_seen_at is not None:
        lag = (now() - facts.worker_seen_at).total_seconds()
        yield from _single("studio_worker_lag_seconds", "Seconds since a worker's last sign of life.", max(0.0, lag))


def _gauge(name: str, meaning: str, values: Mapping[str, int]) -> Iterator[str]:
    yield f"# HELP {name} {meaning}"
    yield f"# TYPE {name} gauge"
    yield from (f'{name}{{state="{state}"}} {count}' for state, count in sorted(values.items()))


def _single(name: str, meaning: str, value: float) -> Iterator[str]:
    yield f"# HELP {name} {meaning}"
    yield f"# TYPE {name} gauge"
    yield f"{name} {value}"
