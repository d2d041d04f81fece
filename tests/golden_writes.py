"""Functions that write into arrays, whose emitted text is kept in `tests/golden`: stencils, solvers, buffers, objects.

`CASES` says how each is called.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def heat(u, k, steps):
    old = u.copy()
    new = u.copy()
    for _ in range(steps):
        new[1:-1] = old[1:-1] + k * (old[2:] - 2.0 * old[1:-1] + old[:-2])
        old, new = new, old
    return np.sum(old**2)


def heat_plate(u, k, steps):
    u, new = u.copy(), u.copy()
    for _ in range(steps):
        around = u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2]
        new[1:-1, 1:-1] = u[1:-1, 1:-1] + k * (around - 4.0 * u[1:-1, 1:-1])
        u, new = new, u
    return np.sum(u**2)


def gauss_seidel(f, h, sweeps):
    u = np.zeros(len(f))
    for _ in range(sweeps):
        for i in range(1, len(u) - 1):
            u[i] = 0.5 * (u[i - 1] + u[i + 1] - h * h * f[i])
    return np.sum(u**2)


def forward_solve(l, b):
    x = np.zeros(len(b))
    for i in range(len(b)):
        x[i] = (b[i] - l[i, :i] @ x[:i]) / l[i, i]
    return np.sum(x**2)


def cholesky(a):
    n = len(a)
    l = np.zeros((n, n))
    for j in range(n):
        l[j, j] = np.sqrt(a[j, j] - l[j, :j] @ l[j, :j])
        l[j + 1 :, j] = (a[j + 1 :, j] - l[j + 1 :, :j] @ l[j, :j]) / l[j, j]
    return 2.0 * np.sum(np.log(np.diag(l)))


def histogram(places, weights):
    counts = np.zeros(4)
    np.add.at(counts, places, weights)
    return np.sum(counts**2)


def out_chain(x, a):
    work = np.empty_like(x)
    np.multiply(x, a, out=work)
    np.tanh(work, out=work)
    np.add(work, x, out=work)
    return np.sum(work**2)


def slope(y, k, out):
    out[0] = y[1]
    out[1] = -k * np.sin(y[0])


def runge_kutta(y, k, h, steps):
    y = y.copy()
    k1, k2, k3, k4 = (np.empty(2) for _ in range(4))
    for _ in range(steps):
        slope(y, k, k1)
        slope(y + 0.5 * h * k1, k, k2)
        slope(y + 0.5 * h * k2, k, k3)
        slope(y + h * k3, k, k4)
        y += h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
    return np.sum(y**2)


class Oscillator:
    def __init__(self, state, rate):
        self.state, self.rate = state, rate

    def step(self, push):
        self.state[1] += push - self.rate * self.state[0]
        self.state[0] += self.state[1]


def oscillate(state, rate, pushes):
    system = Oscillator(state.copy(), rate)
    for push in pushes:
        system.step(push)
    return np.sum(system.state**2)


def edges(u, k):
    w = u * u
    left, right = w[:2], w[-2:]
    for _ in range(3):
        left += k * right
        right *= left
    return np.sum(w)


LINE = np.linspace(0.1, 1.0, 6)
PLATE = np.linspace(0.1, 1.0, 20).reshape(4, 5) ** 2
LOWER = np.eye(4) + 0.2 * np.tri(4)

# function: (argnums, calls)
CASES: dict[Callable[..., Any], tuple[Any, list[tuple[Any, ...]]]] = {
    heat: ((0, 1), [(LINE**2, 0.1, 3)]),
    heat_plate: (0, [(PLATE, 0.1, 3)]),
    gauss_seidel: (0, [(LINE**2, 0.1, 2)]),
    forward_solve: ((0, 1), [(LOWER, LINE[:4])]),
    cholesky: (0, [(LOWER @ LOWER.T,)]),
    histogram: (1, [(np.array([0, 1, 1, 3]), LINE[:4])]),
    out_chain: ((0, 1), [(LINE, 0.5)]),
    runge_kutta: ((0, 1), [(LINE[:2], 2.0, 0.1, 3)]),
    oscillate: ((0, 1), [(LINE[:2], 0.2, [0.1, 0.2, 0.1])]),
    edges: ((0, 1), [(LINE[:4], 0.5)]),
}
