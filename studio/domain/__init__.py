"""Pure rules. Nothing here reads a clock, a request or a database."""
