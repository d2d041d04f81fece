"""Gradients with options inside a function that is differentiated: their steps, each of them differentiated."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from srcgrad import arguments
from srcgrad.runtime.nested_apart import Apart
from srcgrad.runtime.nested_pullback import pulled
from srcgrad.special import SpecialGradient


def gradient(run: Any, special: SpecialGradient, /, *args: Any, **keywords: Any) -> Any:
    """What `special(*args, **keywords)` gives."""
    entry, values, active = special._entry(args, keywords)
    with Apart(run) as apart, special._looking() as found:
        structures = apart(entry, values, active, special._function)
        originals = {name: arguments.structure_snapshot(values[name]) for name in structures}
        given, named = entry.dispatcher.call_form(values)
        handed = run(entry.bound_forward(special._function), *given, **named)
        value, seen, residual = handed if entry.has_sites else (handed[0], 0, handed[1])
        special._check_finite(value, found)
        result = special._check_value(value)

        def pull(one: Any) -> dict[str, Any]:
            """The gradients for a cotangent of the result."""
            bar = (one, None) if entry.protocol == "tuple" else one
            return pulled(run, entry, seen, residual, result, bar, originals)

        if not special._options["holomorphic"]:
            return special._form(value, active, pull(1.0))
        one = pull(1.0 + 0.0j)
        special._check_holomorphic(one, pull(1.0j))
        conjugates = {name: arguments.rebuilt(bar, partial(run, np.conj), lambda x: x) for name, bar in one.items()}
        return special._form(value, active, conjugates)
