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
    median_share,
    others_product,
    quantile_share,
    ratio,
    restore_axes,
    share,
    spread,
)
from srcgrad.runtime.words_nan import (
    mean_chosen,
    prod_chosen,
    product_initial,
    share_chosen,
    share_initial,
    std_chosen,
    sum_chosen,
    var_chosen,
)
from srcgrad.runtime.words_ufunc import without_first

# The initial value of an extremum that was not given: no program starts a maximum at infinity, and a minimum
# that starts there is one without initial value.
NONE_GIVEN = 1e999
CHOSEN = (
    "f(A(3, 4), where=np.arange(12).reshape(3, 4) % 3 > 0)",
    "f(A(3, 4), 1, where=np.array([True, False, True, True]))",
)
STARTED = ("f(A(3, 4), 0, initial=0.3)", "f(A(3), initial=S(), where=np.array([True, False, True]))")
CUMULATIVE = (
    "f(A(4))",
    "f(A(3, 4), axis=0)",
    "f(A(3), include_initial=True)",
    "f(A(2, 3), axis=1, include_initial=True)",
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


@reduction(np.min, np.amin, kind=shapes_reduce.reduction, method="min", cases=(*AXES, *STARTED))
def min(a, axis=None, *, keepdims=False, initial=NONE_GIVEN, where=1, y, g):
    a: (
        share(g, a, y, axis, keepdims)
        if literal(where) and where == 1 and literal(initial) and initial == 1e999
        else share_chosen(g, a, y, axis, keepdims, where, initial)
    )
    initial: share_initial(g, a, y, axis, keepdims, where, initial)


@reduction(np.ptp, kind=shapes_reduce.reduction, cases=AXES[:-1])
def ptp(a, axis=None, *, keepdims=False, g):
    highest = np.max(a, axis=axis, keepdims=keepdims)
    lowest = np.min(a, axis=axis, keepdims=keepdims)
    a: share(g, a, highest, axis, keepdims) - share(g, a, lowest, axis, keepdims)


@reduction(np.prod, kind=shapes_reduce.reduction, method="prod",
           cases=(*AXES, *CHOSEN, *STARTED, "f(C(2, 3), 1)", "f(A(0, 3), axis=0)"))  # fmt: skip
def prod(a, axis=None, dtype=None, *, keepdims=False, initial=1, where=1, g):
    a: (
        restore_axes(g, a, axis, keepdims) * conj(others_product(a, axis))
        if literal(where) and where == 1 and literal(initial) and initial == 1
        else prod_chosen(g, a, axis, keepdims, where, initial)
    )
    initial: product_initial(g, a, axis, keepdims, where)


@reduction(
    np.var,
    kind=shapes_reduce.reduction,
    method="var",
    cases=(*AXES, *CHOSEN, "f(A(3, 4), 1, ddof=1)", "f(C(4), ddof=1)"),
)
def var(a, axis=None, dtype=None, *, ddof=0, keepdims=False, where=1, g):
    a: (
        restore_axes(2.0 * g / (count(a, axis) - ddof), a, axis, keepdims) * deviations(a, axis)
        if literal(where) and where == 1
        else var_chosen(g, a, axis, ddof, keepdims, where)
    )


@reduction(np.std, kind=shapes_reduce.reduction, method="std",
           cases=(*AXES[:-2], *CHOSEN, "f(A(3, 4), 1, ddof=1)", "f(C(4))"))  # fmt: skip
def std(a, axis=None, dtype=None, *, ddof=0, keepdims=False, where=1, y, g):
    a: (
        restore_axes(ratio(g, (count(a, axis) - ddof) * y), a, axis, keepdims) * deviations(a, axis)
        if literal(where) and where == 1
        else std_chosen(g, a, y, axis, ddof, keepdims, where)
    )


@reduction(np.median, kind=shapes_reduce.reduction, cases=(*AXES[:-1], "f(A(4, 5), axis=1)"))
def median(a, axis=None, *, keepdims=False, y, g):
    a: median_share(g, a, y, axis, keepdims)


@reduction(
    np.quantile,
    kind=shapes_reduce.quantile,
    cases=(
        "f(A(5), 0.3)",
        "f(A(3, 4), 0.25, axis=1)",
        "f(A(3, 4), 0.6, axis=0, keepdims=True)",
        "f(A(2, 3), 0.5)",
        "f(A(3, 4), np.array([0.1, 0.6]), axis=1)",
        "f(A(5), [0.2, 0.5])",
    ),
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


if hasattr(np, "cumulative_sum"):

    @linear(
        np.cumulative_sum,
        kind=shapes_reduce.unsaid_array,
        cases=CUMULATIVE,
    )
    def cumulative_sum(x, /, *, axis=None, include_initial=False, g):
        x: cumsum_from_end(without_first(g, x, axis), x, axis)

    @general(
        np.cumulative_prod,
        kind=shapes_reduce.unsaid_array,
        cases=CUMULATIVE,
    )
    def cumulative_prod(x, /, *, axis=None, include_initial=False, g):
        x: cumprod_cotangent(without_first(g, x, axis), x, axis)
