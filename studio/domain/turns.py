"""Whose turn it is: what a proposal waits for."""

from enum import StrEnum
from typing import Final

TRIAL_NOTICE_DAYS: Final = 7
"""A trial comes back to the lead's desk this many days before it ends."""


class Turn(StrEnum):
    """What somebody of the studio is asked to do next."""

    ANSWER = "answer"
    """Nobody has answered the author yet, and it is this person who owes it."""
    SCORE = "score"
    DECIDE = "decide"
    HEAR_TRIAL = "hear_trial"
    VERIFY = "verify"
    ADVISE = "advise"
    """Another studio decides, and the author asks what this one thinks."""
