"""Programs of scientific computing as people write them."""

import math

import numpy as np

from programs.data import array, positive


def kalman_filter(q, r, observations):
    mean, variance = 0.0, 1.0
    log_likelihood = 0.0
    for y in observations:
        variance = variance + q
        innovation = y - mean
        total = variance + r
        log_likelihood -= 0.5 * (math.log(2.0 * math.pi * total) + innovation**2 / total)
        gain = variance / total
        mean = mean + gain * innovation
        variance = (1.0 - gain) * variance
    return log_likelihood


def kalman_matrix(f, p, y):
    h = np.array([[1.0, 0.0]])
    x = np.zeros(2)
    for value in y:
        x = f @ x
        p = f @ p @ f.T + 0.1 * np.eye(2)
        s = h @ p @ h.T + 0.2
        k = p @ h.T / s
        x = x + (k * (value - h @ x)).sum(axis=1)
        p = (np.eye(2) - k @ h) @ p
    return np.sum(x**2) + np.trace(p)


def runge_kutta(f, y, t, dt):
    k1 = f(y, t)
    k2 = f(y + 0.5 * dt * k1, t + 0.5 * dt)
    k3 = f(y + 0.5 * dt * k2, t + 0.5 * dt)
    k4 = f(y + dt * k3, t + dt)
    return y + dt / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)


def lotka_volterra(params, start):
    a, b, c, d = params

    def rates(y, t):
        return np.array([a * y[0] - b * y[0] * y[1], c * y[0] * y[1] - d * y[1]])

    y = start
    for step in range(6):
        y = runge_kutta(rates, y, 0.1 * step, 0.1)
    return y


def pendulum_until_turn(angle, length):
    speed = 0.0
    t = 0.0
    while t < 5.0:
        speed -= 0.05 * 9.81 / length * math.sin(angle)
        angle += 0.05 * speed
        t += 0.05
        if speed > 0.0:
            break
    return angle * t


def bouncing_ball(height, bounce):
    speed, lost = 0.0, 0
    for _ in range(40):
        speed -= 0.05 * 9.81
        height += 0.05 * speed
        if height < 0.0:
            height = -height
            speed = -bounce * speed
            lost += 1
    return height + 0.1 * lost * speed


def newton_root(c):
    x = 1.0
    for _ in range(50):
        step = (x**3 - c * x - 1.0) / (3.0 * x * x - c)
        x = x - step
        if abs(step) < 1e-13:
            return x
    raise ArithmeticError("no convergence")


def bisection_then_polish(c):
    low, high = 0.0, 2.0
    while high - low > 0.1:
        middle = 0.5 * (low + high)
        if middle**2 > c:
            high = middle
        else:
            low = middle
    x = 0.5 * (low + high)
    for _ in range(4):
        x = 0.5 * (x + c / x)
    return x


def power_iteration(m, turns):
    v = np.ones(m.shape[0])
    for _ in range(turns):
        v = m @ v
        v = v / np.linalg.norm(v)
    return v @ m @ v


def conjugate_gradient(a, b):
    x = np.zeros_like(b)
    r = b - a @ x
    p = r
    rr = r @ r
    for _ in range(len(b)):
        ap = a @ p
        alpha = rr / (p @ ap)
        x = x + alpha * p
        r = r - alpha * ap
        new = r @ r
        if new < 1e-20:
            break
        p = r + (new / rr) * p
        rr = new
    return np.sum(x**2)


def jacobi_iteration(m, b, turns):
    diagonal = np.diagonal(m)
    rest = m - np.diag(diagonal)
    x = np.zeros_like(b)
    for _ in range(turns):
        x = (b - rest @ x) / diagonal
    return x


def gauss_elimination_lists(m, b):
    rows = [list(row) + [value] for row, value in zip(m, b)]
    n = len(rows)
    for k in range(n):
        for i in range(k + 1, n):
            factor = rows[i][k] / rows[k][k]
            rows[i] = [x - factor * y for x, y in zip(rows[i], rows[k])]
    x = [0.0] * n
    for i in reversed(range(n)):
        known = sum(rows[i][j] * x[j] for j in range(i + 1, n))
        x[i] = (rows[i][n] - known) / rows[i][i]
    return sum(value**2 for value in x)


