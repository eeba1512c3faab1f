"""LimeSurvey's questions with one answer or a list of choices → ours."""

from __future__ import annotations

import re
from decimal import Decimal

from cx.convert.expressions import Kind
from cx.convert.guess import is_nps
from cx.convert.lss.making import Making, whole
from cx.convert.lss.model import Asked, Part
from cx.convert.pieces import MOST_RANKED, Label, Made, Option, days, decimal, length, said, shown, slider

_IMAGES = frozenset(["png", "gif", "jpg", "jpeg", "jpe", "bmp", "webp", "heic", "heif", "tif", "tiff"])
_TIME = re.compile(r"[Hh]")
_DAY = re.compile(r"[dDjmMnYy]")


def single(make: Making, q: Asked) -> list[Made]:
    """List, dropdown, list with comment; eleven points from 0 to 10 of a recommendation are an NPS question."""
    options = [Option(part.code, make.text(q, part.texts)) for part in q.options()]
    points = [option.value for option in options] == [str(n) for n in range(11)]
    if points and (q.attributes.get("question_template") == "Net-Promoter-Score" or is_nps(make.text(q, q.texts))):
        make.kind(q, Kind("whole"))
        labels = {"low": make.text(q, q.spoken.get("nps_left_text", {})), "high": _high(make, q)}
        return [make.made(q, "nps", labels={key: label for key, label in labels.items() if label} or None)]
    options += _other(make, q) if q.type != "O" else []
    choices = make.choices(q, options)
    if not choices:
        return make.lost(q, "choices_none", type=q.type)
    id = make.id(q)
    ids = {option.value: choice["id"] for option, choice in zip(options, choices, strict=False)}
    make.kind(q, Kind("choice", tuple(ids.values()), {"-oth-": ids.get("other", "")} | ids), id)
    make.meant(q, choices, id)
    make.offers((option.value for option in options), choices)
    made = [make.made(q, "single", id, choices=_placed(q, choices), order=make.order(q))]
    if q.type == "O":
        make.report.approximated(make.place(q), "comment_apart")
        made.append(make.part(q, "comment", "text", make.words("comment"), long=True))
    return made


def _high(make: Making, q: Asked) -> Label:
    return make.text(q, q.spoken.get("nps_right_text", {}))


def _other(make: Making, q: Asked) -> list[Option]:
    if q.row.get("other") != "Y":
        return []
    if q.on("other_numbers_only"):
        make.report.approximated(make.place(q), "other_numbers")
    label = make.text(q, q.spoken.get("other_replace_text", {})) or make.text(q, q.attributes.get("other_replace_text"))
    taken = {part.code for part in (*q.options(), *q.rows())}
    return [Option("-oth-" if "other" in taken else "other", label or make.words("other"), ("other",))]


def _placed(q: Asked, choices: list[Made]) -> list[Made]:
    """The ``other`` choice where theirs stands."""
    where, after = q.attributes.get("other_position", ""), q.attributes.get("other_position_code", "")
    others = [choice for choice in choices if choice.get("other")]
    rest = [choice for choice in choices if not choice.get("other")]
    if where == "beginning":
        return others + rest
    place = next((n + 1 for n, choice in enumerate(rest) if where == "specific" and choice["id"] == after), len(rest))
    return rest[:place] + others + rest[place:]


def multiple(make: Making, q: Asked) -> list[Made]:
    """Multiple choice; one with comments asks for them as our ``other`` choices do."""
    alone = {code.strip() for code in q.attributes.get("exclude_all_others", "").split(";")}
    comments = ("other",) if q.type == "P" else ()
    if comments:
        make.report.approximated(make.place(q), "comments_in_choices")
    options = [
        Option(part.code, make.text(q, part.texts), (*comments, *(["exclusive"] if part.code in alone else [])))
        for part in q.rows()
    ]
    options += _other(make, q)
    choices = make.choices(q, options, several=True)
    if not choices:
        return make.lost(q, "choices_none", type=q.type)
    id = make.id(q)
    codes = [option.value if option.value != "-oth-" else "other" for option in options]
    make.offers(codes, choices)
    for code, choice in zip(codes, choices, strict=False):
        make.chosen(q, (code,), choice["id"], id)
    make.meant(q, choices, id)
    low, high = make.counts(q, len(choices))
    return [make.made(q, "multiple", id, choices=choices, order=make.order(q), min_choices=low, max_choices=high)]


