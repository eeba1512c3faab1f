"""Names told apart: lists to choose from, charts and tables go by what they show, so two of one name would be one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TypeVar

from cx.words import LANGUAGES, Label, Translator

Key = TypeVar("Key")


def apart(names: Mapping[Key, str]) -> dict[Key, str]:
    """The names in their order; those that several bear with their key behind them: ``王伟 · w2``."""
    times = Counter(names.values())
    return {key: name if times[name] < 2 else f"{name} · {key}" for key, name in names.items()}


def labels_apart(labels: Mapping[str, Label]) -> Mapping[str, Label]:
    """As :func:`apart` in every language; the very same where all differ."""
    told = {lang: {key: Translator(lang).pick(label, key) for key, label in labels.items()} for lang in LANGUAGES}
    if all(len(set(names.values())) == len(names) for names in told.values()):
        return labels
    ready = {lang: apart(names) for lang, names in told.items()}
    return {key: {lang: ready[lang][key] for lang in LANGUAGES} for key in labels}
