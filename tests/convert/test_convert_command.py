"""``python -m cx convert``: what goes where, and with which exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cx.__main__ import main
from cx.store.place import ROOT
from cx.survey import load

FORM = '{"title": "T", "elements": [{"type": "text", "name": "a"}, {"type": "signaturepad", "name": "s"}]}'
OURS = ROOT / "survey_defs" / "staff-pulse.yaml"


@pytest.fixture
def form(tmp_path: Path) -> Path:
    path = tmp_path / "form.json"
    path.write_text(FORM, encoding="utf-8")
    return path


def test_a_definition_goes_out_and_losses_are_told(form: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", str(form), "--lang", "en"]) == 0
    told = capsys.readouterr()
    reading = load.read(told.out, "x")
    assert reading.survey and [question.id for question in reading.survey.questions] == ["a"]
    assert "SurveyJS: 1 of 2 questions" in told.err and "s: There is no question here for the type" in told.err
    assert main(["convert", str(form), "--lang", "zh", "--strict"]) == 1
    assert "保留 1 道" in capsys.readouterr().err


def test_json_tells_all(form: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", str(form), "--json", "--title", "Mine"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["source"], told["questions"], told["carried"], told["places"]) == (
        "surveyjs",
        2,
        1,
        {"a": ["a"], "s": []},
    )
    assert [(loss["kind"], loss["place"], loss["code"]) for loss in told["losses"]] == [("dropped", "s", "type")]
    assert "title: Mine" in told["text"]


def test_ours_for_other_tools(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.xlsx"
    assert main(["convert", str(OURS), "--to", "xlsform", "-o", str(out), "--lang", "en"]) == 0
    assert out.read_bytes()[:2] == b"PK" and "questions for XLSForm" in capsys.readouterr().err
    assert main(["convert", str(out), "-o", str(tmp_path / "back.yaml")]) == 0
    back, ours = (load.read_file(path).survey for path in (tmp_path / "back.yaml", OURS))
    assert back and ours and back.digest == ours.digest
    capsys.readouterr()
    assert main(["convert", str(OURS), "--to", "surveyjs"]) == 0
    assert json.loads(capsys.readouterr().out)["pages"]


def test_what_cannot_be_done(form: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", str(tmp_path / "none.json")]) == 2
    assert main(["convert", str(form), "-o", str(tmp_path / "no" / "where.yaml")]) == 2
    assert main(["convert", str(form), "--to", "surveyjs", "--lang", "en"]) == 1
    form.write_text("{", encoding="utf-8")
    assert main(["convert", str(form), "--lang", "en"]) == 1
    assert "not valid JSON" in capsys.readouterr().err
    assert main(["convert", str(form), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["problems"][0]["code"] == "convert_json"
    with pytest.raises(SystemExit) as stopped:
        main(["convert", str(form), "--to", "word"])
    assert stopped.value.code == 2


NPS = """{"title": "T", "elements": [{"type": "rating", "name": "nps", "title": "Would you recommend us?",
"rateMin": 0, "rateMax": 10}]}"""


def test_which_nps_is_asked_for_is_said_or_marked_as_a_guess(form: Path, capsys: pytest.CaptureFixture[str]) -> None:
    form.write_text(NPS, encoding="utf-8")
    assert main(["convert", str(form), "--lang", "en"]) == 0
    told = capsys.readouterr()
    lines = told.out.splitlines()
    at = lines.index("nps_kind: relational")
    assert all(line.startswith("# ") for line in lines[at - 2 : at]) and "only a guess" in lines[at - 1]
    assert "--nps-kind" in told.err and load.read(told.out, "x").survey
    assert main(["convert", str(form), "--strict", "--nps-kind", "transactional"]) == 0
    out = capsys.readouterr().out
    assert "nps_kind: transactional" in out and "#" not in out
    with pytest.raises(SystemExit):
        main(["convert", str(form), "--nps-kind", "competitive"])