def ranking(make: Making, q: Asked) -> list[Made]:
    """Ranking: answers in the order of preference."""
    options = q.options() or q.rows()
    given = [Option(part.code, make.text(q, part.texts)) for part in options]
    choices = make.pieces.choices(make.place(q), given, most=MOST_RANKED)
    if not choices:
        return make.lost(q, "choices_none", type=q.type)
    id = make.id(q)
    ids = {part.code: choice["id"] for part, choice in zip(options, choices, strict=False)}
    make.kind(q, Kind("choices", tuple(ids.values()), ids, ordered=True), id)
    make.offers(ids, choices)
    low, high = make.counts(q, len(choices))
    return [make.made(q, "ranking", id, choices=choices, order=make.order(q), min_choices=low, max_choices=high)]


def five(make: Making, q: Asked) -> list[Made]:
    """Five points."""
    make.kind(q, Kind("whole"))
    return [make.made(q, "rating", points=5)]


def yes_no(make: Making, q: Asked) -> list[Made]:
    """Yes or no."""
    make.flag(q)
    return [make.made(q, "yes_no")]


def gender(make: Making, q: Asked) -> list[Made]:
    """Gender: theirs has two answers."""
    make.kind(q, Kind("choice", ("F", "M")))
    pairs = [("F", "female"), ("M", "male")]
    return [make.made(q, "single", choices=[{"id": id, "label": make.words(word)} for id, word in pairs])]


def number(make: Making, q: Asked) -> list[Made]:
    """A number."""
    make.kind(q, Kind("whole" if q.on("num_value_int_only") else "number"))
    return [make.made(q, "number", **limits(make, q, "min_num_value_n", "max_num_value_n"))]


def limits(make: Making, q: Asked, low: str, high: str) -> Made:
    """Bounds, decimals and unit of a number as attributes say them; a bound by expression is told as lost."""
    decimals = 0 if q.on("num_value_int_only") else 4
    found: Made = {"decimals": decimals} if decimals else {}
    found |= bounds(make, q, low, high)
    unit = make.text(q, q.spoken.get("suffix", {})) or make.text(q, q.attributes.get("suffix"))
    return found | ({"unit": unit} if unit and length(unit) <= 20 else {})


def bounds(make: Making, q: Asked, low: str, high: str) -> Made:
    """``min`` and ``max`` as two attributes say them."""
    found: dict[str, Decimal] = {}
    for key, attribute in (("min", low), ("max", high)):
        if text := q.attributes.get(attribute, ""):
            value = decimal(text)
            if value is None:
                make.bound(q, key, text)
            else:
                found[key] = value
    if len(found) == 2 and found["min"] > found["max"]:
        make.report.dropped(make.place(q), "limits_crossed")
        return {}
    return {key: shown(value) for key, value in found.items()}


def text(make: Making, q: Asked) -> list[Made]:
    """Short, long and huge texts; one of digits only is a number."""
    if q.on("numbers_only"):
        return number(make, q)
    make.kind(q, Kind("text"))
    size = whole(q.attributes.get("maximum_chars", ""))
    keys = {"max_length": min(size, 20_000)} if size else {"max_length": 20_000} if q.type == "U" else {}
    return [make.made(q, "text", long=True if q.type in "TU" else None, **keys)]


