"""Stencils, sweeps and grids: explicit and implicit steps in one, two and three dimensions, written with stores."""

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
                new[i, j] = old[i, j] + k * (old[i - 1, j] + old[i + 1, j] + old[i, j - 1] + old[i, j + 1] - 4 * old[i, j])
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


# ------------------------------------------------------------------------------------------------ sweeps in place


def gauss_seidel_1d(u, f, sweeps):
    u = u.copy()
    for _ in range(sweeps):
        for i in range(1, len(u) - 1):
            u[i] = 0.5 * (u[i - 1] + u[i + 1] - f[i])
    return np.sum(u**2)


def gauss_seidel_nonlinear(u, sweeps):
    for _ in range(sweeps):
        for i in range(1, len(u) - 1):
            u[i] = 0.5 * (u[i - 1] + u[i + 1]) * u[i]
    return np.sum(u * u)


def gauss_seidel_2d(u, f, sweeps):
    u = u.copy()
    for _ in range(sweeps):
        for i in range(1, u.shape[0] - 1):
            for j in range(1, u.shape[1] - 1):
                u[i, j] = 0.25 * (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] - f[i, j])
    return np.sum(u**2)


def red_black_sweeps(u, omega, sweeps):
    u = u.copy()
    for _ in range(sweeps):
        for colour in (0, 1):
            for i in range(1, u.shape[0] - 1):
                for j in range(1 + (i + colour) % 2, u.shape[1] - 1, 2):
                    residual = u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] - 4.0 * u[i, j]
                    u[i, j] += 0.25 * omega * residual
    return np.sum(u**2)


def red_black_by_slices(u, sweeps):
    u = u * 1.0
    for _ in range(sweeps):
        u[1:-1:2] = 0.5 * (u[:-2:2] + u[2::2])
        u[2:-1:2] = 0.5 * (u[1:-2:2] + u[3::2])
    return np.sum(u**2)


def sweep_until_small(u, f):
    u = u.copy()
    for sweep in range(20):
        change = 0.0
        for i in range(1, len(u) - 1):
            new = 0.5 * (u[i - 1] + u[i + 1] - f[i])
            change = max(change, abs(new - u[i]))
            u[i] = new
        if change < 0.2:
            break
    return np.sum(u**2) * (sweep + 1)


def symmetric_sweeps(a, b, sweeps):
    x = np.zeros_like(b)
    for _ in range(sweeps):
        for i in range(len(b)):
            x[i] = (b[i] - a[i, :i] @ x[:i] - a[i, i + 1 :] @ x[i + 1 :]) / a[i, i]
        for i in range(len(b) - 1, -1, -1):
            x[i] += 0.5 * (b[i] - a[i] @ x) / a[i, i]
    return x


