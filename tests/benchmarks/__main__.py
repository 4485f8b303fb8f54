"""Run every benchmark in turn: ``python -m tests.benchmarks [name …]``."""

import sys
from importlib import import_module
from pathlib import Path


def main() -> None:
    """Run those whose name contains one of the words given, or all."""
    names = [path.stem for path in sorted(Path(__file__).parent.glob("bench_*.py"))]
    chosen = [name for name in names if not sys.argv[1:] or any(word in name for word in sys.argv[1:])]
    sys.argv[1:] = []
    for name in chosen:
        module = import_module(f"tests.benchmarks.{name}")
        if hasattr(module, "main"):
            sys.stdout.write(f"\n== {name.removeprefix('bench_')} ==\n")
            sys.stdout.flush()
            module.main()


if __name__ == "__main__":
    main()
