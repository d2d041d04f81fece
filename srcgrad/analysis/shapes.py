"""Transfer functions: from the kinds of a call's arguments to the kind of its result.

Each takes the rule's parameters bound to kinds and the function called, and is *sound*: whatever it says holds for
all values of those kinds.  What cannot be said is unknown (`None`, `Dim.new()`).

    x + y              x: (a, 1) float32, y: (b,) float32    (a, b) float32
    2.0 * x            x: (a,) float32                       (a,) float32
    2.0 ** 0.5         Python floats                         a Python number, float or complex

This file holds the common ground and the functions that work element by element; `shapes_reduce`, `shapes_product`,
`shapes_move`, `shapes_index` and `shapes_linalg` hold the others.
"""

from __future__ import annotations

import builtins
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from srcgrad.analysis import dtypes
from srcgrad.analysis.extents import Axis, Dim, Shape, broadcast, join_axis
from srcgrad.analysis.kinds import INT, Kind, Known, Num, Ref, Seq, Tup, Unknown, result_num
from srcgrad.errors import UnsupportedError

Bound = Mapping[str, Any]
KindFunction = Callable[[Bound, Any], Kind]
OPERATORS = frozenset(dtypes.UFUNC_OF_OPERATOR)

# --------------------------------------------------------------------------------------------- reading argument kinds


def of_default(value: Any) -> Kind:
    """The kind of a parameter left to its default."""
    return Known(value)


def items_of(kind: Kind) -> list[Kind] | None:
    """The items of a tuple or list whose length is known."""
    if isinstance(kind, Tup):
        return list(kind.items)
    if isinstance(kind, Known) and isinstance(kind.value, (tuple, list)):
        return [Known(v) for v in kind.value]
    if isinstance(kind, Ref) and kind.site.type in (list, tuple) and kind.site.items is not None:
        return [kind.site.items[k] for k in sorted(kind.site.items)]
    return None


def num(kind: Any) -> Num:
    """What a kind is when NumPy takes it as an array: a list of numbers is an array of one more axis."""
    if isinstance(kind, Num):
        return kind
    if isinstance(kind, Known):
        value = kind.value
        if isinstance(value, np.ndarray):
            shape = tuple(1 if n == 1 else Dim.new(not_one=True) for n in value.shape)
            return Num(shape, value.dtype, "array")
        if isinstance(value, np.generic):
            return Num((), value.dtype, "np")
        if type(value) in (bool, int, float, complex):
            return Num((), np.dtype(type(value)), "py")
    items = items_of(kind)
    if items is not None:
        return stacked([num(item) for item in items])
    if isinstance(kind, Ref) and kind.site.type is list and kind.site.elem is not None:
        elem = num(kind.site.elem)
        # an empty list is one axis of float64, whatever its items would have been
        length: Shape | None = (Dim.new(),) if elem.shape == () else None
        return Num(length, elem.dtype if elem.dtype == dtypes.FLOAT else None, "array", elem.active)
    return Num(None, None, None, isinstance(kind, Unknown) and kind.active)


def stacked(items: Sequence[Num]) -> Num:
    """The array that a list of numbers and arrays makes."""
    if not items:
        return Num((0,), dtypes.FLOAT, "array")
    shape: Shape | None = items[0].shape
    for item in items[1:]:
        if shape is None or item.shape is None or len(item.shape) != len(shape):
            shape = None
        else:
            shape = tuple(join_axis(a, b) for a, b in zip(shape, item.shape))
    # NumPy looks into nested lists: a number beside others promotes by its own dtype, not weakly
    known = [i.dtype for i in items if i.dtype is not None]
    dtype = np.result_type(*known) if len(known) == len(items) else None
    return Num(None if shape is None else (len(items), *shape), dtype, "array", any(i.active for i in items))


def first(bound: Bound) -> Num:
    """The first parameter as an array."""
    return num(next(iter(bound.values())))


class NotKnown:
    """The mark that a static argument's value is not known."""


NOT_KNOWN = NotKnown()


def static(kind: Any) -> Any:
    """The value of a static argument (an axis, a flag, a shape, a text), or NOT_KNOWN."""
    if isinstance(kind, Known):
        return kind.value
    items = items_of(kind)
    if items is not None and isinstance(kind, Tup):
        values = tuple(static(item) for item in items)
        return NOT_KNOWN if any(v is NOT_KNOWN for v in values) else values
    return NOT_KNOWN


class Undecided(UnsupportedError):
    """What a call gives depends on an argument whose value is seen when it runs."""


def decided(bound: Bound, name: str, function: str) -> Any:
    """The value of an argument on which depends what a call gives."""
    value = static(bound[name])
    if value is NOT_KNOWN:
        raise Undecided(f"{function}() with '{name}=' that is computed", "write its value")
    return value


