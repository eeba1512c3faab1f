"""Traditional and Simplified, full and half width: one spelling for matching; characters keep their places."""

from __future__ import annotations

from functools import cache

_CANTONESE = str.maketrans("妳喺冇唔嘅’", "你在没不的'")


def simplified(text: str) -> str:
    """The text in Simplified characters and half-width letters and digits; exactly as long as the text."""
    return text if text.isascii() else text.translate(_table())


@cache
def _table() -> dict[int, str | int]:
    from opencc import OpenCC

    ideographs = [chr(code) for code in range(0x4E00, 0xA000)]
    converted = OpenCC("t2s").convert("\n".join(ideographs)).split("\n")
    table = {ord(old): new for old, new in zip(ideographs, converted, strict=True) if old != new and len(new) == 1}
    wide = {0xFF01 + i: chr(0x21 + i) for i in range(94) if chr(0x21 + i).isalnum()}
    return table | wide | _CANTONESE
