"""Memory of arguments that are written: parts that overlap, unusual layouts, buffers that outlive the call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from inplace_support import refusable
from support import assert_close, assert_same_bits, assert_unshared, differences, frozen, numeric_gradient

import srcgrad as sg

V, M = np.array([0.3, -0.7, 1.1]), np.arange(6.0).reshape(2, 3) * 0.3 - 0.7


def scale_and_sum(v):
    v *= 2.0
    v[0] = v[1] * v[2]
    return np.sum(v**2)


# ------------------------------------------------------------------------------------------------- overlapping memory


def mixes(a, b):
    a *= 2.0
    b[0] = a[1] * a[0]
    a[: len(b)] += b
    return np.sum(a**2) + np.sum(b * np.arange(1.0, 1.0 + len(b)))


def reads_one_writes_other(a, b):
    before = np.sum(a * a)
    b[:] = b * a[::-1] if len(a) == len(b) else b * 2.0
    return before * np.sum(a)


OVERLAPS = {
    "the same object": lambda x: (x, x),
    "equal views": lambda x: (x[:], x[:]),
    "shifted": lambda x: (x[:-1], x[1:]),
    "reversed": lambda x: (x, x[::-1]),
    "inside": lambda x: (x, x[1:3]),
    "interleaved, no element shared": lambda x: (x[::2], x[1::2]),
    "apart": lambda x: (x[:2], x[2:]),
}


@pytest.mark.parametrize("f", [mixes, reads_one_writes_other])
@pytest.mark.parametrize("name", OVERLAPS)
def test_overlapping_arguments(f: Callable[..., Any], name: str) -> None:
    """The parts' gradients, added where the parts lie, are the gradient of the memory; or the call is refused."""
    parts = OVERLAPS[name]
    start = np.array([0.3, -0.7, 1.1, 0.6])
    plain, used = start.copy(), start.copy()
    value = f(*parts(plain))
    args = parts(used)
    apart = not np.shares_memory(*args)
    try:
        with refusable():
            got, gradients = sg.value_and_grad(f, argnums=(0, 1))(*args)
    except (sg.SrcgradError, ValueError) as error:
        assert not apart, "memory that is not shared was refused"
        assert "overlap" in str(error) or "memory" in str(error) or "same" in str(error)
        return
    assert_same_bits(got, value, "value")
    assert_same_bits(used, plain, "memory")
    assert_unshared(gradients, used)
    total = np.zeros(4)
    for place, gradient in zip(parts(total), gradients):
        place += gradient
    assert_close(total, numeric_gradient(lambda x: f(*parts(x)), (start,), (0,))[0])


def test_overlap_found_in_every_call() -> None:
    """What overlaps is a matter of the call, not of the first call."""
    gradient = sg.value_and_grad(mixes, argnums=(0, 1))
    start = np.array([0.3, -0.7, 1.1, 0.6])
    for name in ["apart", "shifted", "apart", "reversed", "interleaved, no element shared", "shifted"]:
        parts = OVERLAPS[name]
        plain, used = start.copy(), start.copy()
        value = mixes(*parts(plain))
        try:
            with refusable():
                got, gradients = gradient(*parts(used))
        except (sg.SrcgradError, ValueError):
            assert np.shares_memory(*parts(used))
            continue
        assert_same_bits((got, used), (value, plain), "value and memory")
        total = np.zeros(4)
        for place, one in zip(parts(total), gradients):
            place += one
        assert_close(total, numeric_gradient(lambda x, parts=parts: mixes(*parts(x)), (start,), (0,))[0])


def test_overlap_inside_an_argument() -> None:
    def f(items):
        items[0][1:] *= items[1][0]
        return np.sum(items[1] ** 2)

    start = np.array([0.3, -0.7, 1.1, 0.6])
    used, plain = start.copy(), start.copy()
    value = f([plain, plain[1:]])
    try:
        with refusable():
            got, (gradient,) = sg.value_and_grad(f, argnums=(0,))([used, used[1:]])
    except (sg.SrcgradError, ValueError):
        return
    assert_same_bits((got, used), (value, plain), "value and memory")
    total = gradient[0].copy()
    total[1:] += gradient[1]
    assert_close(total, numeric_gradient(lambda x: f([x, x[1:]]), (start,), (0,))[0])


# ----------------------------------------------------------------------------------------------------- unusual layouts


