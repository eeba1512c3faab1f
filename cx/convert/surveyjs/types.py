"""The question types of SurveyJS, each with what makes it ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cx.convert.surveyjs import asking, choosing, tables
from cx.convert.surveyjs.making import Made, Making
from cx.convert.surveyjs.source import Element

MAKERS: Mapping[str, Callable[[Making, Element], list[Made]]] = {
    "text": asking.text,
    "comment": asking.comment,
    "slider": lambda making, element: asking.text(making, _ranged(element)),
    "multipletext": asking.several_texts,
    "radiogroup": choosing.single,
    "dropdown": choosing.single,
    "buttongroup": choosing.single,
    "checkbox": choosing.multiple,
    "tagbox": choosing.multiple,
    "ranking": choosing.ranking,
    "imagepicker": choosing.pictures,
    "boolean": choosing.boolean,
    "rating": choosing.rating,
    "matrix": tables.matrix,
    "matrixdropdown": tables.grid,
    "matrixdynamic": tables.grid,
    "paneldynamic": tables.grid,
    "html": asking.reading,
    "heading": asking.reading,
    "expression": asking.expression,
    "image": asking.picture,
    "file": asking.file,
}


def _ranged(element: Element) -> Element:
    return Element({**element.json, "inputType": "range"}, element.page, element.shown)