def date(make: Making, q: Asked) -> list[Made]:
    """A day; a time alone becomes a text, and the time beside a day is lost."""
    form = q.attributes.get("date_format", "")
    if _TIME.search(form) and not _DAY.search(form):
        make.report.approximated(make.place(q), "time_as_text")
        make.kind(q, Kind("text"))
        return [make.made(q, "text", max_length=40)]
    if _TIME.search(form):
        make.report.approximated(make.place(q), "time_left_out")
    make.kind(q, Kind("date"))
    low, high = _day(make, q, "date_min", "-01-01"), _day(make, q, "date_max", "-12-31")
    return [make.made(q, "date", **days(low, high))]


def _day(make: Making, q: Asked, attribute: str, end: str) -> str | None:
    said = q.attributes.get(attribute, "").strip().strip("\"'")
    if re.fullmatch(r"(1[89]|20)\d\d", said):
        return said + end
    if re.fullmatch(r"(1[89]|20)\d\d-(0[1-9]|1[0-2])-([01]\d|2[0-8])", said):
        return said
    if said in ("now", "today"):
        return "today"
    if said:
        make.bound(q, attribute, said)
    return None


def note(make: Making, q: Asked) -> list[Made]:
    """A text to read."""
    return [make.made(q, "note")]


def upload(make: Making, q: Asked) -> list[Made]:
    """Files: photos where only images are taken."""
    types = {kind.strip(" .").lower() for kind in q.attributes.get("allowed_filetypes", "").split(",")} - {""}
    if not types or not types <= _IMAGES:
        return make.lost(q, "file_upload")
    most = whole(q.attributes.get("max_num_of_files", "")) or 1
    make.kind(q, Kind("choices"))
    return [make.made(q, "photo", max_photos=max(1, min(most, 10)))]


def equation(make: Making, q: Asked) -> list[Made]:
    """A computed value."""
    return make.computed(q, q.attributes.get("equation", "") or next(iter(q.texts.values()), ""))


def language(make: Making, q: Asked) -> list[Made]:
    """The choice of a language: every questionnaire of ours has it."""
    return make.lost(q, "language_question")


def several(make: Making, q: Asked) -> list[Made]:
    """Multiple short texts or numbers: a question each."""
    parts = q.rows()
    if not parts:
        return make.lost(q, "rows_none")
    if make.compact and q.type == "Q":
        return line(make, q, parts)
    make.report.approximated(make.place(q), "split", count=len(parts))
    return [*make.heading(q), *(_one(make, q, part) for part in parts)]


def line(make: Making, q: Asked, parts: list[Part]) -> list[Made]:
    """Several texts as one long text, where questions would be too many; ``parts`` stand below it."""
    make.report.approximated(make.place(q), "in_one_text", count=len(parts))
    make.kind(q, Kind("text"))
    return [make.made(q, "text", long=True, help=in_a_row(make, q, parts))]


def in_a_row(make: Making, q: Asked, parts: list[Part]) -> Label:
    """What the parts are called, on one line."""
    heads = [make.text(q, part.texts) or part.code for part in parts]
    return make.pieces.label({lang: " / ".join(said(head, lang) for head in heads) for lang in make.pieces.languages})


def _one(make: Making, q: Asked, part: Part) -> Made:
    label = make.text(q, part.texts)
    if q.type == "Q" and not q.on("numbers_only"):
        size = whole(q.attributes.get("maximum_chars", ""))
        return make.part(q, part.code, "text", label, Kind("text"), max_length=min(size, 20_000) if size else None)
    if q.on("slider_layout"):
        return make.part(q, part.code, "slider", label, Kind("number"), **_slider(q))
    return make.part(
        q, part.code, "number", label, Kind("number"), **limits(make, q, "min_num_value_n", "max_num_value_n")
    )


def _slider(q: Asked) -> Made:
    low = decimal(q.attributes.get("slider_min", "")) or Decimal(0)
    high = decimal(q.attributes.get("slider_max", "")) or Decimal(100)
    step = decimal(q.attributes.get("slider_accuracy", "")) or Decimal(1)
    if high <= low:
        low, high = Decimal(0), Decimal(100)
    return slider(low, high, step)
