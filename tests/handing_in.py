"""Handing a record to the journal from a test, which has no event loop of its own."""

from __future__ import annotations

import asyncio

from cx.store.journal import Journal
from cx.store.record import Record


def hand_over(journal: Journal, said: Record) -> None:
    """Wait until the record is durable. Raises NotSaved."""

    async def saved() -> None:
        await journal.submit(said)

    asyncio.run(saved())
