"""What keeps the house in order (its floors are kept by lint-imports)."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from components.navigation import PAGES, SECTIONS
from cx.__main__ import COMMANDS
from cx.access.rights import RIGHTS, ROLES
from cx.measure.metrics import METRICS
from cx.survey import load
from cx.survey.types import TYPES
from cx.words import LANGUAGES, texts
from web.routes import OPEN

ROOT = Path(__file__).resolve().parents[1]
CODE = [
    ROOT / "app.py",
    *(file for room in ("cx", "components", "pages", "web") for file in (ROOT / room).rglob("*.py")),
]
_SQL = re.compile(r"\b(SELECT\s.+\sFROM|INSERT INTO|DELETE FROM|UPDATE \w+ SET|CREATE (TABLE|VIEW|TEMP))\b", re.DOTALL)
# Who may hold SQL beside cx/store, cx/intake and cx/measure: the owner of a table.
_DOCUMENTED = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_OWNERS = (
    "cx/access/tokens.py", "cx/act/actions.py", "cx/act/alarms.py", "cx/act/cases/", "cx/act/experiments/",
    "cx/act/kudos.py", "cx/act/pain_points/", "cx/act/quick_wins/", "cx/act/rollout/",
    "cx/collect/", "cx/demo/", "cx/publish/",
)  # fmt: skip


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


@cache
def nodes(file: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree(file)))


def name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def imports(file: Path) -> Iterator[str]:
    for node in nodes(file):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def calls(file: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in nodes(file):
        if isinstance(node, ast.Call):
            called = node.func
            yield (called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")), node


def first_text(call: ast.Call) -> str | None:
    first = call.args[0] if call.args else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None


def test_pages_lie_in_section_folders() -> None:
    assert not list((ROOT / "pages").glob("*.py")), "a script directly in pages/ is served before any sign-in"


def test_the_table_of_contents_equals_the_files() -> None:
    files = {file.relative_to(ROOT / "pages").with_suffix("").as_posix() for file in (ROOT / "pages").rglob("*.py")}
    assert files == {page.name for page in PAGES}
    assert {page.section for page in PAGES} <= set(SECTIONS)
    assert {page.right for page in PAGES} <= set(RIGHTS)
    assert not {page.stem for page in PAGES} & OPEN, "a page must not hide behind a route that is open to all"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_begins_with_its_guard(page) -> None:
    module = tree(page.file)
    inside = {node.name: node.body for node in module.body if isinstance(node, ast.FunctionDef)}
    for statement in module.body:
        if isinstance(statement, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef):
            continue
        run = [node for node in ast.walk(statement) if isinstance(node, ast.Call)]
        if not run:
            continue
        own = inside.get(ast.unparse(run[0].func), [])
        guarded = [statement, *own[1 if ast.get_docstring(ast.Module(own, [])) else 0 :][:1]]
        assert any("page.begin(__file__)" in ast.unparse(node) for node in guarded), "something runs before the guard"
        return
    pytest.fail("nothing begins")


def test_who_imports_streamlit_and_starlette() -> None:
    for file in CODE:
        room, used = name(file).split("/")[0], set(imports(file))
        if room == "cx":
            assert not used & {"streamlit", "starlette", "jinja2"}, name(file)
        if room == "web":
            assert not used & {"streamlit", "components", "pages"}, name(file)
        if room in ("components", "pages"):
            assert not used & {"starlette", "web"}, name(file)


def test_sql_lives_with_the_store() -> None:
    for file in CODE:
        if name(file).startswith(("cx/store/", "cx/intake/", "cx/measure/", *_OWNERS)):
            continue
        docstrings = {ast.get_docstring(node, clean=False) for node in nodes(file) if isinstance(node, _DOCUMENTED)}
        held = [
            node.value
            for node in nodes(file)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and node.value not in docstrings
            and _SQL.search(node.value)
        ]
        assert not held, (name(file), held)


def test_one_file_says_session_state() -> None:
    saying = {
        name(file)
        for file in CODE
        for node in nodes(file)
        if isinstance(node, ast.Attribute) and node.attr == "session_state"
    }
    assert saying == {"components/session.py"}


def test_languages_have_the_same_words_and_places_for_values() -> None:
    zh, en = texts("zh"), texts("en")
    assert set(zh) == set(en)
    for key, text in zh.items():
        other = en[key]
        assert type(text) is type(other), key
        pairs = [(text, other)] if isinstance(text, str) else [(text[part], other[part]) for part in ("what", "try")]
        for one, two in pairs:
            assert isinstance(one, str) and isinstance(two, str), f"{key}: a text must be text, quote it"
            assert _places(one) == _places(two), key


def _places(text: str) -> set[str]:
    return {field.split(".")[0] for _, field, _, _ in string.Formatter().parse(text) if field is not None}


def test_no_word_is_defined_twice() -> None:
    for file in (ROOT / "cx" / "words").rglob("*.yaml"):
        names = re.findall(r"^(\w+):", file.read_text(encoding="utf-8"), re.MULTILINE)
        assert sorted(set(names)) == sorted(names), name(file)


def test_every_problem_has_words() -> None:
    for file in CODE:
        for called, call in calls(file):
            code = first_text(call)
            if called == "Problem" and code is not None:
                assert all(f"problem.{code}" in texts(lang) for lang in LANGUAGES), (name(file), code)


def test_every_literal_word_exists() -> None:
    sections = {key.split(".")[0] for key in texts("en")}
    for file in CODE:
        for called, call in calls(file):
            key = first_text(call)
            if called == "t" and key is not None:
                assert key in texts("en"), (name(file), key)
                assert key.split(".")[0] in sections


def test_templates_use_words_that_exist() -> None:
    for file in (ROOT / "web" / "templates").rglob("*.html"):
        for key in re.findall(r"\bt\('([\w.]+\w)'[,)]", file.read_text(encoding="utf-8")):
            assert key in texts("en"), (file.name, key)


def test_every_page_role_right_and_metric_has_words() -> None:
    keys = [f"page.{page.stem}" for page in PAGES] + [f"page.{page.stem}_question" for page in PAGES]
    keys += [f"shell.role_{role}" for role in ROLES] + [f"people.right_{right}" for right in RIGHTS]
    keys += [f"shell.section_{section}" for section in SECTIONS]
    keys += [f"metric.{metric}{part}" for metric in METRICS for part in ("", "_about")]
    assert not [key for key in keys if key not in texts("en")]


def test_question_types_and_metrics_stand_in_the_docs() -> None:
    docs = " ".join(file.read_text(encoding="utf-8") for file in (ROOT / "docs").rglob("*.md"))
    known = set(re.findall(r"[a-z][a-z0-9_]+", docs))
    assert not (set(TYPES) | set(METRICS)) - known


@pytest.mark.parametrize("file", sorted((ROOT / "survey_defs").glob("*.yaml")), ids=lambda file: file.stem)
def test_surveys_load_without_a_problem(file: Path) -> None:
    reading = load.read_file(file)
    assert reading.survey is not None and not reading.problems
    assert reading.survey.id == file.stem


def test_there_are_five_surveys_at_least() -> None:
    assert len(list((ROOT / "survey_defs").glob("*.yaml"))) >= 5


def test_requirements_are_pinned_and_say_why() -> None:
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            assert re.fullmatch(r"[\w.\[\]-]+==[\w.]+(; [^#]+?)?\s+# \S.+", line), line
    for line in (ROOT / "requirements-dev.txt").read_text(encoding="utf-8").splitlines():
        assert re.match(r"#|-r |[\w.\[\]-]+==[\w.]+|$", line), line


def test_commands_are_documented() -> None:
    docs = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert not [command for command in COMMANDS if f"## {command.replace('_', '-')}" not in docs]


def test_the_rights_table_is_printed() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (ROOT / "docs" / "rights.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| ")
    ]
    head, *body = rows
    assert head[2:] == list(ROLES) and [row[0] for row in body] == list(RIGHTS)
    for right, _, *marks in body:
        assert marks == ["yes" if right in rights else "" for rights in ROLES.values()], right


def test_the_server_stays_small() -> None:
    assert len((ROOT / "app.py").read_text(encoding="utf-8").splitlines()) <= 60
