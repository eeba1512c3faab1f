"""What a screen says, for the tests of screens."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

_KINDS = ("html", "markdown", "caption", "title", "header", "subheader", "info", "warning")


def text(at: AppTest) -> str:
    """Everything written on the page, which met no error."""
    assert not at.exception, at.exception
    return "\n".join(str(getattr(e, "body", None) or e.value) for kind in _KINDS for e in at.get(kind))
