"""Draws that give elements other places: values and generators as without derivatives, derivatives of both orders."""

from __future__ import annotations

import numpy as np
import pytest
from two_orders import check

import srcgrad as sg

V = np.array([0.3, 1.2, -0.7, 2.0, 0.9])
M = np.array([[0.7, 1.9, -0.4], [2.3, 0.2, 1.1]])
T = np.arange(24.0).reshape(2, 3, 4) * 0.1


def shuffled(x, rng, *axis):
    w = x * 2.0
    w[0] = w[-1] * x[0]
    rng.shuffle(w, *axis)
    return w * w


def shuffled_list(x, rng):
    items = [x[0], x[1] ** 2, x[2], 1.0]
    rng.shuffle(items)
    return items[0] * 3.0 + items[1] * items[3]


def permuted_into(x, rng, axis):
    out = np.zeros_like(x)
    found = rng.permuted(x, axis=axis, out=out)
    return found * out


def permuted_in_place(x, rng):
    w = x * x
    rng.permuted(w, axis=1, out=w)
    return w


EITHER = {
    "shuffle": (shuffled, V),
    "shuffle_rows": (shuffled, M),
    "shuffle_view": (lambda x, rng: shuffled(x[::-2], rng), V),
    "shuffle_list": (shuffled_list, V),
    "permutation": (lambda x, rng: rng.permutation(x) * np.arange(5), V),
    "permutation_rows": (lambda x, rng: rng.permutation(x) * np.arange(6.0).reshape(2, 3), M),
    "permutation_of_a_list": (lambda x, rng: rng.permutation([x[0], x[1] ** 2, x[2]])[:2], V),
    "permutation_of_places": (lambda x, rng: x[rng.permutation(len(x))] * np.arange(5), V),
    "choice": (lambda x, rng: rng.choice(x), V),
    "choice_of_several": (lambda x, rng: rng.choice(x, (2, 3)), V),
    "choice_without_repeats": (lambda x, rng: rng.choice(x, size=3, replace=False), V),
}
GENERATOR = {
    "shuffle_axis": (lambda x, rng: shuffled(x, rng, 1), M),
    "shuffle_last_axis": (lambda x, rng: shuffled(x, rng, -1), T),
    "permuted": (lambda x, rng: rng.permuted(x) * np.arange(3), M),
    "permuted_axis": (lambda x, rng: rng.permuted(x, axis=1) * np.arange(4), T),
    "permuted_columns": (lambda x, rng: rng.permuted(x.T) * np.arange(2), M),
    "permuted_into": (lambda x, rng: permuted_into(x, rng, 1), M),
    "permuted_into_columns": (lambda x, rng: permuted_into(x.T, rng, None), M),
    "permuted_in_place": (permuted_in_place, M),
    "permutation_axis": (lambda x, rng: rng.permutation(x, axis=1) * np.arange(3), M),
    "choice_axis": (lambda x, rng: rng.choice(x, 2, axis=1), M),
    "choice_in_order": (lambda x, rng: rng.choice(x, 2, replace=False, shuffle=False), T),
}
CASES = [(name, make) for make in (np.random.default_rng, np.random.RandomState) for name in EITHER]
CASES += [(name, np.random.default_rng) for name in GENERATOR]


@pytest.mark.parametrize(("name", "make"), CASES, ids=lambda part: getattr(part, "__name__", part))
def test_derivatives(name, make):
    f, x = {**EITHER, **GENERATOR}[name]
    plain, drawn = make(5), make(5)
    value, _ = sg.vjp(lambda x: f(x, drawn), x)
    np.testing.assert_array_equal(value, f(x, plain))
    assert plain.normal() == drawn.normal()  # the generator is where it would be
    check(lambda x: f(x, make(5)), (x,))


def of_module(x):
    w = x * 1.0
    np.random.shuffle(w)
    return w[0] * np.random.permutation(x)[1] * np.random.choice(x, 2)


def with_chances(x):
    return np.random.choice(x, 3, True, [0.1, 0.2, 0.3, 0.2, 0.2]) * x[0]


@pytest.mark.parametrize("f", [of_module, with_chances], ids=lambda f: f.__name__)
def test_draws_of_the_module(f):
    def seeded(x):
        np.random.seed(3)
        return f(x)

    np.random.seed(3)
    value, _ = sg.vjp(f, V)
    after = np.random.random()
    np.testing.assert_array_equal(value, seeded(V))
    assert after == np.random.random()
    check(seeded, (V,), second=f is of_module)


def test_generators_that_are_seen_when_they_run():
    x = V

    def f(x, rng):
        w = x * 1.0
        rng.shuffle(w)
        return np.sum(w * rng.permutation(x))

    class Held:
        rng = None

    held = Held()
    held.rng = np.random.default_rng(2)
    gradient = sg.grad(lambda x: f(x, held.rng))(x)
    held.rng = np.random.default_rng(2)
    other = sg.grad(lambda x: f(x, {"rng": held.rng}["rng"]))(x)
    np.testing.assert_array_equal(gradient, other)
    check(lambda x: f(x, [np.random.default_rng(2)][0]), (x,))


def test_other_types():
    x = np.array([1.0, 2.0, 4.0], np.float32)
    assert sg.grad(lambda x: shuffled(x, np.random.default_rng(1))[0])(x).dtype == np.float32
    assert sg.grad(lambda x: np.sum(shuffled(x * 1j, np.random.default_rng(1))).real)(V).shape == V.shape
    assert sg.grad(lambda x: np.sum(np.random.default_rng(1).permutation(x)))(np.zeros(0)).shape == (0,)
