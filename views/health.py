"""Pages of this area."""

from flask import Blueprint

blueprint = Blueprint("health", __name__)
