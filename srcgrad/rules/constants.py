"""Functions whose derivative is zero or does not exist: one flat list, and the kinds of their results.

`is_constant` functions are called as they stand and pass no cotangent on.  Those in `REFUSE_ACTIVE` depend smoothly on
an argument (the mean of a random draw, the step of `np.arange`), so that an active value there is refused rather than
dropped.
"""

from __future__ import annotations

import bisect
import builtins
import cmath
import math
import operator
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from srcgrad.analysis import dtypes, shapes
from srcgrad.analysis.extents import Dim, Shape
from srcgrad.analysis.kinds import BOOL, FLOAT, INT, Inert, Kind, Known, Num, Seq, Tup, result_num
from srcgrad.analysis.shapes_reduce import reduced_shape
from srcgrad.rules.made import made_kind
from srcgrad.rules.twins import numpy_twin, on_device
from srcgrad.runtime import (
    places,
    results,
    words,
    words_draws,
    words_joined,
    words_move,
    words_order,
    words_pad,
    words_pick,
    words_product,
    words_reduce,
    words_ufunc,
    words_vectorize,
    words_write,
)

_NO_ACTIVE_NAMES = {
    np.random: (
        "rand", "randn", "randint", "random", "random_sample", "ranf", "sample", "standard_normal", "choice",
        "permutation", "shuffle", "seed", "poisson", "binomial", "beta", "default_rng", "get_state",
        "set_state", "RandomState", "chisquare", "dirichlet", "f", "geometric", "hypergeometric", "logseries",
        "multinomial", "negative_binomial", "noncentral_chisquare", "noncentral_f", "standard_cauchy",
        "standard_exponential", "standard_gamma", "standard_t", "wald", "zipf", "bytes",
        "random_integers", "SeedSequence", "PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64", "Generator",
    ),
    random: ("random", "randint", "choice", "choices", "seed", "shuffle", "sample", "randrange", "getrandbits",
             "betavariate", "gammavariate", "lognormvariate", "paretovariate", "weibullvariate", "vonmisesvariate",
             "triangular", "getstate", "setstate"),
    math: ("factorial", "comb", "perm", "gcd", "lcm", "isqrt", "ulp"),
}  # fmt: skip
REFUSE_ACTIVE: frozenset[Any] = frozenset(
    getattr(module, name) for module, names in _NO_ACTIVE_NAMES.items() for name in names if hasattr(module, name)
)

