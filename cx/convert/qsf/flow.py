"""The flow of a Qualtrics survey: blocks in branches and randomizers → pages with conditions, skips and shuffles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cx.convert.expressions.kinds import NotCarried
from cx.convert.expressions.logic import Tree, both, needs, negation, written
from cx.convert.names import clean
from cx.convert.pieces import Made
from cx.convert.qsf.logic import Known, condition, located
from cx.convert.qsf.making import Making
from cx.convert.qsf.reading import Asked, Block, mapping, sequence, walk
from cx.survey.expression import LONGEST

_BLOCKS = ("Block", "Standard", "Default")
_SILENT = frozenset(["EmbeddedData", "Root", "TableOfContents"])


@dataclass(frozen=True)
class Where:
    """What holds for a step: conditions of branches around it, whether it is shuffled, how deep it lies."""

    trees: tuple[Tree, ...] = ()
    shuffled: bool = False
    depth: int = 0


@dataclass
class _Jump:
    """A skip to be written once all questions are made."""

    made: Made
    tree: Tree
    block: str
    to: str
    place: str


class Flow:
    """Walks the flow and lays pages."""

    def __init__(self, make: Making, maker: Callable[[Making, Asked], list[Made]]) -> None:
        self.make, self.maker, self.report = make, maker, make.report
        self.pages: list[Made] = []
        self.firsts: dict[str, str] = {}
        self._seen: set[str] = set()
        self._jumps: list[_Jump] = []
        self._ends: dict[str, int] = {}
        self._ended: list[Tree] = []
        self._over = False

    def walk(self) -> None:
        """The whole flow, then what was left out of it."""
        self._steps(self.make.form.flow, Where())
        unused = [block for block in self.make.form.blocks.values() if block.id not in self._seen]
        count = sum(1 for block in unused for id in block.items if id)
        if count:
            self.report.dropped("", "unused", count=count)

    def _steps(self, steps: Iterable[Mapping[str, Any]], where: Where) -> None:
        for kind, step, inner in walk(list(steps), where.depth):
            deeper = replace(where, depth=where.depth + 1)
            if self._over:
                break
            if kind in _BLOCKS:
                self._block(str(step.get("ID") or ""), where)
            elif kind == "Branch":
                self._branch(step, inner, deeper)
            elif kind == "BlockRandomizer":
                self._randomizer(step, inner, deeper)
            elif kind == "EndSurvey":
                self._end(where)
            else:
                self._told(kind, step)
                self._steps(inner, deeper)

    def _told(self, kind: str, step: Mapping[str, Any]) -> None:
        if kind == "EmbeddedData":
            fields = [str(mapping(one).get("Field") or "") for one in sequence(step.get("EmbeddedData"))]
            self.report.dropped("", "hidden_fields", names=", ".join(filter(None, fields))[:200] or "–")
        elif kind not in (*_SILENT, "Group"):
            self.report.dropped("", "flow_step", kind=kind or "–")

    def _branch(self, step: Mapping[str, Any], inner: list[Mapping[str, Any]], where: Where) -> None:
        name = str(step.get("Description") or step.get("FlowID") or "Branch")
        try:
            tree = condition(step.get("BranchLogic"), self.make.known)
        except NotCarried as reason:
            self.report.dropped(name, "condition", part="show_if", expression=_told(step), reason=reason.reason)
            ends = [one for one in inner if one.get("Type") != "EndSurvey"]
            self._steps(ends, where)
            return
        self._steps(inner, replace(where, trees=(*where.trees, tree)))

    def _randomizer(self, step: Mapping[str, Any], inner: list[Mapping[str, Any]], where: Where) -> None:
        subset = step.get("SubSet")
        if isinstance(subset, int | str) and str(subset).isdigit() and int(subset) < len(inner):
            self.report.approximated("", "random_subset", count=int(subset), of=len(inner))
        before = len(self.pages)
        self._steps(inner, replace(where, shuffled=True))
        if len(self.pages) - before > len(inner):
            self.report.approximated("", "pages_shuffled")

    def _end(self, where: Where) -> None:
        """The survey ends here: for all, or for those whom the branch lets in."""
        if where.trees:
            self._ended.append(negation(both(*where.trees)))
        else:
            self._over = True

    def _block(self, id: str, where: Where) -> None:
        block = self.make.form.blocks.get(id)
        if block is None or block.trash:
            return
        if id in self._seen:
            self.report.dropped(block.name or id, "block_again")
            return
        self._seen.add(id)
        if block.repeated:
            self.report.dropped(block.name or id, "repeat", name=block.name or id)
        page = self._page(where)
        for item in block.items:
            if item is None:
                page = self._page(where) if page["questions"] else page
            elif item in self.make.form.questions:
                self._question(self.make.form.questions[item], block, page)
        self._ends[id] = len(self.pages)
        if block.shuffled:
            for one in self.pages:
                if one.get("_block") == id and len(one["questions"]) > 1:
                    one["order"] = "random"

    def _page(self, where: Where) -> Made:
        page: Made = {"questions": [], "_trees": [*where.trees, *self._ended]}
        if where.shuffled:
            page["shuffle"] = True
        self.pages.append(page)
        return page

    def _question(self, q: Asked, block: Block, page: Made) -> None:
        page["_block"] = block.id
        known = dict(self.make.known)
        made = self.maker(self.make, q)
        if not made:
            return
        self.firsts[q.id] = made[0]["id"]
        if any(one["type"] != "note" for one in made):
            self.report.carried(q.id, *(one["id"] for one in made if one["type"] != "note"))
        self._shown(q, made, known)
        self._checks(q, made)
        if q.body.get("DefaultChoices"):
            self.report.dropped(q.id, "default", value="DefaultChoices")
        if q.body.get("QuestionJS"):
            self.report.dropped(q.id, "script")
        page["questions"] += made
        answered = [one for one in made if _answered(one)]
        skips = [
            *block.skips.get(q.id, ()),
            *(one for one in sequence(q.body.get("SkipLogic")) if isinstance(one, dict)),
        ]
        for skip in skips if answered else ():
            self._skip(q, skip, answered[-1], block.id)

    def _shown(self, q: Asked, made: list[Made], known: Mapping[str, Known]) -> None:
        for key in ("DisplayLogic", "InPageDisplayLogic"):
            if not mapping(q.body.get(key)):
                continue
            try:
                text = written(condition(q.body[key], known), False)
            except NotCarried as reason:
                self._lost(q.id, "show_if", q.body[key], reason.reason)
                continue
            for one in made:
                one["show_if"] = text

    def _checks(self, q: Asked, made: list[Made]) -> None:
        settings = q.settings
        if settings.get("ForceResponse") == "RequestResponse":
            self.report.approximated(q.id, "soft_mandatory")
        own = mapping(settings.get("CustomValidation"))
        answered = [one for one in made if _answered(one)]
        if settings.get("Type") != "CustomValidation" or not own or not answered:
            return
        try:
            rule = written(condition(own.get("Logic"), self.make.known), False)
        except NotCarried as reason:
            self._lost(q.id, "rule", own.get("Logic"), reason.reason)
            return
        message = {"rule": rule, "message": self.make.pieces.words("rule_broken")}
        answered[-1].setdefault("validate", []).append(message)

    def _skip(self, q: Asked, skip: Mapping[str, Any], made: Made, block: str) -> None:
        locator = str(skip.get("ChoiceLocator") or skip.get("Locator") or "")
        try:
            tree = located(locator, str(skip.get("Condition") or "Selected"), skip.get("RightOperand"), self.make.known)
        except NotCarried as reason:
            self._lost(q.id, "if", {"0": {"0": skip}}, reason.reason)
            return
        self._jumps.append(_Jump(made, tree, block, str(skip.get("SkipToDestination") or ""), q.id))

    def _lost(self, place: str, part: str, logic: object, reason: str) -> None:
        self.report.dropped(place, "condition", part=part, expression=_told({"BranchLogic": logic}), reason=reason)

    def finished(self) -> list[Made]:
        """Pages with their conditions and skips written, without empty ones."""
        for jump in self._jumps:
            self._lay(jump)
        for page in self.pages:
            trees = page.pop("_trees")
            page.pop("_block", None)
            text = written(both(*trees), False) if trees else ""
            if len(text) > LONGEST:
                self.report.dropped("", "condition_long")
            elif text:
                page["show_if"] = text
        return [page for page in self.pages if page["questions"]]

    def _lay(self, jump: _Jump) -> None:
        """A skip; where it may hold without an answer, what it passes over is hidden instead."""
        loose = {one["id"] for page in self.pages if "shuffle" in page or "order" in page for one in page["questions"]}
        after = [one for page in self.pages for one in page["questions"]]
        after = after[after.index(jump.made) + 1 :]
        to = self._target(jump)
        last = next((place for place, one in enumerate(after) if one["id"] == to), None if to != "end" else len(after))
        if last is None or jump.made["id"] in loose or to in loose:
            code = "jump_nowhere" if last is None and to is None else "jump_back"
            self.report.dropped(jump.place, code, to=jump.to)
        elif f"answered({jump.made['id']})" in needs(jump.tree):
            jump.made.setdefault("skip", []).append({"if": written(jump.tree, False), "to": to})
        else:
            hidden = written(negation(jump.tree), False)
            for one in after[:last]:
                one["show_if"] = f"({one['show_if']}) && ({hidden})" if "show_if" in one else hidden

    def _target(self, jump: _Jump) -> str | None:
        """Where a skip leads: a question of ours, the end, or what follows a block."""
        if jump.to == "ENDOFSURVEY":
            return "end"
        if jump.to == "ENDOFBLOCK":
            later = self.pages[self._ends.get(jump.block, len(self.pages)) :]
            return next((page["questions"][0]["id"] for page in later if page["questions"]), "end")
        return self.firsts.get(jump.to)


def _answered(one: Made) -> bool:
    return one["type"] not in ("note", "computed")


def _told(step: Mapping[str, Any]) -> str:
    """A logic in their own words."""
    words = [
        clean(one.get("Description") or one.get("ChoiceLocator") or one.get("LeftOperand") or "")
        for group in mapping(step.get("BranchLogic")).values()
        for one in mapping(group).values()
        if isinstance(one, dict)
    ]
    return " ".join(word for word in words if word)[:300]
