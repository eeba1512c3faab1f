"""By which words comments are understood: themes, risks and feeling words, what a change would do, and its versions."""

from __future__ import annotations

from components import cards, filters, page
from components.lexicon import form, overview
from components.page import Context
from cx.insight import voices, voices_lexicon
from cx.measure.scope import Scope
from cx.voices import Topic
from cx.voices.lexicon import ROLES

VIEWS = ("list", "edit", "yaml", "past")
_FIRST = 14  # terms of a theme in the table


def main(ctx: Context) -> None:
    """The page, top to bottom: how large it is and whose, the draft and what it would change, then the entries."""
    cards.style()
    t = ctx.t
    watched = voices_lexicon.watched(ctx.bench.place)
    now = watched.now()
    words = sum(entry.role not in ROLES for known in now.words.values() for entry in known.terms.values())
    cards.said(t("lexicon.answer", words=t.number(words), themes=len(now.themes), risks=len(now.risks)))
    page.problems(ctx, tuple(found for found in watched.problems() if found.severity == "error"))
    overview.drafted(ctx)
    view = filters.pick("view", VIEWS, lambda name: t(f"lexicon.view_{name}"), t("lexicon.view"))
    if view == "list":
        _list(ctx, now)
    elif view == "edit":
        form.edit(ctx)
    elif view == "yaml":
        form.whole(ctx)
    else:
        overview.past(ctx)
    page.link(ctx, "voices", t("lexicon.to_voices"))


def _list(ctx: Context, now: voices_lexicon.Lexicon) -> None:
    t = ctx.t
    counts = ctx.ask(voices.counts, Scope(ctx.rights))
    rows = [_row(ctx, "themes", topic, counts.get(id, 0)) for id, topic in now.themes.items()]
    rows += [_row(ctx, "risks", topic, None) for topic in now.risks.values()]
    cards.table(rows, "lexicon_table", t("page.lexicon"))


def _row(ctx: Context, kind: str, topic: Topic, count: int | None) -> dict[str, object]:
    t = ctx.t
    name = t.pick(topic.name, topic.id) if kind == "themes" else t(f"voices.risk_{topic.id}")
    said = {t(f"lexicon.terms_{lang}"): _terms(topic.terms.get(lang, ())) for lang in ("zh", "en")}
    spoken = "–" if count is None else t.number(count)
    return {t("lexicon.kind"): t(f"lexicon.kind_{kind}"), t("voices.theme"): name, t("voices.comments"): spoken} | said


def _terms(terms: tuple[str, ...]) -> str:
    return ", ".join(terms[:_FIRST]) + (f" … ({len(terms)})" if len(terms) > _FIRST else "")


main(page.begin(__file__))
