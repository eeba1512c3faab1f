"""``python -m cx measure``: the door's numbers on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from small_bank import scores

from cx.__main__ import main
from cx.store.database import Database


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CX_DATA", str(tmp_path))
    db = Database(tmp_path / "cx.duckdb")
    scores(db, 6, 0, 2, branch="a")
    scores(db, 3, 0, 0, branch="b")
    db.close()


def test_a_table_for_people_and_json_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["measure", "nps", "--kind", "transactional", "--where", "branch=a"]) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("50.0000\t")
    assert main(["measure", "nps", "--kind", "transactional", "--by", "branch", "--json"]) == 0
    cells = {cell["branch"]: cell for cell in json.loads(capsys.readouterr().out)["cells"]}
    assert cells["b"]["state"] == "hidden" and cells["b"]["value"] is None


def test_pooled_kinds_and_unknown_names_are_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["measure", "nps"]) == 2
    assert "never pooled" in capsys.readouterr().err
    with pytest.raises(SystemExit) as stopped:
        main(["measure", "nps", "--where", "password=1"])
    assert stopped.value.code == 2
