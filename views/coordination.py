"""Pages of this area."""

from flask import Blueprint

blueprint = Blueprint("coordination", __name__)
