"""What a loop computes alike in every turn is kept once; what is cheap is computed again: with the same gradients."""

from __future__ import annotations

import numpy as np
import pytest
from support import check_all

import srcgrad as sg

U = np.array([0.4, -0.7, 1.1])


def text(f, *args, argnums=0):
    """What is emitted for a call."""
    gradient = sg.grad(f, argnums=argnums)
    gradient(*args)
    return gradient.source


def kept_in_turns(f, *args, argnums=0):
    """The names that the turns of the first loop hand to the reverse."""
    return text(f, *args, argnums=argnums).partition("turns.append(")[2].partition("\n")[0]


def diffused(u, k, dt, dx, n):
    for _ in range(n):
        u = u + k * dt / dx**2 * (np.roll(u, 1) - u) ** 2
    return np.sum(u**2)


def decayed(u, rate, n):
    for _ in range(n):
        decay = np.exp(-rate * np.arange(3.0))
        u = np.sin(u * decay)
    return np.sum(u)


def leaves_early(u, k, n, most):
    for _ in range(n):
        if np.sum(u) > most:
            return np.sum(u * u)
        factor = np.sqrt(k)
        u = u * factor + 0.1
    return np.sum(u)


def breaks_early(u, k, n, most):
    for _ in range(n):
        if np.sum(u) > most:
            break
        factor = np.sqrt(k)
        u = u * factor + 0.1
    return np.sum(u)


def bound_again(u, k, n):
    for i in range(n):
        factor = np.cos(u[0] + i)
        u = u * factor
        factor = np.exp(k)
        u = u * factor
    return np.sum(u)


def in_one_arm(u, k, n):
    for i in range(n):
        factor = np.exp(k) if i % 2 else np.sin(u)
        u = u * factor
    return np.sum(u)


def in_an_arm(u, k, n, wanted):
    if wanted:
        for _ in range(n):
            u = np.sin(u) * np.exp(k)
    return np.sum(u * k)


def in_a_try(u, k, n):
    for i in range(n):
        try:
            if i == 1:
                raise ValueError
            u = u * np.exp(k)
        except ValueError:
            u = u * np.sin(k)
    return np.sum(u)


def inner_loop(u, k, n):
    total = 0.0
    for i in range(n):
        scale = k * (i + 1.0)
        for j in range(n):
            total = total + np.sum(np.sin(u * j) * np.exp(scale))
    return total


def written_meanwhile(u, n):
    w = u * 1.0
    total = 0.0
    for i in range(n):
        part = np.exp(w)
        total = total + np.sum(part * part)
        w[i] = total * 0.01
    return total


def written_by_another(u, n):
    w = u * 1.0
    seen = w[1:]
    total = 0.0
    for _ in range(n):
        total = total + np.sum(seen[0] * u) ** 2
        w *= 0.9
    return total


def another_number(u, k, n):
    for _ in range(n):
        factor = k * 2.0
        u = u * factor * factor
        k = k * 0.9
    return np.sum(u)


def broadcast_in_turns(u, column, n):
    for _ in range(n):
        u = u * np.tanh(column)
    return np.sum(u)


@pytest.mark.parametrize("n", [0, 1, 3])
@pytest.mark.parametrize(
    "f, rest",
    [
        (diffused, (0.3, 0.5, 0.8)),
        (decayed, (0.3,)),
        (bound_again, (0.2,)),
        (in_one_arm, (0.2,)),
        (in_a_try, (0.2,)),
        (inner_loop, (0.2,)),
        (written_meanwhile, ()),
        (written_by_another, ()),
        (another_number, (0.7,)),
        (broadcast_in_turns, (np.array([[0.3], [0.8]]),)),
        (broadcast_in_turns, (np.array([[0.3]]),)),
    ],
)
def test_gradients(f, rest, n):
    numbers = tuple(range(1 + len(rest)))
    check_all(f, [((U, *rest, n), numbers)])


@pytest.mark.parametrize("most", [-9.0, 1.2, 2.0, 99.0])
@pytest.mark.parametrize("f", [leaves_early, breaks_early])
def test_loops_that_are_left(f, most):
    check_all(f, [((U, 1.9, n, most), (0, 1)) for n in (0, 1, 4)])


