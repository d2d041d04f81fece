"""Recurrences, tables, bodies, integrators and filters, whose state is kept in arrays that are written."""

import numpy as np

from programs.data import array, positive

# ------------------------------------------------------------------------------------------------------- recurrences


def cumulative_by_hand(v):
    w = v.copy()
    for i in range(1, len(w)):
        w[i] += w[i - 1]
    return np.sum(w**2)


def recurrence_along_an_axis(m):
    w = m * 1.0
    for t in range(1, w.shape[1]):
        w[:, t] += np.tanh(w[:, t - 1])
    return np.sum(w**2)


def recurrence_along_both_axes(m):
    w = m.copy()
    for i in range(1, w.shape[0]):
        w[i] += 0.5 * w[i - 1]
    for j in range(w.shape[1] - 2, -1, -1):
        w[:, j] *= w[:, j + 1]
    return w


def fibonacci_like(a, b, n):
    w = np.empty(n)
    w[0], w[1] = a, b
    for i in range(2, n):
        w[i] = 0.9 * w[i - 1] - 0.4 * w[i - 2] * w[i - 1]
    return w[-1] + np.sum(w**2)


def exponential_average(v, alpha):
    out = np.zeros_like(v)
    out[0] = v[0]
    for i in range(1, len(v)):
        out[i] = alpha * v[i] + (1.0 - alpha) * out[i - 1]
    return np.sum((out - v) ** 2)


def swapped_buffers(a, b, n):
    u, v = a.copy(), b.copy()
    for _ in range(n):
        u *= 0.5
        u += v * v
        u, v = v, u
    return np.sum(u**2) + np.sum(v)


def swapped_buffers_scalar_stores(a, n):
    u, v = a * 1.0, np.zeros_like(a)
    for _ in range(n):
        for i in range(len(u)):
            v[i] = 0.7 * u[i] + 0.3 * u[i - 1] ** 2
        u, v = v, u
    return np.sum(u**2)


def three_buffers_in_turn(v, n):
    a, b, c = v * 1.0, v * v, np.zeros_like(v)
    for k in range(n):
        np.multiply(a, b, out=c)
        c += 0.1
        a, b, c = b, c, a
    return np.sum(a * b) + np.sum(c)


def iir_filter(x, b, a):
    y = np.zeros(len(x))
    for n in range(len(x)):
        for k in range(len(b)):
            if n - k >= 0:
                y[n] += b[k] * x[n - k]
        for k in range(1, len(a)):
            if n - k < 0:
                break
            y[n] -= a[k] * y[n - k]
    return y


def lattice_of_delays(x, k):
    delay = np.zeros(len(k) + 1)
    out = np.empty_like(x)
    for n in range(len(x)):
        forward = x[n]
        backward = forward
        for i in range(len(k)):
            stored = delay[i]
            delay[i] = backward
            backward = stored + k[i] * forward
            forward = forward + k[i] * stored
        out[n] = forward
    return np.sum(out**2)


def clenshaw(c, x):
    b = np.zeros(len(c) + 2)
    for k in range(len(c) - 1, -1, -1):
        b[k] = c[k] + 2.0 * x * b[k + 1] - b[k + 2]
    return b[0] - x * b[1]


def divided_differences(x, y, at):
    c = y.copy()
    for j in range(1, len(c)):
        for i in range(len(c) - 1, j - 1, -1):
            c[i] = (c[i] - c[i - 1]) / (x[i] - x[i - j])
    value = c[-1]
    for i in range(len(c) - 2, -1, -1):
        value = value * (at - x[i]) + c[i]
    return value


def romberg(scale):
    table = np.zeros((4, 4))
    for i in range(4):
        points = np.linspace(0.0, 1.0, 2**i + 1)
        values = np.exp(scale * points)
        table[i, 0] = np.sum(0.5 * (values[1:] + values[:-1])) / 2**i
        for j in range(1, i + 1):
            table[i, j] = table[i, j - 1] + (table[i, j - 1] - table[i - 1, j - 1]) / (4**j - 1)
    return table[-1, -1]


# ------------------------------------------------------------------------------------------------ tables of programming


def edit_distance(a, b, price):
    table = np.zeros((len(a) + 1, len(b) + 1))
    table[:, 0] = np.arange(len(a) + 1) * price
    table[0] = np.arange(len(b) + 1) * price
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            change = table[i - 1, j - 1] + abs(a[i - 1] - b[j - 1])
            table[i, j] = min(change, table[i - 1, j] + price, table[i, j - 1] + price)
    return table[-1, -1]


def dynamic_time_warping(a, b):
    cost = np.full((len(a) + 1, len(b) + 1), np.inf)
    cost[0, 0] = 0.0
    for i in range(len(a)):
        for j in range(len(b)):
            best = min(cost[i, j], cost[i, j + 1], cost[i + 1, j])
            cost[i + 1, j + 1] = (a[i] - b[j]) ** 2 + best
    return cost[-1, -1]


