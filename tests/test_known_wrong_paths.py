"""Wrong answers that other systems give about paths: costs of loops, random numbers, early returns, zero turns."""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
from support import check_all, frozen

import srcgrad as sg

V = np.array([0.3, -0.7, 1.1])


# ------------------------------------------------------------------------------------------------ 6: linear time


def allocated(f: Callable[..., Any], n: int) -> int:
    """Peak bytes that a gradient of f needs for n elements."""
    gradient = sg.grad(f)
    v = np.linspace(0.1, 0.9, n)
    gradient(v)
    tracemalloc.start()
    try:
        gradient(v)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def calls_made(f: Callable[..., Any], n: int) -> int:
    """How many functions, in Python or in C, a gradient of f calls for n elements."""
    gradient = sg.grad(f)
    v = np.linspace(0.1, 0.9, n)
    gradient(v)
    count = 0

    def counted(frame: Any, event: str, arg: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        gradient(v)
    finally:
        sys.setprofile(None)
    return count


def test_index_loop_is_linear_in_memory():
    def f(v):
        total = 0.0
        for i in range(len(v)):
            total += v[i] * v[i]
        return total

    # 8 times the elements: a copy of the array at every step would be 64 times the bytes
    assert allocated(f, 20_000) < 16 * allocated(f, 2500)


def read_by_index(v):
    """Each turn reads from an argument, from an array that is written and from a view, and writes one element."""
    w = np.zeros(len(v))
    last = w[-10:]
    for i in range(1, len(v)):
        w[i] = 0.5 * w[i - 1] * v[i] + v[i - 1] ** 2 + last[0]
    return np.sum(w)


def test_index_loop_that_writes_is_linear_in_memory_and_calls():
    assert allocated(read_by_index, 20_000) < 16 * allocated(read_by_index, 2500)
    few, many = calls_made(read_by_index, 250), calls_made(read_by_index, 1000)
    assert many < 4.5 * few + 1000


def test_index_loop_that_writes_does_single_elements_in_its_turns() -> None:
    """A turn of the reverse writes elements of adjoints: no statement in it is about a whole array."""
    gradient = sg.grad(read_by_index)
    gradient(np.linspace(0.1, 0.9, 50))
    *_, reverse = gradient.source.split("reversed(turns):")
    turn = reverse[: reverse.index("return")]
    assert "w_shadow[i]" in turn and "v_bar[i]" in turn
    assert not any(word in turn for word in ("zeros", "copy(", "fill(", "_like", "v_bar ="))


def test_index_loop_makes_no_array_a_turn():
    """Counts the full-size arrays made while the gradient runs: a handful, whatever the number of turns."""

    def f(v):
        total = 0.0
        for i in range(len(v)):
            total += v[i] * v[i - 1]
        return total

    zeros, zeros_like = np.zeros, np.zeros_like
    gradient = sg.grad(f)
    v = np.linspace(0.1, 0.9, 2000)
    expected = np.roll(v, 1) + np.roll(v, -1)
    np.testing.assert_allclose(gradient(v), expected)
    made = 0

    def counting(function):
        def wrapped(*args, **kwargs):
            nonlocal made
            result = function(*args, **kwargs)
            made += result.size >= 2000
            return result

        return wrapped

    np.zeros, np.zeros_like = counting(zeros), counting(zeros_like)
    try:
        np.testing.assert_allclose(gradient(v), expected)
    finally:
        np.zeros, np.zeros_like = zeros, zeros_like
    assert made < 10


# ------------------------------------------------------------------------------------------- 9: random numbers


def test_random_numbers_on_a_new_path():
    def f(x, rng, noisy):
        y = x * rng.standard_normal()
        if noisy:
            y = y + x * x * rng.standard_normal()
            for _ in range(rng.integers(2, 5)):
                y = y * rng.uniform(0.5, 1.5)
        return y

    gradient = sg.value_and_grad(f)
    ours, plain = np.random.default_rng(7), np.random.default_rng(7)
    for noisy in (False, True, False, True):
        value, _ = gradient(0.7, ours, noisy)
        assert frozen(value) == frozen(f(0.7, plain, noisy))
        assert ours.bit_generator.state == plain.bit_generator.state


def test_global_random_state():
    def f(x, noisy):
        return x * np.random.rand() if noisy else x * x

    gradient = sg.value_and_grad(f)
    for seed in range(3):
        for noisy in (False, True):
            np.random.seed(seed)
            value, slope = gradient(0.7, noisy)
            after = np.random.rand()
            np.random.seed(seed)
            assert frozen(value) == frozen(f(0.7, noisy))
            assert np.random.rand() == after
            if noisy:
                np.testing.assert_allclose(slope, value / 0.7)


def test_effects_happen_once_and_in_order():
    log = []

    def f(x, n):
        for i in range(n):
            log.append(("turn", i))
            if i % 2:
                log.append("odd")
                x = x * x
        log.append("end")
        return x

    gradient = sg.value_and_grad(f)
    for n in (1, 3, 0, 2):
        log.clear()
        gradient(0.7, n)
        seen = list(log)
        log.clear()
        f(0.7, n)
        assert seen == log


# --------------------------------------------------------------------------------- 12: returns in loops in tries


def test_early_return_inside_a_loop_inside_a_try():
    def f(v, limit):
        total = 0.0
        log = []
        try:
            for i, value in enumerate(v):
                total += value * value
                if total > limit:
                    log.append(i)
                    return total * value
                if i == 2:
                    raise ArithmeticError
            total = total * 2.0
        except ArithmeticError:
            total = total * total
        finally:
            log.append("left")
        return total * len(log)

    two = V[:2]
    check_all(f, [((V, 0.01), 0), ((V, 0.5), 0), ((V, 9.0), 0), ((two, 9.0), 0), ((np.zeros(0), 9.0), 0)])


# -------------------------------------------------------------------------------------------------- 13: zero turns


def test_loops_that_run_zero_times():
    def f(v, w, n):
        h = v
        for _ in range(n):
            h = np.tanh(w @ h)
        while n > 3:
            h = h * v
            n -= 1
        return np.sum(h * h)

    w = np.arange(9.0).reshape(3, 3) / 10.0
    check_all(f, [((V, w, n), (0, 1)) for n in (0, 2, 0, 5)])


def test_loop_over_nothing_gives_full_zeros():
    def f(m):
        total = 0.0
        for row in m:
            total += np.sum(row)
        return total

    assert sg.grad(f)(np.zeros((0, 3))).shape == (0, 3)

    def g(v, n):
        total = 0.0
        for _ in range(n):
            total += np.sum(v)
        return total

    zero = sg.grad(g)(V, 0)
    assert zero.shape == (3,) and zero.dtype == float and not zero.any() and zero.flags.writeable
