"""Photos of walk-throughs: a row of small ones, each to be seen large in a dialog."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import quote

import streamlit as st

from components.page import Context
from cx.store.walks import Photo

_PER_ROW = 4


def row(ctx: Context, photos: Sequence[Photo], key: str) -> None:
    """Small photos side by side, each with a button that enlarges it."""
    for start in range(0, len(photos), _PER_ROW):
        columns = st.columns(_PER_ROW, gap="small")
        for at, photo in enumerate(photos[start : start + _PER_ROW], start):
            with columns[at - start]:
                _small(ctx, photo, at + 1, f"photo_{key}_{at}")


def _small(ctx: Context, photo: Photo, number: int, key: str) -> None:
    t = ctx.t
    alt = escape(_alt(ctx, photo, number))
    lines = "<br>".join(map(escape, (ctx.model.label("branch", photo.branch, t), t.date(photo.day))))
    st.html(
        f'<figure class="cx-photo"><img src="{_address(photo)}&amp;size=small" alt="{alt}" loading="lazy"><figcaption>'
        f"{lines}</figcaption></figure>"
    )
    if st.button(t("walks.enlarge"), key=key, type="tertiary", icon=":material/zoom_in:"):
        _large(ctx, photo, number)


def _large(ctx: Context, photo: Photo, number: int) -> None:
    @st.dialog(_caption(ctx, photo), width="large")
    def show() -> None:
        st.html(
            f'<img class="cx-photo-large" src="{_address(photo)}" alt="{escape(_alt(ctx, photo, number))}">',
        )

    show()


def _address(photo: Photo) -> str:
    return f"/photos/{quote(photo.name)}?response={quote(photo.walk)}"


def _caption(ctx: Context, photo: Photo) -> str:
    return f"{ctx.model.label('branch', photo.branch, ctx.t)} · {ctx.t.date(photo.day)}"


def _alt(ctx: Context, photo: Photo, number: int) -> str:
    t = ctx.t
    return t("walks.photo_alt", branch=ctx.model.label("branch", photo.branch, t), day=t.date(photo.day), n=number)
