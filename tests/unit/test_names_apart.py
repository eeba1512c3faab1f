"""Two of one name are two: in lists to choose from, and wherever the bank's model names something."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from cx.bank.model import Model
from cx.words import Translator
from cx.words.apart import apart, labels_apart


@given(st.dictionaries(st.text(max_size=3), st.sampled_from(["王伟", "李娜", "Lee"])))
def test_no_two_names_are_alike_and_single_ones_stay(names: dict[str, str]) -> None:
    told = apart(names)
    assert list(told) == list(names) and len(set(told.values())) == len(told)
    values = list(names.values())
    assert all(told[key] == name for key, name in names.items() if values.count(name) == 1)


def test_labels_that_differ_are_the_very_same() -> None:
    labels = {"a": {"zh": "甲", "en": "A"}, "b": {"zh": "乙", "en": "B"}}
    assert labels_apart(labels) is labels


def test_two_branches_of_one_name_are_told_apart_where_they_are_alike(model: Model) -> None:
    first, second = list(model.branches)[:2]
    name = dict(model.branches[first].name)
    alike = replace(model.branches[second], name={"zh": name["zh"], "en": "Another"})
    bank = replace(model, branches={**model.branches, second: alike})
    zh, en = Translator("zh"), Translator("en")
    assert bank.label("branch", first, zh) == f"{name['zh']} · {first}"
    assert bank.label("branch", second, zh) == f"{name['zh']} · {second}"
    assert (bank.label("branch", first, en), bank.label("branch", second, en)) == (name["en"], "Another")
