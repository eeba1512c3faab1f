"""Approved texts for those who speak to a customer about a case: ``templates.yaml``, checked, filled from the case."""

from __future__ import annotations

import datetime as dt
import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

from cx.bank import entry, reading
from cx.bank.reading import Mapped, Place
from cx.bank.shape import Label
from cx.survey.personal import scrub
from cx.words import LANGUAGES, Problem

FILE = "templates.yaml"
FIELDS = ("bank", "branch", "day", "topic", "me", "link")
Channel = Literal["face", "phone", "message"]
CHANNELS: tuple[Channel, ...] = get_args(Channel)
LONGEST = 600
_KEYS = {"id", "name", "channel", "kinds", "approved", "text"}
# What nobody may be asked for, whatever the wording (JR/T 0171 C3: what opens an account), and what names a customer.
_SECRET = re.compile(
    r"密码|验证码|口令|动态码|安全码|有效期|CVV|CVN|\bPIN\b|U盾|人脸|指纹|磁道|芯片信息|身份证号|证件号|卡号|账号"
    r"|password|passcode|verification code|one-time code|security code|card number|account number|ID number"
    r"|fingerprint",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Template:
    """One text in all languages. ``kinds``: the rules that it is meant for, empty for any; ``until``: its last day."""

    id: str
    name: Label
    channel: Channel
    kinds: tuple[str, ...]
    text: Mapping[str, str]
    approved_by: str = ""
    approved_on: dt.date | None = None
    until: dt.date | None = None

    def usable(self, today: dt.date) -> bool:
        """Whether it is approved, and today lies between approval and last day."""
        on = self.approved_on
        return bool(self.approved_by) and on is not None and on <= today and (self.until is None or today <= self.until)

    @property
    def links(self) -> bool:
        """Whether it leads the customer to a link of their own."""
        return any("link" in _fields(text) for text in self.text.values())

    def filled(self, lang: str, values: Mapping[str, str]) -> str:
        """The text in a language. Raises ``KeyError`` for a field that has no value."""
        return self.text[lang].format_map({name: values[name] for name in _fields(self.text[lang])})


@dataclass(frozen=True)
class Templates:
    """What a bank may say, by id in the order of the file, and all that was wrong in it."""

    all: Mapping[str, Template]
    problems: tuple[Problem, ...] = ()

    def offered(self, kinds: Sequence[str], today: dt.date) -> tuple[Template, ...]:
        """Those approved today that fit a case of these kinds, in the order of the file."""
        fit = (one for one in self.all.values() if not one.kinds or set(one.kinds) & set(kinds))
        return tuple(one for one in fit if one.usable(today))


def load(*folders: Path) -> Templates:
    """The templates of the first folder that has the file; read again when it changed. Never raises."""
    for folder in folders:
        file = folder / FILE
        if file.is_file():
            return _load(file, file.stat().st_mtime_ns)
    return Templates({})


@lru_cache(maxsize=4)
def _load(file: Path, _written: int) -> Templates:
    problems: list[Problem] = []
    return read(reading.read(file, problems) or Mapped(), problems)


def read(content: Mapped, problems: list[Problem]) -> Templates:
    """The content of a file; a text with something wrong in it is told at its line and not offered."""
    found = {"templates": (Place(FILE), content.get("templates"))}
    made: dict[str, Template] = {}
    for item, here, (id, name) in entry.each(found, "templates", problems):
        entry.extra(item, _KEYS, here, problems)
        one = _one(item, here, id, name, problems)
        if one is not None:
            made[id] = one
    return Templates(made, tuple(problems))


def _one(item: Mapped, here: Place, id: str, name: Label, problems: list[Problem]) -> Template | None:
    channel = item.get("channel")
    if channel not in CHANNELS:
        problems.append(
            here.problem("model_choice", field="channel", found=str(channel)[:40], known=", ".join(CHANNELS))
        )
        return None
    text = item.get("text")
    text = {str(k): str(v).strip() for k, v in text.items()} if isinstance(text, Mapped) else {}
    wrong = [code for code in (_wrong(text.get(lang, "")) for lang in LANGUAGES) if code]
    for code, what in dict(wrong).items():
        problems.append(here.problem(code, id=id, found=what, known=_known(), longest=LONGEST))
    if wrong:
        return None
    approved = item.get("approved") if isinstance(item.get("approved"), Mapped) else Mapped()
    days = {key: approved.get(key) for key in ("on", "until")}
    for key, day in days.items():
        if day is not None and type(day) is not dt.date:
            problems.append(here.problem("model_day", field=f"approved.{key}", found=str(day)[:40]))
            return None
    kinds = item.get("kinds") or []
    if not isinstance(kinds, list):  # meant for some, and not for all
        problems.append(here.problem("model_not_list", key="kinds"))
        return None
    return Template(
        id, name, channel, tuple(map(str, kinds)),
        {lang: text[lang] for lang in LANGUAGES}, str(approved.get("by") or "").strip(), days["on"], days["until"],
    )  # fmt: skip


def _wrong(text: str) -> tuple[str, str] | None:
    """The first thing that keeps a text from being offered: (problem code, what was found)."""
    if not text or len(text) > LONGEST:
        return "template_text", str(len(text))
    try:
        unknown = [name for name in _fields(text) if name not in FIELDS]
    except ValueError:
        return "template_field", "{ }"
    if unknown:
        return "template_field", unknown[0][:40]
    if secret := _SECRET.search(text):
        return "template_secret", secret[0]
    if scrub(text) != text:
        return "template_secret", "***"
    return None


def _fields(text: str) -> tuple[str, ...]:
    """Names in braces; a name with an attribute, index, conversion or format is no field of ours."""
    found = []
    for _, name, spec, conversion in string.Formatter().parse(text):
        if name is not None:
            found.append(name if not spec and not conversion else f"{name}!")
    return tuple(found)


def _known() -> str:
    return ", ".join(f"{{{name}}}" for name in FIELDS)
