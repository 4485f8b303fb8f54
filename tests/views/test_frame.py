"""The header and the bar at the bottom show each reader the places that are his, and no others."""

import re

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from models import Role, RoleGrant, StudioMembership, StudioRole
from studio.transactions import writing
from tests.factories.stories import filed
from tests.factories.world import World
from tests.support.people import sign_in_as

PLACES = {
    "worker": ("/ /archive /digest", "/ /file /archive /account"),
    "finance": ("/ /archive /digest", "/ /file /archive /account"),
    "leader": ("/ /team /archive /digest", "/ /team /archive /account"),
    "reviewer": ("/ /desk /archive /digest", "/ /desk /archive /account"),
    "lead": ("/ /desk /archive /digest", "/ /desk /archive /account"),
    "coordinator": ("/ /coordination /archive /digest", "/ /coordination /archive /account"),
    "admin": ("/ /archive /digest /administration", "/ /file /archive /account"),
}


def places(app: Flask, world: World, who: str) -> tuple[str, str]:
    client = app.test_client()
    sign_in_as(client, getattr(world, who))
    page = client.get("/account").text
    navs = [re.findall(r'href="([^"]*)"', part) for part in re.findall(r"<nav .*?</nav>", page, flags=re.DOTALL)]
    return " ".join(navs[0]), " ".join(navs[-1])


@pytest.mark.parametrize("who", PLACES)
def test_each_role_has_its_places(app: Flask, world: World, who: str) -> None:
    assert places(app, world, who) == PLACES[who]


def test_nobody_has_more_than_five_places_at_the_bottom(app: Flask, session: Session, world: World) -> None:
    with writing(session):
        session.add(RoleGrant(person=world.coordinator, role=Role.TEAM_LEADER, unit=world.team))
        session.add(StudioMembership(person=world.coordinator, studio=world.studio, role=StudioRole.REVIEWER))

    top, bottom = places(app, world, "coordinator")
    assert top == "/ /desk /team /coordination /archive /digest"
    assert bottom == "/ /desk /team /archive /account"


def test_what_waits_is_counted_above_and_below(app: Flask, session: Session, world: World) -> None:
    made = filed(session, world)
    assert made.reviewer is not None
    client = app.test_client()
    sign_in_as(client, made.reviewer)

    assert client.get("/account").text.count('<span class="visually-hidden">waiting: </span>1') == 2
