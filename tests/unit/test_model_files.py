"""Benchmarks and schemes as files: what is sound is used, what is wrong is told at its line."""

from __future__ import annotations

from pathlib import Path

from test_bank_model import codes, folder

from cx.bank import model as bank

BENCHMARKS = """
benchmarks:
  - {id: a, name: {zh: 甲, en: A}, indicator: wait, low: 5, high: 9, scale: min, method: system, n: 12,
     date: 2026-01-31, source: {zh: 某, en: S}}
  - {id: b, name: {zh: 乙, en: B}, metric: nps, nps_kind: relational, value: 30, scale: 0-10, source: {zh: 某, en: S}}
  - {id: c, name: {zh: 丙, en: C}, metric: nps, low: 9, high: 5, source: {zh: 某, en: S}}
  - {id: d, name: {zh: 丁, en: D}, indicator: nobody, value: 1}
  - {id: e, name: {zh: 戊, en: E}, metric: happiness, value: 1}
  - {id: f, name: {zh: 己, en: F}, indicator: wait, value: 4, method: magic, date: soon, source: {zh: 某, en: S}}
"""
SCHEMES = """
schemes:
  - id: growth
    name: {zh: 增长, en: Growth}
    stages:
      - {id: come, name: {zh: 来, en: Come}, question: {zh: 问, en: Q}, indicators: [wait, gone], parts: [cohorts, tea]}
      - id: stay
        name: {zh: 留, en: Stay}
        question: {zh: 问, en: Q}
        indicators: [wait]
        surveys: [{metric: nps, nps_kind: relational}, {metric: nps}, {metric: csat, nps_kind: relational}]
north_stars:
  - {journey: opening, indicator: wait, guardrails: [wait, wait, wait, wait]}
  - {journey: nowhere, indicator: wait, guardrails: []}
cohorts: [{months: 1, indicator: wait}, {months: two, indicator: wait}]
stickiness: {dau: wait, mau: wait}
say_do: {nps_kind: sometimes, indicator: wait}
"""


def test_benchmarks_are_read_and_faults_told(tmp_path: Path) -> None:
    (folder(tmp_path) / "benchmarks.yaml").write_text(BENCHMARKS, encoding="utf-8")
    found = bank.load(tmp_path)
    assert list(found.benchmarks) == ["a", "b", "f"]
    assert (found.benchmarks["a"].low, found.benchmarks["a"].high, found.benchmarks["a"].n) == (5.0, 9.0, 12)
    assert found.benchmarks["b"].low == found.benchmarks["b"].high == 30.0
    assert (found.benchmarks["f"].method, found.benchmarks["f"].date) == (None, None)
    assert codes(found) == ["model_benchmark", "model_unknown", "model_choice", "model_day", "model_choice"]
    assert {problem.where for problem in found.problems} == {f"benchmarks.yaml:{line}" for line in (6, 7, 8, 9)}


def test_schemes_are_read_and_faults_told(tmp_path: Path) -> None:
    (folder(tmp_path) / "schemes.yaml").write_text(SCHEMES, encoding="utf-8")
    found = bank.load(tmp_path)
    come, stay = found.schemes.schemes["growth"].stages
    assert (come.indicators, come.parts, len(stay.asked)) == (("wait",), ("cohorts",), 1)
    assert [star.journey for star in found.schemes.north_stars] == ["opening"]
    assert found.schemes.cohorts == ((1, "wait"),)
    assert (found.schemes.stickiness, found.schemes.say_do) == (("wait", "wait"), None)
    assert sorted(codes(found)) == sorted(
        ["model_unknown", "model_choice", "model_choice", "model_choice", "model_guardrails", "model_unknown",
         "model_number", "model_choice"]
    )  # fmt: skip


def test_a_bank_may_do_without_both(tmp_path: Path) -> None:
    found = bank.load(folder(tmp_path))
    assert not found.problems and not found.benchmarks and not found.schemes.schemes
