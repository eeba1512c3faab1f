"""Pain points in words: titles, places, figures of evidence, severity."""

from __future__ import annotations

from dataclasses import replace

from components import cards
from components.page import Context
from components.voices import quote
from cx.act import alarm_telling
from cx.act.cases import telling as case_words
from cx.act.pain_points import Candidate, Matter, PainPoint, Piece
from cx.insight.signals import series as signal_series
from cx.insight.signals.series import Subject
from cx.measure.severity import Severity
from cx.words import LANGUAGES, Label, Translator

CSS = """<style>
.cx-pain-point strong { font-weight: 600; line-height: 1.45; font-size: 1.05rem; }
.cx-pain-point p { margin: .15rem 0 .2rem; line-height: 1.6; }
.cx-pain-point span { color: #5C676B; font-size: .88rem; line-height: 1.55; }
.cx-pain-point .cx-grade { float: right; text-align: right; font-size: 1.5rem; font-weight: 680; line-height: 1.2; color: #1E2A2F; }
.cx-pain-point .cx-grade small { display: block; font-size: .8rem; font-weight: 400; color: #5C676B; }
.cx-way { display: flex; gap: 4px; margin: .45rem 0 .1rem; clear: both; }
.cx-way div { flex: 1; min-width: 0; border-top: 3px solid #DEDACF; padding-top: .2rem; font-size: .82rem; color: #5C676B; line-height: 1.4; }
.cx-way div.past { border-color: #9AA3A5; } .cx-way div.here { border-color: #0E6B66; color: #0E6B66; font-weight: 600; }
.cx-flag { display: inline-block; border: 1px solid #D9A441; color: #7A5A10 !important; border-radius: 6px;
  padding: 0 .45rem; font-size: .82rem !important; margin-left: .4rem; }
.cx-flag.bad { border-color: #C8553D; color: #A83F28 !important; } .cx-flag.good { border-color: #0E6B66; color: #0E6B66 !important; }
</style>"""  # noqa: E501


_KINDS = {"theme": "theme", "risk": "risk", "cases": "cause"}
"""What figures of comments and cases are about, by the name of the figure."""


def title(ctx: Context, found: Candidate) -> Label:
    """What a candidate is called, in every language."""
    return {lang: _title(replace(ctx, t=Translator(lang)), found) for lang in LANGUAGES}


def _title(ctx: Context, found: Candidate) -> str:
    t, matter = ctx.t, found.matter
    kind, _, rest = matter.name.partition(":")
    if matter.touchpoint is not None:
        only = all(piece.family == "indicator" for piece in found.pieces)
        what = t(
            f"pain_points.title_{'indicator' if only else 'touchpoint'}",
            name=ctx.model.label("touchpoint", matter.touchpoint, t),
        )
    elif kind in ("theme", "risk", "cause"):
        name = _named(ctx, kind, rest)
        what = t(f"pain_points.title_{kind}", name=name)
    else:
        what = t("pain_points.title_figure", name=_figure(ctx, found))
    if matter.branch is None:
        return what
    return t("pain_points.title_branch", branch=ctx.model.label("branch", matter.branch, t), what=what)


def _named(ctx: Context, kind: str, id: str) -> str:
    if kind == "theme":
        return quote.theme(ctx, id)
    return case_words.cause(id, ctx.bench.rules, ctx.t) if kind == "cause" else ctx.t(f"voices.risk_{id}")


def _figure(ctx: Context, found: Candidate) -> str:
    signal = found.pieces[0].signal
    watched = signal_series.subject(signal.subject) if signal else None
    if watched is None:
        return found.matter.name
    if watched.kind == "survey":
        return alarm_telling.name(ctx.t, replace(watched, branch=None), ctx.model).rpartition(" · ")[0]
    return ctx.model.label("indicator", watched.name, ctx.t)


def place(ctx: Context, matter: Matter) -> str:
    """Where it is on the journey, and in which branch."""
    t, found = ctx.t, ctx.model.place_of(matter.touchpoint) if matter.touchpoint else None
    names = [ctx.model.label(name, value, t) for name, value in zip(("journey", "stage"), found or (), strict=False)]
    if matter.touchpoint:
        names.append(ctx.model.label("touchpoint", matter.touchpoint, t))
    where = " › ".join(names) or t("pain_points.no_place")
    return f"{where} · {ctx.model.label('branch', matter.branch, t) if matter.branch else t('signals.whole_bank')}"


