"""Stencils: explicit steps in one, two and three dimensions, staggered grids and waves, written with stores."""

import numpy as np

from programs.data import array, positive

# -------------------------------------------------------------------------------------- explicit steps, two buffers


def heat_1d(u, k, steps):
    u = u.copy()
    new = np.empty_like(u)
    for _ in range(steps):
        new[1:-1] = u[1:-1] + k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
        new[0], new[-1] = u[0], u[-1]
        u, new = new, u
    return np.sum(u * u)


def heat_1d_by_index(u, k, steps):
    u = u.copy()
    new = u.copy()
    for _ in range(steps):
        for i in range(1, len(u) - 1):
            new[i] = u[i] + k * (u[i + 1] - 2.0 * u[i] + u[i - 1])
        u[:] = new
    return np.sum(u**2)


def heat_1d_periodic(u, k, steps):
    u, new = u.copy(), np.zeros(len(u))
    for _ in range(steps):
        for i in range(len(u)):
            new[i] = u[i] + k * (u[(i + 1) % len(u)] - 2.0 * u[i] + u[i - 1])
        u, new = new, u
    return u


def heat_1d_in_place(u, k, steps):
    u = u * 1.0
    for _ in range(steps):
        u[1:-1] += k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    return np.sum(u**3)


def heat_1d_varying(u, k, steps):
    u = u.copy()
    flux = np.zeros(len(u) - 1)
    for _ in range(steps):
        flux[:] = k * (u[1:] - u[:-1])
        u[1:-1] += flux[1:] - flux[:-1]
        u[0] += flux[0]
        u[-1] -= flux[-1]
    return np.sum(u**2)


def heat_2d(u, k, steps):
    u = u.copy()
    new = u.copy()
    for _ in range(steps):
        new[1:-1, 1:-1] = u[1:-1, 1:-1] + k * (
            u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4.0 * u[1:-1, 1:-1]
        )
        u, new = new, u
    return np.sum(u**2)


def heat_2d_by_index(u, k, steps):
    n, m = u.shape
    grid = np.zeros((2, n, m))
    grid[0] = u
    grid[1] = u
    for step in range(steps):
        old, new = grid[step % 2], grid[1 - step % 2]
        for i in range(1, n - 1):
            for j in range(1, m - 1):
                around = old[i - 1, j] + old[i + 1, j] + old[i, j - 1] + old[i, j + 1]
                new[i, j] = old[i, j] + k * (around - 4 * old[i, j])
    return np.sum(grid[steps % 2] ** 2)


def heat_3d(u, k, steps):
    u, new = u.copy(), u.copy()
    core = (slice(1, -1),) * 3
    for _ in range(steps):
        new[core] = (1.0 - 6.0 * k) * u[core]
        for axis in range(3):
            before, after = list(core), list(core)
            before[axis], after[axis] = slice(None, -2), slice(2, None)
            new[core] += k * (u[tuple(before)] + u[tuple(after)])
        u, new = new, u
    return np.sum(u**2)


def burgers_upwind(u, dt, steps):
    u = u.copy()
    new = np.empty_like(u)
    for _ in range(steps):
        for i in range(len(u)):
            slope = u[i] - u[i - 1] if u[i] > 0.0 else u[(i + 1) % len(u)] - u[i]
            new[i] = u[i] - dt * u[i] * slope
        u, new = new, u
    return np.sum(u**2)


def reaction_diffusion(u, v, steps):
    u, v = u.copy(), v.copy()
    lap = np.zeros_like(u)
    for _ in range(steps):
        lap[1:-1] = u[:-2] - 2.0 * u[1:-1] + u[2:]
        reaction = u * v * v
        u += 0.1 * lap - 0.2 * reaction + 0.05 * (1.0 - u)
        lap[1:-1] = v[:-2] - 2.0 * v[1:-1] + v[2:]
        v += 0.05 * lap + 0.2 * reaction - 0.1 * v
    return np.sum(u * v)


def boundary_conditions(u, steps):
    u = np.pad(u, 1)
    for step in range(steps):
        u[0, :] = u[1, :]
        u[-1, :] = 2.0 * u[-2, :] - u[-3, :]
        u[:, 0] = 0.5
        u[:, -1] = u[:, 1]
        u[1:-1, 1:-1] = 0.25 * (u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2])
    return np.sum(u[1:-1, 1:-1] ** 2)


def history_of_steps(u, k, steps):
    history = np.zeros((steps + 1, len(u)))
    history[0] = u
    for t in range(steps):
        history[t + 1] = history[t]
        history[t + 1, 1:-1] += k * (history[t, 2:] - 2.0 * history[t, 1:-1] + history[t, :-2])
    return np.sum(history**2)


