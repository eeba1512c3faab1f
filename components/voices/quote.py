"""A comment with the words that decided marked, and what lies behind it: context and why it was read so."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from components.page import Context
from cx.insight import voices_lexicon
from cx.store import parts
from cx.store.voices import Voice
from cx.voices import Mark, Reading

CSS = """<style>
.cx-said { border-left: 3px solid #CFCABD; padding: .1rem 0 .2rem .9rem; margin: 0 0 1rem; line-height: 1.7; }
.cx-said.negative { border-color: #C8553D; } .cx-said.positive { border-color: #0E6B66; }
.cx-said mark { background: none; color: inherit; padding: 0 1px; border-radius: 3px; }
.cx-said mark.bad { background: #F6DDD6; border-bottom: 2px dashed #C8553D; }
.cx-said mark.good { background: #D5E6E3; border-bottom: 2px solid #0E6B66; }
.cx-said mark.theme { border-bottom: 2px dotted #5C676B; }
.cx-said mark.risk { background: #F7EDD8; outline: 1.5px solid #D9A441; font-weight: 600; }
.cx-said .cx-tag { display: inline-block; border: 1px solid #DEDACF; border-radius: 6px; padding: 0 .45rem;
  color: #4C575B;  margin-right: .35rem; font-size: .82rem; }
.cx-said .cx-tag.risk { border-color: #D9A441; color: #7A5A10; font-weight: 600; }
.cx-said small { display: block; color: #5C676B; font-size: .86rem; line-height: 1.6; }
.cx-said summary { color: #0E6B66; font-size: .86rem; cursor: pointer; width: fit-content; }
.cx-said ul { margin: .2rem 0 .2rem 1.1rem; font-size: .88rem; color: #3C474B; }
.cx-kwic { width: 100%; border-collapse: collapse; } .cx-kwic td { border: 0; padding: .25rem .3rem; line-height: 1.5; }
.cx-kwic td:first-child { text-align: right; width: 38%; }
.cx-kwic mark { background: #1E2A2F; color: #FBFAF7; padding: 0 2px; border-radius: 3px; }
.cx-kwic .meta { color: #5C676B; font-size: .84rem; white-space: nowrap; }
</style>"""
_CLASSES = ("theme", "risk")
_FAINT = 0.5  # learned words of less weight would colour half of a text
_TOLD = 12  # words that are told one by one
_LABELS = {-1: "negative", 0: "neutral", 1: "positive"}


def card(ctx: Context, voice: Voice, reading: Reading) -> str:
    """One comment as HTML, escaped: the text with its marks, what was read, where it was said, and why."""
    t = ctx.t
    tags = [_tag(t(f"voices.risk_{risk}"), "risk") for risk in voice.risks]
    tags += [_tag(t(f"voices.mood_{_LABELS[voice.mood]}"))]
    if voice.wow:
        tags.append(_tag(t("voices.wow")))
    return (
        f'<div class="cx-said {_LABELS[voice.mood]}">{marked(voice.text, reading.marks)}'
        f"<small>{''.join(tags)}{escape(meta(ctx, voice))}</small>{_behind(ctx, voice, reading)}</div>"
    )


def _tag(text: str, kind: str = "") -> str:
    return f'<span class="cx-tag {kind}">{escape(text)}</span>'


def meta(ctx: Context, voice: Voice) -> str:
    """Score, place and day in a line."""
    t = ctx.t
    score = t("voices.score", score=voice.score) if voice.score is not None else ""
    places = [ctx.model.label(n, v, t) for n, v in (("touchpoint", voice.touchpoint), ("branch", voice.branch)) if v]
    return " · ".join(part for part in (score, *places, t.date(voice.day)) if part)


def marked(text: str, marks: Sequence[Mark]) -> str:
    """The text as HTML with each stretch in the classes of the marks over it."""
    ends = sorted({0, len(text), *(at for mark in marks for at in (mark.start, mark.end) if 0 <= at <= len(text))})
    found = []
    for start, end in zip(ends, ends[1:], strict=False):
        over = [mark for mark in marks if mark.start <= start and mark.end >= end]
        classes = dict.fromkeys(filter(None, map(_class, over)))
        piece = escape(text[start:end])
        found.append(f'<mark class="{" ".join(classes)}">{piece}</mark>' if classes else piece)
    return "".join(found)


def _class(mark: Mark) -> str:
    if mark.kind == "learned" and abs(mark.weight) < _FAINT:
        return ""
    if mark.weight:
        return "bad" if mark.weight < 0 else "good"
    return mark.kind if mark.kind in _CLASSES else ""


def _behind(ctx: Context, voice: Voice, reading: Reading) -> str:
    """What opens beneath a comment: where and to which question it was said, and every word that counted."""
    t = ctx.t
    facts = [
        t("voices.behind_question", question=asked(ctx, voice.survey, voice.question)),
        t("voices.behind_survey", survey=survey(ctx, voice.survey)),
        *(f"{t(f'dimension.{n}')}: {ctx.model.label(n, v, t)}" for n, v in (("channel", voice.channel),) if v),
        t("voices.behind_reading", mood=t(f"voices.mood_{_LABELS[voice.mood]}"),
          sentiment=t.number(reading.sentiment, 2, signed=True), intensity=t.percent(reading.intensity),
          language=t(f"voices.language_{reading.lang}")),
    ]  # fmt: skip
    if reading.emotions:
        comma = "、" if t.lang == "zh" else ", "
        facts.append(t("voices.behind_emotions", names=comma.join(t(f"voices.emotion_{e}") for e in reading.emotions)))
    facts += _words(ctx, voice.text, reading.marks) or [t("voices.no_marks")]
    listed = "".join(f"<li>{escape(fact)}</li>" for fact in facts)
    return f"<details><summary>{escape(t('voices.why'))}</summary><ul>{listed}</ul></details>"


def _words(ctx: Context, text: str, marks: Sequence[Mark]) -> list[str]:
    """Every theme and risk, and the words that weigh most; the rest in a sum."""
    named = [mark for mark in marks if not mark.weight]
    weighed = sorted((mark for mark in marks if mark.weight), key=lambda mark: -abs(mark.weight))
    told = [_why(ctx, text, mark) for mark in [*weighed[:_TOLD], *named]]
    if rest := weighed[_TOLD:]:
        total = ctx.t.number(sum(mark.weight for mark in rest), 1, signed=True)
        told.append(ctx.t("voices.marks_rest", n=len(rest), weight=total))
    return told


def _why(ctx: Context, text: str, mark: Mark) -> str:
    t = ctx.t
    words = text[mark.start : mark.end]
    if mark.kind in ("theme", "risk"):
        name = t(f"voices.risk_{mark.what}") if mark.kind == "risk" else theme(ctx, mark.what)
        return t(f"voices.mark_{mark.kind}", words=words, name=name)
    told = t(f"voices.mark_{mark.kind}", words=words, weight=t.number(mark.weight, 1, signed=True))
    changed = [t(f"voices.why_{code}") for code in mark.why]
    return told + (t("voices.because", why=t("voices.and").join(changed)) if changed else "")


def theme(ctx: Context, id: str) -> str:
    """A theme's name as the lexicon has it."""
    return ctx.t.pick(voices_lexicon.lexicon(ctx.bench.place).name(id), id)


def survey(ctx: Context, id: str) -> str:
    """A survey's title; its id where the survey is not known here."""
    found = ctx.bench.shelf.get(id)
    return ctx.t.pick(found.title, id) if found else id


def asked(ctx: Context, survey_id: str, question_id: str) -> str:
    """What was asked, in the user's language; its id where the survey is not known here."""
    found = ctx.bench.shelf.get(survey_id)
    listed = (q for outer in (found.questions if found else ()) for q in parts.questions(outer))
    question = next((q for q in listed if q.id == question_id), None)
    return ctx.t.pick(question.label, question_id) if question else question_id
