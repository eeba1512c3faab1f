"""The type column: what each of its spellings means."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SPELLINGS = {
    "text": "text|string|q string|add text prompt",
    "integer": "integer|int|q int|add integer prompt|number of days in last month|number of days in last six months"
    "|number of days in last year",
    "decimal": "decimal|q decimal|add decimal prompt",
    "percentage": "percentage|integer (0..100)|add percentage prompt",
    "date": "date|q date|add date prompt",
    "time": "time|q time|add time prompt",
    "datetime": "datetime|date time|q date time|add date time prompt",
    "note": "note|q note|add note prompt",
    "calculate": "calculate|q calculate|add calculate prompt",
    "acknowledge": "acknowledge|trigger|q acknowledge|add acknowledge prompt",
    "photo": "image|photo|picture|q image|q picture|add image prompt|add photo prompt",
    "place": "geopoint|gps|location|q geopoint|q location|add location prompt",
    "barcode": "barcode|q barcode|add barcode prompt",
    "phone": "phone number",
    "range": "range",
    "shape": "geotrace|geoshape|q geotrace|q geoshape",
    "audio": "audio|q audio|add audio prompt",
    "video": "video|q video|add video prompt",
    "file": "file|add file prompt",
    "hidden": "hidden",
    "today": "today|get today",
    "metadata": "start|end|start time|end time|get start time|get end time|deviceid|device id|get device id|imei"
    "|username|email|phonenumber|get phone number|simserial|sim id|get sim id|subscriberid|subscriber id"
    "|get subscriber id|sim serial|uri:deviceid|uri:username|uri:phonenumber|uri:email|uri:simserial|uri:subscriberid"
    "|audit|start-geopoint|background-audio|background-geopoint|csv-external|xml-external",
    "setting": "set form title|set form id|prefix",
    "include": "include",
}  # fmt: skip
_KINDS = {spelling: kind for kind, spellings in _SPELLINGS.items() for spelling in spellings.split("|")}
_SELECTS = (
    ("single", r"select_one_external|select one external"),
    ("single_file", r"select_one_from_file|select one from file"),
    ("multiple_file", r"select_multiple_from_file|select multiple from file"),
    ("single", r"add select one prompt using|select one (?:from|using)|select_one_from|select[_ ]one|select1"),
    (
        "multiple",
        r"add select multiple prompt using|select all that apply(?: from)?|select[_ ]multiple(?:[_ ](?:from|using))?",
    ),
    ("ranking", r"rank"),
    ("map", r"osm"),
)
_SELECT = re.compile("|".join(f"(?P<k{place}>{pattern})" for place, (_, pattern) in enumerate(_SELECTS)), re.IGNORECASE)
_OTHER = re.compile(r"\s+(?:or specify other|or_other|or other)\s*$", re.IGNORECASE)
_FRAME = re.compile(r"(begin|end)[ _]?(group|repeat|loop)\b(?:\s+over\s+(\S+))?.*", re.IGNORECASE)

SELECTS = ("single", "multiple", "ranking", "single_file", "multiple_file", "map")


@dataclass(frozen=True)
class Kind:
    """A type: ``name`` as used here; ``begin``/``end`` of a group, repeat or loop; ``list`` of a select's choices."""

    name: str
    frame: str = ""
    list: str = ""
    or_other: bool = False
    external: bool = False


def read_kind(cell: str) -> Kind | None:
    """What a cell of the type column means; None for a type that XLSForm does not know."""
    text = re.sub(r"\s+", " ", cell.strip())
    if frame := _FRAME.fullmatch(text):
        return Kind(frame.group(2).lower(), frame.group(1).lower(), frame.group(3) or "")
    if kind := _KINDS.get(text.lower()):
        return Kind(kind)
    stem = _OTHER.sub("", text)
    found = _SELECT.match(stem)
    rest = stem[found.end() :] if found else ""
    if not found or (rest and not rest.startswith(" ")):
        return None
    name = next(_SELECTS[int(key[1:])][0] for key, value in found.groupdict().items() if value)
    if not rest.strip():
        return Kind(name) if name == "map" else None
    return Kind(name, "", rest.strip(), stem != text, "external" in found.group().lower())
