"""Reading an uploaded file for the screen: once for each file and each way of reading it, not once a click."""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import streamlit as st

from cx.bank.model import Model
from cx.intake import imports, indicators, raw, suggest, suggest_responses
from cx.intake.indicator_match import Unknown
from cx.intake.indicator_units import Conversion
from cx.intake.mappings import IndicatorMapping, Reading
from cx.intake.reading import tabular
from cx.intake.response_mapping import ResponseMapping
from cx.intake.rows import Notice, Options, Progress, RowProblem, silent
from cx.intake.suggest_responses import SuggestedResponses
from cx.words import Problem, Refused, Translator

T = TypeVar("T")
Mapped = IndicatorMapping | ResponseMapping
_KEPT = 24


@dataclass(frozen=True)
class File:
    """An uploaded file; ``sha256`` names its content."""

    name: str
    data: bytes
    sha256: str


@dataclass(frozen=True)
class Seen:
    """What the first look at a file shows. ``suggested`` fits the kind that was asked for."""

    headers: tuple[str, ...]
    header_row: int
    rows: int
    how: tuple[str, str, str]
    sheets: tuple[str, ...]
    first: list[dict[str, str]]
    suggested: IndicatorMapping | SuggestedResponses
    year: int | None = None
    period: str | None = None


@dataclass(frozen=True)
class Outcome:
    """The result of checking a whole file: problems of the file (``refused``), of rows, or none."""

    rows: int = 0
    values: int = 0
    doubles: int = 0
    total: int = 0
    problems: tuple[RowProblem, ...] = ()
    first: dt.date | None = None
    last: dt.date | None = None
    refused: tuple[Problem, ...] = ()
    regions: int = 0
    notices: tuple[Notice, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    conversions: tuple[Conversion, ...] = ()
    banks: tuple[str, ...] = ()


class _Kept:
    """The latest few answers, shared by sessions; keyed by a file's content and all that the answer depends on."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable, find: Callable[[], T]) -> T:
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]  # type: ignore[no-any-return]
        found = find()
        with self._lock:
            self._found[key] = found
            while len(self._found) > _KEPT:
                self._found.popitem(last=False)
        return found


_kept = _Kept()


def own_words(t: Translator) -> None:
    """Streamlit's uploader speaks English and states its own limit: our words on the button, its small print away."""
    label = t("upload.button").replace('"', "")
    zone = '[data-testid="stFileUploaderDropzone"]'
    st.html(
        f'<style>[data-testid="stFileUploaderDropzoneInstructions"] {{display: none}} {zone} > span button p, '
        f"{zone} > button p {{font-size: 0}} {zone} > span button p::after, {zone} > button p::after "
        f'{{content: "{label}"; font-size: 0.95rem}}</style>'
    )


def of(uploaded: Any) -> File:
    """A file of Streamlit's uploader."""
    data = uploaded.getvalue()
    return File(uploaded.name, data, hashlib.sha256(data).hexdigest())


def seen(file: File, kind: str, options: Options, model: Model) -> Seen:
    """The first look. Raises :class:`Refused` when there is no table in the file."""

    def find() -> Seen:
        with tabular.opened(file.data, file.name, options) as table:
            guess = suggest.indicators(table, model) if kind == "indicators" else suggest_responses.responses(table)
            how = (table.encoding, table.delimiter, table.sheet)
            seen = Seen(table.headers, table.header_row, table.rows, how, table.sheets, table.first(), guess)
            return replace(seen, year=table.year, period=table.period)

    return _kept.get(("seen", file.sha256, file.name, kind, options, model), find)


def refuse_raw(file: File, seen: Seen, options: Options, model: Model) -> None:
    """What needs no complete mapping. Raises :class:`Refused` where a file of indicators holds customers' records."""
    if isinstance(seen.suggested, IndicatorMapping):
        with tabular.opened(file.data, file.name, options) as table:
            raw.refuse(table, seen.suggested, model)


def outcome(file: File, mapping: Mapped, reading: Reading, model: Model, progress: Progress = silent) -> Outcome:
    """Check the whole file under a mapping."""

    def find() -> Outcome:
        try:
            with tabular.opened(file.data, file.name, reading.options, progress) as table:
                checked = check(table, mapping, model, progress)
                found = (checked.doubles, checked.total, checked.problems, checked.first, checked.last)
                if isinstance(checked, indicators.Checked):
                    return Outcome(
                        table.rows, checked.values, *found, regions=checked.regions, notices=checked.notices,
                        unknown=checked.unknown, conversions=checked.conversions, banks=checked.banks,
                    )  # fmt: skip
                return Outcome(checked.rows, checked.answers, *found)
        except Refused as refused:
            banks = tuple(text for problem in refused.problems for text in problem.values.get("banks", ()))
            return Outcome(refused=refused.problems, banks=banks)

    key = ("outcome", file.sha256, file.name, mapping.to_json(), dt.date.today(), model)
    return _kept.get(key, find)


def check(
    table: tabular.Table, mapping: Mapped, model: Model, progress: Progress
) -> indicators.Checked | imports.CheckedResponses:
    """Check an open table under either kind of mapping."""
    today = dt.date.today()
    if isinstance(mapping, IndicatorMapping):
        return indicators.check(table, mapping, model, today, progress)
    return imports.check(table, mapping, model, today, progress)
