"""What an administrator does with web hooks: adding and changing them, switching, trying out, sending again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models import Hook, HookDelivery, HookKind, HookTopic, MailState, Person, Studio, Unit
from studio.domain import hooks as rules
from studio.domain.completeness import clean_line
from studio.domain.errors import InvalidInput, NotFound, Problem
from studio.hooks import news, outbox, robots
from studio.hooks.robots import Answer, Letter, Result
from studio.operations.administration import require_administrator
from studio.settings import LOCALES, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a hook is to be. Without an address a hook that there is keeps its own."""

    name: str
    address: str = ""
    secret: str = ""
    locale: str = "zh_CN"
    topics: frozenset[HookTopic] = frozenset()
    studio_code: str = ""
    unit_code: str = ""


def add(session: Session, kind: HookKind, wanted: Wanted, *, actor: Person, at: datetime) -> Hook:
    """Add a hook, which is off. A program's secret is made here. Raises NotAllowed, and InvalidInput as ``change``."""
    require_administrator(actor)
    made = Hook(kind=kind, made_by=actor, made_at=at, listens_since=at, looked_until=at, active=False)
    problems = [] if wanted.address.strip() else [Problem("hook_address_wrong", "address")]
    _fill(session, made, wanted, problems)
    made.secret = rules.new_secret() if kind is HookKind.SIGNED else made.secret
    session.add(made)
    session.flush()
    return made


def change(session: Session, hook: Hook, wanted: Wanted, *, actor: Person) -> None:
    """Let a hook tell other things, or lead elsewhere; a new address brings its own secret and is untried.

    Raises NotAllowed, and InvalidInput with the codes of ``studio.domain.hooks``, ``hook_topics_missing``,
    ``studio_unknown`` and ``hook_unit_unknown``.
    """
    require_administrator(actor)
    _fill(session, hook, wanted, [])
    session.flush()


def _fill(session: Session, hook: Hook, wanted: Wanted, problems: list[Problem]) -> None:
    name, address, secret = clean_line(wanted.name), wanted.address.strip(), wanted.secret.strip()
    problems = [*problems, *rules.check_name(name), *rules.check_secret(secret)]
    problems += rules.check_address(address) if address else []
    problems += [] if wanted.topics else [Problem("hook_topics_missing", "topics")]
    with session.no_autoflush:
        studio, unit = _studio(session, wanted.studio_code, problems), _unit(session, wanted.unit_code, problems)
    if problems:
        raise InvalidInput(problems)
    hook.name, hook.studio, hook.unit = name, studio, unit
    hook.locale = wanted.locale if wanted.locale in LOCALES else LOCALES[0]
    hook.topics = [topic.value for topic in HookTopic if topic in wanted.topics]
    if address:
        hook.address, hook.tested_at, hook.rests_until = address, None, None
    if hook.kind is not HookKind.SIGNED and (address or secret):
        hook.secret = secret


def _studio(session: Session, code: str, problems: list[Problem]) -> Studio | None:
    found = session.scalars(select(Studio).where(Studio.code == code)).first() if code else None
    if code and found is None:
        problems.append(Problem("studio_unknown", "studio"))
    return found


def _unit(session: Session, code: str, problems: list[Problem]) -> Unit | None:
    found = session.scalars(select(Unit).where(Unit.code == code)).first() if code else None
    if code and found is None:
        problems.append(Problem("hook_unit_unknown", "unit"))
    return found


def switch(session: Session, hook: Hook, *, active: bool, actor: Person, at: datetime) -> None:
    """Switch a hook on: from now on, nothing of before is told. Or off, and what waited is dropped."""
    require_administrator(actor)
    if active and not hook.active:
        hook.listens_since = hook.looked_until = at
        hook.rests_until, hook.failing_since, hook.last_error = None, None, ""
    if not active:
        waiting = (HookDelivery.hook_id == hook.id, HookDelivery.state == MailState.QUEUED)
        session.execute(delete(HookDelivery).where(*waiting))
    hook.active = active


def renew_secret(hook: Hook, *, actor: Person) -> str:
    """Give a program's hook a new secret and return it; the old one signs nothing any more. Raises NotFound."""
    require_administrator(actor)
    if hook.kind is not HookKind.SIGNED:
        raise NotFound
    hook.secret = rules.new_secret()
    return hook.secret


def remove(session: Session, hook: Hook, *, actor: Person) -> None:
    """Forget a hook and what was sent to it."""
    require_administrator(actor)
    session.delete(hook)
    session.flush()


def send_again(session: Session, hook: Hook, delivery_id: int, *, actor: Person, at: datetime) -> None:
    """Put a message that was given up back into the queue, as if new.

    Raises NotAllowed, NotFound, and InvalidInput (``hook_is_off``), because nothing would send it.
    """
    require_administrator(actor)
    message = session.get(HookDelivery, delivery_id)
    if message is None or message.hook_id != hook.id:
        raise NotFound
    if not hook.active:
        raise InvalidInput([Problem("hook_is_off")])
    if message.state is MailState.FAILED:
        message.state, message.attempts, message.created_at, hook.rests_until = MailState.QUEUED, 0, at, None


def trial_letter(hook: Hook, *, actor: Person, at: datetime, settings: Settings) -> Letter:
    """Return a test message, to be sent by ``studio.hooks.wire`` outside of any transaction."""
    require_administrator(actor)
    target = outbox.target_of(hook)
    told = news.trial(locale=target.locale, at=at, settings=settings)
    return robots.letter(target, told, message_id=f"msg_trial_{hook.id}_{at:%Y%m%d%H%M%S}", at=at)


def note_trial(hook: Hook, result: Result, *, actor: Person, at: datetime) -> None:
    """Remember that a test message arrived: the hook works, and what waits may go at once."""
    require_administrator(actor)
    if result.answer is Answer.SENT:
        hook.tested_at, hook.failing_since, hook.last_error, hook.rests_until = at, None, "", at + outbox.SPACING
