"""The builder: surveys written by clicks."""

from __future__ import annotations

from components import page
from components.builder import screen

ctx = page.begin(__file__)
screen.show(ctx)
