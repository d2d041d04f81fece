"""`functools.partial`: what it calls is known where it is made."""

from __future__ import annotations

import functools
import math
from functools import partial

import numpy as np
from support import differences
from test_one_of_several import right

import srcgrad as sg


def spring(k, x):
    return 0.5 * k * x * x


def morse(depth, width, x, shift=0.0):
    e = 1.0 - math.exp(-width * x)
    return depth * e * e + shift


class Well:
    def __init__(self, depth):
        self.depth = depth

    def energy(self, scale, x):
        return self.depth * scale * math.cos(x)


def energy(k):
    terms = [
        partial(spring, k),
        partial(morse, k, 1.5, shift=k * k),
        lambda x: 0.1 * x**4,
        partial(Well(k).energy, 2.0),
        partial(partial(morse, 2.0), k),
        partial(np.multiply, k),
        partial(spring, x=k),
    ]
    total = 0.0
    for x in (0.1, 0.7, 1.3, 0.4):
        for term in terms[:-1]:
            total += term(x)
        total = total + terms[-1](x + total) * 0.1
    return total


def test_a_list_of_them():
    gradient = right(energy, 0.9)
    assert "term_forward(term, x)" in gradient.source
    step = 1e-5
    wanted = (gradient(0.9 + step) - gradient(0.9 - step)) / (2 * step)
    assert abs(sg.grad(sg.grad(energy))(0.9) - wanted) < 1e-4 * abs(wanted)


def test_one_alone_is_a_call_like_any_other():
    def f(x):
        potential = functools.partial(morse, x, shift=2.0 * x)
        return potential(1.5, 0.3) * potential(x, x)

    gradient = right(f, 0.7)
    assert "dynamic" not in gradient.source


def test_given_as_an_argument_and_kept_by_a_module():
    def minimum(potential, x):
        for _ in range(5):
            x = x - 0.1 * potential(x) * potential.args[0]
        return x

    def f(x):
        return minimum(partial(spring, x), x) + minimum(partial(morse, x, 0.5), 0.4)

    right(f, 0.7)
    wanted = differences(lambda x: minimum(HALF, x), 0.7)
    assert abs(sg.grad(minimum, argnums=1)(HALF, 0.7) - wanted) < 1e-8
    right(lambda x: KEPT["half"](x) * HALF(x) * sum(one(x) for one in KEPT.values()), 0.7)


HALF = partial(spring, 1.0)
KEPT = {"half": HALF, "morse": partial(morse, 1.0, 2.0), "tanh": partial(np.tanh)}


def test_the_same_function_with_and_without():
    def f(x):
        total = x
        for term in [partial(spring, x), partial(spring, 2.0), partial(morse, x, x), partial(morse, x, 1.0)] * 3:
            total = total + term(total) * 0.1
        for function in [spring, partial(morse, x)] * 3:
            total = total + function(total, 0.3)
        for function in [partial(spring, total, x), lambda: 0.5 * x] * 3:
            total = total + function()
        return total

    right(f, 0.4)


def test_arrays_in_front():
    def f(w):
        layers = [partial(np.dot, w), partial(np.add, w[0]), np.tanh]
        x = np.array([0.3, -0.5])
        for layer in layers:
            x = layer(x)
        return np.sum(x)

    right(f, np.array([[0.5, -0.2], [0.3, 0.8]]))


def test_another_one_in_the_next_call():
    def f(x, potential):
        return potential(x)

    gradient = sg.grad(f)
    for _ in range(3):
        for potential in (partial(spring, 2.0), partial(spring, 3.0), partial(morse, 1.0, 2.0), partial(spring, 2)):
            assert abs(gradient(0.4, potential) - differences(lambda x, p=potential: p(x), 0.4)) < 1e-8
