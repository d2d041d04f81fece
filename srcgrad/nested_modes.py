"""`jvp` and `vjp` of a gradient: which function is differentiated is found by the arguments of each call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from srcgrad.functions import plain_function
from srcgrad.gradient import Gradient
from srcgrad.jvp import Jvp
from srcgrad.nested import function_for
from srcgrad.pullback import Prepared, Pullback


class NestedJvp(Jvp):
    """The tangent of a gradient: forward over reverse."""

    def __init__(self, f: Gradient, has_aux: bool = False) -> None:
        super().__init__(f, has_aux)
        self._gradient = f
        # by the code of the function that `f` comes to
        self._delegates: dict[Any, Jvp] = {}

    def along(self, args: Any, keywords: Mapping[str, Any], tangents: Mapping[str, Any]) -> Any:
        """What a call gives, for arguments by position and name, and tangents by the name of the parameter."""
        made, given, named = function_for(self._gradient, tuple(args), dict(keywords))
        code = plain_function(made)[0].__code__
        found = self._delegates.get(code)
        if found is None or found.__wrapped__ is not made:
            found = self._delegates[code] = Jvp(made, self._has_aux)
            found._entries = self._entries
        return found.along(given, named, tangents)


def vjp_of_gradient(
    f: Gradient, args: tuple[Any, ...], keywords: Mapping[str, Any] | None = None, argnums: Any = None
) -> tuple[Any, Pullback]:
    """What a gradient gives and its pullback: reverse over reverse."""
    made, given, named = function_for(f, args, dict(keywords or {}))
    value, pullback = Prepared(made, given, named, argnums).run()
    if len(pullback._originals) > len(args) and argnums is None:
        # parameters with defaults were filled in: the pullback speaks of those that were given
        pullback._originals = dict(list(pullback._originals.items())[: len(args)])
    return value, pullback
