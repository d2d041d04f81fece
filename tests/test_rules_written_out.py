"""NumPy's functions that are written out in Python, in reverse and forward mode, against central differences."""

from __future__ import annotations

import numpy as np
import pytest
from numpy import polynomial as P

import srcgrad as sg

X = np.array([0.3, 1.2, -0.7, 2.0])
DIRECTION = np.array([1.0, -2.0, 0.5, 3.0])
SQUARE = (2, 2)


def twice(t):
    return t * 2.0


vector_product = np.vectorize(lambda t, s: t * s if t > 0 else -t)
vector_pair = np.vectorize(lambda t: (t, t * t), otypes=[float, float])
line = P.Polynomial([1.0, 2.0, 3.0])
legendre = P.Legendre([1.0, 2.0, 3.0], domain=[0, 3])
old_line = np.poly1d([1.0, 2.0])


@np.vectorize
def cube(t):
    return t**3


def ends(vector, width, axis, kwargs):
    scale = kwargs.get("scale", 10.0)
    vector[: width[0]] = vector[width[0]] * scale
    if width[1]:
        vector[-width[1] :] = vector[-width[1] - 1] ** 2 * (axis + 1)


class Ends:
    def __init__(self, scale):
        self.scale = scale

    def __call__(self, vector, width, axis, kwargs):
        vector[: width[0]] = vector[width[0]] * self.scale


def two_functions_of_a_list(x):
    parts = [x < 0, x >= 0]
    functions = [lambda t: -t, lambda t: t * t]
    total = 0.0
    for i in range(2):
        total = total + np.sum(functions[i](x[parts[i]]))
    return total


def einsum_into(x):
    """Lists of axes, and operands that a star hands over."""
    a, b = np.zeros(2), np.zeros(2)
    np.einsum(x.reshape(SQUARE), [0, 1], x[:2], [1], [0], out=a, dtype=float)
    np.einsum("ij,j->i", *list(x.reshape(1, 2, 2)), a, out=b)
    return a + b + np.einsum([[1.0, 2.0]], [0, 1], x[:2], [1], [0])


