"""Programs that call SciPy, differentiated twice, in three nestings."""

from __future__ import annotations

import importlib.util
import pathlib

import numpy as np
import pytest

pytest.importorskip("scipy")

import test_rules_scipy_programs as programs

import srcgrad as sg


def anew(module):
    """A module once more, with globals of its own.

    Global arrays of a function that is differentiated twice may be taken for ones that are written, from then on.
    """
    made = importlib.util.spec_from_file_location("programs_differentiated_twice", pathlib.Path(module.__file__))
    found = importlib.util.module_from_spec(made)
    made.loader.exec_module(found)
    return found


CASES = anew(programs).CASES
NAMES = [f.__name__ for f, _ in CASES]


@pytest.mark.parametrize("f, x", CASES, ids=NAMES)
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_second_derivatives_match_differences(f, x):
    direction = np.cos(1.0 + np.arange(x.size)).reshape(x.shape)
    slope = sg.grad(f)
    wanted = (slope(x + 1e-4 * direction) - slope(x - 1e-4 * direction)) / 2e-4
    tangent = sg.grad(lambda x: sg.jvp(f, (x,), (direction,))[1])
    for found in (sg.hvp(f)(x, direction), sg.vhp(f)(x, direction), tangent(x)):
        np.testing.assert_allclose(found, wanted, rtol=1e-3, atol=1e-3)
