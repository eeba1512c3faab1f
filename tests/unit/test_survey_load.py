"""Reading definitions: everything wrong at once, with lines; hostile files refused quickly."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from cx.bank import model as bank
from cx.store.place import ROOT
from cx.survey import library, load
from cx.survey.audience import QUOTA_KEYS, SAMPLING_KEYS
from cx.survey.functions import FUNCTIONS
from cx.survey.load import PAGE_KEYS, SURVEY_KEYS
from cx.survey.questions import ANSWER_KEYS, COMMON_KEYS
from cx.survey.types import TYPES
from cx.words import Translator, texts

HEAD = "id: t\nversion: 1.0.0\ntitle: T\n"
BOTH = (Translator("zh"), Translator("en"))


def codes(text: str) -> dict[str, int | None]:
    """Codes of the problems with their lines; every problem must be tellable in both languages."""
    found = load.read(text, "t.yaml").problems
    for problem in found:
        assert all("{" not in problem.what(t) and problem.tell(t) for t in BOTH), problem
    return {problem.code.removeprefix("survey_"): problem.line for problem in found}


def ask(*questions: str, head: str = HEAD) -> str:
    return head + "questions:\n" + "".join(f"  - {question}\n" for question in questions)


@pytest.mark.parametrize("path", sorted((ROOT / "survey_defs").glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_surveys_are_sound(path: Path) -> None:
    model = bank.load(ROOT / "data" / "model")
    touchpoints = {tp.id for j in model.journeys.values() for stage in j.stages for tp in stage.touchpoints}
    reading = load.read_file(path, touchpoints)
    assert reading.problems == ()
    survey = reading.survey
    assert survey is not None and survey.id == path.stem and survey.languages == ("zh", "en")
    assert {link for q in survey.questions for link in q.links} <= set(model.indicators)
    assert {q.brand for q in survey.questions if q.brand} <= set(model.brands)


def test_shipped_surveys_cover_the_programme() -> None:
    found = {path.stem: load.read_file(path).survey for path in (ROOT / "survey_defs").glob("*.yaml")}
    assert {"branch-visit", "mobile-app", "relational-nps", "competitive-nps", "staff-pulse", "call-center"} <= set(
        found
    )
    ratings = [q for q in found["relational-nps"].questions if q.type == "rating" and q.touchpoint]
    assert len(ratings) >= 20 and len(found["relational-nps"].pages) > 3
    assert found["staff-pulse"].nps_kind is None
    assert len({q.brand for q in found["competitive-nps"].questions if q.type == "nps"}) == 5


def test_everything_at_once_with_lines() -> None:
    found = codes(
        "id: Branch\nversion: 1\nnps_knd: x\ntitle: {zh: 网点, english: x}\nquestions:\n"
        "  - {id: a, type: ratin, label: x}\n  - {id: a, type: text, label: y, points: 5}\n  - nothing\n"
    )
    assert found == {
        "id": 1,
        "version": 2,
        "key_hint": 3,
        "language": 4,
        "type_hint": 6,
        "id_twice": 7,
        "key_elsewhere": 7,
        "want_map": 8,
    }


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "empty", 1),
        ("# only a comment\n", "empty", 1),
        ("hello", "not_map", 1),
        ("- a\n- b", "not_map", 1),
        ("a: 1\n\tb: 2", "tab", 2),
        ("a: [1,\nb: }", "yaml", 2),
        ("a: *nothing", "yaml", 1),
        ("a: 1\n---\nb: 2", "documents", 2),
        ("a: !!python/object/apply:os.system ['x']", "tag", 1),
        ("a: 1\nid: x\nid: y", "key_twice", 3),
        ("? [1, 2]\n: 3", "key_shape", 1),
        ("a: \x00", "not_text", 1),
        ("a: 1\nb: \ud800", "not_text", 2),
        ("[" * 50_000, "deep", 1),
        ("- " * 50_000, "deep", 1),
        ("a: &a [*a]", "bomb", 1),
        ("a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 30)), "bomb", 20),
        ("a: &x 1\nb: &x 2", "yaml", 2),
        ("a: 1\n!mine b: 2", "tag", 2),
        ("a: " + "x" * 10_000_000, "large", None),
        ("[" + "1," * 200_000 + "]", "nodes", 1),
    ],
    ids=lambda value: str(value)[:20],
)
def test_files_that_are_no_definitions(text: str, code: str, line: int | None) -> None:
    began = time.process_time()
    found = codes(text)
    assert time.process_time() - began < 3
    assert found[code] == line
    assert load.read(text, "t.yaml").survey is None


def test_alias_bomb() -> None:
    bomb = "a: &a [1,1,1,1,1,1,1,1,1,1]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 10)}]\n" for i in range(9)
    )
    assert "bomb" in codes(bomb)


def test_an_alias_can_be_a_key_and_keeps_its_line() -> None:
    assert codes("id: &k titel\nversion: 1.0.0\n*k : T\nquestions: [{id: a, type: text, label: A}]")["key_hint"] == 1
    deep = "x: &x " + "[" * 18 + "]" * 18
    assert "bomb" not in codes(f"{deep}\ny: [[*x]]") and codes(f"{deep}\ny: [[[*x]]]")["bomb"] == 2


def test_one_id_twice_on_one_line() -> None:
    one = "{id: a, type: text, label: A}"
    assert codes(f"{HEAD}questions: [{one}, {one}]")["id_twice"] == 4


def test_anchors_within_reason_and_mark() -> None:
    text = "\ufeff" + ask(
        "{id: a, type: single, label: A, choices: &c [{id: x, label: X}, {id: no, label: No}]}",
        "{id: b, type: single, label: B, choices: *c}",
    )
    survey = load.read(text, "t").survey
    assert survey and [choice.id for choice in survey.question("b").choices] == ["x", "no"]


def test_bytes() -> None:
    text = HEAD.replace("title: T", "title: 网点服务体验") + "questions: [{id: a, type: text, label: 您的意见}]\n"
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        reading = load.read_bytes(text.encode(encoding), "t")
        assert reading.survey and not reading.problems
    gbk = load.read_bytes(text.encode("gbk"), "t")
    assert gbk.survey and gbk.survey.title == "网点服务体验"
    assert [(p.code, p.severity) for p in gbk.problems] == [("survey_encoding", "warning")]
    assert load.read_bytes(b"\xff\xfe\x00\xd8", "t").survey is None
    assert load.read_bytes(bytes(range(256)) * 10, "t").survey is None
    assert load.read_bytes(b"x" * 10_000_000, "t").problems[0].code == "survey_large"


NPS = "{id: nps, type: nps, label: N}"
S = "{id: s, type: single, label: S, choices: [{id: lt5, label: a}, {id: gt5, label: b}]}"
M = "{id: m, type: multiple, label: M, choices: [{id: app, label: a}, {id: atm, label: b}]}"
REST = (
    "{id: y, type: yes_no, label: Y}",
    "{id: n, type: number, label: N}",
    "{id: d, type: date, label: D}",
    "{id: t, type: text, label: T}",
    "{id: hello, type: note, label: H}",
)


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("nps <", "condition_syntax"),
        ("np <= 6", "condition_name_hint"),
        ("something_else <= 6", "condition_name"),
        ("later == 'x'", "condition_later"),
        ("me == 'x'", "condition_self"),
        ("hello == 'x'", "condition_note"),
        ("s == 'lt6'", "condition_choice_hint"),
        ("s in ['lt5', 'zzzzzz']", "condition_choice"),
        ("'ap' in m", "condition_choice_hint"),
        ("m == 'app'", "condition_compare"),
        ("'lt5' in s", "condition_compare"),
        ("nps == '3'", "condition_compare"),
        ("'3' > nps", "condition_compare"),
        ("y == 'yes'", "condition_compare"),
        ("n > 'a'", "condition_compare"),
        ("d > '31.1.2026'", "condition_compare"),
        ("t == 5", "condition_compare"),
        ("nps <= 10", "condition_range"),
        ("nps == 11", "condition_range"),
        ("0 > nps", "condition_range"),
        ("1 == 1", "condition_constant"),
        ("nps", "condition_result"),
        ("nps + 1", "condition_result"),
        ("wow(nps)", "condition_function"),
        ("size(nps) > 1", "condition_function"),
        ("nps < t", "condition_kind"),
        ("nps <= 6" + " || nps <= 6" * 200, "condition_long"),
        ("m.all(a, m.all(b, m.all(c, a == b)))", "condition_loops"),
        ("m. all(a, m.  all (b, m.all( c , a == b)))", "condition_loops"),
        ("[1]", "want_string"),
    ],
)
def test_conditions_that_cannot_be_meant(condition: str, code: str) -> None:
    quoted = condition if condition == "[1]" else yaml.safe_dump(condition, default_style='"', width=10**9).strip()
    me, later = f"{{id: me, type: text, label: X, show_if: {quoted}}}", "{id: later, type: text, label: L}"
    text = ask(NPS, S, M, *REST, me, later, head=HEAD + "nps_kind: relational\n")
    assert codes(text) == {code: 14}


@pytest.mark.parametrize(
    "condition",
    [
        "nps <= 6",
        "s == 'lt5' && !y",
        "'app' in m || size(m) == 2",
        "s in ['lt5']",
        "d >= '2026-01-31'",
        "n > 1.5 && n < nps",
        "t.matches('慢|等')",
        "size(t) > 3",
        "['app', 'atm'].exists(x, x in m)",
        "m.all(way, way != 'atm')",
        "y ? nps > 3 : nps > 5",
        "10 / nps > 2",
        "m[1] == 'atm'",
    ],
)
def test_conditions_that_are_sound(condition: str) -> None:
    last = f"{{id: me, type: text, label: X, show_if: {yaml.safe_dump(condition, default_style=chr(34)).strip()}}}"
    assert codes(ask(NPS, S, M, *REST, last, head=HEAD + "nps_kind: relational\n")) == {}


def test_cycle_is_named() -> None:
    a = "{id: a, type: text, label: A, show_if: c == 'x'}"
    b = "{id: b, type: text, label: B, show_if: a == 'x'}"
    c = "{id: c, type: text, label: C, show_if: b == 'x'}"
    reading = load.read(ask(a, b, c), "t")
    assert [dict(p.values) for p in reading.problems] == [{"cycle": "a → c → b → a"}]


def test_pages_know_only_earlier_pages() -> None:
    page = "  - {title: P, %squestions: [{id: %s, type: yes_no, label: A}]}\n"
    good = HEAD + "pages:\n" + page % ("", "a") + page % ("show_if: a == true, ", "b")
    own = HEAD + "pages:\n" + page % ("show_if: a == true, ", "a")
    assert codes(good) == {}
    assert codes(own) == {"condition_later": 5}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (ask(NPS), "nps_kind"),
        (ask(NPS, head=HEAD + "nps_kind: competitive\n"), "brand"),
        (ask("{id: a, type: text, label: A}", head=HEAD + "nps_kind: relational\n"), "nps_kind_unused"),
        (ask("{id: true, type: text, label: A}"), "id_reserved"),
        (ask("{id: branch, type: text, label: A}"), "id_reserved"),
        (ask("{id: a, type: single, label: A}"), "choices_count"),
        (ask("{id: a, type: single, label: A, choices: [{id: x, label: X}, {id: x, label: Y}]}"), "choice_twice"),
        (ask("{id: a, type: csat, label: A, points: 99}"), "want_whole"),
        (ask("{id: a, type: number, label: A, min: 3, max: 1}"), "limits"),
        (ask("{id: a, type: date, label: A, min: 2026-13-01}"), "want_date"),
        (ask("{id: a, type: rating, label: A, labels: {6: X}}"), "point"),
        (ask("{id: a, type: text, label: A, required: maybe}"), "want_flag"),
        (ask("{id: a, type: text, label: {zh: 好, en: Yes, of course}}"), "text_comma"),
        (ask("{id: a, type: text, label: {zh: 好}, help: {zh: 好, en: Yes}}"), "translation"),
        (ask("{id: a, type: text, label: A}", head=HEAD + "prefill: [segmnt]\n"), "prefill_hint"),
        (ask("{id: a, type: text, label: A}", head=HEAD + "embed: ['javascript:x']\n"), "embed"),
        (ask("{id: a, type: text, label: A}", head=HEAD + "opens: 2026-02-01\ncloses: 2026-01-01\n"), "limits"),
        (ask("{id: a, type: text, label: A}", head=HEAD + "pages: []\n"), "pages_and_questions"),
        (HEAD, "no_questions"),
        (HEAD + "questions: {a: 1}", "want_list"),
    ],
)
def test_definitions_with_one_mistake(text: str, code: str) -> None:
    assert code in codes(text)


def test_unknown_touchpoints_are_a_warning() -> None:
    text = ask("{id: a, type: text, label: A, touchpoint: queu}")
    reading = load.read(text, "t", {"queue"})
    assert reading.survey and [(p.code, p.severity) for p in reading.problems] == [
        ("survey_touchpoint_hint", "warning")
    ]


def test_empty_keys_are_absent_and_words_stay_as_written() -> None:
    text = (
        "id: t\nversion: 1.0.0\ntitle: T\nintro:\nquestions: [{id: a, type: text, label: on, help: ~, required: yes}]"
    )
    survey = load.read(text, "t").survey
    assert survey and survey.intro is None
    question = survey.question("a")
    assert question and (question.label, question.help, question.required) == ("on", None, True)


def test_many_problems_are_cut_off() -> None:
    found = load.read(HEAD + "".join(f"key{n}: 1\n" for n in range(1000)), "t").problems
    assert len(found) == 201 and found[-1].code == "survey_more"


def test_an_error_is_not_hidden_by_many_warnings() -> None:
    rows = "".join(f"  - {{id: q{n}, type: text, label: {{zh: 甲}}, touchpoint: t{n}}}\n" for n in range(150))
    text = HEAD + "intro: {en: Hello}\nquestions:\n" + rows
    warned = load.read(text, "t", {"counter"})
    assert warned.survey and {problem.severity for problem in warned.problems} == {"warning"}
    assert len(warned.problems) == 201 and warned.problems[-1].values == {"count": 101}
    lines = [problem.line for problem in warned.problems]
    assert lines == sorted(lines)

    broken = load.read(text + "  - {id: last, type: text}\n  - {id: q1, type: text, label: A}\n", "t", {"counter"})
    assert [(p.code, p.line) for p in broken.problems[:3]] == [
        ("survey_missing", 156), ("survey_id_twice", 157), ("survey_translation", 4),
    ]  # fmt: skip
    assert broken.survey is None and broken.problems[-1].values == {"count": 103}


def test_digest_is_of_the_content() -> None:
    one = load.read(ask("{id: a, type: text, label: A}"), "t").survey
    same = load.read(
        "# note\ntitle: 'T'\nversion: 1.0.0\nid: t\nquestions:\n- id: a\n  label: A\n  type: text\n", "t"
    ).survey
    other = load.read(ask("{id: a, type: text, label: B}"), "t").survey
    assert one and same and other and one.digest == same.digest != other.digest


_scraps = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(SURVEY_KEYS + COMMON_KEYS) | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)
_keys = st.sampled_from((*COMMON_KEYS, *ANSWER_KEYS, *sorted({k for t in TYPES.values() for k in t.keys})))
_question = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["a", "b", "c"]) | _scraps,
        "type": st.sampled_from(list(TYPES)) | _scraps,
        "label": _scraps,
    },
    optional={"show_if": st.sampled_from(["a == 1", "'x' in b", "c", "a <", "size(b) > a"]) | _scraps},
).flatmap(lambda base: st.dictionaries(_keys, _scraps, max_size=3).map(lambda extra: {**extra, **base}))
_document = st.dictionaries(st.sampled_from(SURVEY_KEYS), _scraps, max_size=8).flatmap(
    lambda top: st.lists(_question | _scraps, max_size=4).map(lambda questions: {**top, "questions": questions})
)


@settings(max_examples=60, deadline=None)
@given(_document | _scraps)
def test_no_definition_crashes_the_reader(document: object) -> None:
    reading = load.read(yaml.safe_dump(document, allow_unicode=True), "t.yaml", {"queue"})
    for problem in reading.problems:
        assert all(problem.tell(t) for t in BOTH) and problem.line


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60) | st.text(alphabet="ab:-[]{}&*!|>\"'# \n\t", max_size=60))
def test_no_text_crashes_the_reader(text: str) -> None:
    load.read(text, "t.yaml")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60))
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    load.read_bytes(data, "t.yaml")


def test_format_reference_is_complete() -> None:
    reference = (ROOT / "docs" / "survey-format.md").read_text(encoding="utf-8")
    lines = {line.split("`")[1]: line for line in reference.splitlines() if line.startswith("| `")}
    for name, entry in TYPES.items():
        assert all(f"`{key}`" in lines[name] for key in entry.keys), name
        if entry.points:
            assert f"{entry.points[0]} to {entry.points[1]}" in lines[name]
    for key in (*SURVEY_KEYS, *COMMON_KEYS, *ANSWER_KEYS, *PAGE_KEYS, *QUOTA_KEYS, *SAMPLING_KEYS):
        assert f"`{key}`" in reference, key
    for name in (*(set(FUNCTIONS) - set(library.FUNCTIONS)), "answered"):
        assert f"`{name}" in reference, name


def test_every_type_has_a_name_in_both_languages() -> None:
    for lang in ("zh", "en"):
        assert {key for key in texts(lang) if key.startswith("survey.type_")} == {f"survey.type_{t}" for t in TYPES}


def test_problem_words_are_there_in_both_languages() -> None:
    zh, en = (
        {key for key in texts(lang) if key.startswith(("problem.survey_", "problem.answer_"))} for lang in ("zh", "en")
    )
    assert zh == en and len(zh) > 90


NEW = (
    "{id: m, type: matrix, points: 5, label: M, rows: [{id: staff, label: S}, {id: clean, label: C}]}",
    "{id: k, type: kano, label: K}",
    "{id: c, type: contact, label: C}",
    "{id: n, type: number, decimals: 2, label: N}",
    "{id: r, type: ranking, label: R, choices: [{id: x, label: X}, {id: y, label: Y}]}",
    "{id: p, type: photo, label: P}",
)


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("m.stuff >= 4", "condition_member_hint"),
        ("m['zzzzz'] >= 4", "condition_member"),
        ("m.staff == 'good'", "condition_compare"),
        ("m.staff > 5", "condition_range"),
        ("m > 3", "condition_compare"),
        ("k.wiht == 1", "condition_member_hint"),
        ("c.phone == '1'", "condition_member"),
        ("'z' in r", "condition_choice"),
        ("n % 2 == 1", "condition_mixed"),
        ("r.size() + 1 > 2", "condition_mixed"),
        ("n + size(r) + int(n) > 2", "condition_mixed"),
        ("lower(n) == 'a'", "condition_kind"),
        ("total(n) > 1", "condition_kind"),
        ("round(n, n, n) > 1", "condition_kind"),
        ("answered(n, r)", "condition_function"),
        ("p == 'x'", "condition_compare"),
        ("answered(zzz)", "condition_name"),
        ("answered(later)", "condition_later"),
        ("today() + 'x'", "condition_result"),
    ],
)
def test_conditions_on_parts_that_cannot_be_meant(condition: str, code: str) -> None:
    me = f"{{id: me, type: text, label: X, show_if: {yaml.safe_dump(condition, default_style=chr(34)).strip()}}}"
    assert codes(ask(*NEW, me, "{id: later, type: text, label: L}")) == {code: 11}


@pytest.mark.parametrize(
    "condition",
    [
        "m.staff >= 4 && m['clean'] < 3", "average(m) > 2.5", "k.with == 1", "c.wanted", "c.wanted == false",
        "r[0] == 'x'", "'x' in r", "size(p) > 0", "answered(m.staff)", "!answered(n)", "n + 1 > 2.5",
        "today() > '2026-01-01'",
        "round(n) == 3.0", "n / 2 * 3 - 1 >= 1",
    ],
)  # fmt: skip
def test_conditions_on_parts_that_are_sound(condition: str) -> None:
    me = f"{{id: me, type: text, label: X, show_if: {yaml.safe_dump(condition, default_style=chr(34)).strip()}}}"
    assert codes(ask(*NEW, me)) == {}


def _pages(*pages: str) -> str:
    return HEAD + "pages:\n" + "".join(f"  - {page}\n" for page in pages)


A, B = "{id: a, type: yes_no, label: A}", "{id: b, type: yes_no, label: B, show_if: a}"
SKIP = "{id: a, type: yes_no, label: A, skip: [{if: a, to: %s}]}"
C = "{id: c, type: yes_no, label: C}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (_pages(f"{{order: random, questions: [{A}, {B}]}}"), "condition_order"),
        (_pages(f"{{shuffle: true, questions: [{A}]}}", f"{{shuffle: true, questions: [{B}]}}"), "condition_order"),
        (_pages(f"{{shuffle: true, questions: [{A}]}}", f"{{questions: [{B}]}}"), None),
        (_pages(f"{{order: random, questions: [{A}]}}", f"{{order: random, questions: [{B}]}}"), None),
        (_pages(f"{{order: random, questions: [{A}, {C.replace('C}', 'C, required_if: a}')}]}}"), None),
        (_pages(f"{{questions: [{SKIP % 'c'}, {C}]}}"), None),
        (_pages(f"{{questions: [{SKIP % 'end'}, {C}]}}"), None),
        (_pages(f"{{questions: [{C}, {SKIP % 'c'}]}}"), "skip_back"),
        (_pages(f"{{questions: [{SKIP % 'a'}, {C}]}}"), "skip_back"),
        (_pages(f"{{questions: [{SKIP % 'zzz'}, {C}]}}"), "skip_name"),
        (_pages(f"{{order: random, questions: [{SKIP % 'c'}, {C}]}}"), "skip_order"),
        (_pages(f"{{order: random, questions: [{SKIP % 'end'}, {C}]}}"), "skip_order"),
        (_pages(f"{{questions: [{SKIP % 'c'}]}}", f"{{shuffle: true, questions: [{C}]}}"), "skip_order"),
        (ask(SKIP.replace("if: a", "if: c") % "c", C), "condition_later"),
        (ask(A, "{id: v, type: computed, value: a}"), "computed_result"),
        (ask(A, "{id: v, type: computed, as: flag, value: a}"), None),
        (ask(A, "{id: v, type: computed, value: 'a ? 1 : 2', required: true}"), "key_elsewhere"),
        (ask("{id: v, type: computed, value: 'a ? 1 : 2'}", A), "condition_later"),
        (ask(A, "{id: b, type: text, label: '{{zzz}}'}"), "pipe_name"),
        (ask(A, "{id: b, type: text, label: '{{a}}'}"), "pipe_same_page"),
        (ask("{id: b, type: text, label: '{{a}}'}", A), "pipe_later"),
        (ask("{id: b, type: contact, label: B}", head=HEAD + "thanks: '{{b}}'\n"), "pipe_kind"),
        (ask(NEW[0], head=HEAD + "thanks: '{{m.stuff}}'\n"), "condition_member_hint"),
        (_pages(f"{{questions: [{A}]}}", "{title: '{{a|x}}', questions: [{id: b, type: text, label: B}]}"), None),
        (ask("{id: m, type: matrix, label: M, points: 5}"), "rows_count"),
        (ask("{id: m, type: matrix, label: M, rows: [{id: a, label: A}]}"), "matrix_neither"),
        (ask(NEW[0].replace("label: M,", "label: M, choices: [{id: a, label: A}, {id: b, label: B}],")), "matrix_both"),
        (ask("{id: s, type: slider, label: S, min: 0}"), "missing"),
        (ask("{id: s, type: slider, label: S, min: 0, max: 1, step: 0}"), "step"),
        (ask("{id: s, type: slider, label: S, min: 0, max: 1, step: 2}"), "step"),
        (ask("{id: x, type: maxdiff, label: X, choices: [{id: a, label: A}, {id: b, label: B}]}"), "choices_count"),
        (ask(S.replace("label: b}", "label: b, other: true}")), None),
        (ask(NEW[4].replace("label: Y}", "label: Y, other: true}")), "key"),
        (ask(A, head=HEAD + "quotas: [{id: q, when: a, limit: 0}]\n"), "want_whole"),
        (ask(A, head=HEAD + "quotas: [{id: q, when: z == 1, limit: 5}]\n"), "condition_name"),
        (ask(A, head=HEAD + "sampling: {share: 2}\n"), "share"),
        (ask(A, head=HEAD + "sampling: {eligible: \"segment == 'young'\", share: 0.2, quarantine_days: 90}\n"), None),
        (ask(NPS, head=HEAD + "kind: staff\nnps_kind: relational\n"), "nps_staff"),
        (ask("{id: end, type: text, label: A}"), "id_reserved"),
    ],
)  # fmt: skip
def test_logic_and_new_types_of_definitions(text: str, code: str | None) -> None:
    found = codes(text)
    assert (code in found) if code else (found == {}), found