_NAMES = {
    np: (
        "sign", "floor", "ceil", "rint", "trunc", "fix", "round", "around", "spacing",
        "signbit", "isnan", "isinf", "isfinite", "isposinf", "isneginf", "isreal", "iscomplex", "iscomplexobj",
        "isrealobj", "isscalar", "isclose", "allclose", "array_equal", "array_equiv", "equal", "not_equal", "less",
        "less_equal", "greater", "greater_equal", "logical_and", "logical_or", "logical_not", "logical_xor", "any",
        "all", "count_nonzero", "argmax", "argmin", "nanargmax", "nanargmin", "argsort", "argpartition", "lexsort",
        "argwhere", "nonzero", "flatnonzero", "searchsorted", "digitize", "shape", "ndim", "size", "zeros", "ones",
        "empty", "zeros_like", "ones_like", "empty_like", "eye", "identity", "tri", "indices", "tril_indices",
        "triu_indices", "diag_indices", "diag_indices_from", "tril_indices_from", "triu_indices_from", "unravel_index",
        "ravel_multi_index", "hanning", "hamming", "blackman", "bartlett", "result_type", "common_type", "can_cast",
        "promote_types", "issubdtype", "dtype", "finfo", "iinfo", "broadcast_shapes", "may_share_memory",
        "shares_memory", "in1d",
        "isin", "bitwise_and", "bitwise_or", "bitwise_xor", "invert", "left_shift", "right_shift", "gcd", "lcm",
        "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "intp", "bool_", "array2string",
        "array_str", "array_repr", "seterr", "geterr", "errstate", "set_printoptions", "printoptions", "ndenumerate",
        "ndindex",
    ),
    getattr(np.lib, "array_utils", np.lib): ("normalize_axis_index", "normalize_axis_tuple"),
    np.linalg: ("matrix_rank",),
    cmath: ("isnan", "isinf", "isfinite", "isclose"),
    math: ("floor", "ceil", "trunc", "isnan", "isinf", "isfinite", "isclose"),
    operator: ("lt", "le", "gt", "ge", "eq", "ne", "not_", "truth", "is_", "is_not", "and_", "or_", "xor", "invert",
               "lshift", "rshift", "contains", "index", "length_hint"),
    builtins: ("len", "range", "print", "isinstance", "issubclass", "str", "repr", "type", "id", "hash", "callable",
               "hasattr", "int", "bool", "round", "any", "all", "format", "ord", "chr", "bin", "hex", "oct", "ascii",
               "bytes", "object", "slice"),
    bisect: ("bisect_left", "bisect_right"),
    time: ("time", "perf_counter", "monotonic", "process_time", "sleep", "time_ns", "perf_counter_ns"),
}  # fmt: skip
_WORDS = frozenset({
    words.literal, words.count, words.is_basic, words.inverse_order, words.axes_given, words_pick.type_characters,
    words_write.check_cast, words_write.flat_places, words_write.places_along, words_write.diagonal_places,
    words_write.rounds,
    words_pick.piecewise_conditions, words_pick.einsum_text, words_pick.joined_shape, words_pick.common_shape,
    words_pick.numbers, words_joined.directed_axes, words_joined.read_directive, words_joined.spelled_row,
    words_pick.numbers_laid_out,
    words_pick.spacing_at_one, words_pick.unique_places, words_pick.strided_places, words_move.memory_order,
    words_ufunc.check_reduced, words_pad.pad_widths,
    words_draws.drawn_shape, words_draws.check_covariance,
    words_ufunc.reduced_axes, words_ufunc.rows_shape, words_ufunc.kept_shape, words_ufunc.chosen_rows,
    words_pick.common_places, words_ufunc.latest, words_move.places_split, words_move.in_columns,
    words_move.same_layout, words_order.quantile_position, words_order.quantile_rate, words_order.fixed_point,
    words_product.einsum_terms, words_vectorize.core_names, words_vectorize.core_sizes, words_vectorize.loop_shape,
    words_vectorize.core_shape, words_reduce.attains, words_reduce.is_extremum,
    places.user_line, places.warn, results.scalar_result,
})  # fmt: skip
# areas that are read later add words of their own
CONSTANTS: set[Any] = {
    *_WORDS,
    *REFUSE_ACTIVE,
    *(getattr(module, name) for module, names in _NAMES.items() for name in names if hasattr(module, name)),
}

# Methods and attributes of arrays that carry no derivative.
CONSTANT_METHODS = frozenset(
    {"argmax", "argmin", "argsort", "argpartition", "any", "all", "nonzero", "searchsorted", "round", "tobytes",
     "dump", "dumps", "is_integer"}
)  # fmt: skip
CONSTANT_ATTRIBUTES = frozenset(
    {"shape", "ndim", "size", "dtype", "itemsize", "nbytes", "strides", "flags", "__class__"}
)


def is_constant(function: Any) -> bool:
    """Whether a function's result has no derivative with respect to its arguments."""
    try:
        return function in CONSTANTS or numpy_twin(function) in CONSTANTS
    except TypeError:  # not hashable
        return False


def refuses_active(function: Any) -> bool:
    """Whether an active argument of a constant function would lose a derivative, and has to be refused."""
    return is_constant(function) and (function in REFUSE_ACTIVE or numpy_twin(function) in REFUSE_ACTIVE)


def is_constant_method(name: str) -> bool:
    """Whether an ndarray method's result has no derivative."""
    return name in CONSTANT_METHODS


def is_constant_attr(name: str) -> bool:
    """Whether an ndarray attribute has no derivative."""
    return name in CONSTANT_ATTRIBUTES


# ------------------------------------------------------------------------------------------------ kinds of the results

