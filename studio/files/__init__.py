"""Uploaded files: told apart by their content, made harmless, kept under their hash."""
