"""The proof in words that a branch manager understands: the verdict, why, the gap, the checks, the money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cx.act.charter import Charter
from cx.act.telling.comparing import finding, target
from cx.act.telling.values import effect, metric, size, value
from cx.act.verification import Check, Proof
from cx.words import Translator

if TYPE_CHECKING:
    from cx.bank.model import Model


def headline(t: Translator, charter: Charter, proof: Proof, model: Model) -> str:
    """The verdict in one sentence with effect, interval and bases; of older records what they said."""
    found = proof.difference
    if found is None or proof.pilots is None or proof.controls is None:
        if proof.verdict != "too_few" or not proof.reasons:
            return _older(t, charter, proof, model)
        return t("quick_win.proof_alone" if proof.hint else "quick_win.proof_too_few")
    return t(
        f"quick_win.proof_{proof.verdict}", metric=metric(t, charter, model), effect=effect(t, charter, found, model),
        pilots=len(proof.pilots.branches), controls=len(proof.controls.branches),
        least=size(t, charter, proof.least, model), n=t.number(proof.pilots.n_before + proof.pilots.n_after),
    )  # fmt: skip


def _older(t: Translator, charter: Charter, proof: Proof, model: Model) -> str:
    return finding(t, charter, proof.plain, model)


def reasons(t: Translator, proof: Proof) -> list[str]:
    """Why it is not a better word."""
    if not proof.plain.after.n and proof.verdict == "too_few":
        return [t("quick_win.reason_nothing")]
    return [t(f"quick_win.reason_{reason}") for reason in proof.reasons]


def hint(t: Translator, charter: Charter, proof: Proof, model: Model) -> list[str]:
    """Where nothing could be compared: what the pilots show by themselves, and how little that proves."""
    found = proof.hint
    if found is None:
        return []
    said = t(f"quick_win.hint_{found.word}", metric=metric(t, charter, model), effect=effect(t, charter, found, model))
    off = [t("quick_win.hint_against", n=found.against)] if found.against else []
    return [said, *off, t("quick_win.hint_grade")]


def gap(t: Translator, charter: Charter, proof: Proof, model: Model) -> str:
    """Where the effect comes from: how the pilots moved, how the controls did, and what is left."""
    found, pilots, controls = proof.difference, proof.pilots, proof.controls
    if found is None or pilots is None or controls is None or pilots.change is None:
        return ""
    moved = {
        "pilots": value(t, charter, pilots.change, model, signed=True),
        "before": value(t, charter, pilots.before, model), "after": value(t, charter, pilots.after, model),
        "effect": value(t, charter, found.effect, model, signed=True),
    }  # fmt: skip
    if controls.change is None:
        return t("quick_win.gap_own", **moved)
    sides = {"c_before": controls.before, "c_after": controls.after}
    told = {name: value(t, charter, level, model) for name, level in sides.items()}
    return t("quick_win.gap", controls=value(t, charter, controls.change, model, signed=True), **moved, **told)


def checks(t: Translator, charter: Charter, proof: Proof, model: Model) -> list[tuple[bool, str]]:
    """What was looked at in the time before, in plain words, and whether it is as it should be."""
    named = (("pretrend", proof.pretrend), ("placebo", proof.placebo))
    said = [(check.passed, _check(t, name, charter, check, model)) for name, check in named if check is not None]
    if proof.cuped is not None:
        cuped = proof.cuped
        ends = {name: value(t, charter, getattr(cuped, name), model, True, unit=False) for name in ("low", "high")}
        own = value(t, charter, cuped.effect, model, signed=True)
        share = t.percent(max(0.0, cuped.reduction))
        said.append((True, t("quick_win.check_cuped", effect=own, share=share, **ends)))
    return said


def _check(t: Translator, name: str, charter: Charter, check: Check, model: Model) -> str:
    word = "passed" if check.passed else "failed"
    size = value(t, charter, check.effect, model, signed=True)
    return t(f"quick_win.check_{name}_{word}", size=size, first=t.date(check.first), last=t.date(check.last))


def alone(t: Translator, charter: Charter, proof: Proof, model: Model) -> list[str]:
    """What else belongs to the proof: the target, how the controls were taken, who was left out, an unfinished time."""
    said = [target(t, charter, proof.plain, model)]
    if proof.matched and proof.controls is not None:
        said.append(t("quick_win.note_matched"))
    if proof.left_out and proof.plain.after.n:
        names = t("quick_win.comma").join(model.label("branch", branch, t) for branch in proof.left_out)
        said.append(t("quick_win.note_left_out", names=names))
    if not proof.plain.complete:
        said.append(t("quick_win.note_interim", days=(charter.end - proof.plain.after_end).days))
    return said


def paid(t: Translator, proof: Proof) -> str:
    """What it cost and saves, and when it has paid for itself; empty where nothing of it was promised."""
    back = proof.payback
    if back is None or not (back.cost or back.saving):
        return ""
    if proof.verdict != "proven":
        return t("quick_win.payback_open", cost=t.number(back.cost), saving=t.number(back.saving))
    known = {"cost": t.number(back.cost), "saving": t.number(back.saving)}
    if back.months is None:
        return t("quick_win.payback_never", **known)
    return t("quick_win.payback", months=t.number(back.months, 1), **known)
