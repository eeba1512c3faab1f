"""Ways through a Formbricks survey: jumps from block to block → skips, and conditions where nobody answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cx.convert.expressions.kinds import NotCarried
from cx.convert.expressions.logic import (
    NO,
    YES,
    All,
    Compared,
    Not,
    Some,
    Test,
    Tree,
    both,
    either,
    needs,
    negation,
    test,
    written,
)
from cx.convert.formbricks.making import Making
from cx.convert.formbricks.reading import Block, dicts
from cx.convert.formbricks.rules import Rules
from cx.convert.pieces import MOST_LEAVES, Made
from cx.survey.expression import LONGEST

_JUMPS = ("jumpToBlock", "jumpToQuestion")
END = -1


@dataclass
class Stop:
    """A block with its page of ours and the jumps from it: conditions in turn → a later stop, or :data:`END`."""

    block: Block
    page: Made
    values: list[Made] = field(default_factory=list)
    """Computed questions after it."""
    jumps: list[tuple[Tree, int]] = field(default_factory=list)

    @property
    def asked(self) -> Made | None:
        """The last question that is answered; jumps hang on it."""
        return next((one for one in reversed(self.page["questions"]) if one["type"] not in ("note", "computed")), None)


class Paths:
    """Reads the jumps of all blocks, then puts them on the pages."""

    def __init__(self, make: Making, rules: Rules, stops: Sequence[Stop], ends: set[str]) -> None:
        self.make, self.rules, self.stops, self.ends = make, rules, stops, ends
        self.places = {stop.block.id: place for place, stop in enumerate(stops)}
        for place, stop in enumerate(stops):
            for element in stop.block.elements:
                self.places.setdefault(str(element.get("id")), place)

    def lay(self) -> None:
        """Skips on questions; where nobody answers, what a jump passes over is shown to others only."""
        for place, stop in enumerate(self.stops):
            self._read(place, stop)
        reached: list[Tree | None] = []
        for place, stop in enumerate(self.stops):
            reached.append(self._reached(place, reached) if place else YES)
            left: list[Tree] = []
            for tree, goal in stop.jumps:
                others = [negation(other) for other in left if not _apart(other, tree)]
                left.append(tree)
                if not self._skipped(stop, tree, goal):
                    here = _after(reached[place], both(*others, tree), stop)
                    if here is None:
                        self._lost(stop, "condition_long")
                    else:
                        self._hide(place, stop, here, goal)

    def _read(self, place: int, stop: Stop) -> None:
        for rule in stop.block.rules:
            for objective, target in _targets(rule):
                if objective not in _JUMPS:
                    continue
                try:
                    tree = self.rules.tree(rule, stop.block.place)
                except NotCarried as reason:
                    self._lost(stop, "condition", part="if", expression=target, reason=reason.reason)
                    continue
                self._jump(place, stop, tree, target)
        if stop.block.fallback:
            others = [tree for tree, _ in stop.jumps]
            self._jump(place, stop, negation(either(*others)) if others else YES, str(stop.block.fallback))

    def _jump(self, place: int, stop: Stop, tree: Tree, target: str) -> None:
        goal = END if target == "end" or target in self.ends else self.places.get(target)
        if goal is None:
            self._lost(stop, "jump_nowhere", to=target)
        elif goal != END and goal <= place:
            self._lost(stop, "jump_back", to=target)
        elif tree != NO:
            stop.jumps.append((tree, goal))

    def _lost(self, stop: Stop, code: str, **values: object) -> None:
        self.make.report.dropped(stop.block.place, code, **values)

    def _skipped(self, stop: Stop, tree: Tree, goal: int) -> bool:
        """Whether a jump could be a skip: it needs an answer to what it hangs on; nothing is computed on the way."""
        asked = stop.asked
        if asked is None or any(one.values for one in self.stops):
            return False
        there = f"answered({asked['id']})"
        if tree == YES and asked.get("required"):
            tree = test(there)
        if tree != test(there) and there not in needs(tree):
            return False
        asked.setdefault("skip", []).append({"if": written(tree, False), "to": self._first(goal)})
        return True

    def _first(self, goal: int) -> str:
        """The first question of a stop, or of one after it; ``end`` where nothing follows."""
        later = self.stops[goal:] if goal != END else []
        return next((stop.page["questions"][0]["id"] for stop in later if stop.page["questions"]), "end")

    def _reached(self, place: int, reached: Sequence[Tree | None]) -> Tree | None:
        """Who comes to a stop; None where that takes more than a condition can say."""
        ways = self._ways(place, reached)
        known = [way for way in ways if way is not None]
        short = len(known) == len(ways) and sum(map(_size, known)) <= MOST_LEAVES
        return either(*known) if short else None

    def _ways(self, place: int, reached: Sequence[Tree | None]) -> list[Tree | None]:
        """How one comes to a stop: from an earlier one by a jump, or from the one before without one."""
        found: list[Tree | None] = []
        for before, stop in enumerate(self.stops[:place]):
            left: list[Tree] = []
            for tree, goal in stop.jumps:
                if goal == place:
                    others = [negation(other) for other in left if not _apart(other, tree)]
                    found.append(_after(reached[before], both(*others, tree), stop))
                left.append(tree)
            if before == place - 1 and not self._always(stop):
                found.append(_both(reached[before], both(*map(negation, left))))
        return found

    def _always(self, stop: Stop) -> bool:
        """Whether one of the jumps is always taken: on any answer that must be given, or on each choice of it."""
        asked = stop.asked
        trees = [tree for tree, _ in stop.jumps]
        if YES in trees or asked is None or not asked.get("required"):
            return YES in trees
        equal = [_equal(tree) for tree in trees]
        chosen = {one.right for one in equal if one and one.left == asked["id"]}
        choices = {f"'{choice['id']}'" for choice in asked.get("choices", ())} if asked["type"] == "single" else set()
        return test(f"answered({asked['id']})") in trees or (bool(choices) and choices <= chosen)

    def _hide(self, place: int, stop: Stop, here: Tree, goal: int) -> None:
        """Those who jump do not see what lies between."""
        condition = negation(here)
        for between in self.stops[place + 1 : goal if goal != END else len(self.stops)]:
            if condition == NO:
                self._lost(stop, "never_reached", to=between.block.id)
            else:
                between.page.setdefault("_shown", []).append(condition)

    def finish(self) -> None:
        """Write the conditions of pages."""
        for stop in self.stops:
            trees: list[Tree] = stop.page.pop("_shown", [])
            text = written(both(*trees), False) if trees else ""
            if len(text) > LONGEST:
                self._lost(stop, "condition_long")
            elif text:
                stop.page["show_if"] = text


def _equal(tree: Tree) -> Compared | None:
    """``question == value``, when a tree says no more than that."""
    parts = [part for part in (tree.of if isinstance(tree, All) else (tree,)) if isinstance(part, Compared)]
    return parts[0] if len(parts) == 1 and parts[0].sign == "==" else None


def _apart(one: Tree, other: Tree) -> bool:
    """Whether two trees ask the same question for different answers."""
    first, second = _equal(one), _equal(other)
    return bool(first and second and first.left == second.left and first.right != second.right)


def _size(tree: Tree) -> int:
    """How many comparisons a tree has."""
    if isinstance(tree, All | Some):
        return sum(map(_size, tree.of))
    return _size(tree.of) if isinstance(tree, Not) else 1


def _both(one: Tree | None, other: Tree) -> Tree | None:
    return None if one is None else both(one, other)


def _after(reached: Tree | None, tree: Tree, stop: Stop) -> Tree | None:
    """By a jump: who answered a question of the stop has been there."""
    parts = tree.of if isinstance(tree, All) else (tree,)
    own = {f"answered({one['id']})" for one in stop.page["questions"]}
    known = {part.cel for part in parts if isinstance(part, Test)} | needs(tree)
    return tree if own & known else _both(reached, tree)


def _targets(rule: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a rule does: (objective, target) of each action; an older rule jumps to its destination."""
    if "destination" in rule:
        return [("jumpToQuestion", str(rule["destination"]))]
    return [(str(one.get("objective")), str(one.get("target"))) for one in dicts(rule.get("actions"))]
