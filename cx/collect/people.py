"""Whom a list names: apart from reading lists, so that a personal link needs nothing of that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

DIMENSIONS = ("branch", "channel", "segment", "product", "lang")


@dataclass(frozen=True)
class Person:
    """One row of a list. ``customer`` is the keyed hash, empty without a key; ``place`` is its index in the sheet.

    ``unknown`` are values of dimensions that the bank's model does not know, as ``header: value``.
    """

    row: int
    place: int
    customer: str
    dims: Mapping[str, str]
    unknown: tuple[str, ...]
    attributes: Mapping[str, object]
