"""Beside the metric: guardrails, the bank's own figures, and the months after the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from cx.act.charter import Charter
from cx.act.telling.values import effect, metric, value
from cx.act.verification import Beside, Proof, Watch
from cx.words import Translator

if TYPE_CHECKING:
    from cx.bank.model import Model

Tone = Literal["good", "bad", "plain"]


def aside(charter: Charter, other: str, nps_kind: str | None = None) -> Charter:
    """The charter as if it were about another metric (``nps:transactional``, ``csat``, an indicator's id)."""
    name, _, kind = other.partition(":")
    kept = kind or nps_kind or charter.nps_kind or "transactional"
    return replace(charter, metric=name, nps_kind=kept if name == "nps" else None, voice="customer", question=None)


def guardrails(t: Translator, charter: Charter, proof: Proof, model: Model) -> list[tuple[Tone, str]]:
    """Each guardrail: whether it got worse by more than chance."""
    return _each(t, charter, proof.guardrails, model, "guardrail")


def beside(t: Translator, charter: Charter, proof: Proof, model: Model) -> list[tuple[Tone, str]]:
    """The bank's own figures beside a survey metric, and the other way round."""
    return _each(t, charter, proof.beside, model, "beside")


def _each(t: Translator, charter: Charter, found: Sequence[Beside], model: Model, kind: str) -> list[tuple[Tone, str]]:
    tones: dict[str, Tone] = {"better": "good", "worse": "bad"}
    said: list[tuple[Tone, str]] = []
    for each in found:
        about = aside(charter, each.metric, each.nps_kind)
        name = metric(t, about, model)
        if each.difference is None:
            said.append(("plain", t(f"quick_win.{kind}_none", metric=name)))
            continue
        word = each.difference.word
        text = t(f"quick_win.{kind}_{word}", metric=name, effect=effect(t, about, each.difference, model))
        said.append((tones.get(word, "plain"), text))
    return said


def watching(t: Translator, charter: Charter, watch: Watch, model: Model) -> tuple[str, list[tuple[str, str, str]]]:
    """Whether the effect holds, in a sentence; and month by month: which, the effect since, the word."""
    expected = value(t, charter, watch.expected, model, signed=True)
    lines = []
    for month in watch.months:
        found = month.difference
        moved = effect(t, charter, found, model) if found is not None else "–"
        lines.append((t.period(month.first, "month"), moved, t(f"quick_win.month_{month.word}")))
    return t(f"quick_win.watch_{watch.word}", expected=expected), lines
