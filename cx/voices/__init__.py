"""What customers say in their own words, zh and en: pure, no outside model, explained by the words that decided.

``read(texts, lexicon)`` → one :class:`Reading` a text. ``Watched(own)`` or ``load(own)`` → the lexicon that came with
cx and a bank's own on top. ``count(readings)`` → how many texts use a term; ``contrast(here, there)`` → terms that
separate two groups of texts; ``rising(periods)`` → terms that came up in the last period; ``context(text, reading,
term)`` → a term between its neighbours.
"""

from cx.voices.lexicon import Lexicon, Topic
from cx.voices.loading import Loaded, Watched, load
from cx.voices.reading import label, language, read
from cx.voices.shape import EMOTIONS, LABELS, MARKS, RISKS, WHYS, Lang, Mark, Reading, Token
from cx.voices.terms import Context, Counts, Shift, context, contrast, count, rising

__all__ = [
    "EMOTIONS", "LABELS", "MARKS", "RISKS", "WHYS", "Context", "Counts", "Lang", "Lexicon", "Loaded", "Mark",
    "Reading", "Shift", "Token", "Topic", "Watched", "context", "contrast", "count", "label", "language", "load",
    "read", "rising",
]  # fmt: skip
