"""Bodies, integrators, filters and learning, whose state is kept in arrays that are written."""

import numpy as np

from programs.data import array, positive

# ------------------------------------------------------------------------------------------------------------- bodies


def n_body_by_pairs(position, velocity, mass, steps):
    position, velocity = position.copy(), velocity.copy()
    for _ in range(steps):
        for i in range(len(mass)):
            for j in range(i + 1, len(mass)):
                d = position[j] - position[i]
                pull = d / (np.sum(d**2) + 0.1) ** 1.5
                velocity[i] += 0.05 * mass[j] * pull
                velocity[j] -= 0.05 * mass[i] * pull
        position += 0.05 * velocity
    return np.sum(position**2) + np.sum(velocity**2)


def n_body_with_forces(position, velocity, mass, steps):
    force = np.zeros_like(position)
    for _ in range(steps):
        force[:] = 0.0
        for i in range(len(mass)):
            for j in range(len(mass)):
                if i == j:
                    continue
                d = position[j] - position[i]
                force[i] += mass[i] * mass[j] * d / (d @ d + 0.1)
        velocity += 0.1 * force / mass[:, None]
        position += 0.1 * velocity
    return np.sum(position * velocity)


def leapfrog(position, velocity, steps):
    x, v = position.copy(), velocity.copy()
    a = -np.sin(x)
    for _ in range(steps):
        v += 0.05 * a
        x += 0.1 * v
        a[:] = -np.sin(x)
        v += 0.05 * a
    return np.sum(v**2) - np.sum(np.cos(x))


def springs_and_walls(x, v, steps):
    x, v = x.copy(), v.copy()
    f = np.empty_like(x)
    for _ in range(steps):
        f[:] = -x
        f[1:] += x[:-1]
        f[:-1] += x[1:]
        v += 0.3 * f
        x += 0.3 * v
        for i in range(len(x)):
            if x[i] < -0.8:
                x[i] = -1.6 - x[i]
                v[i] = -0.9 * v[i]
        v[x > 1.2] *= -0.5
    return np.sum(x**2) + np.sum(v**2)


def verlet_rope(p, steps):
    p = p.copy()
    before = p.copy()
    for _ in range(steps):
        moved = 2.0 * p - before
        moved[:, 1] -= 0.02
        before[:] = p
        p[1:] = moved[1:]
        for _ in range(2):
            for i in range(len(p) - 1):
                d = p[i + 1] - p[i]
                length = np.sqrt(d @ d)
                correction = 0.5 * (1.0 - 0.5 / length) * d
                if i > 0:
                    p[i] += correction
                p[i + 1] -= correction
    return np.sum(p**2)


def cells_and_neighbours(x, steps):
    x = x.copy()
    for _ in range(steps):
        order = np.argsort(x)
        s = x[order]
        gap = np.empty_like(s)
        gap[:-1] = s[1:] - s[:-1]
        gap[-1] = 1.0 - s[-1] + s[0]
        x[order] += 0.1 * np.tanh(gap)
    return np.sum(x**2)


# --------------------------------------------------------------------------------------------------------- integrators


def lorenz(y, out, sigma, rho):
    out[0] = sigma * (y[1] - y[0])
    out[1] = y[0] * (rho - y[2]) - y[1]
    out[2] = y[0] * y[1] - 2.0 * y[2]


def runge_kutta_stages(y, sigma, rho, steps):
    y = y.copy()
    k = np.zeros((4, 3))
    work = np.empty(3)
    for _ in range(steps):
        lorenz(y, k[0], sigma, rho)
        work[:] = y + 0.01 * k[0]
        lorenz(work, k[1], sigma, rho)
        work[:] = y + 0.01 * k[1]
        lorenz(work, k[2], sigma, rho)
        work[:] = y + 0.02 * k[2]
        lorenz(work, k[3], sigma, rho)
        y += 0.02 / 6.0 * (k[0] + 2.0 * k[1] + 2.0 * k[2] + k[3])
    return np.sum(y**2)


def runge_kutta_by_tableau(y, steps):
    a = np.array([[0.0, 0.0, 0.0], [0.5, 0.0, 0.0], [-1.0, 2.0, 0.0]])
    b = np.array([1.0, 4.0, 1.0]) / 6.0
    y = y.copy()
    k = np.empty((3, len(y)))
    for _ in range(steps):
        for s in range(3):
            stage = y.copy()
            for j in range(s):
                stage += 0.1 * a[s, j] * k[j]
            k[s] = -stage + stage[::-1] ** 2
        for s in range(3):
            y += 0.1 * b[s] * k[s]
    return y


