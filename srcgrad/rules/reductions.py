"""Rules for reductions and cumulative functions.

`where=1` and `initial=0` or `1` stand for "not given": what is given there is an array of truth values, or a number.
"""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

import numpy as np

from srcgrad.analysis import shapes_reduce
from srcgrad.rules.language import general, linear, reduction
from srcgrad.runtime.words import (
    conj,
    count,
    cumprod_cotangent,
    cumsum_from_end,
    deviations,
    literal,
    others_product,
    ratio,
    restore_axes,
    share,
    spread,
)
from srcgrad.runtime.words_nan import (
    mean_chosen,
    prod_chosen,
    prod_of_chosen,
    product_initial,
    share_chosen,
    share_initial,
    std_chosen,
    sum_chosen,
    var_chosen,
    var_mean,
)
from srcgrad.runtime.words_order import (
    quantile_points,
    quantile_points_tangent,
    quantile_share,
    quantile_tangent,
    weighted_quantile_share,
    weighted_quantile_tangent,
)
from srcgrad.runtime.words_tangent import after_zero, cumprod_tangent, initial_tangent, paired, prod_tangent
from srcgrad.runtime.words_ufunc import without_first

# The initial value of an extremum that was not given: no program starts a maximum at infinity, and a minimum
# that starts there is one without initial value.
NONE_GIVEN = 1e999
CHOSEN = (
    "f(A(3, 4), where=np.arange(12).reshape(3, 4) % 3 > 0)",
    "f(A(3, 4), 1, where=np.array([True, False, True, True]))",
)
STARTED = ("f(A(3, 4), 0, initial=0.3)", "f(A(3), initial=S(), where=np.array([True, False, True]))")
CENTRED = (
    "f(A(3, 4), axis=1, mean=A(3, 1), keepdims=True)",
    "f(A(3, 4), mean=A(1, 1), ddof=1)",
    "f(A(2, 3), axis=0, where=np.array([[True], [True]]), mean=A(1, 3))",
)
QUANTILE_METHODS = (
    "inverted_cdf", "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf", "hazen", "weibull",
    "linear", "median_unbiased", "normal_unbiased", "lower", "higher", "midpoint", "nearest",
)  # fmt: skip
CUMULATIVE = (
    "f(A(4))",
    "f(A(3, 4), axis=0)",
    "f(A(3), include_initial=True)",
    "f(A(2, 3), axis=1, include_initial=True)",
    "f(A(0, 2), axis=0, include_initial=True)",
)
AXES = (
    "f(A(3, 4))",
    "f(A(3, 4), 0)",
    "f(A(2, 3, 4), axis=(0, -1))",
    "f(A(3, 1), axis=-2, keepdims=True)",
    "f(A(2, 3), keepdims=True)",
    "f(A())",
    "f(S())",
)


@linear(np.sum, kind=shapes_reduce.reduction, method="sum",
        cases=(*AXES, *CHOSEN, *STARTED, "f(A(0, 3), axis=0)", "f(C(2, 3), 1)", "f(A(2), dtype=complex)"))  # fmt: skip
def sum(a, axis=None, dtype=None, *, keepdims=False, initial=0, where=1, g):
    a: spread(g, a, axis, keepdims) if literal(where) and where == 1 else sum_chosen(g, a, axis, keepdims, where)
    initial: np.sum(g)


@linear(np.mean, kind=shapes_reduce.reduction, method="mean", cases=(*AXES, *CHOSEN, "f(C(2, 3), 1)"))
def mean(a, axis=None, dtype=None, *, keepdims=False, where=1, g):
    a: (
        spread(g / count(a, axis), a, axis, keepdims)
        if literal(where) and where == 1
        else mean_chosen(g, a, axis, keepdims, where)
    )


@reduction(np.max, np.amax, kind=shapes_reduce.reduction, method="max", cases=(*AXES, *STARTED))
def max(a, axis=None, *, keepdims=False, initial=NONE_GIVEN, where=1, y, g):
    a: (
        share(g, a, y, axis, keepdims)
        if literal(where) and where == 1 and literal(initial) and initial == 1e999
        else share_chosen(g, a, y, axis, keepdims, where, initial)
    )
    initial: share_initial(g, a, y, axis, keepdims, where, initial)
    y_dot: (
        np.sum(share(np.ones_like(y), a, y, axis, keepdims) * a_dot, axis=axis, keepdims=keepdims)
        if literal(where) and where == 1 and literal(initial) and initial == 1e999
        else np.sum(
            share_chosen(np.ones_like(y), a, y, axis, keepdims, where, initial) * a_dot, axis=axis, keepdims=keepdims
        )
        + initial_tangent(initial_dot, a, y, axis, keepdims, where, initial)
    )


