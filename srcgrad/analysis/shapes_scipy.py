"""Transfer functions of `scipy.linalg`: ranks, and little more."""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.analysis import dtypes
from srcgrad.analysis.extents import Dim, Shape, broadcast
from srcgrad.analysis.kinds import BOOL, Kind, Known, Num, Tup, same_dtype
from srcgrad.analysis.shapes import Bound, array, first, items_of, num, unknown_axes


def double(*operands: Num) -> np.dtype[Any] | None:
    """Double precision where all operands have it, not said otherwise."""
    return dtypes.FLOAT if operands and all(same_dtype(o.dtype, dtypes.FLOAT) for o in operands) else None


def solved_axes(a: Num, b: Num) -> Any:
    """The axes of a solution: those of `b` for one matrix, which is a vector or a matrix."""
    one = a.shape is not None and len(a.shape) == 2
    return unknown_axes(len(b.shape)) if one and b.shape is not None and len(b.shape) <= 2 else None


def solved(bound: Bound, function: Any) -> Num:
    """`solve(a, b)`: as `b`."""
    a, b = (num(v) for v in list(bound.values())[:2])
    return array(solved_axes(a, b), double(a, b), a, b)


def matrix(bound: Bound, function: Any) -> Num:
    """`inv(a)`, `expm(a)`: as large as `a`."""
    operand = first(bound)
    return array(square_axes(operand), double(operand), operand)


def square_axes(operand: Num) -> Shape | None:
    """The axes of a square matrix, for which SciPy takes a number too."""
    return operand.shape if operand.shape is not None and len(operand.shape) > 1 else None


def matrix_of_two(bound: Bound, function: Any) -> Num:
    """`solve_continuous_lyapunov(a, q)`: as large as one matrix."""
    a, q = (num(v) for v in list(bound.values())[:2])
    one = a.shape is not None and q.shape is not None and len(a.shape) == len(q.shape) == 2
    return array(a.shape if one else None, double(a, q), a, q)


def number(bound: Bound, function: Any) -> Num:
    """`det(a)`."""
    operand = first(bound)
    return Num(None if operand.shape is None else operand.shape[:-2], double(operand), None, operand.active)


def factor(bound: Bound, function: Any) -> Kind:
    """`cho_factor(a, lower)`: the factor, and which triangle it is."""
    # newer versions give the flag as an array without axes
    return Tup((matrix(bound, function), Num((), BOOL.dtype, None)))


def matrix_of(bound: Bound, function: Any) -> Num:
    """`block_diag(*arrays)`, `toeplitz(c, r)`."""
    parts = [p for v in bound.values() for p in (v if isinstance(v, tuple) else (v,)) if isinstance(p, Num)]
    few = all(p.shape is not None and len(p.shape) <= (2 if function.__name__ == "block_diag" else 1) for p in parts)
    return Num((Dim.new(), Dim.new()) if few else None, double(*parts), "array", any(p.active for p in parts))


def factor_solved(bound: Bound, function: Any) -> Num:
    """`cho_solve((c, lower), b)`: as `b`."""
    return _of_factors(bound["c_and_lower"], num(bound["b"]))


def packed_solved(bound: Bound, function: Any) -> Num:
    """`lu_solve((lu, piv), b)`: as `b`."""
    return _of_factors(bound["lu_and_piv"], num(bound["b"]))


def _of_factors(factors: Kind, b: Num) -> Num:
    """A solution found with a factor and what belongs to it."""
    parts = [num(k) for k in items_of(factors) or [] if isinstance(k, Num)]
    return Num(solved_axes(parts[0], b) if parts else None, None, None, any(o.active for o in (b, *parts)))


def combined(bound: Bound, function: Any) -> Num:
    """Functions that broadcast their arguments; the dtype is not said."""
    nums = [num(v) for v in bound.values()]
    shape = broadcast(n.shape for n in nums)
    return Num(shape, None, "array" if shape else None, any(n.active for n in nums))


def two_results(bound: Bound, function: Any) -> Kind:
    """A function of one argument with two results of its shape."""
    return Tup((like_first(bound, function),) * 2)