_FILLED = frozenset({np.zeros, np.ones, np.empty})
_LIKE = frozenset({np.zeros_like, np.ones_like, np.empty_like})
_SQUARE = frozenset({np.eye, np.identity, np.tri})
_INT_RESULTS = frozenset({builtins.len, np.ndim, np.size, math.floor, math.ceil, math.trunc, builtins.int, math.gcd,
                          math.comb, math.factorial, builtins.ord, math.isqrt, bisect.bisect_left,
                          bisect.bisect_right})  # fmt: skip
_BOOL_RESULTS = frozenset({builtins.isinstance, builtins.callable, builtins.hasattr, builtins.bool, builtins.any,
                           builtins.all, builtins.issubclass, np.iscomplexobj, np.isrealobj, np.isscalar,
                           np.array_equal, math.isnan, math.isinf, math.isfinite, math.isclose, operator.not_,
                           operator.is_, operator.is_not, operator.contains})  # fmt: skip
# what NumPy gives as a number, and CuPy as an array of no axes
_ARRAYS_ON_DEVICE = frozenset({np.allclose, np.array_equal})
_REDUCTIONS = frozenset({np.argmax, np.argmin, np.any, np.all, np.count_nonzero})
_COMPARISONS = frozenset({operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne})
_SAME_SHAPE = frozenset({np.round, np.around, np.fix, np.isreal, np.iscomplex, np.isposinf, np.isneginf})
_RANDOM_BY_SIZE = {np.random.standard_normal: 0, np.random.random: 0, np.random.random_sample: 0}
_RANDOM_BY_AXES = frozenset({np.random.rand, np.random.randn})
_SHAPES = frozenset({words_pick.joined_shape, words_pick.common_shape, words_vectorize.loop_shape,
                     words_vectorize.core_shape})  # fmt: skip
_CLOCKS = frozenset({time.time, time.perf_counter, time.monotonic, time.process_time, random.random})  # fmt: skip


def constant_kind(function: Any, kinds: Sequence[Kind], keywords: Mapping[str, Kind] | None = None) -> Kind | None:
    """The kind of a constant function's result for the kinds of its arguments; None when not known."""
    keywords = keywords or {}
    twin = numpy_twin(function)
    if twin is not None:
        if twin in _ARRAYS_ON_DEVICE:
            return Num((), dtypes.BOOL, "cupy")
        found = constant_kind(twin, kinds, keywords)
        return found if found is None else on_device(found)
    if function in _BOOL_RESULTS:
        return BOOL
    if function is builtins.len and kinds and isinstance(kinds[0], Num) and kinds[0].shape:
        return shapes.length(kinds[0].shape[0])
    if function in _INT_RESULTS:
        return INT
    if function in _CLOCKS:
        return FLOAT
    if function is np.shape and len(kinds) == 1:
        axes = shapes.num(kinds[0]).shape
        return Seq(INT) if axes is None else Tup(tuple(map(shapes.length, axes)))
    if function in (words_pick.piecewise_conditions, words_ufunc.chosen_rows):
        return Num(None, dtypes.BOOL, "array")
    if function is words_reduce.attains:
        return replace(shapes.num(kinds[0]), dtype=dtypes.BOOL)
    if function is words_reduce.is_extremum:
        return Num(None, dtypes.BOOL, None)
    if function is words_pick.type_characters:
        return Seq(Inert(str))
    if function is words_move.in_columns:
        return BOOL
    if function in (
        words_pick.joined_shape,
        words_pick.common_shape,
        words_vectorize.loop_shape,
        words_vectorize.core_shape,
    ):
        return Seq(INT)
    if function is words_write.rounds:
        return Seq(Tup((Inert(), Inert())))
    if function is words_pad.pad_widths:
        return Seq(Seq(Num((), dtypes.INT, None)))
    if function is words_joined.spelled_row:
        return Num((Dim.new(),), None, "array")
    if function is words_pick.spacing_at_one:
        return FLOAT
    if function is words_pick.einsum_text:
        return Inert(str)
    if function is words_product.einsum_terms:
        return Tup((Seq(Inert(str)), Inert(str)))
    if function is np.result_type:
        return Inert(np.dtype)
    if function in _FILLED:
        asked = shapes.shape_from(kinds[0] if kinds else keywords.get("shape"))
        return Num(asked, _dtype(kinds[1] if len(kinds) > 1 else keywords.get("dtype")), "array")
    if function in _SQUARE:
        size = kinds[0] if kinds else keywords.get("N", keywords.get("n"))
        rows = shapes.shape_from(size)
        columns = shapes.shape_from(kinds[1]) if len(kinds) > 1 else None if "M" in keywords else rows
        if rows is None or columns is None:
            return Num(None, None, "array")
        known = (len(kinds) <= 2 and "dtype" in keywords) or ("dtype" not in keywords and len(kinds) <= 2)
        return Num(rows[:1] + columns[:1], _dtype(keywords.get("dtype")) if known else None, "array")
    if function in _LIKE:
        like = shapes.num(kinds[0]) if kinds else Num(None, None, None)
        if "shape" in keywords or len(kinds) > 1:
            return Num(None, None, "array")
        dtype = _dtype(keywords["dtype"]) if "dtype" in keywords else like.dtype
        return Num(like.shape, dtype, "cupy" if like.box == "cupy" else "array" if like.box else None)
    if function in _RANDOM_BY_SIZE:
        position = _RANDOM_BY_SIZE[function]
        size = kinds[position] if len(kinds) > position else keywords.get("size", Known(None))
        if shapes.static(size) is None:
            return FLOAT if all(shapes.num(k).is_number for k in kinds) else None
        return Num(shapes.shape_from(size), dtypes.FLOAT, "array")
    if function in _RANDOM_BY_AXES and kinds:
        extents = [shapes.shape_from(k) for k in kinds]
        shape: Shape | None = tuple(e[0] for e in extents if e) if all(e and len(e) == 1 for e in extents) else None
        return Num(shape, dtypes.FLOAT, "array")
    return _computed_kind(function, kinds, keywords) or made_kind(function, kinds)


