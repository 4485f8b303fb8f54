"""The API for other programs, ``/api/v1``: the same search, the same records and the same filing as the pages."""
