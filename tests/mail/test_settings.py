"""Settings for mail: what cannot work is said at the start, in words that name the setting."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from studio.settings import SettingError, Settings
from tests.support import relay


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("smtp_url", "http://relay", "STUDIO_SMTP_URL must be one of"),
        ("smtp_ca_file", "/nowhere/ca.pem", "STUDIO_SMTP_CA_FILE: /nowhere/ca.pem cannot be used: No such file"),
        ("smtp_ca_file", __file__, "holds no certificate"),
        ("smtp_hostname", "mail server", "STUDIO_SMTP_HOSTNAME must be a plain host name"),
        ("smtp_helo", "工作室", "STUDIO_SMTP_HELO must be a plain host name"),
        ("mail_from", "创新工作室", "STUDIO_MAIL_FROM must hold an address"),
        ("mail_from", "创新工作室 <提案@工厂.cn>", "STUDIO_MAIL_FROM must hold an address"),
        ("bounces_to", "nobody", "STUDIO_BOUNCES_TO must hold an address"),
        ("bounces_url", "pop3://host", "STUDIO_BOUNCES_URL must be one of"),
        ("mail_days", 0, "STUDIO_MAIL_DAYS must be from 1"),
    ],
)
def test_what_cannot_work_is_said_at_the_start(tmp_path: Path, setting: str, value: Any, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        replace(Settings(data=tmp_path), **{setting: value})


def test_what_can_is_taken(tmp_path: Path) -> None:
    made = relay.certificate(tmp_path)
    Settings(
        data=tmp_path,
        smtp_url="smtp+starttls://10.0.0.5",
        smtp_ca_file=str(made.path),
        smtp_hostname="mail.factory.example",
        smtp_helo="studio.factory.example",
        mail_from="创新工作室 <studio@factory.example>",
        bounces_to="back@factory.example",
        bounces_url="imaps://a:b@10.0.0.5/INBOX",
    )
