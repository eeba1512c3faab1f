"""What became of another tool's definition: counted by question, every loss with its place and reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from cx.survey.schema import Survey, Text
from cx.words import Problem, Translator

Kind = Literal["approximated", "dropped"]
LONGEST = 40


@dataclass(frozen=True)
class Loss:
    """Something that is not as it was. ``code`` names ``convert.loss_<code>`` in the words; ``place`` is theirs. Where
    there is none, a value ``page`` is the number of the page that it is about. ``label`` is the question's text, where
    it stands in ours."""

    kind: Kind
    place: str
    code: str
    values: Mapping[str, object] = field(default_factory=dict)
    label: Text = ""

    def tell(self, t: Translator) -> str:
        """One line: where, how, why."""
        where, what = self.where(t), self.what(t)
        return f"{where}: {what}" if where else what

    def where(self, t: Translator) -> str:
        """The place, a question with its text; empty for the survey as a whole."""
        label = " ".join(t.pick(self.label).split())
        if self.place and label not in ("", self.place):
            short = label if len(label) <= LONGEST else label[: LONGEST - 1] + "…"
            return t("convert.place", place=self.place, label=short)
        return self.place or (t("convert.page", page=self.values["page"]) if "page" in self.values else "")

    def what(self, t: Translator) -> str:
        """How and why.

        A value ``reason`` may be a code of ``convert.reason_<code>``, ``part`` one of ``convert.part_<code>``, ``keys``
        names of ours of ``convert.key_<name>``; a ``problem`` (a :class:`cx.words.Problem`) is told as the reason.
        """
        values = dict(self.values)
        if isinstance(problem := values.pop("problem", None), Problem):
            values["reason"] = problem.what(t)
        for name in ("reason", "part"):
            if t.has(f"convert.{name}_{values.get(name)}"):
                values[name] = t(f"convert.{name}_{values[name]}")
        if "keys" in values:
            names = (t(f"convert.key_{key}") if t.has(f"convert.key_{key}") else key
                     for key in str(values["keys"]).split(", "))  # fmt: skip
            values["keys"] = ("、" if t.lang == "zh" else ", ").join(names)
        return t(f"convert.loss_{self.code}", **values)


@dataclass
class Report:
    """Filled while a definition is read.

    Each question of theirs is told once, by :meth:`carried` or :meth:`lost` (notes and texts to read are no
    questions and not counted); :meth:`approximated` and :meth:`dropped` are about a part of it or of the survey.
    ``place`` is the question's name in their file, so that people and tests find it again.
    """

    losses: list[Loss] = field(default_factory=list)
    places: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Their question → ids of ours that hold it; empty when it was lost."""

    def carried(self, place: str, *ids: str) -> None:
        """A question stands in our definition, under these ids."""
        self.places[place] = tuple(dict.fromkeys((*self.places.get(place, ()), *(ids or (place,)))))

    def left_out(self, place: str, id: str) -> None:
        """What was carried under one of our ids does not stand there after all; other ids stay."""
        if place in self.places:
            self.places[place] = tuple(other for other in self.places[place] if other != id)

    def lost(self, place: str, code: str, /, **values: object) -> None:
        """A whole question does not stand in our definition."""
        self.places.setdefault(place, ())
        self.dropped(place, code, **values)

    def approximated(self, place: str, code: str, /, **values: object) -> None:
        """Something is there in another way."""
        self._add(Loss("approximated", place, code, values))

    def dropped(self, place: str, code: str, /, **values: object) -> None:
        """Something is not there."""
        self._add(Loss("dropped", place, code, values))

    def labelled(self, survey: Survey) -> tuple[Loss, ...]:
        """All losses, those of a question with its text as it stands in ours."""
        return tuple(replace(loss, label=self._label(survey, loss.place)) for loss in self.losses)

    def _label(self, survey: Survey, place: str) -> Text:
        ids = self.places.get(place, (place,))
        found = (survey.question(id) for id in ids)
        return next((question.label for question in found if question is not None), "")

    def _add(self, loss: Loss) -> None:
        if loss not in self.losses:
            self.losses.append(loss)

    @property
    def questions(self) -> int:
        """How many questions theirs has."""
        return len(self.places)

    @property
    def kept(self) -> int:
        """How many of them stand in ours."""
        return sum(bool(ids) for ids in self.places.values())
