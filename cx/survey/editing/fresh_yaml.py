"""New parts of a definition as YAML lines: block style, short mappings on one line."""

from __future__ import annotations

from typing import Any

import yaml

_WIDTH = 110
_NEVER_FLAT = {"questions", "pages", "choices", "rows", "validate", "skip", "quotas"}


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Lists stand in below their key."""
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        """The same text twice is written twice."""
        return True


def lines_of(key: str | None, value: Any) -> list[str]:
    """``key: value`` as lines, or the entry of a list (``key`` None)."""
    node = _Dumper(None, sort_keys=False).represent_data([value] if key is None else {key: value})
    if key is None:
        node.flow_style = False
        _flatten(node.value[0], 2, "")
    else:
        node.flow_style = False
        _flatten(node.value[0][1], len(key) + 2, key)
    text = yaml.serialize(node, Dumper=_Dumper, allow_unicode=True, width=100_000)
    found = text.rstrip("\n").split("\n")
    return [line[2:] for line in found] if key is None and found[0].startswith("  - ") else found


def _flatten(node: yaml.Node, used: int, name: str) -> int:
    """Set each collection's style and return the length it takes on one line."""
    if isinstance(node, yaml.ScalarNode):
        if "\n" in node.value:
            node.style = "|" if node.value == node.value.strip() else '"'
            return _WIDTH * 2
        return len(node.value.encode("gb18030")) + 2
    if isinstance(node, yaml.MappingNode):
        parts = [len(key.value) + 2 + _flatten(value, used + 4, key.value) for key, value in node.value]
        whole = {key.value for key, _ in node.value} & {"type", "questions"}
    else:
        parts, whole = [_flatten(item, used + 2, "") for item in node.value], set()
    length = sum(parts) + 2 * len(parts)
    node.flow_style = not node.value or (name not in _NEVER_FLAT and not whole and used + length <= _WIDTH)
    return length if node.flow_style else _WIDTH * 2
