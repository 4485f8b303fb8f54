"""Proposals for programs: searching, reading one, filing one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from flask.typing import ResponseReturnValue

from search_index.documents import FACETS
from search_index.port import FacetCount, Sort
from studio.domain.api_tokens import Scope
from studio.domain.completeness import clean_line
from studio.domain.errors import InvalidInput, NotFound, Problem
from studio.operations import filing
from studio.operations.filing import Filing
from studio.queries.archive import Labels
from studio.queries.asked import Asked
from studio.queries.outlines import outlines
from studio.services import now, work_calendar
from studio.transactions import writing
from views import proposal_page
from views.access import by_token, database, me
from views.api.area import PREFIX, Area
from views.api.schemas import FilingSchema, KeySchema, PageSchema, ProposalSchema, QuestionSchema
from views.api.told import Told, outline, whole
from views.archive_words import label, labels_anew
from views.experience import experience_of_new
from views.presentation import absolute
from views.search import finder

blueprint = Area("api_proposals", __name__, heading="Proposals")
PATH = f"{PREFIX}/proposals"
BY_ID = frozenset({"studio", "unit"})
"""Facets whose values in the index are ids; programs use codes."""
NOBODYS = "?"
"""Before a code that nothing has; so it finds nothing."""
FIELDS = {"kind_code": "kind", "theme_codes": "themes", "submitter_no": "submitter", "shares": "contributors"}
"""What programs call the fields of a filing that the form calls otherwise."""
NUMBER = [{"in": "path", "name": "number", "required": True, "schema": {"type": "string"}, "example": "2026-00042"}]


@blueprint.route("/proposals")
@by_token(Scope.READ)
@blueprint.refuses(422)
@blueprint.arguments(QuestionSchema, location="query")
@blueprint.response(200, PageSchema, description="One page of what the owner of the token may read.")
def search(question: Told) -> Told:
    """Search the archive.

    Finds what the archive's own page finds for the owner of the token, in the same order. New proposals and changes
    show after a second or so.
    """
    labels = _labels(question)
    page, per_page = question["page"], question["per_page"]
    asked = _asked(question, labels)
    answer = finder().page(asked, per_page)
    rows = outlines(database(), me(), [line.row.proposal_id for line in answer.lines])
    return {
        "total": answer.total,
        "page": page,
        "per_page": per_page,
        "items": [outline(rows[line.row.proposal_id]) for line in answer.lines if line.row.proposal_id in rows],
        "links": {
            "next": _address(question, page + 1) if page * per_page < answer.total else None,
            "prev": _address(question, page - 1) if page > 1 else None,
        },
        "facets": _facets(answer.facets, labels) if question["facets"] and answer.by_index else None,
        "meant": answer.meant or None,
    }


@blueprint.route("/proposals/<number>", parameters=NUMBER)
@by_token(Scope.READ)
@blueprint.refuses(404)
@blueprint.response(200, ProposalSchema, description="The proposal, as the owner of the token may see it.")
def show(number: str) -> Told:
    """Read one proposal."""
    page = proposal_page.load(number)
    if page.proposal.number is None:
        raise NotFound
    return whole(page)


@blueprint.route("/proposals", methods=["POST"])
@by_token(Scope.FILE)
@blueprint.refuses(400, 403, 409, 413, 415, 422)
@blueprint.arguments(FilingSchema)
@blueprint.arguments(KeySchema, location="headers")
@blueprint.response(
    201,
    ProposalSchema,
    description="It is filed: it has a number, and somebody owes an answer.",
    headers={"Location": {"description": "Where to read it again.", "schema": {"type": "string"}}},
)
def file(given: Filing, header: Told) -> ResponseReturnValue:
    """File a proposal in the name of the token's owner.

    Send an Idempotency-Key: if no answer comes, send the same once more with the same key, and it is filed once. The
    same rules hold as for the form; photos and other files are added there.
    """
    try:
        number = _filed(given, header.get("key"))
    except InvalidInput as refusal:
        raise InvalidInput([replace(one, field=FIELDS.get(one.field, one.field)) for one in refusal.problems]) from None
    told: Any = whole(proposal_page.load(number))
    return told, 201, {"Location": absolute(f"{PATH}/{number}")}


def _filed(given: Filing, key: str | None) -> str:
    """File it, or find what this key has filed before, and return its number."""
    given = replace(given, filing_key=_own(key))
    known = experience_of_new(given)
    db, at = database(), now()
    with writing(db):
        actor = me()
        saved = filing.save_draft(db, given, actor=actor, at=at)
        if saved.submitted_at is not None and not filing.says_the_same(saved, given):
            raise InvalidInput([Problem("key_used_before", "Idempotency-Key")])
        filing.submit(db, saved, actor=actor, at=at, calendar=work_calendar(), experience=known)
    return saved.number or ""


def _own(key: str | None) -> str | None:
    """Return the key as it is kept: two people may choose the same one, and forms make theirs themselves."""
    return sha256(f"{me().id} {key}".encode()).hexdigest() if key else None


def _labels(question: Told) -> Labels:
    """Return names and codes of facet values, if the question or its answer speaks of any."""
    spoken_of = question["facets"] or any(question[facet] for facet in BY_ID)
    return labels_anew() if spoken_of else Labels({facet: {} for facet in FACETS}, 0)


def _asked(question: Told, labels: Labels) -> Asked:
    chosen = {facet: tuple(_value(facet, code, labels) for code in question[facet]) for facet in FACETS}
    return Asked(
        text=clean_line(question["q"]),
        filters={facet: values for facet, values in chosen.items() if values},
        sort=Sort(question["sort"]) if "sort" in question else None,
        page=question["page"],
    )


def _value(facet: str, code: str, labels: Labels) -> str:
    """Return what the index calls it."""
    if facet not in BY_ID:
        return clean_line(code)
    return next((value for value, known in labels.names[facet].items() if known.code == code), NOBODYS + code)


def _facets(counted: Mapping[str, Sequence[FacetCount]], labels: Labels) -> Told:
    return {facet: [_counted(facet, one, labels) for one in counted.get(facet, ()) if one.count] for facet in FACETS}


def _counted(facet: str, one: FacetCount, labels: Labels) -> Told:
    known = labels.names.get(facet, {}).get(one.value)
    name = label(facet, one.value, labels.names)
    return {"code": known.code if known else one.value, "name": name, "count": one.count}


def _address(question: Told, page: int) -> str:
    said = [(name, value) for name, value in {**question, "page": page}.items() if value not in ("", [], False)]
    return absolute(f"{PATH}?{urlencode([(name, _plain(value)) for name, value in said], doseq=True)}")


def _plain(value: object) -> object:
    return "true" if value is True else value
