"""What the forward of a function that writes keeps for its reverse: bytes are counted, time is not.

Kept are arrays and numbers that the pullback reaches and that are neither an argument's nor a result's memory.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from inplace_support import refusable
from support import arrays

import srcgrad as sg

FEW = 200  # bytes for trip counts, shapes and the like


def owner(array: np.ndarray) -> np.ndarray:
    """The array that owns the memory of a view."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def bytes_of(value: Any, seen: set[int]) -> int:
    """The bytes of arrays and numbers that can be reached from a value, each memory once."""
    if isinstance(value, (bool, np.bool_)):
        return 1
    if isinstance(value, (int, float, complex, np.generic)):
        return 8
    if isinstance(value, np.ndarray):
        value = owner(value)
    if value is None or isinstance(value, (str, type)) or callable(value) or id(value) in seen:
        return 0
    seen.add(id(value))
    if isinstance(value, np.ndarray):
        return int(value.nbytes) if value.dtype.kind != "O" else sum(bytes_of(x, seen) for x in value.flat)
    if isinstance(value, dict):
        return sum(bytes_of(x, seen) for x in value.values())
    if isinstance(value, (tuple, list, set, frozenset)):
        return sum(bytes_of(x, seen) for x in value)
    if not type(value).__module__.startswith("srcgrad.runtime"):
        return 0  # compiled functions and the like, which all calls share
    slots = [name for cls in type(value).__mro__ for name in getattr(cls, "__slots__", ())]
    held = [getattr(value, name) for name in slots if hasattr(value, name)]
    return sum(bytes_of(x, seen) for x in [*held, *getattr(value, "__dict__", {}).values()])


def kept(f: Callable[..., Any], *args: Any) -> int:
    """The bytes that a call keeps for its pullback beyond arguments and result."""
    with refusable():
        out, pullback = sg.vjp(f, *args)
    known = {id(owner(array)) for array in arrays((out, args))}
    # what a pullback reaches is its own business; no public name says so
    return bytes_of(pullback._residual, known)


def vector(n: int) -> np.ndarray:
    return np.linspace(0.2, 0.9, n)


# ------------------------------------------------------------------------------------------------------ linear: nothing


def linear_stencil(u, steps):
    u, new = u.copy(), np.zeros_like(u)
    for _ in range(steps):
        new[1:-1] = u[1:-1] + 0.1 * (u[2:] - 2.0 * u[1:-1] + u[:-2])
        u, new = new, u
    return u


def linear_stencil_in_place(u, steps):
    u = u * 1.0
    for _ in range(steps):
        u[1:-1] += 0.1 * (u[2:] - 2.0 * u[1:-1] + u[:-2])
        u[0] = u[-1]
    return u


def linear_sweep(u, steps):
    for _ in range(steps):
        for i in range(1, len(u) - 1):
            u[i] = 0.5 * (u[i - 1] + u[i + 1])
    return u


def linear_moves(u, steps):
    w = np.zeros_like(u)
    for k in range(steps):
        w[1:] = u[:-1]
        w[0] = u[-1]
        u[:] = w[::-1]
    return u


def linear_in_callee(u, steps):
    def smooth(a, b):
        a[1:] += 0.5 * b[:-1]
        b *= 0.25

    v = u * 2.0
    for _ in range(steps):
        smooth(u, v)
        smooth(v, u)
    return v


def linear_two_dimensions(u, steps):
    u = np.outer(u, np.ones(8))
    for _ in range(steps):
        u[1:-1, 1:-1] = 0.25 * (u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2])
        u[:, 0] = u[:, 1]
    return u


@pytest.mark.parametrize(
    ("f", "buffers"),
    [
        (linear_stencil, 2), (linear_stencil_in_place, 0), (linear_sweep, 0),
        (linear_moves, 1), (linear_in_callee, 1), (linear_two_dimensions, 0),
    ],
)  # fmt: skip
def test_linear_writes_keep_no_values(f: Callable[..., Any], buffers: int) -> None:
    """The program's own buffers may be referred to, since adjoints belong to memory; nothing is copied or logged."""
    for n, steps in [(10, 1), (40, 7), (40, 70)]:
        assert kept(f, vector(n), steps) <= FEW + 8 * steps + buffers * 8 * n


