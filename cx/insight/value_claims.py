"""What others claim CX is worth, what would have to be true, what the bank's own evidence says: kept as YAML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from cx.insight.personas_settings import place
from cx.words import Label, Problem, Refused

FILE = "claims.yaml"
Verdict = Literal["supported", "not_supported", "cannot_test", "contradicted"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
TEXTS = ("text", "source", "needs", "evidence")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LONGEST, _MOST = 600, 200


@dataclass(frozen=True)
class Claim:
    """One claim. ``link`` is the id of a quick win whose result is the evidence, or empty. ``by`` and ``day`` (ISO) say
    who judged it when; empty as shipped."""

    id: str
    text: Label = field(hash=False)
    source: Label = field(hash=False)
    needs: Label = field(hash=False)
    evidence: Label = field(hash=False)
    verdict: Verdict = "cannot_test"
    link: str = ""
    by: str = ""
    day: str = ""


def claims(folders: Sequence[Path]) -> tuple[Claim, ...]:
    """The bank's register, else the shipped one. Raises :class:`Refused` (``claims_file``)."""
    file = place(folders, FILE)
    return () if file is None else _claims(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _claims(file: Path, _changed: int) -> tuple[Claim, ...]:
    try:
        raw = yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)
        return tuple(_claim(one) for one in raw["claims"] or ())
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise Refused(Problem("claims_file", file.name, {"detail": str(error).split("\n")[0][:80]})) from error


def _claim(raw: Mapping[str, Any]) -> Claim:
    if raw.get("verdict", "cannot_test") not in VERDICTS:
        raise ValueError(str(raw.get("verdict")))
    return Claim(**{name: raw[name] if name in TEXTS else str(raw[name]) for name in raw})


def judged(found: Sequence[Claim], new: Claim) -> tuple[Claim, ...]:
    """The register with a claim added, or in place of the one with its id. Raises :class:`Refused` (``claim_text``)."""
    for name in TEXTS:
        words = getattr(new, name)
        said = [words] if isinstance(words, str) else list(words.values())
        empty = name in ("text", "needs") and not all(one.strip() for one in said)
        if not said or empty or any(len(one) > _LONGEST for one in said):
            raise Refused(Problem("claim_text", "", {"longest": _LONGEST}))
    if len(found) >= _MOST and all(one.id != new.id for one in found):
        raise Refused(Problem("claim_text", "", {"longest": _LONGEST}))
    if all(one.id != new.id for one in found):
        return (*found, new)
    return tuple(new if one.id == new.id else one for one in found)


def fresh(found: Sequence[Claim], text: str) -> Claim:
    """A new claim, with an id of its own."""
    taken = {one.id for one in found}
    number = next(n for n in range(1, _MOST + 2) if f"claim-{n}" not in taken)
    return Claim(f"claim-{number}", text, "", "", "")


def changed(claim: Claim, lang: str, **texts: str) -> Claim:
    """A claim with other words in one language; where it had several, the others stay."""
    new: dict[str, Label] = {}
    for name, words in texts.items():
        old = getattr(claim, name)
        new[name] = words if isinstance(old, str) else {**old, lang: words}
    return replace(claim, **new)  # type: ignore[arg-type]


def dumped(found: Sequence[Claim]) -> str:
    """The file's text."""
    return yaml.safe_dump({"claims": [plain(one) for one in found]}, allow_unicode=True, sort_keys=False)


def plain(claim: Claim) -> dict[str, Any]:
    """A claim as its file says it."""
    said = {name: value for name, value in vars(claim).items() if value != ""}
    return said | {"verdict": claim.verdict} | {name: "" for name in TEXTS if name not in said}
