"""A dashboard as a YAML file: read with every problem told at its line, and written. Strict: what is not known is
refused, since a file may come from anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import yaml

from cx.bank import entry
from cx.bank.boards import LONGEST, MOST_TILES, Board, Catalogue, Tile, flaws
from cx.bank.reading import Mapped, Place, entries, parse
from cx.bank.shape import Label
from cx.words import LANGUAGES, Problem

ID = re.compile(r"[a-z0-9][a-z0-9-]{0,47}")
LARGEST = 200_000  # letters of a file
_BOARD = ("id", "title", "about", "owner", "roles", "period", "changed_by", "changed_at", "tiles")
_TILE = ("id", "chart", "metric", "by", "where", "kind", "period", "width", "group", "target", "title", "text")


@dataclass(frozen=True)
class Reading:
    """What a text says: the dashboard, or None where anything is wrong in it, and the problems."""

    board: Board | None
    problems: tuple[Problem, ...]


def read(text: str, name: str, known: Catalogue) -> Reading:
    """The dashboard of a text that is, or may become, the file ``name``."""
    problems: list[Problem] = []
    if len(text) > LARGEST:
        return Reading(None, (Place(name).problem("board_large", limit=LARGEST // 1000),))
    content = parse(text, name, problems)
    board = _board(content, Place(name, 1), known, problems) if content is not None else None
    wrong = any(problem.severity == "error" for problem in problems)
    return Reading(None if wrong else board, tuple(problems))


def dump(board: Board) -> str:
    """The text of a dashboard; reading it gives the same dashboard."""
    head: dict[str, Any] = {
        "id": board.id, "title": dict(board.title), "about": dict(board.about), "owner": board.owner,
        "roles": list(board.roles), "period": board.period, "changed_by": board.changed_by,
        "changed_at": board.changed_at, "tiles": [_plain(tile) for tile in board.tiles],
    }  # fmt: skip
    kept = {key: value for key, value in head.items() if value or key in ("id", "tiles")}
    return yaml.dump(kept, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000)


def _plain(tile: Tile) -> dict[str, Any]:
    empty = Tile("", "")
    found: dict[str, Any] = {}
    for key in _TILE:
        value = getattr(tile, key)
        if key in ("id", "chart", "width") or value != getattr(empty, key):
            found[key] = list(value) if key == "by" else dict(value) if key in ("title", "text") else value
    if tile.where:
        found["where"] = {name: list(values) for name, values in tile.where}
    return found


class _Dumper(yaml.SafeDumper):
    """Short lists in one line, as a person writes them."""

    def represent_sequence(self, tag: str, sequence: Iterable[Any], flow_style: bool | None = None) -> yaml.Node:
        short = all(isinstance(each, str) for each in sequence)
        return super().represent_sequence(tag, sequence, flow_style=short)


def _board(content: Mapped, place: Place, known: Catalogue, problems: list[Problem]) -> Board:
    _known(content, _BOARD, place, problems)
    id = _word(content, "id", place, problems)
    if not ID.fullmatch(id):
        problems.append(_at(content, "id", place).problem("board_id", found=id[:40]))
    period = _word(content, "period", place, problems) or Board("").period
    for key, found, options in (("period", (period,), known.periods),
                                ("roles", _words(content, "roles", place, problems), known.roles)):  # fmt: skip
        for one in found:
            if one not in options:
                values = {"key": key, "found": one[:40], "known": ", ".join(options)}
                problems.append(_at(content, key, place).problem("board_choice", **values))
    title = _label(content, "title", place, problems)
    if not title:
        problems.append(place.problem("board_title"))
    return Board(
        id, title, _label(content, "about", place, problems), _word(content, "owner", place, problems),
        _words(content, "roles", place, problems), period, _tiles(content, place, known, problems),
        _word(content, "changed_by", place, problems), _word(content, "changed_at", place, problems),
    )  # fmt: skip


def _tiles(content: Mapped, place: Place, known: Catalogue, problems: list[Problem]) -> tuple[Tile, ...]:
    found: list[Tile] = []
    for item in entries(content.get("tiles"), "tiles", _at(content, "tiles", place), problems):
        here = Place(place.file, item.line)
        if len(found) == MOST_TILES:
            problems.append(here.problem("board_tiles", most=MOST_TILES))
            break
        tile = _tile(item, here, problems)
        if not ID.fullmatch(tile.id) or tile.id in {other.id for other in found}:
            problems.append(_at(item, "id", here).problem("board_tile_id", found=tile.id[:40]))
        for code, values, key in flaws(tile, known):
            problems.append(_at(item, key, here).problem(code, **values))
        found.append(tile)
    return tuple(found)


def _tile(item: Mapped, here: Place, problems: list[Problem]) -> Tile:
    _known(item, _TILE, here, problems)
    words = {key: _word(item, key, here, problems) for key in ("id", "chart", "metric", "kind")}
    other = {key: found for key in ("period", "width", "group") if (found := _word(item, key, here, problems))}
    target = item.get("target")
    if target is not None and (isinstance(target, bool) or not isinstance(target, int | float)):
        problems.append(_at(item, "target", here).problem("board_target"))
        target = None
    return Tile(
        **words, **other, by=_words(item, "by", here, problems), where=_where(item, here, problems),
        target=None if target is None else float(target), title=_label(item, "title", here, problems),
        text=_label(item, "text", here, problems),
    )  # fmt: skip


def _where(item: Mapped, here: Place, problems: list[Problem]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    value = item.get("where")
    if value is None:
        return ()
    if not isinstance(value, Mapped):
        problems.append(_at(item, "where", here).problem("board_shape", key="where"))
        return ()
    return tuple((name, _words(value, name, here, problems)) for name in value)


def _word(item: Mapped, key: str, place: Place, problems: list[Problem]) -> str:
    value = item.get(key)
    if value is None:
        return ""
    if isinstance(value, Mapped | list) or len(str(value)) > LONGEST:
        problems.append(_at(item, key, place).problem("board_shape", key=key))
        return ""
    return str(value)


def _words(item: Mapped, key: str, place: Place, problems: list[Problem]) -> tuple[str, ...]:
    value = item.get(key)
    found = value if isinstance(value, list) else [] if value is None else [value]
    if any(isinstance(each, Mapped | list) or each is None for each in found):
        problems.append(_at(item, key, place).problem("board_shape", key=key))
        return ()
    return tuple(str(each) for each in found)


def _label(item: Mapped, key: str, place: Place, problems: list[Problem]) -> Label:
    value = item.get(key)
    flat = all(not isinstance(each, Mapped | list) for each in value.values()) if isinstance(value, Mapped) else True
    if isinstance(value, list) or not flat:
        problems.append(_at(item, key, place).problem("board_shape", key=key))
        return {}
    found = {lang: text for lang, text in entry.label(value, _at(item, key, place), []).items() if lang in LANGUAGES}
    if any(len(text) > LONGEST for text in found.values()):
        problems.append(_at(item, key, place).problem("board_long", key=key, most=LONGEST))
    return found


def _known(item: Mapped, keys: tuple[str, ...], place: Place, problems: list[Problem]) -> None:
    for extra in sorted(set(item) - set(keys)):
        problems.append(_at(item, extra, place).problem("board_key", key=extra[:40], known=", ".join(keys)))


def _at(item: Mapped, key: str, place: Place) -> Place:
    return Place(place.file, item.lines.get(key, item.line or place.line))
