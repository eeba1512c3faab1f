"""Formbricks surveys and templates (JSON) as definitions of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from cx.convert.expressions.kinds import NotCarried
from cx.convert.expressions.logic import NO, YES, written
from cx.convert.expressions.terms import quoted
from cx.convert.formbricks.elements import make as made
from cx.convert.formbricks.making import Making
from cx.convert.formbricks.paths import Paths, Stop
from cx.convert.formbricks.reading import Form, dicts, listed, read_form
from cx.convert.formbricks.rules import Rules, number
from cx.convert.names import survey_id
from cx.convert.pieces import Label, Made, bounded, joined, not_too_many, said
from cx.convert.report import Report
from cx.words import Problem, Refused

_OPERATORS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/"}


def read(data: bytes, name: str, report: Report) -> dict[str, Any]:
    """The definition of a Formbricks file. Raises :class:`Refused` when there is nothing to ask in it."""
    form = read_form(data, name)
    not_too_many(sum(1 + len(block.elements) for block in form.blocks), name)
    make = Making(form, report)
    head = _head(form, make, name)
    stops = [_stop(make, block) for block in form.blocks]
    if not any(stop.page["questions"] for stop in stops):
        raise Refused(Problem("convert_nothing", name))
    variables = _calculate(form, make, stops)
    rules = Rules(make.known, variables)
    paths = Paths(make, rules, stops, {str(one.get("id")) for one in dicts(form.body.get("endings"))})
    paths.lay()
    paths.finish()
    _required(make, rules, stops)
    pages = [page for stop in stops for page in (stop.page, {"questions": stop.values}) if page["questions"]]
    bounded(pages, report)
    found = head | {"thanks": _thanks(form, make), "pages": pages}
    if make.placeholders:
        report.dropped("", "placeholders")
    return {key: value for key, value in found.items() if value}


def _head(form: Form, make: Making, name: str) -> Made:
    body = form.body
    title = make.text(form.names) or make.text(body.get("name")) or name.rpartition(".")[0] or name
    card = body.get("welcomeCard")
    intro: Label = ""
    if isinstance(card, dict) and card.get("enabled"):
        intro = joined(make.text(card.get("headline")), make.text(card.get("subheader") or card.get("html")), "\n\n")
    hidden = body.get("hiddenFields")
    if isinstance(hidden, dict) and (names := listed(hidden.get("fieldIds"))):
        make.report.dropped("", "hidden_fields", names=", ".join(map(str, names))[:200])
    id = survey_id(said(title, "en") if said(title, "en").isascii() else name.rpartition(".")[0])
    return {"id": id, "version": "1.0.0", "title": title, "intro": intro}


def _thanks(form: Form, make: Making) -> Label:
    endings = dicts(form.body.get("endings"))
    old = form.body.get("thankYouCard")
    if not endings and isinstance(old, dict) and old.get("enabled"):
        endings = [old]
    shown = [one for one in endings if one.get("type", "endScreen") == "endScreen"]
    if len(endings) > 1 or len(shown) < len(endings):
        make.report.dropped("", "endings", count=len(endings))
    if not shown:
        return ""
    if shown[0].get("buttonLink"):
        make.report.dropped("", "link", address=str(shown[0]["buttonLink"])[:200])
    return joined(make.text(shown[0].get("headline")), make.text(shown[0].get("subheader")), "\n\n")


def _stop(make: Making, block: Any) -> Stop:
    return Stop(block, {"questions": [one for element in block.elements for one in made(make, element)]})


def _calculate(form: Form, make: Making, stops: Sequence[Stop]) -> dict[str, str]:
    """Variables: a computed question for each step, so that a later one sees what came before."""
    now: dict[str, str] = {}
    kinds: dict[str, str] = {}
    for one in dicts(form.body.get("variables")):
        kinds[str(one.get("id"))] = "text" if one.get("type") == "text" else "number"
        now[str(one.get("id"))] = _constant(one.get("value"), kinds[str(one.get("id"))])
    steps: dict[str, str] = {}
    for stop in stops:
        for rule in stop.block.rules:
            for action in dicts(rule.get("actions")):
                if action.get("objective") != "calculate":
                    continue
                name = str(action.get("variableId"))
                try:
                    value = _step(Rules(make.known, steps), stop, rule, action, now[name], kinds[name])
                except (NotCarried, KeyError) as reason:
                    code = reason.reason if isinstance(reason, NotCarried) else "name_unknown"
                    make.report.dropped(stop.block.place, "condition", part="value", expression=name, reason=code)
                    continue
                id = make.ids.fresh(f"value_{name}"[:40])
                stop.values.append({"id": id, "type": "computed", "as": kinds[name], "value": value})
                now[name] = steps[name] = id
    return steps


def _constant(value: Any, kind: str) -> str:
    try:
        return quoted(str(value or "")) if kind == "text" else number(value or 0, True)
    except NotCarried:
        return "''" if kind == "text" else "0.0"


def _step(rules: Rules, stop: Stop, rule: Mapping[str, Any], action: Mapping[str, Any], now: str, kind: str) -> str:
    """The variable after an action: changed where the rule holds. Raises NotCarried."""
    given = action.get("value")
    operator = str(action.get("operator"))
    if not isinstance(given, dict) or given.get("type") != "static":
        raise NotCarried("other_operand")
    value = _constant(given.get("value"), kind)
    if operator == "assign":
        changed = value
    elif operator == "concat" and kind == "text":
        changed = f"{now} + {value}"
    elif operator in _OPERATORS and kind == "number" and not (operator == "divide" and _zero(value)):
        changed = f"{now} {_OPERATORS[operator]} {value}"
    else:
        raise NotCarried("operator_unknown")
    tree = rules.tree(rule, stop.block.place)
    if tree in (YES, NO):
        raise NotCarried("constant")
    return f"({written(tree, True)}) ? {changed} : {now}"


def _zero(value: str) -> bool:
    try:
        return Decimal(value) == 0
    except InvalidOperation:
        return True


def _required(make: Making, rules: Rules, stops: Sequence[Stop]) -> None:
    """Elements that a rule makes required."""
    questions = {one["id"]: one for stop in stops for one in stop.page["questions"]}
    for stop in stops:
        for rule in stop.block.rules:
            for action in dicts(rule.get("actions")):
                if action.get("objective") != "requireAnswer":
                    continue
                known = make.known.get(str(action.get("target")))
                made = questions.get(known.id or "") if known else None
                try:
                    tree = rules.tree(rule, stop.block.place)
                except NotCarried as reason:
                    make.report.dropped(
                        str(action.get("target")), "condition", part="required_if", expression=stop.block.place,
                        reason=reason.reason,
                    )  # fmt: skip
                    continue
                if made and tree not in (YES, NO):
                    made["required_if"] = written(tree, False)