def value(ctx: Context, piece: Piece, number: float | None) -> str:
    """A figure of a piece of evidence with its unit."""
    t = ctx.t
    if number is None:
        return t("why.empty")
    if piece.signal is not None or piece.figure == "indicator":
        return alarm_telling.value(t, _subject(piece), number, ctx.model)
    if piece.figure in ("theme", "checklist"):
        return t.percent(number, 1)
    return t.number(number, 0 if piece.figure in ("risk", "cases") else 2)


def _subject(piece: Piece) -> Subject:
    if piece.signal is not None:
        found = signal_series.subject(piece.signal.subject)
        assert found is not None
        return found
    return Subject("indicator", dict(piece.where)["indicator"][0], "month")


def name(ctx: Context, piece: Piece) -> str:
    """What a piece of evidence measures, and where."""
    t, where = ctx.t, dict(piece.where)
    if piece.signal is not None:
        return alarm_telling.name(t, _subject(piece), ctx.model)
    if piece.figure == "said":
        return t("pain_points.figure_said")
    if piece.figure == "indicator":
        what = ctx.model.label("indicator", where["indicator"][0], t)
    elif piece.figure in _KINDS:
        kind = _KINDS[piece.figure]
        what = t(f"pain_points.figure_{piece.figure}", name=_named(ctx, kind, where[kind][0]))
    else:
        what = t(f"pain_points.figure_{piece.figure}")
    places = [
        ctx.model.label(dimension, each, t)
        for dimension in ("touchpoint", "channel", "branch") for each in where.get(dimension, ())
    ]  # fmt: skip
    return " · ".join((what, *places))


def estimate(ctx: Context, piece: Piece, number: float | None, low: float | None, high: float | None, n: int) -> str:
    """A figure with interval and base, as far as it has them."""
    t, said = ctx.t, value(ctx, piece, number)
    if number is not None and low is not None and high is not None and piece.signal is None and low != high:
        said = t("pain_points.interval", value=said, low=value(ctx, piece, low), high=value(ctx, piece, high))
    return t("pain_points.based", value=said, n=t.number(n)) if n and piece.figure not in ("risk", "cases") else said


def days(ctx: Context, piece: Piece) -> str:
    """The days a piece is about."""
    t = ctx.t
    if piece.signal is not None:
        return t.period(piece.signal.worst, _subject(piece).grain)
    if piece.start is None or piece.end is None:
        return t.date(piece.taken_on) if piece.taken_on else ""
    return t("filters.range", start=t.date(piece.start), end=t.date(piece.end))


def total(ctx: Context, found: Severity | None) -> tuple[str, str]:
    """The severity as one number, and its unit."""
    t = ctx.t
    if found is None:
        return "–", t("pain_points.no_severity")
    if found.unit == "nps":
        own = ctx.rights.branches is not None  # then the branch's part in the bank is left out
        unit = t(f"pain_points.unit_{'own' if own else 'nps'}", kind=kind(ctx, found))
        return t.number(found.total, 2 if found.total < 1 else 1), unit
    return t.percent(found.total), t("pain_points.unit_target")


def kind(ctx: Context, found: Severity) -> str:
    """Whose NPS its points are of, within a sentence."""
    return cards.inside(ctx.t(f"nps.kind_{found.of}"))


def product(ctx: Context, found: Severity | None) -> str:
    """The severity as reach × impact × confidence in one line."""
    t = ctx.t
    if found is None:
        return t("pain_points.no_severity_why")
    parts = [impact(ctx, found), t("pain_points.part_confidence", share=t.percent(found.confidence))]
    if found.reach is not None:
        parts.insert(0, t("pain_points.part_reach", share=t.percent(found.reach, 1)))
    if found.part is not None:
        parts.insert(1, t("pain_points.part_branch", share=t.percent(found.part, 1)))
    return " × ".join(parts)


def impact(ctx: Context, found: Severity) -> str:
    """What is lost, with its interval."""
    t, e = ctx.t, found.impact
    if found.unit == "nps":
        return t(
            "pain_points.part_impact", value=t.number(e.value, 1), low=t.number(e.low, 1), high=t.number(e.high, 1)
        )
    return t("pain_points.part_target", name=ctx.model.label("indicator", found.of, t), share=t.percent(e.value))


def sources(ctx: Context, point: PainPoint) -> str:
    """Where the evidence comes from."""
    return ("、" if ctx.t.lang == "zh" else ", ").join(ctx.t(f"pain_points.source_{one}") for one in point.sources)
