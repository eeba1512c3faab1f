"""Before the start: the branches that the pilots are held against, and what change can be seen at all."""

from __future__ import annotations

import math
from dataclasses import replace
from html import escape
from typing import Any

import streamlit as st

from components.markdown import plain
from components.quick_wins import form_other, form_what, look
from components.quick_wins.form_base import Form, draft
from cx.act import quick_wins, telling, verification
from cx.act.charter import Charter
from cx.act.charter_checks import MOST_GUARDRAILS
from cx.act.verification import Design


def ask(form: Form, known: dict[str, Any], id: str | None) -> dict[str, Any]:
    """Control branches, proposed with their reasons; the power in plain words; guardrails."""
    t, ctx = form.t, form.ctx
    st.markdown(f"**{t('quick_win.against')}**")
    aimed = not math.isnan(known["target"])
    values = {name: known[name] for name in _ASKED if name in known}
    asked = draft(**values | {"target": known["target"] if aimed else 0.0})
    if not asked.touchpoint or not asked.pilots or asked.end <= asked.start:
        st.caption(t("quick_win.against_first"))
        kept = form.was("controls", ())
    elif asked.voice == "staff":
        st.caption(t("quick_win.against_staff"))
        _outlook(form, asked, ctx.ask(verification.design, asked, ctx.rights, form.today, ctx.model), aimed)
        kept = ()
    else:
        kept = _controls(form, asked, id, aimed)
    for problem in ctx.ask(quick_wins.clashes, draft(**_shape(asked, kept)), id):
        st.warning(plain(problem.tell(t)), icon=":material/warning:")
    form.slots["controls"] = st.empty()
    return {"controls": kept, "guardrails": _guardrails(form, asked)}


_ASKED = (
    "touchpoint", "pilots", "survey", "metric", "nps_kind", "target", "least", "start", "end", "voice", "question",
)  # fmt: skip


def _shape(asked: Charter, controls: tuple[str, ...]) -> dict[str, Any]:
    names = ("touchpoint", "pilots", "start", "end", "metric", "nps_kind")
    return {name: getattr(asked, name) for name in names} | {"controls": controls}


def _controls(form: Form, asked: Charter, id: str | None, aimed: bool) -> tuple[str, ...]:
    t, ctx, model = form.t, form.ctx, form.ctx.model
    busy = ctx.ask(quick_wins.busy, asked, id)
    proposed = ctx.ask(verification.design, asked, ctx.rights, form.today, model, busy)
    likest = tuple(dict.fromkeys(match.branch for match in proposed.controls))
    same = form.old is not None and (form.old.touchpoint, form.old.metric, form.old.pilots) == (
        asked.touchpoint, asked.metric, asked.pilots,
    )  # fmt: skip
    own = ctx.rights.branches
    options = [b for b in model.branches if b not in asked.pilots and (own is None or b in own)]
    first = form.old.controls if same and form.old is not None and form.old.controls else likest
    chosen = st.multiselect(
        t("quick_win.controls"), options, default=[branch for branch in first if branch in options],
        key=form.named(f"controls_{asked.touchpoint}_{asked.metric}_{'_'.join(asked.pilots)}"),
        format_func=lambda branch: model.label("branch", branch, t), help=t("quick_win.controls_help"),
        placeholder=t("quick_win.choose"),
    )  # fmt: skip
    picked = tuple(chosen)
    found = proposed
    if picked and set(picked) != set(likest):
        found = ctx.ask(verification.design, draft(**vars(asked) | {"controls": picked}), ctx.rights, form.today, model)
    _outlook(form, draft(**vars(asked) | {"controls": picked}), found, aimed)
    _why(form, asked, found)
    return picked


def _outlook(form: Form, asked: Charter, found: Design, aimed: bool) -> None:
    """What can be seen; where that is less than what counts, it is said, with what would help."""
    t, model = form.t, form.ctx.model
    outlook = verification.of_design(asked, found, form.today)
    told = (aimed or asked.least or not outlook.compared) and telling.missed(t, asked, outlook, model)
    if not told:
        plain = replace(outlook, chance=outlook.chance if aimed or asked.least else None)
        st.html(f'<div class="cx-facts">{escape(telling.foreseen(t, asked, plain, model))}</div>')
        return
    st.warning(told, icon=":material/visibility_off:")
    st.markdown(f"**{t('quick_win.help')}**")
    own = form.ctx.rights.branches
    if not outlook.compared:
        look.points(
            [("plain", text) for text in telling.instead(t, len(model.branches if own is None else own), own is None)]
        )
        return
    look.points([("plain", text) for text in telling.helping(t, asked, found, model)])
    if asked.voice == "customer":
        form_other.ask(form, asked)


def _why(form: Form, asked: Charter, found: Design) -> None:
    t, model = form.t, form.ctx.model
    if not found.controls:
        return
    with st.expander(t("quick_win.against_why", n=len(found.controls)), icon=":material/help:"):
        look.points([("plain", telling.matched(t, asked, match, model)) for match in found.controls])
        if found.unlike:
            names = t("quick_win.comma").join(model.label("branch", branch, t) for branch in found.unlike)
            st.caption(t("quick_win.against_unlike", names=names))


def _guardrails(form: Form, asked: Charter) -> tuple[str, ...]:
    t, model = form.t, form.ctx.model
    near = [name for name in form_what.options_near(form, asked.touchpoint or None) if name != asked.metric]
    rest = [each.id for each in model.indicators.values() if not each.computed and each.id != asked.metric]
    own = [name for name in form.was("guardrails", ()) if name not in near]
    options = list(dict.fromkeys([*near, *own, *rest]))
    chosen = form.field(
        "guardrails", st.multiselect, t("quick_win.guardrails"), options=options, max_selections=MOST_GUARDRAILS,
        default=[name for name in form.was("guardrails", ()) if name in options],
        format_func=lambda name: telling.metric(t, telling.aside(asked, name), model),
        help=t("quick_win.guardrails_help"), placeholder=t("quick_win.choose"),
        key=f"guardrails_{asked.touchpoint}_{asked.metric}",
    )  # fmt: skip
    return tuple(chosen)
