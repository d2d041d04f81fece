"""Programs that compare tuples and lists, and programs of numbers whose type is seen when they run."""

from __future__ import annotations

import numpy as np
from programs.data import array


def largest_of_pairs(x):
    v, i = max((v * v, i) for i, v in enumerate(x))
    w, j = min([(v * v, i) for i, v in enumerate(x)])
    a, b = max(zip(x, x[::-1]))
    return v * (i + 1) + w * (j + 2) + a * b**2


def largest_of_lists(x):
    return max([[x[0], x[1]], [x[2]]])[0] ** 2 + max((x[0], 1), (x[1], 2))[0] * min([x[0], x[1]])


def viterbi(x):
    best = [{0: x[0], 1: x[1]}]
    for t in range(1, 3):
        best.append({})
        for s in (0, 1):
            (p, _) = max((best[t - 1][q] * x[2] * (0.6 if q == s else 0.4), q) for q in (0, 1))
            best[t][s] = p
    return max(best[-1].values())


class Limited:
    def __init__(self, gain, rate, limit=2.0):
        self.gain, self.rate, self.limit = gain, rate, limit
        self.total = 0.0

    def __call__(self, error):
        self.total += error
        wanted = self.gain * error + self.rate * self.total
        return np.clip(wanted, -self.limit, self.limit) + np.abs(wanted) * np.sign(error)


def limited(x):
    controller = Limited(*[0.5, x[1]])
    return controller(x[2]) * controller(x[0] - 1.0) + controller(4.0)


CASES = [
    (function, (point,), None)
    for function in (largest_of_pairs, largest_of_lists, viterbi, limited)
    for point in (array(3), np.array([1.4, 0.3, 0.9]))
]
