from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from models import EndedSession, Role, SignInAttempt, Unit
from studio.domain.errors import InvalidInput, NotAllowed, TooMany
from studio.operations import accounts
from studio.operations.accounts import SignInLimits
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.world import PASSWORD

pytestmark = on_both_databases
LIMITS = SignInLimits(per_account=3, per_address=6)


@pytest.fixture
def worker(session, world):
    with writing(session):
        world.worker.password_hash = accounts.hash_password(PASSWORD)
    return world.worker


def try_it(session, world, *, number="000101", password=PASSWORD, address="10.0.0.1", minutes=0.0):
    return accounts.sign_in(
        session,
        employee_no=number,
        password=password,
        address=address,
        at=world.at + timedelta(minutes=minutes),
        limits=LIMITS,
    )


def refused(error):
    return [(problem.code, problem.field) for problem in error.value.problems]


class TestSignIn:
    def test_number_and_password_open_the_door(self, session, world, worker):
        assert try_it(session, world) == worker
        (attempt,) = session.scalars(select(SignInAttempt))
        assert (attempt.employee_no, attempt.address, attempt.succeeded) == ("000101", "10.0.0.1", True)

    def test_the_number_may_be_typed_full_width(self, session, world, worker):
        assert try_it(session, world, number=" ０００１０１") == worker

    @pytest.mark.parametrize("password", ["", "wrong", "x" * 100_000, "\x00", "\ud800", PASSWORD.upper()])
    def test_a_wrong_password_does_not(self, session, world, worker, password):
        assert try_it(session, world, password=password) is None
        assert [attempt.succeeded for attempt in session.scalars(select(SignInAttempt))] == [False]

    @pytest.mark.parametrize("number", ["", "101", "999999", "\x00", "0" * 5000, "' OR 1=1 --"])
    def test_nobody_has_no_door(self, session, world, worker, number):
        assert try_it(session, world, number=number) is None

    def test_who_has_left_or_never_had_a_password_stays_outside(self, session, world, worker):
        assert try_it(session, world, number="000102", password="") is None
        with writing(session):
            worker.active = False
        assert try_it(session, world) is None

    def test_an_old_hash_is_renewed(self, session, world, worker):
        with writing(session):
            worker.password_hash = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
        old = worker.password_hash
        assert try_it(session, world) == worker
        assert worker.password_hash != old
        assert try_it(session, world) == worker


class TestThrottling:
    def test_an_account_must_wait_after_too_many_failures(self, session, world, worker):
        for minute in range(3):
            assert try_it(session, world, password="wrong", minutes=minute, address=f"10.0.0.{minute}") is None
        with pytest.raises(TooMany) as error:
            try_it(session, world, minutes=5)
        assert error.value.retry_after == 600
        assert try_it(session, world, minutes=15.1) == worker

    def test_being_refused_does_not_lengthen_the_wait(self, session, world, worker):
        for _ in range(3):
            try_it(session, world, password="wrong")
        for minute in (5, 10, 14):
            with pytest.raises(TooMany):
                try_it(session, world, minutes=minute)
        assert try_it(session, world, minutes=15.1) == worker

    def test_a_success_clears_the_accounts_record(self, session, world, worker):
        for minute in (0, 1):
            try_it(session, world, password="wrong", minutes=minute)
        assert try_it(session, world, minutes=2) == worker
        for minute in (3, 4):
            try_it(session, world, password="wrong", minutes=minute)
        assert try_it(session, world, minutes=5) == worker

    def test_an_address_that_tries_many_numbers_must_wait(self, session, world, worker):
        for serial in range(6):
            try_it(session, world, number=f"9{serial}")
        with pytest.raises(TooMany):
            try_it(session, world)
        assert try_it(session, world, address="10.0.0.2") == worker


def test_old_attempts_are_forgotten(session, world, worker):
    for minute in (0, 10):
        try_it(session, world, minutes=minute)
    with writing(session):
        assert accounts.forget_attempts(session, older_than=world.at + timedelta(minutes=5)) == 1
    assert len(session.scalars(select(SignInAttempt)).all()) == 1


def test_a_session_is_ended_once_and_forgotten_when_its_cookie_is_too_old(session, world):
    for minute in (0, 10):
        with writing(session):
            accounts.end_session(session, "key", at=world.at + timedelta(minutes=minute))
    assert [ended.ended_at for ended in session.scalars(select(EndedSession))] == [world.at]
    for later, forgotten in ((0, 0), (1, 1)):
        with writing(session):
            assert accounts.forget_ended_sessions(session, older_than=world.at + timedelta(seconds=later)) == forgotten


