"""The site on a phone without a network: what installs it, and the worker that keeps the form in the browser.

Nothing here belongs to anybody: a browser fetches these without saying who asks, and keeps them after signing out.
"""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import cast

from flask import Blueprint, Response, current_app, jsonify, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

import studio
from studio.services import services
from studio.settings import LOCALES
from studio.wording.language import gettext as _
from studio.wording.language import speaking
from views.access import public
from views.assets import asset_url

blueprint = Blueprint("offline", __name__)
ICONS = (("icon-192.png", 192, "any"), ("icon-512.png", 512, "any"), ("icon-maskable-512.png", 512, "maskable"))
PAPER, STEEL = "#ffffff", "#f1f4f7"
"""The page, and the header that the phone's own bar continues: ``--st-paper`` and ``--st-wash``."""
ASK_AGAIN = "no-cache"
"""A browser may keep it and asks each time whether it still holds, so an old worker can never lock itself in."""


@blueprint.get("/manifest.webmanifest")
@public
def manifest() -> ResponseReturnValue:
    """Say how the site looks as an app, in the language asked for; browsers fetch it without a cookie."""
    asked = request.args.get("locale", "")
    locale = asked if asked in LOCALES else services().settings.locale
    with speaking(locale):
        answer = jsonify(_facts(locale))
    answer.mimetype = "application/manifest+json"
    return _asked_again(answer)


@blueprint.get("/sw.js")
@public
def worker() -> ResponseReturnValue:
    """Send the service worker, from the root so that it may serve every page; another release is another text."""
    head = f'"use strict";\nconst RELEASE = "{release()}";\nimportScripts("{asset_url("js/waiting.js")}");\n'
    answer = make_response(head + _static("js/sw.js").read_text(encoding="utf-8"))
    answer.mimetype = "text/javascript"
    return _asked_again(answer)


@blueprint.get("/offline")
@public
def page() -> ResponseReturnValue:
    """Show what can be done without a network; the worker keeps it and shows it in place of any page."""
    return render_template("offline/page.html")


def release() -> str:
    """Return what changes with every change of scripts, styles or version."""
    return _release(Path(cast("str", current_app.static_folder)))


@cache
def _release(folder: Path) -> str:
    files = sorted(path for kind in ("js", "css") for path in (folder / kind).iterdir())
    told = sha256(studio.__version__.encode())
    for path in files:
        told.update(path.read_bytes())
    return told.hexdigest()[:12]


def _static(name: str) -> Path:
    return Path(cast("str", current_app.static_folder)) / name


def _asked_again(answer: Response) -> Response:
    answer.headers["Cache-Control"] = ASK_AGAIN
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _facts(locale: str) -> dict[str, object]:
    home = url_for("home.index")
    pictures = [
        {"src": asset_url(f"icons/{name}"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for name, size, purpose in ICONS
    ]
    return {
        "id": home,
        "name": _("Innovation Studio"),
        "short_name": _("Innovation Studio"),
        "description": _("See something awkward? Write it down, also without a network."),
        "lang": locale.replace("_", "-"),
        "start_url": home,
        "scope": home,
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": STEEL,
        "icons": pictures,
        "shortcuts": [{"name": _("Write a proposal"), "url": url_for("filing.new"), "icons": pictures[:1]}],
    }
