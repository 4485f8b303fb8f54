"""Pages of this area."""

from flask import Blueprint

blueprint = Blueprint("account", __name__)