def test_loops_that_are_not_reached():
    check_all(in_an_arm, [((U, 0.3, 2, wanted), (0, 1)) for wanted in (True, False)])


def test_what_is_alike_is_kept_once():
    assert kept_in_turns(diffused, U, 0.3, 0.5, 0.8, 2) == "u_base)"
    assert "decay" not in kept_in_turns(decayed, U, 0.3, 2, argnums=(0, 1))
    assert "factor" not in kept_in_turns(leaves_early, U, 1.9, 3, 99.0, argnums=(0, 1))
    assert "part" in kept_in_turns(written_meanwhile, U, 2)


def test_draws_are_not_alike():
    def noisy(u, scale, n):
        rng = np.random.default_rng(0)
        for _ in range(n):
            noise = rng.normal(scale)
            u = np.sin(u * noise)
        return np.sum(u)

    check_all(noisy, [((U, 0.3, n), (0, 1)) for n in (0, 1, 3)])


def babylonian(a, n):
    x = a
    for _ in range(n):
        x = 0.5 * (x + a / x)
    return x


def chained(a, b, n):
    for _ in range(n):
        a = (a + b) * (a - b) / ((a + b) * b + 3.0)
    return a


def divided_in_an_arm(a, b, n):
    for i in range(n):
        b = b - 1.0
        if b != 0.0:
            a = a + (a * 0.5) / b * (a / b)
    return a


def held(a, n):
    kept = []
    for _ in range(n):
        a = np.sin(a * 0.5 + 0.2) * (a * 0.5)
        kept.append(a * 2.0)
    return sum(k * k for k in kept)


@pytest.mark.parametrize("n", [0, 1, 4])
def test_numbers_computed_again(n):
    check_all(babylonian, [((1.7, n), 0), ((np.float64(1.7), n), 0)])
    check_all(chained, [((0.7, 0.3, n), (0, 1))])
    check_all(divided_in_an_arm, [((0.7, 2.5, n), (0, 1))])
    if n:
        check_all(held, [((0.7, n), 0)])


def test_numbers_computed_again_are_not_kept():
    assert kept_in_turns(babylonian, 1.7, 2) == "x_before)"


def quotients(x, y, z):
    ratio = x / y
    return np.sum(ratio / np.sum(ratio) + z / ratio)


def own_quotient(x, y):
    x = x / y
    x = y / x
    return np.sum(x / x * x)


def test_the_share_of_both_operands():
    column, row = np.array([[0.7], [1.9]]), np.array([0.3, 1.1, 2.0])
    check_all(quotients, [((column, row, 2.0), (0, 1, 2)), ((row, 1.3, row), (0, 1, 2))])
    check_all(quotients, [((row[:1], column, row + 1j), (0, 1, 2)), ((1.5, 0.7, row), (0, 1, 2))])
    check_all(own_quotient, [((row, column), (0, 1)), ((row, row), (0, 1)), ((column, row[:1]), (0, 1))])


def relaxed(u, n):
    w = u * 1.0
    for _ in range(n):
        for i in range(1, len(w) - 1):
            w[i] = 0.5 * (w[i - 1] + w[i + 1])
    return np.sum(w * w)


def counted_down(u, n):
    for i in range(n, 0, -1):
        u = u * 0.5 * i + 0.1
    return np.sum(u**2)


def target_bound_again(u, n):
    for i in range(n):
        i = i + 2
        u = u * i * 0.5
    return np.sum(u**2)


def bound_of_the_range_changes(u, n):
    m = n
    for i in range(m):
        m = m + 3
        u = u * (i + 1) * 0.5
    return np.sum(u**2) + m


def not_reached_to_its_end(u, n):
    for i in range(n):
        if np.sum(u) > 2.0:
            break
        u = u * (i + 1.0)
    return np.sum(u**2)


def left_by_an_error(u, n):
    try:
        for i in range(n):
            if i == 2:
                raise ValueError
            u = u * (i + 1.0)
    except ValueError:
        u = u * 0.5
    return np.sum(u**2)


def in_one_arm_only(u, n):
    if n > 1:
        for i in range(n):
            u = u * (i + 1.0)
    return np.sum(u**2)


