"""What a filing says, and the check that turns its codes and numbers into records."""

from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Call, Kind, Machine, Person, Proposal, Role, Theme
from studio.domain import completeness, shares
from studio.domain.completeness import ProposalTexts, clean_line, clean_text
from studio.domain.errors import InvalidInput, Problem
from studio.queries import calls, machines, staff_numbers

PHONE_LIMIT = 40
MONEY_LIMIT = Decimal(10) ** 11
"""In yuan; more is a slip of the finger."""


@dataclass(frozen=True, slots=True)
class Share:
    """One contributor's part in per cent."""

    employee_no: str
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """What the form says. Money is in yuan, a year's for the benefit.

    Without ``shares`` everything belongs to the submitter, or stays as the draft has it. ``submitter_no`` is filled
    when a team leader files for somebody. ``filing_key`` is made by the form and names this one filing. ``call_code``
    says which call it answers; one that nobody knows says nothing.
    """

    title: str = ""
    problem: str = ""
    measure: str = ""
    effect: str = ""
    kind_code: str | None = None
    theme_codes: tuple[str, ...] = ()
    location: str = ""
    call_code: str = ""
    already_done: bool = False
    confidential: bool = False
    anonymous: bool = False
    claimed_benefit: Decimal | None = None
    cost: Decimal | None = None
    prospects: str = ""
    contact_phone: str = ""
    shares: tuple[Share, ...] = ()
    filing_key: str | None = None
    submitter_no: str = ""


@dataclass(frozen=True, slots=True)
class FilingFacts:
    """A filing with its codes and numbers turned into records."""

    texts: ProposalTexts
    submitter: Person
    kind: Kind | None
    themes: list[Theme]
    machine: Machine | None
    call: Call | None
    contributors: list[tuple[Person, int]]
    claimed_benefit: Decimal | None
    cost: Decimal | None


def checked(session: Session, filing: Filing, actor: Person) -> FilingFacts:
    """Return the facts of a filing. Raises InvalidInput with everything that is wrong, not only the first."""
    problems: list[Problem] = []
    texts = texts_of(filing)
    problems += completeness.check_draft(texts)
    submitter = _submitter(session, filing, actor, problems)
    facts = FilingFacts(
        texts=texts,
        submitter=submitter,
        kind=_kind(session, filing, problems),
        themes=_themes(session, filing, problems),
        machine=machines.named_in(session, texts.location),
        call=calls.by_code(session, filing.call_code) if filing.call_code else None,
        contributors=_contributors(session, filing, problems),
        claimed_benefit=_money(filing.claimed_benefit, "claimed_benefit", problems),
        cost=_money(filing.cost, "cost", problems),
    )
    problems += completeness.too_long(clean_line(filing.contact_phone), "contact_phone", PHONE_LIMIT)
    if problems:
        raise InvalidInput(problems)
    return facts


def texts_of(source: Filing | Proposal) -> ProposalTexts:
    """Return the texts cleaned; a title that was left empty stays so until the proposal is submitted."""
    return ProposalTexts(
        title=clean_line(source.title),
        problem=clean_text(source.problem),
        measure=clean_text(source.measure),
        effect=clean_text(source.effect),
        location=clean_line(source.location),
        prospects=clean_text(source.prospects),
    )


def _submitter(session: Session, filing: Filing, actor: Person, problems: list[Problem]) -> Person:
    number = staff_numbers.as_typed(filing.submitter_no)
    if number in {"", actor.employee_no}:
        return actor
    person = staff_numbers.owners(session, [number]).get(number)
    if person is None:
        problems.append(Problem("person_unknown", "submitter_no", {"number": number}))
    elif not person.active:
        problems.append(Problem("person_inactive", "submitter_no", {"number": number, "name": person.name}))
    elif not actor.has_role(Role.TEAM_LEADER, person.unit):
        problems.append(Problem("not_your_team", "submitter_no", {"number": number}))
    return person or actor


def _kind(session: Session, filing: Filing, problems: list[Problem]) -> Kind | None:
    if not filing.kind_code:
        return None
    kind = session.scalars(select(Kind).where(Kind.code == clean_line(filing.kind_code), Kind.active)).one_or_none()
    if kind is None:
        problems.append(Problem("kind_unknown", "kind_code", {"code": filing.kind_code}))
    return kind


def _themes(session: Session, filing: Filing, problems: list[Problem]) -> list[Theme]:
    codes = {clean_line(code) for code in filing.theme_codes}
    if not codes:
        return []
    themes = list(session.scalars(select(Theme).where(Theme.code.in_(codes), Theme.active).order_by(Theme.position)))
    unknown = sorted(codes - {theme.code for theme in themes})
    problems += [Problem("theme_unknown", "theme_codes", {"code": code}) for code in unknown]
    return themes


def _contributors(session: Session, filing: Filing, problems: list[Problem]) -> list[tuple[Person, int]]:
    """Return who shares in it. A draft may still be short of 100 per cent; who and how much must make sense."""
    given = [shares.Share(staff_numbers.as_typed(share.employee_no), share.percent) for share in filing.shares]
    found = staff_numbers.owners(session, [str(share.person) for share in given])
    row_by_row = [
        p for p in shares.check_shares(given, submitter=None) if p.code in {"share_out_of_range", "person_twice"}
    ]
    problems += [replace(problem, field="shares") for problem in row_by_row]
    for number in dict.fromkeys(str(share.person) for share in given):
        person = found.get(number)
        if person is None:
            problems.append(Problem("person_unknown", "shares", {"number": number}))
        elif not person.active:
            problems.append(Problem("person_inactive", "shares", {"number": number, "name": person.name}))
    return [(found[str(share.person)], share.percent) for share in given if str(share.person) in found]


def _money(amount: Decimal | None, field: str, problems: list[Problem]) -> Decimal | None:
    if amount is None:
        return None
    if not amount.is_finite() or amount < 0:
        problems.append(Problem("money_negative", field))
    elif amount >= MONEY_LIMIT:
        problems.append(Problem("money_too_large", field))
    else:
        return amount.quantize(Decimal("0.01"))
    return None
