"""One checker for every program: value bitwise against plain Python, gradient against central differences.

A program's arguments and results are trees: tuples, lists, dicts, named tuples, dataclasses and instances whose
leaves are floating (or complex) numbers and arrays.  Everything else in a tree is left alone.
"""

from __future__ import annotations

import copy
import dataclasses
import itertools
import math
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

STEP = 2e-4  # with the fourth-order formula below: errors of about 1e-11 in a smooth function of size one
CALLS = 3

# ---------------------------------------------------------------------------------------------------------- trees


def is_leaf(x: Any) -> bool:
    """Whether x carries a derivative by itself."""
    if isinstance(x, np.ndarray):
        return x.dtype.kind in "fc"
    return isinstance(x, (float, complex, np.inexact))


def is_instance(x: Any) -> bool:
    """Whether x is an object of a user's class, whose attributes are looked into."""
    if isinstance(x, (type, types.ModuleType, types.FunctionType)) or not hasattr(x, "__dict__"):
        return False
    return type(x).__module__.split(".")[0] not in ("builtins", "numpy", "functools")


def map_leaves(leaf: Callable[[Any], Any], tree: Any) -> Any:
    """The tree with each leaf replaced by `leaf(it)`, containers made anew."""
    if is_leaf(tree):
        return leaf(tree)
    if isinstance(tree, tuple):
        items = [map_leaves(leaf, item) for item in tree]
        return type(tree)(*items) if hasattr(tree, "_fields") else tuple(items)
    if isinstance(tree, list):
        return [map_leaves(leaf, item) for item in tree]
    if isinstance(tree, dict):
        return type(tree)((key, map_leaves(leaf, value)) for key, value in tree.items())
    if is_instance(tree):
        twin = copy.copy(tree)
        for name, value in vars(tree).items():
            object.__setattr__(twin, name, map_leaves(leaf, value))
        return twin
    return tree


def leaves(tree: Any) -> list[Any]:
    """The leaves of a tree in order."""
    found: list[Any] = []

    def collect(x: Any) -> Any:
        found.append(x)
        return x

    map_leaves(collect, tree)
    return found


def is_scalar(x: Any) -> bool:
    """Whether x is one real number (or a 0-d array of one)."""
    return is_leaf(x) and np.shape(x) == () and np.asarray(x).dtype.kind == "f"


def frozen(x: Any) -> Any:
    """Something comparable that is equal only for bitwise equal trees."""
    if isinstance(x, np.ndarray):
        return ("array", x.dtype.str, x.shape, x.tobytes())
    if isinstance(x, np.generic):
        return (type(x), x.tobytes())
    if isinstance(x, float):
        return ("float", x.hex() if math.isfinite(x) else repr(x))
    if isinstance(x, (tuple, list)):
        return (type(x), tuple(frozen(item) for item in x))
    if isinstance(x, dict):
        return (type(x), tuple((key, frozen(value)) for key, value in x.items()))
    if isinstance(x, np.random.Generator):
        return repr(x.bit_generator.state)
    if is_instance(x):
        return (type(x), frozen(vars(x)))
    if callable(x) or isinstance(x, Iterator):
        return type(x)
    return x


# -------------------------------------------------------------------------------------------------------- numeric


def _unravel(tree: Any, vector: np.ndarray) -> Any:
    """The tree with its leaves taken from a vector (complex leaves as real, imaginary), in double precision."""
    position = itertools.count()

    def one(like: Any) -> Any:
        array = np.asarray(like)
        flat = np.array([vector[next(position)] for _ in range(array.size * (2 if array.dtype.kind == "c" else 1))])
        if array.dtype.kind == "c":
            flat = flat[0::2] + 1j * flat[1::2]
        if isinstance(like, np.ndarray):
            return flat.reshape(array.shape)
        if isinstance(like, np.generic):
            return np.complex128(flat[0]) if array.dtype.kind == "c" else np.float64(flat[0])
        return complex(flat[0]) if array.dtype.kind == "c" else float(flat[0])

    return map_leaves(one, tree)


def _ravel(tree: Any) -> np.ndarray:
    """The leaves of a tree as one vector of doubles (complex leaves as real, imaginary)."""
    parts = [np.zeros(0)]
    for leaf in leaves(tree):
        array = np.asarray(leaf).ravel()
        parts.append(array.astype(complex).view(float) if array.dtype.kind == "c" else array.astype(float))
    return np.concatenate(parts)


def numeric_gradient(f: Callable[..., Any], args: tuple[Any, ...], argnums: tuple[int, ...], step: float = STEP) -> Any:
    """One gradient tree an argument of `argnums`, by fourth-order central differences in double precision.

    `f` returns a real scalar.  For a complex leaf the gradient is df/dx + 1j df/dy.
    """
    active = tuple(args[i] for i in argnums)
    start = _ravel(active)

    def at(vector: np.ndarray) -> float:
        full = list(copy.deepcopy(args))
        for i, value in zip(argnums, _unravel(active, vector)):
            full[i] = value
        return float(f(*full))

    gradient = np.empty_like(start)
    for k in range(start.size):
        h = step * max(1.0, abs(start[k]))
        near, far = [], []
        for sign in (1.0, -1.0):
            for factor, into in ((1.0, near), (2.0, far)):
                moved = start.copy()
                moved[k] += sign * factor * h
                into.append(at(moved))
        gradient[k] = (8.0 * (near[0] - near[1]) - (far[0] - far[1])) / (12.0 * h)
    return _unravel(active, gradient)


