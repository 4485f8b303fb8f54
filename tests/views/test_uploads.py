"""A script that sends files learns where the answer leads; whoever sends a form as ever is led there."""

from flask import Flask

from tests.factories.world import World
from tests.support.people import sign_in_as


def test_the_script_is_told_the_address_and_the_next_page_says_its_word_once(app: Flask, world: World) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    browser = app.test_client()
    sign_in_as(browser, world.worker)
    facts = {"title": "盖板翘边", "problem": "绊人。", "action": "save"}

    told = browser.post("/file", data=facts, headers={"Studio-Upload": "1"})
    plain = browser.post("/file", data=facts)

    assert (told.status_code, told.data, "Location" in told.headers) == (204, b"", False)
    assert told.headers["Studio-Go"].startswith("/file/")
    assert (plain.status_code, "Studio-Go" in plain.headers) == (302, False)
    assert browser.get(told.headers["Studio-Go"]).text.count("The draft is kept.") == 2
    assert "The draft is kept." not in browser.get(told.headers["Studio-Go"]).text
