"""Log lines: whole, readable by people or machines, and without passwords."""

import json
import logging

from flask import Flask

from studio import logs


def record(message: str, *args: object) -> logging.LogRecord:
    return logging.LogRecord("studio.jobs", logging.INFO, __file__, 1, message, args, None)


def test_passwords_in_addresses_never_reach_the_log():
    for formatter in (logs.TextLines(), logs.JsonLines()):
        line = formatter.format(record("relay %s", "smtp://studio:secret@mail.local:587"))
        assert "secret" not in line
        assert "smtp://***@mail.local:587" in line


def test_tokens_never_reach_the_log():
    for formatter in (logs.TextLines(), logs.JsonLines()):
        assert "Zx9" not in formatter.format(record("sent %s", "Authorization: Bearer isk_Zx9-Zx9_Zx9Zx9"))


def test_a_json_line_is_one_object_on_one_line():
    line = logs.JsonLines().format(record("first\nsecond %s", "提案"))
    assert line.splitlines() == [line]
    assert json.loads(line)["message"] == "first\nsecond 提案"


def test_every_answer_carries_the_id_that_its_log_lines_carry():
    app = Flask("test")
    logs.give_requests_an_id(app)
    app.add_url_rule("/", view_func=lambda: logs.JsonLines().format(record("seen")))
    answer = app.test_client().get("/", headers={logs.HEADER: "proxy-0001"})
    assert answer.headers[logs.HEADER] == json.loads(answer.text)["request_id"] == "proxy-0001"
    forged = app.test_client().get("/", headers={logs.HEADER: "x" * 500})
    assert len(forged.headers[logs.HEADER]) == 16
