"""Derivatives inside derivatives: a saddle point by descent within descent, and a particle whose force is a gradient.

Run:  python examples/nested_derivatives.py
"""

from __future__ import annotations

import numpy as np

import srcgrad as sg

# ------------------------------------------------------------------------- min over x of the maximum over y of payoff


def payoff(x, y):
    """Convex in x, concave in y; the saddle point is at x = 0.5 * (1, 1), y = 0.5 * (1, 1)."""
    return np.sum((x - 1.0) ** 2) + np.sum(x * y) * 2.0 - np.sum(y**2)


def worst_case(x):
    """The payoff at the best answer y, which is found by gradient ascent until it no longer moves."""
    slope = sg.grad(payoff, 1)
    y = np.zeros_like(x)
    for _ in range(200):
        g = slope(x, y)
        y = y + 0.25 * g
        if np.max(np.abs(g)) < 1e-8:
            break
    return payoff(x, y)


def saddle_point():
    """The point x at which the worst case is least."""
    slope = sg.grad(worst_case)
    x = np.zeros(2)
    for _ in range(60):
        x = x - 0.1 * slope(x)
    return x


# ---------------------------------------------------------------------- a charged particle in the field of a potential

FIELD, STEP = 2.0, 0.01


def potential(q):
    """A uniform field that pulls towards the plane q[1] = 0."""
    return FIELD * q[1]


def landing_place(rise, speed=1.0):
    """Where a particle from the origin crosses the plane again; its force is minus the gradient of the potential."""
    slope = sg.grad(potential)
    q = np.array([0.0, 0.0])
    v = np.array([speed, rise])
    while True:
        before = q
        v = v - 0.5 * STEP * slope(q)
        q = q + STEP * v
        v = v - 0.5 * STEP * slope(q)
        if q[1] < 0.0:
            break
    part = before[1] / (before[1] - q[1])
    return before[0] + part * (q[0] - before[0])


def aim(target=1.5):
    """The initial rise that makes the particle land at the target: Newton's method on the distance."""
    land = sg.value_and_grad(landing_place)
    rise = 1.0
    for _ in range(8):
        place, slope = land(rise)
        rise = rise - (place - target) / slope
    return rise


if __name__ == "__main__":
    print("saddle point:", saddle_point(), "(known: 0.5, 0.5)")
    # in the uniform field it lands at 2 * speed * rise / FIELD
    print("initial rise:", aim(), "(known: 1.5)")
    print(sg.grad(sg.grad(lambda x: np.sin(x) * x))(1.0), "is the second derivative of x sin(x) at 1")