def _computed_kind(function: Any, kinds: Sequence[Kind], keywords: Mapping[str, Kind]) -> Kind | None:
    """The kinds of constant functions that compute element by element or reduce."""
    positional = {str(i): k for i, k in enumerate(kinds)}
    if function in _COMPARISONS or (isinstance(function, np.ufunc) and not keywords and len(kinds) == function.nin):
        return shapes.elementwise(positional, function)
    if function in _SAME_SHAPE and kinds and not keywords:
        return shapes.elementwise({"0": kinds[0]}, function)
    if function is np.unravel_index and len(kinds) == 2 and isinstance(kinds[1], Tup):
        place = shapes.num(kinds[0])
        return Tup((result_num(place.shape, np.dtype(np.intp), place),) * len(kinds[1].items))
    if function in _REDUCTIONS and kinds and set(keywords) <= {"axis", "keepdims"}:
        axis = kinds[1] if len(kinds) > 1 else keywords.get("axis", Known(None))
        if len(kinds) > 2:
            return None
        operand = shapes.num(kinds[0])
        shape = reduced_shape(operand.shape, axis, keywords.get("keepdims", Known(False)))
        if function is np.count_nonzero:
            return Num(shape, dtypes.INT if shape == () else np.dtype(np.intp), None)
        dtype = np.dtype(bool) if function in (np.any, np.all) else np.dtype(np.intp)
        plain = Num(operand.shape, operand.dtype, operand.box)
        return result_num(shape, dtype, plain)
    if function is np.argsort and kinds:
        operand = shapes.num(kinds[0])
        flat = shapes.static(kinds[1] if len(kinds) > 1 else keywords.get("axis", Known(-1)))
        shape = operand.shape if flat is not None and flat is not shapes.NOT_KNOWN else None
        return Num(shape, np.dtype(np.intp), "cupy" if operand.box == "cupy" else "array" if operand.box else None)
    return None


def _dtype(kind: Kind | None) -> np.dtype[Any] | None:
    """The dtype that a `dtype=` argument names."""
    if kind is None:
        return dtypes.FLOAT
    return shapes.dtype_from(kind, dtypes.FLOAT)
