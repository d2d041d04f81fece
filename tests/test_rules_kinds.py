"""Predicted kinds cover what NumPy and Python really return."""

from __future__ import annotations

import builtins
import itertools
import math
import operator

import numpy as np
import pytest
from rule_support import calls, kind_of, literal_kind, target

from srcgrad.analysis import shapes
from srcgrad.analysis.covers import covers
from srcgrad.analysis.extents import Dim
from srcgrad.analysis.kinds import Inert, Known, Num, Tup
from srcgrad.analysis.shapes_index import index_kind
from srcgrad.rules.language import OPERATOR_FUNCTIONS, all_rules, constant_kind, lookup

RULES = list(all_rules())


def kinds_of(bound, read):
    return {n: tuple(map(read, v)) if isinstance(v, tuple) and n in VARS else read(v) for n, v in bound.items()}


VARS = {p.name for r in RULES for p in r.params if p.kind == "var"}


@pytest.mark.parametrize("bits", [64, 32])
@pytest.mark.parametrize("rule", RULES, ids=[f"{i}-{r.name}" for i, r in enumerate(RULES)])
def test_results_are_covered(rule, bits):
    for _, function in target(rule):
        for text, call in calls(rule, function, bits):
            with np.errstate(all="ignore"):
                value = call.function(*call.args, **call.kwargs)
            bound = rule.bind(tuple(call.args), call.kwargs)
            entry = function if function in rule.functions else (rule.functions or (None,))[0]
            for read in (kind_of, literal_kind, blurred):
                kind = rule.result(entry, kinds_of(bound, read))
                assert covers(kind, value), f"{rule.name} {text}: {kind} for {value!r}"


OTHERS = {
    "a complex array": lambda v: np.asarray(v) * (1.0 + 0.3j),
    "single precision": np.float32,
    "a number": lambda v: float(np.ravel(v)[0]),
    "a NumPy scalar": lambda v: np.float64(np.ravel(v)[0]),
    "an array without axes": lambda v: np.array(np.ravel(v)[0]),
    "an array of one": lambda v: np.ravel(v)[:1],
}
# what densities and draws of complex numbers are means nothing, nor do frequencies
OF_REAL_ONES = ("scipy.stats", "random", "numpy.fft")
# SciPy gives lists for stacks of matrices, and a number for the transform of one
ODD = ("fftn", "ifftn", "lu_factor")


def is_real(value):
    return isinstance(value, float) or (isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.size)


@pytest.mark.parametrize("other", OTHERS)
def test_results_of_other_operands_are_covered(other, rules=RULES):
    """The first operand says nothing of the others: what a result is comes of them all."""
    wrong = []
    for rule, function in [(each, function) for each in rules for _, function in target(each)]:
        home = str(getattr(function, "__module__", None) or getattr(function, "__self__", ""))
        real = other == "a complex array" and any(part in home for part in OF_REAL_ONES)
        if home.startswith("srcgrad") or rule.name in ODD or real:
            continue
        for text, call in calls(rule, function, 64):
            for i in [i for i, operand in enumerate(call.args) if is_real(operand)]:
                args = [OTHERS[other](v) if j == i else v for j, v in enumerate(call.args)]
                try:
                    value = call.function(*args, **call.kwargs)
                    bound = rule.bind(tuple(args), call.kwargs)
                    entry = function if function in rule.functions else (rule.functions or (None,))[0]
                    kind = rule.result(entry, kinds_of(bound, kind_of))
                except Exception:  # not what the function takes
                    continue
                if not covers(kind, value):
                    wrong.append(f"{rule.name} {text}, operand {i}: {kind} for {value!r}"[:300])
    assert not wrong, "\n".join(wrong)


def blurred(value):
    """As `kind_of`, with no extent and no literal known."""
    kind = kind_of(value)
    if isinstance(kind, Num):
        shape = None if kind.shape is None else tuple(Dim.new() for _ in kind.shape)
        return Num(shape, kind.dtype, kind.box, kind.active)
    return kind


NUMBERS = [
    True,
    3,
    -2,
    2.5,
    -0.5,
    1j,
    np.float32(1.5),
    np.float64(-2.0),
    np.int64(3),
    np.float64(2.0),
    np.float64(0.5),
    np.bool_(True),
    np.ones(3, np.float32),
    np.ones((2, 1)),
    np.arange(3),
    np.array(2.0),
    np.array([True, False, True]),
]


@pytest.mark.parametrize("name", sorted(OPERATOR_FUNCTIONS))
def test_operators_are_covered(name):
    function = OPERATOR_FUNCTIONS[name]
    rule = lookup(function)
    for values in itertools.product(NUMBERS, repeat=2 if name not in ("neg", "pos") else 1):
        try:
            with np.errstate(all="ignore"):
                result = function(*values)
        except (TypeError, ValueError, ZeroDivisionError):
            continue
        for read in (kind_of, literal_kind):
            kind = rule.result(function, dict(zip([p.name for p in rule.params], map(read, values))))
            assert covers(kind, result), f"{name}{values}: {kind} for {result!r}"


