"""Pullbacks of functions that write: called twice, after the caller wrote, and what they must leave alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from inplace_support import refusable
from support import arrays, assert_close, assert_same_bits, assert_unshared, fixed_cotangents, frozen

import srcgrad as sg

V, M = np.array([0.3, -0.7, 1.1]), np.arange(6.0).reshape(2, 3) * 0.3 - 0.7


def sweep(v):
    w = v.copy()
    for i in range(1, len(w)):
        w[i] *= w[i - 1]
    w += v
    return w


def writes_and_returns_views(m):
    m[0] *= m[1]
    total = np.exp(m)
    m[1] = total[0]
    return m, m.T, total, total[1:]


def keeps_history(v):
    history = []
    w = v * 1.0
    for i in range(3):
        history.append(w.copy())
        w[i] = np.sin(w[i - 1])
    return history, w


def returns_nested(v):
    w = v * v
    state = {"w": w, "views": (w[1:], w[::-1])}
    w[1] *= 3.0
    return state


def exp_in_place(v):
    y = np.exp(v)
    np.multiply(y, y, out=y)
    return y


PROGRAMS: list[tuple[Callable[..., Any], np.ndarray]] = [
    (sweep, V), (writes_and_returns_views, M), (keeps_history, V), (returns_nested, V), (exp_in_place, V),
]  # fmt: skip
each = pytest.mark.parametrize(("f", "x"), PROGRAMS)


@each
def test_pullback_leaves_all_user_arrays_as_they_are(f: Callable[..., Any], x: np.ndarray) -> None:
    used = x.copy()
    with refusable():
        out, pullback = sg.vjp(f, used)
    cotangents = fixed_cotangents(out)
    before = frozen((out, used, cotangents))
    first = pullback(cotangents)
    assert frozen((out, used, cotangents)) == before
    second = pullback(cotangents)
    assert frozen((out, used, cotangents)) == before
    assert_same_bits(second, first, "gradients")
    assert_unshared((first, second), out, used, cotangents)


@each
def test_pullback_with_read_only_results(f: Callable[..., Any], x: np.ndarray) -> None:
    """The reverse does not even write and restore: arrays that cannot be written serve as well."""
    used = x.copy()
    with refusable():
        out, pullback = sg.vjp(f, used)
    cotangents = fixed_cotangents(out)
    wanted = frozen(pullback(cotangents))
    for array in (*arrays(out), *arrays(cotangents), used):
        array.flags.writeable = False
    assert frozen(pullback(cotangents)) == wanted


@each
def test_gradients_may_be_written(f: Callable[..., Any], x: np.ndarray) -> None:
    """What is done to a gradient changes neither the next one nor the user's arrays."""
    used = x.copy()
    with refusable():
        out, pullback = sg.vjp(f, used)
    cotangents = fixed_cotangents(out)
    before = frozen((out, used, cotangents))
    (gradient,) = pullback(cotangents)
    wanted = frozen(gradient)
    gradient[...] = np.nan
    assert frozen((out, used, cotangents)) == before
    assert frozen(pullback(cotangents)[0]) == wanted


@each
@pytest.mark.parametrize("what", ["argument", "result", "both"])
def test_caller_writes_before_the_pullback(f: Callable[..., Any], x: np.ndarray, what: str) -> None:
    """The gradient of the call, or an error that says what was changed; never that of other numbers."""
    used = x.copy()
    with refusable():
        out, pullback = sg.vjp(f, used)
    cotangents = fixed_cotangents(out)
    other = sg.vjp(f, x.copy())[1]
    wanted = frozen(other(cotangents))
    if what != "result":
        used[...] = 99.0
    if what != "argument":
        for array in arrays(out):
            array[...] = -99.0
    try:
        found = pullback(cotangents)
    except RuntimeError as error:
        assert "changed" in str(error)
        return
    assert frozen(found) == wanted


def test_caller_writes_between_two_pullbacks() -> None:
    used = V.copy()
    with refusable():
        out, pullback = sg.vjp(sweep, used)
    cotangent = np.array([1.0, 2.0, 3.0])
    first = frozen(pullback(cotangent))
    used += 1.0
    out *= 2.0
    try:
        assert frozen(pullback(cotangent)) == first
    except RuntimeError as error:
        assert "changed" in str(error)


