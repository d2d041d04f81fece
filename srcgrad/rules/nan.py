"""Rules for reductions that leave nan out: such elements have no derivative."""

# A rule's lines are formulas, not types.
# mypy: ignore-errors

from __future__ import annotations

import numpy as np

from srcgrad.analysis import shapes_reduce
from srcgrad.rules.language import linear, reduction
from srcgrad.runtime.words import cumsum_from_end
from srcgrad.runtime.words_nan import (
    mean_chosen,
    nancumprod_cotangent,
    nanquantile_share,
    prod_chosen,
    share_chosen,
    std_chosen,
    sum_chosen,
    var_chosen,
)

HOLES = "np.array([[1.0, np.nan, 2.0, 4.0], [0.5, -1.0, np.nan, np.nan], [3.0, 1.5, 0.25, -2.0]])"
CASES = (
    "f(A(3, 4))",
    "f(A(2, 3, 4), axis=(0, -1))",
    "f(A(3, 1), axis=-2, keepdims=True)",
    f"f({HOLES})",
    f"f({HOLES}, 1)",
    f"f({HOLES} * A(3, 4), axis=0, keepdims=True)",
)
CUMULATIVE = ("f(A(4))", f"f({HOLES} * A(3, 4))", f"f({HOLES}, 1)", "f(A(3, 0), axis=1)")


@linear(np.nansum, kind=shapes_reduce.reduction, cases=(*CASES, "f(A())"))
def nansum(a, axis=None, *, keepdims=False, g):
    a: sum_chosen(g, a, axis, keepdims, None)


@reduction(np.nanmean, kind=shapes_reduce.unsaid, cases=CASES)
def nanmean(a, axis=None, *, keepdims=False, g):
    a: mean_chosen(g, a, axis, keepdims, None)


@reduction(np.nanvar, kind=shapes_reduce.unsaid, cases=(*CASES, f"f({HOLES}, 0, ddof=1)"))
def nanvar(a, axis=None, *, ddof=0, keepdims=False, g):
    a: var_chosen(g, a, axis, ddof, keepdims, None)


@reduction(np.nanstd, kind=shapes_reduce.unsaid, cases=(*CASES[:2], *CASES[3:], f"f({HOLES}, 1, ddof=1)"))
def nanstd(a, axis=None, *, ddof=0, keepdims=False, y, g):
    a: std_chosen(g, a, y, axis, ddof, keepdims, None)


@reduction(np.nanmax, kind=shapes_reduce.unsaid, cases=CASES)
def nanmax(a, axis=None, *, keepdims=False, y, g):
    a: share_chosen(g, a, y, axis, keepdims, None)


@reduction(np.nanmin, kind=shapes_reduce.unsaid, cases=CASES)
def nanmin(a, axis=None, *, keepdims=False, y, g):
    a: share_chosen(g, a, y, axis, keepdims, None)


@reduction(np.nanprod, kind=shapes_reduce.unsaid, cases=CASES)
def nanprod(a, axis=None, *, keepdims=False, g):
    a: prod_chosen(g, a, axis, keepdims, None)


@reduction(np.nanmedian, kind=shapes_reduce.unsaid, cases=(*CASES, "f(A(4, 5), axis=1)"))
def nanmedian(a, axis=None, *, keepdims=False, g):
    a: nanquantile_share(g, a, 0.5, axis, keepdims)


@reduction(
    np.nanquantile,
    kind=shapes_reduce.unsaid_quantile,
    cases=("f(A(5), 0.3)", f"f({HOLES}, 0.25, axis=1)", f"f({HOLES}, 0.6, axis=0, keepdims=True)",
           f"f({HOLES}, [0.1, 0.8], 1)"),
)  # fmt: skip
def nanquantile(a, q, axis=None, *, keepdims=False, g):
    a: nanquantile_share(g, a, q, axis, keepdims)


@reduction(np.nanpercentile, kind=shapes_reduce.unsaid_quantile, cases=("f(A(5), 30.0)", f"f({HOLES}, 25.0, axis=1)"))
def nanpercentile(a, q, axis=None, *, keepdims=False, g):
    a: nanquantile_share(g, a, q / 100.0, axis, keepdims)


@linear(np.nancumsum, kind=shapes_reduce.cumulative, cases=CUMULATIVE)
def nancumsum(a, axis=None, *, g):
    a: np.where(np.isnan(a), 0.0, cumsum_from_end(g, a, axis))


@reduction(np.nancumprod, kind=shapes_reduce.cumulative, cases=CUMULATIVE)
def nancumprod(a, axis=None, *, g):
    a: nancumprod_cotangent(g, a, axis)
