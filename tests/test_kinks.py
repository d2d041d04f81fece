"""Gradients at kinks, ties and edges, through whole functions: the conventions, value by value.

The shortest subgradient where there is one, ties shared evenly, infinite slopes infinite, and exactly 0 from an arm
that was not taken.  Each gradient is that of the sum of what the function returns, one for each argument.
"""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pytest

import srcgrad as sg

INF, NAN = math.inf, math.nan


def a(*values: Any) -> np.ndarray:
    """A float64 array (complex where a value is)."""
    array = np.array(values)
    return array if array.dtype.kind == "c" else array.astype(float)


def masked_root(x):
    return np.sqrt(x[x > 0.0])


def best(x):
    return x[np.argmax(x)]


def logsumexp(x):
    top = np.max(x)
    return top + np.log(np.sum(np.exp(x - top)))


def where_root(x):
    return np.where(x > 0.0, np.sqrt(x), 0.0)


def where_log(x):
    return np.where(x > 0.0, np.log(x), 0.0)


def where_inverse(x):
    return np.where(x > 0.0, 1.0 / x, 0.0)


def where_power(x):
    return np.where(x > 0.0, x**0.5, 0.0)


def relu_branch(x):
    if x > 0.0:
        return x
    return 0.0 * x


# (name, function, arguments, gradients)
CASES: list[tuple[str, Any, tuple[Any, ...], tuple[Any, ...]]] = [
    ("abs", lambda x: np.abs(x), (a(0.0, -0.0, -2.0),), ([0, 0, -1],)),
    ("abs of a float", lambda x: abs(x), (0.0,), (0,)),
    ("abs of a negative zero", lambda x: abs(x), (-0.0,), (0,)),
    ("np.abs of a float", lambda x: np.abs(x), (0.0,), (0,)),
    ("complex abs", lambda x: np.abs(x), (a(0j, 3 + 4j),), ([0, 0.6 + 0.8j],)),
    ("abs of a complex zero", lambda x: abs(x), (0j,), (0,)),
    ("abs of a complex number", lambda x: abs(x), (3 + 4j,), (0.6 + 0.8j,)),
    ("real part of a square", lambda z: np.real(z * z), (3 + 4j,), (6 - 8j,)),
    ("real part of a power", lambda z: np.real(z**2), (a(3 + 4j),), ([6 - 8j],)),
    ("sign", lambda x: np.sign(x) + 0.0 * x, (a(0.0, 2.0),), ([0, 0],)),
    ("floor", lambda x: np.floor(x), (a(0.0, 2.5),), ([0, 0],)),
    ("ceil", lambda x: np.ceil(x), (a(0.0, 2.5),), ([0, 0],)),
    ("round", lambda x: np.round(x), (a(0.5, 2.5),), ([0, 0],)),
    ("trunc", lambda x: np.trunc(x), (a(0.0, 2.5),), ([0, 0],)),
    ("maximum tie", lambda x, y: np.maximum(x, y), (a(2.0), a(2.0)), ([0.5], [0.5])),
    ("minimum tie", lambda x, y: np.minimum(x, y), (a(2.0), a(2.0)), ([0.5], [0.5])),
    ("fmax tie", lambda x, y: np.fmax(x, y), (a(2.0), a(2.0)), ([0.5], [0.5])),
    ("fmin tie", lambda x, y: np.fmin(x, y), (a(2.0), a(2.0)), ([0.5], [0.5])),
    ("maximum tie of floats", lambda x, y: np.maximum(x, y), (2.0, 2.0), (0.5, 0.5)),
    ("max of equal floats", lambda x, y: max(x, y), (2.0, 2.0), (0.5, 0.5)),
    ("min of equal floats", lambda x, y: min(x, y), (2.0, 2.0), (0.5, 0.5)),
    ("relu by maximum", lambda x: np.maximum(x, 0.0), (a(0.0, 1.0, -1.0),), ([0.5, 1, 0],)),
    ("fmax with nan", lambda x, y: np.fmax(x, y), (a(NAN), a(2.0)), ([0], [1])),
    ("maximum with nan", lambda x, y: np.maximum(x, y), (a(NAN), a(2.0)), ([1], [0])),
    ("max ties", lambda x: np.max(x), (a(1.0, 3.0, 3.0),), ([0, 0.5, 0.5],)),
    ("min ties", lambda x: np.min(x), (a(1.0, 1.0, 3.0),), ([0.5, 0.5, 0],)),
    ("max ties, method", lambda x: x.max(), (a(1.0, 3.0, 3.0),), ([0, 0.5, 0.5],)),
    ("max ties along an axis", lambda x: np.max(x, axis=1), (a([1.0, 3.0, 3.0]),), ([[0, 0.5, 0.5]],)),
    ("min ties along an axis", lambda x: np.min(x, axis=0), (a([1.0, 3.0], [1.0, 4.0]),), ([[0.5, 1], [0.5, 0]],)),
    ("max with nan", lambda x: np.max(x), (a(1.0, NAN, 3.0, NAN),), ([0, 0.5, 0, 0.5],)),
    ("min with nan along an axis", lambda x: np.min(x, axis=1), (a([1.0, NAN], [2.0, 3.0]),), ([[0, 1], [1, 0]],)),
    ("max with nan and a start", lambda x, c: np.max(x, initial=c), (a(1.0, NAN), 2.0), ([0, 1], 0)),
    ("max that starts with nan", lambda x, c: np.max(x, initial=c), (a(1.0, 3.0), NAN), ([0, 0], 1)),
    ("median with nan", lambda x: np.median(x, axis=0), (a([1.0, 1.0], [NAN, 2.0]),), ([[0, 0.5], [1, 0.5]],)),
    ("quantile with nan", lambda x: np.quantile(x, 0.3), (a(1.0, NAN, 3.0, NAN),), ([0, 0.5, 0, 0.5],)),
    ("argmax as an index", best, (a(1.0, 3.0, 3.0),), ([0, 1, 0],)),
    ("relu by where", lambda x: np.where(x > 0.0, x, 0.0), (a(0.0, 1.0),), ([0, 1],)),
    ("relu by mask", lambda x: x * (x > 0.0), (a(0.0, 1.0),), ([0, 1],)),
    ("relu by branch", relu_branch, (0.0,), (0,)),
    ("relu by conditional expression", lambda x: x if x > 0.0 else 0.0, (0.0,), (0,)),
    ("clip", lambda x: np.clip(x, 0.0, 1.0), (a(0.0, 1.0, 2.0, -1.0, 0.5),), ([1, 1, 0, 0, 1],)),
    ("clip at an active bound", lambda x, lo, hi: np.clip(x, lo, hi), (a(0.5), a(0.5), a(2.0)), ([1], [0], [0])),
    ("clip, method", lambda x: x.clip(0.0, 1.0), (a(0.0, 2.0),), ([1, 0],)),
    ("sort ties", lambda x: np.sort(x) * np.array([1.0, 2.0, 3.0]), (a(2.0, 1.0, 2.0),), ([2, 1, 3],)),
    ("sqrt at 0 and -1", lambda x: np.sqrt(x), (a(0.0, -1.0),), ([INF, NAN],)),
    ("sqrt of a float 0", lambda x: np.sqrt(x), (0.0,), (INF,)),
    ("math.sqrt at 0", lambda x: math.sqrt(x), (0.0,), (INF,)),
    ("cbrt at 0", lambda x: np.cbrt(x), (a(0.0),), ([INF],)),
    ("log at 0", lambda x: np.log(x), (a(0.0),), ([INF],)),
    ("square root as a power", lambda x: x**0.5, (a(0.0),), ([INF],)),
    ("square root as a power of a float", lambda x: x**0.5, (0.0,), (INF,)),
    ("inverse at 0", lambda x: 1.0 / x, (a(0.0),), ([-INF],)),
    ("arccos at 1", lambda x: np.arccos(x), (a(1.0),), ([-INF],)),
    ("arcsin at 1", lambda x: np.arcsin(x), (a(1.0),), ([INF],)),
    ("arccosh at 1", lambda x: np.arccosh(x), (a(1.0),), ([INF],)),
    ("arctanh at 1", lambda x: np.arctanh(x), (a(1.0),), ([INF],)),
    ("square at 0", lambda x: x**2, (a(0.0),), ([0],)),
    ("first power at 0", lambda x: x**1, (a(0.0),), ([1],)),
    ("power 1.5 at 0", lambda x: x**1.5, (a(0.0),), ([0],)),
    ("zeroth power", lambda x: x**0, (a(0.0, NAN),), ([0, 0],)),
    ("square of a float 0", lambda x: x**2, (0.0,), (0,)),
    ("first power of a float 0", lambda x: x**1, (0.0,), (1,)),
    ("zeroth power of a float", lambda x: x**0 + 0.0 * x, (0.0,), (0,)),
    ("x**y at (0, 0)", lambda x, y: x**y, (a(0.0), a(0.0)), ([0], [0])),
    ("x**y at (0, 0), floats", lambda x, y: x**y, (0.0, 0.0), (0, 0)),
    ("x**y at 0, several y", lambda x, y: x**y, (a(0.0, 0.0, 0.0), a(2.0, 1.0, 0.5)), ([0, 1, INF], [0] * 3)),
    ("x**y at (0, 2), floats", lambda x, y: x**y, (0.0, 2.0), (0, 0)),
    ("x**y at (0, 1), floats", lambda x, y: x**y, (0.0, 1.0), (1, 0)),
    ("x**y at (0, .5), floats", lambda x, y: x**y, (0.0, 0.5), (INF, 0)),
    ("x**y at (-2, 3)", lambda x, y: x**y, (a(-2.0), a(3.0)), ([12], [NAN])),
    ("x**y at (-2, 3), floats", lambda x, y: x**y, (-2.0, 3.0), (12, NAN)),
    ("x**x at 0", lambda x: x**x, (a(0.0),), ([0],)),
    ("x**x at a float 0", lambda x: x**x, (0.0,), (0,)),
    ("0.0**y", lambda y: 0.0**y, (a(0.0, 2.0),), ([0, 0],)),
    ("norm at 0", lambda x: np.linalg.norm(x), (a(0.0, 0.0, 0.0),), ([0, 0, 0],)),
    ("Frobenius norm at 0", lambda x: np.linalg.norm(x, "fro"), (np.zeros((2, 2)),), ([[0, 0], [0, 0]],)),
    ("hypot at 0", lambda x, y: np.hypot(x, y), (a(0.0), a(0.0)), ([0], [0])),
    ("math.hypot at 0", lambda x, y: math.hypot(x, y), (0.0, 0.0), (0, 0)),
    ("std of a constant", lambda x: np.std(x), (a(2.0, 2.0),), ([0, 0],)),
    ("1-norm", lambda x: np.linalg.norm(x, 1), (a(0.0, 1.0),), ([0, 1],)),
    ("infinity norm", lambda x: np.linalg.norm(x, np.inf), (a(2.0, -2.0),), ([0.5, -0.5],)),
    ("var of a constant", lambda x: np.var(x), (a(2.0, 2.0),), ([0, 0],)),
    ("arctan2 at (0, 0)", lambda x, y: np.arctan2(x, y), (a(0.0), a(0.0)), ([0], [0])),
    ("math.atan2 at (0, 0)", lambda x, y: math.atan2(x, y), (0.0, 0.0), (0, 0)),
    ("prod with a zero", lambda x: np.prod(x), (a(0.0, 2.0, 3.0),), ([6, 0, 0],)),
    ("prod with two zeros", lambda x: np.prod(x), (a(0.0, 0.0, 3.0),), ([0, 0, 0],)),
    ("cumprod with a zero", lambda x: np.cumprod(x), (a(0.0, 2.0, 3.0),), ([9, 0, 0],)),
    ("sinc at 0", lambda x: np.sinc(x), (a(0.0),), ([0],)),
    ("logsumexp at 1000", logsumexp, (a(1000.0, 1000.0),), ([0.5, 0.5],)),
    ("logaddexp at 1000", lambda x, y: np.logaddexp(x, y), (a(1000.0), a(1000.0)), ([0.5], [0.5])),
    ("logaddexp at -inf", lambda x, y: np.logaddexp(x, y), (a(-INF), a(-INF)), ([NAN], [NAN])),
    ("nan_to_num", lambda x: np.nan_to_num(x), (a(NAN, INF, 1.0),), ([0, 0, 1],)),
    ("median, even", lambda x: np.median(x), (a(1.0, 2.0, 2.0, 3.0),), ([0, 0.5, 0.5, 0],)),
    ("median, tied", lambda x: np.median(x), (a(2.0, 2.0, 2.0),), ([1 / 3] * 3,)),
    ("mod", lambda x, y: np.mod(x, y), (a(7.0, -7.0), a(2.0, 2.0)), ([1, 1], [-3, 4])),
    ("% of floats", lambda x, y: x % y, (-7.0, 2.0), (1, 4)),
    ("% of arrays", lambda x, y: x % y, (a(7.0), a(2.0)), ([1], [-3])),
    ("fmod", lambda x, y: np.fmod(x, y), (a(-7.0), a(2.0)), ([1], [3])),
    ("copysign at 0", lambda x: np.copysign(x, -1.0), (a(0.0),), ([0],)),
    ("floor division", lambda x, y: x // y, (a(7.0), a(2.0)), ([0], [0])),
    ("floor division of floats", lambda x, y: x // y, (7.0, 2.0), (0, 0)),
    ("heaviside", lambda x: np.heaviside(x, 0.5), (a(0.0, 1.0),), ([0, 0],)),
    ("singular determinant", lambda x: np.linalg.det(x), (a([1.0, 2.0], [2.0, 4.0]),), ([[4, -2], [-2, 1]],)),
    ("mask, then sqrt", masked_root, (a(0.0, 4.0),), ([0, 0.25],)),
    ("interp at a knot", lambda x: np.interp(x, np.arange(3.0), np.array([0.0, 1.0, 5.0])), (1.0,), (4,)),
    ("sqrt behind where", where_root, (a(-1.0, 0.0, 4.0),), ([0, 0, 0.25],)),
    ("log behind where", where_log, (a(-1.0, 0.0, 4.0),), ([0, 0, 0.25],)),
    ("inverse behind where", where_inverse, (a(-1.0, 0.0, 2.0),), ([0, 0, -0.25],)),
    ("power behind where", where_power, (a(-1.0, 0.0, 4.0),), ([0, 0, 0.25],)),
    ("x * log(x) at 0", lambda x: x * np.log(x), (a(0.0),), ([NAN],)),
    ("root of a square", lambda x: np.sqrt(x**2), (a(0.0),), ([NAN],)),
    ("eigenvalues of the identity", lambda x: np.linalg.eigvalsh(x), (np.eye(2),), ([[1, 0], [0, 1]],)),
    ("eigenvalues and vectors of the identity", lambda x: np.linalg.eigh(x)[0], (np.eye(2),), ([[1, 0], [0, 1]],)),
    ("singular values of zeros", lambda x: np.linalg.svd(x)[1], (np.zeros((2, 2)),), ([[1, 0], [0, 1]],)),
    ("unused", lambda x, y: np.sum(x), (a(1.0), a(2.0, 3.0)), ([1], [0, 0])),
    ("unused float", lambda x, y: x * 1.0, (1.0, 2.0), (1, 0)),
]  # fmt: skip


@pytest.mark.parametrize("f, args, wanted", [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_kink(f, args, wanted):
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        value, pullback = sg.vjp(f, *args)
        gradients = pullback(np.ones_like(value) if isinstance(value, np.ndarray) else 1.0)
    for gradient, argument, expected in zip(gradients, args, wanted, strict=True):
        assert np.shape(gradient) == np.shape(argument)
        np.testing.assert_allclose(gradient, expected, rtol=1e-12, atol=1e-12)


def eigenvectors_warning() -> warnings.WarningMessage:
    """The warning of a gradient of eigenvectors whose eigenvalues are equal: there is none, it is nan."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        value, pullback = sg.vjp(lambda x: np.linalg.eigh(x)[1], np.eye(2))
        (gradient,) = pullback(np.ones_like(value))
    assert np.isnan(gradient).any()
    assert caught and issubclass(caught[0].category, RuntimeWarning)
    return caught[0]


def test_eigenvectors_at_equal_eigenvalues_are_nan_with_a_warning():
    eigenvectors_warning()


def test_eigenvectors_at_equal_eigenvalues_warn_with_the_line():
    assert eigenvectors_warning().filename == __file__


def test_integers_are_never_active():
    with pytest.raises(TypeError, match="n"):
        sg.grad(lambda n: n * 2.0)(3)
    with pytest.raises(TypeError, match="n"):
        sg.grad(lambda n: np.sum(n * 2.0))(np.arange(3))


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64, np.complex128])
def test_gradients_have_the_dtype_of_their_input(dtype):
    x = np.ones(3, dtype)
    gradient = sg.grad(lambda x: np.sum(np.abs(x * 2.0) ** 2))(x)
    assert gradient.dtype == dtype and gradient.shape == x.shape
    unused = sg.grad(lambda x, y: np.sum(np.abs(y)))(x, np.ones(2))
    assert unused.dtype == dtype and not unused.any()


@pytest.mark.filterwarnings("ignore:divide by zero")
@pytest.mark.parametrize("power", [0.5, 0.25])
def test_second_derivatives_of_roots_at_zero_are_infinite(power):
    """For Python's numbers as for NumPy's: Python itself raises for a negative power of 0."""
    f = lambda x: x**power
    for x in (0.0, np.float64(0.0)):
        assert sg.grad(f)(x) == np.inf
        assert sg.grad(sg.grad(f))(x) == -np.inf
        assert sg.jvp(sg.grad(f), (x,), (1.0,))[1] == -np.inf
    assert type(sg.grad(f)(0.0)) is float
