"""What was done, what it cost, what was learnt: sentences and rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cx.act import quick_wins, telling
from cx.act.experiments import telling as experiments
from cx.act.pain_points import Proof
from cx.act.pain_points import telling as pain_words
from cx.act.pain_points.telling import Who
from cx.act.quick_wins import QuickWin
from cx.act.retrospect import Credit, Deeds, Retrospect
from cx.output import spans
from cx.output.retrospect.figures import Block, Cell, Tone, crossings, level, moved, place
from cx.words import Translator

if TYPE_CHECKING:
    from cx.bank.model import Model

_TONES: dict[str, Tone] = {"proven": "good", "harmed": "bad", "worse": "bad"}


def answer(t: Translator, found: Retrospect) -> tuple[str, ...]:
    """The review in a few sentences: how the score moved, what was proven, what came of the rest."""
    said = [_score(t, found)]
    deeds = found.deeds
    if deeds is not None:
        said.append(_wins(t, deeds))
        if found.credits:
            said.append(t("retrospect.answer_credit", n=len({credit.win.id for credit in found.credits})))
    return tuple(words for words in said if words)


def blocks(t: Translator, found: Retrospect, model: Model, who: Who = str) -> tuple[Block, ...]:
    """The questions of the review in their order, but for the agenda; what nothing is there for is left out. ``who``:
    the name to show for an account."""
    parts = [moved(t, found, model), crossings(t, found, model)]
    if found.deeds is not None:
        parts += [
            _closed(t, found, model),
            _running(t, found, model),
            _rest(t, found, model, who),
            _money(t, found.deeds),
        ]
        parts += [_lessons(t, found), _hints(t, found)]
    return tuple(part for part in parts if part is not None)


def _score(t: Translator, found: Retrospect) -> str:
    told = [score for score in found.moved.scores if score.head.estimate.value is not None]
    if not told:
        return t("report.nothing")
    score = max(told, key=lambda each: each.head.estimate.n)
    head, now = score.head, spans.named(found.period, t)
    values = {
        "period": now,
        "kind": t(f"nps.kind_{score.kind}"),
        "value": level(t, head.estimate, 1),
    }
    before = found.period.before
    if before is None:
        return t("retrospect.answer_only", **values)
    values["before"] = spans.named(before, t)
    if head.breaks:
        return t("retrospect.answer_broken", **values)
    change = head.change
    size = t.number(change.diff if change.verdict == "noise" else abs(change.diff or 0.0), 1)
    ends = {"low": t.number(change.low, 1, signed=True), "high": t.number(change.high, 1, signed=True)}
    return t(f"retrospect.answer_{change.verdict}", size=size, **ends, **values)


def _wins(t: Translator, deeds: Deeds) -> str:
    if not deeds.closed:
        return t("retrospect.answer_wins_none", running=len(deeds.running))
    words = Counter(telling.verdict(t, win.verdict) if win.verdict else t("report.not_yours") for win in deeds.closed)
    listed = t("report.comma").join(t("retrospect.word_n", word=word, n=n) for word, n in words.items())
    return t("retrospect.answer_wins", n=len(deeds.closed), words=listed, running=len(deeds.running))


def _closed(t: Translator, found: Retrospect, model: Model) -> Block:
    assert found.deeds is not None
    wins = found.deeds.closed
    rows = tuple(_win(t, win, model) for win in wins)
    head = tuple(t(f"retrospect.{name}") for name in ("win", "touchpoint", "effect", "verdict"))
    return Block(
        "wins", t("retrospect.wins_title"), () if wins else (t("retrospect.wins_none"),), head if rows else (), rows,
        (4, 2.6, 4.4, 2), 0, tuple(_credit(t, credit, model) for credit in found.credits),
    )  # fmt: skip


def _win(t: Translator, win: QuickWin, model: Model) -> tuple[Cell, ...]:
    word = telling.verdict(t, win.verdict) if win.verdict else t("report.not_yours")
    return (
        Cell(t.pick(win.charter.title)),
        Cell(model.label("touchpoint", win.charter.touchpoint, t)),
        _effect(t, win, model),
        Cell(word, _TONES.get(win.verdict or "", "quiet")),
    )


def _effect(t: Translator, win: QuickWin, model: Model) -> Cell:
    """The effect against the controls; of a record without controls the pilots' own change, named as that."""
    if win.result is None:
        return Cell(t("report.not_yours"), "quiet")
    name, proof = telling.metric(t, win.charter, model), win.result.proof
    if proof.difference is not None:
        moved_by = telling.effect(t, win.charter, proof.difference, model)
        return Cell(t("retrospect.effect_of", metric=name, effect=moved_by))
    if proof.plain.change.diff is None:
        return Cell(t("retrospect.effect_none", metric=name), "quiet")
    return Cell(t("retrospect.effect_alone", metric=name, effect=_alone(t, win, model)), "quiet")


def _alone(t: Translator, win: QuickWin, model: Model) -> str:
    assert win.result is not None
    change = win.result.proof.plain.change
    values = (change.diff, change.low, change.high)
    diff, low, high = (telling.value(t, win.charter, each, model, signed=True) for each in values)
    return t("quick_win.change", diff=diff, low=low, high=high)


def _credit(t: Translator, credit: Credit, model: Model) -> str:
    """What rose and is not credited, and why."""
    win, title = credit.win, t.pick(credit.win.charter.title)
    why = "open" if win.state != "closed" else "verdict"
    word = telling.verdict(t, win.verdict) if win.verdict else ""
    if credit.spot is not None:
        diff = t.number(credit.spot.step.change.diff, 2, signed=True)
        where = place(t, credit.spot, model)
        return t(f"retrospect.credit_{why}", title=title, place=where, diff=diff, verdict=word)
    return t("retrospect.credit_alone", title=title, effect=_alone(t, win, model), verdict=word)


