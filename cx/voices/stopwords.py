"""Small words: those that say nothing about what a text is about, and those that give a language away."""

from __future__ import annotations

_CHINESE = """
我们 你们 他们 她们 自己 大家 人家 这个 那个 这些 那些 这样 那样 这里 那里 什么 怎么 怎样 为什么 哪里 多少
几个 一个 一些 一下 一点 一直 一样 一次 的话 可以 可能 应该 需要 已经 正在 曾经 还是 还有 就是 只是 但是 可是
不过 而且 并且 或者 以及 因为 所以 如果 虽然 然后 于是 只有 只要 除了 关于 对于 没有 不是 不会 不能 不要 不用
非常 特别 十分 比较 真的 真是 实在 有点 太多 很多 更加 最后 之后 以后 之前 以前 时候 现在 今天 昨天 明天 每次
每天 有些 起来 出来 进去 下来 上去 过来 觉得 感觉 认为 知道 说是 来说 而已 其实 居然 竟然 反正 总之 总是 经常
都是 也是 还要 不到 得到 由于 为了 通过 根据 本人
"""
_ENGLISH = """
a an the and or but if of to in on at for from with by as is are was were be been being am it its it's i i'm i've
me my mine we our us you your he she they them their this that these those there here not no so too very just also
than then when while where which who what how why do does did done doing don't doesn't didn't can can't could
couldn't will won't would should may might must have has had having get got all any some more most much many other
such only own same into out up down over under again about because after before between both each few off once
please really one two
"""
_FOREIGN = """
und nicht ist das ich sehr aber eine auch le les des est pas pour avec que très une je nous el los las muy por
para pero con una es não muito uma são mais il che non è per molto yang tidak dan saya ini untuk bagus sangat bisa
ang ng mga hindi po sa ko không và rất của là het een niet zeer
"""
ENGLISH = frozenset(_ENGLISH.split())
STOPWORDS = frozenset(_CHINESE.split()) | ENGLISH
FOREIGN = frozenset(_FOREIGN.split())
"""German, French, Spanish, Portuguese, Italian, Indonesian, Tagalog, Vietnamese, Dutch; none is an English word."""