# -------------------------------------------------------------------------------------- index loops: a few bytes a turn


def filled(v):
    w = np.zeros(len(v))
    for i in range(len(v)):
        w[i] = v[i] ** 2
    return w


def recurrence(v):
    w = v * 1.0
    for i in range(1, len(w)):
        w[i] = np.sin(w[i - 1] * w[i])
    return w


def sweep_in_place(v):
    for i in range(1, len(v) - 1):
        v[i] = 0.5 * (v[i - 1] + v[i + 1]) * v[i]
    return v


def accumulated(v):
    w = np.zeros(4)
    for i in range(len(v)):
        w[i % 4] += v[i] * w[(i + 1) % 4]
    return w


def arms(v):
    w = v * v
    for i in range(1, len(w)):
        if w[i] > 0.3:
            w[i] *= w[i - 1]
        else:
            w[i - 1] = v[i]
    return w


def swapped(v):
    w = v * 1.0
    for i in range(len(w) - 1):
        w[i], w[i + 1] = w[i + 1] * w[i], w[i]
    return w


@pytest.mark.parametrize("f", [filled, recurrence, sweep_in_place, accumulated, arms, swapped])
def test_index_loops_keep_a_few_numbers_a_turn(f: Callable[..., Any]) -> None:
    short, long = kept(f, vector(100)), kept(f, vector(400))
    assert long <= 400 * 120 + FEW
    assert long <= 4.5 * short + FEW


def test_final_elements_need_no_journal() -> None:
    """Of a turn that fills an element of a fresh buffer, what it read and where is enough."""
    assert kept(filled, vector(400)) <= 16 * 400 + FEW


# ------------------------------------------------------------------------------------------- only what was overwritten


def few_of_many(v):
    w = v * v
    for i in range(5):
        w[3 * i] = np.sin(w[3 * i])
    return w


def rows_of_a_matrix(v):
    w = np.outer(v, np.linspace(0.5, 1.0, 50))
    for i in range(3):
        w[i] *= w[i + 1]
    return w


def columns_masked(v):
    w = v * v
    w[v > 0.8] *= v[v > 0.8]
    return w


def slices_of_many(v):
    w = v * 1.0
    for k in range(4):
        w[10 * k : 10 * k + 10] **= 2
    return w


@pytest.mark.parametrize(
    ("f", "overwritten"),
    [(few_of_many, 5), (rows_of_a_matrix, 3 * 50), (columns_masked, 400), (slices_of_many, 40)],
)
def test_journals_hold_only_what_was_overwritten(f: Callable[..., Any], overwritten: int) -> None:
    """One copy of the whole, at most: not one a write."""
    v = vector(2000)
    whole = f(v.copy()).nbytes
    found = kept(f, v)
    assert found <= whole + 8 * 6 * overwritten + FEW


def overwritten_unread(v):
    w = np.exp(v)
    total = np.sum(v * v)
    w[:] = 0.0
    w[0] = total
    return w


def overwritten_by_constants(v):
    w = v * 2.0
    for _ in range(10):
        w[:] = 0.0
        w += v
    return w


def reused_buffer(v):
    work = np.empty_like(v)
    total = 0.0
    for k in range(10):
        np.multiply(v, 0.5 + k, out=work)
        total += np.sum(work)
    return total


@pytest.mark.parametrize("f", [overwritten_by_constants, reused_buffer])
def test_what_no_reverse_reads_is_not_kept(f: Callable[..., Any]) -> None:
    assert kept(f, vector(1000)) <= FEW


def test_values_overwritten_before_any_use_are_not_kept() -> None:
    assert kept(overwritten_unread, vector(1000)) <= 8000 + FEW


def nonlinear_steps(u, steps):
    u, new = u.copy(), u.copy()
    for _ in range(steps):
        new[1:-1] = u[1:-1] + 0.1 * u[1:-1] * (u[2:] - u[:-2])
        u, new = new, u
    return u


def test_nonlinear_steps_keep_a_state_or_two_a_step() -> None:
    n = 500
    for steps in (4, 16):
        assert kept(nonlinear_steps, vector(n), steps) <= 8 * n * (4 * steps + 3) + FEW * steps


