"""Pages of this area."""

from flask import Blueprint

blueprint = Blueprint("administration", __name__)
