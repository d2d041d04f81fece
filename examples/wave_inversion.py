"""Where was the bang? The initial pressure of an acoustic wave, recovered from what three microphones heard.

Pressure and velocity live on staggered points of a line and are updated in place, step by step: no new arrays, one
buffer for what the microphones hear.  `sg.value_and_grad` differentiates that code as it is.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

import srcgrad as sg

POINTS, STEPS = 80, 240
MICROPHONES = np.array([5, 37, 66])


def listen(start, speed, ratio):
    """The pressure at the microphones after each step; walls reflect.  `ratio`: time step by distance of points."""
    pressure = start.copy()
    velocity = np.zeros(len(start) - 1)
    heard = np.empty((STEPS, len(MICROPHONES)))
    for step in range(STEPS):
        velocity -= ratio * (pressure[1:] - pressure[:-1])
        pressure[1:-1] -= ratio * speed[1:-1] ** 2 * (velocity[1:] - velocity[:-1])
        pressure[0] = pressure[1]
        pressure[-1] = pressure[-2]
        heard[step] = pressure[MICROPHONES]
    return heard


def misfit(start, speed, ratio, measured):
    return 0.5 * np.sum((listen(start, speed, ratio) - measured) ** 2)


def main() -> None:
    places = np.linspace(0.0, 1.0, POINTS)
    speed = 1.0 + 0.3 * np.sin(3.0 * places)  # the medium is not the same everywhere
    ratio = 0.6
    bang = np.exp(-(((places - 0.3) / 0.05) ** 2)) - 0.6 * np.exp(-(((places - 0.7) / 0.08) ** 2))
    measured = listen(bang, speed, ratio)

    found = minimize(
        sg.value_and_grad(misfit), np.zeros(POINTS), args=(speed, ratio, measured), jac=True, method="L-BFGS-B",
        options={"maxiter": 500},
    )  # fmt: skip
    inside = slice(3, -3)
    error = np.max(np.abs(found.x - bang)[inside])
    loudest = places[np.argmax(found.x)]

    print(f"misfit {found.fun:.2e} after {found.nfev} gradients; the loudest place is {loudest:.3f} (true: 0.3)")
    print(f"largest error of the recovered pressure: {error:.1e}")
    assert error < 0.01 and abs(loudest - 0.3) < 0.01
    sg.check_grads(misfit, (bang, speed, ratio, measured), argnums=0)


if __name__ == "__main__":
    main()
