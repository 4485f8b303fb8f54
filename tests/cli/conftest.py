"""Running a command as a person does: the real program, in a site of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]


def run(
    site: Path, *arguments: str, code: int = 0, typed: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run ``studio …`` in a data directory and return what it said; ``code`` is the exit code it must have."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STUDIO_")}
    done = subprocess.run(
        [sys.executable, "-c", "from studio.cli import main; main()", *arguments],
        check=False,
        capture_output=True,
        text=True,
        input=typed,
        cwd=ROOT,
        env={**kept, "STUDIO_DATA": str(site), "PYTHONIOENCODING": "utf-8", **environment},
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def studio(tmp_path: Path) -> Run:
    """Run a command in a site that is not there yet."""
    return partial(run, tmp_path / "site")


@pytest.fixture(scope="session")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site as `studio init` leaves it, made once and copied by each test."""
    site = tmp_path_factory.mktemp("initialised") / "site"
    run(site, "init")
    return site


@pytest.fixture
def site(initialised: Path, tmp_path: Path) -> Path:
    """The data directory in which ``studio`` runs, after `studio init`."""
    return shutil.copytree(initialised, tmp_path / "site")


@pytest.fixture(scope="session")
def filled(initialised: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with a little in it, and beside it its backup ``all.zip``; made once, tests only read it."""
    site = shutil.copytree(initialised, tmp_path_factory.mktemp("filled") / "site")
    for name in ("units.csv", "people.csv", "studios.csv", "proposals.jsonl"):
        run(site, "import", name.partition(".")[0], str(ROOT / "studio" / "sample" / "data" / name))
    run(site, "index", "sync")
    run(site, "backup", str(site.with_name("all.zip")))
    return site


@pytest.fixture(scope="session")
def loaded(initialised: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of a site with the sample factory, made once; tests only ask it."""
    site = shutil.copytree(initialised, tmp_path_factory.mktemp("factory") / "site")
    run(site, "sample", "load")
    return site
