"""SurveyJS questions that are answered by writing, several at once, or not at all."""

from __future__ import annotations

import re
from typing import Any, Literal

from cx.convert.expressions import Kind
from cx.convert.pieces import joined
from cx.convert.surveyjs.making import Made, Making
from cx.convert.surveyjs.source import Element, Json, items

_COMPARES = re.compile(r"[=<>]|\b(anyof|allof|noneof|contains|notcontains|empty|notempty|and|or)\b", re.IGNORECASE)
_MAKES_TEXT = re.compile(r"""['"][^'"]*['"]\s*[,)+]|\b(displayValue|currentDate|today)\s*\(""")
_DATES = ("date", "datetime-local", "datetime")
_PLAIN_INPUTS = ("text", "email", "url", "tel", "search", "password")


def text(making: Making, element: Element) -> list[Made]:
    """``text`` with its input types: number, range, date, time, …"""
    question = making.question(element, "text")
    kind = _input(making, element, question, element.json)
    making.learn(str(element.json.get("valueName") or element.name), question["id"], kind)
    making.learn(element.name, question["id"], kind)
    return [question]


def comment(making: Making, element: Element) -> list[Made]:
    """``comment``."""
    question = making.question(element, "text") | {"long": True}
    _longest(question, element.json)
    making.learn(str(element.json.get("valueName") or element.name), question["id"], Kind("text"))
    making.learn(element.name, question["id"], Kind("text"))
    return [question]


def _input(making: Making, element: Element, question: Made, json: Json) -> Kind:
    """Makes a text question what its input type says."""
    input, place = str(json.get("inputType") or "text").lower(), element.name
    low, high = json.get("min"), json.get("max")
    if input in _DATES:
        question["type"] = "date"
        question |= {
            key: str(value)[:10] for key, value in (("min", low), ("max", high)) if value and "20" in str(value)[:2]
        }
        if input != "date":
            making.report.approximated(place, "asked_datetime")
        return Kind("date")
    if input == "range":
        question |= {
            "type": "slider",
            "min": number(low, 0),
            "max": number(high, 100),
            "step": number(json.get("step"), 1),
        }
        return Kind("number")
    numeric = next((rule for rule in _validators(json) if rule.get("type") in ("numeric", "numericvalidator")), None)
    if input == "number" or (numeric and input == "text"):
        return _number(question, json, numeric or {})
    if input == "time":
        making.report.approximated(place, "asked_time")
        rule = f"{question['id']}.matches('^([01]?[0-9]|2[0-3]):[0-5][0-9]$')"
        question["validate"] = [{"rule": rule, "message": making.pieces.words("clock")}]
    elif input not in _PLAIN_INPUTS:
        making.report.approximated(place, "input", value=input)
    _longest(question, json)
    return Kind("text")


def _number(question: Made, json: Json, rule: Json) -> Kind:
    question["type"] = "number"
    for key, limit in (("min", json.get("min", rule.get("minValue"))), ("max", json.get("max", rule.get("maxValue")))):
        if isinstance(limit, int | float | str) and (value := number(limit, None)) is not None:
            question[key] = value
    decimals = len(str(json.get("step", 1)).partition(".")[2])
    whole = decimals == 0 and all(isinstance(question.get(key, 0), int) for key in ("min", "max"))
    if not whole or "step" not in json:
        question["decimals"] = min(4, max(decimals, 2))
    return Kind("number")


def _validators(json: Json) -> list[Json]:
    found = json.get("validators")
    return [rule for rule in found if isinstance(rule, dict)] if isinstance(found, list) else []


def _longest(question: Made, json: Json) -> None:
    longest = json.get("maxLength")
    if isinstance(longest, int) and 0 < longest <= 20_000:
        question["max_length"] = longest


def number(value: object, usual: Any) -> Any:
    """A number as YAML writes it; ``usual`` where it is none."""
    try:
        found = float(str(value))
    except ValueError:
        return usual
    return int(found) if found.is_integer() else found


def several_texts(making: Making, element: Element) -> list[Made]:
    """``multipletext``: a question for each line."""
    found = []
    for item in items(element.json.get("items")):
        name = str(item["value"])
        title = joined(
            making.label(element.json.get("title"), element.name), making.label(item.get("title"), "") or name
        )
        question = making.question(element, "text", f"{element.name}_{name}", title)
        if item.get("isRequired"):
            question["required"] = True
        kind = _input(making, element, question, item)
        making.learn(f"{element.name}.{name}", question["id"], kind)
        found.append(question)
    if not found:
        making.report.lost(element.name, "choices_none", type=element.type)
    return found


def reading(making: Making, element: Element) -> list[Made]:
    """``html``, and the title of a panel: a note."""
    raw = element.json.get("html") if element.type == "html" else element.json.get("title")
    label = making.label(raw, element.name)
    more = making.label(element.json.get("description"), element.name) if element.type == "heading" else ""
    if not (label or more):
        making.report.dropped(element.name, "note_empty")
        return []
    return [{"id": making.ids.fresh(element.name or "note"), "type": "note", "label": joined(label, more, "\n")}]


def expression(making: Making, element: Element) -> list[Made]:
    """``expression``: computed; the formula is filled in once all names are known."""
    id = making.ids.question(element.name)
    source = str(element.json.get("expression") or "")
    making.learn(element.name, id, Kind(result(source)))
    return [{"id": id, "type": "computed", "value": source, "as": result(source)}]


def result(source: str) -> Literal["text", "number", "flag"]:
    """What a formula gives: yes or no where it compares, text where it has texts of its own or joins some."""
    source = source.strip()
    if _COMPARES.search(source) and not source.lower().startswith("iif"):
        return "flag"
    return "text" if _MAKES_TEXT.search(source) else "number"


def picture(making: Making, element: Element) -> list[Made]:
    """``image``: nothing is asked."""
    making.report.dropped(element.name, "media")
    return []


def file(making: Making, element: Element) -> list[Made]:
    """``file``: photos where pictures may be handed in."""
    types = str(element.json.get("acceptedTypes") or "image")
    if "image" not in types and not any(end in types.lower() for end in (".jpg", ".jpeg", ".png", ".heic")):
        making.report.lost(element.name, "type", type=f"file ({types})")
        return []
    question = making.question(element, "photo")
    if element.json.get("allowMultiple"):
        question["max_photos"] = min(10, max(1, number(element.json.get("maxFiles"), 10)))
    return [question]