def four_results(bound: Bound, function: Any) -> Kind:
    """A function of one argument with four results of its shape."""
    return Tup((like_first(bound, function),) * 4)


def like_first(bound: Bound, function: Any) -> Num:
    """As the first argument; the dtype is not said."""
    operand = first(bound)
    return Num(operand.shape, double(operand), "array" if operand.shape else None, operand.active)


def complex_result(bound: Bound, function: Any) -> Num:
    """A function of one argument whose result is complex."""
    operand = first(bound)
    extra = [num(v).shape for v in list(bound.values())[1:2]]
    shape = operand.shape if extra in ([], [()]) else None
    single = operand.dtype is None or operand.dtype.itemsize < 8 or operand.dtype == np.complex64
    return Num(shape, None if single else np.dtype(complex), "array" if shape else None, operand.active)


def two_combined(bound: Bound, function: Any) -> Kind:
    """A function with two results, of the shape that its arguments have together."""
    return Tup((combined(bound, function),) * 2)


def four_combined(bound: Bound, function: Any) -> Kind:
    """A function with four results, of the shape that its arguments have together."""
    return Tup((combined(bound, function),) * 4)


def complex_combined(bound: Bound, function: Any) -> Num:
    """Functions that broadcast their arguments, with complex results."""
    found = combined(bound, function)
    nums = [num(v) for v in bound.values()]
    single = any(n.dtype is None or n.dtype.itemsize < 8 for n in nums)
    return Num(found.shape, None if single else np.dtype(complex), found.box, found.active)


def complex_first_two(bound: Bound, function: Any) -> Num:
    """Functions that broadcast their first two arguments, with complex results."""
    return complex_combined(dict(list(bound.items())[:2]), function)


def combined_first_two(bound: Bound, function: Any) -> Num:
    """Functions that broadcast their first two arguments."""
    return combined(dict(list(bound.items())[:2]), function)


def filtered(bound: Bound, function: Any) -> Num:
    """A filter of an image: an array of its shape."""
    image = first(bound)
    weights = bound.get("weights")
    others = [weights] if isinstance(weights, Num) else []
    return Num(image.shape, of_real(image, *others), "array", any(n.active for n in (image, *others)))


def of_real(operand: Num, *others: Num) -> np.dtype[Any] | None:
    """Double precision where the operand has it and the others are real."""
    real = all(other.dtype is not None and other.dtype.kind != "c" for other in others)
    return double(operand) if real else None


def convolved(bound: Bound, function: Any) -> Num:
    """A convolution of all axes."""
    a, b = (num(v) for v in list(bound.values())[:2])
    return Num(None if a.shape is None else unknown_axes(len(a.shape)), double(a, b), None, a.active or b.active)


def lfiltered(bound: Bound, function: Any) -> Num:
    """`lfilter(b, a, x)`: as `x`."""
    b, a, x = (num(v) for v in list(bound.values())[:3])
    return array(x.shape, double(b, a, x), b, a, x)


def filtered_second(bound: Bound, function: Any) -> Num:
    """`sosfilt(sos, x)`: as `x`."""
    sections, x = (num(v) for v in list(bound.values())[:2])
    return array(x.shape, of_real(x, sections), x, sections)


def complex_like_first(bound: Bound, function: Any) -> Num:
    """`hilbert(x, N)`: complex, with as many axes as `x`."""
    x = first(bound)
    return array(None if x.shape is None else unknown_axes(len(x.shape)), None, x)


def without_last(bound: Bound, function: Any) -> Num:
    """A number for each point, of which the last axis may be the coordinates or not."""
    nums = [num(v) for v in bound.values() if not (isinstance(v, Known) and v.value is None)]
    return Num(None, None, None, any(n.active for n in nums))


def density(bound: Bound, function: Any) -> Num:
    """A method of a distribution: its arguments are broadcast, and what it gives is double precision."""
    nums = [num(v) for v in bound.values()]
    shape = broadcast(n.shape for n in nums)
    box = None if shape is None else "array" if shape else "np"
    return Num(shape, np.dtype(float), box, any(n.active for n in nums))
