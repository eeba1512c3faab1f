"""The audit log: chained, append-only, verifiable offline, and told of everything that people do."""

from __future__ import annotations

import argparse
import ast
import datetime as dt
import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from cx import workbench
from cx.access.accounts import UNKNOWN, Accounts
from cx.access.rights import User
from cx.commands import verify_audit
from cx.store import audit, audit_file
from cx.store.audit import Head
from cx.store.database import Database
from cx.words import LANGUAGES, Refused, Translator, texts
from tests.conftest import PASSWORD

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "cx.duckdb")
    yield opened
    opened.close()


def fill(db: Database, count: int = 5) -> None:
    for number in range(count):
        audit.record(db, "ann", "report_made", f"2026Q{number}", {"number": number, "who": "王小明"})


def mark(db: Database) -> Head | None:
    assert db.path is not None
    return audit.read_mark(audit.mark_file(db.path.parent))


def test_entries_form_a_chain_and_the_head_is_kept_beside_it(db: Database) -> None:
    assert audit.verify(db.cursor(), mark(db)).sound
    fill(db)
    verdict = audit.verify(db.cursor(), mark(db))
    assert verdict.sound and verdict.entries == 5 and verdict.head == mark(db) == audit.head(db.cursor())
    newest = audit.entries(db.cursor())[0]
    assert (newest.seq, newest.who, newest.values) == (5, "ann", {"number": 4, "who": "王小明"})
    assert abs(newest.at - dt.datetime.now(dt.UTC).replace(tzinfo=None)) < dt.timedelta(minutes=1)


def test_the_database_refuses_to_change_or_remove_an_entry_also_after_a_restart(tmp_path: Path) -> None:
    for _ in range(2):
        db = Database(tmp_path / "cx.duckdb")
        fill(db, 1)
        for sql in (
            "UPDATE audit_log SET who = 'bob'", "DELETE FROM audit_log", "DELETE FROM audit_log WHERE false",
            "TRUNCATE audit_log",
        ):  # fmt: skip
            with pytest.raises(duckdb.Error, match="append-only"):
                db.cursor().execute(sql)
        db.close()


def tampered(db: Database, *statements: str) -> duckdb.DuckDBPyConnection:
    """A cursor after somebody who may write to the file took the triggers away and did something."""
    con = db.cursor()
    for name in ("update", "delete"):
        con.execute(f"DROP TRIGGER audit_log_{name} ON audit_log")
    for statement in statements:
        con.execute(statement)
    return con


@pytest.mark.parametrize(
    ("statement", "code", "where"),
    [
        ("UPDATE audit_log SET who = 'bob' WHERE seq = 3", "audit_altered", "3"),
        ("UPDATE audit_log SET detail = replace(detail, '2', '3') WHERE seq = 3", "audit_altered", "3"),
        ("UPDATE audit_log SET happened_at = happened_at + INTERVAL 1 SECOND WHERE seq = 1", "audit_altered", "1"),
        ("DELETE FROM audit_log WHERE seq = 2", "audit_gap", "3"),
        ("DELETE FROM audit_log WHERE seq = 1", "audit_gap", "2"),
        ("DELETE FROM audit_log WHERE seq > 3", "audit_cut", ""),
        ("DELETE FROM audit_log", "audit_cut", ""),
    ],
)
def test_whatever_is_done_to_the_log_shows(db: Database, statement: str, code: str, where: str) -> None:
    fill(db)
    verdict = audit.verify(tampered(db, statement), mark(db))
    assert verdict.problem is not None and (verdict.problem.code, verdict.problem.where) == (code, where)
    for lang in LANGUAGES:
        assert "{" not in verdict.problem.tell(Translator(lang))


def test_a_log_rewritten_with_right_hashes_does_not_fit_the_head(db: Database) -> None:
    fill(db)
    tampered(db, "DELETE FROM audit_log")
    fill(db, 7)  # a new chain, longer and sound in itself
    assert mark(db).seq == 5, "a mark that the log contradicts is evidence"
    assert audit.verify(db.cursor()).sound
    assert audit.verify(db.cursor(), mark(db)).problem.code == "audit_replaced"


