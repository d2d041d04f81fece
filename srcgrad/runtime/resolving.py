"""What parts of the resolution of operations ask of the whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Pair = tuple[Any, Any]


class Resolving:
    """A result and a record for each of these."""

    def call(self, func: Any, /, *args: Any, **keywords: Any) -> Pair:
        """`func(*args, **keywords)`."""
        raise NotImplementedError

    def function(self, func: Any) -> Callable[..., Pair]:
        """What to call in place of a function with source."""
        raise NotImplementedError

    def one_operation(self, what: tuple[Any, ...], args: tuple[Any, ...], keywords: dict[str, Any]) -> Pair:
        """A function of one operation."""
        raise NotImplementedError

    def by_items(self, func: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> Pair:
        """A call of what goes through its arguments."""
        raise NotImplementedError
