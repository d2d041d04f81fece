"""Rules for reductions and cumulative functions."""

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
    median_share,
    others_product,
    quantile_share,
    ratio,
    restore_axes,
    share,
    spread,
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


@linear(np.sum, kind=shapes_reduce.reduction, method="sum", cases=(*AXES, "f(A(0, 3), axis=0)", "f(C(2, 3), 1)"))
def sum(a, axis=None, *, keepdims=False, g):
    a: spread(g, a, axis, keepdims)


@linear(np.mean, kind=shapes_reduce.reduction, method="mean", cases=(*AXES, "f(C(2, 3), 1)"))
def mean(a, axis=None, *, keepdims=False, g):
    a: spread(g / count(a, axis), a, axis, keepdims)


@reduction(np.max, np.amax, kind=shapes_reduce.reduction, method="max", cases=AXES)
def max(a, axis=None, *, keepdims=False, y, g):
    a: share(g, a, y, axis, keepdims)


@reduction(np.min, np.amin, kind=shapes_reduce.reduction, method="min", cases=AXES)
def min(a, axis=None, *, keepdims=False, y, g):
    a: share(g, a, y, axis, keepdims)


@reduction(np.ptp, kind=shapes_reduce.reduction, cases=AXES[:-1])
def ptp(a, axis=None, *, keepdims=False, g):
    highest = np.max(a, axis=axis, keepdims=keepdims)
    lowest = np.min(a, axis=axis, keepdims=keepdims)
    a: share(g, a, highest, axis, keepdims) - share(g, a, lowest, axis, keepdims)


@reduction(np.prod, kind=shapes_reduce.reduction, method="prod", cases=(*AXES, "f(C(2, 3), 1)", "f(A(0, 3), axis=0)"))
def prod(a, axis=None, *, keepdims=False, g):
    a: restore_axes(g, a, axis, keepdims) * conj(others_product(a, axis))


@reduction(
    np.var, kind=shapes_reduce.reduction, method="var", cases=(*AXES, "f(A(3, 4), 1, ddof=1)", "f(C(4), ddof=1)")
)
def var(a, axis=None, *, ddof=0, keepdims=False, g):
    a: restore_axes(2.0 * g / (count(a, axis) - ddof), a, axis, keepdims) * deviations(a, axis)


@reduction(np.std, kind=shapes_reduce.reduction, method="std", cases=(*AXES[:-2], "f(A(3, 4), 1, ddof=1)", "f(C(4))"))
def std(a, axis=None, *, ddof=0, keepdims=False, y, g):
    a: restore_axes(ratio(g, (count(a, axis) - ddof) * y), a, axis, keepdims) * deviations(a, axis)


@reduction(np.median, kind=shapes_reduce.reduction, cases=(*AXES[:-1], "f(A(4, 5), axis=1)"))
def median(a, axis=None, *, keepdims=False, y, g):
    a: median_share(g, a, y, axis, keepdims)


@reduction(
    np.quantile,
    kind=shapes_reduce.quantile,
    cases=("f(A(5), 0.3)", "f(A(3, 4), 0.25, axis=1)", "f(A(3, 4), 0.6, axis=0, keepdims=True)", "f(A(2, 3), 0.5)"),
)
def quantile(a, q, axis=None, *, keepdims=False, g):
    a: quantile_share(g, a, q, axis, keepdims)


@reduction(np.percentile, kind=shapes_reduce.quantile, cases=("f(A(5), 30.0)", "f(A(3, 4), 25.0, axis=1)"))
def percentile(a, q, axis=None, *, keepdims=False, g):
    a: quantile_share(g, a, q / 100.0, axis, keepdims)


@linear(
    np.cumsum,
    kind=shapes_reduce.cumulative,
    method="cumsum",
    cases=("f(A(4))", "f(A(3, 4))", "f(A(3, 4), axis=-2)", "f(A(3, 0), axis=1)", "f(C(3))"),
)
def cumsum(a, axis=None, *, g):
    a: cumsum_from_end(g, a, axis)


@general(
    np.cumprod,
    kind=shapes_reduce.cumulative,
    method="cumprod",
    cases=("f(A(4))", "f(A(3, 4))", "f(A(3, 4), axis=-2)", "f(A(3, 0), axis=1)", "f(C(3))"),
)
def cumprod(a, axis=None, *, g):
    a: cumprod_cotangent(g, a, axis)


@linear(np.nansum, kind=shapes_reduce.reduction, cases=AXES)
def nansum(a, axis=None, *, keepdims=False, g):
    a: np.where(np.isnan(a), 0.0, spread(g, a, axis, keepdims))
