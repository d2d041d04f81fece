"""Records of operations that were resolved when they ran: what a reverse calls to send adjoints back."""

from __future__ import annotations

from typing import Any

from srcgrad.runtime.adjoints import Adjoints


class Nothing:
    """The record of an operation that computes nothing."""

    def reverse(self, bars: Adjoints, bar: Any = None) -> None:
        """Do nothing."""


class RowsRecord:
    """The record of taking an array apart."""

    def __init__(self, parts: Any, x: Any) -> None:
        self.parts, self.x = parts, x

    def reverse(self, bars: Adjoints, bar: Any = None) -> None:
        """Collect the adjoints of the rows."""
        bars.add(self.x, bars.stack(self.parts, self.x))


class Several:
    """The records of several operations, done in this order."""

    def __init__(self, records: list[Any]) -> None:
        self.records = records

    def reverse(self, bars: Adjoints, bar: Any = None) -> None:
        """Run their reverses, the last one first."""
        for record in reversed(self.records):
            record.reverse(bars)


NOTHING = Nothing()
