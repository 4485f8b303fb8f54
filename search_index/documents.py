"""The only place that says what of a proposal is searchable, by what it can be filtered, and who may find it."""

from collections.abc import Iterable, Sequence
from itertools import chain

from models import AttachmentRole, CommentVisibility, Person, Proposal, Role
from search_index.port import SearchDocument

EVERYBODY = "all"
ANY_COORDINATOR = "coordinator:any"
"""Legacy rows without a unit belong to every coordinator."""

FACETS = ("studio", "kind", "theme", "state", "unit", "year")
"""What hits are filtered and counted by: ids of studios and units, codes of kinds and themes, states, years."""

MOST_OF_FILES = 20_000
"""Characters that the files of one proposal may add to the index, so that it stays small enough to be quick."""


def document_of(proposal: Proposal) -> SearchDocument | None:
    """Return what the index keeps of ``proposal``; None for a draft or what never got further, nobody's to find."""
    if proposal.number is None or proposal.submitted_at is None:
        return None
    money = proposal.checked_benefit if proposal.checked_benefit is not None else proposal.claimed_benefit
    place = "\n".join(_place(proposal))
    shown = (proposal.problem, proposal.measure, proposal.effect, proposal.prospects, place)
    return SearchDocument(
        proposal_id=proposal.id,
        revision=proposal.revision,
        number=proposal.number,
        title=proposal.title,
        body="\n".join(text for text in shown if text),
        names="\n".join(filter(None, _names(proposal))),
        place=place,
        more="\n".join(filter(None, chain(_said_of_it(proposal), _said_in_files(proposal)))),
        audience=_audience(proposal),
        facets=_facets(proposal, year=proposal.number[:4]),
        filed_at=proposal.submitted_at,
        benefit=int(money or 0),
        score=int(10 * next((held.score for held in proposal.decisions if not held.superseded_at and held.score), 0)),
    )


def audience_of(person: Person) -> frozenset[str]:
    """Return the reader's tokens. ``studio.queries.visibility.visible_to`` says the same in SQL."""
    coordinated = [grant.unit_id for grant in person.grants if grant.role is Role.COORDINATOR]
    return frozenset(
        {
            EVERYBODY,
            f"person:{person.id}",
            *(f"studio:{studio_id}" for studio_id in person.studio_ids()),
            *(f"coordinator:{unit_id}" for unit_id in coordinated),
            *([ANY_COORDINATOR] if coordinated else []),
        }
    )


def _audience(proposal: Proposal) -> frozenset[str]:
    if not proposal.confidential:
        return frozenset({EVERYBODY})
    people = proposal.author_ids | ({proposal.filed_by_id, proposal.team_leader_id} - {None})
    tokens = {f"person:{person_id}" for person_id in people}
    if proposal.opinion is not None:
        tokens.add(f"studio:{proposal.opinion.studio_id}")
    if proposal.studio_id is not None:
        tokens.add(f"studio:{proposal.studio_id}")
    if proposal.unit is None:
        tokens.add(ANY_COORDINATOR)
    else:
        tokens.update(f"coordinator:{unit_id}" for unit_id in proposal.unit.ancestor_ids)
    return frozenset(tokens)


def _place(proposal: Proposal) -> Iterable[str]:
    """Return where it is: in the author's words, and what of the machine's code and names these leave out."""
    yield from filter(None, [proposal.location])
    if proposal.machine is not None:
        machine, said = proposal.machine, proposal.location.casefold()
        called = (machine.code, machine.name_zh, machine.name_en)
        yield from (name for name in called if name and name.casefold() not in said)


def _names(proposal: Proposal) -> Iterable[str | None]:
    if not proposal.conceals_names:
        yield from _author_names(proposal)
    if proposal.studio is not None:
        yield from (proposal.studio.name_zh, proposal.studio.name_en)
    yield from (proposal.studio_text, proposal.legacy_key)


def _author_names(proposal: Proposal) -> Iterable[str | None]:
    people = chain([proposal.submitter], (contributor.person for contributor in proposal.contributors))
    known = {person.id: person for person in people if person is not None}
    for person in known.values():
        yield from (person.name, person.name_en, person.employee_no)
    yield proposal.submitter_text
    yield from (contributor.name_text for contributor in proposal.contributors)


def _said_of_it(proposal: Proposal) -> Iterable[str]:
    """Return what all who may read the proposal can read below it: the reasons that hold, and comments; no notes."""
    for decision in proposal.decisions:
        if decision.superseded_at is None:
            yield from (decision.reason, decision.remedy)
    yield from (said.body for said in proposal.comments if said.visibility is CommentVisibility.COMMENT)


def _said_in_files(proposal: Proposal) -> Iterable[str]:
    """Return the names of its files and what they say; nothing while names are hidden.

    Whoever opens a file may come upon a name in it; but searching for the name would find all that somebody filed
    without it. The names of photos stand on no page.
    """
    if proposal.conceals_names:
        return
    photos = (AttachmentRole.BEFORE, AttachmentRole.AFTER)
    yield from (attachment.filename for attachment in proposal.attachments if attachment.role not in photos)
    read = {one.file_text.sha256: one.file_text.text for one in proposal.attachments if one.file_text is not None}
    yield from shares_of(list(read.values()), MOST_OF_FILES)


def shares_of(texts: Sequence[str], room: int) -> list[str]:
    """Return the texts, each cut so that together they fit: the short ones whole, the long ones to the same length."""
    longest = room
    for left, length in zip(range(len(texts), 0, -1), sorted(map(len, texts)), strict=True):
        longest = room // left
        if length > longest:
            break
        room -= length
    return [text[:longest] for text in texts]


def _facets(proposal: Proposal, *, year: str) -> dict[str, frozenset[str]]:
    """A hidden unit is left out: filtering by it, or counting, would find it out."""
    unit_ids = proposal.unit.ancestor_ids if proposal.unit is not None and not proposal.conceals_names else ()
    return {
        "studio": frozenset([str(proposal.studio_id)] if proposal.studio_id is not None else []),
        "kind": frozenset([proposal.kind.code] if proposal.kind is not None else []),
        "theme": frozenset(theme.code for theme in proposal.themes),
        "state": frozenset([proposal.state.value]),
        "unit": frozenset(str(unit_id) for unit_id in unit_ids),
        "year": frozenset([year]),
    }
