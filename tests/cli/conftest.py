"""Running a command as a person does: the real program, in a site of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def studio(tmp_path: Path) -> Run:
    """Run ``studio …`` and return what it said; ``code`` is the exit code it must have."""

    def run(*arguments: str, code: int = 0, typed: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("STUDIO_")}
        done = subprocess.run(
            [sys.executable, "-c", "from studio.cli import main; main()", *arguments],
            check=False,
            capture_output=True,
            text=True,
            input=typed,
            cwd=ROOT,
            env={**kept, "STUDIO_DATA": str(tmp_path / "site"), "PYTHONIOENCODING": "utf-8", **environment},
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done

    return run


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of a site with the sample factory, made once; tests only ask it."""
    site = tmp_path_factory.mktemp("factory")
    for arguments in (["init"], ["sample", "load"]):
        command = [sys.executable, "-c", "from studio.cli import main; main()", *arguments]
        subprocess.run(
            command, check=True, cwd=ROOT, env={**os.environ, "STUDIO_DATA": str(site)}, stdout=subprocess.DEVNULL
        )
    return site