class TestPasswords:
    def test_one_chooses_a_new_one_and_other_sessions_end(self, session, world, worker):
        stamp = worker.session_stamp
        with writing(session):
            accounts.set_password(session, worker, actor=worker, at=world.at, old=PASSWORD, new="new-rails-2027")
        assert worker.session_stamp != stamp
        assert worker.must_change_password is False
        assert try_it(session, world) is None
        assert try_it(session, world, password="new-rails-2027") == worker

    @pytest.mark.parametrize(
        ("old", "new", "problem"),
        [
            ("wrong", "new-rails-2027", ("password_wrong", "old")),
            (PASSWORD, "short", ("password_short", "new")),
            (PASSWORD, PASSWORD, ("password_same", "new")),
        ],
    )
    def test_bad_ones_are_refused(self, session, world, worker, old, new, problem):
        with pytest.raises(InvalidInput) as error, writing(session):
            accounts.set_password(session, worker, actor=worker, at=world.at, old=old, new=new)
        assert refused(error) == [problem]

    def test_nobody_chooses_anothers(self, session, world, worker):
        with pytest.raises(NotAllowed), writing(session):
            accounts.set_password(session, worker, actor=world.admin, at=world.at, old=PASSWORD, new="new-rails-2027")

    def test_an_administrator_gives_a_new_one_that_must_be_changed(self, session, world, worker):
        with writing(session):
            given = accounts.reset_password(session, worker, actor=world.admin, at=world.at)
        assert try_it(session, world, password=given) == worker
        assert worker.must_change_password

    def test_an_administrator_of_a_part_does_not_reset_the_whole_firms(self, session, world):
        with writing(session):
            accounts.grant_role(session, world.leader, Role.ADMINISTRATOR, world.company, actor=world.admin)
            world.admin.unit = world.team
            accounts.revoke_role(session, world.leader, Role.ADMINISTRATOR, world.company, actor=world.admin)
            accounts.grant_role(session, world.leader, Role.ADMINISTRATOR, world.team, actor=world.admin)
        with pytest.raises(NotAllowed), writing(session):
            accounts.reset_password(session, world.admin, actor=world.leader, at=world.at)

    def test_others_do_not_reset(self, session, world, worker):
        with pytest.raises(NotAllowed), writing(session):
            accounts.reset_password(session, worker, actor=world.coordinator, at=world.at)


def test_signing_out_everywhere_changes_every_cookie(session, world):
    cookie = world.worker.get_id()
    for actor in (world.worker, world.admin):
        with writing(session):
            accounts.sign_out_everywhere(session, world.worker, actor=actor, at=world.at)
        assert world.worker.get_id() != cookie
    with pytest.raises(NotAllowed), writing(session):
        accounts.sign_out_everywhere(session, world.worker, actor=world.mate, at=world.at)


class TestPreferences:
    def test_what_is_not_said_stays(self, session, world):
        with writing(session):
            accounts.save_preferences(session, world.worker, locale="en", digest_by_mail=False)
        with writing(session):
            kept = accounts.save_preferences(session, world.worker, theme="dark")
        assert (kept.locale, kept.theme, kept.digest_by_mail) == ("en", "dark", False)

    def test_bad_ones_are_refused(self, session, world):
        with pytest.raises(InvalidInput) as error, writing(session):
            accounts.save_preferences(session, world.worker, locale="tlh", theme="pink")
        assert refused(error) == [("locale_unknown", "locale"), ("theme_of_pages_unknown", "theme")]


class TestAdministrators:
    def make(self, session, world_at, **facts):
        given = {"employee_no": "000900", "name": "首位管理员", "password": "first-of-all", "at": world_at, **facts}
        with writing(session):
            return accounts.create_administrator(session, **given)

    def test_the_first_one_brings_the_firm_along(self, session, clock):
        made = self.make(session, clock())
        assert made.has_role(Role.ADMINISTRATOR, made.unit)
        assert [unit.path for unit in session.scalars(select(Unit))] == [f"/{made.unit_id}/"]
        assert not made.must_change_password

    def test_doing_it_twice_is_no_harm(self, session, world):
        first = self.make(session, world.at)
        assert self.make(session, world.at, password="second-of-all") == first
        assert len(first.grants) == 1
        assert first.unit_id == world.company.id

    def test_bad_input_is_refused(self, session, clock):
        with pytest.raises(InvalidInput) as error:
            self.make(session, clock(), employee_no="\x00", name=" ", password="short")
        assert refused(error) == [
            ("employee_no_missing", "employee_no"),
            ("name_missing", "name"),
            ("password_short", "new"),
        ]


class TestRoles:
    def test_a_role_is_given_once_and_taken_again(self, session, world):
        for _ in range(2):
            with writing(session):
                accounts.grant_role(session, world.mate, Role.COORDINATOR, world.plant, actor=world.admin)
        assert [(grant.role, grant.unit_id) for grant in world.mate.grants] == [(Role.COORDINATOR, world.plant.id)]
        for _ in range(2):
            with writing(session):
                accounts.revoke_role(session, world.mate, Role.COORDINATOR, world.plant, actor=world.admin)
        assert world.mate.grants == []

    def test_only_an_administrator_of_that_part_does(self, session, world):
        with writing(session):
            accounts.grant_role(session, world.leader, Role.ADMINISTRATOR, world.plant, actor=world.admin)
        with writing(session):
            accounts.grant_role(session, world.mate, Role.TEAM_LEADER, world.team, actor=world.leader)
        for actor, unit in (
            (world.leader, world.company),
            (world.leader, world.other_team),
            (world.worker, world.team),
        ):
            with pytest.raises(NotAllowed), writing(session):
                accounts.grant_role(session, world.mate, Role.ADMINISTRATOR, unit, actor=actor)

    def test_one_administrator_stays(self, session, world):
        with pytest.raises(InvalidInput) as error, writing(session):
            accounts.revoke_role(session, world.admin, Role.ADMINISTRATOR, world.company, actor=world.admin)
        assert refused(error) == [("last_administrator", "")]
