"""What changed between two versions of a survey, and whether answers before and after may be compared.

Three levels, as in version numbers. ``major``: what was measured is no longer the same, so a trend breaks here.
``minor``: there is more (or less) to answer, and what stayed is comparable. ``patch``: nothing that is counted.
The reasons for each rule stand in ``docs/publishing.md``; the words in ``publish.yaml`` (``diff_<code>``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from cx.survey import diff_question
from cx.survey.audience import recountable
from cx.survey.change import ALWAYS_PATCH, LEVELS, READ, Change, Level, differs, keyed, reworded
from cx.survey.diff_question import scored
from cx.survey.schema import Page, Question, Sampling, Skip, Survey

__all__ = ["LEVELS", "Change", "Diff", "Level", "bump", "compare"]

_TEXTS = (("title", ALWAYS_PATCH), ("intro", ALWAYS_PATCH), ("thanks", ALWAYS_PATCH), ("purpose", READ))
_FIELDS: Mapping[str, Level] = {
    "id": "major",
    "nps_kind": "major",
    "kind": "major",
    "retention_days": "minor",
    "prefill": "minor",
    "opens": "patch",
    "closes": "patch",
    "embed": "patch",
}


@dataclass(frozen=True)
class Diff:
    """Every change, the gravest first, and the level of the whole; None where the two mean the same."""

    changes: tuple[Change, ...]
    level: Level | None

    @property
    def breaks(self) -> tuple[Change, ...]:
        """The changes after which answers cannot be compared with those before."""
        return tuple(change for change in self.changes if change.level == "major")


def compare(old: Survey, new: Survey) -> Diff:
    """Compare two versions of a survey; their version numbers do not count."""
    found = sorted(_changes(old, new), key=lambda change: -LEVELS.index(change.level))
    return Diff(tuple(found), found[0].level if found else None)


def bump(version: str, level: Level) -> str:
    """The next version number of that level: ``1.4.2`` → ``2.0.0``, ``1.5.0`` or ``1.4.3``."""
    major, minor, patch = map(int, version.split("."))
    if level == "major":
        return f"{major + 1}.0.0"
    return f"{major}.{minor + 1}.0" if level == "minor" else f"{major}.{minor}.{patch + 1}"


def _changes(old: Survey, new: Survey) -> Iterator[Change]:
    languages = [lang for lang in new.languages if lang in old.languages]
    for name, grade in _TEXTS:
        yield from reworded(name, getattr(old, name), getattr(new, name), languages, grade)
    for name, level in _FIELDS.items():
        yield from differs(f"survey_{name}", getattr(old, name), getattr(new, name), level)
    for key in sorted(old.about.keys() | new.about.keys()):
        for change in differs("about", old.about.get(key), new.about.get(key), "major"):
            yield Change(change.code, None, {"dimension": key, **change.values}, change.level)
    for code, here, there in (("language_added", new, old), ("language_removed", old, new)):
        for lang in here.languages:
            if lang not in there.languages:
                yield Change(code, None, {"lang": lang}, "minor")
    yield from _quotas(old, new, languages)
    yield from _sampling(old.sampling or Sampling(), new.sampling or Sampling())
    yield from _questions(old, new, languages)
    yield from _order(old, new)
    yield from _pages(old, new, languages)


def _quotas(old: Survey, new: Survey, languages: Collection[str]) -> Iterator[Change]:
    scores = {question.id for question in (*old.questions, *new.questions) if scored(question)}
    removed, added, pairs = keyed(old.quotas, new.quotas)
    for code, some in (("quota_removed", removed), ("quota_added", added)):
        for quota in some:
            level: Level = "major" if scores & quota.when.names else "minor"
            yield Change(code, None, {"quota": quota.id, "limit": quota.limit, "when": quota.when.source}, level)
    for before, after in pairs:
        level = "major" if scores & (before.when.names | after.when.names) else "minor"
        counted = "quota_when" if recountable(new, after) else "quota_restarts"
        for code, name in ((counted, "when"), ("quota_limit", "limit")):
            for change in differs(code, getattr(before, name), getattr(after, name), level):
                yield Change(change.code, None, {"quota": after.id, **change.values}, level)
        yield from reworded(
            "quota_message", before.message, after.message, languages, ALWAYS_PATCH, quota=after.id
        )  # fmt: skip


def _sampling(old: Sampling, new: Sampling) -> Iterator[Change]:
    yield from differs("eligible", old.eligible, new.eligible, "major")
    yield from differs("share", old.share, new.share, "minor")
    yield from differs("quarantine_days", old.quarantine_days, new.quarantine_days, "minor")


def _questions(old: Survey, new: Survey, languages: Collection[str]) -> Iterator[Change]:
    removed, added, pairs = keyed(old.questions, new.questions)
    for question in removed:
        yield Change("removed", None, {}, "major" if scored(question) else "minor").about(question.id, question.label)
    for question in added:
        yield Change("added", None, {}, "minor").about(question.id, question.label)
    for before, after in pairs:
        yield from diff_question.changes(before, after, languages)
        if before.skip != after.skip:
            over = scored(after) or _jumps_a_score(old, before) or _jumps_a_score(new, after)
            for change in differs("skip", before.skip, after.skip, "major" if over else "minor"):
                yield change.about(after.id, after.label)


def _jumps_a_score(survey: Survey, question: Question) -> bool:
    """Whether one of its skips leaves out a scored question."""
    order = [each.id for each in survey.questions]
    here = order.index(question.id)

    def left_out(skip: Skip) -> tuple[Question, ...]:
        until = order.index(skip.to) if skip.to in order else len(order)
        return survey.questions[here + 1 : until]

    return any(scored(each) for skip in question.skip for each in left_out(skip))


def _order(old: Survey, new: Survey) -> Iterator[Change]:
    _, _, pairs = keyed(old.questions, new.questions)
    after = [question for _, question in pairs]
    ids = {question.id for question in after}
    before = [question for question in old.questions if question.id in ids]
    crossed: set[str] = set()
    nps = next((question for question in after if question.type == "nps"), None)
    if nps is not None:
        was, now = (_ahead([question.id for question in some], nps.id) for some in (before, after))
        names = {question.id: question.label for question in after if question.type != "note"}
        crossed = (was ^ now) & names.keys()
        for code, some in (("nps_later", now - was), ("nps_earlier", was - now)):
            labels = tuple(label for id, label in names.items() if id in some)
            if labels:
                yield Change(code, None, {"names": labels}, "major").about(nps.id, nps.label)
    kept = SequenceMatcher(None, [question.id for question in before], [question.id for question in after], False)
    still = {question.id for block in kept.get_matching_blocks() for question in after[block.b : block.b + block.size]}
    for question in after:
        if question.id not in still | crossed and not (nps and crossed and question.id == nps.id):
            yield Change("moved", None, {}, "minor").about(question.id, question.label)


def _ahead(order: list[str], id: str) -> set[str]:
    return set(order[: order.index(id)])


def _pages(old: Survey, new: Survey, languages: Collection[str]) -> Iterator[Change]:
    """Pages are told apart by their questions: each change names the questions that it reaches."""
    homes = {question.id: page for page in old.pages for question in page.questions}
    moved = False
    for page in new.pages:
        shared = [question for question in page.questions if question.id in homes]
        origins = {id(homes[question.id]): homes[question.id] for question in shared}
        moved = moved or len(origins) > 1 or any(_parted(origin, page, new) for origin in origins.values())
        if shared:
            yield from reworded("page_title", homes[shared[0].id].title, page.title, languages, READ)
        for origin in origins.values():
            reached = [question for question in shared if homes[question.id] is origin]
            yield from _page(origin, page, reached)
    if moved:
        yield Change("pages", None, {"old": len(old.pages), "new": len(new.pages)}, "minor")


def _parted(origin: Page, page: Page, new: Survey) -> bool:
    """Whether questions that shared a page now stand on several."""
    here = {question.id for question in page.questions}
    there = {question.id for question in new.questions} - here
    return any(question.id in there for question in origin.questions)


def _page(old: Page, new: Page, reached: list[Question]) -> Iterator[Change]:
    names = tuple(question.label for question in reached)
    score = any(scored(question) for question in reached)
    nps = any(question.type == "nps" for question in reached)
    levels: tuple[tuple[str, bool], ...] = (("show_if", score), ("order", nps), ("shuffle", nps))
    for name, grave in levels:
        before, after = getattr(old, name), getattr(new, name)
        for change in differs(f"page_{name}", before, after, "major" if grave else "minor"):
            yield Change(change.code, None, {"names": names, **change.values}, change.level)
