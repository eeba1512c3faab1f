"""Editing a definition: text ⇄ mapping with comments kept, operations, choices from lines, conditions from rows."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cx.survey import load
from cx.survey.editing import change, document, formula, library, lists, nested, picking
from cx.survey.editing.formula import Cases, Formula
from cx.survey.editing.picking import Picked, Term
from cx.words import Refused

FILES = sorted((Path(__file__).resolve().parents[2] / "survey_defs").rglob("[a-z]*.yaml"))
SMALL = """\
# what this survey is about
id: visit  # never changes
version: 1.0.0
title: {zh: 到访, en: Visit}
nps_kind: transactional

# the questions
questions:
  # the score first
  - id: nps
    type: nps
    label: Recommend?   # asked everywhere the same
  - {id: why, type: text, show_if: nps <= 6, label: "Why: {{nps}}?"}
  # waiting
  - id: waited
    type: single
    label: Waited?
    choices:
      - {id: "no", label: No}
      # the long ones
      - {id: long, label: "Yes, long"}
"""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_is_written_back_unchanged_is_the_same_text(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert document.write(document.read(text), text) == text


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_written_anew_it_means_the_same(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    again = document.write(document.read(text))
    assert document.read(again) == document.read(text)
    before, after = load.read(text, "a").survey, load.read(again, "b").survey
    assert (before and before.digest) == (after and after.digest)


def test_a_change_leaves_every_other_line_as_it_was() -> None:
    text = document.write(change.set_question(document.read(SMALL), "waited", required=True), SMALL)
    assert [line for line in text.splitlines() if line not in SMALL.splitlines()] == ["    required: true"]
    assert [line for line in SMALL.splitlines() if line not in text.splitlines()] == []


def test_comments_move_with_their_question() -> None:
    text = document.write(change.move(document.read(SMALL), "waited", 0, 0), SMALL)
    lines = text.splitlines()
    assert lines.index("  # waiting") + 1 == lines.index("  - id: waited") < lines.index("  # the score first")
    assert "      # the long ones" in lines and "id: visit  # never changes" in lines


def test_comments_survive_a_page_break() -> None:
    text = document.write(change.break_before(document.read(SMALL), "waited"), SMALL)
    assert [len(page["questions"]) for page in document.read(text)["pages"]] == [2, 1]
    assert all(
        comment in text for comment in ("# waiting", "# the long ones", "# the score first", "# asked everywhere")
    )
    joined = change.join(document.read(text), 1)
    assert document.read(document.write(joined, text)) == document.read(SMALL)


def test_values_are_read_as_they_are_written() -> None:
    read = document.read(SMALL)
    assert read["questions"][2]["choices"][0]["id"] == "no" and read["version"] == "1.0.0"
    assert document.read("id: 0x10\nopens: 2026-01-31\nmin: 0.50\nmax: 007\n") == {
        "id": "0x10", "opens": "2026-01-31", "min": "0.50", "max": "007",
    }  # fmt: skip


@pytest.mark.parametrize("text", ["", "- a\n", "id: [\n", "\tid: a", "id: a\nid: a\n"])
def test_what_is_no_definition_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(Refused) as refused:
        document.read(text)
    assert all(problem.line and problem.where for problem in refused.value.problems)


_SCALARS = st.one_of(
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Co", "Cn", "Zl", "Zp")), min_size=1, max_size=12)
    .map(str.strip).filter(bool),
    st.integers(-99, 999), st.booleans(),
    st.sampled_from(["no", "~", "null", "1.0.0", "# a", "a: b", "- x", "{{q1}}", "'", '"', "两行\n文字", "01"]),
)  # fmt: skip
_KEYS = st.text("abcdefgh_", min_size=1, max_size=6)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3), st.dictionaries(_KEYS, inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)
_TREES = st.dictionaries(_KEYS, _VALUES, min_size=1, max_size=5)


@settings(max_examples=25, deadline=None)
@given(_TREES, _TREES)
def test_any_mapping_is_written_over_any_text(before: dict[str, Any], after: dict[str, Any]) -> None:
    text = document.write(before)
    assert document.read(text) == before
    assert document.read(document.write({**before, **after}, text)) == {**before, **after}


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_any_chain_of_operations_keeps_every_question(data: st.DataObject) -> None:
    text = SMALL
    definition = document.read(text)
    for _ in range(data.draw(st.integers(1, 6))):
        before = copy.deepcopy(definition)
        key = data.draw(st.sampled_from(list(change.keys(definition))))
        do = data.draw(st.sampled_from(["up", "down", "break", "copy", "move", "join", "line"]))
        pages = change.pages(definition)
        if do in ("up", "down"):
            fresh = change.shift(definition, key, 1 if do == "down" else -1)
        elif do == "break":
            fresh = change.break_before(definition, key)
        elif do == "copy":
            fresh, _ = change.duplicate(definition, key)
        elif do == "move":
            page = data.draw(st.integers(0, len(pages) - 1))
            fresh = change.move(definition, key, page, data.draw(st.integers(0, len(pages[page]["questions"]))))
        elif len(pages) > 1:
            fresh = change.join(definition, 1) if do == "join" else change.shift_break(definition, 1, 1)
        else:
            continue
        assert definition == before, "the old one is left alone"
        count = len(change.ids(fresh))
        assert sorted(set(change.ids(fresh))) == sorted(change.ids(fresh))
        assert count == len(change.ids(definition)) + (do == "copy")
        text = document.write(fresh, text)
        assert document.read(text) == fresh
        definition = fresh
    assert "# the long ones" in text


def test_shifting_walks_over_the_edge_of_a_page() -> None:
    definition = change.break_before(document.read(SMALL), "waited")
    assert change.keys(change.shift(definition, "why", 1))["why"] == (1, 0)
    assert change.keys(change.shift(definition, "waited", -1)) == {"nps": (0, 0), "why": (0, 1), "waited": (0, 2)}
    assert change.shift(definition, "nps", -1) == definition


def test_what_is_put_in_speaks_of_itself_by_its_new_names() -> None:
    block = document.read(SMALL)["questions"][:2]
    definition, key = change.add(document.read(SMALL), block, "nps")
    assert key == "nps_2" and change.ids(definition) == ["nps", "nps_2", "why_2", "why", "waited"]
    why = change.question(definition, "why_2")
    assert why and why["show_if"] == "nps_2 <= 6" and why["label"] == "Why: {{nps_2}}?"
    first, _ = change.add(definition, [{"id": "q1", "type": "text", "label": "x"}], change.FIRST)
    assert change.ids(first)[0] == "q1"


def test_a_new_name_is_followed_by_all_who_mention_it() -> None:
    definition = document.read(SMALL) | {"prefill": ["segment", "waited"]}
    definition = change.set_question(definition, "why", show_if="waited == 'waited' && x.waited(1) || size(waited) > 1")
    renamed = change.rename(definition, "waited", "queue")
    assert change.question(renamed, "why")["show_if"] == "queue == 'waited' && x.waited(1) || size(queue) > 1"
    assert renamed["prefill"] == ["segment", "queue"]


def test_another_type_keeps_what_it_knows() -> None:
    old = {"id": "a", "type": "single", "required": True, "label": "A", "show_if": "nps <= 6", "touchpoint": "queue",
           "choices": [{"id": "x", "label": "X"}, {"id": "y", "label": "Y"}]}  # fmt: skip
    multiple = change.retype(old, "multiple", {"choices": []})
    assert multiple == {**old, "type": "multiple"}
    text = change.retype(old, "text", {"long": True, "label": "new"})
    assert text["label"] == "A" and text["long"] and "choices" not in text and text["touchpoint"] == "queue"
    note = change.retype(old, "note", {"label": "new"})
    assert set(note) == {"id", "type", "label", "show_if"}


CHOICES = [
    {"id": "lt5", "label": {"zh": "不到 5 分钟", "en": "Under 5"}},
    {"id": "m10", "label": {"zh": "10 分钟", "en": "10"}},
    {"id": "other", "label": {"zh": "其他", "en": "Other"}, "other": True},
]


def test_a_line_taken_out_takes_its_choice_and_no_other() -> None:
    found = lists.edited(CHOICES, "不到 5 分钟\n其他", "zh")
    assert found == [CHOICES[0], CHOICES[2]]


def test_a_line_rewritten_in_place_is_the_same_choice() -> None:
    found = lists.edited(CHOICES, "不到 5 分钟\n10 分钟左右\n其他", "zh")
    assert [choice["id"] for choice in found] == ["lt5", "m10", "other"]
    assert found[1]["label"] == {"zh": "10 分钟左右", "en": "10"} and found[2]["other"]


def test_lines_that_change_places_keep_their_choices() -> None:
    found = lists.edited(CHOICES, "其他\n不到 5 分钟\n10 分钟", "zh")
    assert found == [CHOICES[2], CHOICES[0], CHOICES[1]]


def test_two_columns_of_a_spreadsheet_are_two_languages() -> None:
    found = lists.edited([], "现金\tCash\n转账\tA transfer\n\n理财\n", "zh")
    assert found == [
        {"id": "cash", "label": {"zh": "现金", "en": "Cash"}},
        {"id": "transfer", "label": {"zh": "转账", "en": "A transfer"}},
        {"id": "c1", "label": {"zh": "理财"}},
    ]


def test_the_second_language_never_takes_a_choice_away() -> None:
    found = lists.edited(CHOICES, "Less than 5\n\nOther", "en")
    assert [choice["id"] for choice in found] == ["lt5", "m10", "other"]
    assert [choice["label"].get("en") for choice in found] == ["Less than 5", None, "Other"]


@pytest.mark.parametrize(
    ("source", "picked"),
    [
        ("nps <= 6", Picked((Term("nps", "<=", (6,)),))),
        ("nps < 7 && solved == false", Picked((Term("nps", "<=", (6,)), Term("solved", "==", (False,))))),
        (
            "waited in ['a', 'b'] || 'x' in ways",
            Picked((Term("waited", "in", ("a", "b")), Term("ways", "has", ("x",))), True),
        ),
        ("!('x' in ways)", Picked((Term("ways", "lacks", ("x",)),))),
        ("answered(why)", Picked((Term("why", "answered"),))),
        ("why.contains('a && b')", Picked((Term("why", "contains", ("a && b",)),))),
        ("a == 1 && b == 2 || c == 3", None),
        ("(a == 1)", None),
        ("size(ways) > 2", None),
        ("nps == other", None),
    ],
)
def test_conditions_and_rows(source: str, picked: Picked | None) -> None:
    assert picking.read(source) == picked
    if picked is not None:
        assert picking.read(picking.write(picked)) == picked


def test_rows_are_offered_only_where_they_can_be_picked() -> None:
    entries = document.read(SMALL)["questions"]
    assert picking.fits(Picked((Term("waited", "==", ("long",)),)), entries)
    assert not picking.fits(Picked((Term("waited", "==", ("short",)),)), entries), "no such choice"
    assert not picking.fits(Picked((Term("gone", "==", ("a",)),)), entries)
    assert not picking.fits(Picked((Term("nps", "has", (6,)),)), entries)


def test_every_block_can_be_put_into_a_survey() -> None:
    base = document.read(SMALL)
    for block in library.blocks():
        definition, _ = change.add(base, [dict(entry) for entry in block.questions], "why")
        reading = load.read(document.write(definition, SMALL), block.id)
        assert reading.survey is not None, [(problem.where, problem.code) for problem in reading.problems]


@pytest.mark.parametrize(
    ("source", "sign"),
    [
        ("came <= today()", "past"), ("came >= today()", "future"), ("left >= came", "above"), ("a <= b", "below"),
        ("size(ways) >= 2", "fewest"), ("length(why) <= 10", "shorter"), ("r[0] == 'app'", "first"),
        ("m.staff <= 3", "<="),
        ("why.matches('^[0-9]+$')", "format"),
    ],
)  # fmt: skip
def test_rows_say_more_than_one_value_beside_a_question(source: str, sign: str) -> None:
    picked = picking.read(source)
    assert picked is not None and picked.terms[0].sign == sign and picking.write(picked) == source
    assert picking.read("why.matches('^a+$')") is None, "only formats that have a name"


ASKED = document.read("""
questions:
  - {id: nps, type: nps, label: N}
  - {id: spent, type: number, label: S}
  - {id: saved, type: number, label: V}
  - {id: m, type: matrix, label: M, points: 5, rows: [{id: staff, label: Staff}, {id: room, label: Room}]}
  - {id: c, type: contact, label: C}
  - {id: day, type: date, label: D}
  - {id: why, type: text, label: W}
