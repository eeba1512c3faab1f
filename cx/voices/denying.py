"""Complaints that there are none of: "nothing to complain about", "no complaints", 没什么可投诉的.

Only what stands right before the word denies it: "no reply to my complaint" is one. What is threatened with stays, too.
"""

from __future__ import annotations

import re

DENIABLE = frozenset({"complaint"})
"""Kinds of risks that may be denied; a customer who writes of fraud is looked at whatever stands before."""
_BEFORE = {
    "zh": re.compile(
        r"(?:没有?|木有|冇|无|零|0|不用|不必|无需|不需要|从未|从不|不会|谈不上|算不上)"
        r"(?:什么|啥|任何|人|一次|一个|必要|理由|过|去|值得|可以|可|好|要|能|的)*$"
    ),
    "en": re.compile(
        r"\b(?:no|zero|without|never|nothing|not|none|cannot|can not|can't|cant|couldn't|don't|didn't|haven't|won't)"
        r"(?: (?:to|any|a|one|single|real|really|major|further|other|cause|reason|need|for|i|we|can|could|had|have|has"
        r"|much))* $"
    ),
}
# 没有投诉渠道: what is missing is a way to complain. "No complaint was answered": there was one.
_AFTER = {
    "zh": re.compile(r"(?:渠道|电话|入口|途径|回复|回应|受理|处理|无门|不行|没用|成功|都不)"),
    "en": re.compile(r" (?:line|desk|channel|form|procedure|process|number|handling|was|were|is|has|have|got|gets)\b"),
}
_FAR = 40


def denied(text: str, start: int, end: int, lang: str) -> bool:
    """Whether what stands right before a term of a plain text says that there is none."""
    before, after = _BEFORE[lang], _AFTER[lang]
    return bool(before.search(text[max(0, start - _FAR) : start])) and not after.match(text, end)