def fixed_cotangents(out: Any) -> Any:
    """Cotangents for a result tree: always the same pseudo-random numbers, in the result's types."""
    rng = np.random.default_rng(12345)

    def one(leaf: Any) -> Any:
        array = np.asarray(leaf)
        values = rng.uniform(0.5, 1.5, array.shape)
        if isinstance(leaf, np.ndarray):
            return values.astype(array.dtype)
        return type(leaf)(values)

    return map_leaves(one, out)


def paired(out: Any, cotangents: Any) -> float:
    """Re(sum(out * conj(cotangent))) over the leaves: what a vector-valued program is checked through."""
    total = 0.0
    for a, b in zip(leaves(out), leaves(cotangents), strict=True):
        total = total + float(np.sum(np.asarray(a) * np.conj(b)).real)
    return total


# ----------------------------------------------------------------------------------------------------- comparison


def assert_same_bits(got: Any, expected: Any, what: str) -> None:
    """Equal in type, shape and every bit."""
    assert frozen(got) == frozen(expected), f"{what}: got {got!r}, expected {expected!r}"


def assert_like(gradient: Any, argument: Any, where: str = "gradient") -> None:
    """The gradient has the structure, shapes and dtypes of the argument; its arrays are owned and writeable."""
    if isinstance(argument, np.ndarray) and is_leaf(argument):
        assert type(gradient) is np.ndarray, f"{where}: {type(gradient)} for an array"
        assert gradient.dtype == argument.dtype, f"{where}: {gradient.dtype} for {argument.dtype}"
        assert gradient.shape == argument.shape, f"{where}: {gradient.shape} for {argument.shape}"
        assert gradient.flags.writeable, f"{where}: not writeable"
    elif is_leaf(argument):
        assert np.shape(gradient) == (), f"{where}: {np.shape(gradient)} for a scalar"
        if isinstance(argument, np.generic):
            assert np.asarray(gradient).dtype == argument.dtype, f"{where}: {np.asarray(gradient).dtype}"
    elif isinstance(argument, (tuple, list)):
        assert type(gradient) is type(argument), f"{where}: {type(gradient)} for {type(argument)}"
        assert len(gradient) == len(argument), f"{where}: {len(gradient)} items for {len(argument)}"
        for i, (g, a) in enumerate(zip(gradient, argument)):
            assert_like(g, a, f"{where}[{i}]")
    elif isinstance(argument, dict):
        assert list(gradient) == list(argument), f"{where}: keys {list(gradient)} for {list(argument)}"
        for key, a in argument.items():
            assert_like(gradient[key], a, f"{where}[{key!r}]")
    elif dataclasses.is_dataclass(argument):
        assert type(gradient) is type(argument), f"{where}: {type(gradient)} for {type(argument)}"
        for name, a in vars(argument).items():
            assert_like(getattr(gradient, name), a, f"{where}.{name}")
    elif is_instance(argument):
        for name, a in vars(argument).items():
            if leaves(a):
                assert_like(part(gradient, name), a, f"{where}.{name}")


def part(gradient: Any, name: str) -> Any:
    """The gradient of an instance's attribute."""
    return gradient[name] if isinstance(gradient, dict) else getattr(gradient, name)


def pairs(gradient: Any, expected: Any) -> Iterator[tuple[Any, Any]]:
    """(gradient leaf, expected leaf), following the structure of the expected tree."""
    if is_leaf(expected):
        yield gradient, expected
    elif isinstance(expected, (tuple, list)):
        for g, e in zip(gradient, expected, strict=True):
            yield from pairs(g, e)
    elif isinstance(expected, dict):
        for key, e in expected.items():
            yield from pairs(gradient[key], e)
    elif is_instance(expected):
        for name, e in vars(expected).items():
            if leaves(e):
                yield from pairs(part(gradient, name), e)


def differences(f: Callable[..., Any], x: Any, step: float = 1e-6) -> Any:
    """Central differences of a function of one number or array."""
    x = np.asarray(x, dtype=float)
    result = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        moved = np.zeros_like(x)
        moved[index] = step
        result[index] = (f((x + moved)[()]) - f((x - moved)[()])) / (2.0 * step)
    return result[()]


def assert_close(gradient: Any, expected: Any, single: bool = False) -> None:
    """Gradient leaves agree with the expected ones."""
    rtol, atol = (2e-3, 2e-4) if single else (2e-6, 2e-7)
    for g, e in pairs(gradient, expected):
        np.testing.assert_allclose(g, e, rtol=rtol, atol=atol)


