"""No question vanishes: what LimeSurvey, Qualtrics and Formbricks files ask, counted from the raw files, is told."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from cx.convert import Converted, convert
from cx.store.place import ROOT
from cx.words import Refused

SHARED = Path(os.environ.get("CX_SHARED") or ROOT.parent / "shared" / "data")


def found(tool: str) -> list[tuple[Path, Converted]]:
    """Each file of a tool that converts."""
    folder = SHARED / "surveys" / tool
    paths = sorted(path for path in folder.glob("[!.]*") if path.is_file() and path.name != "INDEX.json")
    if not paths:
        pytest.skip(f"no definitions of {tool} in {SHARED}")
    done = []
    for path in paths:
        try:
            done.append((path, convert(path.read_bytes(), path.name)))
        except Refused:
            continue
    return done


def test_limesurvey() -> None:
    for path, one in found("lss"):
        table = ElementTree.parse(path).getroot().find("questions")
        rows = list(table.iter("row")) if table is not None else []
        asked = {
            row.findtext("qid"): row.findtext("title")
            for row in rows
            if row.findtext("type") != "X" and row.findtext("parent_qid") in (None, "", "0")
        }
        assert one.questions == len(asked), path.name
        assert {place.partition(" (")[0] for place in one.places} == set(asked.values()), path.name


def test_qualtrics() -> None:
    for path, one in found("qsf"):
        elements = json.loads(path.read_bytes())["SurveyElements"]
        of: dict[str, list[Any]] = {}
        for element in elements:
            of.setdefault(element["Element"], []).append(element["Payload"])
        notes = {body["QuestionID"] for body in of["SQ"] if body["QuestionType"] == "DB"}
        flow = json.dumps(of["FL"])
        blocks = of["BL"][0]
        used = {
            entry["QuestionID"]
            for block in (blocks.values() if isinstance(blocks, dict) else blocks)
            if block["Type"] != "Trash" and f'"{block["ID"]}"' in flow
            for entry in block.get("BlockElements") or []
            if entry["Type"] == "Question"
        }
        assert set(one.places) == used - notes, path.name


def test_formbricks() -> None:
    for path, one in found("formbricks"):
        text = json.loads(path.read_bytes())
        body = text.get("en") or next((value for value in text.values() if isinstance(value, dict)), text)
        body = body.get("preset", body) if isinstance(body, dict) else text
        elements = [element for block in body.get("blocks", []) for element in block["elements"]]
        asked = {element["id"] for element in elements or body.get("questions", []) if element["type"] != "cta"}
        assert set(one.places) == asked, path.name
