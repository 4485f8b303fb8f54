"""Finding proposals: the port, what is searchable, how text becomes terms, and the engines behind the port."""