def lu(v):
    a = np.eye(len(v)) * 3.0 + np.outer(v, v)
    for k in range(len(a)):
        a[k + 1 :, k] /= a[k, k]
        a[k + 1 :, k + 1 :] -= np.outer(a[k + 1 :, k], a[k, k + 1 :])
    return a


def test_factorisation_keeps_what_its_steps_touched() -> None:
    """Step k overwrites a column and reads a row; the block that it subtracts from is needed by nobody."""
    n = 40
    touched = sum(n - k for k in range(n))
    assert kept(lu, vector(n)) <= 8 * (2 * n * n + 8 * touched) + FEW * n


# --------------------------------------------------------------------------------------------------- text and report


@pytest.mark.parametrize("f", [recurrence, arms, sweep_in_place])
def test_source_does_not_grow_with_the_trip_count(f: Callable[..., Any]) -> None:
    def loss(v):
        return np.sum(f(v) ** 2)

    gradient = sg.grad(loss)
    with refusable():
        gradient(vector(20))
    source = gradient.source
    gradient(vector(200))
    assert gradient.source == source


def reported(f: Callable[..., Any], n: int, steps: int) -> int:
    """The bytes that the report of a gradient's only path says the call of `f` keeps."""

    def loss(u):
        w = f(u, steps)
        if steps > 0:
            return np.sum(w)
        return np.sum(u)

    gradient = sg.grad(loss)
    gradient(vector(n))
    (path,) = gradient.paths()
    return sum(each.bytes or 0 for each in path.remembered if each.what == "record of the call")


@pytest.mark.parametrize("f", [linear_stencil, linear_stencil_in_place, linear_moves, linear_two_dimensions])
def test_report_says_that_linear_steps_keep_nothing_a_step(f: Callable[..., Any]) -> None:
    """But for references to the program's own buffers, and to one more a turn where names change places."""
    few, many = reported(f, 50, 4), reported(f, 50, 40)
    assert many - few <= 36 * 8
    assert few <= 2 * 50 * 8 * (8 if f is linear_two_dimensions else 1) + FEW


def test_report_says_what_nonlinear_steps_keep() -> None:
    few, many = reported(nonlinear_steps, 100, 4), reported(nonlinear_steps, 100, 8)
    wide = reported(nonlinear_steps, 200, 4)
    assert 4 * 800 <= few <= 4 * 800 * 4 + FEW
    assert 1.5 * few < many < 2.5 * few
    assert 1.5 * few < wide < 2.5 * few


def swapping(u, steps):
    old = u * 1.0
    new = u * 1.0
    for _ in range(steps):
        new[1:-1] = old[1:-1] + 0.1 * (old[2:] - 2.0 * old[1:-1] + old[:-2])
        old, new = new, old
    return old


def test_stencil_with_two_buffers_of_its_own_keeps_a_count() -> None:
    """Adjoints change places as the buffers do; of these one is referred to, for its shape."""
    for n, steps in [(40, 7), (40, 70)]:
        assert kept(swapping, vector(n), steps) <= FEW + 8 * n


def arrays_made_together(x):
    u, v = np.zeros(3), x * 2.0
    u[0] = x[1]
    v[1] *= u[0]
    u[:] += v
    return np.sum(u * v)


def test_arrays_that_are_made_side_by_side_have_adjoints_under_names():
    gradient = sg.grad(arrays_made_together)
    x = np.array([0.3, 0.7, 1.1])
    gradient(x)
    assert "bars" not in gradient.source
    sg.check_grads(arrays_made_together, (x,), order=2, modes=("rev", "fwd"))


def one_array_by_two_names(x):
    w = np.zeros(3)
    u, v = w, w
    u[0] = x[0] ** 2
    p, q = x[:2] * 1.0, w
    q[1] = p[0] * v[0]
    return v[0] * x[1] + w[1]


def test_one_array_that_gets_two_names():
    sg.check_grads(one_array_by_two_names, (np.array([0.3, 0.7, 1.1]),), order=2, modes=("rev", "fwd"))
