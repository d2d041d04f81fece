"""Recurrences and tables of dynamic programming, kept in arrays that are written."""

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


V, U = array(5), array(5, seed=1)
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
]  # fmt: skip
