"""Time of emitted gradients of programs that write into arrays, against gradients written by hand.

python benchmarks/inplace.py [--rounds N] [--only heat,solve]

heat     fifty explicit steps of the heat equation on a grid of 100 x 100, two buffers that change places
burgers  a hundred steps in place, each of which multiplies what it overwrites
solve    a triangular system of 200 unknowns, row by row
sweeps   three sweeps over a thousand unknowns, one by one
"""

from __future__ import annotations

import numpy as np
from side_by_side import Task, run

# ------------------------------------------------------------------------------------------------------- programs


def heat(start, rate):
    u = start.copy()
    new = start.copy()
    for _ in range(50):
        near = u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2]
        new[1:-1, 1:-1] = u[1:-1, 1:-1] + rate * (near - 4.0 * u[1:-1, 1:-1])
        u, new = new, u
    return np.sum(u * u)


def heat_by_hand(start, rate):
    u = start.copy()
    new = start.copy()
    for _ in range(50):
        near = u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2]
        new[1:-1, 1:-1] = u[1:-1, 1:-1] + rate * (near - 4.0 * u[1:-1, 1:-1])
        u, new = new, u
    u_bar, new_bar = 2.0 * u, np.zeros_like(u)
    for _ in range(50):
        u_bar, new_bar = new_bar, u_bar
        inner = new_bar[1:-1, 1:-1].copy()
        new_bar[1:-1, 1:-1] = 0.0
        share = rate * inner
        u_bar[1:-1, 1:-1] += inner - 4.0 * share
        u_bar[2:, 1:-1] += share
        u_bar[:-2, 1:-1] += share
        u_bar[1:-1, 2:] += share
        u_bar[1:-1, :-2] += share
    return u_bar + new_bar


def burgers(start):
    u = start.copy()
    for _ in range(100):
        u[1:-1] -= 0.1 * u[1:-1] * (u[2:] - u[:-2])
    return np.sum(u * u)


def burgers_by_hand(start):
    u = start.copy()
    steps = []
    for _ in range(100):
        scaled, slope = 0.1 * u[1:-1], u[2:] - u[:-2]
        u[1:-1] -= scaled * slope
        steps.append((scaled, slope))
    u_bar = 2.0 * u
    for scaled, slope in reversed(steps):
        change_bar = -u_bar[1:-1]
        slope_bar = change_bar * scaled
        u_bar[1:-1] += 0.1 * (change_bar * slope)
        u_bar[2:] += slope_bar
        u_bar[:-2] -= slope_bar
    return u_bar


def solve(lower, right):
    x = np.zeros_like(right)
    for i in range(len(right)):
        x[i] = (right[i] - lower[i, :i] @ x[:i]) / lower[i, i]
    return np.sum(x * x)


def solve_by_hand(lower, right):
    x = np.zeros_like(right)
    for i in range(len(right)):
        x[i] = (right[i] - lower[i, :i] @ x[:i]) / lower[i, i]
    x_bar, lower_bar, right_bar = 2.0 * x, np.zeros_like(lower), np.zeros_like(right)
    for i in reversed(range(len(right))):
        share = x_bar[i] / lower[i, i]
        right_bar[i] = share
        lower_bar[i, i] = -share * x[i]
        lower_bar[i, :i] = -share * x[:i]
        x_bar[:i] -= share * lower[i, :i]
    return lower_bar, right_bar


def sweeps(weights):
    u = weights.copy()
    for _ in range(3):
        for i in range(1, len(u) - 1):
            u[i] = 0.5 * (u[i - 1] + u[i + 1]) * weights[i]
    return np.sum(u * u)


def sweeps_by_hand(weights):
    u = weights.copy()
    sums = []
    for _ in range(3):
        for i in range(1, len(u) - 1):
            near = 0.5 * (u[i - 1] + u[i + 1])
            u[i] = near * weights[i]
            sums.append(near)
    u_bar, weights_bar = 2.0 * u, np.zeros_like(weights)
    for _ in range(3):
        for i in reversed(range(1, len(u) - 1)):
            bar = u_bar[i]
            u_bar[i] = 0.0
            weights_bar[i] += bar * sums.pop()
            share = 0.5 * (bar * weights[i])
            u_bar[i - 1] += share
            u_bar[i + 1] += share
    return weights_bar + u_bar


# --------------------------------------------------------------------------------------------------------- timing


def tasks() -> list[Task]:
    rng = np.random.default_rng(7)
    n = 200
    lower = np.tril(rng.normal(size=(n, n)) / n) + np.eye(n)
    return [
        Task(heat, heat_by_hand, (rng.normal(size=(100, 100)), 0.1), 1),
        Task(burgers, burgers_by_hand, (0.1 * np.sin(np.linspace(0.0, 6.0, 1000)),), 1),
        Task(solve, solve_by_hand, (lower, rng.normal(size=n)), 2),
        Task(sweeps, sweeps_by_hand, (rng.uniform(0.5, 1.0, 1000),), 1),
    ]


if __name__ == "__main__":
    run(tasks())
