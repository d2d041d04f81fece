"""The values that rules give at kinks, ties and edges."""

from __future__ import annotations

import builtins
import math
import operator

import numpy as np
import pytest
from rule_support import Call, contributions

from srcgrad.rules.language import is_constant, lookup

INF, NAN = math.inf, math.nan


def gradients(function, *args, **kwargs):
    """The gradient of `sum(function(*args))` for each argument that has one."""
    rule = lookup(function)
    with np.errstate(all="ignore"):
        y = function(*args, **kwargs)
        g = np.ones_like(y) if isinstance(y, (np.ndarray, np.generic)) else 1.0
        return list(contributions(rule, Call(function, args, kwargs), g)[1].values())


a = np.array
CASES = [
    (np.abs, (a([0.0, -0.0]),), [[0, 0]]),
    (np.abs, (a([0j, 3 + 4j]),), [[0, 0.6 + 0.8j]]),
    (builtins.abs, (0.0,), [0]),
    (builtins.abs, (-2.0,), [-1]),
    (np.maximum, (a([2.0]), a([2.0])), [[0.5], [0.5]]),
    (np.minimum, (a([2.0]), a([2.0])), [[0.5], [0.5]]),
    (np.fmax, (a([2.0]), a([2.0])), [[0.5], [0.5]]),
    (np.fmin, (a([2.0]), a([2.0])), [[0.5], [0.5]]),
    (np.maximum, (a([0.0, 1.0, -1.0]), 0.0), [[0.5, 1, 0], 1.5]),
    (np.fmax, (a([NAN]), a([2.0])), [[0], [1]]),
    (np.maximum, (a([NAN]), a([2.0])), [[1], [0]]),
    (np.max, (a([1.0, 3.0, 3.0]),), [[0, 0.5, 0.5]]),
    (np.min, (a([[3.0, 1.0, 1.0]]), 1), [[[0, 0.5, 0.5]]]),
    (np.clip, (a([0.0, 1.0, 2.0, -1.0]), 0.0, 1.0), [[1, 1, 0, 0], 1, 1]),
    (np.clip, (a([0.5]), a([0.5]), 2.0), [[1], [0], 0]),
    (np.heaviside, (a([0.0, -1.0, 2.0]), a([0.5, 0.5, 0.5])), [[0, 0, 0], [1, 0, 0]]),
    (np.trapezoid, (np.zeros((2, 0)), np.zeros(0)), [np.zeros((2, 0)), []]),
    (np.nanmax, (2.0,), [1]),
    (np.nanstd, (2.0,), [0]),
    (math.nextafter, (1.0, 2.0), [1, 0]),
    (np.sqrt, (a([0.0, -1.0]),), [[INF, NAN]]),
    (np.cbrt, (a([0.0]),), [[INF]]),
    (np.log, (a([0.0]),), [[INF]]),
    (np.power, (a([0.0]), 0.5), [[INF], 0]),
    (operator.pow, (0.0, 0.5), [INF, 0]),
    (operator.truediv, (1.0, a([0.0])), [INF, [-INF]]),
    (np.arccos, (a([1.0]),), [[-INF]]),
    (np.arcsin, (a([1.0]),), [[INF]]),
    (np.arccosh, (a([1.0]),), [[INF]]),
    (np.arctanh, (a([1.0]),), [[INF]]),
    (math.asin, (1.0,), [INF]),
    (math.acos, (1.0,), [-INF]),
    (math.sqrt, (0.0,), [INF]),
    (np.power, (a([0.0]), 2), [[0]]),
    (np.power, (a([0.0]), 1), [[1]]),
    (np.power, (a([0.0]), 1.5), [[0], 0]),
    (np.power, (a([0.0, NAN]), 0), [[0, 0]]),
    (np.power, (a([0.0]), a([0.0])), [[0], [0]]),
    (np.power, (a([0.0] * 3), a([2.0, 1.0, 0.5])), [[0, 1, INF], [0, 0, 0]]),
    (np.power, (a([-2.0]), a([3.0])), [[12], [NAN]]),
    (operator.pow, (-2.0, 3.0), [12, NAN]),
    (operator.pow, (0.0, 0.0), [0, 0]),
    (math.pow, (0.0, 0.0), [0, 0]),
    (np.linalg.norm, (np.zeros(3),), [[0, 0, 0]]),
    (np.linalg.norm, (np.zeros((2, 2)), "fro"), [[[0, 0], [0, 0]]]),
    (np.hypot, (a([0.0]), a([0.0])), [[0], [0]]),
    (math.hypot, (0.0, 0.0), [[0, 0]]),
    (np.std, (a([2.0, 2.0]),), [[0, 0]]),
    (np.var, (a([2.0, 2.0]),), [[0, 0]]),
    (np.linalg.norm, (a([0.0, 1.0]), 1), [[0, 1]]),
    (np.linalg.norm, (a([2.0, -2.0]), np.inf), [[0.5, -0.5]]),
    (np.arctan2, (a([0.0]), a([0.0])), [[0], [0]]),
    (math.atan2, (0.0, 0.0), [0, 0]),
    (np.prod, (a([0.0, 2.0, 3.0]),), [[6, 0, 0]]),
    (np.prod, (a([0.0, 0.0, 3.0]),), [[0, 0, 0]]),
    (np.cumprod, (a([0.0, 2.0, 3.0]),), [[9, 0, 0]]),
    (np.sinc, (a([0.0]),), [[0]]),
    (np.logaddexp, (a([1000.0]), a([1000.0])), [[0.5], [0.5]]),
    (np.logaddexp, (a([-INF]), a([-INF])), [[NAN], [NAN]]),
    (np.nan_to_num, (a([NAN, INF, 1.0]),), [[0, 0, 1]]),
    (np.median, (a([1.0, 2.0, 2.0, 3.0]),), [[0, 0.5, 0.5, 0]]),
    (np.median, (a([2.0, 2.0, 2.0]),), [[1 / 3, 1 / 3, 1 / 3]]),
    (np.remainder, (a([7.0, -7.0]), a([2.0, 2.0])), [[1, 1], [-3, 4]]),
    (np.fmod, (a([-7.0]), a([2.0])), [[1], [3]]),
    (np.copysign, (a([0.0]), -1.0), [[0]]),
    (np.linalg.det, (a([[1.0, 2.0], [2.0, 4.0]]),), [[[4, -2], [-2, 1]]]),
    (np.interp, (1.0, a([0.0, 1.0, 2.0]), a([0.0, 1.0, 5.0])), [4, [0, -4, 0], [0, 1, 0]]),
    (np.sort, (a([2.0, 1.0, 2.0]),), [[1, 1, 1]]),
    (np.where, (a([True, False]), a([1.0, INF]), 0.0), [[1, 0], 1]),
    (builtins.max, (2.0, 2.0), [[0.5, 0.5]]),
    (np.linalg.eigvalsh, (np.eye(3),), [np.eye(3)]),
    (np.linalg.svdvals, (np.zeros((2, 2)),), [np.eye(2)]),
    (np.nanmax, (a([1.0, NAN, 3.0, 3.0]),), [[0, 0, 0.5, 0.5]]),
    (np.nanstd, (a([2.0, NAN, 2.0]),), [[0, 0, 0]]),
    (np.nanprod, (a([0.0, NAN, 3.0]),), [[3, 0, 0]]),
    (np.nanstd, (a([[NAN, NAN], [1.0, 2.0]]), 1), [[[0, 0], [-0.5, 0.5]]]),
    (np.linalg.vector_norm, (np.zeros(3),), [[0, 0, 0]]),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore:Degrees of freedom")
@pytest.mark.parametrize("function, args, wanted", CASES, ids=[f"{i}-{c[0].__name__}" for i, c in enumerate(CASES)])
def test_kink(function, args, wanted):
    found = gradients(function, *args)
    wanted = [w for w in wanted if w is not None]
    for value, expected in zip(found, wanted):
        np.testing.assert_allclose(value, expected, atol=1e-12)


@pytest.mark.filterwarnings("ignore:Mean of empty slice")
@pytest.mark.parametrize("function, axis", [(np.median, None), (np.median, 1), (np.nanmedian, 1), (np.nanmedian, None)])
def test_an_order_statistic_of_nothing(function, axis):
    (found,) = gradients(function, np.zeros((3, 0)), axis)
    assert found.shape == (3, 0)


def test_an_arm_not_taken_contributes_exactly_zero():
    x = a([-1.0, 0.0, 4.0])
    with np.errstate(all="ignore"):
        y = np.sqrt(x)
        g_root, _ = gradients(np.where, x > 0, y, 0.0)
    assert g_root.tolist() == [0.0, 0.0, 1.0]


@pytest.mark.parametrize("function", [np.sign, np.floor, np.ceil, np.round, np.trunc, np.rint, math.floor])
def test_steps_are_constant(function):
    assert is_constant(function)
    assert lookup(function) is None


def test_floor_division_has_a_zero_derivative():
    assert lookup(operator.floordiv).zero == {"a", "b"}