@reduction(np.min, np.amin, kind=shapes_reduce.reduction, method="min", cases=(*AXES, *STARTED))
def min(a, axis=None, *, keepdims=False, initial=NONE_GIVEN, where=1, y, g):
    a: (
        share(g, a, y, axis, keepdims)
        if literal(where) and where == 1 and literal(initial) and initial == 1e999
        else share_chosen(g, a, y, axis, keepdims, where, initial)
    )
    initial: share_initial(g, a, y, axis, keepdims, where, initial)
    y_dot: (
        np.sum(share(np.ones_like(y), a, y, axis, keepdims) * a_dot, axis=axis, keepdims=keepdims)
        if literal(where) and where == 1 and literal(initial) and initial == 1e999
        else np.sum(
            share_chosen(np.ones_like(y), a, y, axis, keepdims, where, initial) * a_dot, axis=axis, keepdims=keepdims
        )
        + initial_tangent(initial_dot, a, y, axis, keepdims, where, initial)
    )


@reduction(np.ptp, kind=shapes_reduce.reduction, cases=AXES[:-1])
def ptp(a, axis=None, *, keepdims=False, g):
    highest = np.max(a, axis=axis, keepdims=keepdims)
    lowest = np.min(a, axis=axis, keepdims=keepdims)
    ones = np.ones_like(highest)
    a: share(g, a, highest, axis, keepdims) - share(np.where(np.isnan(lowest), 0.0, g), a, lowest, axis, keepdims)
    y_dot: np.sum(
        (
            share(ones, a, highest, axis, keepdims)
            - share(np.where(np.isnan(lowest), 0.0, ones), a, lowest, axis, keepdims)
        )
        * a_dot,
        axis=axis,
        keepdims=keepdims,
    )


@reduction(np.prod, kind=shapes_reduce.reduction, method="prod",
           cases=(*AXES, *CHOSEN, *STARTED, "f(C(2, 3), 1)", "f(A(0, 3), axis=0)"))  # fmt: skip
def prod(a, axis=None, dtype=None, *, keepdims=False, initial=1, where=1, g):
    a: (
        restore_axes(g, a, axis, keepdims) * conj(others_product(a, axis))
        if literal(where) and where == 1 and literal(initial) and initial == 1
        else prod_chosen(g, a, axis, keepdims, where, initial)
    )
    initial: product_initial(g, a, axis, keepdims, where)
    y_dot: (
        np.sum(others_product(a, axis) * a_dot, axis=axis, keepdims=keepdims)
        if literal(where) and where == 1 and literal(initial) and initial == 1
        else prod_tangent(a_dot, a, axis, keepdims, where, initial)
        + initial_dot * prod_of_chosen(a, axis, keepdims, where)
    )


@reduction(
    np.var,
    kind=shapes_reduce.reduction,
    method="var",
    real=True,
    cases=(*AXES, *CHOSEN, *CENTRED, "f(A(3, 4), 1, ddof=1)", "f(C(4), ddof=1)"),
)
def var(a, axis=None, dtype=None, *, ddof=0, keepdims=False, where=1, mean=None, correction=None, g):
    a: (
        restore_axes(2.0 * g / (count(a, axis) - ddof), a, axis, keepdims) * deviations(a, axis)
        if literal(where) and where == 1 and mean is None and correction is None
        else var_chosen(g, a, axis, ddof, keepdims, where, mean, correction)
    )
    mean: var_mean(g, a, axis, ddof, keepdims, where, mean, correction)
    y_dot: (
        paired(2.0 * deviations(a, axis), a_dot, axis, keepdims) / (count(a, axis) - ddof)
        if literal(where) and where == 1 and mean is None and correction is None
        else paired(
            var_chosen(np.ones_like(y), a, axis, ddof, keepdims, where, mean, correction),
            a_dot - mean_dot,
            axis,
            keepdims,
        )
    )


@reduction(np.std, kind=shapes_reduce.reduction, method="std", real=True,
           cases=(*AXES[:-2], *CHOSEN, *CENTRED, "f(A(3, 4), 1, ddof=1)", "f(C(4))"))  # fmt: skip
def std(a, axis=None, dtype=None, *, ddof=0, keepdims=False, where=1, mean=None, correction=None, y, g):
    a: (
        restore_axes(ratio(g, (count(a, axis) - ddof) * y), a, axis, keepdims) * deviations(a, axis)
        if literal(where) and where == 1 and mean is None and correction is None
        else std_chosen(g, a, y, axis, ddof, keepdims, where, mean, correction)
    )
    mean: var_mean(0.5 * ratio(g, y), a, axis, ddof, keepdims, where, mean, correction)
    y_dot: (
        ratio(paired(deviations(a, axis), a_dot, axis, keepdims), (count(a, axis) - ddof) * y)
        if literal(where) and where == 1 and mean is None and correction is None
        else paired(
            std_chosen(np.ones_like(y), a, y, axis, ddof, keepdims, where, mean, correction),
            a_dot - mean_dot,
            axis,
            keepdims,
        )
    )