def _running(t: Translator, found: Retrospect, model: Model) -> Block | None:
    assert found.deeds is not None
    rows = tuple(
        (
            Cell(t.pick(win.charter.title)), Cell(model.label("touchpoint", win.charter.touchpoint, t)),
            Cell(t.pick(win.charter.owner)), Cell(telling.timing(t, win, found.day)),
        ) for win in found.deeds.running
    )  # fmt: skip
    if not rows:
        return None
    head = tuple(t(f"retrospect.{name}", day=t.date(found.day)) for name in ("win", "touchpoint", "owner", "timing"))
    return Block("running", t("retrospect.running_title"), (), head, rows, (4, 2.6, 2.4, 3), 0)


def _rest(t: Translator, found: Retrospect, model: Model, who: Who) -> Block:
    """Cases, actions, pain points and experiments in a sentence each, and the actions that are late."""
    deeds = found.deeds
    assert deeds is not None
    said = [*_cases(t, deeds), _actions(t, found, deeds), *_pains(t, found, deeds, who)]
    for one in deeds.concluded:
        word = experiments.outcome(t, one.found)
        said.append(t("retrospect.experiment", title=t.pick(one.definition.title), word=word))
    rows = tuple(
        (
            Cell(t.pick(action.promise.title)), Cell(model.label("department", action.promise.department, t)),
            Cell(t("actions.late", n=(found.day - action.promise.due).days), "bad"),
        ) for action in deeds.late
    )  # fmt: skip
    head = tuple(t(f"retrospect.{name}") for name in ("late_action", "department", "late"))
    return Block("rest", t("retrospect.rest_title"), tuple(said), head if rows else (), rows, (6, 3, 2), 1)


def _cases(t: Translator, deeds: Deeds) -> Iterator[str]:
    flow, before = deeds.cases, deeds.cases_before
    if not (flow.opened or flow.closed):
        yield t("retrospect.cases_none")
        return
    old = t("retrospect.cases_before", opened=before.opened, closed=before.closed) if before else ""
    yield t("retrospect.cases", opened=t.number(flow.opened), closed=t.number(flow.closed), before=old)
    curve = flow.closing
    if curve.median is not None:
        days = {"days": t.number(curve.median, 1), "low": t.number(curve.low, 1), "high": t.number(curve.high, 1)}
        yield t("retrospect.cases_time" if curve.high is not None else "retrospect.cases_time_open", **days)
    elif flow.opened:
        yield t("retrospect.cases_half")
    won = flow.recovery
    if won.value is not None:
        ends = {"low": t.percent(won.low), "high": t.percent(won.high)}
        yield t("retrospect.recovered", share=t.percent(won.value), n=t.number(won.n), **ends)


def _actions(t: Translator, found: Retrospect, deeds: Deeds) -> str:
    if not (deeds.promised or deeds.done or deeds.late_today):
        return t("retrospect.actions_none")
    return t(
        "retrospect.actions", promised=deeds.promised, done=len(deeds.done), done_late=deeds.done_late,
        late=len(deeds.late), today=deeds.late_today, day=t.date(found.day),
    )  # fmt: skip


def _pains(t: Translator, found: Retrospect, deeds: Deeds, who: Who) -> Iterator[str]:
    """How many; how each was closed; which wait for a rollout only."""
    counts = {"opened": len(deeds.opened), "closed": len(deeds.closed_pains), "open": len(deeds.open)}
    yield t("retrospect.pains", **counts, day=t.date(found.day))
    for point, _ in deeds.closed_pains:
        word = pain_words.verdict(t, point.proof.verdict) if point.proof else ""
        yield t("retrospect.pain_closed", title=t.pick(point.title), how=pain_words.ended(t, point, who) or word)
    for each in deeds.pending:
        proof = Proof("win", each.win.id, each.win.verdict or "", found.day)
        yield t("retrospect.pain_pending", title=t.pick(each.pain.title), how=pain_words.reach(t, proof, each.reach))


def _money(t: Translator, deeds: Deeds) -> Block | None:
    sums = quick_wins.sums((*deeds.closed, *deeds.running))
    if not any(vars(sums).values()):
        return None
    amounts = {name: t.number(amount) for name, amount in vars(sums).items()}
    said = [t("retrospect.money" if sums.proven or sums.cost_proven else "retrospect.money_open", **amounts)]
    said += [t("retrospect.money_lost", **amounts)] if sums.lost else []
    return Block("money", t("retrospect.money_title"), (*said, t("retrospect.money_how")))


def _lessons(t: Translator, found: Retrospect) -> Block | None:
    said = tuple(
        t("retrospect.lesson", source=t(f"retrospect.from_{each.source}"), title=t.pick(each.title),
          text=t.pick(each.text))
        for each in found.lessons
    )  # fmt: skip
    return Block("lessons", t("retrospect.lessons_title"), said) if said else None


def _hints(t: Translator, found: Retrospect) -> Block | None:
    said = tuple(
        t("retrospect.hint", pain=t.pick(hint.pain.title), name=t.pick(hint.advice.name), do=t.pick(hint.advice.do),
          weeks=hint.advice.weeks, effort=hint.advice.effort)
        for hint in found.hints
    )  # fmt: skip
    return Block("hints", t("retrospect.hints_title"), said) if said else None