def target_read_after(u, n):
    i = 5
    for i in range(n):
        u = u * (i + 1.0)
    return np.sum(u**2) * i


RANGES = [
    relaxed, counted_down, target_bound_again, bound_of_the_range_changes, not_reached_to_its_end, left_by_an_error,
    in_one_arm_only, target_read_after,
]  # fmt: skip


@pytest.mark.parametrize("f", RANGES)
def test_ranges(f):
    check_all(f, [((U, n), 0) for n in (0, 1, 4)])
    sg.check_grads(lambda u: f(u, 3), (U,), order=2)


def test_ranges_take_the_place_of_turns():
    assert "append" not in text(counted_down, U, 3) and "append" not in text(in_one_arm_only, U, 3)
    assert text(relaxed, U, 3).count("append") == 1


def recurrence(x, c):
    y = np.zeros(len(x))
    y[0] = x[0]
    for i in range(1, len(x)):
        y[i] = np.sin(y[i - 1]) * x[i] + c[i] * y[i - 1]
    return np.sum(y * y)


def overwritten_later(x, c):
    w = x * 1.0
    total = 0.0
    for i in range(len(w)):
        total = total + w[i] * c[i] * w[-1]
        w[i] = total * 0.1
    return total


def overwritten_after_the_loop(x, c):
    w = x * 1.0
    total = 0.0
    for i in range(len(w)):
        total = total + w[i] * c[i]
    w *= total
    return np.sum(w)


def read_through_another_name(x, c):
    w = x * 1.0
    view = w[1:]
    total = 0.0
    for i in range(len(view)):
        total = total + w[i] * c[i] * view[i]
        view[i] = total
    return total


def bound_to_another_array(x, c):
    w = x
    total = 0.0
    for i in range(len(x)):
        total = total + w[i] * c[i]
        w = w * 0.9
    return total * w[0]


def picked_by_index(x, c):
    order = [2, 0, 0, 1]
    total = 0.0
    for k in order:
        for i in range(k):
            total = total * c[i] + x[k] * c[k - i] * x[-1]
    return total


def two_axes(x, c):
    a = np.outer(x, c)
    total = 0.0
    for i in range(len(x)):
        for j in range(i, len(c)):
            total = total + a[i, j] * a[j, i] / (1.0 + i + j)
    return total


def given_buffer(x, c):
    buffer = np.zeros(3)
    total = 0.0
    for turn in range(3):
        fill_in(buffer, x * (turn + 1.0))
        total = total + weighted(buffer, c)
    return total


def fill_in(buffer, x):
    buffer[:] = x


def weighted(w, c):
    total = 0.0
    for i in range(len(w)):
        total = total + w[i] * c[i] * w[i]
    return total


LOADS = [
    recurrence, overwritten_later, overwritten_after_the_loop, read_through_another_name, bound_to_another_array,
    picked_by_index, two_axes, given_buffer,
]  # fmt: skip


@pytest.mark.parametrize("f", LOADS)
def test_elements_read_again(f):
    x, c = np.array([0.4, -0.7, 1.1]), np.array([0.9, 0.3, -0.5])
    check_all(f, [((x, c), (0, 1)), ((x[::-1], x), (0, 1))])
    f32 = x.astype(np.float32)
    check_all(f, [((f32, c.astype(np.float32)), (0, 1))])


def test_results_may_be_written_before_the_pullback():
    def filled(x):
        y = np.zeros(len(x))
        y[0] = x[0]
        for i in range(1, len(x)):
            y[i] = np.sin(y[i - 1]) * x[i]
        return y

    _, pullback = sg.vjp(filled, U)
    wanted = pullback(np.ones(3))[0]
    y, pullback = sg.vjp(filled, U)
    y[:] = 0.0
    np.testing.assert_array_equal(pullback(np.ones(3))[0], wanted)


def test_elements_read_again_are_not_kept():
    def weighted(w, c):
        total = 0.0
        for i in range(len(w)):
            total += w[i] * c[i]
        return total

    shown = text(weighted, U, U[::-1])
    assert "append" not in shown and "c[i]" in shown.partition("_reverse")[2].partition("total += ")[2]
