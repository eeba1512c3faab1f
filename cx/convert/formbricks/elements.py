"""Formbricks' elements → our questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cx.convert.formbricks.making import Element, Making
from cx.convert.formbricks.reading import Texts, dicts, listed
from cx.convert.pieces import MOST_RANKED, Made, Option, joined
from cx.survey.lists import MOST_CHOICES

_IMAGES = frozenset(["png", "jpg", "jpeg", "jpe", "heic", "heif", "webp", "gif", "bmp", "tif", "tiff"])
_PATTERNS = {
    "email": r"^[^@\s]+@[^@\s]+\.[^@\s]+$",
    "url": r"^(https?://)?[^\s/]+\.[^\s]+$",
    "phone": r"^[+0-9() .-]{5,25}$",
}


def make(bench: Making, element: Element) -> list[Made]:
    """The questions of ours that an element becomes, without conditions."""
    place = str(element.get("id") or f"element {len(bench.known) + 1}")
    type = str(element.get("type") or "")
    maker = _MAKERS.get(type)
    if maker is None:
        return bench.lost(place, "type", type=type)
    bench.placeholders |= bool(element.get("placeholder"))
    found = maker(bench, element, place)
    made = [{key: value for key, value in one.items() if value not in (None, "", [])} for one in found]
    if made and made[0]["type"] != "note":
        bench.report.carried(place, *(one["id"] for one in made))
    return made


def _open(make: Making, element: Element, place: str) -> list[Made]:
    kind = str(element.get("inputType") or "text")
    if kind == "number":
        return make.know(place, make.asked(element, place, "number", decimals=4))
    limit = element.get("charLimit")
    limit = limit if isinstance(limit, dict) and limit.get("enabled", True) else {}
    most, least = limit.get("max"), limit.get("min")
    made = make.asked(element, place, "text", long=True if element.get("longAnswer") else None)
    if isinstance(most, int) and 0 < most <= 20_000:
        made["max_length"] = most
    rules = [f"{made['id']}.matches('{_escaped(_PATTERNS[kind])}')"] if kind in _PATTERNS else []
    if isinstance(least, int) and 0 < least <= 20_000:
        rules.append(f"size({made['id']}) >= {least}")
    if rules:
        made["validate"] = [{"rule": rule, "message": make.pieces.words("rule_broken")} for rule in rules]
    return make.know(place, made)


def _escaped(pattern: str) -> str:
    return pattern.replace("\\", "\\\\").replace("'", "\\'")


def _choice(make: Making, element: Element, place: str) -> list[Made]:
    several = element["type"] == "multipleChoiceMulti"
    choices, values = _choices(make, element, place, several)
    if not choices:
        return make.lost(place, "choices_none", type=element["type"])
    made = make.asked(
        element, place, "multiple" if several else "single", choices=choices, **_shuffle(element, choices)
    )
    return make.know(place, made, values)


def _choices(
    make: Making, element: Element, place: str, several: bool, most: int = MOST_CHOICES
) -> tuple[list[Made], dict[str, str]]:
    """Choices, and what conditions call them: by id, or by the text in any language."""
    options, texts = [], []
    for number, one in enumerate(listed(element.get("choices"))):
        one = one if isinstance(one, dict) and not isinstance(one, Texts) else {"label": one}
        value = str(one.get("id") or f"choice {number + 1}")
        flags = {"other": ("other",), "none": ("exclusive",)}.get(value, ())
        options.append(Option(value, make.text(one.get("label"), place), flags))
        said = one.get("label")
        texts.append([value, *(said.values() if isinstance(said, Texts) else [str(said)])])
    choices = make.pieces.choices(place, options, several, most)
    values: dict[str, str] = {}
    for names, choice in zip(texts, choices, strict=False):
        for name in names:
            values.setdefault(name, choice["id"])
    return choices, values


def _shuffle(element: Element, choices: list[Made]) -> Made:
    how = element.get("shuffleOption")
    if how == "exceptLast":
        choices[-1]["fixed"] = True
    return {"order": "random"} if how in ("all", "exceptLast") else {}


def _ranking(make: Making, element: Element, place: str) -> list[Made]:
    choices, values = _choices(make, element, place, False, MOST_RANKED)
    if not choices:
        return make.lost(place, "choices_none", type=element["type"])
    for choice in choices:
        choice.pop("exclusive", None)
        if choice.pop("other", None):
            make.report.approximated(place, "other_ranked")
    return make.know(
        place, make.asked(element, place, "ranking", choices=choices, **_shuffle(element, choices)), values
    )


def _pictures(make: Making, element: Element, place: str) -> list[Made]:
    given = dicts(element.get("choices"))
    options = [
        Option(str(one.get("id") or number), make.pieces.words("picture", number=number))
        for number, one in enumerate(given, 1)
    ]
    several = bool(element.get("allowMulti"))
    choices = make.pieces.choices(place, options, several)
    if not choices:
        return make.lost(place, "choices_none", type=element["type"])
    make.report.approximated(place, "pictures", count=len(given))
    values = {option.value: choice["id"] for option, choice in zip(options, choices, strict=False)}
    return make.know(place, make.asked(element, place, "multiple" if several else "single", choices=choices), values)


def _rating(make: Making, element: Element, place: str) -> list[Made]:
    type = str(element["type"])
    points = element.get("range")
    points = points if isinstance(points, int) and 2 <= points <= 10 else 5
    if type == "ces" and points != 7 or type == "csat" and points < 3:
        make.report.approximated(place, "asked_rating", points=points)
        type = "rating"
    keys: Made = {"points": points} if type in ("csat", "rating") and points != 5 else {}
    return make.know(place, make.asked(element, place, type, labels=_ends(make, element, place), **keys))


def _nps(make: Making, element: Element, place: str) -> list[Made]:
    return make.know(place, make.asked(element, place, "nps", labels=_ends(make, element, place)))


def _ends(make: Making, element: Element, place: str) -> Made | None:
    found = {"low": make.text(element.get("lowerLabel"), place), "high": make.text(element.get("upperLabel"), place)}
    return {key: label for key, label in found.items() if label} or None


def _note(make: Making, element: Element, place: str) -> list[Made]:
    if element.get("buttonUrl"):
        make.report.dropped(place, "link", address=str(element["buttonUrl"])[:200])
    return make.know(place, make.asked(element, place, "note"))


def _consent(make: Making, element: Element, place: str) -> list[Made]:
    made = make.asked(element, place, "yes_no")
    made["help"] = joined(made["help"], make.text(element.get("label"), place), "\n")
    if element.get("required"):
        rule = {"rule": f"{made['id']} == true", "message": make.pieces.words("must_agree")}
        made["validate"] = [rule]
    return make.know(place, made)


def _date(make: Making, element: Element, place: str) -> list[Made]:
    return make.know(place, make.asked(element, place, "date"))


def _upload(make: Making, element: Element, place: str) -> list[Made]:
    types = {str(one).strip(" .").lower() for one in listed(element.get("allowedFileExtensions"))}
    if not types or not types <= _IMAGES:
        return make.lost(place, "file_upload")
    most = 10 if element.get("allowMultipleFiles") else 1
    return make.know(place, make.asked(element, place, "photo", max_photos=most))


def _matrix(make: Making, element: Element, place: str) -> list[Made]:
    sides: dict[str, list[tuple[str, object]]] = {}
    for side in ("rows", "columns"):
        sides[side] = [
            (str(one["id"]), one.get("label")) if isinstance(one, dict) and "id" in one else (str(number), one)
            for number, one in enumerate(listed(element.get(side)))
        ]
    options = [Option(value, make.text(label, place)) for value, label in sides["columns"]]
    choices = make.pieces.choices(place, options)
    if not choices or not sides["rows"]:
        return make.lost(place, "rows_none")
    rows = make.pieces.rows(place, [Option(value, make.text(label, place)) for value, label in sides["rows"]])
    ids = {value: row["id"] for (value, _), row in zip(sides["rows"], rows, strict=False)}
    made = make.asked(element, place, "matrix", rows=rows, choices=choices)
    if element.get("shuffleOption") in ("all", "exceptLast"):
        made["order"] = "random"
    values = {option.value: choice["id"] for option, choice in zip(options, choices, strict=False)}
    return make.know(place, made, values, ids)


def _contact(make: Making, element: Element, place: str) -> list[Made]:
    make.report.approximated(place, "contact")
    company = element.get("company")
    if isinstance(company, dict) and company.get("show", True):
        make.report.dropped(place, "field", name="company")
    return make.know(place, make.asked(element, place, "contact"))


def _address(make: Making, element: Element, place: str) -> list[Made]:
    fields = [
        (name, one) for name, one in element.items()
        if isinstance(one, dict) and not isinstance(one, Texts) and "show" in one and one["show"]
    ]  # fmt: skip
    if not fields:
        return make.lost(place, "rows_none")
    make.report.approximated(place, "split", count=len(fields))
    made = []
    for name, one in fields:
        label = make.text(one.get("placeholder"), place) or name
        question = make.asked(element, place, "text", id=make.ids.fresh(f"{place}_{name}"), max_length=200)
        question["label"] = joined(question["label"], label)
        if not one.get("required"):
            question.pop("required", None)
        made.append(question)
    make.know(place, made[-1])
    return made


_MAKERS: Mapping[str, Callable[[Making, Element, str], list[Made]]] = {
    "openText": _open, "multipleChoiceSingle": _choice, "multipleChoiceMulti": _choice, "ranking": _ranking,
    "pictureSelection": _pictures, "rating": _rating, "csat": _rating, "ces": _rating, "nps": _nps, "cta": _note,
    "consent": _consent, "date": _date, "fileUpload": _upload, "matrix": _matrix, "contactInfo": _contact,
    "address": _address,
}  # fmt: skip
