"""What the table's functions give is written into, and what they were given: results that are views, or the operand
itself, are known for that, and tangents are arrays that can be written as well."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from rule_support import calls, target
from table_checker import defined

import srcgrad as sg
from srcgrad.rules.language import all_rules

RULES = list(all_rules())
EACH = 2  # of an entry's calls, so many are tried
# single precision, a steep logarithm, and points of nan of which there is no difference
INEXACT = {"cast", "emath_logn", "nanquantile", "nanpercentile"}


def program(function: Any, call: Any) -> Any:
    """A function that calls another one with arrays of its own, then writes into results and operands; None where
    nothing can be written."""
    places = [i for i, v in enumerate(call.args) if is_floats(v)]
    try:
        y = function(*call.args, **call.kwargs)
    except Exception:  # not what the function takes
        return None
    parts = [("y", y)] if isinstance(y, np.ndarray) else [(f"y[{k}]", z) for k, z in enumerate(y)] if listed(y) else []
    parts = [text for text, part in parts if is_floats(part)]
    if not places or not parts:
        return None
    given = [f"x{i}" if i in places else f"c[{i}]" for i in range(len(call.args))]
    # a method is called as one
    done = f"fn({', '.join([*given, *(f'{k}=k[{k!r}]' for k in call.kwargs)])})"
    lines = [f"def h({', '.join(f'a{i}' for i in places)}):"]
    lines += [f"    x{i} = a{i} * 1.0" for i in places]
    lines += [f"    y = {done}"]
    lines += [f"    {part}[...] = {part} * 1.7" for part in parts]
    lines += [f"    first = {' + '.join(f'np.sum(np.abs(x{i}) ** 2)' for i in places)}"]
    lines += [f"    x{i}[0] = 0.5 * a{i}.flat[0]" for i in places]
    lines += [f"    return first + {' + '.join(f'np.sum(np.abs({part}) ** 2)' for part in parts)}"]
    found = defined("\n".join(lines) + "\n", {"np": np, "fn": function, "c": call.args, "k": call.kwargs})["h"]
    args = tuple(call.args[i] for i in places)
    try:
        found(*args)  # type: ignore[operator]
    except (ValueError, DeprecationWarning):  # a view that NumPy does not let be written
        return None
    return found, args


def is_floats(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind in "fc" and value.ndim > 0 and value.size > 0


def listed(value: Any) -> bool:
    return isinstance(value, (tuple, list)) and all(isinstance(part, (np.ndarray, np.generic)) for part in value)


@pytest.mark.parametrize("rule", RULES, ids=[f"{i}-{r.name}" for i, r in enumerate(RULES)])
def test_results_are_written(rule: Any) -> None:
    if rule.name in INEXACT:
        pytest.skip("its differences are inexact")
    for name, function in target(rule):
        home = str(getattr(function, "__module__", None) or getattr(function, "__self__", ""))
        if home.startswith("srcgrad") or "random" in home or name.startswith("."):
            continue
        for text, call in list(calls(rule, function, 64))[:EACH]:
            made = program(function, call)
            if made is None:
                continue
            try:
                sg.check_grads(*made, modes=("rev", "fwd"))
            except sg.UnsupportedError:  # of what is no number: a sample, an order
                continue
            except AssertionError as error:
                raise AssertionError(f"{name}: {text}") from error
