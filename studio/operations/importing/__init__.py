"""Taking over what a firm has in spreadsheets and old archives: units, people, studios, rules, machines and proposals.

Every import first reads the whole file and looks at each row; only then is anything written. Bad rows are reported
with their number, and unless the caller skips them nothing is written at all. A second run changes nothing.
"""

from studio.operations.importing.machines import import_machines
from studio.operations.importing.people import import_people
from studio.operations.importing.progress import Progress
from studio.operations.importing.proposals import import_proposals
from studio.operations.importing.report import ImportRefused, Report, RowProblem
from studio.operations.importing.rules import import_rules
from studio.operations.importing.studios import import_studios
from studio.operations.importing.units import import_units

__all__ = [
    "ImportRefused",
    "Progress",
    "Report",
    "RowProblem",
    "import_machines",
    "import_people",
    "import_proposals",
    "import_rules",
    "import_studios",
    "import_units",
]
