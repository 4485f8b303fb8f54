"""What goes in and out of the API, field by field. The descriptions here are the ones that ``openapi.json`` shows.

A schema only checks shape. Its messages are codes of ``studio.wording.problems`` with their numbers; what a rule says
about the words inside comes from below, as it does for the pages.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import Schema, fields, post_load
from marshmallow.validate import Length, OneOf, Range, Regexp, Validator

from models import Outcome, ProposalState, StudioKind, StudioLevel, UnitLevel
from search_index.port import Sort
from studio.domain.api_tokens import Scope
from studio.domain.completeness import QUESTIONS, TEXT_LIMIT, TITLE_LIMIT
from studio.operations.filing import Filing, Share
from studio.operations.filing_facts import PHONE_LIMIT
from studio.queries.asked import FURTHEST_PAGE, LONGEST_QUERY, LONGEST_VALUE, MOST_VALUES
from studio.queries.staff_numbers import LONGEST as LONGEST_NUMBER
from views.forms.filing import MOST_PEOPLE

MOST_PER_PAGE = 100
USUAL_PER_PAGE = 20
MONEY = r"^[0-9]{1,11}(\.[0-9]{1,2})?$(?!\n)"
"""Yuan, below what ``studio.operations.filing_facts`` takes for a slip of the finger."""
MONEY_SHOWN = "12800.00"
KEY = r"^[!-~]{1,200}$(?!\n)"
MOMENT = "2026-11-20T07:46:00+08:00"

Meaning = Mapping[str, Any]


class Strict(Schema):
    """Comes from outside."""

    error_messages = {"unknown": "field_unknown"}  # noqa: RUF012 - marshmallow reads this attribute by name


class Count(fields.Integer):
    """A whole number in an address: ASCII digits and nothing else."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **facts: Any) -> int:  # noqa: ANN401, ARG002 - marshmallow's signature
        if not (isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= len("999999")):
            raise self.make_error("invalid", input=value)
        return int(value)


class Switch(fields.Boolean):
    """``true`` or ``false`` in an address."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **facts: Any) -> bool:  # noqa: ANN401, ARG002 - marshmallow's signature
        if value not in {"true", "false"}:
            raise self.make_error("invalid", input=value)
        return bool(value == "true")


class Flag(fields.Boolean):
    """``true`` or ``false`` in JSON; 1 and "yes" are neither."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **facts: Any) -> bool:  # noqa: ANN401, ARG002 - marshmallow's signature
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


def means(description: str, example: object = None, **more: object) -> Meaning:
    """Return how a field is described."""
    return {"description": description, **more, **({} if example is None else {"examples": [example]})}


def at_most(limit: int) -> Length:
    """Return the check of a text's length."""
    return Length(max=limit, error="text_too_long limit={max}")


def _text(description: str, example: str | None = None, **more: Any) -> fields.String:  # noqa: ANN401 - options of a field
    return fields.String(required=True, metadata=means(description, example), **more)


def _moment(description: str) -> fields.String:
    return fields.String(required=True, allow_none=True, metadata=means(description, MOMENT, format="date-time"))


def _yuan(description: str) -> fields.String:
    return fields.String(required=True, allow_none=True, metadata=means(description, MONEY_SHOWN))


def _flag(description: str) -> fields.Boolean:
    return fields.Boolean(required=True, metadata=means(description))


def _one(schema: type[Schema], description: str, **more: Any) -> fields.Nested:  # noqa: ANN401 - options of a field
    return fields.Nested(schema, required=True, metadata=means(description), **more)


def _many(schema: type[Schema], description: str) -> fields.List[Any]:
    return fields.List(fields.Nested(schema), required=True, metadata=means(description))


class ErrorSchema(Schema):
    """One thing that is wrong."""

    field = fields.String(metadata=means("The field or parameter, with dots into lists and objects.", "problem"))
    code = _text("What is wrong, for a program; stable.", "problem_missing")
    detail = _text("What is wrong, for a person.", "One sentence to go: say what is wrong now.")


