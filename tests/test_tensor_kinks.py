"""Gradients at kinks, ties and edges of recorded operations: the same values as those of source."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from test_kinks import CASES
from test_rules_kinks import CASES as BY_FUNCTION

import srcgrad as sg

# `math` takes numbers, and is refused; Python's `max` gives one of its arguments, as a comparison does
OF_NUMBERS = ("math", "builtins")
KINKS = [case for case in CASES if not case[0].startswith(("math.", "max of equal", "min of equal"))]
KINKS += [
    (f"{i}-{f.__name__}", f, args, wanted)
    for i, (f, args, wanted) in enumerate(BY_FUNCTION)
    if getattr(f, "__module__", "") not in OF_NUMBERS
]


def is_floating(value: Any) -> bool:
    return isinstance(value, (float, complex)) or (isinstance(value, np.ndarray) and value.dtype.kind in "fc")


@pytest.mark.parametrize(("f", "args", "wanted"), [case[1:] for case in KINKS], ids=[case[0] for case in KINKS])
def test_kink_of_tensors(f, args, wanted):
    asked = dict(zip([i for i, value in enumerate(args) if is_floating(value)], [w for w in wanted if w is not None]))
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        given = [sg.tensor(value, requires_grad=True) if i in asked else value for i, value in enumerate(args)]
        y = f(*given)
        if isinstance(y, sg.Tensor) and y.requires_grad:  # steps, and arms of numbers, are constants
            y.backward(np.ones(y.shape, y.dtype))
    for i, expected in asked.items():
        found = np.zeros(np.shape(args[i])) if given[i].grad is None else given[i].grad.numpy()
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


def test_steps_are_constants():
    x = sg.tensor([0.0, 2.5], requires_grad=True)
    for step in (np.sign, np.floor, np.ceil, np.round, np.trunc):
        assert not step(x).requires_grad
