"""Every sentence has its Chinese; the tool that says so is itself put to the test."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOOL = ROOT / ".ci" / "translations.py"


def test_the_chinese_catalogue_is_complete() -> None:
    checked = subprocess.run(
        [sys.executable, str(TOOL), "check"], check=False, capture_output=True, text=True, cwd=ROOT
    )
    assert checked.stderr == ""
    assert checked.returncode == 0
