"""Arrays taken apart into numbers, and made of numbers: adjoints go by name, element by element."""

from __future__ import annotations

import numpy as np
import pytest

import srcgrad as sg


def oscillation(params, t):
    a, d, w = params
    return np.sum(a * np.exp(-d * t) * np.cos(w * t))


def lorenz(u, n):
    for _ in range(n):
        x, y, z = u
        u = u + 0.01 * np.array([10.0 * (y - x), x * (28.0 - z) - y, x * y - 8 / 3 * z])
    return np.sum(u)


def over_pairs(pairs):
    total = 0.0
    for x, y in pairs:
        total += x * y**2
    return total


def written_before_and_after(x):
    x = x * 2.0
    a, b = x
    x[0] = a * b
    c, d = x
    held = [c, d]
    return held[0] * held[1] + a


def parts_of_it(x):
    a, _, c, _ = x
    return a * a * np.sum(x) + c


def in_place(x):
    u = x * 1.0
    for _ in range(3):
        a, b, c, d = u
        u += np.array([a * b, b * c, c * d, d * a])
    return np.sum(u**2)


def rotated(angle, x):
    c, s = np.cos(angle), np.sin(angle)
    return np.sum((np.array([[c, -s], [s, c]]) @ x) ** 3)


def rows_of_two_kinds(t):
    row = [t, 2.0]
    made = np.array([row, [1.0, 3.0], [t * t, t]])
    t = t * 3.0
    return np.sum(made**2) * t


def a_row_that_is_kept(t):
    a = t * t
    row = [a, 2.0]
    a = t * 5.0
    made = np.array([row, [a, 3.0]])
    kept = row
    return np.sum(made**2) * t + kept[0]


def blocks(x):
    return np.sum(np.array([[x, x * 2.0], [x**2, np.ones(3)]]) ** 3)


def tuples_among_lists(x):
    return np.sum(np.asarray(((x[0], x[1]), [x[2], x[0] * x[1]])) ** 3)


THREE = np.array([1.5, 0.4, 3.0])
PROGRAMS = [
    (oscillation, (THREE, np.linspace(0.0, 2.0, 7))),
    (lorenz, (np.array([1.0, 2.0, 3.0]), 4)),
    (over_pairs, (np.arange(1.0, 9.0).reshape(4, 2),)),
    (over_pairs, (np.zeros((0, 2)),)),
    (written_before_and_after, (np.array([1.3, 0.7]),)),
    (parts_of_it, (np.array([1.0, 2.0, 3.0, 4.0])[::-1],)),
    (in_place, (np.array([0.5, -0.2, 0.3, 0.1]),)),
    (rotated, (0.3, np.arange(8.0).reshape(2, 4) / 4.0)),
    (rows_of_two_kinds, (0.7,)),
    (a_row_that_is_kept, (0.7,)),
    (blocks, (THREE,)),
    (tuples_among_lists, (THREE,)),
]


@pytest.mark.parametrize(("f", "args"), PROGRAMS, ids=lambda x: getattr(x, "__name__", ""))
def test_both_modes_to_order_two(f, args):
    sg.check_grads(f, args, order=2, modes=("rev", "fwd"))


def test_dtypes_are_kept():
    x = np.array([1.0, 2.0], np.float32)
    gradient = sg.grad(product)(x)
    assert gradient.dtype == np.float32
    np.testing.assert_allclose(gradient, [2.0, 1.0])


def product(v):
    a, b = v
    return a * b


def test_complex_arrays():
    def f(z):
        a, b = z
        return (a * np.conj(b)).real

    sg.check_grads(f, (np.array([1.3 + 1.0j, 0.7 - 2.0j]),))

    def real_among_complex(x):
        a, b = x
        return np.abs(np.array([a * 1j, b + 0.0]))[0] + np.sum(np.array([[a, 1j], [b, 2.0]])).real

    sg.check_grads(real_among_complex, (np.array([1.3, 0.7]),))


def test_too_many_numbers_are_an_error_as_ever():
    with pytest.raises(ValueError, match="too many values to unpack"):
        sg.grad(product)(np.ones(3))
    with pytest.raises(ValueError, match="not enough values to unpack"):
        sg.grad(product)(np.ones(1))


def test_one_name_twice_and_the_array_s_own_name():
    def twice(x):
        a, a = x
        return a

    def own(x):
        x, y = x
        return x * y

    np.testing.assert_array_equal(sg.grad(twice)(np.array([2.0, 3.0])), [0.0, 1.0])
    np.testing.assert_array_equal(sg.grad(own)(np.array([2.0, 3.0])), [3.0, 2.0])


def test_the_text():
    gradient = sg.grad(oscillation)
    gradient(*PROGRAMS[0][1])
    assert "    params_bar = np.array([a_bar, d_bar, w_bar])\n" in gradient.source
    assert "bars" not in gradient.source
    turned = sg.grad(rotated)
    turned(0.3, np.ones((2, 2)))
    assert "[1, 0]" in turned.source
    assert "bars" not in turned.source