def adams_bashforth(y, rate, steps):
    y = y.copy()
    slopes = np.zeros((3, len(y)))
    weights = np.array([5.0, -16.0, 23.0]) / 12.0
    for t in range(steps):
        slope = -rate * y * np.abs(y)
        slopes[:-1] = slopes[1:]
        slopes[-1] = slope
        if t < 2:
            y += 0.1 * slope
        else:
            y += 0.1 * (weights @ slopes)
    return np.sum(y**2)


def adams_with_ring(y, steps):
    y = y.copy()
    ring = np.zeros((2, len(y)))
    for t in range(steps):
        ring[t % 2] = np.cos(y)
        if t == 0:
            y += 0.1 * ring[0]
            continue
        y += 0.05 * (3.0 * ring[t % 2] - ring[(t - 1) % 2])
    return np.sum(y**2) + np.sum(ring)


def adaptive_runge_kutta(y, tolerance):
    y = y.copy()
    k1, k2 = np.empty_like(y), np.empty_like(y)
    t, h = 0.0, 0.5
    accepted = 0
    while t < 1.0 and accepted < 20:
        k1[:] = -y * y
        k2[:] = -((y + h * k1) ** 2)
        error = np.max(np.abs(k2 - k1)) * 0.5 * h
        if error > tolerance:
            h *= 0.5
            continue
        y += 0.5 * h * (k1 + k2)
        t += h
        accepted += 1
    return np.sum(y**2) * accepted


def symplectic_trajectory(q, p, steps):
    path = np.zeros((steps + 1, 2))
    path[0] = q, p
    for t in range(steps):
        path[t + 1, 1] = path[t, 1] - 0.1 * np.sin(path[t, 0])
        path[t + 1, 0] = path[t, 0] + 0.1 * path[t + 1, 1]
    return np.sum(path**2)


def implicit_newton_steps(y, steps):
    y = y.copy()
    for _ in range(steps):
        old = y.copy()
        for _ in range(4):
            residual = y - old + 0.2 * y**3
            y -= residual / (1.0 + 0.6 * y**2)
    return np.sum(y**2)


# ------------------------------------------------------------------------------------------- filters and learning


def kalman_with_covariance(f, q, observations):
    x, p = np.zeros(2), np.eye(2)
    h = np.array([1.0, 0.3])
    likelihood = 0.0
    for y in observations:
        x[:] = f @ x
        p[:] = f @ p @ f.T
        p[np.diag_indices(2)] += q
        s = h @ p @ h + 0.2
        gain = p @ h / s
        miss = y - h @ x
        x += gain * miss
        p -= np.outer(gain, h @ p)
        likelihood -= 0.5 * (np.log(s) + miss**2 / s)
    return likelihood


def kalman_smoother(f, observations):
    n = len(observations)
    means, variances = np.zeros(n), np.zeros(n)
    mean, variance = 0.0, 1.0
    for t in range(n):
        mean, variance = f * mean, f * f * variance + 0.1
        gain = variance / (variance + 0.5)
        mean += gain * (observations[t] - mean)
        variance *= 1.0 - gain
        means[t], variances[t] = mean, variance
    for t in range(n - 2, -1, -1):
        predicted = f * f * variances[t] + 0.1
        gain = variances[t] * f / predicted
        means[t] += gain * (means[t + 1] - f * means[t])
        variances[t] += gain**2 * (variances[t + 1] - predicted)
    return np.sum(means**2) + np.sum(variances)


def recursive_least_squares(rows, targets):
    w, p = np.zeros(2), np.eye(2) * 2.0
    for row, target in zip(rows, targets):
        pr = p @ row
        k = pr / (0.9 + row @ pr)
        w += k * (target - row @ w)
        p -= np.outer(k, pr)
        p /= 0.9
    return np.sum(w**2) + np.sum(p)


def gradient_steps_with_momentum(w, x, y):
    w = w.copy()
    velocity = np.zeros_like(w)
    for _ in range(3):
        slope = x.T @ (x @ w - y)
        velocity *= 0.9
        velocity -= 0.1 * slope
        w += velocity
    return np.sum((x @ w - y) ** 2)


