"""What can be wrong, as facts. ``studio.wording`` turns each code into a sentence in the reader's language."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: a code, the form field it belongs to (empty: the whole form) and its numbers."""

    code: str
    field: str = ""
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)


class DomainError(Exception):
    """Parent of everything the house refuses on purpose."""


class InvalidInput(DomainError):  # noqa: N818 - reads as a sentence at the raise
    """What was given breaks a rule (422). Nothing was changed."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(", ".join(f"{p.field or '*'}: {p.code}" for p in problems))
        self.problems = tuple(problems)


class NotAllowed(DomainError):  # noqa: N818
    """The person may not do this here (403). ``code`` says why, for example ``own_proposal``."""

    def __init__(self, code: str = "not_allowed") -> None:
        super().__init__(code)
        self.code = code


class WrongState(DomainError):  # noqa: N818
    """The verb does not fit where the proposal stands now (409), mostly because somebody was quicker."""

    def __init__(self, verb: str, state: str) -> None:
        super().__init__(f"{verb} does not fit a proposal that is {state}")
        self.verb, self.state = verb, state


class Stale(DomainError):  # noqa: N818
    """The page was made from an older revision than the record has now (409)."""


class NotFound(DomainError):  # noqa: N818
    """There is no such thing, or the reader may not know of it (404)."""


class TooMany(DomainError):  # noqa: N818
    """Too many tries (429); ``retry_after`` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"try again in {retry_after} s")
        self.retry_after = retry_after