PROGRAMS = {
    # functions that call back
    "vectorize": lambda x: (vector_product(x, x[0]) ** 2).sum(),
    "vectorize_decorated": lambda x: cube(x).sum(),
    "vectorize_otypes": lambda x: (vector_pair(x)[1] * np.arange(4)).sum(),
    "vectorize_inside": lambda x: (np.vectorize(twice)(x) ** 2).sum(),
    "vectorize_captured": lambda x: np.vectorize(lambda t: t * x[0])(np.arange(3.0)).sum(),
    "vectorize_scalar": lambda x: np.vectorize(twice)(x[1]) * 1.0,
    "apply_along_axis": lambda x: (np.apply_along_axis(lambda r: r * r.sum(), 1, x.reshape(SQUARE)) ** 2).sum(),
    "apply_along_axis_of_numpy": lambda x: (np.apply_along_axis(np.mean, 0, x.reshape(SQUARE)) ** 2).sum(),
    "apply_along_axis_sort": lambda x: np.apply_along_axis(np.sort, 0, x.reshape(SQUARE))[0].sum(),
    "apply_along_axis_captured": lambda x: np.apply_along_axis(lambda r: r * x[0], 0, np.ones((2, 3))).sum(),
    "apply_over_axes": lambda x: (np.apply_over_axes(np.sum, x.reshape(2, 1, 2), [0, 2]) ** 2).sum(),
    "piecewise": lambda x: np.piecewise(x, [x < 0, x > 1], [lambda t: -t, 3.0, lambda t: t * t]).sum(),
    "piecewise_arguments": lambda x: np.piecewise(x, x < 0, [lambda t, a: -t * a, lambda t, a: t * t * a], x[1]).sum(),
    "fromfunction": lambda x: np.fromfunction(lambda i, j, s: s * i * j * x[1], (2, 3), s=x[0]).sum(),
    "fromiter": lambda x: np.fromiter((v * v for v in x), float).sum(),
    "fromiter_count": lambda x: np.fromiter(map(lambda v: v**3, x), dtype=float, count=2).sum(),
    "pad": lambda x: (np.pad(x, 2, ends) ** 2).sum(),
    "pad_of_rows": lambda x: (np.pad(x.reshape(SQUARE), ((1, 2), (0, 1)), mode=ends, scale=x[0]) ** 2).sum(),
    "pad_by_an_object": lambda x: (np.pad(x.reshape(SQUARE), 1, Ends(x[1])) ** 2).sum(),
    "complex_by_name": lambda x: abs(complex(real=x[0], imag=x[1]) * complex(imag=x[2].__float__()) ** 2),
    "two_functions_of_a_list": two_functions_of_a_list,
    # methods of ufuncs
    "logaddexp.reduce": lambda x: np.logaddexp.reduce(x),
    "logaddexp.accumulate": lambda x: (np.logaddexp.accumulate(x) ** 2).sum(),
    "subtract.reduce": lambda x: np.subtract.reduce(x.reshape(SQUARE), axis=1).sum(),
    "hypot.reduce": lambda x: np.hypot.reduce(x),
    "fmax.reduce": lambda x: np.fmax.reduce(x),
    "maximum.outer": lambda x: (np.maximum.outer(x, x[:2]) * np.arange(8).reshape(4, 2)).sum(),
    "divide.outer": lambda x: np.divide.outer(x, x).sum(),
    "power.outer": lambda x: np.power.outer(x**2, x[:2]).sum(),
    "arctan2.outer": lambda x: np.arctan2.outer(x, x + 5).sum(),
    "multiply.reduceat": lambda x: np.multiply.reduceat(x, [0, 2]).sum(),
    # polynomials
    "polyfit": lambda x: (np.polyfit(x, np.sin(x), 2, w=x**2) ** 2).sum(),
    "polyfit_cov": lambda x: (np.polyfit(x, x**2, 1, cov=True)[1] ** 2).sum(),
    "polyadd": lambda x: (np.polyadd(x, [1.0, 2.0]) ** 2).sum(),
    "polysub": lambda x: (np.polysub(x[:2], x) ** 2).sum(),
    "polymul": lambda x: (np.polymul(x, x[:2]) ** 2).sum(),
    "polyder": lambda x: (np.polyder(x, 2) ** 2).sum(),
    "polyint": lambda x: (np.polyint(x, 2, k=x[:2]) ** 2).sum(),
    "polydiv": lambda x: (np.polydiv(x, [1.0, 2.0])[0] ** 2).sum(),
    "poly": lambda x: (np.poly(x) ** 2).sum(),
    "roots": lambda x: np.sum(np.roots(x).real ** 2),
    "poly1d": lambda x: np.poly1d(x)(0.5) + np.poly1d(x).deriv()(x[0]),
    "poly1d_points": lambda x: old_line(x).sum(),
    "Polynomial": lambda x: P.Polynomial(x)(0.5) * P.Polynomial(x, domain=[0, 2])(x[0]),
    "Polynomial_points": lambda x: line(x).sum(),
    "Chebyshev": lambda x: P.Chebyshev(x)(0.5),
    "series_operators": lambda x: divmod(P.Polynomial(x) - x[:2], -P.Polynomial([x[0], 1.0]) / x[1])[0](0.5),
    "series_cut": lambda x: (P.Laguerre(x).cutdeg(2) + P.Laguerre(x).trim(0.1).copy()).linspace(3)[1].sum(),
    "series_fitted": lambda x: P.Polynomial.fit(x, x**2 + np.arange(4.0), 2, rcond=1e-9).roots().real.sum(),
    "series_converted": lambda x: P.Laguerre(x, [0, 2]).convert([0, 3], P.Chebyshev, [-2, 1]).coef @ x,
    "series_cast": lambda x: P.HermiteE.cast(P.Chebyshev(x))(0.3) + P.Chebyshev([1.0, 2.0])(P.Chebyshev(x))(0.3),
    "series_items": lambda x: sum([c * c for c in P.Legendre(x)]) * len(P.Legendre(x)),
    "poly1d_operators": lambda x: ((np.poly1d(x) * 2 - x[:2]) ** 2 / np.poly1d(x[1:]))[0](0.5) + (x * np.poly1d(x))[1],
    "poly1d_parts": lambda x: np.poly1d(x).r.real.sum() + np.poly1d(x)[2] * np.poly1d(x).order + np.poly1d(x).c[1],
    "polyval_of_objects": lambda x: np.polyval(x, np.poly1d([1.0, 2.0]))(0.5) + np.polyval(np.poly1d(x), x).sum(),
    "polyfit_full": lambda x: np.polyfit(np.arange(4.0), x, 1, full=True)[1].sum(),
    "einsum_into": lambda x: einsum_into(x) @ x[:2],
    "cross_in_a_plane": lambda x: np.cross(x.reshape(SQUARE), x[1:]).sum() + np.cross(x[:2], x[2:]),
    "Legendre_points": lambda x: legendre(x).sum(),
    "polyval": lambda x: P.polynomial.polyval(x, x[:3]).sum(),
    "chebval": lambda x: P.chebyshev.chebval(0.5, x) + P.chebyshev.chebval(x, [1.0, 2.0, 3.0]).sum(),
    "legval": lambda x: P.legendre.legval(x, x).sum(),
    "hermval": lambda x: P.hermite.hermval(x, x).sum(),
    "hermeval": lambda x: P.hermite_e.hermeval(0.3, x),
    "lagval": lambda x: P.laguerre.lagval(0.3, x),
    "polyfit_of_family": lambda x: (P.chebyshev.chebfit(np.arange(4.0), x, 2) ** 2).sum(),
    # sets and others
    "setxor1d": lambda x: (np.setxor1d(x, x[:2]) ** 2).sum(),
    "intersect1d": lambda x: (np.intersect1d(x, x[1:]) ** 2).sum(),
    "union1d": lambda x: (np.union1d(x, [9.0]) ** 2).sum(),
    "setdiff1d": lambda x: (np.setdiff1d(x, [9.0, 8.0]) ** 2).sum(),
    "trim_zeros": lambda x: (np.trim_zeros(np.concatenate([np.zeros(2), x])) ** 2).sum(),
    "kaiser": lambda x: np.kaiser(6, x[1]).sum(),
    "real_if_close": lambda x: (np.real_if_close(x + 0j) ** 2).sum(),
    "atleast_2d": lambda x: sum([np.sum(p**2) for p in np.atleast_2d(x, x[0])]),
    "tolist": lambda x: sum([a * b for a, b in zip(x.tolist(), (x * 2).tolist())]),
    "tolist_of_rows": lambda x: (np.array(x.reshape(SQUARE).tolist())[1] * x.reshape(SQUARE).tolist()[0][1]).sum(),
    "searchsorted": lambda x: (x * X.searchsorted(x[0]) * x.searchsorted(0.5)).sum(),
    "methods_of_classes": lambda x: np.ndarray.sum(x) * np.ndarray.mean(x.reshape(SQUARE), axis=1)[0] * x[2],
    "methods_of_classes_mapped": lambda x: sum(map(np.ndarray.prod, x.reshape(SQUARE))),
    "__array__": lambda x: (x.__array__() * x.__array__(complex) ** 2).real.sum(),
    "einsum_of_lists": lambda x: np.einsum(x.reshape(SQUARE), [0, 1], x[:2], [1], [0]).sum(),
}


