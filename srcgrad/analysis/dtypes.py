"""Result dtypes: NumPy's promotion (Python numbers are weak) and Python's own arithmetic.

float32 array * 2.0     float32
int64 array / int       float64
2 * 3.0                 a Python float
2.0 ** 0.5              unknown: a Python power of a negative base is complex
"""

from __future__ import annotations

import builtins
import functools
import itertools
import operator
from typing import Any

import numpy as np

from srcgrad.analysis.kinds import Num

Dtype = np.dtype[Any]
BOOL, INT, FLOAT, COMPLEX = (np.dtype(t) for t in (bool, int, float, complex))

# The ufunc that an operator applies when an operand is an array or a NumPy scalar.
UFUNC_OF_OPERATOR: dict[Any, Any] = {
    operator.add: np.add, operator.sub: np.subtract, operator.mul: np.multiply, operator.truediv: np.true_divide,
    operator.floordiv: np.floor_divide, operator.mod: np.remainder, operator.pow: np.power, operator.neg: np.negative,
    operator.pos: np.positive, operator.abs: np.absolute, builtins.abs: np.absolute, builtins.pow: np.power,
    operator.lt: np.less, operator.le: np.less_equal, operator.gt: np.greater, operator.ge: np.greater_equal,
    operator.eq: np.equal, operator.ne: np.not_equal, operator.and_: np.bitwise_and, operator.or_: np.bitwise_or,
    operator.xor: np.bitwise_xor, operator.invert: np.invert, operator.lshift: np.left_shift,
    operator.rshift: np.right_shift,
}  # fmt: skip
_COMPARISONS = {operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne}
_BITWISE = {operator.and_, operator.or_, operator.xor}
_POWERS = {operator.pow, builtins.pow}
_WEAK = {"i": int, "f": float, "c": complex}


def _taken(num: Num) -> tuple[Any, ...]:
    """How a value enters promotion: in one way, or in two where it may be a Python number or one of NumPy's."""
    unsure = num.box in (None, "scalar") and not num.shape
    weak = _WEAK.get(num.dtype.kind, num.dtype)  # type: ignore[union-attr]
    return (weak, num.dtype) if unsure else (weak,) if num.box == "py" else (num.dtype,)


def promote(*nums: Num) -> Dtype | None:
    """The dtype that values have together (np.result_type), where that is one however they enter."""
    if not nums or any(n.dtype is None for n in nums):
        return None
    samples = {int: 0, float: 0.0, complex: 0j}
    ways = itertools.product(*map(_taken, nums))
    found = {np.result_type(*(samples.get(t, t) for t in way)) for way in ways}
    return found.pop() if len(found) == 1 else None


@functools.cache
def _ufunc_dtype(ufunc: Any, operands: tuple[Any, ...]) -> Dtype | None:
    try:
        dtypes = ufunc.resolve_dtypes((*operands, *(None,) * ufunc.nout))
    except TypeError:  # no loop: the program raises
        return None
    found: Dtype = dtypes[len(operands)]
    return found


def ufunc_dtype(ufunc: Any, nums: tuple[Num, ...]) -> Dtype | None:
    """The dtype of a ufunc's (first) result."""
    if any(n.dtype is None or n.dtype.kind not in "biufc" for n in nums) or len(nums) != ufunc.nin:
        return None
    found = {_ufunc_dtype(ufunc, way) for way in itertools.product(*map(_taken, nums))}
    return found.pop() if len(found) == 1 else None


@functools.cache
def sample_dtype(function: Any, dtype: Dtype | None) -> Dtype | None:
    """The dtype that a function of one array gives, found by applying it to a small one of that dtype."""
    if dtype is None or dtype.kind not in "biufc":
        return None
    try:
        with np.errstate(all="ignore"):
            return np.asarray(function(np.ones((2, 2), dtype))).dtype
    except (TypeError, ValueError):
        return None


def python_dtype(function: Any, nums: tuple[Num, ...]) -> Dtype | None:
    """The type, as a dtype, that Python's own operator gives for Python numbers; None when the values decide."""
    if any(n.dtype is None or n.dtype not in (BOOL, INT, FLOAT, COMPLEX) for n in nums):
        return None
    top = max((n.dtype for n in nums if n.dtype is not None), key=(BOOL, INT, FLOAT, COMPLEX).index)
    if function in _COMPARISONS:
        return BOOL
    if function in _BITWISE:
        return BOOL if top == BOOL else INT
    if function in _POWERS:
        if top == COMPLEX:
            return COMPLEX
        return FLOAT if nums[0].dtype == FLOAT and nums[1].dtype in (BOOL, INT) else None
    if function is operator.truediv:
        return COMPLEX if top == COMPLEX else FLOAT
    if function in (operator.abs, builtins.abs) and top == COMPLEX:
        return FLOAT
    return INT if top == BOOL else top
