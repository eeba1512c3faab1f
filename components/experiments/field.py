"""Fields of the form of an experiment, each with a place below for what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from components.page import Context
from cx.act.experiments.definition import Definition
from cx.words import Label


@dataclass
class Form:
    """One drawing: ``old`` is what is being changed, ``slots`` the places for problems by field."""

    ctx: Context
    old: Definition | None
    key: str
    slots: dict[str, Any]

    def field(self, name: str, kind: Any, label: str, **more: Any) -> Any:
        """A widget and, below it, the place for its problem."""
        value = kind(label, key=f"ex_{self.key}_{more.pop('key', name)}", **more)
        self.slots.setdefault(name, st.empty())
        return value

    def was(self, name: str, default: Any) -> Any:
        """The field's value in what is being changed."""
        return getattr(self.old, name) if self.old else default

    def text(self, name: str, was: Label, kind: Any, label: str, **more: Any) -> Label:
        """The author's own words; words of several languages stay where nobody rewrote them."""
        shown = self.ctx.t.pick(was)
        said = str(self.field(name, kind, label, value=shown, **more)).strip()
        return was if said == shown else said
