"""Where was the planet going, and how heavy is its neighbour?  Fit an orbit through an adaptive N-body integrator.

A star and two planets move under gravity.  The time step follows the closest distance, and the loop runs `while` the
time is not reached, so the number of steps depends on what is being fitted.  Positions of the inner planet are
observed; its initial velocity and the mass of the outer planet are recovered.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

import srcgrad as sg

POSITIONS = np.array([[0.0, 0.0], [1.0, 0.0], [-1.6, 0.3]])
VELOCITIES = np.array([[0.0, 0.0], [0.0, 1.0], [-0.15, -0.75]])
TIMES = np.linspace(0.4, 4.0, 10)
ACCURACY = 0.02
TRUE = np.array([0.05, 0.95, 0.04])


def accelerations(positions, masses):
    """Of every body, with the distances between them; a body does not attract itself."""
    apart = positions[None, :, :] - positions[:, None, :]
    distances = np.sqrt(np.sum(apart**2, axis=2) + np.eye(len(masses)))
    pull = masses[None, :] / distances**3
    return np.sum(pull[:, :, None] * apart, axis=1), distances


def orbit(unknowns):
    """Positions of the inner planet at `TIMES`, for its initial velocity and the outer planet's mass."""
    masses = np.concatenate([np.array([1.0, 1e-3]), unknowns[2:]])
    velocities = np.concatenate([VELOCITIES[:1], unknowns[None, :2], VELOCITIES[2:]])
    positions = POSITIONS
    force, distances = accelerations(positions, masses)
    time = 0.0
    seen = []
    for until in TIMES:
        while time < until:
            step = ACCURACY * np.min(distances) ** 1.5
            if time + step > until:
                step = until - time
                time = until
            else:
                time = time + step
            velocities = velocities + 0.5 * step * force
            positions = positions + step * velocities
            force, distances = accelerations(positions, masses)
            velocities = velocities + 0.5 * step * force
        seen.append(positions[1])
    return np.stack(seen)


def misfit(unknowns, observed):
    """Half the squared distance between the orbit and the observations."""
    return 0.5 * np.sum((orbit(unknowns) - observed) ** 2)


def main() -> None:
    observed = orbit(TRUE)
    start = np.array([0.0, 1.0, 0.02])
    fit = minimize(sg.value_and_grad(misfit), start, args=(observed,), jac=True, method="BFGS", options={"gtol": 1e-8})
    print("                 velocity x   velocity y   mass of the outer planet")
    for label, values in ("start", start), ("fitted", fit.x), ("true", TRUE):
        print(f"{label:>12}   {values[0]:12.6f} {values[1]:12.6f} {values[2]:12.6f}")
    print(f"{fit.nfev} gradients, misfit {fit.fun:.1e}")
    assert np.max(np.abs(fit.x - TRUE)) < 1e-3, fit.x


if __name__ == "__main__":
    main()
