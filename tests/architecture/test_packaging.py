"""The wheel is whole: it runs without the checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

TRY = """
import sys
from pathlib import Path
import studio, templates, views
assert Path(studio.__file__).is_relative_to({target!r}), studio.__file__
from studio import migrations
from studio.app import create_app
from studio.settings import Settings
settings = Settings(data=Path({data!r}))
settings.data.mkdir()
migrations.upgrade(settings.sqlalchemy_url)
client = create_app(settings).test_client()
page = client.get("/sign-in", follow_redirects=True)  # to the making of the first administrator
assert page.status_code == 200, page.status
assert 'lang="zh-CN"' in page.text
assert client.get("/static/favicon.svg").status_code == 200
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build it from the checkout, with the tools that are installed."""
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    return next(target.glob("*.whl"))


def test_the_wheel_contains_what_is_not_python(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "templates/base.html",
        "studio/static/favicon.svg",
        "studio/migrations/env.py",
        "studio/migrations/script.py.mako",
        "studio/migrations/versions/0001_initial.py",
        "studio/sample/data/proposals.jsonl",
        "studio/sample/data/open_work.jsonl",
        "models/proposal.py",
        "views/home.py",
        "search_index/port.py",
    } <= names
    catalogues = [name for name in names if name.endswith("/LC_MESSAGES/messages.po")]
    assert catalogues
    assert {name.removesuffix(".po") + ".mo" for name in catalogues} <= names
    assert not [name for name in names if name.startswith("tests/")]


def test_the_wheel_works_without_the_checkout(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    zipfile.ZipFile(wheel).extractall(target)
    code = TRY.format(target=str(target), data=str(tmp_path / "data"))
    subprocess.run(
        [sys.executable, "-c", code], check=True, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(target)}
    )
