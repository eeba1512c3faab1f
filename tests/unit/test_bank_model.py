"""The bank's model: the one shipped is sound; one with faults is told whole and used as far as it goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from cx.bank import model as bank
from cx.words import LANGUAGES, Refused, Translator

SHIPPED = Path(__file__).resolve().parents[2] / "data" / "model"

GOOD = {
    "branches.yaml": """
bank: {zh: 小银行, en: Small Bank}
regions:
  - {id: north, name: {zh: 北, en: North}}
branches:
  - {id: b1, name: {zh: 一支行, en: First}, region: north, city: {zh: 城, en: City}}
""",
    "lists.yaml": """
channels: [{id: branch, name: {zh: 网点, en: Branch}}]
brands:
  - {id: theirs, name: {zh: 别家, en: Theirs}}
  - {id: us, name: {zh: 我们, en: Us}, ours: true}
""",
    "journeys.yaml": """
journeys:
  - id: opening
    name: {zh: 开户, en: Opening}
    stages:
      - id: second
        name: {zh: 乙, en: B}
        touchpoints: [{id: z-last, name: {zh: 末, en: Z}}, {id: a-first, name: {zh: 首, en: A}}]
      - id: first
        name: {zh: 甲, en: A}
        touchpoints: [{id: queue, name: {zh: 排队, en: Queue}}]
""",
    "indicators.yaml": """
indicators:
  - {id: wait, name: {zh: 等, en: Wait}, unit: min, direction: lower, target: 10, low: 0, high: 60, touchpoint: queue}
