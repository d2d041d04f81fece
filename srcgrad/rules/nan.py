"""Rules for reductions that leave nan out: such elements have no derivative."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

import numpy as np

from srcgrad.analysis import shapes_reduce
from srcgrad.rules.language import general, reduction
from srcgrad.rules.reductions import CENTRED, NONE_GIVEN, STARTED
from srcgrad.runtime.words import cumsum_from_end, ratio
from srcgrad.runtime.words_nan import (
    mean_chosen,
    nancumprod_cotangent,
    prod_chosen,
    prod_of_chosen,
    product_initial,
    seen,
    share_chosen,
    share_initial,
    std_chosen,
    sum_chosen,
    var_chosen,
    var_mean,
)
from srcgrad.runtime.words_order import (
    nanquantile_share,
    nanquantile_tangent,
    quantile_points,
    quantile_points_tangent,
    weighted_quantile_share,
    weighted_quantile_tangent,
)
from srcgrad.runtime.words_tangent import cumprod_tangent, initial_tangent, paired, prod_tangent

HOLES = "np.array([[1.0, np.nan, 2.0, 4.0], [0.5, -1.0, np.nan, np.nan], [3.0, 1.5, 0.25, -2.0]])"
CASES = (
    "f(A(3, 4))",
    "f(A(2, 3, 4), axis=(0, -1))",
    "f(A(3, 1), axis=-2, keepdims=True)",
    f"f({HOLES})",
    f"f({HOLES}, 1)",
    f"f({HOLES} * A(3, 4), axis=0, keepdims=True)",
)
CHOSEN = (
    f"f({HOLES}, where=np.arange(12).reshape(3, 4) % 3 > 0)",
    f"f({HOLES} * A(3, 4), 1, where=np.array([True, False, True, True]))",
)
CUMULATIVE = ("f(A(4))", f"f({HOLES} * A(3, 4))", f"f({HOLES}, 1)", "f(A(3, 0), axis=1)")


@general(np.nansum, kind=shapes_reduce.reduction, cases=(*CASES, *CHOSEN, *STARTED, "f(A())"))
def nansum(a, axis=None, dtype=None, *, keepdims=False, initial=0, where=1, g):
    a: sum_chosen(g, a, axis, keepdims, seen(a, where))
    initial: np.sum(g)
    y_dot: np.sum(np.where(seen(a, where), a_dot, 0.0), axis=axis, keepdims=keepdims) + initial_dot


@reduction(np.nanmean, kind=shapes_reduce.unsaid, cases=(*CASES, *CHOSEN))
def nanmean(a, axis=None, dtype=None, *, keepdims=False, where=1, g):
    a: mean_chosen(g, a, axis, keepdims, seen(a, where))
    y_dot: np.sum(mean_chosen(np.ones_like(y), a, axis, keepdims, seen(a, where)) * a_dot, axis=axis, keepdims=keepdims)


@reduction(np.nanvar, kind=shapes_reduce.variance, real=True,
           cases=(*CASES, *CHOSEN, *CENTRED, f"f({HOLES}, 0, ddof=1)", "f(A(4), correction=1)"))  # fmt: skip
def nanvar(a, axis=None, dtype=None, *, ddof=0, keepdims=False, where=1, mean=None, correction=None, g):
    a: var_chosen(g, a, axis, ddof, keepdims, seen(a, where), mean, correction)
    mean: var_mean(g, a, axis, ddof, keepdims, seen(a, where), mean, correction)
    y_dot: paired(
        var_chosen(np.ones_like(y), a, axis, ddof, keepdims, seen(a, where), mean, correction),
        a_dot - mean_dot,
        axis,
        keepdims,
    )


@reduction(np.nanstd, kind=shapes_reduce.variance, real=True,
           cases=(*CASES[:2], *CASES[3:], *CHOSEN, *CENTRED, f"f({HOLES}, 1, ddof=1)"))  # fmt: skip
def nanstd(a, axis=None, dtype=None, *, ddof=0, keepdims=False, where=1, mean=None, correction=None, y, g):
    a: std_chosen(g, a, y, axis, ddof, keepdims, seen(a, where), mean, correction)
    mean: var_mean(0.5 * ratio(g, y), a, axis, ddof, keepdims, seen(a, where), mean, correction)
    y_dot: paired(
        std_chosen(np.ones_like(y), a, y, axis, ddof, keepdims, seen(a, where), mean, correction),
        a_dot - mean_dot,
        axis,
        keepdims,
    )


@reduction(np.nanmax, np.nanmin, kind=shapes_reduce.unsaid, cases=(*CASES, *STARTED))
def nan_extremum(a, axis=None, *, keepdims=False, initial=NONE_GIVEN, where=1, y, g):
    a: share_chosen(g, a, y, axis, keepdims, seen(a, where), initial)
    initial: share_initial(g, a, y, axis, keepdims, seen(a, where), initial)
    y_dot: np.sum(
        share_chosen(np.ones_like(y), a, y, axis, keepdims, seen(a, where), initial) * a_dot,
        axis=axis,
        keepdims=keepdims,
    ) + initial_tangent(initial_dot, a, y, axis, keepdims, seen(a, where), initial)


@reduction(np.nanprod, kind=shapes_reduce.unsaid, cases=(*CASES, *CHOSEN, *STARTED))
def nanprod(a, axis=None, dtype=None, *, keepdims=False, initial=1, where=1, g):
    a: prod_chosen(g, a, axis, keepdims, seen(a, where), initial)
    initial: product_initial(g, a, axis, keepdims, seen(a, where))
    y_dot: prod_tangent(a_dot, a, axis, keepdims, seen(a, where), initial) + initial_dot * prod_of_chosen(
        a, axis, keepdims, seen(a, where)
    )


@reduction(np.nanmedian, kind=shapes_reduce.nanmedian, cases=(*CASES, "f(A(4, 5), axis=1)"))
def nanmedian(a, axis=None, *, overwrite_input=False, keepdims=False, g):
    a: nanquantile_share(g, a, 0.5, axis, keepdims)
    y_dot: nanquantile_tangent(a_dot, a, y, 0.5, axis, keepdims)


@reduction(
    np.nanquantile,
    kind=shapes_reduce.unsaid_quantile,
    cases=("f(A(5), 0.3)", f"f({HOLES}, 0.25, axis=1)", f"f({HOLES}, 0.6, axis=0, keepdims=True)",
           f"f({HOLES}, np.array([0.1, 0.8]), 1)", f"f({HOLES}, 0.3, 1, method='hazen')", f"f({HOLES}, 0.3 * S(), 1)",
           f"f({HOLES} * A(3, 4), 0.1 * A(2) + 0.5, axis=0, keepdims=True)", "f(A(5), 0.3 * S(), method='weibull')",
           "f(A(5), 0.4, method='inverted_cdf', weights=np.array([0.5, 1.0, 2.0, 1.0, 0.3]))"),
)  # fmt: skip
def nanquantile(a, q, axis=None, *, overwrite_input=False, method="linear", keepdims=False, weights=None, y, g):
    a: (
        nanquantile_share(g, a, q, axis, keepdims, method)
        if weights is None
        else weighted_quantile_share(g, a, y, q, axis, keepdims)
    )
    q: quantile_points(g, a, q, axis, method, weights, True)
    weights: 0
    y_dot: (
        nanquantile_tangent(a_dot, a, y, q, axis, keepdims, method)
        if weights is None
        else weighted_quantile_tangent(a_dot, a, y, q, axis, keepdims)
    ) + quantile_points_tangent(q_dot, a, y, q, axis, method, weights, True)


@reduction(
    np.nanpercentile,
    kind=shapes_reduce.unsaid_quantile,
    cases=("f(A(5), 30.0)", f"f({HOLES}, 25.0, axis=1)", f"f({HOLES}, 20.0 * S(), 1)"),
)
def nanpercentile(a, q, axis=None, *, overwrite_input=False, method="linear", keepdims=False, weights=None, y, g):
    a: (
        nanquantile_share(g, a, np.true_divide(q, 100.0), axis, keepdims, method)
        if weights is None
        else weighted_quantile_share(g, a, y, q, axis, keepdims)
    )
    q: quantile_points(g, a, np.true_divide(q, 100.0), axis, method, weights, True) / 100.0
    weights: 0
    y_dot: (
        nanquantile_tangent(a_dot, a, y, np.true_divide(q, 100.0), axis, keepdims, method)
        if weights is None
        else weighted_quantile_tangent(a_dot, a, y, q, axis, keepdims)
    ) + quantile_points_tangent(
        np.true_divide(q_dot, 100.0), a, y, np.true_divide(q, 100.0), axis, method, weights, True
    )


@general(np.nancumsum, kind=shapes_reduce.cumulative, cases=CUMULATIVE)
def nancumsum(a, axis=None, dtype=None, *, g):
    a: np.where(np.isnan(a), 0.0, cumsum_from_end(g, a, axis))
    y_dot: np.cumsum(np.where(np.isnan(a), 0.0, a_dot), axis=axis)


@reduction(np.nancumprod, kind=shapes_reduce.cumulative, cases=CUMULATIVE)
def nancumprod(a, axis=None, dtype=None, *, g):
    a: nancumprod_cotangent(g, a, axis)
    y_dot: cumprod_tangent(np.where(np.isnan(a), 0.0, a_dot), np.where(np.isnan(a), 1.0, a), axis)
