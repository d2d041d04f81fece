"""Users may have variables, parameters and globals of the names that emitted text gives a meaning of its own."""

from __future__ import annotations

import numpy as np
from support import check, check_all

import srcgrad as sg

seen = 2.0
residual = 3.0
bars = [0.5, 1.5]


def locals_(x):
    seen = np.sin(x)
    turns, arm = 2.0, True
    bars = [seen, seen * x]
    residual = bars[0] * bars[1]
    for turn in range(3):
        if np.sum(residual) > turn:
            seen = seen * residual
        else:
            seen = seen + turns
    return np.sum(seen) if arm else 0.0


def parameters(seen, residual, bars, turns):
    total = 0.0
    for turn in turns:
        if turn > 0:
            total = total + np.sum(seen * residual) * turn
        else:
            total = total - np.sum(bars[0] * bars[1])
    return total


def globals_(x):
    if np.sum(x) > 0.0:
        x = x * seen
    return np.sum(x * residual) * bars[0] + bars[1]


def one_path(bars, w):
    held = [bars * w]
    np_ = held[0] * held[0]
    return np.sum(np_)


def numbered(x):
    x_2 = np.sin(x)
    x_bar = x_2 * x
    x_bar_2 = np.max(x_bar) * np.max(x_bar * x_bar)
    return np.sum(x_bar + x_bar_2)


def helpers(x, like):
    fill = scatter = unbroadcast = x * like
    return np.sum(np.concatenate([fill, scatter]) * np.concatenate([unbroadcast, x]))


X = np.array([0.3, 0.8, 1.1])


def test_locals():
    check_all(locals_, [((X,), 0), ((4.0 * X,), 0), ((-X,), 0)])


def test_parameters():
    check(parameters, X, 2.0 * X, [X, X + 1.0], [1, 0, 2])


def test_globals():
    check_all(globals_, [((X,), 0), ((-X,), 0)])


def test_one_path():
    check(one_path, X, X + 0.5)


def test_numbered():
    check(numbered, X)


def test_helpers():
    check(helpers, X, 0.7)


def test_aux_that_carries_derivatives_has_no_cotangent():
    def f(w, x):
        prediction = w * x
        return np.sum(prediction**2), prediction

    gradient, aux = sg.grad(f, has_aux=True)(2.0, X)
    np.testing.assert_allclose(gradient, np.sum(4.0 * X * X))
    np.testing.assert_array_equal(aux, 2.0 * X)

    def infinite(x):
        return np.sum(x), np.sqrt(x)

    with np.errstate(divide="ignore"):
        gradient, _ = sg.grad(infinite, has_aux=True)(np.zeros(2))
    np.testing.assert_array_equal(gradient, [1.0, 1.0])

    def twice(x):
        total = np.sum(x * x)
        return total, total

    gradient, _ = sg.grad(twice, has_aux=True)(X)
    np.testing.assert_allclose(gradient, 2.0 * X)
