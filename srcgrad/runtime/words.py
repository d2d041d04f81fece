"""The words of the rule language: helpers that a formula names and that emitted code calls.

Plain NumPy, right for arrays, NumPy scalars and Python floats, for negative axes, tuples of axes and empty arrays.
None writes into what it is given.  `WORDS` is the list that the language accepts.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any

from srcgrad.runtime import (
    words_complex,
    words_element,
    words_fourier,
    words_histogram,
    words_interp,
    words_linalg,
    words_move,
    words_nan,
    words_order,
    words_pad,
    words_pick,
    words_product,
    words_reduce,
    words_sequence,
    words_signal,
    words_spaced,
    words_spectral,
    words_statistics,
    words_tangent,
    words_tangent_linalg,
    words_ufunc,
)
from srcgrad.runtime.words_element import (
    clip_high,
    clip_low,
    clip_value,
    literal,
    log_or_zero,
    power_partial,
    quotient,
    sign,
)
from srcgrad.runtime.words_linalg import (
    cholesky_cotangent,
    det_cotangent,
    digamma,
    slogdet_cotangent,
    solve_left,
    solve_right,
)
from srcgrad.runtime.words_move import (
    axes_given,
    diag_cotangent,
    diagonal_cotangent,
    extended_undiff,
    inverse_order,
    is_basic,
    join_split,
    meshgrid_cotangents,
    nested_items,
    read_back,
    scatter,
    scatter_along,
    scatter_take,
    select_cotangents,
    select_default,
    sort_cotangent,
    split_columns,
    split_concat,
    split_depth,
    split_hstack,
    split_stack,
    split_vstack,
    sum_repeats,
    sum_tiles,
    undiff,
    unpad,
    unroll,
)
from srcgrad.runtime.words_product import (
    cross_left,
    cross_right,
    dot_left,
    dot_right,
    einsum_cotangents,
    inner_left,
    inner_right,
    kron_left,
    kron_right,
    matmul_left,
    matmul_right,
    outer_left,
    outer_right,
    shaped,
    tensordot_left,
    tensordot_right,
    trace_cotangent,
    transposed,
)
from srcgrad.runtime.words_reduce import (
    conj,
    count,
    cumprod_before,
    cumprod_cotangent,
    cumsum_from_end,
    deviations,
    matrix_norm_cotangent,
    norm_cotangent,
    others_product,
    ratio,
    restore_axes,
    share,
    spread,
    unbroadcast,
)

__all__ = [
    "WORDS",
    "axes_given",
    "cholesky_cotangent",
    "clip_high",
    "clip_low",
    "clip_value",
    "conj",
    "count",
    "cross_left",
    "cross_right",
    "cumprod_before",
    "cumprod_cotangent",
    "cumsum_from_end",
    "det_cotangent",
    "deviations",
    "diag_cotangent",
    "diagonal_cotangent",
    "digamma",
    "dot_left",
    "dot_right",
    "extended_undiff",
    "einsum_cotangents",
    "inner_left",
    "inner_right",
    "inverse_order",
    "is_basic",
    "join_split",
    "kron_left",
    "kron_right",
    "literal",
    "log_or_zero",
    "matmul_left",
    "matmul_right",
    "matrix_norm_cotangent",
    "meshgrid_cotangents",
    "nested_items",
    "norm_cotangent",
    "others_product",
    "outer_left",
    "outer_right",
    "power_partial",
    "quotient",
    "ratio",
    "read_back",
    "restore_axes",
    "scatter",
    "scatter_along",
    "scatter_take",
    "select_cotangents",
    "select_default",
    "shaped",
    "share",
    "sign",
    "slogdet_cotangent",
    "solve_left",
    "solve_right",
    "sort_cotangent",
    "split_columns",
    "split_concat",
    "split_depth",
    "split_hstack",
    "split_stack",
    "split_vstack",
    "spread",
    "sum_repeats",
    "sum_tiles",
    "tensordot_left",
    "tensordot_right",
    "trace_cotangent",
    "transposed",
    "unbroadcast",
    "undiff",
    "unpad",
    "unroll",
]


def words_of(module: ModuleType) -> dict[str, Callable[..., Any]]:
    """The functions that a module defines and does not keep to itself."""
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, FunctionType) and value.__module__ == module.__name__ and not name.startswith("_")
    }


_MODULES = (
    words_complex, words_element, words_fourier, words_histogram, words_interp, words_linalg, words_move, words_nan,
    words_order, words_pad, words_pick, words_product, words_reduce, words_sequence, words_signal, words_spaced, words_spectral,
    words_statistics, words_tangent, words_tangent_linalg, words_ufunc,
)  # fmt: skip
WORDS: dict[str, Callable[..., Any]] = {
    name: word for module in _MODULES for name, word in words_of(module).items()
}