def test_many_threads_make_one_chain(db: Database) -> None:
    threads = [threading.Thread(target=fill, args=(db, 5)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    verdict = audit.verify(db.cursor(), mark(db))
    assert verdict.sound and verdict.entries == 30 and mark(db).seq == 30


def test_a_deed_that_fails_leaves_no_entry(db: Database) -> None:
    fill(db, 1)
    with pytest.raises(ValueError, match="stop"), audit.writing(db) as con:
        audit.write(con, "ann", "report_made")
        raise ValueError("stop")
    assert audit.verify(db.cursor(), mark(db)).entries == 1


def test_filters(db: Database) -> None:
    fill(db, 3)
    audit.record(db, "bob", "sign_in", "bob", {"address": "10.0.0.7"})
    con = db.cursor()
    assert [entry.who for entry in audit.entries(con, who="bob")] == ["bob"]
    assert len(audit.entries(con, actions=("report_made",))) == 3
    assert len(audit.entries(con, text="10.0.0")) == 1 and len(audit.entries(con, text="2026q1")) == 1
    assert len(audit.entries(con, most=2)) == 2
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    assert audit.entries(con, since=now + dt.timedelta(hours=1)) == ()
    assert len(audit.entries(con, since=now - dt.timedelta(hours=1), until=now + dt.timedelta(hours=1))) == 4
    assert audit.names(con) == (("ann", "bob"), ("report_made", "sign_in"))


def test_verify_audit_reads_a_closed_database_an_export_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    db = Database(tmp_path / "cx.duckdb")
    fill(db)
    export, head = tmp_path / "audit.ndjson", audit.head(db.cursor())
    export.write_bytes(audit_file.export(db.cursor()))
    db.close()

    def run(*arguments: object) -> int:
        parser = argparse.ArgumentParser()
        verify_audit.add(parser.add_subparsers())
        asked = parser.parse_args(["verify-audit", "--lang", "en", *map(str, arguments)])
        return int(asked.run(asked))

    before = (tmp_path / "cx.duckdb").read_bytes()
    assert run("--data", tmp_path) == 0 and f"{head.seq}:{head.hash}" in capsys.readouterr().out
    assert (tmp_path / "cx.duckdb").read_bytes() == before, "a check changes nothing"
    assert run(export) == run(export, "--head", f"{head.seq}:{head.hash}") == 0
    assert run(export, "--head", f"9:{head.hash}") == 1
    assert run(export, "--head", "rubbish") == run(tmp_path / "none") == 2
    lines = export.read_text(encoding="utf-8").splitlines(keepends=True)
    export.write_text("".join(lines[:2] + lines[3:]), encoding="utf-8")
    assert run(export) == 1
    export.write_text("".join(lines[:4]), encoding="utf-8")
    assert run(export) == 0 and run(export, "--head", f"{head.seq}:{head.hash}") == 1
    export.write_text("seq;who\n", encoding="utf-8")
    assert run(export) == 2
    capsys.readouterr()
    (tmp_path / "audit.head").unlink()
    assert run("--data", tmp_path, "--json") == 1
    assert json.loads(capsys.readouterr().out)["problem"]["code"] == "audit_no_mark"


def test_an_older_copy_of_the_database_put_back_shows(tmp_path: Path) -> None:
    db = Database(tmp_path / "cx.duckdb")
    fill(db, 2)
    db.close()
    shutil.copy(tmp_path / "cx.duckdb", tmp_path / "old")
    db = Database(tmp_path / "cx.duckdb")
    fill(db, 2)
    db.close()
    assert audit_file.verify(tmp_path / "cx.duckdb").sound
    shutil.copy(tmp_path / "old", tmp_path / "cx.duckdb")
    assert audit_file.verify(tmp_path / "cx.duckdb").problem.code == "audit_cut"


def test_an_open_database_is_refused_with_a_reason(db: Database) -> None:
    code = (
        "import sys; from pathlib import Path; from cx.store import audit_file; from cx.words import Refused\n"
        "try: audit_file.verify(Path(sys.argv[1]))\n"
        "except Refused as refused: print(refused.problems[0].code)"
    )
    found = subprocess.run([sys.executable, "-c", code, str(db.path)], cwd=ROOT, capture_output=True, text=True)
    assert found.stdout.strip() == "audit_file"


def test_the_table_is_safe_in_a_spreadsheet(db: Database) -> None:
    audit.record(db, "=cmd|' /C calc'!A0", "sign_in", "@x", {"address": "+1"})
    text = audit_file.table(audit.entries(db.cursor()), Translator("en")).decode("utf-8-sig")
    row = text.splitlines()[1]
    assert "'=cmd" in row and ",'@x," in row and "Signed in" in row


def test_what_other_processes_left_is_taken_in(tmp_path: Path) -> None:
    audit.leave(tmp_path, "(console)", "user_added", "wang", {"role": "viewer"})
    audit.leave(tmp_path, "(console)", "user_reset", "wang")
    db = Database(tmp_path / "cx.duckdb")
    audit.record(db, "ann", "sign_in", "ann")
    assert [entry.action for entry in reversed(audit.entries(db.cursor()))] == ["user_added", "user_reset", "sign_in"]
    assert "left_at" in audit.entries(db.cursor())[-1].values and not list((tmp_path / "audit.waiting").iterdir())
    assert audit.verify(db.cursor(), mark(db)).entries == 3
    db.close()


def logged(bench: workbench.Workbench) -> list[tuple[str, str, str]]:
    return [
        (entry.who, entry.action, entry.subject)
        for entry in reversed(audit.entries(bench.database.cursor()))
        if not entry.action.startswith("survey_found")
    ]


def test_signing_in_and_people_are_logged_but_no_password_and_no_name_that_is_none(
    bench: workbench.Workbench,
) -> None:
    accounts: Accounts = bench.accounts
    token = accounts.sign_in("analyst", PASSWORD, "10.0.0.9", "en").token
    accounts.sign_out(token)
    accounts.sign_out(token)  # there is no session any more
    with pytest.raises(Refused):
        accounts.sign_in("my secret password", "x", "10.0.0.8", "en")
    for _ in range(7):
        with pytest.raises(Refused):
            accounts.sign_in("viewer", "wrong password", "10.0.0.7", "en")
    admin = User("admin", "admin", "admin", None, "en")
    accounts.add(admin, "wang", "Wang", "viewer")
    accounts.change(admin, "wang", "Wang", "analyst")
    accounts.reset(admin, "wang")
    accounts.set_disabled(admin, "wang", True)
    assert logged(bench) == [
        ("analyst", "sign_in", "analyst"), ("analyst", "sign_out", "analyst"), (UNKNOWN, "sign_in_failed", UNKNOWN),
        *[("viewer", "sign_in_failed", "viewer")] * 5, ("viewer", "sign_in_locked", "viewer"),
        ("admin", "user_added", "wang"), ("admin", "user_changed", "wang"), ("admin", "user_reset", "wang"),
        ("admin", "user_disabled", "wang"),
    ]  # fmt: skip
    held = audit_file.export(bench.database.cursor()).decode()
    assert "secret password" not in held and "wrong password" not in held


def test_every_action_has_words() -> None:
    """Of every literal action that is written anywhere."""
    found = set()
    for room in ("cx", "components", "pages", "web"):
        for file in (ROOT / room).rglob("*.py"):
            code = file.read_text(encoding="utf-8")
            if not re.search(r"\b(audit\.(record|write|leave)|_tell)\(", code):
                continue
            for node in ast.walk(ast.parse(code)):
                called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
                if re.search(r"audit\.(record|write|leave)$|\._tell$", called):
                    found |= {
                        each.value
                        for argument in node.args[1:3]
                        for each in ast.walk(argument)
                        if isinstance(each, ast.Constant) and re.fullmatch(r"[a-z]+(_[a-z]+)+", str(each.value))
                    }
    assert {"sign_in", "survey_renamed", "upload_undone", "user_disabled"} <= found
    steps = (
        "submitted",
        "returned",
        "approved",
        "published",
        "discarded",
        "taken_over",
        "rolled_back",
        "found",
        "outside",
    )
    found |= {f"{what}_{step}" for what in ("survey", "dictionary") for step in steps}
    for lang in LANGUAGES:
        assert not [action for action in found if f"audit.action_{action}" not in texts(lang)]