def hit_sphere(origin, direction, centre, radius):
    offset = origin - centre
    b = np.dot(offset, direction)
    c = np.dot(offset, offset) - radius**2
    under = b * b - c
    if under < 0.0:
        return None
    distance = -b - np.sqrt(under)
    return distance if distance > 0.0 else None


def ray_trace(spheres, light):
    total = 0.0
    for px, py in ((0.0, 0.0), (0.4, 0.1), (2.0, 2.0)):
        direction = np.array([px, py, 1.0])
        direction = direction / np.linalg.norm(direction)
        nearest, found = np.inf, None
        for centre, radius in spheres:
            distance = hit_sphere(np.zeros(3), direction, centre, radius)
            if distance is not None and distance < nearest:
                nearest, found = distance, (centre, radius)
        if found is None:
            continue
        point = nearest * direction
        normal = (point - found[0]) / found[1]
        towards = light - point
        shade = np.dot(normal, towards) / np.linalg.norm(towards)
        total += shade if shade > 0.0 else 0.05 * nearest
    return total


def normal_cdf(x):
    return 0.5 * (1.0 + math.erf(x / math.sqrt(2.0)))


def black_scholes(spot, strike, rate, sigma, expiry):
    d1 = (math.log(spot / strike) + (rate + 0.5 * sigma**2) * expiry) / (sigma * math.sqrt(expiry))
    d2 = d1 - sigma * math.sqrt(expiry)
    return spot * normal_cdf(d1) - strike * math.exp(-rate * expiry) * normal_cdf(d2)


def american_option_tree(spot, sigma, steps):
    up = math.exp(sigma * math.sqrt(1.0 / steps))
    p = (1.01 - 1.0 / up) / (up - 1.0 / up)
    values = [max(1.03 - spot * up ** (2 * j - steps), 0.0) for j in range(steps + 1)]
    for level in range(steps - 1, -1, -1):
        values = [
            max(1.03 - spot * up ** (2 * j - level), (p * values[j + 1] + (1.0 - p) * values[j]) / 1.01)
            for j in range(level + 1)
        ]
    return values[0]


def dynamic_time_warping(a, b):
    previous = [0.0] + [1e6] * len(b)
    for x in a:
        row = [1e6]
        for j, y in enumerate(b):
            best = min(previous[j], previous[j + 1], row[j])
            row.append((x - y) ** 2 + best)
        previous = row
    return previous[-1]


def heat_equation(u, k, steps):
    for _ in range(steps):
        inner = u[1:-1] + k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
        u = np.concatenate([u[:1], inner, u[-1:]])
    return u


def wave_equation_periodic(u, speed):
    before = u
    for _ in range(4):
        laplacian = np.roll(u, 1) - 2.0 * u + np.roll(u, -1)
        u, before = 2.0 * u - before + speed**2 * laplacian, u
    return np.sum(u**2)


def upwind_advection(u, velocity):
    for _ in range(3):
        if velocity > 0.0:
            u = u - 0.1 * velocity * (u - np.roll(u, 1))
        else:
            u = u - 0.1 * velocity * (np.roll(u, -1) - u)
    return np.sum(u**3)


def n_body_energy(positions, masses):
    energy = 0.0
    for i in range(len(masses)):
        for j in range(i):
            energy -= masses[i] * masses[j] / np.linalg.norm(positions[i] - positions[j])
    return energy


def orbit(position, velocity):
    for _ in range(5):
        distance = np.sqrt(np.sum(position**2))
        velocity = velocity - 0.05 * position / distance**3
        position = position + 0.05 * velocity
    return np.sum(position * velocity)


def lennard_jones(p):
    difference = p[:, None] - p[None]
    i, j = np.triu_indices(len(p), 1)
    inverse = 1.0 / np.sum(difference[i, j] ** 2, axis=-1) ** 3
    return 4.0 * np.sum(inverse**2 - inverse)


def rotation(angles):
    s, c = np.sin(angles), np.cos(angles)
    about_z = np.array([[c[0], -s[0], 0.0], [s[0], c[0], 0.0], [0.0, 0.0, 1.0]])
    about_x = np.array([[1.0, 0.0, 0.0], [0.0, c[1], -s[1]], [0.0, s[1], c[1]]])
    return about_z @ about_x @ np.array([1.0, 2.0, 3.0])


def bezier(points, t):
    while len(points) > 1:
        points = [(1.0 - t) * p + t * q for p, q in zip(points, points[1:])]
    return points[0]


