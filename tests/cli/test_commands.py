"""The commands say in one line what is wrong, end with the right code, and can be repeated."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from studio.cli import COMMANDS, main
from tests.cli.conftest import ROOT, Run
from tests.support import postgresql


def rows(path: Path, table: str) -> int:
    with sqlite3.connect(path) as connection:
        count: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    connection.close()
    return count


def test_help_names_every_command_without_loading_any() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from studio.cli import main;"
        "print(CliRunner().invoke(main, ['--help']).output); assert 'flask' not in sys.modules"
    )
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT).stdout
    assert all(name in said for name in COMMANDS)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_explains_itself(command: str) -> None:
    said = CliRunner().invoke(main, [command, "--help"])
    assert (said.exit_code, said.output[:6]) == (0, "Usage:")


def test_a_setting_that_cannot_work_is_one_line(studio: Run) -> None:
    said = studio("settings", code=1, STUDIO_TIMEZONE="Mars/Base").stderr
    assert said.strip() == "Error: STUDIO_TIMEZONE is no known time zone: 'Mars/Base'"


def test_an_index_in_postgresql_needs_a_database_there(studio: Run) -> None:
    said = studio("init", code=1, STUDIO_SEARCH="postgresql").stderr
    assert said.strip() == "Error: STUDIO_SEARCH=postgresql needs STUDIO_DATABASE_URL to be postgresql+psycopg://…"


def test_settings_show_meaning_but_no_secret(studio: Run) -> None:
    said = studio(
        "settings", STUDIO_SECRET_KEY="topsecret", STUDIO_DATABASE_URL="postgresql+psycopg://u:word@h/d"
    ).stdout
    assert "STUDIO_BASE_URL=http://127.0.0.1:8000" in said
    assert "topsecret" not in said
    assert "hush" not in said


def test_a_database_without_tables_says_what_to_do(studio: Run, tmp_path: Path) -> None:
    said = studio("users", "create-admin", "--employee-no", "1", "--name", "甲", code=1, typed="long-enough-1\n").stderr
    assert "studio init" in said


def test_init_may_be_repeated_and_run_twice_at_once(studio: Run, tmp_path: Path) -> None:
    environment = {**os.environ, "STUDIO_DATA": str(tmp_path / "site")}
    command = [sys.executable, "-c", "from studio.cli import main; main()", "init"]
    both = [subprocess.Popen(command, cwd=ROOT, env=environment) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    studio("init")
    assert rows(tmp_path / "site" / "studio.sqlite", "rubrics") == 4


def test_an_administrator_is_made_with_a_password_from_standard_input(studio: Run, site: Path) -> None:
    admin = ("users", "create-admin", "--employee-no", "000001", "--name", "江管理")
    assert "password_short" in studio(*admin, code=1, typed="short\n").stderr
    assert "can sign in" in studio(*admin, typed="long-enough-2026\n").stdout
    assert rows(site / "studio.sqlite", "people") == 1


def test_a_token_is_printed_once_for_somebody_who_is_here(studio: Run, site: Path) -> None:
    assert "nobody has the staff number 000001" in studio("users", "token", "000001", code=1).stderr
    studio("users", "create-admin", "--employee-no", "000001", "--name", "江管理", typed="long-enough-2026\n")
    said = studio("users", "token", "000001", "--name", "MES", "--days", "365", "--may-file").stdout
    assert re.fullmatch(r"isk_[\w-]{43}\n", said)
    assert rows(site / "studio.sqlite", "api_tokens") == 1
    assert said.strip().encode() not in (site / "studio.sqlite").read_bytes()


def test_importing_reports_bad_rows_and_changes_nothing(studio: Run, tmp_path: Path, site: Path) -> None:
    source = tmp_path / "old.jsonl"
    source.write_text('{"title": "好主意", "problem": "甲"}\n{"title": ""}\n', encoding="utf-8")
    refused = studio("import", "proposals", str(source), code=1)
    assert "row 2: title is missing" in refused.stderr
    assert "nothing was imported" in refused.stderr
    assert rows(site / "studio.sqlite", "proposals") == 0
    assert "1 rows would be new" in studio("import", "proposals", str(source), "--skip-bad", "--dry-run").stdout
    assert "1 rows new" in studio("import", "proposals", str(source), "--skip-bad").stdout
    assert "1 unchanged" in studio("import", "proposals", str(source), "--skip-bad").stdout


def test_a_hundred_bad_rows_are_in_the_report_and_the_first_on_the_screen(
    studio: Run, tmp_path: Path, site: Path
) -> None:
    source, report = tmp_path / "old.csv", tmp_path / "bad.csv"
    source.write_text("名称,问题\n" + "=1+1,\n" * 100, encoding="utf-8")
    refused = studio("import", "proposals", str(source), "--report", str(report), code=1)
    assert refused.stderr.count("neither the problem nor the measure is written") == 50
    assert "… and 50 more\n" in refused.stderr
    lines = report.read_text(encoding="utf-8-sig").splitlines()
    assert (len(lines), lines[0]) == (101, "row,column,problem")
    assert lines[-1] == "101,problem,neither the problem nor the measure is written"


@pytest.mark.timeout(300)
def test_rules_are_imported_and_a_circle_of_stand_ins_is_named(studio: Run, tmp_path: Path, filled: Path) -> None:
    site = shutil.copytree(filled, tmp_path / "site")
    data = ROOT / "studio" / "sample" / "data"
    source = tmp_path / "circle.csv"
    lines = [
        "priority,studio_code,words_zh,otherwise_studio",
        "10,S-ELEC,PLC,S-ENER",
        "20,S-ENER,漏气,S-ELEC",
        "x,S-ELEC,伺服,",
    ]
    source.write_text("\n".join(lines), encoding="utf-8")
    refused = studio("import", "rules", str(source), code=1)
    assert (
        "row 3: the stand-ins would go round in a circle: S-ELEC → S-ENER → S-ELEC (otherwise_studio)" in refused.stderr
    )
    assert "row 4: priority must be a whole number, not 'x'" in refused.stderr
    assert rows(site / "studio.sqlite", "routing_rules") == 0
    assert "14 rows would be new" in studio("import", "rules", str(data / "routing_rules.csv"), "--dry-run").stdout
    assert "14 rows new" in studio("import", "rules", str(data / "routing_rules.csv")).stdout
    assert "0 rows new, 0 changed, 14 unchanged" in studio("import", "rules", str(data / "routing_rules.csv")).stdout


def test_a_file_that_is_no_table_is_one_line(studio: Run, tmp_path: Path, site: Path) -> None:
    for name, content in (("a.pdf", b"%PDF"), ("a.xlsx", b"no zip"), ("a.csv", b""), ("b.csv", b"\xff\xff\xff")):
        (tmp_path / name).write_bytes(content)
        assert studio("import", "units", str(tmp_path / name), code=1).stderr.startswith("Error: ")


def test_the_doctor_says_what_to_do(studio: Run) -> None:
    assert "run `studio init`" in studio("doctor", code=1).stdout
    studio("init")
    said = studio("doctor", code=1).stdout
    assert "no worker runs" in said
    assert "ok    database" in said
    assert "ok    documents 0 read for the search, 0 wait" in said


def test_the_doctor_tells_of_a_digest_that_is_late(studio: Run, site: Path) -> None:
    studio("users", "create-admin", "--employee-no", "000001", "--name", "贺", typed="long-enough-2026\n")
    assert "ok    digest    no issue is late" in studio("doctor", code=1).stdout
    with sqlite3.connect(site / "studio.sqlite") as database:
        database.execute("UPDATE people SET created_at = '2020-01-15 00:00:00.000000'")
    database.close()
    assert re.search(r"TO DO digest +the issue of \d{4}-\d\d should have gone out on", studio("doctor", code=1).stdout)


def test_the_doctor_tells_what_could_not_be_read(studio: Run, site: Path) -> None:
    with sqlite3.connect(site / "studio.sqlite") as database:
        for number, reason in enumerate(("locked", "locked", "broken")):
            database.execute(
                "INSERT INTO file_texts (sha256, media_type, state, reason, text, attempts, read_at)"
                " VALUES (?, 'application/pdf', 'unreadable', ?, '', 1, '2026-11-16 01:00:00')",
                (f"{number:064}", reason),
            )
    database.close()
    said = studio("doctor", code=1).stdout
    assert "note  documents 0 read for the search, 0 wait, 3 could not be read (1 broken, 2 locked)" in said


def contents(path: Path) -> dict[str, list[str]]:
    """Return every part of a backup but its date; PostgreSQL keeps the keys of JSON in another order."""
    with zipfile.ZipFile(path) as archive:
        tables = [name for name in archive.namelist() if name.startswith("tables/")]
        rows = {name: [json.loads(line) for line in archive.read(name).splitlines()] for name in tables}
        rest = {name: archive.read(name).hex() for name in archive.namelist() if name not in {*tables, "manifest.json"}}
    return {name: sorted(json.dumps(row, sort_keys=True) for row in lines) for name, lines in rows.items()} | {
        name: [content] for name, content in rest.items()
    }


@pytest.mark.timeout(300)
def test_what_is_restored_is_what_was_kept(studio: Run, tmp_path: Path, filled: Path) -> None:
    kept = Path(shutil.copy(filled.with_name("all.zip"), tmp_path))
    shutil.copytree(filled, tmp_path / "site")
    assert "not empty" in studio("restore", str(kept), code=1).stderr
    elsewhere = {"STUDIO_DATA": str(tmp_path / "elsewhere")}
    studio("restore", str(kept), **elsewhere)
    studio("backup", str(tmp_path / "again.zip"), **elsewhere)
    assert contents(tmp_path / "again.zip") == contents(kept)
    found = studio("search", "中心架托瓦", "--json", **elsewhere).stdout.splitlines()
    assert json.loads(found[0])["key"] == "P001"
    studio("restore", str(kept), "--force")
    assert list(tmp_path.glob("site.before-restore-*"))


@pytest.mark.timeout(300)
@pytest.mark.postgresql
def test_a_backup_moves_a_site_to_postgresql(
    studio: Run, tmp_path: Path, filled: Path, postgresql_cluster: postgresql.Cluster
) -> None:
    kept = filled.with_name("all.zip")
    name = f"moved_{os.urandom(6).hex()}"
    engine = sa.create_engine(postgresql_cluster.url("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    there = {
        "STUDIO_DATA": str(tmp_path / "pg"),
        "STUDIO_DATABASE_URL": postgresql_cluster.url(name),
        "STUDIO_SEARCH": "postgresql",
    }
    studio("restore", str(kept), **there)
    _searches_in_the_database(studio, there)
    studio("backup", str(tmp_path / "pg.zip"), **there)
    assert contents(tmp_path / "pg.zip") == contents(kept)
    # New rows go on counting where the old ones ended.
    studio("users", "create-admin", "--employee-no", "999999", "--name", "新管理", typed="long-enough-2026\n", **there)


def _searches_in_the_database(studio: Run, there: dict[str, str]) -> None:
    """All commands that know of the index."""
    found = studio("search", "中心架托瓦", "--json", **there).stdout.splitlines()
    assert json.loads(found[0])["key"] == "P001"
    assert "agree" in studio("index", "check", **there).stdout
    studio("index", "rebuild", **there)
    studio("init", **there)
    assert "index     1" in studio("doctor", code=1, **there).stdout  # for no worker runs
    assert not (Path(there["STUDIO_DATA"]) / "index").exists()


def test_damaged_and_foreign_files_are_no_backups(studio: Run, tmp_path: Path) -> None:
    (tmp_path / "junk.zip").write_bytes(b"junk")
    assert "is no backup" in studio("restore", str(tmp_path / "junk.zip"), code=1).stderr
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert "is no backup" in studio("restore", str(tmp_path / "other.zip"), code=1).stderr


ONE = {"title": "导卫滚轮轴承换成带密封的", "problem": "轧机导卫滚轮进水，轴承三天就咬死。", "unit": "JZ-ROLL-W1-D"}


@pytest.mark.timeout(300)
def test_route_says_where_and_why_without_saving_anything(studio: Run, loaded: Path) -> None:
    said = studio("route", "--explain", "--json", typed=json.dumps(ONE), STUDIO_DATA=str(loaded)).stdout
    best = json.loads(said.splitlines()[0])
    assert best["studio"] == "S-ROLL"
    assert "导卫" in best["why"]


@pytest.mark.timeout(300)
def test_similar_finds_a_proposal_by_its_own_words(studio: Run, loaded: Path) -> None:
    given = {"title": "轴承油封按月色标先进先出", "problem": "备件二库有轴承、骨架油封3400多种，同一货位新旧混放"}
    said = studio("similar", "--json", typed=json.dumps(given), STUDIO_DATA=str(loaded)).stdout
    assert json.loads(said.splitlines()[0])["key"] == "P003"


@pytest.mark.timeout(300)
@pytest.mark.parametrize("typed", ["[1", "[]", '{"unit": "NOWHERE"}'])
def test_what_is_no_proposal_is_refused_in_one_line(studio: Run, loaded: Path, typed: str) -> None:
    said = studio("route", code=1, typed=typed, STUDIO_DATA=str(loaded)).stderr
    assert said.startswith("Error: ")
    assert len(said.splitlines()) == 1
