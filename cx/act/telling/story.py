"""A closed quick win as a story: what hurt, what was done, whether it helped, what was learnt, what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cx.act.charter import Charter
from cx.act.quick_wins import QuickWin
from cx.act.telling.comparing import notes
from cx.act.telling.proofs import alone, gap, headline, hint, paid, reasons
from cx.act.telling.sides import beside, guardrails
from cx.act.telling.values import estimate, scaled
from cx.act.verification import Proof
from cx.words import Translator

if TYPE_CHECKING:
    from cx.bank.model import Model


def story(t: Translator, win: QuickWin, model: Model, pain: str = "") -> list[tuple[str, list[str]]]:
    """Headings with their sentences; of a win beyond the reader's rights without figures. ``pain``: the title of the
    pain point that it answers. The first sentence of the proof is the verdict."""
    charter = win.charter
    where = t(
        "quick_win.show_where", touchpoint=model.label("touchpoint", charter.touchpoint, t), n=len(charter.pilots),
        start=t.date(charter.start), end=t.date(charter.end),
    )  # fmt: skip
    parts = [
        ("problem", [t("quick_win.show_pain", title=pain)] if pain else []),
        ("done", [t.pick(charter.hypothesis), where]),
        ("proof", _proof(t, win, model)),
        ("lesson", [t.pick(win.result.lesson)] if win.result else []),
        ("next", [t(f"quick_win.next_{_next(win, model)}")] if win.verdict else []),
    ]
    if charter.baseline is not None and charter.baseline.estimate.value is not None:
        was = estimate(t, charter, charter.baseline.estimate, model)
        parts[0][1].append(t("quick_win.show_was", metric=scaled(t, charter, model), was=was))
    return [(t(f"quick_win.show_{name}"), said) for name, said in parts if said]


def _next(win: QuickWin, model: Model) -> str:
    if win.result is None or win.result.proof.hint is None:
        return str(win.verdict)
    return "alone" if len(model.branches) > 1 else "single"


def _proof(t: Translator, win: QuickWin, model: Model) -> list[str]:
    if win.result is None:
        return [t(f"quick_win.word_{win.verdict}")] if win.verdict else []
    return proved(t, win.charter, win.result.proof, model)


def proved(t: Translator, charter: Charter, proof: Proof, model: Model) -> list[str]:
    """The proof in a few sentences, the verdict first; of what moved beside it only what moved."""
    said = [headline(t, charter, proof, model), *reasons(t, proof)]
    if proof.difference is None:
        said += hint(t, charter, proof, model)
        return said + (alone(t, charter, proof, model) if proof.reasons else notes(t, charter, proof.plain, model))
    said.append(gap(t, charter, proof, model))
    lines = (*guardrails(t, charter, proof, model), *beside(t, charter, proof, model))
    if moved := [text for tone, text in lines if tone != "plain"]:
        said += [*moved, t("quick_win.beside_note")]
    money = paid(t, proof)
    return [*said, *alone(t, charter, proof, model), *([money] if money else [])]
