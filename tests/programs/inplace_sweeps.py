"""Sweeps in place, implicit steps, and images: grids whose loops read what they have just written."""

import numpy as np

from programs.data import array, positive

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
CASES = [
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