def axes_of(kind: Any, ndim: int) -> tuple[int, ...] | None:
    """The axes, counted from 0, that an `axis=` argument names; None when not known."""
    axis = static(kind)
    if axis is None:
        return tuple(range(ndim))
    if isinstance(axis, (int, np.integer)) and not isinstance(axis, bool):
        axis = (axis,)
    if not isinstance(axis, tuple) or not all(isinstance(a, (int, np.integer)) for a in axis):
        return None
    return tuple(int(a) % ndim if ndim else 0 for a in axis)


def array(shape: Shape | None, dtype: np.dtype[Any] | None, *operands: Num) -> Num:
    """The Num of a function that gives an array also when it has no axes."""
    result = result_num(shape, dtype, *operands)
    box = "cupy" if result.box == "cupy" else None if any(o.box is None for o in operands) else "array"
    return Num(result.shape, dtype, box, result.active)


def array_or_scalar(shape: Shape | None, dtype: np.dtype[Any] | None, operand: Num) -> Num:
    """The Num of a method that gives an array for an array, and may give a NumPy scalar for one."""
    found = array(shape, dtype, operand)
    return Num(shape, dtype, None, found.active) if operand.is_number and operand.box != "py" else found


def flat_shape(shape: Shape | None) -> Shape:
    """The shape after flattening."""
    if shape is None:
        return (Dim.new(),)
    if all(isinstance(a, int) for a in shape):
        return (int(np.prod([a for a in shape if isinstance(a, int)], dtype=int)),)
    rest = [a for a in shape if a != 1]
    return (rest[0],) if len(rest) == 1 else (Dim.new(),)


def unknown_axes(ndim: int) -> Shape:
    """A shape of `ndim` axes about which nothing is known."""
    return tuple(Dim.new() for _ in range(ndim))


def strong(operand: Num) -> Num:
    """The operand of a function that makes arrays of its operands first: a Python number is not weak there."""
    return Num(operand.shape, operand.dtype, "np", operand.active) if operand.box == "py" else operand


def pair(bound: Bound) -> tuple[Num, Num]:
    a, b = (num(kind) for kind in list(bound.values())[:2])
    return strong(a), strong(b)


# --------------------------------------------------------------------------------------- shapes and dtypes as values


def shape_from(kind: Any, inferred: bool = False) -> Shape | None:
    """The shape that a `shape=` argument asks for (-1 stays -1); `inferred`: -1 stands for what is left."""
    value = static(kind)
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
        return (int(value),)
    if isinstance(kind, Num):
        return (axis_of(kind, inferred),) if kind.shape == () else None
    items = items_of(kind)
    if items is None:
        return None
    axes: list[Axis] = []
    for item in items:
        extent = static(item)
        if isinstance(extent, (int, np.integer)) and not isinstance(extent, bool):
            axes.append(int(extent))
        else:
            axes.append(axis_of(item, inferred))
    return tuple(axes)


def axis_of(kind: Any, inferred: bool = False) -> Axis:
    """The axis of an array that is made with an integer for its length."""
    extent = kind.extent if isinstance(kind, Num) else None
    return Dim.new() if extent is None or (inferred and not (extent.sure and extent.offset == 0)) else extent


def length(axis: Axis) -> Kind:
    """The kind of an integer that is the length of an axis."""
    return Known(axis) if isinstance(axis, int) else replace(INT, extent=replace(axis, sure=True))


def known_by(kind: Kind) -> Any:
    """What tells an integer, or None, from others: itself, or an extent; NOT_KNOWN of anything else.

    Lengths that were cut short at 0 are told from the numbers that may be less: `len(x[1:])` from `len(x) - 1`.
    """
    if isinstance(kind, Known):
        return kind.value if kind.value is None or type(kind.value) is int else NOT_KNOWN
    if not isinstance(kind, Num) or kind.extent is None:
        return NOT_KNOWN
    extent = kind.extent
    return Dim.made("length", extent) if extent.sure and extent.offset < 0 else extent


def moved(op: str, kinds: list[Kind]) -> Dim | None:
    """The extent of `n + 2` or `n - 1`; that of `i * n` or `n // 2` is made of those of both."""
    names = list(map(known_by, kinds))
    if op not in ("add", "sub", "mul", "floordiv", "mod", "neg") or any(n is None or n is NOT_KNOWN for n in names):
        return None
    if op == "add" and isinstance(names[0], int):
        names.reverse()
    n, by = names if len(names) == 2 else (None, None)
    if op in ("add", "sub") and isinstance(n, Dim) and isinstance(by, int):
        return replace(n, offset=n.offset + (by if op == "add" else -by), not_one=False, sure=False)
    return Dim.made(op, *names)


RECORDS = np.dtype("V")  # of an array with fields


