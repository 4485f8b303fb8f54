"""Pages of this area."""

from flask import Blueprint

blueprint = Blueprint("proposals", __name__)
