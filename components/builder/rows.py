"""A condition as rows to pick from: question, comparison, value; its formula for those who ask for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import session
from components.builder import dates, telling
from components.builder.form import Form, Put
from cx.survey.editing import picking
from cx.survey.editing.picking import Picked, Term
from cx.words.apart import apart

_OWN = "builder_condition_own"


@dataclass(frozen=True)
class Rows:
    """One condition. ``name`` tells its widgets from others', ``known`` is what it can be about, ``needed`` says that
    the last row stays; ``lead`` stands over the first row, ``empty`` instead of rows where nothing can be asked."""

    form: Form
    name: str
    source: str
    known: Sequence[Mapping[str, Any]]
    put: Put
    needed: bool = False
    lead: str = "builder.cond_question"
    empty: str = "builder.first_question"

    def show(self) -> None:
        """Draw it."""
        t = self.form.t
        picked = picking.read(self.source) if self.source else Picked(())
        plain = picked is not None and picking.fits(picked, self.known)
        if not self.known and not self.source:
            st.caption(t(self.empty))
            return
        if not plain:
            st.info(t("builder.beyond"), icon=":material/info:")
        elif picked is not None:
            self._rows(picked)
        self._source(plain)

    def _rows(self, picked: Picked) -> None:
        t, waiting = self.form.t, self._waiting(picked)
        terms = list(picked.terms)
        if waiting is not None:
            terms[waiting[0] : waiting[0] + 1] = [waiting[1]]
        terms = terms or [Term("", "")]
        for at, term in enumerate(terms):
            self._row(picked, terms, at, term)
        with st.container(horizontal=True, vertical_alignment="center"):
            if waiting is None and picked.terms:
                st.button(t("builder.add_condition"), key=self._key("add"), icon=":material/add:", type="tertiary",
                          on_click=session.put, args=(self._pending, (len(terms), Term("", ""))))  # fmt: skip
            if len(terms) > 1:
                key = self._key("any")
                st.segmented_control(
                    t("builder.joint"), (False, True), default=picked.any, key=key, label_visibility="collapsed",
                    required=True, format_func=lambda any: t("builder.any" if any else "builder.all"),
                    on_change=lambda: self._write(Picked(picked.terms, bool(session.get(key, False)))),
                )  # fmt: skip

    def _key(self, name: str) -> str:
        return self.form.key(f"{self.name}_{name}")

    @property
    def _pending(self) -> str:
        return f"builder_pending_{self.form.desk.survey_id}_{self.form.desk.selected}_{self.name}"

    def _waiting(self, picked: Picked) -> tuple[int, Term] | None:
        """The row that is being made and says nothing yet, with its place."""
        found: tuple[int, Term] | None = session.get(self._pending, None)
        return found if found is not None and found[0] <= len(picked.terms) else None

    def _row(self, picked: Picked, terms: list[Term], at: int, term: Term) -> None:
        t, mark = self.form.t, f"{at}_{len(terms)}"
        known = {str(entry["id"]): entry for entry in self.known}
        labels = apart({id: telling.short(t, entry) for id, entry in known.items()})
        names, entry = list(known), known.get(term.name)
        key = self._key(f"{mark}_name_{term.name}")
        if at:
            st.caption(t("builder.or" if picked.any else "builder.and"))
        with st.container(horizontal=True, wrap=False, vertical_alignment="bottom", gap="xxsmall"):
            st.selectbox(
                t(self.lead), names, names.index(term.name) if entry is not None else None, key=key,
                placeholder=t("builder.cond_choose"), label_visibility="visible" if at == 0 else "collapsed",
                format_func=labels.__getitem__,
                on_change=lambda: self._named(picked, at, known.get(str(session.get(key, "") or ""))),
            )  # fmt: skip
            if len(terms) > 1 or (term.name and not self.needed):
                st.button("", key=self._key(f"{mark}_drop"), icon=":material/close:", type="tertiary",
                          help=t("builder.cond_drop"), on_click=self._dropped, args=(picked, at))  # fmt: skip
        if entry is None:
            return
        # A long comparison, or several values, have a line each; a number needs less room than a comparison.
        widths = {"in": None, "below": None, "above": None, **dict.fromkeys(picking.BARE)}.get(term.sign, (1, 1))
        if term.sign in picking.COUNTS or (widths and picking.storage(entry) in ("number", "score")):
            widths = (3, 2)
        first, second = st.columns(widths, gap="xsmall") if widths else (st.container(), st.container())
        with first:
            self._sign(picked, at, term, entry, mark)
        with second:
            self._value(picked, at, term, entry, mark)

    def _sign(self, picked: Picked, at: int, term: Term, entry: Mapping[str, Any], mark: str) -> None:
        t, key = self.form.t, self._key(f"{mark}_sign_{term.name}_{term.sign}")
        others = picking.alike(entry, self.known)
        signs = [sign for sign in picking.signs(entry) if others or sign not in ("below", "above")]
        st.selectbox(
            t("builder.cond_sign"), signs, signs.index(term.sign) if term.sign in signs else 0, key=key,
            label_visibility="collapsed", format_func=lambda sign: t(f"builder.sign_{telling.word(entry, sign)}"),
            placeholder=t("builder.cond_choose"),
            on_change=lambda: self._changed(picked, at, self._signed(term, str(session.get(key, "")), entry)),
        )  # fmt: skip

    def _signed(self, term: Term, sign: str, entry: Mapping[str, Any]) -> Term:
        """The row with another comparison; the value stays where it still is one."""
        options = self._options(sign, entry)
        kept = term.values if term.sign not in ("below", "above", "format") and sign not in picking.BARE else ()
        if options:
            kept = tuple(value for value in kept if value in options) or tuple(options[:1])
        elif sign in picking.COUNTS and not all(isinstance(each, int) for each in kept):
            kept = ()
        return Term(term.name, sign, kept if sign == "in" else kept[:1])

    def _options(self, sign: str, entry: Mapping[str, Any]) -> list[Any]:
        if sign in picking.BARE or sign in picking.COUNTS:
            return []
        if sign == "format":
            return list(picking.FORMATS)
        return picking.alike(entry, self.known) if sign in ("below", "above") else picking.values(entry)

    def _value(self, picked: Picked, at: int, term: Term, entry: Mapping[str, Any], mark: str) -> None:
        if term.sign in picking.BARE:
            return
        key, label = self._key(f"{mark}_value_{term.name}_{term.sign}"), self.form.t("builder.cond_value")
        options, now = self._options(term.sign, entry), term.values[0] if term.values else None
        shared: dict[str, Any] = {"key": key, "label_visibility": "collapsed"}

        def take(value: Any) -> None:
            plain = int(value) if isinstance(value, float) and value.is_integer() else value
            values = tuple(value) if isinstance(value, list) else (plain,)
            self._changed(picked, at, Term(term.name, term.sign, values))

        shared["on_change"] = lambda: take(session.get(key, None))
        if options:
            self._choose(term, entry, label, options, shared)
        elif term.sign in picking.COUNTS:
            st.number_input(label, 0, value=now if isinstance(now, int) else None, step=1, **shared)
        elif picking.storage(entry) in ("number", "score"):
            st.number_input(label, value=now if isinstance(now, int | float) else None, **shared)
        elif picking.storage(entry) == "date":
            shared["on_change"] = lambda: take(dates.iso(session.get(key, None)))
            st.date_input(label, dates.day(now), format="YYYY-MM-DD", **shared)
        else:
            st.text_input(label, str(now or ""), **shared)

    def _choose(
        self, term: Term, entry: Mapping[str, Any], label: str, options: list[Any], shared: dict[str, Any]
    ) -> None:
        t, known = self.form.t, {str(each["id"]): each for each in self.known}

        def told(value: Any) -> str:
            if term.sign in ("below", "above"):
                return telling.short(t, known[value])
            return t(f"builder.format_{value}") if term.sign == "format" else telling.value(t, entry, value)

        shared |= {"format_func": told, "placeholder": t("builder.cond_choose")}
        chosen = [options.index(value) for value in term.values if value in options]
        if term.sign == "in":
            st.multiselect(label, options, [options[place] for place in chosen], select_all=False, **shared)
        else:
            st.selectbox(label, options, chosen[0] if chosen else None, **shared)

    def _named(self, picked: Picked, at: int, entry: Mapping[str, Any] | None) -> None:
        if entry is None:
            return
        begun = picking.first(entry)
        if begun.sign == "answered" and picking.storage(entry) == "number":
            begun = Term(begun.name, "<=")  # the number is for the author to say
        self._changed(picked, at, begun)

    def _changed(self, picked: Picked, at: int, term: Term) -> None:
        if picking.complete(term):
            session.drop(self._pending)
            self._write(Picked((*picked.terms[:at], term, *picked.terms[at + 1 :]), picked.any))
        else:
            session.put(self._pending, (at, term))

    def _dropped(self, picked: Picked, at: int) -> None:
        session.drop(self._pending)
        if at < len(picked.terms):
            self._write(Picked((*picked.terms[:at], *picked.terms[at + 1 :]), picked.any))

    def _write(self, picked: Picked) -> None:
        self.form.apply(self.put, picking.write(picked) or None)

    def _source(self, plain: bool) -> None:
        """The condition as it is kept, for those who ask; to be written by those who know how."""
        t = self.form.t
        if (plain and asked(self.form, self._key("own"), quiet=self.needed)) or not plain:
            key = self.form.key_while(f"{self.name}_source", self.source)
            st.text_area(
                t("builder.cel"), self.source, key=key, height="content", help=t("builder.cel_help"),
                on_change=lambda: self.form.apply(self.put, str(session.get(key, "")).strip() or None),
            )  # fmt: skip
            if not plain and self.source:
                begun = picking.write(Picked((picking.first(self.known[0]),))) if self.needed and self.known else None
                st.button(t("builder.cel_clear"), key=self._key("clear"), type="tertiary",
                          icon=":material/restart_alt:", on_click=self.form.apply, args=(self.put, begun))  # fmt: skip


def asked(form: Form, key: str, quiet: bool = False) -> bool:
    """Whether formulas are to be seen: a switch for all of them at once, not drawn where it is ``quiet``."""
    own = bool(session.get(_OWN, False))
    if not quiet:
        st.toggle(form.t("builder.expert"), own, key=key, on_change=lambda: session.put(_OWN, session.get(key, False)))
    return own
