"""Transfer functions of Python's own functions of numbers.

math.hypot(a, b)    any numbers           a Python float
max(a, b)           two Python floats     a Python float
sum([x, y])         two arrays (a,)       an array (a,)
"""

from __future__ import annotations

import math
import operator
from dataclasses import replace
from typing import Any

from srcgrad.analysis import dtypes
from srcgrad.analysis.kinds import Kind, Num, Ref, Seq, Tup, Unknown, result_num
from srcgrad.analysis.shapes import Bound, elementwise, items_of, num


def python_float(bound: Bound, function: Any) -> Num:
    """Functions of `math` and `float()`: a Python float whatever came."""
    return Num((), dtypes.FLOAT, "py", any(num(v).active for v in bound.values()))


def drawn(bound: Bound, function: Any) -> Num:
    """Draws of `random`: a Python float, or an array where it is moved or stretched by one."""
    nums = [num(v) for v in bound.values()]
    return python_float(bound, function) if all(n.box == "py" for n in nums) else result_num(None, None, *nums)


def python_complex(bound: Bound, function: Any) -> Num:
    """`complex(real, imag)`: a Python complex number."""
    return Num((), dtypes.COMPLEX, "py", any(num(v).active for v in bound.values()))


def python_float_star(bound: Bound, function: Any) -> Num:
    """`math.hypot(*coordinates)`."""
    (values,) = bound.values()
    return Num((), dtypes.FLOAT, "py", any(num(v).active for v in values))


def python_float_of(bound: Bound, function: Any) -> Kind:
    """Functions of sequences of numbers that give a Python float, some of them a NumPy number where they add arrays.

    What an iterator yields it yields once: its items are looked at when it runs.
    """
    active = any(num(v).active for v in bound.values())
    if any(isinstance(v, Seq) for v in bound.values()):
        return Unknown(active)
    adds = function not in (math.fsum, math.dist) and any(isinstance(v, Num) and v.shape != () for v in bound.values())
    return Num((), None, None, active) if adds else Num((), dtypes.FLOAT, "py", active)


def python_number_of(bound: Bound, function: Any) -> Kind:
    """Functions of sequences of numbers that give a number of the type of these."""
    found = python_float_of(bound, function)
    return Num((), None, None, found.active) if isinstance(found, Num) else found


def python_pair(bound: Bound, function: Any) -> Kind:
    """`math.modf(x)`, `math.frexp(x)`: two numbers, of which the second has no derivative."""
    active = any(num(v).active for v in bound.values())
    second = dtypes.INT if function is math.frexp else dtypes.FLOAT
    return Tup((Num((), dtypes.FLOAT, "py", active), Num((), second, "py")))


def polar(bound: Bound, function: Any) -> Kind:
    """`cmath.polar(z)`: modulus and angle."""
    part = python_float_of(bound, function)
    return Tup((part, part))


def python_extremum(bound: Bound, function: Any) -> Kind:
    """`max(a, b)`, `max(items)`: one of the values."""
    (values,) = bound.values()
    items = items_of(values[0]) if len(values) == 1 else list(values)
    if items is None:
        one = number_in(values[0])
        return one if one is not None else Unknown(num(values[0]).active)
    nums = [num(v) for v in items]
    if not nums or any(n.shape != () for n in nums):
        return Unknown(any(n.active for n in nums))
    dtype = nums[0].dtype if len({n.dtype for n in nums}) == 1 else None
    box = nums[0].box if len({n.box for n in nums}) == 1 else None
    return Num((), dtype, box, any(n.active for n in nums))


def number_in(kind: Kind) -> Num | None:
    """The kind of one of the numbers in a list of any length; None where it may hold something else.

    What else can be gone through may be gone through once only, and is resolved when it runs.
    """
    held: Kind | None = None
    match kind:
        case Ref(site=site) if site.type in (list, tuple):
            held = site.elem
        case Num(shape=(_,), box="array"):
            held = Num((), kind.dtype, "np", kind.active)
    return held if isinstance(held, Num) and held.is_number and held.box != "cupy" and not held.maybe_none else None


def python_sum(bound: Bound, function: Any) -> Kind:
    """`sum(items, start)`: `start + items[0] + ...` by the operator's rules."""
    return _folded(bound, operator.add)


def python_product(bound: Bound, function: Any) -> Kind:
    """`math.prod(items, start=start)`."""
    return _folded(bound, operator.mul)


def _folded(bound: Bound, step: Any) -> Kind:
    items = items_of(bound["iterable"])
    result = num(bound["start"])
    if items is None:
        one = number_in(bound["iterable"])
        if one is None or not result.is_number:
            return Unknown(num(bound["iterable"]).active or result.active)
        return replace(elementwise({"a": result, "b": one}, step), box="scalar")
    for item in items:
        result = elementwise({"a": result, "b": num(item)}, step)
    return result
