"""The adjoint of one memory is asked for once in a row of statements, and anew once it may have been taken."""

from __future__ import annotations

import numpy as np
from test_one_of_several import right

import srcgrad as sg

X = np.array([0.3, -0.7, 1.2, 0.4, 0.9])


def burgers(u):
    for _ in range(3):
        new = u.copy()
        for i in range(1, len(u) - 1):
            new[i] = u[i] - 0.1 * u[i] * (u[i] - u[i - 1]) + 0.2 * (u[i + 1] - 2.0 * u[i] + u[i - 1])
        u = new
    return np.sum(u**2)


def test_once_in_a_turn():
    gradient = right(burgers, X)
    assert gradient.source.count("bars.shadow(u_before)") == 1
    assert sg.grad(burgers)(X) is not None


def kept(w, x):
    w[0] = w[1] * x[0]
    return w


def test_anew_after_a_call_and_after_it_was_taken():
    def f(x):
        old = x * 1.0
        total = 0.0
        for i in range(3):
            new = old.copy()
            new[i] = old[i] * old[i + 1]
            both = kept(new, old)
            new[i + 1] = both[0] * old[i]
            if i % 2:
                new[0] = new[1] * old[0]
                old = new
            total = total + np.sum(new * both) * old[i]
        return total

    right(f, X)