X = np.arange(24.0).reshape(2, 3, 4)
INDICES = [
    0,
    -1,
    slice(None),
    slice(1, None),
    slice(None, -1),
    slice(1, -1),
    slice(None, None, -1),
    slice(None, None, 2),
    slice(0, 2),
    None,
    Ellipsis,
    (0, 1, 2),
    (Ellipsis, 0),
    (slice(None), None, 0),
    (0, slice(1, -1), slice(2)),
    np.array([1, 0, 1]),
    [0, 1],
    (slice(None), np.array([0, 2])),
    (np.array([0, 1]), slice(None), np.array([1, 1])),
    (0, slice(None), np.array([1, 1])),
    np.array([True, False]),
    X > 3,
    (slice(None), np.array([True, False, True])),
    np.array(1),
    (np.array([[0], [1]]), np.array([0, 2])),
    (Ellipsis, np.array([0, 0])),
    np.int64(1),
    (None, np.array([0]), None, np.array([1])),
    (slice(5, None),),
    (slice(-2, None),),
    (0, 0, 0, Ellipsis),
]


@pytest.mark.parametrize("index", INDICES, ids=[str(i).replace("\n", "") for i in range(len(INDICES))])
def test_subscripts_are_covered(index):
    for read in (kind_of, literal_kind, blurred):
        base = read(X)
        assert covers(index_kind(base, read(index)), X[index])
        assert covers(index_kind(base, Known(index)), X[index])


def test_slices_of_one_extent_are_equal():
    base = Num((Dim.new(),), np.dtype(float), "array")
    left = index_kind(base, Known(slice(1, None)))
    right = index_kind(base, Known(slice(None, -1)))
    assert left.shape == right.shape != base.shape
    assert index_kind(base, Known(slice(None, None, -1))).shape == base.shape


def test_a_slice_of_unknown_parts_keeps_the_rank():
    kind = index_kind(kind_of(X), Tup((Inert(slice), Known(0))))
    assert kind.ndim == 2


CONSTANT_CALLS = [
    (np.zeros, 3),
    (np.zeros, (2, 1)),
    (np.ones, (2, 3)),
    (np.zeros, 3, int),
    (np.eye, 3),
    (np.eye, 3, 4),
    (np.identity, 2),
    (np.zeros_like, np.ones((2, 1), np.float32)),
    (np.ones_like, 3.0),
    (np.argmax, X),
    (np.argmax, X, 1),
    (np.any, X > 3),
    (np.all, X > 3, 0),
    (np.count_nonzero, X),
    (np.count_nonzero, X, 1),
    (np.argsort, X),
    (np.sign, X),
    (np.floor, 2.5),
    (np.isnan, X),
    (np.sign, np.float32(2)),
    (np.round, X),
    (np.round, 2.5),
    (np.equal, X, 1.0),
    (operator.lt, 1, 2.0),
    (operator.ge, X, 3),
    (len, [1, 2]),
    (isinstance, 3, int),
    (math.floor, 2.5),
    (np.random.rand, 2, 3),
    (int, 2.5),
    (bool, 3),
    (np.ndim, X),
    (np.size, X),
    (np.logical_and, X > 1, X > 2),
    (np.rint, X),
    (operator.not_, 3),
    (np.random.rand,),
]


@pytest.mark.parametrize("call", CONSTANT_CALLS, ids=[f"{i}-{c[0].__name__}" for i, c in enumerate(CONSTANT_CALLS)])
def test_constants_are_covered(call):
    function, *args = call
    value = function(*args)
    for read in (kind_of, literal_kind):
        kind = constant_kind(function, list(map(read, args)))
        assert covers(kind, value), f"{kind} for {value!r}"


def test_keywords_of_constants_count():
    assert covers(constant_kind(np.zeros, [Known(3)], {"dtype": Known(int)}), np.zeros(3, dtype=int))
    assert covers(constant_kind(np.argmax, [kind_of(X)], {"axis": Known(0)}), np.argmax(X, axis=0))
    assert covers(constant_kind(np.zeros, [], {"shape": Known(3)}), np.zeros(shape=3))


def test_known_extents_survive():
    a, b, c = (Dim.new(not_one=True) for _ in range(3))
    f32 = np.dtype(np.float32)
    x, w = Num((a, b), f32, "array", True), Num((b, c), f32, "array", True)
    product = lookup(np.matmul).result(operator.matmul, {"a": x, "b": w})
    assert product == Num((a, c), f32, "array", True)
    bias = Num((c,), f32, "array", True)
    total = lookup(np.add).result(operator.add, {"a": product, "b": bias})
    assert total.shape == (a, c)
    assert lookup(np.sum).result(np.sum, {"a": total, "axis": Known(0)}) == Num((c,), f32, "array", True)
    assert lookup(np.mean).result(np.mean, {"a": total}) == Num((), f32, "np", True)
    scaled = lookup(np.multiply).result(operator.mul, {"a": total, "b": Known(2.0)})
    assert scaled.dtype == f32 and scaled.shape == (a, c)


def test_python_arithmetic_is_not_guessed():
    rule = lookup(operator.pow)
    unknown = Num((), np.dtype(float), "py")
    assert rule.result(operator.pow, {"a": unknown, "b": unknown}).dtype is None
    assert rule.result(operator.pow, {"a": unknown, "b": Known(2)}).dtype == np.dtype(float)
    assert lookup(builtins.abs).result(abs, {"a": kind_of(1j)}).dtype == np.dtype(float)
    assert shapes.stacked([]).shape == (0,)


@pytest.mark.parametrize("function", [np.exp, np.add, np.multiply, np.sqrt])
def test_ufuncs_take_a_dtype(function):
    args = [X] * function.nin
    for dtype in (np.float32, complex, np.float64):
        bound = lookup(function).bind(args, {"dtype": dtype})
        kinds = {n: Known(v) if n == "dtype" else kind_of(v) for n, v in bound.items()}
        kind = lookup(function).result(function, kinds)
        assert covers(kind, function(*args, dtype=dtype, casting="unsafe"))
