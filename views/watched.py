"""Pages that show how far something is. A script looks again every few seconds; without one the reader may ask for it.

No page is loaded anew unasked: that would take the place away from whoever reads slowly, or has it read out.
"""

from flask import Response, request

SECONDS = 5


def looking_again(page: Response, *, running: bool) -> Response:
    """Have the browser load a page again in some seconds, if its reader asked for it and there is more to come."""
    if running and "watch" in request.args:
        page.headers["Refresh"] = str(SECONDS)
    return page