def shortest_paths(w):
    d = w.copy()
    n = len(d)
    for k in range(n):
        for i in range(n):
            for j in range(n):
                if d[i, k] + d[k, j] < d[i, j]:
                    d[i, j] = d[i, k] + d[k, j]
    return np.sum(d)


def shortest_paths_by_minimum(w):
    d = w * 1.0
    for k in range(len(d)):
        np.minimum(d, d[:, k : k + 1] + d[k : k + 1], out=d)
    return np.sum(d**2)


def knapsack(values, weights):
    best = np.zeros(7)
    for value, weight in zip(values, weights):
        for room in range(len(best) - 1, weight - 1, -1):
            best[room] = np.maximum(best[room], best[room - weight] + value)
    return best[-1] + 0.1 * np.sum(best)


def viterbi(start, move, emit):
    score = np.zeros_like(emit)
    back = np.zeros(emit.shape, dtype=int)
    score[0] = start + emit[0]
    for t in range(1, len(emit)):
        for s in range(emit.shape[1]):
            options = score[t - 1] + move[:, s]
            back[t, s] = np.argmax(options)
            score[t, s] = options[back[t, s]] + emit[t, s]
    return np.max(score[-1]) + 0.01 * np.sum(back * score)


def forward_algorithm(start, move, emit):
    alpha = np.empty_like(emit)
    alpha[0] = start * emit[0]
    for t in range(1, len(emit)):
        alpha[t] = (alpha[t - 1] @ move) * emit[t]
        alpha[t] /= np.sum(alpha[t])
    return np.sum(np.log(alpha))


def backward_induction(v, discount):
    values = np.maximum(v - 0.2, 0.0)
    for step in range(len(v) - 1, 0, -1):
        for i in range(step):
            hold = discount * (0.6 * values[i] + 0.4 * values[i + 1])
            values[i] = max(hold, v[i] - 0.2)
    return values[0]


def matrix_chain(costs):
    n = len(costs)
    best = np.zeros((n, n))
    for span in range(1, n):
        for i in range(n - span):
            j = i + span
            best[i, j] = np.inf
            for k in range(i, j):
                candidate = best[i, k] + best[k + 1, j] + costs[i] * costs[k] * costs[j]
                best[i, j] = min(best[i, j], candidate)
    return best[0, n - 1]


def smooth_alignment(scores):
    table = np.zeros((scores.shape[0] + 1, scores.shape[1] + 1))
    for i in range(scores.shape[0]):
        for j in range(scores.shape[1]):
            terms = np.array([table[i, j] + scores[i, j], table[i, j + 1] - 0.3, table[i + 1, j] - 0.3])
            top = np.max(terms)
            table[i + 1, j + 1] = top + np.log(np.sum(np.exp(terms - top)))
    return table[-1, -1]


def largest_sum_of_run(v):
    best = np.empty_like(v)
    best[0] = v[0]
    for i in range(1, len(v)):
        best[i] = v[i] + (best[i - 1] if best[i - 1] > 0.0 else 0.0)
    return best.max()


def heap_merge(v):
    heap = v * 1.0
    size = len(heap)
    while size > 1:
        heap[:size].sort()
        heap[0] = heap[0] + heap[1] ** 2
        heap[1 : size - 1] = heap[2:size]
        size -= 1
    return heap[0]


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
    *[(f, (array(n),), None) for f in (cumulative_by_hand, largest_sum_of_run) for n in (1, 5)],
    *[(f, (array(2, 3),), None) for f in (recurrence_along_an_axis, recurrence_along_both_axes)],
    (recurrence_along_an_axis, (array(2, 1),), None),
    *[(fibonacci_like, (0.4, 0.7, n), (0, 1)) for n in (2, 6)],
    (exponential_average, (V, 0.3), None),
    *[(swapped_buffers, (V[:3], U[:3], n), (0, 1)) for n in (0, 1, 4)],
    *[(swapped_buffers_scalar_stores, (V[:3], n), 0) for n in (0, 1, 4)],
    *[(three_buffers_in_turn, (V[:3], n), 0) for n in (1, 4)],
    (iir_filter, (V, array(2), array(3) * 0.5), None),
    (lattice_of_delays, (V, array(2) * 0.5), None),
    (clenshaw, (V, 0.3), None),
    (divided_differences, (np.arange(4.0) + 0.1 * array(4), array(4), 1.4), None),
    (romberg, (0.7,), None),
    (edit_distance, (V[:3], U[:4], 0.45), None),
    (dynamic_time_warping, (V[:3], U[:4]), None),
    *[(f, (positive(3, 3) * array(3, 3, low=0.2),), None) for f in (shortest_paths, shortest_paths_by_minimum)],
    (knapsack, (positive(3), (1, 3, 2)), 0),
    (viterbi, (array(2), array(2, 2), array(3, 2)), None),
    (forward_algorithm, (positive(2), positive(2, 2), positive(3, 2)), None),
    (backward_induction, (positive(5), 0.95), None),
    (matrix_chain, (positive(4),), None),
    (smooth_alignment, (array(2, 3),), None),
    (heap_merge, (V,), None),
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
