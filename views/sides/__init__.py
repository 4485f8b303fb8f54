"""The sides from which ``views.proposal_page`` shows one proposal. Each is asked for what templates want, and no more.

What is asked for is found out then and kept; a page that does not show a side never pays for it.
"""