class ProblemSchema(Schema):
    """A refusal, as in RFC 9457."""

    type = _text("What kind of refusal it is; stable.", "urn:innovation-studio:problem:invalid")
    title = _text("The same in words.", "That does not fit yet")
    status = fields.Integer(required=True, metadata=means("The HTTP status once more.", 422))
    detail = _text("What happened and what to do.")
    errors = fields.List(fields.Nested(ErrorSchema), metadata=means("Each thing that is wrong, if there are several."))


class CodedSchema(Schema):
    """Something of a list: its stable code and its name in the reader's language."""

    code = _text("Stable, for programs.")
    name = _text("In the language of the request.")


class PersonSchema(Schema):
    """Somebody. Who may not be known to you has no staff number, and is called what he is, such as “The author”."""

    employee_no = fields.String(
        required=True, allow_none=True, metadata=means("Staff number; text, for it may begin with zeros.", "009233")
    )
    name = _text("In the language of the request where it is known in it.")


class OutlineSchema(Schema):
    """The facts of a proposal."""

    number = _text("Never changes.", "2026-00042")
    page = _text("The address where people read it.", "https://ideas.example.com/proposals/2026-00042")
    title = _text("What its author calls it.", "Trolley for roll changes")
    state = _one(CodedSchema, f"Where it stands: {', '.join(ProposalState)}.")
    kind = _one(CodedSchema, "A code of /kinds; null: nobody chose one.", allow_none=True)
    themes = _many(CodedSchema, "What it improves; codes of /themes.")
    studio = _one(CodedSchema, "Who has it or judged it; a code of /studios. Null: the team leader, or nobody yet.",
                  allow_none=True)  # fmt: skip
    unit = _one(CodedSchema, "Where its author works; a code of /units. Null: unknown, or not for you to know.",
                allow_none=True)  # fmt: skip
    submitter = _one(PersonSchema, "Whose it is.", allow_none=True)
    location = _text("Place or machine.")
    already_done = _flag("Whether it was done already when it was filed.")
    confidential = _flag("Whether only a few may read it.")
    claimed_benefit = _yuan("What its author says that it saves in a year, in yuan.")
    checked_benefit = _yuan("What finance has confirmed, in yuan a year.")
    filed_at = _moment("When it was filed.")
    answered_at = _moment("When its author got the first answer.")
    decided_at = _moment("When it was decided.")
    implemented_at = _moment("When it was said to be done.")
    verified_at = _moment("When somebody else had seen it working.")


class ContributorSchema(Schema):
    """Somebody who shares in it."""

    person = _one(PersonSchema, "Who.")
    share = fields.Integer(required=True, metadata=means("Per cent; those of one proposal make 100.", 60))


class PromiseSchema(Schema):
    """What is owed next."""

    what = _text("A first answer, or the decision.", "answer", validate=OneOf(["answer", "decision"]))
    by = _one(PersonSchema, "Who owes it, if that is known.", allow_none=True)
    due_at = _moment("By when. The clock stands while the author is asked for more.")


class DecisionSchema(Schema):
    """The answer that holds."""

    outcome = _one(CodedSchema, f"What it says: {', '.join(Outcome)}.")
    reason = _text("Why, in the words of whoever decided.")
    decided_at = _moment("When.")


class ProposalSchema(OutlineSchema):
    """A proposal with its words, who shares in it, and how it stands."""

    problem = _text("What is wrong now.")
    measure = _text("What is to be changed.")
    effect = _text("What good it does.")
    prospects = _text("Where else it could be used.")
    cost = _yuan("What it costs, in yuan.")
    names_hidden = _flag("Whether its authors and their unit are not for you to know.")
    contributors = _many(ContributorSchema, "Who shares in it; empty where names are hidden.")
    why = _text("Why it is where it is, in a sentence; empty where nobody wrote it down.")
    promise = _one(PromiseSchema, "Who owes what by when; null once it is decided.", allow_none=True)
    decision = _one(DecisionSchema, "The answer that holds, if there is one.", allow_none=True)
    legacy_key = fields.String(required=True, allow_none=True, metadata=means("Its number in an older archive."))


class FacetSchema(CodedSchema):
    """One value to narrow down by."""

    count = fields.Integer(required=True, metadata=means("What would be found with it."))