def differences(f, eps=1e-6):
    steps = eps * np.eye(X.size)
    return np.array([(f(X + step) - f(X - step)) / (2 * eps) for step in steps])


@pytest.mark.filterwarnings("ignore:Polyfit may be poorly", "ignore:Arrays of 2-dimensional vectors")
@pytest.mark.parametrize("name", PROGRAMS)
def test_gradient_and_tangent(name):
    f = PROGRAMS[name]
    wanted = differences(f)
    value, gradient = sg.value_and_grad(f)(X.copy())
    np.testing.assert_array_equal(value, f(X.copy()))
    np.testing.assert_allclose(gradient, wanted, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(sg.jvp(f, (X.copy(),), (DIRECTION,))[1], wanted @ DIRECTION, rtol=1e-5, atol=1e-5)


def test_vectorize_calls_as_often_as_numpy():
    """Once more than there are elements, without otypes: random draws in the function come out the same."""
    seen = []

    def noted(t):
        seen.append(t)
        return t * t

    np.vectorize(noted)(X)
    plain, seen[:] = list(seen), []
    sg.grad(lambda x: np.vectorize(noted)(x).sum())(X)
    assert seen == plain and list(map(type, seen)) == list(map(type, plain))


def test_vectorize_of_integers_has_no_derivative():
    """The first result is an int, so that NumPy cuts all others: the derivative of what it gives is zero."""
    f = lambda x: np.vectorize(lambda t: 0 if t < 0.5 else t)(x).sum() * x[1]
    assert sg.grad(f)(X.copy()).tolist() == [0.0, f(X) / X[1], 0.0, 0.0]


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (lambda x: np.sum(P.Polynomial(x).basis_name), "basis_name"),
        (lambda x: np.sum(np.sign(*list(x.reshape(1, 4)), out=x * 1.0)), "out="),
    ],
)
def test_what_is_not_kept_is_refused(f, words):
    with pytest.raises(sg.UnsupportedError, match=words):
        sg.grad(f)(X)


