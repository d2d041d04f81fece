"""The corpus of programs, run on tensors as it stands: gradients are right, or the program is refused.

A tensor is no array for everything that Python and NumPy can do with one (`math.sin`, `isinstance(x, np.ndarray)`), so
that programs may end in an error; what they may not do is to give a wrong gradient, or none without saying so.
"""

from __future__ import annotations

import copy
import warnings
from typing import Any

import numpy as np
import pytest
from support import assert_close, expected_gradient, fixed_cotangents, is_leaf, leaves, map_leaves, normalised
from test_language_programs import ALL, MODULES, Case, collect

import srcgrad as sg

INPLACE = collect([name for name in MODULES if name.startswith("inplace_")])
CASES: list[Case] = [case for cases in (*ALL.values(), *INPLACE.values()) for case in cases]

# `float(x)`, `complex(x)` and `x.item()` give a number that knows nothing of the graph
LEAVES_THE_GRAPH = {"float_conversion", "complex_between", "float_of_array_item", "items_by_method", "number_as_value"}

REFUSALS = (Warning, RuntimeError, sg.UnsupportedError, TypeError, ValueError, AttributeError, IndexError)


def tensors(tree: Any) -> tuple[Any, list[sg.Tensor]]:
    """The tree with leaves of the graph for its numbers, and these."""
    made: list[sg.Tensor] = []

    def leaf(x: Any) -> sg.Tensor:
        made.append(sg.tensor(x, requires_grad=True))
        return made[-1]

    return map_leaves(leaf, tree), made


def results(out: Any) -> list[Any]:
    """The numbers of a result in order, tensors or not."""
    if isinstance(out, sg.Tensor):
        return [out] if out.dtype.kind in "fc" else []
    if is_leaf(out):
        return [out]
    if isinstance(out, (tuple, list)):
        return [x for item in out for x in results(item)]
    if isinstance(out, dict):
        return [x for item in out.values() for x in results(item)]
    return [x for item in vars(out).values() for x in results(item)] if hasattr(out, "__dict__") else []


def on_tensors(function: Any, args: tuple[Any, ...], numbers: tuple[int, ...], out: Any, cotangents: list[Any]) -> Any:
    """The gradients with respect to the arguments, by define-by-run; skipped where the program asks what kind of thing
    its arguments are, and goes another way."""
    used = list(copy.deepcopy(args))
    inputs = {}
    for number in numbers:
        used[number], inputs[number] = tensors(used[number])
    found = results(function(*used))
    for mine, plain in zip(found, leaves(out), strict=True):
        mine = mine.detach().numpy() if isinstance(mine, sg.Tensor) else mine
        if not np.allclose(mine, plain, rtol=1e-5 if np.asarray(plain).dtype.itemsize == 4 else 1e-9):
            pytest.skip("another way")
    pairs = [(x, bar) for x, bar in zip(found, cotangents, strict=True) if isinstance(x, sg.Tensor) and x.requires_grad]
    if pairs:
        bars = [sg.tensor(np.asarray(bar, dtype=x.dtype)) for x, bar in pairs]
        sg.autograd.backward([x for x, _ in pairs], bars)
    gradients = []
    for number in numbers:
        waiting = iter(inputs[number])

        def gradient(x: Any, waiting: Any = waiting) -> Any:
            leaf = next(waiting)
            return np.zeros(leaf.shape, leaf.dtype)[()] if leaf.grad is None else leaf.grad.numpy()

        gradients.append(map_leaves(gradient, args[number]))
    return tuple(gradients)


CASES = [case for case in CASES if case[1].__name__ not in LEAVES_THE_GRAPH]


@pytest.mark.parametrize(("function", "args", "argnums"), [pytest.param(*c[1:], id=c[0]) for c in CASES])
def test_a_program_on_tensors(function: Any, args: tuple[Any, ...], argnums: Any) -> None:
    numbers = normalised(args, argnums)
    out = function(*copy.deepcopy(args))
    cotangents = [1.0] if is_leaf(out) and np.shape(out) == () else leaves(fixed_cotangents(out))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            gradients = on_tensors(function, args, numbers, out, cotangents)
    except REFUSALS as error:
        pytest.skip(f"{type(error).__name__}: {str(error)[:120]}")
    single = any(np.asarray(leaf).dtype in (np.float32, np.complex64) for leaf in leaves((args, out)))
    assert_close(gradients, expected_gradient(function, args, numbers), single)
