"""Pages of this area."""

from flask import Blueprint

blueprint = Blueprint("digest", __name__)
