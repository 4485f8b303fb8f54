"""Web hooks: what is told, how each robot and program wants it, and how it gets there."""
