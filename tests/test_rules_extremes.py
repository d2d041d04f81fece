"""Derivatives far out and near equality, where a plain formula would overflow, cancel or be lost to rounding.

What is wanted was computed with many digits; no formula may warn where the function itself does not.
"""

from __future__ import annotations

import cmath
import math

import numpy as np
import pytest

import srcgrad as sg

special = pytest.importorskip("scipy.special")


def a(*numbers):
    return np.array(numbers)


def single(*numbers):
    return np.array(numbers, np.float32)


CASES = [
    (np.expm1, (a(-30.0, -400.0),), [[9.357622968840175e-14, 1.9151695967140057e-174]]),
    (np.expm1, (single(-30.0),), [[9.357623e-14]]),
    (math.expm1, (-30.0,), [9.357622968840175e-14]),
    (np.arcsinh, (a(1e160, -1e300),), [[1e-160, 1e-300]]),
    (np.arcsinh, (single(1e20),), [[1e-20]]),
    (np.arcsinh, (a(3.0 + 4.0j),), [[(1.0 / np.sqrt(1.0 + (3.0 + 4.0j) ** 2)).conjugate()]]),
    (math.asinh, (1e160,), [1e-160]),
    (np.logaddexp, (a(1e20, 1e300), a(1e20, 1e300)), [[0.5, 0.5]] * 2),
    (np.logaddexp, (single(1e4), single(1e4)), [[0.5]] * 2),
    (np.logaddexp, (a(700.0, -700.0), a(0.0, 0.0)), [[1, 9.859676543759770e-305], [9.859676543759770e-305, 1]]),
    (np.logaddexp2, (single(1e20), single(1e20)), [[0.5]] * 2),
    (np.arctan2, (a(1e160, 3e-300), a(1e160, 4e-300)), [[5e-161, 1.6e299], [-5e-161, -1.2e299]]),
    (np.arctan2, (single(0.0, 1e20), single(1e-20, 1e20)), [[1e20, 5e-21], [0, -5e-21]]),
    (math.atan2, (1e160, 1e160), [5e-161, -5e-161]),
    (np.i0, (a(0.0, 1e-8),), [[0, 5e-9]]),
    (np.i0, (single(88.0),), [[6.993939e36]]),
    (np.i0, (0.9,), [0.4971264481609645]),
    (np.angle, (a(3e200 + 4e200j, 3e-200 + 4e-200j),), [[-1.6e-201 + 1.2e-201j, -1.6e199 + 1.2e199j]]),
    (np.angle, (np.array([3e25 + 4e25j], np.complex64),), [[-1.6e-26 + 1.2e-26j]]),
    (cmath.phase, (3e200 + 4e200j,), [-1.6e-201 + 1.2e-201j]),
    (np.linalg.cond, (a([4e160, 0.0], [0.0, 2e160]),), [[[5e-161, 0], [0, -1e-160]]]),
    (np.sinc, (single(1e4),), [[0.0001]]),
    (special.xlogy, (a(2.0), np.array([7], np.int8)), [[1.9459101490553132]]),
    (special.rgamma, (a(0.0, -3.0, -3.5, 1e-9),), [[1, -6, -5.142286468884922, 1.0000000011544312]]),
    (special.exprel, (a(0.0, 1e-4, -700.0),), [[0.5, 0.5000333345833666, 2.040816326530612e-06]]),
    (special.exprel, (single(1e-4),), [[0.50003333]]),
    (special.ellipkm1, (a(1e-20),), [[-5e19]]),
    (special.agm, (a(1.0, 1e-20), a(1e-20, 1.0)), [[0.032414600733993486, 6.980189364702719e16],
                                                        [6.980189364702719e16, 0.032414600733993486]]),
    (special.boxcox, (single(1.3), single(1e-3)), [[0.76943361], [0.034423524]]),
    (special.logsumexp, (single(1e4, 1e4),), [[0.5, 0.5]]),
    (special.logsumexp, (a(1e20, 1e20, 0.0), None, a(1.0, 3.0, 2.0)), [[0.25, 0.75, 0], [0.25, 0.25, 0]]),
    (special.logsumexp, (a(-np.inf, -np.inf),), [[0, 0]]),
]  # fmt: skip


@pytest.mark.parametrize("function, args, wanted", CASES, ids=[f"{i}-{c[0].__name__}" for i, c in enumerate(CASES)])
def test_far_out(function, args, wanted):
    with np.errstate(all="raise", under="ignore"):
        value, pullback = sg.vjp(function, *args)
        found = pullback(np.ones_like(value) if isinstance(value, np.ndarray) else 1.0)
    tolerance = 1e-5 if getattr(value, "dtype", None) == np.float32 else 1e-9
    given = [argument for argument in args if np.asarray(argument).dtype.kind in "fc"]
    for gradient, argument, expected in zip([bar for bar in found if bar is not None], given, wanted, strict=True):
        assert np.asarray(gradient).dtype == np.asarray(argument).dtype
        np.testing.assert_allclose(gradient, expected, rtol=tolerance)


# a first derivative that keeps its digits has to do so in a form that has a derivative too
CURVED = [
    (np.logaddexp, (a(0.0), a(700.0)), [[9.859676543759770e-305]]),
    (special.log_ndtr, (single(-30.0, -100.0),), [[-0.99889623, -0.99990006]]),
    (special.erfcx, (single(30.0),), [[4.1653092e-05]]),
    (special.dawsn, (single(30.0),), [[3.7161011e-05]]),
    (special.exprel, (single(1e-4),), [[0.33335833]]),
    (special.rgamma, (a(0.0, 1e-300),), [[1.1544313298030657] * 2]),
]


@pytest.mark.parametrize("function, args, wanted", CURVED, ids=[c[0].__name__ for c in CURVED])
def test_twice_far_out(function, args, wanted):
    slope = sg.grad(lambda x, *rest: np.sum(function(x, *rest)))
    with np.errstate(all="raise", under="ignore"):
        _, found = sg.jvp(lambda x: slope(x, *args[1:]), args[:1], (np.ones_like(args[0]),))
    np.testing.assert_allclose(found, wanted[0], rtol=1e-5 if found.dtype == np.float32 else 1e-9)


@pytest.mark.parametrize("x", [1e300, -1e300, np.nan])
def test_what_overflows_does_not_fail(x):
    with np.errstate(over="ignore"):
        np.testing.assert_allclose(sg.grad(np.i0)(x), x * np.inf)
