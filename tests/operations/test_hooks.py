"""What an administrator does with web hooks."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Hook, HookDelivery, HookKind, HookTopic, MailState
from studio.domain.errors import InvalidInput, NotAllowed, NotFound
from studio.hooks.robots import Answer, Result
from studio.operations import hooks
from studio.operations.hooks import Wanted
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.hooks import SECRET_ADDRESS, hook
from tests.factories.world import World

pytestmark = on_both_databases
WANTED = Wanted(name="群", address=SECRET_ADDRESS, topics=frozenset({HookTopic.FILED}))


def only(session: Session) -> Hook:
    session.expire_all()
    return session.scalars(select(Hook)).one()


def test_a_new_hook_is_off_and_a_program_s_has_a_secret(session: Session, world: World):
    robot, program = hook(session, world), hook(session, world, kind=HookKind.SIGNED, secret="ours-is-better")
    assert (robot.active, program.active) == (False, False)
    assert robot.secret == ""
    assert program.secret.startswith("whsec_")


@pytest.mark.parametrize("person", ["coordinator", "lead", "worker", "finance"])
def test_only_administrators_keep_them(session: Session, world: World, person: str):
    made, actor = hook(session, world), getattr(world, person)
    acts = (
        lambda: hooks.add(session, HookKind.WECOM, WANTED, actor=actor, at=world.at),
        lambda: hooks.change(session, made, WANTED, actor=actor),
        lambda: hooks.switch(session, made, active=True, actor=actor, at=world.at),
        lambda: hooks.renew_secret(made, actor=actor),
        lambda: hooks.remove(session, made, actor=actor),
        lambda: hooks.send_again(session, made, 1, actor=actor, at=world.at),
        lambda: hooks.note_trial(made, Result(Answer.SENT), actor=actor, at=world.at),
    )
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    assert not made.active


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "长" * 61}, "name"),
        ({"address": "ftp://x"}, "address"),
        ({"address": ""}, "address"),
        ({"secret": "a b"}, "secret"),
        ({"topics": frozenset()}, "topics"),
        ({"studio_code": "S-NONE"}, "studio"),
        ({"unit_code": "NONE"}, "unit"),
    ],
)
def test_what_cannot_work_is_said_at_its_field(session: Session, world: World, facts, field: str):
    with pytest.raises(InvalidInput) as refused:
        hook(session, world, **facts)
    assert [problem.field for problem in refused.value.problems] == [field]
    assert session.scalars(select(Hook)).all() == []


def test_without_a_new_address_it_keeps_its_own_and_a_new_one_brings_its_secret(session: Session, world: World):
    made = hook(session, world, kind=HookKind.DINGTALK, secret="SECold")
    with writing(session):
        hooks.note_trial(made, Result(Answer.SENT), actor=world.admin, at=world.at)
        hooks.change(session, made, Wanted(name="新名", topics=WANTED.topics), actor=world.admin)
    kept = only(session)
    assert (kept.name, kept.address, kept.secret, kept.tested_at) == ("新名", SECRET_ADDRESS, "SECold", world.at)
    with writing(session):
        hooks.change(
            session, only(session), Wanted(name="新名", secret="SECnew", topics=WANTED.topics), actor=world.admin
        )
    assert only(session).secret == "SECnew"
    with writing(session):
        hooks.change(session, made, Wanted(name="新名", address="https://x/y", topics=WANTED.topics), actor=world.admin)
    assert (only(session).address, only(session).secret, only(session).tested_at) == ("https://x/y", "", None)


def test_a_program_s_secret_is_renewed_and_a_robot_s_is_not(session: Session, world: World):
    robot, program = hook(session, world), hook(session, world, kind=HookKind.SIGNED)
    before = program.secret
    assert hooks.renew_secret(program, actor=world.admin) == program.secret != before
    with pytest.raises(NotFound):
        hooks.renew_secret(robot, actor=world.admin)


def test_what_was_given_up_waits_again_only_while_the_hook_is_on(session: Session, world: World):
    made, other = hook(session, world), hook(session, world)
    with writing(session):
        lost = HookDelivery(
            hook_id=made.id, message_id="msg_1", state=MailState.FAILED, attempts=9, created_at=world.at
        )
        session.add(lost)
    with pytest.raises(InvalidInput):
        hooks.send_again(session, made, lost.id, actor=world.admin, at=world.at)
    with pytest.raises(NotFound):
        hooks.send_again(session, other, lost.id, actor=world.admin, at=world.at)
    with writing(session):
        hooks.switch(session, made, active=True, actor=world.admin, at=world.at)
        hooks.send_again(session, made, lost.id, actor=world.admin, at=world.at)
    assert (lost.state, lost.attempts) == (MailState.QUEUED, 0)
    with writing(session):
        hooks.remove(session, made, actor=world.admin)
    assert session.scalars(select(HookDelivery)).all() == []
