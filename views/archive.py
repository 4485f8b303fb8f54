"""Pages of this area."""

from flask import Blueprint

blueprint = Blueprint("archive", __name__)