def multigrid_cycle(f):
    def smooth(u, f, n):
        for _ in range(n):
            u[1:-1] = 0.5 * (u[:-2] + u[2:] - f[1:-1])

    def cycle(u, f):
        smooth(u, f, 1)
        if len(u) <= 3:
            return
        r = np.zeros_like(u)
        r[1:-1] = f[1:-1] - (u[:-2] - 2.0 * u[1:-1] + u[2:])
        e = np.zeros(len(u) // 2 + 1)
        cycle(e, 4.0 * r[::2])
        u[::2] += e
        u[1::2] += 0.5 * (e[1:] + e[:-1])
        smooth(u, f, 1)

    u = np.zeros_like(f)
    cycle(u, f)
    return np.sum(u**2)


# ------------------------------------------------------------------------------------------------- implicit steps


def implicit_step(u, k):
    def thomas(a, b, c, d):
        n = len(d)
        for i in range(1, n):
            w = a[i] / b[i - 1]
            b[i] -= w * c[i - 1]
            d[i] -= w * d[i - 1]
        d[-1] /= b[-1]
        for i in range(n - 2, -1, -1):
            d[i] = (d[i] - c[i] * d[i + 1]) / b[i]

    for _ in range(2):
        n = len(u)
        off = np.full(n, -k)
        main = np.full(n, 1.0 + 2.0 * k)
        thomas(off, main, off, u)
    return np.sum(u**2)


def alternating_directions(u, k, steps):
    def solve(main, off, d):
        cp = np.zeros(len(d))
        cp[0] = off / main
        d[0] /= main
        for i in range(1, len(d)):
            denominator = main - off * cp[i - 1]
            cp[i] = off / denominator
            d[i] = (d[i] - off * d[i - 1]) / denominator
        for i in range(len(d) - 2, -1, -1):
            d[i] -= cp[i] * d[i + 1]

    u = u.copy()
    for _ in range(steps):
        half = u.copy()
        half[:, 1:-1] += k * (u[:, 2:] - 2.0 * u[:, 1:-1] + u[:, :-2])
        for j in range(u.shape[1]):
            solve(1.0 + 2.0 * k, -k, half[:, j])
        u[:] = half
        u[1:-1] += k * (half[2:] - 2.0 * half[1:-1] + half[:-2])
        for row in u:
            solve(1.0 + 2.0 * k, -k, row)
    return np.sum(u**2)


def crank_nicolson(u, k, steps):
    n = len(u)
    a = np.zeros((n, n))
    for i in range(n):
        a[i, i] = 2.0 + 2.0 * k
        if i > 0:
            a[i, i - 1] = -k
        if i < n - 1:
            a[i, i + 1] = -k
    u = u.copy()
    rhs = np.empty(n)
    for _ in range(steps):
        rhs[:] = (2.0 - 2.0 * k) * u
        rhs[1:] += k * u[:-1]
        rhs[:-1] += k * u[1:]
        u[:] = np.linalg.solve(a, rhs)
    return np.sum(u**2)


# ------------------------------------------------------------------------------------------- images and convolution


def convolution_by_loops(image, kernel):
    kh, kw = kernel.shape
    out = np.zeros((image.shape[0] - kh + 1, image.shape[1] - kw + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(image[i : i + kh, j : j + kw] * kernel)
    return np.sum(out**2)


def convolution_by_four_loops(image, kernel):
    kh, kw = kernel.shape
    out = np.zeros((image.shape[0] - kh + 1, image.shape[1] - kw + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            for a in range(kh):
                for b in range(kw):
                    out[i, j] += image[i + a, j + b] * kernel[a, b]
    return out


def convolution_by_shifts(image, kernel):
    out = np.zeros_like(image)
    padded = np.zeros((image.shape[0] + 2, image.shape[1] + 2))
    padded[1:-1, 1:-1] = image
    for a in range(3):
        for b in range(3):
            out += kernel[a, b] * padded[a : a + image.shape[0], b : b + image.shape[1]]
    np.maximum(out, 0.05, out=out)
    return np.sum(out**2)


def channels_and_batches(x, w):
    out = np.zeros((x.shape[0], w.shape[0], x.shape[2] - 1))
    for n in range(x.shape[0]):
        for f in range(w.shape[0]):
            for i in range(out.shape[2]):
                out[n, f, i] = np.sum(x[n, :, i : i + 2] * w[f])
    out[out < 0.0] *= 0.1
    return np.sum(out**2)


def pooling_by_loops(image):
    out = np.empty((image.shape[0] // 2, image.shape[1] // 2))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = image[2 * i : 2 * i + 2, 2 * j : 2 * j + 2].max()
    return np.sum(out**2)


def bilateral_filter(image, width):
    out = np.zeros_like(image)
    weights = np.zeros_like(image)
    for shift in (-1, 0, 1):
        moved = np.roll(image, shift)
        weight = np.exp(-((moved - image) ** 2) / width)
        out += weight * moved
        weights += weight
    out /= weights
    return out


def integral_image(image):
    table = np.zeros((image.shape[0] + 1, image.shape[1] + 1))
    for i in range(image.shape[0]):
        for j in range(image.shape[1]):
            table[i + 1, j + 1] = image[i, j] ** 2 + table[i, j + 1] + table[i + 1, j] - table[i, j]
    return np.sum(table**2)


U, F, G, K = array(7), array(7, seed=1), array(4, 5), 0.2
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
    *[(gauss_seidel_1d, (U, F, sweeps), (0, 1)) for sweeps in (0, 1, 3)],
    (gauss_seidel_nonlinear, (positive(6), 2), 0),
    (gauss_seidel_nonlinear, (positive(2), 2), 0),
    (gauss_seidel_2d, (G, array(4, 5, seed=1), 2), (0, 1)),
    (red_black_sweeps, (G, 1.3, 2), (0, 1)),
    (red_black_by_slices, (U, 2), 0),
    (sweep_until_small, (U, F * 0.2), None),
    (symmetric_sweeps, (array(3, 3) + 3.0 * np.eye(3), array(3), 2), (0, 1)),
    (multigrid_cycle, (array(9),), None),
    (implicit_step, (U, K), None),
    (alternating_directions, (array(3, 4), K, 2), (0, 1)),
    (crank_nicolson, (U[:4], K, 2), (0, 1)),
    (convolution_by_loops, (G, array(2, 3)), None),
    (convolution_by_four_loops, (array(3, 4), array(2, 3)), None),
    (convolution_by_shifts, (G, array(3, 3)), None),
    (channels_and_batches, (array(2, 2, 4), array(3, 2, 2)), None),
    (pooling_by_loops, (array(4, 6),), None),
    (bilateral_filter, (array(5), 0.8), None),
    (integral_image, (array(2, 3),), None),
]  # fmt: skip