def recurrent_network(w, u, x):
    h = np.zeros((len(x) + 1, len(w)))
    for t in range(len(x)):
        h[t + 1] = np.tanh(w @ h[t] + u * x[t])
    return np.sum(h[1:] ** 2)


def gated_cell(w, x):
    h, c = np.zeros(2), np.zeros(2)
    for t in range(len(x)):
        z = w @ np.append(h, x[t])
        gate = 1.0 / (1.0 + np.exp(-z[:2]))
        c *= gate
        c += (1.0 - gate) * np.tanh(z[2:])
        h[:] = gate * np.tanh(c)
    return np.sum(h**2) + np.sum(c)


def backpropagation_by_hand(w1, w2, x):
    hidden = np.tanh(w1 @ x)
    out = w2 @ hidden
    d_out = 2.0 * out
    d_w2 = np.zeros_like(w2)
    d_w2 += np.outer(d_out, hidden)
    d_hidden = d_out @ w2
    d_hidden *= 1.0 - hidden**2
    w2 = w2 - 0.1 * d_w2
    w1 = w1 - 0.1 * np.outer(d_hidden, x)
    hidden[:] = np.tanh(w1 @ x)
    return np.sum((w2 @ hidden) ** 2)


def belief_propagation(unary, pair):
    n, k = unary.shape
    left, right = np.ones((n, k)), np.ones((n, k))
    for i in range(1, n):
        left[i] = pair.T @ (left[i - 1] * unary[i - 1])
        left[i] /= left[i].sum()
    for i in range(n - 2, -1, -1):
        right[i] = pair @ (right[i + 1] * unary[i + 1])
        right[i] /= right[i].sum()
    belief = left * unary * right
    belief /= belief.sum(axis=1, keepdims=True)
    return np.sum(np.log(belief[:, 0]))


def page_rank(links, steps):
    m = links.copy()
    m /= m.sum(axis=0)
    rank = np.full(len(m), 1.0 / len(m))
    for _ in range(steps):
        new = 0.85 * (m @ rank)
        new += 0.15 / len(m)
        rank[:] = new
    return np.sum(rank**2)


def sinkhorn(cost, steps):
    k = np.exp(-cost)
    u, v = np.ones(k.shape[0]), np.ones(k.shape[1])
    for _ in range(steps):
        u[:] = 1.0 / (k @ v)
        v[:] = 0.5 / (k.T @ u)
    k *= u[:, None]
    k *= v
    return np.sum(k * cost)


V, U = array(5), array(5, seed=1)
W2 = array(2, 2)
BODIES = (array(3, 2), array(3, 2, seed=1), positive(3))
CASES = [
    (n_body_by_pairs, (*BODIES, 2), (0, 1, 2)),
    (n_body_by_pairs, (*[b[:1] for b in BODIES], 2), (0, 1, 2)),
    (n_body_with_forces, (*BODIES, 2), (0, 1, 2)),
    (leapfrog, (V, U, 3), (0, 1)),
    (springs_and_walls, (V, U, 4), (0, 1)),
    (verlet_rope, (np.cumsum(positive(3, 2) * 0.5, axis=0), 2), 0),
    (cells_and_neighbours, (positive(4) - 0.5, 2), 0),
    (runge_kutta_stages, (positive(3), 3.0, 2.5, 2), (0, 1, 2)),
    (runge_kutta_by_tableau, (V[:2], 2), 0),
    *[(adams_bashforth, (V, 0.7, steps), (0, 1)) for steps in (0, 2, 5)],
    *[(adams_with_ring, (V, steps), 0) for steps in (1, 4)],
    (adaptive_runge_kutta, (positive(2), 0.05), 0),
    (symplectic_trajectory, (0.4, 0.7, 4), (0, 1)),
    (implicit_newton_steps, (V, 2), 0),
    (kalman_with_covariance, (W2, 0.1, array(3)), None),
    (kalman_smoother, (0.9, V), None),
    (recursive_least_squares, (array(3, 2), array(3)), None),
    (gradient_steps_with_momentum, (array(2), array(3, 2), array(3)), None),
    (recurrent_network, (W2, array(2), V[:3]), None),
    (gated_cell, (array(4, 3), V[:3]), None),
    (backpropagation_by_hand, (array(3, 2), array(2, 3), array(2)), None),
    (belief_propagation, (positive(3, 2), positive(2, 2)), None),
    (page_rank, (positive(3, 3), 3), 0),
    (sinkhorn, (positive(2, 3), 2), 0),
]  # fmt: skip
