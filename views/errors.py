"""How refusals look: the right status, plain words, nothing lost."""

from flask import Flask


def register(app: Flask) -> None:
    """Attach the handlers."""
