"""SurveyJS questions that are answered by choosing: one, several, an order, a point of a scale, yes or no."""

from __future__ import annotations

from cx.convert.expressions import Kind
from cx.convert.expressions.terms import quoted
from cx.convert.guess import is_nps
from cx.convert.names import choice_ids
from cx.convert.pieces import Option
from cx.convert.surveyjs.making import Made, Making
from cx.convert.surveyjs.source import Element, items, written

_EXTRA = (
    (("showNoneItem", "hasNone"), "none", "noneText", "none_of_these"),
    (("showRefuseItem",), "refused", "refuseText", "refuse"),
    (("showDontKnowItem",), "dontknow", "dontKnowText", "dont_know"),
)


def single(making: Making, element: Element) -> list[Made]:
    """``radiogroup``, ``dropdown``, ``buttongroup``."""
    return _choosing(making, element, "single")


def multiple(making: Making, element: Element) -> list[Made]:
    """``checkbox``, ``tagbox``."""
    made = _choosing(making, element, "multiple")
    for question in made:
        limits = {"min_choices": "minSelectedChoices", "max_choices": "maxSelectedChoices"}
        question |= {
            ours: value
            for ours, theirs in limits.items()
            if isinstance(value := element.json.get(theirs), int) and 0 < value <= len(question["choices"])
        }
        if element.json.get("showSelectAllItem") or element.json.get("hasSelectAll"):
            making.report.dropped(element.name, "select_all")
    return made


def ranking(making: Making, element: Element) -> list[Made]:
    """``ranking``."""
    return _choosing(making, element, "ranking")


def pictures(making: Making, element: Element) -> list[Made]:
    """``imagepicker``: the names of the pictures are chosen."""
    making.report.approximated(element.name, "media")
    return (multiple if element.json.get("multiSelect") else single)(making, element)


def _choosing(making: Making, element: Element, type: str) -> list[Made]:
    json, place = element.json, element.name
    options = _options(making, element, type)
    if not options:
        elsewhere = json.get("choicesByUrl") or json.get("choicesFromQuestion")
        making.report.lost(place, "choices_elsewhere" if elsewhere else "choices_none", type=element.type)
        return []
    question = making.question(element, type)
    question["choices"] = making.pieces.choices(place, options, type == "multiple")
    order = json.get("choicesOrder")
    if order == "random":
        question["order"] = "random"
    elif order in ("asc", "desc"):
        question["choices"].sort(key=lambda choice: str(choice["label"]), reverse=order == "desc")
    making.offered[element.name] = options
    ids = choice_ids(option.value for option in options)
    kind = Kind("choice" if type == "single" else "choices", tuple(ids.values()), ids, ordered=type == "ranking")
    making.learn(str(json.get("valueName") or element.name), question["id"], kind)
    making.learn(element.name, question["id"], kind)
    return [question]


def _options(making: Making, element: Element, type: str) -> list[Option]:
    json, place = element.json, element.name
    options = making.options(place, json.get("choices"), json.get("choicesVisibleIf") or json.get("choicesEnableIf"))
    options = options or _taken_over(making, element)
    for keys, value, text, word in _EXTRA:
        if any(json.get(key) for key in keys):
            flags = ("exclusive",) if type == "multiple" else ("fixed",)
            options.append(Option(value, making.label(json.get(text), place) or making.pieces.words(word), flags))
    if json.get("showOtherItem") or json.get("hasOther"):
        other = making.label(json.get("otherText"), place) or making.pieces.words("other")
        options = [option for option in options if option.value != "other"]
        options.append(Option("other", other, ("other",)))
    return options


def _taken_over(making: Making, element: Element) -> list[Option]:
    """The choices of another question (``choicesFromQuestion``): all, those chosen there, or those not chosen."""
    name, mode = str(element.json.get("choicesFromQuestion") or ""), str(element.json.get("choicesFromQuestionMode"))
    sign = {"selected": "contains", "unselected": "notcontains"}.get(mode.lower())
    return [
        Option(option.value, option.label, (), f"{{{name}}} {sign} {quoted(option.value)}" if sign else "")
        for option in making.offered.get(name, ())
    ]


def boolean(making: Making, element: Element) -> list[Made]:
    """``boolean``."""
    json = element.json
    question = making.question(element, "yes_no", title=json.get("title") or json.get("label"))
    ids = {written(json.get("valueTrue", True)): "true", written(json.get("valueFalse", False)): "false"}
    making.learn(element.name, question["id"], Kind("flag", ids=ids))
    if json.get("labelTrue") or json.get("labelFalse"):
        making.report.approximated(element.name, "yes_no_words")
    return [question]


def rating(making: Making, element: Element) -> list[Made]:
    """``rating``: a scale of ours where its points are 0 to 10 or 1 to n, else a slider or choices."""
    json = element.json
    values = items(json.get("rateValues")) if isinstance(json.get("rateValues"), list) else []
    low, high, step = _span(element)
    if values:
        points = [item["value"] for item in values]
        low, high, step = (1, len(points), 1) if points == list(range(1, len(points) + 1)) else (0, 0, 0)
    question = making.question(element, "rating")
    kind = Kind("whole")
    if step == 1 and (low, high) == (0, 10) and is_nps(question["label"], question["id"]):
        question["type"] = "nps"
    elif step == 1 and low == 1 and 2 <= high <= 10:
        question |= {"points": high} if high != 5 else {}
    elif step:
        question |= {"type": "slider", "min": low, "max": high, "step": step}
        making.report.approximated(element.name, "scale_slider", low=low, high=high)
    else:
        options = making.options(element.name, json["rateValues"])
        question |= {"type": "single", "choices": making.pieces.choices(element.name, options)}
        ids = choice_ids(option.value for option in options)
        kind = Kind("choice", tuple(ids.values()), ids)
    _labels(making, element, question, values)
    making.learn(element.name, question["id"], kind)
    return [question]


def _span(element: Element) -> tuple[int, int, int]:
    low, step = (_whole(element.json.get(key), 1) for key in ("rateMin", "rateStep"))
    usual = low + _whole(element.json.get("rateCount"), 5) - 1
    return low, max(low + 1, _whole(element.json.get("rateMax"), usual)), max(1, step)


def _labels(making: Making, element: Element, question: Made, values: list[Made]) -> None:
    """Words at the ends, or at points that have some of their own."""
    if question["type"] == "single":
        return
    place = element.name
    ends = {"low": "minRateDescription", "high": "maxRateDescription"}
    labels = {end: text for end, key in ends.items() if (text := making.label(element.json.get(key), place))}
    for item in values:
        text = making.label(item.get("text"), place)
        if text and text != written(item["value"]):
            labels[str(item["value"])] = text
    if labels:
        question["labels"] = labels


def _whole(value: object, usual: int) -> int:
    try:
        return int(float(str(value))) if value is not None else usual
    except (ValueError, OverflowError):  # NaN and Infinity are JSON to some
        return usual
