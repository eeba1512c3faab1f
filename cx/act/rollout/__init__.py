"""Rollout (组合上线): proven quick wins into the branches without them, wave by wave, until the whole bank.

``register.py`` owns the table; ``docs/rollout.md`` tells the rules."""

from cx.act.rollout.effects import Row, Wave, waves
from cx.act.rollout.planning import fields, places, proven
from cx.act.rollout.register import done, everything, save, withdraw
from cx.act.rollout.shape import Branch, Effect, Field, State, Step, Win

__all__ = [
    "Branch", "Effect", "Field", "Row", "State", "Step", "Wave", "Win", "done", "everything", "fields", "places",
    "proven", "save", "waves", "withdraw",
]  # fmt: skip
