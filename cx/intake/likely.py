"""What one column of another tool's answers likely is: its name and its values weighed together. Pure.

Where the two do not say the same, the likeliest kind is marked as doubtful: a person decides, nothing is assumed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from cx.intake.lookup import plain

FEW = 12
"""So many different texts may be choices."""
_NAMED = {
    "nps": re.compile(r"nps|推荐|recommend", re.I),
    "ces": re.compile(r"费力|省力|容易|effort|\bces\b", re.I),
    "csat": re.compile(r"满意|csat|satisf", re.I),
    "rating": re.compile(
        r"评分|打分|得分|分数|星级|几分|评级|(?<![a-z])(rating|(?<=you )rate|score|stars?)(?![a-z])", re.I
    ),
    "text": re.compile(
        r"评论|意见|原因|建议|内容|说明|备注|反馈|为什么|哪些方面|(?<![a-z])(comments?|review|content|reasons?|feedback|title|text"
        r"|narrative|verbatim|remarks?|why)(?![a-z])", re.I,
    ),
    "yes_no": re.compile(r"是否|有没有|^(is|has|did|was|were|would|will)(?![a-z])", re.I),
}  # fmt: skip
_CALENDAR = re.compile(
    r"(所在|答题|评价|统计|提交|办理|业务|调查|回访|数据|所属|第几|survey|response|visit|fiscal|calendar)?"
    r"(年|年份|年度|月|月份|几月|季|季度|周|周次|周几|星期|星期几|日|几日|天|小时|时段|工作日"
    r"|years?|months?|quarters?|weeks?|weekdays?|days?|hours?|minutes?|qtr|yr|dayofweek|dayofmonth|weekofyear)"
    r"(no|num|number|index|id|号|序号|of(week|month|year|survey))?", re.I,
)  # fmt: skip
_RECORD = re.compile(
    r"序号|行号|编号|编码|代码|工号|邮编|柜台号|窗口号|(?<![a-z])(id|ids|row|line|index|serial|no|number|num|code|zip|key|version"
    r"|age|tenure|count|counter|amount|balance|distance|delay|duration|size|years|months|days|minutes|hours|seconds)(?![a-z])"
    r"|年龄|岁|次数|笔数|人数|数量|个数|金额|余额|时长|年限|距离|版本|分钟|排名", re.I,
)  # fmt: skip
_QUESTION = re.compile(
    r"[?？]|吗|如何|怎么样|多[大少好]|服务|体验|态度|环境|效率|质量|速度|整洁|便利|清楚|(?<![a-z])(service|experience|quality|staff|comfort"
    r"|cleanliness|ease|speed|attitude|overall|how)(?![a-z])", re.I,
)  # fmt: skip
_LEVELS = (
    ("非常满意", "很满意", "十分满意", "verysatisfied", "extremelysatisfied"),
    ("满意", "比较满意", "satisfied", "somewhatsatisfied"),
    ("一般", "中立", "普通", "说不清", "neutral", "neithersatisfiednordissatisfied"),
    ("不满意", "不太满意", "比较不满意", "dissatisfied", "somewhatdissatisfied", "unsatisfied"),
    ("非常不满意", "很不满意", "十分不满意", "verydissatisfied", "extremelydissatisfied", "veryunsatisfied"),
)
_LEVEL = {word: str(5 - place) for place, words in enumerate(_LEVELS) for word in words}
_YES = frozenset({"yes", "y", "true", "t", "是", "有", "会", "愿意"})
_NO = frozenset({"no", "n", "false", "f", "否", "无", "没有", "不会", "不愿意"})
_UNWELL = re.compile(r"不|dis|un|neutral|一般|中立", re.I)


@dataclass(frozen=True)
class Figures:
    """What a column holds: ``filled`` cells of ``distinct`` texts, ``length`` letters each on average; ``numbers`` of
    them figures from ``low`` to ``high``, ``whole`` of those whole; ``words`` are the texts where there are few."""

    filled: int
    distinct: int
    length: float
    numbers: int = 0
    whole: int = 0
    low: float = 0
    high: float = 0
    dates: int = 0
    words: tuple[str, ...] = ()

    @property
    def scale(self) -> bool:
        """Whether all cells are whole numbers from 0 to 10."""
        return self.filled == self.whole and self.low >= 0 and self.high <= 10


@dataclass(frozen=True)
class Kind:
    """A type of question, or None for a column that is not kept. ``sure`` ones need no decision; ``points`` is the
    scale's end where it is not the usual one, ``values`` what the column's words mean."""

    type: str | None
    sure: bool = True
    points: int = 0
    values: Mapping[str, str] = field(default_factory=dict)


_NONE = Kind(None)


def kind(header: str, of: Figures, nps_like: bool, siblings: int = 0) -> Kind:
    """The likely kind. ``nps_like``: the file speaks of NPS; ``siblings``: columns from 0 or 1 to 5."""
    bare = re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", header)
    named = next((type for type, pattern in _NAMED.items() if pattern.search(bare)), None)
    scored = named in ("nps", "ces", "csat", "rating")
    aside = bool(_CALENDAR.fullmatch(plain(bare)) or _RECORD.search(bare))
    if aside and not scored:
        return _NONE if of.numbers or named != "text" else _of_words(named, of)
    if of.scale:
        found = _of_scale(bare, named, of, nps_like, siblings)
        return Kind(found.type, False, found.points) if aside and found.type else found
    if of.numbers == of.filled:
        # A score out of 100 or with decimals is no point of a scale.
        return Kind("number", sure=False) if scored and of.low >= 0 and of.high <= 100 else _NONE
    if scored and of.numbers > 0.5 * of.filled:
        return Kind("rating", sure=False)
    return _of_words(named, of)


def _of_scale(header: str, named: str | None, of: Figures, nps_like: bool, siblings: int) -> Kind:
    ten = 0 if of.high <= 5 else 7 if of.high <= 7 and of.low >= 1 else 10
    if of.high <= 1:
        return Kind("yes_no", sure=named == "yes_no")
    if named == "nps":
        return Kind("nps") if of.high > 7 else Kind("rating" if of.high <= 5 else "nps", sure=False)
    if named == "rating" and of.high > 5:
        return Kind("nps", sure=False) if nps_like and of.high > 7 else Kind("rating", of.low >= 1 and ten == 10, ten)
    if named == "ces":
        return Kind("ces", sure=5 < of.high <= 7 and of.low >= 1) if of.high <= 7 else Kind("rating", False, ten)
    if named == "csat":
        return Kind("csat", of.high <= 5, ten)
    fits = of.high == 5 and of.low <= 1 and of.distinct > 2
    sure = ten == 0 and (named == "rating" or (fits and (siblings > 2 or bool(_QUESTION.search(header)))))
    return Kind("rating", sure, ten)


def _of_words(named: str | None, of: Figures) -> Kind:
    words = {word: plain(word) for word in of.words}
    repeated = bool(words) and len(words) * 2 <= of.filled
    if words and set(words.values()) <= _YES | _NO:
        return Kind("yes_no", values={w: "yes" if bare in _YES else "no" for w, bare in words.items()})
    if words and set(words.values()) <= _LEVEL.keys():
        return Kind("csat", sure=len(words) > 2, values={word: _LEVEL[bare] for word, bare in words.items()})
    if named == "csat" and len(words) == 2 and repeated:
        good = [word for word in words if not _UNWELL.search(word)]
        if len(good) == 1:
            return Kind("yes_no", sure=False, values={word: "yes" if word in good else "no" for word in words})
    if named in ("nps", "ces", "csat", "rating") and repeated:
        return Kind("single", sure=False)
    if named == "text":
        return Kind("text", sure=not repeated or of.length > FEW / 2)
    if of.dates > 0.9 * of.filled:
        return _NONE
    if repeated:
        return Kind("single")
    if of.distinct < 0.1 * of.filled:
        return Kind("single", sure=False)
    return Kind("text") if of.length > FEW else Kind("single", sure=False) if words else _NONE