def trapezoid_integral(x):
    grid = np.linspace(0.0, 1.0, 9)
    values = np.exp(-x * grid**2)
    return np.sum(0.5 * (values[1:] + values[:-1]) * np.diff(grid))


def fixed_point_scf(x):
    density, turns = 0.5, 0
    while turns < 200:
        new = 1.0 / (1.0 + math.exp(x * density - 0.3))
        if abs(new - density) < 1e-14:
            density = new
            break
        density = 0.5 * density + 0.5 * new
        turns += 1
    return density


def polynomial_fit_error(c, x, y):
    prediction = sum(c_k * x**k for k, c_k in enumerate(c))
    return np.sqrt(np.mean((prediction - y) ** 2))


SPD = np.array([[2.0, 0.3, 0.1], [0.3, 1.5, 0.2], [0.1, 0.2, 1.0]])
SPHERES = [(np.array([0.1, 0.0, 3.0]), 1.0), (np.array([1.0, 0.3, 2.5]), 0.5)]
def sigma_points(m, spread, observed):
    weights = np.full(5, 0.25)
    weights[0] = -0.1

    def moved(p):
        return np.array([p[0] + 0.1 * p[1], p[1] - 0.1 * np.sin(p[0])])

    for z in observed:
        root = np.linalg.cholesky(spread)
        points = np.vstack([m] + [m + root[:, i] for i in range(2)] + [m - root[:, i] for i in range(2)])
        points = np.apply_along_axis(moved, 1, points)
        m = weights @ points
        spread = sum(w * np.outer(p - m, p - m) for w, p in zip(weights, points)) + (1.0 + z * z) * np.eye(2)
    return np.sum(m**2) + np.trace(spread)


CASES = [
    (kalman_filter, (0.1, 0.3, array(5)), None),
    (kalman_matrix, (np.array([[1.0, 0.1], [0.0, 1.0]]), np.eye(2), array(3)), None),
    (lotka_volterra, (positive(4), positive(2)), None),
    *[(pendulum_until_turn, (0.6, length), None) for length in (1.0, 30.0)],
    *[(bouncing_ball, (height, 0.8), None) for height in (1.3, 50.0)],
    *[(newton_root, (c,), None) for c in (1.0, 0.3)],
    *[(bisection_then_polish, (c,), None) for c in (2.0, 0.5)],
    *[(power_iteration, (SPD, turns), 0) for turns in (0, 3)],
    *[(conjugate_gradient, (SPD, b), None) for b in (array(3), np.array([1.0, 2.0, 3.0]))],
    *[(jacobi_iteration, (SPD, array(3), turns), None) for turns in (0, 3)],
    (gauss_elimination_lists, (SPD, array(3)), None),
    *[(ray_trace, (SPHERES[:n], np.array([1.0, 2.0, 0.0])), None) for n in (1, 2)],
    (black_scholes, (1.0, 1.1, 0.02, 0.3, 0.5), None),
    *[(american_option_tree, (spot, 0.3, 4), (0, 1)) for spot in (1.01, 1.5)],
    *[(dynamic_time_warping, pair, None) for pair in (([0.1, 0.7, 0.3], [0.2, 0.65]), ([0.9, 0.2], [0.1, 0.85, 0.45]))],
    *[(heat_equation, (array(6), 0.2, steps), None) for steps in (0, 4)],
    (wave_equation_periodic, (array(5), 0.4), None),
    *[(upwind_advection, (array(5), velocity), None) for velocity in (0.6, -0.6)],
    (n_body_energy, (array(3, 2), positive(3)), None),
    (orbit, (np.array([1.0, 0.1]), np.array([0.0, 1.0])), None),
    (lennard_jones, (np.array([[0.0, 0.0], [1.1, 0.2], [0.3, 1.2]]),), None),
    (rotation, (array(2),), None),
    (bezier, ([array(2), array(2, seed=1), array(2, seed=2)], 0.3), None),
    (trapezoid_integral, (0.6,), None),
    (fixed_point_scf, (0.7,), None),
    (polynomial_fit_error, ([0.1, 0.2, 0.3], array(5), array(5, seed=1)), 0),
    (sigma_points, (array(2), np.array([[1.0, 0.2], [0.2, 0.5]]), array(3)), None),
]
