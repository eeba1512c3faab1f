"""What other metrics of the touchpoint would show, with the same branches in the same weeks."""

from __future__ import annotations

import streamlit as st

from components.quick_wins import form_what, look
from components.quick_wins.form_base import Form, draft
from cx.act import telling, verification
from cx.act.charter import Charter


def ask(form: Form, asked: Charter) -> None:
    """Each with its level now and the change that it would show; reckoned when somebody asks for it."""
    t, ctx, model = form.t, form.ctx, form.ctx.model
    if not st.toggle(t("quick_win.help_metrics"), key=form.named("others")):
        return
    said = []
    for option in form_what.options_near(form, asked.touchpoint):
        other = draft(**_same(asked) | form_what.meant(option))
        if (other.metric, other.nps_kind) == (asked.metric, asked.nps_kind):
            continue
        found = ctx.ask(verification.design, other, ctx.rights, form.today, model)
        if found.visible is not None and found.before.value is not None:
            now = telling.value(t, other, found.before.value, model)
            change = telling.size(t, other, found.visible, model)
            said.append(t("quick_win.help_metric", metric=telling.metric(t, other, model), now=now, change=change))
    look.points([("plain", text) for text in said or [t("quick_win.help_metric_none")]])


def _same(asked: Charter) -> dict[str, object]:
    return {name: getattr(asked, name) for name in ("touchpoint", "pilots", "controls", "start", "end")}
