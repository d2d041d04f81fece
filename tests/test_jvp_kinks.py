"""Forward mode at kinks, ties and edges: along each element the tangent is what the gradient's convention says."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
import test_kinks

import srcgrad as sg


def unit(argument: Any, index: tuple[int, ...], step: complex) -> Any:
    """The direction of one element of an argument."""
    if isinstance(argument, np.ndarray):
        found = np.zeros_like(argument)
        found[index] = step
        return found
    return type(argument)(step)


@pytest.mark.parametrize(
    "f, args, wanted", [case[1:] for case in test_kinks.CASES], ids=[case[0] for case in test_kinks.CASES]
)
def test_kink_forward(f, args, wanted):
    transformed = sg.jvp(f)
    for number, (argument, expected) in enumerate(zip(args, wanted, strict=True)):
        expected = np.broadcast_to(np.asarray(expected, complex), np.shape(argument))
        for index in np.ndindex(np.shape(argument)):
            for step in (1.0, 1j) if np.iscomplexobj(argument) else (1.0,):
                along = [None] * len(args)
                along[number] = unit(argument, index, step)
                with np.errstate(all="ignore"), warnings.catch_warnings():
                    warnings.simplefilter("ignore", RuntimeWarning)
                    value, tangent = transformed(args, tuple(along))
                assert np.shape(tangent) == np.shape(value)
                # where an element's slope is infinite, the tangent 0 of that element makes it nan
                alone = np.shape(value) == np.shape(argument) and not np.all(np.isfinite(expected))
                got = np.asarray(tangent)[index] if alone else np.sum(tangent)
                slope = expected[index].real if step == 1.0 else expected[index].imag
                np.testing.assert_allclose(np.real(got), slope, rtol=1e-12, atol=1e-12)