""")["questions"]


def test_rows_can_be_about_parts_and_other_answers() -> None:
    known = picking.askable(ASKED)
    assert [entry["id"] for entry in known] == ["nps", "spent", "saved", "m.staff", "m.room", "c.wanted", "day", "why"]
    for source in ("m.staff <= 3 && c.wanted == true", "spent <= saved", "day <= today()", "length(why) >= 3"):
        picked = picking.read(source)
        assert picked is not None and picking.fits(picked, known), source
    for source in ("day <= spent", "m.gone <= 3", "size(nps) >= 3", "size(why) >= 3"):
        picked = picking.read(source)
        assert picked is not None and not picking.fits(picked, known), source
    assert all(picking.complete(picking.first(entry)) for entry in known)


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ("spent + saved * 2", Formula("chain", ("spent", "saved", 2), ("+", "*"))),
        ("total([spent, saved])", Formula("total", ("spent", "saved"))),
        ("round(average(m), 1)", Formula("average", ("m",), (), 1)),
        ("spent", Formula("chain", ("spent",))),
        ("round(m.staff / 2, 2)", Formula("chain", ("m.staff", 2), ("/",), 2)),
        ("spent > 3 ? 1 : 2", None),
        ("(spent + saved) * 2", None),
        ("round(round(spent, 1), 1)", None),
    ],
)
def test_formulas_and_parts(source: str, read: Formula | None) -> None:
    assert formula.read(source) == read
    if read is not None:
        assert formula.write(read, ["m"]) == source
        assert formula.fits(read, formula.countable(ASKED))


def test_a_matrix_as_a_whole_stands_alone() -> None:
    known = formula.countable(ASKED)
    assert not formula.fits(Formula("chain", ("m", "spent"), ("+",)), known)
    assert not formula.fits(Formula("total", ("m", "spent")), known)
    assert not formula.fits(Formula("total", ("why",)), known)


def test_texts_by_condition_and_back() -> None:
    source = "nps >= 9 ? 'promoter' : nps <= 6 && why.contains(' ? ') ? 'critic' : 'neither'"
    cases = formula.read_cases(source)
    assert cases is not None and [case.text for case in cases.cases] == ["promoter", "critic"]
    assert formula.write_cases(cases) == source
    assert formula.read_cases("nps >= 9 ? 1 : 2") is None
    quoted = formula.write_cases(Cases((), "it's \\ so"))
    assert formula.read_cases(quoted) == Cases((), "it\u2019s / so")


def test_entries_of_lists_are_changed_one_at_a_time() -> None:
    definition = document.read(SMALL)
    jumps = [{"if": "nps >= 9", "to": "end"}, {"if": "nps <= 6", "to": "waited"}]
    definition = change.set_items(definition, "nps", "skip", jumps)
    changed = change.set_item(definition, "nps", "skip", 1, to="end")
    assert change.items(changed, "nps", "skip") == [jumps[0], {"if": "nps <= 6", "to": "end"}]
    assert change.items(definition, "nps", "skip") == jumps
    quotas = change.set_items(changed, None, "quotas", [{"id": "q", "when": "nps <= 6", "limit": 1}])
    survey = load.read(document.write(quotas, SMALL), "s").survey
    assert survey and survey.quotas[0].limit == 1 and len(survey.question("nps").skip) == 2
    assert "skip" not in change.question(change.set_items(changed, "nps", "skip", []), "nps")


@pytest.mark.parametrize(
    ("source", "taken_apart"),
    [
        ("a == 1", None),
        ("(a == 1)", None),
        ("a == 1 && b == 2", (False, ("a == 1", "b == 2"))),
        ("a == 1 || b == 2 && c", (True, ("a == 1", "b == 2 && c"))),
        ("(a == 1 || b == 2) && !(x in c)", (False, ("a == 1 || b == 2", "!(x in c)"))),
        ("a == '(||' || answered(b)", (True, ("a == '(||'", "answered(b)"))),
        ("((a && (b || c)))", (False, ("a", "b || c"))),
    ],
)
def test_brackets_are_taken_apart_level_by_level(source: str, taken_apart: object) -> None:
    assert nested.parts(source) == taken_apart
