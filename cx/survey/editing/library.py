"""Templates and blocks to begin with: ``survey_defs/library``, and a folder ``library`` of the bank's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from cx.survey import load
from cx.survey.editing import document
from cx.survey.schema import Survey, Text
from cx.words import Refused

SHIPPED = Path(__file__).resolve().parents[3] / "survey_defs" / "library"
OWN = "own"
_INDEX = "index.yaml"


@dataclass(frozen=True)
class Template:
    """A whole survey to start from. ``group`` is one of the index, or :data:`OWN`; ``when`` says what it is for."""

    id: str
    group: str
    when: Text
    text: str
    survey: Survey


@dataclass(frozen=True)
class Block:
    """A few questions that belong together."""

    id: str
    title: Text
    about: Text
    icon: str
    questions: tuple[Mapping[str, Any], ...]


def groups() -> Mapping[str, Text]:
    """Names of the groups, in order."""
    return _index()["groups"]


@cache
def _index() -> Mapping[str, Any]:
    return yaml.safe_load((SHIPPED / _INDEX).read_text(encoding="utf-8"))


def templates(own: Path | None = None) -> tuple[Template, ...]:
    """Every template that reads without errors: ours in the order of the index, then those of the bank, which take the
    place of ours with the same id."""
    shipped = {each.id: each for each in _shipped()}
    found = _of(own) if own is not None and own.is_dir() and own.resolve() != SHIPPED else ()
    mine = {each.id: each for each in found if each.id not in shipped or each.text != shipped[each.id].text}
    return (*(each for id, each in shipped.items() if id not in mine), *mine.values())


@cache
def _shipped() -> tuple[Template, ...]:
    order = list(_index()["templates"])
    return tuple(sorted(_of(SHIPPED), key=lambda each: order.index(each.id) if each.id in order else len(order)))


def _of(folder: Path) -> tuple[Template, ...]:
    known = _index()["templates"]
    found = []
    for file in sorted(folder.glob("*.yaml")):
        if file.name == _INDEX:
            continue
        survey = load.read_file(file).survey
        if survey is None:
            continue
        said = known.get(survey.id, {}) if folder == SHIPPED else {}
        when = said.get("when") or survey.purpose or survey.title
        found.append(Template(survey.id, said.get("group", OWN), when, file.read_text(encoding="utf-8"), survey))
    return tuple(found)


@cache
def blocks() -> tuple[Block, ...]:
    """The blocks, by file name."""
    found = []
    for file in sorted((SHIPPED / "blocks").glob("*.yaml")):
        try:
            said = document.read(file.read_text(encoding="utf-8"), file.name)
        except Refused:
            continue
        found.append(
            Block(file.stem.partition("-")[2], said["title"], said["about"], said["icon"], tuple(said["questions"]))
        )
    return tuple(found)
