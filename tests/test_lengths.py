"""Integers that are lengths: arrays made with them are known to be of equal length, and only where they are."""

from __future__ import annotations

import functools

import numpy as np
import pytest

import srcgrad as sg


def by_length(x, n):
    m = len(x)
    u, v = np.zeros(m), np.ones(m)
    for i in range(m):
        u[i] = x[i] ** 2
    v[:] = u * 2.0
    return np.sum((v + x) ** 2)


def by_argument(x, n):
    u, v = np.zeros(n), np.ones(n)
    u += np.sum(x)
    return np.sum(u * v * u)


def by_shape(x, n):
    rows, columns = np.outer(x, x[:-1]).shape
    table, other = np.zeros((rows, columns)), np.ones((columns, rows))
    table += x[:, None]
    return np.sum(table * other.T * np.sin(table))


def ghost_cells(x, n):
    padded = np.zeros(len(x) + 2)
    padded[1:-1] = x
    return np.sum((padded[1:-1] * x - padded[2:]) ** 2)


def one_of_two(x, n):
    m = n if np.sum(x) > 0.0 else len(x)
    return np.sum((np.zeros(m) + np.sum(x)) * (np.ones(n) + x[0]))


def shrinking(x, n):
    total = 0.0
    before = np.zeros(1) + x[0]
    while n > 0:
        now = np.ones(n) * x[0]
        total += np.sum(now * before[0]) + np.sum(before * now[:1])
        before = np.zeros(n) + x[-1]
        n = n - 1
    return total


def before_and_after(x, n):
    u = np.zeros(n) + x[0]
    n = n + 1
    v = np.ones(n) * x[0]
    n -= 1
    w = np.ones(n) * x[1]
    return np.sum(u * w) + np.sum(v)


def a_turn_later(x, n):
    total = 0.0
    held = np.ones(1) * x[0]
    for i in range(1, n + 1):
        part = x[:i]
        m = len(part)
        total += np.sum((np.zeros(m) + x[0]) * part * held[:1])
        held = np.ones(m) * x[1]
    return total * np.sum(held)


class Grid:
    def __init__(self, n):
        self.n = n

    def grow(self):
        self.n += 1

    def values(self, x):
        return np.zeros(self.n) + np.sum(x)


def attributes(x, n):
    grid = Grid(n)
    before = grid.values(x)
    same = np.ones(grid.n) * x[0]
    first = np.sum(before * same)
    grid.grow()
    return first + np.sum(grid.values(x) * before[:1])


def widened(x, n):
    """One of length n, one of length n + 1, by one attribute: they broadcast where n is 1."""
    grid = Grid(1)
    one = np.ones(grid.n) * np.sum(x)
    grid.grow()
    two = np.ones(grid.n) * x[0]
    return np.sum(one * two)


def in_a_list(x, n):
    sizes = [1, n]
    arrays = [np.ones(size) * x[0] for size in sizes]
    return np.sum(arrays[0] * arrays[1])


def called_with_several(x, n):
    return np.sum(filled(x, 1) * filled(x, n)) + np.sum(filled(x, n) * filled(x, n))


def filled(x, size):
    return np.zeros(size) + np.sum(x)


def until(x, n):
    return np.sum((np.arange(n) + x[0]) * (np.ones(n) * x[-1]))


PROGRAMS = [
    by_length, by_argument, by_shape, ghost_cells, one_of_two, shrinking, before_and_after, a_turn_later, attributes,
    widened, in_a_list, called_with_several, until,
]  # fmt: skip


@pytest.mark.parametrize("f", PROGRAMS)
def test_gradients_for_several_lengths(f):
    rng = np.random.default_rng(0)
    for n in (3, 1, 2, 5):
        for size in (n, 4):
            x = rng.uniform(0.5, 1.5, size)
            if f is before_and_after and size < 2:
                continue
            if f is a_turn_later and size < max(n, 2):
                continue
            if f is one_of_two and size != n:
                x = np.abs(x)
            sg.check_grads(f, (x, n), modes=("rev", "fwd"))


@pytest.mark.parametrize("f", [by_length, by_argument, by_shape, ghost_cells, before_and_after])
def test_nothing_is_summed_where_lengths_are_equal(f):
    gradient = sg.grad(f)
    gradient(np.ones(3), 3)
    assert "unbroadcast" not in gradient.source


def test_what_is_left_is_no_length():
    """`reshape(n)` with n = -1 gives as many as there are."""

    def f(x, y, n):
        return np.sum(x.reshape(n) * y.reshape(n) ** 2)

    def g(x, y, n):
        m = n - 1
        return np.sum(x.reshape(m) * y.reshape(m) ** 2)

    for h, n in ((f, -1), (g, 0)):
        for sizes in ((1, 5), (5, 1), (5, 5)):
            sg.check_grads(h, (np.full(sizes[0], 1.5), np.full(sizes[1], 0.5), n), argnums=(0, 1))


def test_cut_short_at_nothing():
    """`len(x[1:]) + 1` is 1 where x is empty."""

    def f(x, c):
        one = np.zeros(len(x[1:]) + 1) + c
        return np.sum(one * x) + c

    assert sg.grad(f, argnums=1)(np.ones(0), 2.0) == 1.0
    assert sg.grad(f, argnums=1)(np.ones(3), 2.0) == 4.0


N = 1


def grows():
    global N
    N += 1


def by_global(x):
    one = np.ones(N) * np.sum(x)
    return np.sum(one * (np.ones(N) * x[0]))


def grown_meanwhile(x, steps):
    one = np.ones(N) * np.sum(x)
    steps[0](x)
    return np.sum(one * (np.ones(N) * x[0]))


class Grows:
    def __getattr__(self, name):
        raise AttributeError(name)

    __call__ = staticmethod(functools.partial(lambda x: grows()))


def test_global_numbers_are_lengths():
    global N
    gradient = sg.grad(by_global)
    for N in (3, 1):
        sg.check_grads(by_global, (np.array([1.0, 2.0]),))
        gradient(np.array([1.0, 2.0]))
    assert "unbroadcast" not in gradient.source


def test_a_global_that_code_which_is_not_seen_changes():
    global N
    x = np.array([1.0, 2.0])
    for steps in ([Grows()], [functools.partial(lambda y: grows())]):
        N = 1
        try:
            gradient = sg.grad(grown_meanwhile)(x, steps)
        except sg.UnsupportedError:
            continue
        np.testing.assert_allclose(gradient, 2 * (x.sum() * np.array([1.0, 0.0]) + x[0]))


def test_reading_by_index_takes_linear_time():
    """The adjoint of what is read in the loop is an array of its own before the loop, also where it was an alias."""
    gradient = sg.grad(by_length)
    gradient(np.ones(3), 3)
    assert "x_bar[i] += " in gradient.source


@pytest.mark.parametrize("lengths", [(3, 4), (1, 4), (0, 3)])
def test_arrays_that_are_asked_for_may_be_larger_than_what_fills_them(lengths):
    """`np.full(3, v)` has its length from its first argument, whatever may be known of v."""

    def filled(x, start, stop):
        v = x[start:stop] * 1.0
        weights = np.arange(1.0, 4.0)
        return np.sum(np.full(3, v) ** 2 * weights) + np.sum(np.full_like(np.zeros((2, 3)), v) * weights)

    def of_more_axes(x):
        return np.sum(np.full(4, x[None, :4]) ** 2 * np.arange(4.0))

    x = np.linspace(0.5, 2.0, 6)
    sg.check_grads(filled, (x, *lengths), argnums=0, modes=("rev", "fwd"))
    sg.check_grads(of_more_axes, (x,), modes=("rev",))
