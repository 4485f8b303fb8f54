"""Innovation Studio: file, route, review, decide, find and retell small inventions."""

__version__ = "0.1.0"
