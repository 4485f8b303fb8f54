"""Files that a script sends while it shows how far they are. It asks as a form does and is answered as one is.

Only where the answer leads to another page, the script is told the address instead: it would follow by itself, and
what the next page has to say once would be said to nobody.
"""

from flask import Flask, Response, request

ASKED = "Studio-Upload"
GO = "Studio-Go"


def prepare(app: Flask) -> None:
    """Tell scripts where an answer leads."""
    app.after_request(_tell_address)


def _tell_address(response: Response) -> Response:
    if ASKED in request.headers and response.location and response.status_code in {302, 303}:
        response.headers[GO] = response.headers.pop("Location")
        response.status_code = 204
        response.set_data(b"")
        del response.headers["Content-Type"]
    return response