""",
}


def folder(tmp_path: Path, **changes: str) -> Path:
    """The small bank, with some files (named without .yaml) changed."""
    for name, text in GOOD.items():
        (tmp_path / name).write_text(changes.get(name.removesuffix(".yaml"), text), encoding="utf-8")
    return tmp_path


def codes(model: bank.Model) -> list[str]:
    return [problem.code for problem in model.problems]


@pytest.fixture(scope="module")
def shipped() -> bank.Model:
    return bank.load(SHIPPED)


def test_the_shipped_model_is_sound_and_complete(shipped: bank.Model) -> None:
    assert shipped.problems == ()
    assert (len(shipped.branches), len(shipped.regions), len(shipped.journeys)) == (40, 4, 3)
    assert len(shipped.indicators) >= 20
    assert {branch.region for branch in shipped.branches.values()} == set(shipped.regions)
    assert shipped.our_brand == "shenjiang"


def test_every_shipped_name_is_there_in_every_language(shipped: bank.Model) -> None:
    names = [
        *shipped.regions.values(),
        *shipped.channels.values(),
        *shipped.segments.values(),
        *shipped.products.values(),
    ]
    entries = [
        *shipped.branches.values(),
        *shipped.brands.values(),
        *shipped.journeys.values(),
        *shipped.indicators.values(),
    ]
    stages = [stage for journey in shipped.journeys.values() for stage in journey.stages]
    entries += [*stages, *(touchpoint for stage in stages for touchpoint in stage.touchpoints)]
    for name in [*names, *(entry.name for entry in entries)]:
        assert all(name.get(lang) for lang in LANGUAGES), name
    for stage in stages:
        assert 2 <= len(stage.touchpoints) <= 6, stage.id


def test_shipped_indicators_can_be_used(shipped: bank.Model) -> None:
    t = Translator("zh")
    schemes = shipped.schemes.schemes.values()
    staged = {name for scheme in schemes for stage in scheme.stages for name in stage.indicators}
    for indicator in shipped.indicators.values():
        assert indicator.formula and indicator.owner and indicator.source and indicator.unit, indicator.id
        assert t.has(f"bank.unit_{indicator.unit}"), indicator.unit
        placed = indicator.journey in shipped.journeys and indicator.stage
        assert placed or indicator.id in staged, indicator.id  # on a journey, or in a stage of a scheme
        assert indicator.low is not None and indicator.high is not None and indicator.low < indicator.high
        if indicator.target is not None:
            assert indicator.low <= indicator.target <= indicator.high
        if indicator.target is not None and indicator.thresholds:
            way = 1 if indicator.direction == "lower" else -1
            line = [indicator.target, indicator.thresholds["watch"], indicator.thresholds["alarm"]]
            assert line == sorted(line, key=lambda value: way * value), indicator.id


def test_order_is_the_files_order(tmp_path: Path) -> None:
    journey = bank.load(folder(tmp_path)).journeys["opening"]
    assert [stage.id for stage in journey.stages] == ["second", "first"]
    assert [point.id for point in journey.stages[0].touchpoints] == ["z-last", "a-first"]


def test_a_touchpoint_knows_its_place(tmp_path: Path) -> None:
    model = bank.load(folder(tmp_path))
    assert model.place_of("queue") == ("opening", "first")
    assert model.place_of("nowhere") is None
    wait = model.indicators["wait"]
    assert (wait.journey, wait.stage, wait.touchpoint, wait.target) == ("opening", "first", "queue", 10.0)


def test_labels_in_both_languages_fall_back_to_the_value(tmp_path: Path) -> None:
    model, zh, en = bank.load(folder(tmp_path)), Translator("zh"), Translator("en")
    seen = {
        "branch": "b1", "region": "north", "channel": "branch", "brand": "us", "journey": "opening", "stage": "first",
        "touchpoint": "queue", "indicator": "wait", "mode": "qr", "lang": "zh",
    }  # fmt: skip
    assert [model.label(*pair, en) for pair in seen.items()] == [
        "First", "North", "Branch", "Us", "Opening", "A", "Queue", "Wait", "QR code", "Chinese",
    ]  # fmt: skip
    assert [model.label(*pair, zh) for pair in seen.items()][:4] == ["一支行", "北", "网点", "我们"]
    assert model.label("branch", "b99", zh) == "b99" and model.label("no_such", "x", en) == "x"
    assert model.label("segment", None, en) == "not stated"
    assert model.our_brand == "us"


BRANCHES, JOURNEYS, INDICATORS = (GOOD[f"{name}.yaml"] for name in ("branches", "journeys", "indicators"))


@pytest.mark.parametrize(
    ("changes", "code", "where"),
    [
        ({"branches": BRANCHES.replace("region: north", "region: south")}, "model_unknown", "branches.yaml:6"),
        ({"branches": BRANCHES + "  - {id: b1, name: {zh: 又, en: Again}}\n"}, "model_duplicate", "branches.yaml:7"),
        ({"branches": BRANCHES + "  - {id: 'a b', name: x}\n"}, "model_id", "branches.yaml:7"),
        ({"branches": BRANCHES + "  - just text\n"}, "model_entry", "branches.yaml"),
        ({"branches": BRANCHES + "  - {id: b2, name: {zh: 二}}\n"}, "model_language", "branches.yaml:7"),
        ({"branches": BRANCHES + "  - {id: b2}\n"}, "model_name", "branches.yaml:7"),
        ({"branches": BRANCHES + "shops: []\n"}, "model_key", "branches.yaml"),
        ({"branches": BRANCHES + "bank: {zh: 又, en: Again}\n"}, "model_twice", "branches.yaml:7"),
        ({"lists": "channels: {a: 1}\n"}, "model_not_list", "lists.yaml"),
        ({"lists": "- a\n"}, "model_not_mapping", "lists.yaml"),
        ({"lists": "channels:\n\t- a\n"}, "model_yaml", "lists.yaml:2"),
        ({"lists": "channels: &a [{id: x, name: X}]\nsegments: *a\n"}, "model_alias", "lists.yaml:2"),
        ({"journeys": JOURNEYS.replace("id: a-first", "id: queue")}, "model_touchpoint", "journeys.yaml:11"),
        ({"journeys": "journeys: [{id: empty, name: {zh: 空, en: Empty}}]\n"}, "model_no_stages", "journeys.yaml:1"),
        ({"indicators": INDICATORS.replace("target: 10", "target: ten")}, "model_number", "indicators.yaml:3"),
        ({"indicators": INDICATORS.replace("high: 60", "high: 0")}, "model_limits", "indicators.yaml:3"),
        ({"indicators": INDICATORS.replace("lower", "down")}, "model_choice", "indicators.yaml:3"),
        ({"indicators": INDICATORS.replace("point: queue", "point: moon")}, "model_unknown", "indicators.yaml:3"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_fault_is_told_with_its_place_and_the_rest_is_used(
    tmp_path: Path, changes: dict[str, str], code: str, where: str
) -> None:
    model = bank.load(folder(tmp_path, **changes))
    told = {problem.code: problem for problem in model.problems}
    assert code in told, codes(model)
    assert told[code].where == where
    assert "b1" in model.branches
    for lang in LANGUAGES:
        assert told[code].tell(Translator(lang))


def test_all_faults_at_once(tmp_path: Path) -> None:
    broken = GOOD["branches.yaml"].replace("region: north", "region: south") + "  - {name: x}\n  - 7\n"
    assert set(codes(bank.load(folder(tmp_path, branches=broken, lists="a: [")))) >= {
        "model_unknown", "model_id", "model_entry", "model_yaml",
    }  # fmt: skip


def test_a_missing_file_is_a_warning(tmp_path: Path) -> None:
    (folder(tmp_path) / "indicators.yaml").unlink()
    model = bank.load(tmp_path)
    assert codes(model) == ["model_file_missing"] and model.problems[0].severity == "warning"


def test_a_model_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="model_missing"):
        bank.load(tmp_path / "none")
    with pytest.raises(Refused):
        bank.load(folder(tmp_path, branches="a: [", journeys="b: ["))
    for name in GOOD:
        (tmp_path / name).write_text("", encoding="utf-8")
    with pytest.raises(Refused, match="model_empty"):
        bank.load(tmp_path)


def test_binary_and_huge_files_are_told(tmp_path: Path) -> None:
    (folder(tmp_path) / "lists.yaml").write_bytes(b"\xff\xfe\x00\x01")
    (tmp_path / "indicators.yaml").write_bytes(b"#" * 5_000_001)
    assert codes(bank.load(tmp_path)) == ["model_unreadable", "model_large"]


def test_deep_nesting_is_told(tmp_path: Path) -> None:
    assert "survey_deep" in codes(bank.load(folder(tmp_path, lists="channels: " + "[" * 4_000)))


def test_a_star_in_a_text_is_no_alias(tmp_path: Path) -> None:
    model = bank.load(folder(tmp_path, lists='channels: [{id: app, name: {zh: "*应用*", en: "a * b"}}]\n'))
    assert "model_alias" not in codes(model) and model.channels["app"] == {"zh": "*应用*", "en": "a * b"}


def test_journeys_that_came_with_responses(tmp_path: Path) -> None:
    home, state = tmp_path / "home", tmp_path / "state"
    for path in (home, state / "journeys.d"):
        path.mkdir(parents=True)
    imported = GOOD["journeys.yaml"].replace("id: opening", "id: flight").replace("id: queue", "id: boarding")
    imported = imported.replace("z-last", "z-2").replace("a-first", "a-2")
    (state / "journeys.d" / "flight.yaml").write_text(imported, encoding="utf-8")
    model = bank.load(folder(home), state)
    assert model.problems == () and list(model.journeys) == ["opening", "flight"]
    assert model.place_of("boarding") == ("flight", "first")
    assert model.journeys["flight"].imported and not model.journeys["opening"].imported
    again = bank.load(home, state, state)
    assert again.problems == () and len(again.journeys) == 2


def test_a_clash_with_an_imported_journey_keeps_the_banks_own(tmp_path: Path) -> None:
    (folder(tmp_path) / "journeys.d").mkdir()
    (tmp_path / "journeys.d" / "more.yaml").write_text(
        GOOD["journeys.yaml"].replace("opening", "other"), encoding="utf-8"
    )
    model = bank.load(tmp_path)
    assert set(codes(model)) == {"model_touchpoint"} and model.place_of("queue") == ("opening", "first")
