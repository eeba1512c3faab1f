"""The languages of a form, and its texts as ours."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from cx.convert.names import TAG, language
from cx.convert.pieces import Label, plain
from cx.convert.report import Report
from cx.convert.xlsform.form import REFERENCE, Form
from cx.convert.xlsform.headers import DEFAULT, Row

_MARKDOWN = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*|__(?=\S)(.+?)(?<=\S)__|\[([^\]]+)\]\(https?://[^)]*\)")
_HEADING = re.compile(r"^#{1,6}\s+", re.MULTILINE)


def languages(form: Form, report: Report) -> dict[str, str]:
    """The languages that texts of the form are in → our codes, its own language first.

    A column without a language is in the form's own; a language we have no code for gets one of those kept free.
    """
    lists = (*form.lists.values(), *form.external.values())
    rows = [*(node.row for node in form.root.walk()), *(row for rows in lists for row in rows)]
    texts = [(lang, text) for row in rows for by_lang in row.texts.values() for lang, text in by_lang.items()]
    names = list(dict.fromkeys(lang for lang, _ in texts))
    own = form.settings["default_language"] if form.settings else ""
    found: dict[str, str] = {}
    for name in sorted(names, key=lambda name: (name != DEFAULT, name != own)):
        code = language(own if name == DEFAULT and own else name) if name != DEFAULT or own else None
        if code is None and name == DEFAULT:
            code = (
                "zh"
                if any("\u4e00" <= sign <= "\u9fff" for lang, text in texts if lang == name for sign in text)
                else "en"
            )
        taken = {other for lang, other in found.items() if lang != DEFAULT}
        if code is None or code in taken:
            code = next(f"qa{letter}" for letter in "abcdefghijklmnopqrstuvwxyz" if f"qa{letter}" not in found.values())
            report.approximated("", "language", name=name, code=code)
        found[name] = code
    return found


def label(
    row: Row, column: str, codes: Mapping[str, str], place: str, report: Report, put: Callable[[str], str]
) -> Label:
    """A text of a row; ``put`` says what stands for ``${name}``."""
    texts: dict[str, str] = {}
    for name in sorted(row.texts.get(column, {}), key=lambda name: name != DEFAULT):
        raw = row.texts[column][name]
        unmarked = _HEADING.sub("", _MARKDOWN.sub(lambda found: next(filter(None, found.groups())), raw))
        text = plain(unmarked, REFERENCE, lambda found: put("" if found.group(1) else found.group(2)))
        if unmarked != raw or TAG.search(raw):
            report.approximated(place, "formatting")
        texts[codes[name]] = text
    kept = {code: texts[code] for code in dict.fromkeys(codes.values()) if texts.get(code)}
    same = len(set(kept.values())) < 2 and len(kept) == len(set(codes.values()))
    return next(iter(kept.values()), "") if same or not kept else kept