class FacetsSchema(Schema):
    """Values to narrow down by, the most frequent first. Send a code back as the parameter of the same name."""

    state = _many(FacetSchema, "Where they stand.")
    studio = _many(FacetSchema, "Who has them.")
    kind = _many(FacetSchema, "Kinds.")
    theme = _many(FacetSchema, "What they improve.")
    unit = _many(FacetSchema, "Where they come from; a unit counts all below it.")
    year = _many(FacetSchema, "When their numbers were given.")


class LinksSchema(Schema):
    """Other pages of the same list."""

    next = fields.String(required=True, allow_none=True, metadata=means("Null on the last page."))
    prev = fields.String(required=True, allow_none=True, metadata=means("Null on the first page."))


class PageSchema(Schema):
    """One page of what was found."""

    total = fields.Integer(required=True, metadata=means("How many there are in all."))
    page = fields.Integer(required=True)
    per_page = fields.Integer(required=True)
    items = _many(OutlineSchema, "Empty past the end.")
    links = _one(LinksSchema, "Where to go on.")
    facets = _one(FacetsSchema, "Null if not asked for, or while the index is away.", allow_none=True)
    meant = fields.String(
        required=True, allow_none=True, metadata=means("Another spelling of q, if only that was found.")
    )


def _choices(description: str, *checks: Validator) -> fields.List[str]:
    each = fields.String(validate=[*checks, at_most(LONGEST_VALUE)])
    return fields.List(each, load_default=[], validate=Length(max=MOST_VALUES), metadata=means(description))


class QuestionSchema(Strict):
    """What is asked of the archive. A parameter given several times takes any of its values."""

    q = fields.String(
        load_default="",
        validate=at_most(LONGEST_QUERY),
        metadata=means("Words, as in the search box: “just so”, -without, title:…, filed:2026-03..2026-06.", "天车"),
    )
    state = _choices("Where it stands.", OneOf(list(ProposalState)))
    studio = _choices("A code of /studios.")
    kind = _choices("A code of /kinds.")
    theme = _choices("A code of /themes.")
    unit = _choices("A code of /units; it takes all below it too.")
    year = _choices("The year of its number.", Regexp(r"^[0-9]{4}$(?!\n)"))
    sort = fields.String(
        validate=OneOf(list(Sort)),
        metadata=means("Without it: by relevance if there are words, else the newest first."),
    )
    page = Count(load_default=1, validate=Range(1, FURTHEST_PAGE), metadata=means("From 1."))
    per_page = Count(load_default=USUAL_PER_PAGE, validate=Range(1, MOST_PER_PAGE))
    facets = Switch(load_default=False, metadata=means("Count the values to narrow down by."))


class KeySchema(Strict):
    """What tells one filing from another."""

    key = fields.String(
        data_key="Idempotency-Key",
        validate=Regexp(KEY),
        metadata=means("Your own name for this filing. The same one sent again files nothing anew.", "mes-7f3a-0001"),
    )


class ShareSchema(Strict):
    """What somebody gets of it."""

    employee_no = fields.String(
        required=True,
        error_messages={"required": "field_missing"},
        validate=at_most(LONGEST_NUMBER),
        metadata=means("Whose.", "009234"),
    )
    share = fields.Integer(
        required=True,
        strict=True,
        error_messages={"required": "field_missing"},
        validate=Range(1, 100),
        metadata=means("Per cent; all together make 100.", 40),
    )

    @post_load
    def make(self, given: dict[str, Any], **_facts: object) -> Share:
        """Return it as the operation takes it."""
        return Share(given["employee_no"], given["share"])


def _answer_to(question: str, description: str, example: str) -> fields.String:
    return fields.String(
        required=True,
        validate=[Length(min=1, error=f"{question}_missing"), at_most(TEXT_LIMIT)],
        error_messages={"required": f"{question}_missing"},
        metadata=means(description, example),
    )


def _more(limit: int, description: str) -> fields.String:
    return fields.String(load_default="", validate=at_most(limit), metadata=means(description))