def arrays(tree: Any) -> list[np.ndarray]:
    """The arrays of a tree (by attribute or item), of any dtype."""
    if isinstance(tree, np.ndarray):
        return [tree]
    if isinstance(tree, (tuple, list)):
        return [a for item in tree for a in arrays(item)]
    if isinstance(tree, dict):
        return [a for item in tree.values() for a in arrays(item)]
    return arrays(vars(tree)) if is_instance(tree) else []


def assert_unshared(gradients: Any, *others: Any) -> None:
    """No two gradient arrays share memory, and none shares it with another tree."""
    mine = [a for a in arrays(gradients) if a.size]
    for a, b in itertools.combinations(mine, 2):
        assert not np.shares_memory(a, b), "two gradients share memory"
    for a, b in itertools.product(mine, [b for b in arrays(others) if b.size]):
        assert not np.shares_memory(a, b), "a gradient shares memory with an argument or a result"


def shared(out: Any, args: Any) -> list[bool]:
    """Which arrays of a result share memory with which of the result and the arguments."""
    found = arrays(out)
    return [np.shares_memory(a, b) for a in found for b in [*found, *arrays(args)]]


# ---------------------------------------------------------------------------------------------------------- check


def active_arguments(args: tuple[Any, ...]) -> tuple[int, ...]:
    """The arguments that hold a leaf."""
    return tuple(i for i, arg in enumerate(args) if leaves(arg))


def normalised(args: tuple[Any, ...], argnums: int | tuple[int, ...] | None) -> tuple[int, ...]:
    """The argument numbers as a tuple; None stands for every argument that holds a leaf."""
    if argnums is None:
        return active_arguments(args)
    return (argnums,) if isinstance(argnums, int) else tuple(argnums)


def scalarised(f: Callable[..., Any], out: Any) -> Callable[..., float]:
    """`f` as a scalar function: itself where its result is one, else paired with fixed cotangents."""
    if is_scalar(out):
        return f
    cotangents = fixed_cotangents(out)
    return lambda *args: paired(f(*args), cotangents)


def expected_gradient(
    f: Callable[..., Any], args: tuple[Any, ...], numbers: tuple[int, ...], step: float = STEP
) -> tuple[Any, ...]:
    """The numeric gradients that `check` compares with."""
    out = f(*copy.deepcopy(args))
    return numeric_gradient(scalarised(f, out), args, numbers, step)


def check(f: Callable[..., Any], *args: Any, argnums: int | tuple[int, ...] | None = None) -> None:
    """Check a program at one point: see the module's text; vector-valued results go through `vjp`."""
    check_all(f, [(args, argnums)])


def check_all(f: Callable[..., Any], points: list[tuple[tuple[Any, ...], int | tuple[int, ...] | None]]) -> None:
    """Check one program at several points in turn, three rounds of them through the same transformed functions."""
    import srcgrad as sg

    transformed: dict[Any, Any] = {}
    for turn in range(CALLS):
        for args, argnums in points:
            numbers = normalised(args, argnums)
            plain_args = copy.deepcopy(args)
            out = f(*plain_args)
            single = any(np.asarray(leaf).dtype in (np.float32, np.complex64) for leaf in leaves((args, out)))
            used = copy.deepcopy(args)
            if is_scalar(out):
                form = numbers[0] if len(numbers) == 1 else numbers
                if form not in transformed:
                    transformed[form] = sg.value_and_grad(f, argnums=form)
                value, gradients = transformed[form](*used)
                if isinstance(form, int):
                    gradients = (gradients,)
            else:
                value, gradients = _through_vjp(sg, f, used, out, numbers)
            assert_same_bits(value, out, "value")
            assert_same_bits(used, plain_args, "arguments after the call")
            assert shared(value, used) == shared(out, plain_args), "the result shares other memory than in plain Python"
            for number, gradient in zip(numbers, gradients, strict=True):
                assert_like(gradient, args[number], f"gradient of argument {number}")
            assert_unshared(gradients, used, value)
            if turn in (0, CALLS - 1):
                try:
                    assert_close(gradients, expected_gradient(f, args, numbers), single)
                except AssertionError:
                    # where a function bends sharply the step is too long: a shorter one decides
                    assert_close(gradients, expected_gradient(f, args, numbers, STEP / 32), single)


def _through_vjp(sg: Any, f: Any, args: Any, out: Any, numbers: tuple[int, ...]) -> tuple[Any, tuple[Any, ...]]:
    """Value and gradients of a vector-valued program; the pullback, called twice, gives the same bits."""
    value, pullback = sg.vjp(f, *args)
    cotangents = fixed_cotangents(out)
    given = frozen(cotangents)
    gradients = pullback(cotangents)
    assert frozen(cotangents) == given, "the pullback changed its cotangents"
    first = frozen(gradients)
    assert frozen(pullback(cotangents)) == first, "the pullback gave other bits when called again"
    assert_unshared(gradients, cotangents)
    assert len(gradients) == len(args)
    return value, tuple(gradients[i] for i in numbers)
