"""What is the rod made of?  Recover a conductivity that varies along a rod from temperatures measured in time.

The heat equation u_t = (k(x) u_x)_x with fixed ends is stepped explicitly; the unknown is the logarithm of k on every
interface between cells.  The gradient goes back through all time steps, and costs about as much as going forward.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

import srcgrad as sg

CELLS = 24
STEPS = 240
EVERY = 8
PENALTY = 1e-10
X = np.linspace(0.0, 1.0, CELLS)
DX = X[1] - X[0]
DT = 0.2 * DX**2


def simulate(log_k, initial):
    """Temperatures at every `EVERY`-th step."""
    ratio = DT / DX**2 * np.exp(log_k)
    u = initial
    seen = []
    for step in range(STEPS):
        flow = ratio * (u[1:] - u[:-1])
        inner = u[1:-1] + flow[1:] - flow[:-1]
        u = np.concatenate([u[:1], inner, u[-1:]])
        if step % EVERY == EVERY - 1:
            seen.append(u)
    return np.stack(seen)


def misfit(log_k, initial, measured):
    """Squared error of the temperatures, and a little smoothness."""
    miss = simulate(log_k, initial) - measured
    roughness = np.sum((log_k[1:] - log_k[:-1]) ** 2)
    return 0.5 * np.sum(miss**2) + PENALTY * roughness


def main() -> None:
    between = 0.5 * (X[1:] + X[:-1])
    true_k = 1.0 + 0.6 * np.sin(2.0 * np.pi * between)
    initial = X + np.sin(3.0 * np.pi * X) + 0.5 * np.sin(8.0 * np.pi * X)
    measured = simulate(np.log(true_k), initial)

    start = np.zeros(CELLS - 1)
    fit = minimize(
        sg.value_and_grad(misfit), start, args=(initial, measured), jac=True, method="L-BFGS-B",
        options={"maxiter": 400, "ftol": 1e-15, "gtol": 1e-9},
    )  # fmt: skip
    found = np.exp(fit.x)
    print("   x    true k   found k")
    for x, want, got in list(zip(between, true_k, found))[::3]:
        print(f"{x:.2f}   {want:7.4f}   {got:7.4f}")
    worst = np.max(np.abs(found - true_k))
    print(f"{fit.nit} iterations, {fit.nfev} gradients, misfit {fit.fun:.1e}, largest error of k {worst:.1e}")
    assert worst < 0.02, worst


if __name__ == "__main__":
    main()
