"""Pages of this area."""

from flask import Blueprint

blueprint = Blueprint("reviewing", __name__)
