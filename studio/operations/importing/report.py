"""What an import found and did, as facts."""

from dataclasses import dataclass, field

from studio.domain.errors import DomainError, Problem


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What keeps one row from being taken over; ``row`` is counted as the spreadsheet shows it."""

    row: int
    problem: Problem


@dataclass(slots=True)
class Report:
    """How many rows were new, changed something or were there already, and which were bad."""

    made: int = 0
    changed: int = 0
    unchanged: int = 0
    connected: int = 0
    """Proposals that were found to be about what was imported."""
    problems: list[RowProblem] = field(default_factory=list)
    ignored_headings: tuple[str, ...] = ()

    def refuse(self, row: int, code: str, column: str = "", **params: object) -> None:
        """Note that a row is bad."""
        self.problems.append(RowProblem(row, Problem(code, column, params)))

    @property
    def bad_rows(self) -> frozenset[int]:
        """The numbers of the rows that were not taken over."""
        return frozenset(found.row for found in self.problems)


class ImportRefused(DomainError):  # noqa: N818 - reads as a sentence at the raise
    """There are bad rows, and nobody said to skip them. Nothing was changed."""

    def __init__(self, report: Report) -> None:
        super().__init__(f"{len(report.bad_rows)} bad rows")
        self.report = report