def dtype_from(kind: Any, default: np.dtype[Any] | None) -> np.dtype[Any] | None:
    """The dtype that a `dtype=` argument names, `default` for None."""
    value = static(kind)
    if value is None:
        return default
    if (
        isinstance(value, list)
        or isinstance(kind, (Tup, Seq))
        or (isinstance(kind, Ref) and kind.site.type in (list, dict))
    ):
        return RECORDS
    if value is NOT_KNOWN or not isinstance(value, (type, str, np.dtype)):
        return None
    try:
        return np.dtype(value)
    except TypeError:
        return None


# ------------------------------------------------------------------------------------------------- element by element


def elementwise(bound: Bound, function: Any) -> Num:
    """Operators, ufuncs, and functions that broadcast their arguments like one."""
    if "dtype" in bound:  # every ufunc takes one
        result = elementwise({name: kind for name, kind in bound.items() if name != "dtype"}, function)
        if static(bound["dtype"]) is None:
            return result
        return Num(result.shape, dtype_from(bound["dtype"], None), result.box if result.shape else None, result.active)
    nums = tuple(num(v) for v in bound.values())
    if function in OPERATORS:
        if all(n.box == "py" for n in nums):
            return Num((), _python_result(function, bound, nums), "py", any(n.active for n in nums))
        if any(n.shape is None for n in nums):
            return result_num(None, _scalar_dtype(function, bound, nums), *nums)
        if any(n.box in (None, "scalar") and n.shape == () for n in nums):
            return result_num(broadcast(n.shape for n in nums), _scalar_dtype(function, bound, nums), *nums)
        ufunc = dtypes.UFUNC_OF_OPERATOR[function]
        # bool ** 2 takes another path than np.power
        if ufunc is np.power and nums[0].dtype is not None and nums[0].dtype.kind == "b":
            return result_num(broadcast(n.shape for n in nums), None, *nums)
        # some NumPy versions square, take roots and so on by shortcuts that forget the exponent's dtype
        if ufunc is np.power and nums[1].shape == () and nums[1].box != "py" and nums[0].dtype != nums[1].dtype:
            power = result_num(nums[0].shape, None, *nums)
            return Num(power.shape, None, power.box if power.shape else None, power.active)
    else:
        ufunc = function
    shape = broadcast(n.shape for n in nums)
    if isinstance(ufunc, np.ufunc):
        result = result_num(shape, dtypes.ufunc_dtype(ufunc, nums), *nums)
        if any(n.box == "py" and n.dtype == dtypes.COMPLEX for n in nums) and function in OPERATORS:
            # np.float64 is a float: Python's complex may take it and answer with a Python complex
            return Num(result.shape, result.dtype, result.box if shape else None, result.active)
        return result
    dtype = dtypes.sample_dtype(ufunc, dtypes.promote(*nums)) if len(nums) == 1 else dtypes.promote(*nums)
    return result_num(shape, dtype, *nums)


def _scalar_dtype(function: Any, bound: Bound, nums: tuple[Num, ...]) -> np.dtype[Any] | None:
    """The dtype where an operand is a Python number, a NumPy scalar or an array, one does not know which: double
    precision absorbs what they promote differently."""
    kinds = {n.dtype for n in nums}
    if dtypes.FLOAT not in kinds or not kinds <= {dtypes.FLOAT, dtypes.INT, dtypes.BOOL}:
        return None
    if function in (operator.add, operator.sub, operator.mul, operator.truediv, operator.neg, operator.pos):
        return dtypes.FLOAT
    whole = function is operator.pow and nums[0].dtype == dtypes.FLOAT and type(static(list(bound.values())[1])) is int
    return dtypes.FLOAT if whole else None


def _python_result(function: Any, bound: Bound, nums: tuple[Num, ...]) -> np.dtype[Any] | None:
    if function in (operator.pow, builtins.pow) and len(nums) == 2:
        base, exponent = (static(v) for v in bound.values())
        kinds = tuple(n.dtype for n in nums)
        if kinds[0] in (dtypes.INT, dtypes.BOOL) and type(exponent) is int:
            return dtypes.INT if exponent >= 0 else dtypes.FLOAT
        if all(kind is not None for kind in kinds) and dtypes.FLOAT in kinds and dtypes.COMPLEX not in kinds:
            if (isinstance(exponent, float) and exponent.is_integer()) or (
                isinstance(base, (int, float)) and base >= 0
            ):
                return dtypes.FLOAT
    return dtypes.python_dtype(function, nums)


def elementwise_array(bound: Bound, function: Any) -> Num:
    """As `elementwise`, for functions that may give a scalar as an array without axes or as a scalar."""
    result = elementwise(bound, function)
    return Num(result.shape, result.dtype, result.box if result.shape else None, result.active)


def elementwise_like(bound: Bound, function: Any) -> Num:
    """Functions of one element that keep the dtype and the axes of what they are given."""
    operand = first(bound)
    return Num(operand.shape, operand.dtype, operand.box if operand.shape else None, operand.active)


def unknown_array(bound: Bound, function: Any) -> Num:
    """A number or array about which nothing is said."""
    return result_num(None, None, *(num(v) for v in bound.values()))