def _amount(description: str) -> fields.String:
    return fields.String(
        load_default=None,
        allow_none=True,
        validate=Regexp(MONEY, error="money_unreadable"),
        metadata=means(description, MONEY_SHOWN),
    )


class FilingSchema(Strict):
    """A proposal to be filed. It is complete with a problem, a measure and an effect."""

    title = _more(TITLE_LIMIT, "Without one it is made from the problem.")
    problem = _answer_to(QUESTIONS[0], "What is wrong now?", "The cover of pit 3 stands up by three centimetres.")
    measure = _answer_to(QUESTIONS[1], "What would you change?", "Fold its edge anew and fix four angles.")
    effect = _answer_to(QUESTIONS[2], "What good will it do?", "Nobody trips over it.")
    kind = fields.String(
        load_default=None, allow_none=True, attribute="kind_code", validate=at_most(LONGEST_VALUE),
        metadata=means("A code of /kinds.", "suggestion"),
    )  # fmt: skip
    themes = fields.List(
        fields.String(validate=at_most(LONGEST_VALUE)), load_default=[], attribute="theme_codes",
        validate=Length(max=MOST_VALUES), metadata=means("Codes of /themes; an urgent one has the fast answer clock."),
    )  # fmt: skip
    location = _more(TEXT_LIMIT, "Place or machine.")
    already_done = Flag(load_default=False, metadata=means("Whether it is done already."))
    confidential = Flag(load_default=False, metadata=means("Whether only a few may read it."))
    anonymous = Flag(load_default=False, metadata=means("Whether names stay hidden until the author shows them."))
    claimed_benefit = _amount("What it saves in a year, in yuan.")
    cost = _amount("What it costs, in yuan.")
    prospects = _more(TEXT_LIMIT, "Where else it could be used.")
    contact_phone = _more(PHONE_LIMIT, "For questions; seen by those who judge it.")
    submitter = fields.String(
        load_default="", attribute="submitter_no", validate=at_most(LONGEST_NUMBER),
        metadata=means("Staff number of whom a team leader files for. Without it: the token's owner."),
    )  # fmt: skip
    contributors = fields.List(
        fields.Nested(ShareSchema), load_default=[], attribute="shares", validate=Length(max=MOST_PEOPLE),
        metadata=means("Who shares in it, the submitter too. Without any it is the submitter's alone."),
    )  # fmt: skip

    @post_load
    def make(self, given: dict[str, Any], **_facts: object) -> Filing:
        """Return it as the operation takes it."""
        lists = {name: tuple(given[name]) for name in ("theme_codes", "shares")}
        money = {name: Decimal(given[name]) if given[name] else None for name in ("claimed_benefit", "cost")}
        return Filing(**{**given, **lists, **money})


class TokenSchema(Schema):
    """The token of the request."""

    name = _text("As its owner called it.", "MES line 3")
    scopes = fields.List(fields.String(validate=OneOf(list(Scope))), required=True, metadata=means("What it may do."))
    expires_at = _moment("When it ends.")


class MeSchema(PersonSchema):
    """Who the token acts for."""

    unit = _one(CodedSchema, "Where he works.")
    token = _one(TokenSchema, "The token itself.")


class KindSchema(CodedSchema):
    """A kind of proposal that can be chosen."""

    gloss = _text("What belongs to it.")


class ThemeSchema(CodedSchema):
    """Something to improve that can be chosen."""

    urgent = _flag("Whether it has the fast answer clock.")


class StudioSchema(CodedSchema):
    """An innovation studio."""

    kind = _text("Which of the four platforms it is.", validate=OneOf(list(StudioKind)))
    level = _text("Who recognised it.", validate=OneOf(list(StudioLevel)))
    unit = _text("The code of its unit.")
    active = _flag("Whether it takes proposals.")


class UnitSchema(CodedSchema):
    """A part of the firm."""

    level = _text("How high it stands.", validate=OneOf(list(UnitLevel)))
    parent = fields.String(required=True, allow_none=True, metadata=means("The code of the unit above it."))


def listed(schema: type[Schema], name: str) -> type[Schema]:
    """Return the schema of a whole list."""
    return type(f"{name}Schema", (Schema,), {"items": _many(schema, "All of them, in the firm's order.")})
