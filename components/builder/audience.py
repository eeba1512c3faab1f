"""Whom the survey asks and when it has asked enough: quotas, sampling, and the name in its link."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import streamlit as st

from components import session
from components.builder import keeping, logic
from components.builder.form import Form, Put
from components.builder.rows import Rows
from components.markdown import plain
from cx.store import quotas
from cx.survey.editing import change, picking
from cx.words import Refused

_VIEWS = ("quotas", "sampling", "link")
_VIEW, _OWN, _REFUSED = "builder_audience_view", "builder_columns", "builder_rename_refused"


def show(form: Form) -> None:
    """The section; closed, it says what is set."""
    t, definition = form.t, form.desk.definition
    number, rule = len(change.items(definition, None, "quotas")), definition.get("sampling")
    parts = [t("builder.quotas_n", n=number)] if number else []
    parts += [t("builder.sampled")] if rule else []
    with form.section(
        "audience", t("builder.audience", what=" · ".join(parts) or t("builder.none_set")), "tune"
    ) as box:
        if not box.open:
            return
        key, now = form.key("audience_view"), session.get(_VIEW, _VIEWS[0])
        view = st.segmented_control(
            t("builder.audience_views"), _VIEWS, default=now, key=key, required=True, label_visibility="collapsed",
            format_func=lambda each: t(f"builder.audience_{each}"),
            on_change=lambda: session.put(_VIEW, session.get(key, now)),
        )  # fmt: skip
        with st.container():
            {"quotas": _quotas, "sampling": _sampling, "link": _link}[view or _VIEWS[0]](form)


def _quotas(form: Form) -> None:
    t, definition = form.t, form.desk.definition
    st.caption(t("builder.quotas_lead"))
    known = picking.askable(logic.everything(definition))
    had = _had(form) if form.desk.published else {}
    entries = change.items(definition, None, "quotas")
    for at, quota in enumerate(entries):
        with st.container(border=True):
            Rows(form, f"quota{at}", str(quota.get("when") or ""), known, form.on_item("quotas", at, "when"),
                 needed=True).show()  # fmt: skip
            left, right = st.columns(2, gap="small", vertical_alignment="bottom")
            with left:
                form.number(f"quota{at}_limit", t("builder.quota_limit"), quota.get("limit"),
                            form.on_item("quotas", at, "limit"), min_value=1, max_value=10**8, step=1)  # fmt: skip
            if form.desk.published:
                number, limit = had.get(str(quota.get("id")), 0), quota.get("limit")
                full = isinstance(limit, int) and number >= limit
                right.caption(t("builder.quota_full" if full else "builder.quota_had", n=number))
            form.both(f"quota{at}_message", t("builder.quota_message"), form.text_of_item("quotas", at, "message"),
                      area=True, hint=t("builder.quota_usual"))  # fmt: skip
            logic.drop(form, "quotas", at, "builder.quota_drop")
    served = form.ctx.bench.shelf.get(form.desk.survey_id)
    counted = {*had, *(quota.id for quota in (served.quotas if served else ()))}  # a new one begins at nothing
    taken = {*counted, *(str(each.get("id")) for each in entries)}
    id = next(name for n in range(1, len(taken) + 2) if (name := f"quota{n}") not in taken)
    logic.add(form, "quotas", "builder.quota_add", known, {"id": id, "when": "", "limit": 100})
    if not known:
        st.caption(t("builder.no_other"))


def _had(form: Form) -> dict[str, int]:
    """Responses by quota: as of now, on the answers of every published version."""
    return form.ctx.ask(quotas.counts, form.desk.survey_id)


def _sampling(form: Form) -> None:
    """Who of an invitation list is invited: over the list's columns, not over answers."""
    t, rule = form.t, form.desk.definition.get("sampling")
    rule = rule if isinstance(rule, dict) else {}
    st.caption(t("builder.sampling_lead"))
    left, right = st.columns(2, gap="small")
    share = rule.get("share")
    with left:
        form.number("share", t("builder.share"), round(100 * float(share), 4) if _number(share) else 100.0, _share,
                    min_value=0.1, max_value=100.0, step=5.0, format="%g")  # fmt: skip
    with right:
        days = rule.get("quarantine_days")
        form.number("quarantine", t("builder.quarantine"), days if isinstance(days, int) else 0,
                    _sampled("quarantine_days"), min_value=0, max_value=3650, step=1,
                    help=t("builder.quarantine_help"))  # fmt: skip
    source = str(rule.get("eligible") or "")
    st.markdown(t("builder.eligible"))
    Rows(form, "eligible", source, _columns(form, source), _sampled("eligible"), lead="builder.eligible_column").show()
    key = form.key("column")
    st.text_input(t("builder.column"), key=key, placeholder="age", help=t("builder.column_help"),
                  on_change=lambda: _column(str(session.get(key, ""))))  # fmt: skip