def test_leading_zeros_of_objects_are_coefficients():
    """NumPy leaves them out, and evaluates the same."""
    f = lambda a: (np.poly1d([a, 1.0]) * np.poly1d([0.0, a, 2.0]) + a * np.poly1d([1.0, 3.0])).deriv()(0.5)
    value, slope = sg.value_and_grad(f)(0.0)
    assert value == f(0.0)
    np.testing.assert_allclose(slope, (f(1e-6) - f(-1e-6)) / 2e-6, rtol=1e-6)


@pytest.mark.parametrize("family", [P.Legendre, P.Laguerre, P.Hermite, P.HermiteE])
def test_a_coefficient_of_zero_among_others(family):
    f = lambda a: (family([1.0, a, 2.0]) * family([1.0, 3.0, a + 1.0]))(0.5)
    np.testing.assert_allclose(sg.grad(f)(0.0), (f(1e-6) - f(-1e-6)) / 2e-6, rtol=1e-6)


def test_types_of_objects_are_numpys():
    """Coefficients of single precision, and whole ones; ends of intervals are numbers of NumPy's."""
    single = X.astype(np.float32)
    for f in (lambda x: P.Legendre(x, [0, 3])(x), lambda x: np.poly1d(x).r, np.poly, lambda x: np.polydiv(x, x)):
        for got, wanted in zip(np.atleast_2d(sg.vjp(f, single)[0]), np.atleast_2d(f(single))):
            assert got.dtype == wanted.dtype
            np.testing.assert_array_equal(got, wanted)


def raised_to_each(x):
    return np.power.reduce(x)


def angles_in_turn(x):
    return np.arctan2.reduceat(x, [0, 1])[0]


@pytest.mark.parametrize("f", [raised_to_each, angles_in_turn])
def test_value_of_a_reduction_is_numpys(f):
    """NumPy leaves out elements here on some processors; what it does not compute has no gradient."""
    x = np.array([1.3, 0.4, 2.2])
    try:
        value, _ = sg.value_and_grad(f)(x)
    except sg.UnsupportedError as error:
        assert "computes wrongly" in str(error)
    else:
        assert np.isclose(value, f(x))


def sorted_flat(x):
    w = x * 1.0
    w.sort(axis=None)
    return np.sum(w * X)


def test_sorting_in_place_needs_an_axis():
    with pytest.raises(TypeError):
        sg.grad(sorted_flat)(X)