LAYOUTS = {
    "strided": (np.linspace(-1.0, 1.0, 10), lambda x: x[1:8:3]),
    "reversed": (np.linspace(-1.0, 1.0, 3), lambda x: x[::-1]),
    "column": (np.linspace(-1.0, 1.0, 12).reshape(3, 4), lambda x: x[:, 2]),
    "diagonal": (np.linspace(-1.0, 1.0, 9).reshape(3, 3), lambda x: x.reshape(-1)[::4]),
    "unaligned rows of Fortran order": (np.asfortranarray(np.linspace(-1.0, 1.0, 9).reshape(3, 3)), lambda x: x[1]),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_argument_that_is_a_view(name: str) -> None:
    memory, view = LAYOUTS[name]
    plain, used = memory.copy(order="K"), memory.copy(order="K")
    value = scale_and_sum(view(plain))
    with refusable():
        got, gradient = sg.value_and_grad(scale_and_sum)(view(used))
    assert_same_bits((got, used), (value, plain), "value and memory")
    assert gradient.shape == (3,) and gradient.flags.writeable and not np.shares_memory(gradient, used)
    assert_close(gradient, numeric_gradient(scale_and_sum, (view(memory).copy(),), (0,))[0])


@pytest.mark.parametrize("turned", [False, True])
def test_reshape_of_an_argument_is_a_view_or_a_copy(turned: bool) -> None:
    def f(m):
        flat = m.reshape(-1)
        flat[1] = flat[0] * flat[2]
        return np.sum(m**2) + np.sum(flat**3)

    def made(x):
        return x.T if turned else x

    gradient = sg.value_and_grad(f)
    for _ in range(3):
        plain, used = M.copy(), M.copy()
        value = f(made(plain))
        with refusable():
            got, found = gradient(made(used))
        assert_same_bits((got, used), (value, plain), "value and memory")
        wanted = numeric_gradient(lambda x: f(made(x)), (M,), (0,))[0]
        assert_close(made(found), wanted)


def test_view_or_copy_changes_from_call_to_call() -> None:
    def f(m):
        flat = np.ravel(m)
        flat *= flat[0]
        return np.sum(m * m)

    gradient = sg.value_and_grad(f)
    for turned in (False, True, False, True, True, False):
        x = M.copy()
        m = np.asfortranarray(x) if turned else x
        wanted = f(m.copy(order="K"))
        start = m.copy(order="K")
        with refusable():
            value, found = gradient(m)
        assert_same_bits(value, wanted, "value")

        def by_order(y, turned=turned):
            return f(np.asfortranarray(y) if turned else y)

        assert_close(found, numeric_gradient(by_order, (np.ascontiguousarray(start),), (0,))[0])


def test_read_only_argument_raises_what_numpy_raises() -> None:
    for make in (lambda: np.broadcast_to(0.5, 3), lambda: _frozen(V)):
        with pytest.raises(ValueError, match="read-only") as plain:
            scale_and_sum(make())
        with refusable(), pytest.raises(ValueError, match="read-only") as caught:
            sg.grad(scale_and_sum)(make())
        assert str(caught.value).splitlines()[0] == str(plain.value)


def _frozen(v: np.ndarray) -> np.ndarray:
    v = v.copy()
    v.flags.writeable = False
    return v


def test_inactive_argument_overwritten_by_active_values() -> None:
    """A buffer given as an argument that is not differentiated still carries derivatives on."""

    def f(v, buffer):
        buffer[:] = v * v
        return np.sum(buffer * buffer)

    for buffer in (np.full(3, 9.0), np.zeros(3)):
        with refusable():
            gradient = sg.grad(f)(V, buffer)
        assert_close(gradient, 4.0 * V**3)
        assert frozen(buffer) == frozen(V * V)


def test_one_buffer_for_many_calls() -> None:
    def f(v, work):
        np.multiply(v, v, out=work)
        work *= work
        return np.sum(work)

    work, gradient = np.empty(3), sg.grad(f)
    found = []
    for factor in (1.0, 2.0, 3.0):
        with refusable():
            found.append(gradient(V * factor, work))
    for factor, one in zip((1.0, 2.0, 3.0), found):
        assert_close(one, 4.0 * (V * factor) ** 3)


def second_times_first(u):
    return u[1] * u[0]


def a_number_made_an_array(x):
    w = np.broadcast_to(np.sin(x[0]), (3,))
    return sum(fn(w) for fn in [second_times_first, np.sum])


def an_array_made_wider(x):
    y = x * 2.0
    w = np.broadcast_to(y, (2, 3))
    total = 0.0
    for fn in [second_times_first, np.sum, lambda u: u[1, 2]]:
        total = total + np.sum(fn(w)) * y[0]
    y[1] *= 3.0
    return total + np.sum(y * y) + np.sum(w)


def windows(x):
    y = x * 2.0
    w = np.lib.stride_tricks.sliding_window_view(y, 2)
    total = 0.0
    for fn in [second_times_first, np.sum, lambda u: u[1, 1]]:
        total = total + np.sum(fn(w)) * y[0]
    y[1] *= 3.0
    return total + np.sum(y * y) + np.sum(w**2)


@pytest.mark.parametrize("f", [a_number_made_an_array, an_array_made_wider, windows], ids=lambda f: f.__name__)
def test_arrays_whose_places_share_elements_reach_functions_seen_when_they_run(f):
    x = np.array([0.3, 0.5, 1.2])
    sg.check_grads(f, (x,), modes=("rev", "fwd"))
    try:
        sg.check_grads(sg.grad(f), (x,), modes=("rev", "fwd"))
    except sg.UnsupportedError as error:
        assert "overlap" in str(error) and f is not a_number_made_an_array


@pytest.mark.parametrize("place", [1, (1,), slice(0, 2), [1], (1, slice(None)), (slice(None), 1)], ids=str)
def test_what_is_added_at_a_place_keeps_its_adjoint_where_the_place_is_written_before(place):
    def f(x):
        w = x * 1.0
        v = x[0, 0] * x[place]
        w[1] = x[0]
        np.add.at(w, place, v)
        return np.sum(w * w)

    def g(x):
        w = x * 1.0
        for i in zip(*[[0, 1]]):
            np.subtract.at(w, place, np.sin(*[x[i]])[0])
            w[i] = w[i] * x[0]
        return np.sum(w * w)

    for h in f, g:
        np.testing.assert_allclose(sg.grad(h)(M), differences(h, M), rtol=1e-6, atol=1e-8)
        again = lambda x: np.sum(sg.grad(h)(x) ** 2)
        np.testing.assert_allclose(sg.grad(again)(M), differences(again, M), rtol=1e-5, atol=1e-6)