def _number(said: Any) -> bool:
    return isinstance(said, int | float) and not isinstance(said, bool)


def _sampled(field: str) -> Put:
    def put(definition: Mapping[str, Any], value: Any) -> dict[str, Any]:
        rule = definition.get("sampling")
        fresh = {**(rule if isinstance(rule, dict) else {}), field: value}
        return change.set_top(definition, sampling={name: each for name, each in fresh.items() if each})

    return put


def _share(definition: Mapping[str, Any], percent: Any) -> dict[str, Any]:
    share = round(float(percent) / 100, 6) if percent else None
    return _sampled("share")(definition, None if share == 1 else share)


def _columns(form: Form, source: str) -> list[dict[str, Any]]:
    """The list's columns as if they were questions: the bank's own dimensions, those named here, those mentioned."""
    t, model = form.t, form.ctx.model
    values = {
        "segment": model.segments, "region": model.regions, "business_line": model.business_lines,
        "channel": model.channels, "branch": model.branches,
    }  # fmt: skip
    found: list[dict[str, Any]] = [
        {"id": name, "type": "single", "label": t(f"dimension.{name}"),
         "choices": [{"id": id, "label": model.label(name, id, t)} for id in ids]}
        for name, ids in values.items()
    ]  # fmt: skip
    own = dict.fromkeys(session.get(_OWN, ()), "number")
    for term in (picking.read(source) or picking.Picked(())).terms:
        text = any(isinstance(value, str) for value in term.values)
        own |= {term.name: "text" if text or term.sign in ("contains", "answered") else "number"}
    return [*found, *({"id": n, "type": kind, "label": n} for n, kind in own.items() if n not in values)]


def _column(name: str) -> None:
    wanted = name.strip().lower()
    if re.fullmatch(r"[a-z]\w{0,39}", wanted, re.ASCII):
        session.put(_OWN, tuple(dict.fromkeys((*session.get(_OWN, ()), wanted))))


def _link(form: Form) -> None:
    """The name in the survey's link, which is its own as long as nothing was ever published under it."""
    t, id = form.t, form.desk.survey_id
    fixed = keeping.ever_published(form.ctx, id)
    key = form.key("survey_id")
    st.text_input(
        t("builder.survey_id"), id, key=key, disabled=fixed, on_change=_renamed, args=(form, key),
        help=t("builder.survey_id_fixed" if fixed else "builder.survey_id_help"),
    )  # fmt: skip
    refused = session.take(_REFUSED, None)
    if isinstance(refused, Refused):
        for problem in refused.problems:
            st.error(plain(problem.plainly(t)), icon=":material/error:")
    st.caption(t("builder.survey_link", link=f"/s/{id}"))


def _renamed(form: Form, key: str) -> None:
    wanted = str(session.get(key, "")).strip().lower()
    if not wanted or wanted == form.desk.survey_id:
        return
    try:
        keeping.rename(form.ctx, wanted)
    except Refused as refused:
        session.put(_REFUSED, refused)
