"""XLSForm read as ours: spellings of headers, groups, logic, what is refused and what is told."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import Workbook

from cx.convert import Converted, convert
from cx.words import LANGUAGES, Refused, Translator


def form(*rows: str, choices: tuple[str, ...] = (), settings: tuple[str, ...] = ()) -> bytes:
    sheets = {"survey": rows, "choices": choices, "settings": settings}
    return "\n".join(
        f"| {name} |\n" + "\n".join(f"| | {row} |" for row in found) for name, found in sheets.items() if found
    ).encode()


def read(*rows: str, choices: tuple[str, ...] = (), settings: tuple[str, ...] = ()) -> Converted:
    return convert(form(*rows, choices=choices, settings=settings), "form.md")


def codes(found: Converted) -> set[tuple[str, str]]:
    return {(loss.place, loss.code) for loss in found.losses}


YN = ("list name | name | label", "yn | yes | Yes", "yn | no | No")


def test_headers_in_every_spelling() -> None:
    found = read(
        "TYPE | Name | label::English (en) | caption:chinese | bind: relevant | Constraint Message | bind::constraint",
        "integer | age | How old? | 您多大？ | | Too young | . > 17 and . <= 99",
        "select one from yn | ok | Fine? | 好吗？ | ${age} >= 18 | |",
        choices=("list_name | value | label::English (en) | label:chinese", "yn | yes | Yes | 是", "yn | no | No | 否"),
        settings=("form_title | form_id | default_language", "My form | my_form | chinese"),
    )
    age, ok = found.survey.questions
    assert (found.survey.id, found.survey.title) == ("my-form", "My form")
    assert age.label == {"zh": "您多大？", "en": "How old?"} and (age.minimum, age.maximum) == (18, 99)
    assert ok.show_if and ok.show_if.source == "age >= 18" and [choice.id for choice in ok.choices] == ["yes", "no"]
    assert not found.losses and (found.questions, found.carried) == (2, 2)


def test_groups_become_pages_and_conditions_go_down() -> None:
    found = read(
        "type | name | label | relevant | appearance | required",
        "select_one yn | in | In? | | | yes",
        "begin_group | g | Group | ${in} = 'yes' | |",
        "text | a | A | | | ${in} = 'yes'",
        "begin group | h | Inner | ${a} != '' | field-list |",
        "text | b | B | | |",
        "begin_group | i | Deep | ${b} = 'x' | |",
        "text | c | C | | multiline |",
        "end_group | | | | |",
        "end group | | | | |",
        "text | d | D | | |",
        "end_group | | | | |",
        choices=YN,
    )
    shape = [
        (page.title, page.show_if and page.show_if.source, [q.id for q in page.questions])
        for page in found.survey.pages
    ]
    assert shape == [
        (None, None, ["in_2"]),
        ("Group", "in_2 == 'yes'", ["a"]),
        ("Inner", "in_2 == 'yes' && answered(a)", ["b", "c"]),
        ("Group", "in_2 == 'yes'", ["d"]),
    ]
    a, b, c = (found.survey.question(id) for id in "abc")
    assert a and a.required_if and a.required_if.source == "in_2 == 'yes'"
    assert b and b.show_if is None and c and c.show_if and c.show_if.source == "b == 'x'" and c.long
    assert found.places["g/h/i/c"] == ("c",) and found.places["in"] == ("in_2",)


def test_or_other_loops_calculations_and_texts_that_repeat() -> None:
    found = read(
        "type | name | label | calculation | constraint | parameters",
        "select_multiple tools or_other | tools | Which? | | not(selected(., 'none') and count-selected(.) > 1) |",
        "begin loop over tools | each | | | |",
        "integer | count | How many of %(label)s? | | |",
        "end loop | | | | |",
        "calculate | twice | | ${score} * 2 | |",
        "range | score | Would you **recommend** us? | | | start=0 end=10 step=1",
        "note | n | You said ${score}, ${twice} | | |",
        "range | warm | How warm? | | | start=-5 end=5 step=0.5",
        choices=("list_name | name | label", "tools | pen | Pen", "tools | none | None"),
    )
    tools = found.survey.question("tools")
    assert tools and [(c.id, c.exclusive, c.other) for c in tools.choices] == [
        ("pen", False, False), ("none", True, False), ("other", False, True),
    ]  # fmt: skip
    assert found.places["tools_other"] == ("tools.other",) and len(found.places["each/count"]) == 2
    labels = [question.label for question in found.survey.questions]
    assert "How many of Pen?" in labels and "You said {{score}}, …" in labels and "Would you recommend us?" in labels
    score, warm = found.survey.question("score"), found.survey.question("warm")
    assert score and score.type == "nps" and found.survey.nps_kind == "relational"
    assert warm and (warm.type, str(warm.minimum), str(warm.step)) == ("slider", "-5", "0.5")
    assert {("", "nps_kind"), ("twice", "condition_refused"), ("n", "piping")} <= codes(found)


def test_what_nothing_here_holds_is_told() -> None:
    found = read(
        "type | name | label | appearance | default | choice_filter | repeat_count",
        "start | begun | | | | |",
        "audio | voice | Say it | | | |",
        "geopoint | place | Where? | | | |",
        "begin_repeat | r | Again | | | | 3",
        "select_one yn | ok | Ok? | likert | yes | x=${begun} |",
        "end_repeat | | | | | |",
        choices=YN,
    )
    assert codes(found) == {
        ("begun", "metadata"), ("voice", "type"), ("place", "asked_place"), ("r", "repeat"), ("r/ok", "appearance"),
        ("r/ok", "default"), ("r/ok", "choice_filter"),
    }  # fmt: skip
    assert (found.questions, found.carried) == (3, 2) and found.places["voice"] == ()


@pytest.mark.parametrize(
    ("code", "rows", "choices"),
    [
        ("type", ("type | name | label", "colour | a | A"), ()),
        ("no_type", ("type | name | label", " | a | A"), ()),
        ("no_name", ("type | name | label", "text | | A"), ()),
        ("no_name", ("type | name | label", "begin_group | | G", "text | a | A", "end_group | | "), ()),
        ("name", ("type | name | label", "text | a b | A"), ()),
        ("name_twice", ("type | name | label", "text | a | A", "text | a | B"), ()),
        ("list", ("type | name | label", "select_one nope | a | A"), YN),
        ("choice_twice", ("type | name | label", "select_one yn | a | A"), (*YN, "yn | no | Never")),
        ("choice_name", ("type | name | label", "select_one yn | a | A"), (*YN, "yn | | Never")),
        ("choice_space", ("type | name | label", "select_multiple yn | a | A"), (*YN, "yn | not now | Never")),
        ("reference", ("type | name | label", "text | a | ${b}"), ()),
        ("begin", ("type | name | label", "begin_group | g | G", "text | a | A"), ()),
        ("end", ("type | name | label", "text | a | A", "end_group | | "), ()),
        ("include", ("type | name | label", "include | other | "), ()),
        ("no_calculation", ("type | name | label", "text | a | A", "calculate | b | "), ()),
        ("column", ("type | name | label | relevance | bind:relevant", "text | a | A | | "), ()),
        ("nothing", ("type | name | label", "start | a | A"), ()),
    ],
)
def test_what_the_original_refuses_is_refused(code: str, rows: tuple[str, ...], choices: tuple[str, ...]) -> None:
    with pytest.raises(Refused) as caught:
        read(*rows, choices=choices)
    problem = caught.value.problems[0]
    assert problem.code == f"convert_{code}" and problem.where.startswith("form.md")
    assert all(problem.tell(Translator(lang)) for lang in LANGUAGES)


def test_an_other_that_is_ranked_cannot_say_what_is_meant() -> None:
    found = read(
        "type | name | label",
        "rank w or_other | r | What first?",
        "select_one v or_other | s | Which?",
        choices=("list_name | name | label", "w | a | A", "w | b | B", "v | c | C", "v | other | Something else"),
    )
    ranked, chosen = found.survey.questions
    assert [choice.id for choice in ranked.choices] == ["a", "b", "other"]
    assert ("r_other", "other_ranked") in codes(found) and found.places["r_other"] == ()
    assert [(c.id, c.label, c.other) for c in chosen.choices] == [("c", "C", False), ("other", "Something else", True)]
    assert found.places["s_other"] == ("s.other",)


def test_rules_and_texts_that_both_look_ahead() -> None:
    found = read(
        "type | name | label | constraint | constraint_message",
        "begin_group | g | First | | ",
        "integer | a | A | . < ${b} | Less than ${b}",
        "end_group | | | | ",
        "begin_group | h | Then | | ",
        "integer | b | B | . > ${a} | More than ${a}",
        "end_group | | | | ",
    )
    a, b = found.survey.questions
    assert not a.validate and b.validate and (found.questions, found.carried) == (2, 2)
    assert {("g/a", "condition_refused"), ("g/a", "piping")} <= codes(found)


def workbook(*cells: tuple[int, int, str]) -> bytes:
    book, stream = Workbook(), BytesIO()
    sheet = book.active
    assert sheet
    sheet.title = "survey"
    sheet.append(["type", "name", "label"])
    sheet.append(["text", "a", "Why?"])
    for row, column, text in cells:
        sheet.cell(row + 1, column + 1, text)
    book.save(stream)
    return stream.getvalue()


def test_a_sheet_ends_at_a_gap() -> None:
    found = convert(
        workbook((2, 0, "text"), (2, 1, "b"), (2, 2, "B"), (5000, 0, "no type"), (0, 200, "x")), "form.xlsx"
    )
    assert [question.id for question in found.survey.questions] == ["a", "b"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (workbook((1_048_575, 16_383, "stray")), "convert_sheet"),
        (b"PK\x03\x04" + workbook()[4:400], "convert_unknown"),
        (workbook()[:-40] + b"\0" * 40, "convert_unknown"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 600, "convert_workbook"),
    ],
    ids=["stray cell", "cut", "without an end", "no workbook"],
)
def test_a_workbook_that_asks_for_too_much_or_is_broken_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as caught:
        convert(data, "form.xlsx")
    assert caught.value.problems[0].code == code


def test_a_choice_filter_asks_for_each_choice_what_its_columns_say() -> None:
    found = read(
        "type | name | label | choice_filter",
        "select_one state | state | State? |", "select_multiple city | city | City? | state=${state} and name != 'x'",
        "select_one city | odd | Odd? | nowhere=${state}", "select_one city | none | None? | state='mars'",
        choices=(
            "list_name | name | label | state", "state | tx | Texas |", "state | wa | Washington |",
            "city | dallas | Dallas | tx", "city | x | X | tx", "city | pasco | Pasco | wa",
            "city | yakima | Yakima | wa",
        ),
    )  # fmt: skip
    city = found.survey.question("city")
    assert city and [(choice.id, choice.show_if and choice.show_if.source) for choice in city.choices] == [
        ("dallas", "state == 'tx'"), ("pasco", "state == 'wa'"), ("yakima", "state == 'wa'"),
    ]  # fmt: skip
    for id in ("odd", "none"):
        question = found.survey.question(id)
        assert question and not question.conditional and len(question.choices) == 4
    assert codes(found) == {("city", "parts_invisible"), ("odd", "choice_filter"), ("none", "choice_filter")}
