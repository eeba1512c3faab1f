"""Fields of the editor: each widget shows a part of the definition and writes it back when it changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import session
from components.builder import catalogue, desk, telling
from components.page import Context
from cx.survey.editing import change
from cx.words import LANGUAGES

Put = Callable[[Mapping[str, Any], Any], dict[str, Any]]
"""``put(definition, value)``: the definition with one part set; None takes it away."""


@dataclass(frozen=True)
class Text:
    """Where a text for people stands in the definition: how to find it, and how to set it."""

    get: Callable[[Mapping[str, Any]], Any]
    put: Put


class Form:
    """One drawing of the editor over the open draft."""

    def __init__(self, ctx: Context, open_desk: desk.Desk) -> None:
        self.ctx, self.t, self.desk = ctx, ctx.t, open_desk

    def key(self, name: str) -> str:
        """A widget's key: new ones whenever the text changed by other ways than the widgets."""
        return f"b{self.desk.stamp}_{self.desk.selected}_{name}"

    def key_while(self, name: str, now: str) -> str:
        """The key of a text's widget while it says what the definition says ``now``, so that typing goes on; another
        one when that changed by other ways."""
        counted = self.key(f"{name}_turn")
        turn = session.get(counted, 0)
        typed = session.get(self.key(f"{name}_{turn}"), None)
        if typed is not None and str(typed).strip() != now.strip():
            turn += 1
            session.put(counted, turn)
        return self.key(f"{name}_{turn}")

    def on_question(self, field: str) -> Put:
        """Sets a field of the selected question."""
        selected = self.desk.selected
        return lambda definition, value: change.set_question(definition, selected, **{field: value})

    def on_top(self, field: str) -> Put:
        """Sets a field of the survey."""
        return lambda definition, value: change.set_top(definition, **{field: value})

    def on_page(self, page: int, field: str) -> Put:
        """Sets a field of a page."""
        return lambda definition, value: change.set_page(definition, page, **{field: value})

    @property
    def translated(self) -> bool:
        """Whether the survey is written in several languages, so that a text may lack one."""
        survey, definition = self.desk.survey, self.desk.definition
        return len(survey.languages if survey is not None else catalogue.speaks(definition)) > 1

    @property
    def owner(self) -> str | None:
        """Whose lists are edited: the selected question's; None for the survey's own."""
        return self.desk.selected if self.desk.entry() is not None else None

    def on_item(self, field: str, at: int, name: str) -> Put:
        """Sets a field of one entry of a list: of the selected question, or of the survey."""
        owner = self.owner
        return lambda definition, value: change.set_item(definition, owner, field, at, **{name: value})

    def text_of_item(self, field: str, at: int, name: str) -> Text:
        """A text of one entry of such a list."""
        owner = self.owner

        def get(definition: Mapping[str, Any]) -> Any:
            found = change.items(definition, owner, field)
            return found[at].get(name) if at < len(found) else None

        return Text(get, self.on_item(field, at, name))

    def text_of_question(self, field: str) -> Text:
        """A text of the selected question."""
        selected = self.desk.selected
        return Text(
            lambda definition: (change.question(definition, selected) or {}).get(field), self.on_question(field)
        )

    def text_of_top(self, field: str) -> Text:
        """A text of the survey."""
        return Text(lambda definition: definition.get(field), self.on_top(field))

    def both(self, name: str, label: str, text: Text, area: bool = False, hint: str = "") -> None:
        """A text in both languages side by side."""
        value = text.get(self.desk.definition)
        for column, lang in zip(st.columns(2, gap="small"), LANGUAGES, strict=True):
            with column:
                key = self.key(f"{name}_{lang}")
                title = self.t("builder.in_language", name=label, lang=self.t(f"surveys.lang_{lang}"))
                if self.translated and value and not telling.said(value, lang):
                    title += f" · {self.t('builder.lacking')}"  # plain: the title is read aloud as it is written
                kind, more = (st.text_area, {"height": "content"}) if area else (st.text_input, {})
                kind(  # type: ignore[operator]
                    title,
                    _in(value, lang),
                    key=key,
                    placeholder=hint,
                    on_change=self._said,
                    args=(name, lang, text),
                    **more,
                )

    def _said(self, name: str, lang: str, text: Text) -> None:
        now, key = desk.current(), self.key(f"{name}_{lang}")
        if now is None:
            return
        value = text.get(now.definition)
        if catalogue.begun(value):
            value = None
            for other in LANGUAGES:
                if other != lang:
                    session.put(self.key(f"{name}_{other}"), "")
        self.apply(text.put, with_text(value, lang, session.get(key, "")), key)

    def pick(
        self, name: str, label: str, options: Sequence[Any], value: Any, put: Put, tell: Callable[[Any], str] = str,
        **more: Any,
    ) -> None:  # fmt: skip
        """One of a few; None among the options takes the field away."""
        key = self.key(name)
        known = ["" if each is None else each for each in (options if value in options else [*options, value])]
        st.selectbox(  # with None itself chosen, it would offer to clear what is empty
            label, known, known.index("" if value is None else value), key=key, on_change=self._set, args=(key, put),
            format_func=lambda each: tell(None if each == "" else each), placeholder=self.t("builder.cond_choose"),
            **more,
        )  # fmt: skip

    def several(
        self, name: str, label: str, options: Sequence[str], value: Sequence[str], put: Put, tell: Callable[[Any], str],
        **more: Any,
    ) -> None:  # fmt: skip
        """Several of a few."""
        key = self.key(name)
        known = [*options, *(each for each in value if each not in options)]
        st.multiselect(
            label, known, list(value), format_func=tell, key=key, on_change=self._set, args=(key, put),
            placeholder=more.pop("placeholder", self.t("builder.none")), select_all=False, **more,
        )  # fmt: skip

    def flag(self, name: str, label: str, value: Any, put: Put, help: str | None = None) -> None:
        """A switch; off takes the field away."""
        key = self.key(name)
        st.toggle(label, bool(value), key=key, help=help, on_change=self._flag, args=(key, put))

    def number(self, name: str, label: str, value: Any, put: Put, **more: Any) -> None:
        """A number; empty takes the field away."""
        key = self.key(name)
        st.number_input(label, value=value, key=key, on_change=self._set, args=(key, put), **more)

    def section(self, name: str, title: str, icon: str) -> Any:
        """A part that opens and closes, and stays so from card to card; ``.open`` says whether to draw what is inside.

        A title that changes makes another widget, which then begins as the old one was.
        """
        flag, key = f"builder_open_{name}", self.key(f"{name}_{title}")
        return st.expander(
            title, session.get(flag, False), key=key, icon=f":material/{icon}:",
            on_change=lambda: session.put(flag, session.get(key, False)),
        )  # fmt: skip

    def _set(self, key: str, put: Put) -> None:
        value = session.get(key, None)
        self.apply(put, value if value not in ("", []) else None, key)

    def _flag(self, key: str, put: Put) -> None:
        self.apply(put, True if session.get(key, False) else None, key)

    def apply(self, put: Put, value: Any, stroke: str = "") -> None:
        """Take a value over into the draft that is open now."""
        now = desk.current()
        if now is not None:
            desk.apply(self.ctx, put(now.definition, value), stroke)

    def renewed(self, put: Put, value: Any = None) -> None:
        """The same for what moves other parts to other places: every widget is made anew."""
        self.apply(put, value)
        now = desk.current()
        if now is not None:
            now.stamp += 1


def _in(value: Any, lang: str) -> str:
    if isinstance(value, Mapping):
        return str(value.get(lang, ""))
    return str(value or "") if lang == LANGUAGES[0] else ""


def with_text(value: Any, lang: str, said: str) -> Any:
    """The text with one language set anew; None when nothing is left of it."""
    known = dict(value) if isinstance(value, Mapping) else {LANGUAGES[0]: value} if value else {}
    known[lang] = said.strip()
    order = [*LANGUAGES, *(each for each in known if each not in LANGUAGES)]
    return {each: known[each] for each in order if known.get(each)} or None
