"""Fail when the models say something that no migration does yet, or the other way round."""

import sys
import tempfile
from pathlib import Path

import sqlalchemy as sa

from studio import migrations


def main() -> int:
    """Migrate an empty database and compare it with the models."""
    with tempfile.TemporaryDirectory() as directory:
        url = f"sqlite:///{Path(directory) / 'studio.sqlite'}"
        migrations.upgrade(url)
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        with engine.connect() as connection:
            differences = migrations.differences(connection)
    for difference in differences:
        sys.stderr.write(f"migrations: {difference}\n")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
