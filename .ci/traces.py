"""Fail when a file that is kept names somebody's machine, or a page would ask another host for something."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOME = re.compile(r"(?<![\w.])(?:/home/\w+/|/root/|/Users/\w+/)")
INDEX = re.compile(r"^\s*(?:-i|-f|--(?:extra-)?index-url|--find-links|--trusted-host)\b|https?://", re.MULTILINE)
ADDRESS = re.compile(r"https?://([\w.-]+)")
NEVER_FETCHED = frozenset({"www.w3.org", "127.0.0.1", "localhost", "example.com"})
"""Names of XML languages, and addresses that stand in examples."""
SHOWN = ("templates/", "studio/static/")
PICTURES = frozenset({".png", ".jpg", ".ico", ".woff2", ".mo"})


def findings(path: str, text: str) -> Iterator[str]:
    """Yield what is wrong in one file."""
    for found in HOME.finditer(text):
        yield f"{path}: names somebody's machine: {found[0]}"
    if path.startswith("constraints"):
        for found in INDEX.finditer(text):
            yield f"{path}: names a package index: {found[0]}"
    if path.startswith(SHOWN):
        for found in ADDRESS.finditer(text):
            if found[1] not in NEVER_FETCHED:
                yield f"{path}: asks another host: {found[0]}"


def main() -> int:
    """Look at every file that Git keeps."""
    git = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(git, check=True, capture_output=True).stdout.decode()
    found: list[str] = []
    for path in filter(None, listed.split("\0")):
        file = ROOT / path
        if file.suffix not in PICTURES and file.is_file() and file != Path(__file__).resolve():
            found += findings(path, file.read_text(encoding="utf-8", errors="replace"))
    for line in found:
        sys.stderr.write(f"{line}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
