"""Qualtrics surveys (``.qsf``) as definitions of ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cx.convert.names import survey_id
from cx.convert.pieces import Made, bounded, not_too_many
from cx.convert.qsf import questions, tables
from cx.convert.qsf.flow import Flow
from cx.convert.qsf.making import Making
from cx.convert.qsf.reading import Asked, read_form
from cx.convert.report import Report
from cx.words import Problem, Refused

_MAKERS: Mapping[str, Callable[[Making, Asked], list[Made]]] = {
    "MC": questions.choice, "Matrix": tables.matrix, "TE": questions.entry, "Slider": tables.slider,
    "RO": questions.rank, "DB": questions.note, "CS": tables.total, "PGR": questions.group,
    "FileUpload": questions.upload, "SBS": lambda make, q: tables.side_by_side(make, q, made),
}  # fmt: skip
_OF_THE_DEVICE = {"Timing": "timing", "Meta": "metadata_of_browser", "Captcha": "captcha"}
_OF_PICTURES = frozenset(["HeatMap", "HotSpot", "HL", "Draw", "Signature", "VideoResponse"])


def read(data: bytes, name: str, report: Report) -> dict[str, Any]:
    """The definition of a Qualtrics file. Raises :class:`Refused` when there is nothing to ask in it."""
    form = read_form(data, name)
    not_too_many(len(form.questions), name)
    make = Making(form, report)
    own = next(iter(form.languages))
    title = make.text({own: form.name or name.rpartition(".")[0]}, "") or name
    flow = Flow(make, made)
    flow.walk()
    pages = flow.finished()
    bounded(pages, report)
    if not pages:
        raise Refused(Problem("convert_nothing", name))
    for key, code in (("Header", "header"), ("Footer", "header")):
        if form.options.get(key):
            report.dropped("", code)
    if form.quotas:
        report.dropped("", "quotas_of_tool", count=form.quotas)
    return {"id": survey_id(form.name or name), "version": "1.0.0", "title": title, "pages": pages}


def made(make: Making, q: Asked) -> list[Made]:
    """The questions of ours that one of theirs becomes, without conditions."""
    type = q.type[0]
    if maker := _MAKERS.get(type):
        return maker(make, q)
    if type in _OF_THE_DEVICE:
        return make.lost(q, _OF_THE_DEVICE[type])
    return make.lost(q, "on_a_picture" if type in _OF_PICTURES else "type", type=type or "–")
