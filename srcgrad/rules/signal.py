"""Rules for convolutions, finite differences, quadrature, averages, covariances and polynomials."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

import numpy as np

from srcgrad.analysis import shapes_signal as of
from srcgrad.rules.language import bilinear, general, linear
from srcgrad.runtime.words_signal import (
    convolve_left,
    convolve_right,
    correlate_left,
    correlate_right,
    ediff1d_begin,
    ediff1d_cotangent,
    ediff1d_end,
    polyval_coefficients,
    polyval_points,
    polyval_tangent,
    trapezoid_points,
    trapezoid_step,
    trapezoid_values,
    vander_cotangent,
    vander_tangent,
)
from srcgrad.runtime.words_slopes import gradient_cotangent, gradient_spacings, gradient_tangent
from srcgrad.runtime.words_statistics import (
    average_tangent,
    average_values,
    average_weights,
    corrcoef_cotangents,
    corrcoef_tangent,
    cov_cotangents,
    cov_tangent,
    returned_tangent,
    weights_sum,
)

# In a rule `y` is the function's result.
Y_IS_VALUES = {"y": "values"}
PAIRS = tuple(
    f"f(A({n}), A({m}), '{mode}')"
    for n, m in ((5, 2), (5, 3), (2, 5), (3, 5), (4, 4), (6, 1))
    for mode in ("full", "same", "valid")
)


@bilinear(np.convolve, kind=of.convolution, cases=(*PAIRS, "f(A(4), A(2))", "f(C(3), C(4))"))
def convolve(a, v, mode="full", *, g):
    a: convolve_left(g, a, v, mode)
    v: convolve_right(g, a, v, mode)


@general(np.correlate, kind=of.convolution, cases=(*PAIRS, "f(A(4), A(2))", "f(C(4), C(3))", "f(C(2), C(4), 'same')"))
def correlate(a, v, mode="valid", *, g):
    a: correlate_left(g, a, v, mode)
    v: correlate_right(g, a, v, mode)
    y_dot: np.correlate(a_dot, v, mode) + np.correlate(a, v_dot, mode)


@general(
    np.gradient,
    kind=of.slopes,
    cases=("f(A(5))", "f(A(5), 0.5)", "f(A(5), np.array([0.0, 1.0, 1.5, 3.0, 4.0]))", "f(A(3, 4))", "f(A(3, 4), 2.0)",
           "f(A(3, 4), axis=1)", "f(A(3, 4), 0.5, np.arange(4.0) ** 2, edge_order=2)", "f(A(2))",
           "f(A(4), edge_order=2)", "f(A(3, 4, 2), axis=(0, 1))", "f(A(5), S())", "f(A(3, 4), S())",
           "f(A(4, 3), S(), S(), edge_order=2)", "f(A(3, 4), np.cumsum(A(3) + 3.0), S())",
           "f(A(5), np.cumsum(A(5) + 3.0), edge_order=2)", "f(C(4), np.cumsum(A(4) + 3.0))",
           "f(A(3), S(), edge_order=2)"),
)  # fmt: skip
def gradient(f, *varargs, axis=None, edge_order=1, g):
    f: gradient_cotangent(g, f, varargs, axis, edge_order)
    varargs: gradient_spacings(g, f, varargs, axis, edge_order)
    y_dot: gradient_tangent(f_dot, varargs_dot, f, varargs, axis, edge_order)


@linear(
    np.ediff1d,
    kind=of.flat,
    cases=("f(A(4))", "f(A(2, 2), to_end=1.0, to_begin=np.array([1.0, 2.0]))", "f(A(3), to_end=A(2), to_begin=S())",
           "f(A(1), A(1))"),
)  # fmt: skip
def ediff1d(ary, to_end=None, to_begin=None, *, g):
    ary: ediff1d_cotangent(g, ary, to_end, to_begin)
    to_end: ediff1d_end(g, to_end)
    to_begin: ediff1d_begin(g, to_begin)


@general(
    np.unwrap,
    kind=of.same_or_unknown,
    cases=("f(A(4) * 4.0)", "f(A(3, 4) * 4.0, axis=0)", "f(A(5) * 4.0, period=S() + 3.0)"),
)
def unwrap(p, discont=None, axis=-1, *, period=6.283185307179586, y, g):
    p: g
    period: np.sum(g * (y - p)) / period
    y_dot: p_dot + period_dot * ((y - p) / period)


if hasattr(np, "trapezoid"):

    @general(
        np.trapezoid,
        kind=of.area,
        aliases=Y_IS_VALUES,
        cases=("f(A(4))", "f(A(3, 4), dx=0.5)", "f(A(3, 4), np.arange(4.0))", "f(A(3, 4), A(3), axis=0)",
               "f(A(3, 4), A(3, 4))", "f(A(4), None, S())", "f(A(1))"),
    )  # fmt: skip
    def trapezoid(values, x=None, dx=1.0, axis=-1, *, g):
        values: trapezoid_values(g, values, x, dx, axis)
        x: trapezoid_points(g, values, x, axis)
        dx: trapezoid_step(g, values, dx, axis)
        y_dot: (
            np.trapezoid(values_dot, None, dx, axis) + np.trapezoid(values, None, dx_dot, axis)
            if x is None
            else np.trapezoid(values_dot, x, 1.0, axis) + np.trapezoid(values, x_dot, 1.0, axis)
        )


@general(
    np.average,
    kind=of.averaged,
    cases=("f(A(3))", "f(A(2, 3), 1)", "f(A(3), weights=A(3) + 3.0)", "f(A(2, 3), 0, A(2) + 3.0)",
           "f(A(2, 3), -1, A(2, 3) + 3.0, keepdims=True)", "f(A(2, 3), weights=[1.0, 2.0, 3.0], axis=1)",
           "f(A(2, 3, 4), (2, 0), A(4, 2) + 3.0)", "f(A(2, 3), 1, A(3) + 3.0, returned=True)",
           "f(A(2, 3), returned=True)", "f(A(2, 3), 0, A(2) + 3.0, True, keepdims=True)"),
)  # fmt: skip
def average(a, axis=None, weights=None, returned=False, *, keepdims=False, y, g):
    a: average_values(g if returned is False else g[0], a, axis, weights, keepdims)
    weights: (
        average_weights(g, a, axis, weights, keepdims, y)
        if returned is False
        else average_weights(g[0], a, axis, weights, keepdims, y[0]) + weights_sum(g[1], a, axis, weights, keepdims)
    )
    y_dot: (
        average_tangent(a_dot, weights_dot, a, axis, weights, keepdims)
        if returned is False
        else returned_tangent(a_dot, weights_dot, a, axis, weights, keepdims)
    )


@general(
    np.cov,
    kind=of.covariances,
    aliases=Y_IS_VALUES,
    cases=("f(A(3, 4))", "f(A(4))", "f(A(4), A(4))", "f(A(4, 3), rowvar=False)", "f(A(2, 4), bias=True)",
           "f(A(2, 4), ddof=0)", "f(A(2, 4), A(3, 4))", "f(A(2, 4), fweights=np.array([1, 2, 1, 3]))",
           "f(A(2, 4), A(4), aweights=np.array([0.5, 1.0, 2.0, 0.3]), fweights=np.array([1, 2, 1, 3]))",
           "f(A(4, 2), None, False, True, aweights=np.array([0.5, 1.0, 2.0, 0.3]))",
           "f(A(2, 4), aweights=A(4) + 3.0)", "f(C(2, 4), A(4), aweights=A(4) + 3.0, fweights=np.array([1, 2, 1, 3]))",
           "f(A(4, 2), A(4), False, True, aweights=A(4) + 3.0)", "f(A(4), ddof=2, aweights=A(4) + 3.0)",
           "f(C(2, 4))", "f(A(2, 4), C(4))"),
)  # fmt: skip
def cov(m, values=None, rowvar=True, bias=False, ddof=None, fweights=None, aweights=None, *, dtype=None, g):
    parts = cov_cotangents(g, m, values, rowvar, bias, ddof, fweights, aweights)
    m: parts[0]
    values: parts[1]
    aweights: parts[2]
    y_dot: cov_tangent(m_dot, values_dot, m, values, rowvar, bias, ddof, fweights, aweights, aweights_dot)


@general(
    np.corrcoef,
    kind=of.covariances,
    aliases=Y_IS_VALUES,
    cases=("f(A(3, 4))", "f(A(4), A(4))", "f(A(4, 3), rowvar=False)", "f(A(2, 5))", "f(C(3, 4))", "f(A(2, 4), C(4))",
           "f(C(4, 2), rowvar=False)"),
)  # fmt: skip
def corrcoef(x, values=None, rowvar=True, *, dtype=None, g):
    parts = corrcoef_cotangents(g, x, values, rowvar)
    x: parts[0]
    values: parts[1]
    y_dot: corrcoef_tangent(x_dot, values_dot, x, values, rowvar)


@general(
    np.polyval,
    kind=of.polynomial,
    sequence="p",
    cases=("f(A(3), A(4))", "f(A(3), S())", "f([S(), S(), S()], A(2, 3))", "f(A(1), A(2))", "f(C(3), C(2))"),
)
def polyval(p, x, *, g):
    p: polyval_coefficients(g, p, x)
    x: polyval_points(g, p, x)
    y_dot: polyval_tangent(p_dot, x_dot, p, x)


@general(np.vander, kind=of.powers, cases=("f(A(3))", "f(A(3), 4)", "f(A(3), 2, True)", "f(A(3), 1)", "f(C(2), 3)"))
def vander(x, N=None, increasing=False, *, g):
    x: vander_cotangent(g, x, N, increasing)
    y_dot: vander_tangent(x_dot, x, N, increasing)
