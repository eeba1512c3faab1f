"""Words of a case: its title, where a rule opened it, its reasons, root cause and desk, in the user's language."""

from __future__ import annotations

from cx.act import alarm_telling
from cx.act.cases.shape import Case
from cx.bank.model import Model
from cx.bank.rules import Rules
from cx.insight.signals import series as signal_series
from cx.words import Translator


def title(case: Case, rules: Rules, model: Model, t: Translator) -> str:
    """What was written; else its first reason, where and about what."""
    if case.about.title:
        return case.about.title
    reason_ = reason(case.kind, rules, t)
    subject = signal_series.subject(case.about.cause.subject) if case.about.cause else None
    if subject is not None:
        return t("cases.title_rule", reason=reason_, place=alarm_telling.name(t, subject, model))
    if case.topic:
        return t("cases.title_topic", reason=reason_, topic=case.topic)
    places = [model.label(name, value, t) for name, value in
              (("branch", case.about.branch), ("touchpoint", case.about.touchpoint)) if value]  # fmt: skip
    return t("cases.title_rule", reason=reason_, place=" · ".join(places)) if places else reason_


def reason(id: str, rules: Rules, t: Translator) -> str:
    """A rule's name; of hand, signal and complaint their own."""
    rule = rules.rules.get(id)
    if rule is not None:
        return t.pick(rule.name, id)
    return t(f"cases.kind_{id}") if t.has(f"cases.kind_{id}") else id


def cause(id: str, rules: Rules, t: Translator) -> str:
    """The name of a root cause."""
    return t.pick(rules.causes.get(id), id)


def desk(id: str, rules: Rules, t: Translator) -> str:
    """The name of a desk."""
    return t.pick(rules.desks[id].name, id) if id in rules.desks else id
