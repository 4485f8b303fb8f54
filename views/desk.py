"""Pages of this area."""

from flask import Blueprint

blueprint = Blueprint("desk", __name__)
