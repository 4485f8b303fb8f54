"""What became of attached documents, in the reader's language."""

from models import Unreadable
from studio.wording.language import gettext, lazy_gettext

REASONS = {
    None: lazy_gettext("no text in it, perhaps only pictures: the search finds nothing there"),
    Unreadable.LOCKED: lazy_gettext("locked by a password: the search finds nothing in it"),
    Unreadable.BROKEN: lazy_gettext("damaged: please see whether it still opens"),
}


def why_not_searchable(reason: Unreadable | None) -> str:
    """Return why the search finds nothing in a document; without a reason there is no text in it."""
    return str(REASONS.get(reason) or gettext("its text could not be read: the search finds nothing in it"))
