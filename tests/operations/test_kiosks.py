"""Terminals, the session that lives there, PINs and badges; on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from models import Badge, EndedSession, Kiosk, Pin, SignInAttempt
from studio.domain.errors import InvalidInput, NotAllowed, NotFound, TooMany
from studio.domain.kiosks import CODE_LIVES, MOST_WRONG
from studio.operations import accounts, kiosks, pins
from studio.operations.accounts import SignInLimits
from studio.queries import kiosks as found
from studio.transactions import writing
from tests.conftest import on_both_databases
from tests.factories.world import PASSWORD

pytestmark = on_both_databases
PIN, ADDRESS = "2580", "10.0.0.9"


def codes(error):
    return [(problem.code, problem.field) for problem in error.value.problems]


@pytest.fixture
def secret(session, world):
    """What the browser of a terminal at work keeps."""
    with writing(session):
        _made, code = kiosks.make(session, name="总装门口", unit=world.plant, actor=world.admin, at=world.at)
        return kiosks.enrol(session, code, address=ADDRESS, at=world.at)


@pytest.fixture
def kiosk(session, secret):
    """The terminal itself."""
    return session.scalars(select(Kiosk)).one()


def key_at(session, secret):
    """Return the key of the session that lives at the terminal."""
    terminal = found.with_secret(session, secret)
    return terminal and terminal.session_key


@pytest.fixture
def worker(session, world):
    with writing(session):
        world.worker.password_hash = accounts.hash_password(PASSWORD)
        pins.set_pin(session, world.worker, pin=PIN, password=PASSWORD, actor=world.worker, at=world.at)
    return world.worker


def try_it(session, world, kiosk, *, number="000101", pin=PIN, most=30, minutes=0.0):
    at = world.at + timedelta(minutes=minutes)
    return pins.sign_in(session, kiosk.id, number=number, pin=pin, address=ADDRESS, at=at, most_failures=most)


class TestEnrolling:
    def test_a_code_makes_one_browser_a_terminal_once(self, session, world, kiosk, secret):
        assert found.with_secret(session, secret) == found.Terminal(kiosk.id, "总装门口", "ROLL车间", "ROLL shop", None)
        assert secret not in {kiosk.secret_digest, kiosk.code_digest}
        with pytest.raises(InvalidInput) as error, writing(session):
            kiosks.enrol(session, "anything", address=ADDRESS, at=world.at)
        assert codes(error) == [("kiosk_code_wrong", "code")]

    def test_a_code_holds_for_half_an_hour_and_another_one_ends_it(self, session, world):
        with writing(session):
            made, old = kiosks.make(session, name="门口", unit=world.plant, actor=world.admin, at=world.at)
            new = kiosks.give_new_code(session, made.id, actor=world.admin, at=world.at)
        for code, at in ((old, world.at), (new, world.at + CODE_LIVES)):
            with pytest.raises(InvalidInput), writing(session):
                kiosks.enrol(session, code, address=ADDRESS, at=at)
        with writing(session):
            kiosks.enrol(session, new, address=ADDRESS, at=world.at)
        with pytest.raises(NotFound), writing(session):
            kiosks.give_new_code(session, made.id, actor=world.admin, at=world.at)

    def test_who_does_not_administer_the_unit_makes_and_revokes_none(self, session, world, kiosk):
        for act in (
            lambda: kiosks.make(session, name="x", unit=world.plant, actor=world.coordinator, at=world.at),
            lambda: kiosks.revoke(session, kiosk.id, actor=world.leader, at=world.at),
            lambda: kiosks.give_new_code(session, kiosk.id, actor=world.worker, at=world.at),
        ):
            with pytest.raises(NotAllowed), writing(session):
                act()

    def test_revoking_ends_the_session_and_the_secret_and_twice_is_once(self, session, world, kiosk, secret):
        for minutes in (0, 1):
            with writing(session):
                kiosks.begin_session(session, kiosk.id, "k1", address=ADDRESS, at=world.at) if not minutes else None
                kiosks.revoke(session, kiosk.id, actor=world.admin, at=world.at + timedelta(minutes=minutes))
        kept = session.get(Kiosk, kiosk.id)
        assert (kept.session_key, kept.revoked_at) == (None, world.at)
        assert found.with_secret(session, secret) is None
        with pytest.raises(NotFound), writing(session):
            kiosks.begin_session(session, kiosk.id, "k2", address=ADDRESS, at=world.at)


class TestSessions:
    def test_whoever_comes_next_ends_the_session_before(self, session, world, kiosk, secret):
        for key in ("k1", "k2"):
            with writing(session):
                kiosks.begin_session(session, kiosk.id, key, address=ADDRESS, at=world.at)
        assert key_at(session, secret) == "k2"

    def test_a_late_goodbye_does_not_sign_the_next_one_out(self, session, world, kiosk, secret):
        with writing(session):
            kiosks.begin_session(session, kiosk.id, "k2", address=ADDRESS, at=world.at)
        for key in ("k1", "k1"):
            with writing(session):
                kiosks.end_session(session, kiosk.id, key, at=world.at)
        assert key_at(session, secret) == "k2"
        assert session.scalars(select(EndedSession.key)).all() == ["k1"]


class TestSigningIn:
    def test_number_and_pin_open_the_terminal(self, session, world, kiosk, worker):
        assert try_it(session, world, kiosk) == worker
        assert try_it(session, world, kiosk, number=" ０００１０１") == worker
        tries = session.scalars(select(SignInAttempt)).all()
        assert [(one.employee_no, one.succeeded, one.kiosk_id) for one in tries] == [("000101", True, kiosk.id)] * 2

    def test_a_badge_does_as_well(self, session, world, kiosk, worker):
        with writing(session):
            pins.give_badge(session, worker, "0A4F33BC", actor=world.admin, at=world.at)
        assert try_it(session, world, kiosk, number="0A4F33BC") == worker
        assert session.scalars(select(SignInAttempt.employee_no)).all() == ["000101"]

    @pytest.mark.parametrize(
        ("number", "pin"),
        [("000101", "2581"), ("000101", ""), ("000102", PIN), ("999999", PIN), ("", ""), ("\x00", PIN)],
    )
    def test_anything_else_does_not(self, session, world, kiosk, worker, number, pin):
        assert try_it(session, world, kiosk, number=number, pin=pin) is None

    def test_a_pin_rests_after_some_wrong_tries_until_the_password_is_given(self, session, world, kiosk, worker):
        for _ in range(MOST_WRONG):
            assert try_it(session, world, kiosk, pin="9999") is None
        assert found.keys_of(session, worker.id).pin_rests
        assert try_it(session, world, kiosk, minutes=60) is None
        facts = {"employee_no": "000101", "password": PASSWORD, "address": ADDRESS, "at": world.at}
        assert accounts.sign_in(session, **facts, limits=SignInLimits()) == worker
        assert try_it(session, world, kiosk, minutes=60) == worker

    def test_wrong_tries_count_in_a_row_only(self, session, world, kiosk, worker):
        for _ in range(3):
            for _ in range(MOST_WRONG - 1):
                try_it(session, world, kiosk, pin="9999", most=99)
            assert try_it(session, world, kiosk, most=99) == worker

    def test_a_terminal_must_wait_after_too_many_wrong_tries_whoever_was_tried(self, session, world, kiosk, worker):
        for minute, number in enumerate(("000102", "000103", "000104")):
            assert try_it(session, world, kiosk, number=number, most=3, minutes=minute) is None
        with pytest.raises(TooMany) as error:
            try_it(session, world, kiosk, most=3, minutes=5)
        assert error.value.retry_after == 600
        assert try_it(session, world, kiosk, most=3, minutes=15) == worker

    def test_wrong_pins_shut_nobody_out_of_the_password(self, session, world, kiosk, worker):
        for _ in range(3):
            try_it(session, world, kiosk, pin="9999")
        facts = {"employee_no": "000101", "password": PASSWORD, "address": "10.0.0.1", "at": world.at}
        assert accounts.sign_in(session, **facts, limits=SignInLimits(per_account=2)) == worker

    def test_who_has_left_stays_outside(self, session, world, kiosk, worker):
        with writing(session):
            worker.active = False
        assert try_it(session, world, kiosk) is None


class TestPins:
    def test_the_password_says_that_it_is_oneself(self, session, world, worker):
        for actor, password, error in ((worker, "wrong", InvalidInput), (world.admin, PASSWORD, NotAllowed)):
            with pytest.raises(error), writing(session):
                pins.set_pin(session, worker, pin="7049", password=password, actor=actor, at=world.at)

    def test_it_is_kept_as_a_slow_hash_and_a_second_one_replaces_it(self, session, world, kiosk, worker):
        with writing(session):
            pins.set_pin(session, worker, pin="7049", password=PASSWORD, actor=worker, at=world.at)
        (kept,) = session.scalars(select(Pin))
        assert kept.pin_hash.startswith("$argon2id$")
        assert (try_it(session, world, kiosk), try_it(session, world, kiosk, pin="7049")) == (None, worker)

    @pytest.mark.parametrize("act", ["reset_password", "sign_out_everywhere"])
    def test_it_ends_with_everything_that_opens_without_the_password(self, session, world, kiosk, worker, act):
        with writing(session):
            getattr(accounts, act)(session, worker, actor=world.admin, at=world.at)
        assert try_it(session, world, kiosk) is None

    def test_oneself_and_the_administrator_may_take_it_away(self, session, world, worker):
        with pytest.raises(NotAllowed), writing(session):
            pins.take_pin_away(session, worker, actor=world.leader)
        for actor in (world.admin, worker):
            with writing(session):
                pins.take_pin_away(session, worker, actor=actor)
        assert session.scalars(select(Pin)).all() == []


class TestBadges:
    def test_a_badge_is_one_persons_and_another_one_replaces_it(self, session, world):
        for number in ("111", "222", "222"):
            with writing(session):
                pins.give_badge(session, world.worker, number, actor=world.admin, at=world.at)
        assert session.scalars(select(Badge.number)).all() == ["222"]
        with writing(session):
            pins.give_badge(session, world.worker, "", actor=world.admin, at=world.at)
        assert session.scalars(select(Badge.number)).all() == []

    @pytest.mark.parametrize(
        ("number", "code"), [("222", "badge_taken"), ("000103", "badge_taken"), ("9" * 41, "too_long")]
    )
    def test_what_means_somebody_else_is_refused(self, session, world, number, code):
        with writing(session):
            pins.give_badge(session, world.mate, "222", actor=world.admin, at=world.at)
        with pytest.raises(InvalidInput) as error, writing(session):
            pins.give_badge(session, world.worker, number, actor=world.admin, at=world.at)
        assert codes(error) == [(code, "badge")]

    def test_only_the_administrator_gives_badges(self, session, world):
        with pytest.raises(NotAllowed), writing(session):
            pins.give_badge(session, world.worker, "1", actor=world.worker, at=world.at)