@reduction(np.median, kind=shapes_reduce.median, cases=(*AXES[:-1], "f(A(4, 5), axis=1)"))
def median(a, axis=None, *, overwrite_input=False, keepdims=False, g):
    a: quantile_share(g, a, 0.5, axis, keepdims)
    y_dot: np.sum(quantile_share(np.ones_like(y), a, 0.5, axis, keepdims) * a_dot, axis=axis, keepdims=keepdims)


@reduction(
    np.quantile,
    kind=shapes_reduce.quantile,
    cases=(
        "f(A(5), 0.3)",
        "f(A(5), 0.3 * S())",
        "f(A(3, 6), 0.1 * A(2) + 0.5, axis=-1, keepdims=True)",
        "f(A(3, 4), 0.25, axis=1)",
        "f(A(3, 4), 0.6, axis=0, keepdims=True)",
        "f(A(2, 3), 0.5)",
        "f(A(3, 4), np.array([0.1, 0.6]), axis=1)",
        "f(A(5), np.array([0.2, 0.45]))",
        "f(A(2, 3, 4), np.array([[0.1, 0.6], [0.5, 0.9]]), axis=(0, 2), keepdims=True)",
        *(f"f(A(3, 6), 0.37, axis=1, method='{method}')" for method in QUANTILE_METHODS),
        "f(A(5), 0.4, method='inverted_cdf', weights=np.array([0.5, 1.0, 2.0, 1.0, 0.3]))",
        "f(A(3, 4), np.array([0.4, 0.9]), 0, method='inverted_cdf', weights=np.array([0.5, 1.0, 2.0]))",
    ),
)
def quantile(a, q, axis=None, *, overwrite_input=False, method="linear", keepdims=False, weights=None, y, g):
    a: (
        quantile_share(g, a, q, axis, keepdims, method)
        if weights is None
        else weighted_quantile_share(g, a, y, q, axis, keepdims)
    )
    q: quantile_points(g, a, q, axis, method, weights)
    weights: 0
    y_dot: (
        quantile_tangent(a_dot, a, y, q, axis, keepdims, method)
        if weights is None
        else weighted_quantile_tangent(a_dot, a, y, q, axis, keepdims)
    ) + quantile_points_tangent(q_dot, a, y, q, axis, method, weights)


@reduction(
    np.percentile,
    kind=shapes_reduce.quantile,
    cases=(
        "f(A(5), 30.0)",
        "f(A(5), 20.0 * S())",
        "f(A(3, 4), 24.0, axis=1)",
        "f(A(5), np.array([20.0, 45.0]), method='hazen')",
    ),
)
def percentile(a, q, axis=None, *, overwrite_input=False, method="linear", keepdims=False, weights=None, y, g):
    a: (
        quantile_share(g, a, np.true_divide(q, 100.0), axis, keepdims, method)
        if weights is None
        else weighted_quantile_share(g, a, y, q, axis, keepdims)
    )
    q: quantile_points(g, a, np.true_divide(q, 100.0), axis, method, weights) / 100.0
    weights: 0
    y_dot: (
        quantile_tangent(a_dot, a, y, np.true_divide(q, 100.0), axis, keepdims, method)
        if weights is None
        else weighted_quantile_tangent(a_dot, a, y, q, axis, keepdims)
    ) + quantile_points_tangent(np.true_divide(q_dot, 100.0), a, y, np.true_divide(q, 100.0), axis, method, weights)


@linear(
    np.cumsum,
    kind=shapes_reduce.cumulative,
    method="cumsum",
    cases=("f(A(4))", "f(A(3, 4))", "f(A(3, 4), axis=-2)", "f(A(3, 0), axis=1)", "f(C(3))", "f(A(3), dtype=complex)"),
)
def cumsum(a, axis=None, dtype=None, *, g):
    a: cumsum_from_end(g, a, axis)


@general(
    np.cumprod,
    kind=shapes_reduce.cumulative,
    method="cumprod",
    cases=("f(A(4))", "f(A(3, 4))", "f(A(3, 4), axis=-2)", "f(A(3, 0), axis=1)", "f(C(3))"),
)
def cumprod(a, axis=None, dtype=None, *, g):
    a: cumprod_cotangent(g, a, axis)
    y_dot: cumprod_tangent(a_dot, a, axis)


if hasattr(np, "cumulative_sum"):

    @linear(
        np.cumulative_sum,
        kind=shapes_reduce.unsaid_array,
        cases=CUMULATIVE,
    )
    def cumulative_sum(x, /, *, axis=None, dtype=None, include_initial=False, g):
        x: cumsum_from_end(without_first(g, x, axis), x, axis)

    @general(
        np.cumulative_prod,
        kind=shapes_reduce.unsaid_array,
        cases=CUMULATIVE,
    )
    def cumulative_prod(x, /, *, axis=None, dtype=None, include_initial=False, g):
        x: cumprod_cotangent(without_first(g, x, axis), x, axis)
        y_dot: (
            cumprod_tangent(x_dot, x, axis)
            if include_initial is False
            else after_zero(cumprod_tangent(x_dot, x, axis), axis)
        )
