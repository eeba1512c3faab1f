"""What a question of theirs is meant to be, where their tool has no word for it."""

from __future__ import annotations

import re

from cx.convert.pieces import Label

_RECOMMEND = re.compile(
    r"\bnps\b|net promoter|(?<!\w)recommend|推荐|推薦|empfehl|weiterempf|recommand|recomend|consigl|aanbevel|おすすめ"
    r"|推奨|추천|порекоменд|рекоменд|polec|tavsiye|ajánlan",
    re.IGNORECASE,
)


def is_nps(label: Label, name: str = "") -> bool:
    """Whether a scale from 0 to 10 asks how likely somebody is to recommend."""
    said = [label] if isinstance(label, str) else list(label.values())
    return any(_RECOMMEND.search(text.replace("_", " ")) for text in (*said, name))