def three_levels(u, c, steps):
    before, now, after = u.copy(), u.copy(), np.zeros_like(u)
    for _ in range(steps):
        after[1:-1] = 2.0 * now[1:-1] - before[1:-1] + c * c * (now[2:] - 2.0 * now[1:-1] + now[:-2])
        before, now, after = now, after, before
    return np.sum(now**2) + np.sum(before * now)


def adaptive_steps(u, k):
    u = u.copy()
    t = 0.0
    while t < 0.3:
        dt = 0.1 / (1.0 + np.max(np.abs(u)))
        u[1:-1] += dt * k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
        t += 0.08
        if u[2] < -2.0:
            break
    return np.sum(u**2)


def coefficients_per_cell(u, k, steps):
    u = u.copy()
    for _ in range(steps):
        left = u[:-2] * 1.0
        right = u[2:]
        u[1:-1] = (1.0 - k) * u[1:-1] + 0.5 * k * (left + right)
    return np.sum(u * u)


# ------------------------------------------------------------------------------------------------- staggered and waves


def staggered_wave_1d(p, c, steps):
    p = p.copy()
    v = np.zeros(len(p) - 1)
    for _ in range(steps):
        v -= c * (p[1:] - p[:-1])
        p[1:-1] -= c * (v[1:] - v[:-1])
    return np.sum(p**2) + np.sum(v**2)


def staggered_wave_2d(p, c, steps):
    p = p.copy()
    vx = np.zeros((p.shape[0] - 1, p.shape[1]))
    vy = np.zeros((p.shape[0], p.shape[1] - 1))
    for _ in range(steps):
        vx[:] -= c * (p[1:] - p[:-1])
        vy[:] -= c * (p[:, 1:] - p[:, :-1])
        p[1:-1, 1:-1] -= c * (vx[1:, 1:-1] - vx[:-1, 1:-1] + vy[1:-1, 1:] - vy[1:-1, :-1])
    return np.sum(p**2)


def yee_with_source(eps, amplitude, steps):
    n = len(eps)
    e, h = np.zeros(n), np.zeros(n - 1)
    trace = np.zeros(steps)
    for t in range(steps):
        h += 0.5 * (e[1:] - e[:-1])
        e[1:-1] += 0.5 / eps[1:-1] * (h[1:] - h[:-1])
        e[1] += amplitude * np.sin(0.3 * t)
        trace[t] = e[n // 2]
    return np.sum(trace**2)


def shallow_water(h, u, steps):
    h, u = h.copy(), u.copy()
    for _ in range(steps):
        flux = np.zeros(len(h) + 1)
        flux[1:-1] = u * 0.5 * (h[1:] + h[:-1])
        h -= 0.1 * (flux[1:] - flux[:-1])
        u -= 0.1 * (h[1:] - h[:-1] + 0.5 * u * np.gradient(u))
    return np.sum(h**2) + np.sum(u**2)


U, G, K = array(7), array(4, 5), 0.2
STEPS = (0, 1, 4)
CASES = [
    *[(f, (U, K, steps), (0, 1)) for f in (heat_1d, heat_1d_by_index, heat_1d_periodic) for steps in STEPS],
    *[(f, (U, K, 3), (0, 1)) for f in (heat_1d_in_place, three_levels, history_of_steps, staggered_wave_1d)],
    (heat_1d, (U[:2], K, 2), (0, 1)),
    (heat_1d_by_index, (U[:2], K, 2), (0, 1)),
    (heat_1d_varying, (U, positive(6) * 0.3, 3), (0, 1)),
    (coefficients_per_cell, (U, positive(5) * 0.3, 3), (0, 1)),
    (coefficients_per_cell, (U, 0.3, 3), (0, 1)),
    *[(f, (G, K, steps), (0, 1)) for f in (heat_2d, heat_2d_by_index) for steps in (0, 3)],
    (heat_3d, (array(3, 4, 3), 0.1, 2), (0, 1)),
    (burgers_upwind, (U, K, 3), (0, 1)),
    (reaction_diffusion, (positive(5), positive(5, seed=1), 3), None),
    (boundary_conditions, (array(3, 2), 2), 0),
    (adaptive_steps, (U, K), None),
    (adaptive_steps, (U - 2.0, K), None),
    (staggered_wave_2d, (G, K, 2), (0, 1)),
    (yee_with_source, (positive(6), 0.7, 5), (0, 1)),
    (shallow_water, (positive(5), array(4) * 0.2, 2), (0, 1)),
]  # fmt: skip