def test_same_argument_used_for_several_calls() -> None:
    """An optimiser's loop: the parameters are written between calls, each gradient taken at once."""

    def loss(w, buffer):
        buffer[:] = w * w
        buffer[1:] += buffer[:-1] * w[1:]
        return np.sum(buffer**2)

    gradient, w, buffer = sg.grad(loss), V.copy(), np.zeros(3)
    plain = V.copy()
    for _ in range(5):
        with refusable():
            slope = gradient(w, buffer)
        from_scratch = sg.grad(loss)(plain.copy(), np.zeros(3))
        assert_same_bits(slope, from_scratch, "gradient")
        w -= 0.01 * slope
        plain = plain - 0.01 * from_scratch


def test_interleaved_pullbacks_do_not_mix() -> None:
    with refusable():
        found = [sg.vjp(sweep, V * factor) for factor in (1.0, 2.0, 3.0)]
    cotangent = np.array([1.0, -1.0, 0.5])
    alone = [sg.vjp(sweep, V * factor)[1](cotangent) for factor in (1.0, 2.0, 3.0)]
    for _, (out, pullback), wanted in zip(range(3), found, alone):
        assert_same_bits(pullback(cotangent), wanted, "gradient")
    for (out, pullback), wanted in reversed(list(zip(found, alone))):
        assert_same_bits(pullback(cotangent), wanted, "gradient")


# --------------------------------------------------------------------------------------------- conversions by a store


def test_store_into_single_precision() -> None:
    def f(v):
        w = np.zeros(3, dtype=np.float32)
        w[:] = v * 2.0
        w[1] *= 3.0
        return np.sum(w)

    with refusable():
        value, gradient = sg.value_and_grad(f)(V)
    assert_same_bits(value, f(V), "value")
    assert gradient.dtype == np.float64
    assert_close(gradient, np.array([2.0, 6.0, 2.0]), single=True)


def test_store_of_single_precision_into_double() -> None:
    def f(v):
        w = np.zeros(3)
        w[:2] = v[:2]
        w *= w
        return np.sum(w)

    single = V.astype(np.float32)
    with refusable():
        gradient = sg.grad(f)(single)
    assert gradient.dtype == np.float32
    assert_close(gradient, np.array([2.0, 2.0, 0.0]) * single, single=True)


def test_store_into_integers_stops_the_derivative() -> None:
    def f(v):
        counts = np.zeros(3, dtype=np.int64)
        counts[:] = v * 10.0
        counts[0] = v[1] * 10.0
        return np.sum(counts * v)

    with refusable():
        value, gradient = sg.value_and_grad(f)(V)
    assert_same_bits(value, f(V), "value")
    assert_close(gradient, np.trunc(np.array([V[1], V[1], V[2]]) * 10.0))


def test_store_of_real_into_complex_and_back() -> None:
    def f(v):
        z = np.zeros(3, dtype=complex)
        z[:] = v
        z *= 1.0 + 2.0j
        w = np.zeros(3)
        w[:] = z.imag
        w[0] = z[1].real
        return np.sum(w**2)

    with refusable():
        gradient = sg.grad(f)(V)
    assert_close(gradient, np.array([0.0, 2.0 * V[1] + 8.0 * V[1], 8.0 * V[2]]))


def test_conversion_that_numpy_refuses() -> None:
    def f(v):
        counts = np.zeros(3, dtype=np.int64)
        counts += v
        return np.sum(counts * v)

    with refusable(), pytest.raises(TypeError, match="cast"):
        sg.grad(f)(V)


@pytest.mark.parametrize(
    "store",
    [
        lambda w, v: w.__setitem__(5, v[0]),
        lambda w, v: w.__setitem__(slice(0, 2), v),
        lambda w, v: w.__setitem__([0, 7], v[:2]),
        lambda w, v: w.__setitem__(np.array([True, False]), v[0]),
    ],
    ids=["index", "shape", "indices", "mask"],
)
def test_stores_that_numpy_refuses(store: Callable[..., Any]) -> None:
    def f(v):
        w = v * 1.0
        w[0] = v[1]
        store(w, v)
        return np.sum(w)

    with pytest.raises((IndexError, ValueError)) as plain:
        f(V)
    with refusable(), pytest.raises(plain.type) as caught:
        sg.grad(f)(V)
    assert str(caught.value).splitlines()[0] == str(plain.value)
