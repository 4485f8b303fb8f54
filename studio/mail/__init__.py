"""Messages: a function from facts to a Message, three small templates, a stored row, one relay."""
