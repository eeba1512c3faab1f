"""What the database does at its opening, and when DuckDB stumbles."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from cx.store import database
from cx.store.database import Database


def test_a_stumble_of_duckdb_is_asked_again_once(db: Database) -> None:
    asked = []

    def stumbling(con: duckdb.DuckDBPyConnection) -> int:
        asked.append(con)
        if len(asked) in (1, 3, 4):
            raise duckdb.InternalException("INTERNAL Error: dict-surviving cache")
        return con.execute("SELECT 7").fetchall()[0][0]

    assert db.read(stumbling) == 7 and len(asked) == 2
    with pytest.raises(duckdb.InternalException):
        db.read(stumbling)
    assert len(asked) == 4


def test_a_wrong_question_is_not_asked_again(db: Database) -> None:
    asked = []
    with pytest.raises(duckdb.BinderException):
        db.read(lambda con: asked.append(con) or con.execute("SELECT nothing FROM response"))
    assert len(asked) == 1


def test_a_changed_schema_is_brought_in_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = tmp_path / "scripts"
    here.mkdir()
    for name in ("schema", "views", *database._ONCE):
        text = (Path(database.__file__).parent / f"{name}.sql").read_text(encoding="utf-8")
        (here / f"{name}.sql").write_text(text, encoding="utf-8")
    monkeypatch.setattr(database, "_HERE", here)
    Database(tmp_path / "cx.duckdb").close()
    with (here / "schema.sql").open("a", encoding="utf-8") as script:
        script.write("CREATE TABLE IF NOT EXISTS newer (n INTEGER); INSERT INTO newer VALUES (1);")
    for _ in range(3):
        again = Database(tmp_path / "cx.duckdb")
        assert again.cursor().execute("FROM newer").fetchall() == [(1,)]
        again.close()
