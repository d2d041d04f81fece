"""Time of emitted gradients against gradients written by hand, on five small programs.

python benchmarks/micro.py [--rounds N] [--only newton,rnn]

newton  a square root by Newton's iteration: Python floats and a `while`
mlp     cross entropy of a network with one hidden layer
chain   one long elementwise expression of a million numbers
lse     log of a sum of exponentials of a thousand numbers
rnn     a thousand steps of a recurrent network of sixteen units
"""

from __future__ import annotations

import numpy as np
from side_by_side import Task, run

# ------------------------------------------------------------------------------------------------------- programs


def newton(square):
    root = 0.5 * (1.0 + square)
    while abs(root * root - square) > 1e-10:
        root = 0.5 * (root + square / root)
    return root


def newton_by_hand(square):
    root = 0.5 * (1.0 + square)
    roots = []
    while abs(root * root - square) > 1e-10:
        roots.append(root)
        root = 0.5 * (root + square / root)
    root_bar, square_bar = 1.0, 0.0
    for root in reversed(roots):
        half = 0.5 * root_bar
        share = half / root
        square_bar += share
        root_bar = half - share * square / root
    return square_bar + 0.5 * root_bar


def mlp(w1, b1, w2, b2, images, targets):
    hidden = np.tanh(images @ w1 + b1)
    scores = hidden @ w2 + b2
    top = np.max(scores, axis=1, keepdims=True)
    log_norm = top + np.log(np.sum(np.exp(scores - top), axis=1, keepdims=True))
    return -np.sum(targets * (scores - log_norm)) / len(images)


def mlp_by_hand(w1, b1, w2, b2, images, targets):
    hidden = np.tanh(images @ w1 + b1)
    scores = hidden @ w2 + b2
    top = np.max(scores, axis=1, keepdims=True)
    weights = np.exp(scores - top)
    norm = np.sum(weights, axis=1, keepdims=True)
    _ = -np.sum(targets * (scores - (top + np.log(norm)))) / len(images)
    targets_bar = targets / -len(images)
    scores_bar = targets_bar - (np.sum(targets_bar, axis=1, keepdims=True) / norm) * weights
    inner_bar = (scores_bar @ w2.T) * (1.0 - hidden * hidden)
    return images.T @ inner_bar, inner_bar.sum(axis=0), hidden.T @ scores_bar, scores_bar.sum(axis=0)


def chain(x):
    return np.sum(np.tanh(x) * np.exp(-(x**2)))


def chain_by_hand(x):
    bend, bell = np.tanh(x), np.exp(-(x**2))
    _ = np.sum(bend * bell)
    return bell * (1.0 - bend * bend) + bend * bell * (-2.0 * x)


def lse(x):
    top = np.max(x)
    return top + np.log(np.sum(np.exp(x - top)))


def lse_by_hand(x):
    top = np.max(x)
    weights = np.exp(x - top)
    norm = np.sum(weights)
    _ = top + np.log(norm)
    return weights * (1.0 / norm)


def rnn(recurrent, inward, bias, inputs):
    hidden = np.zeros(len(bias))
    for seen in inputs:
        hidden = np.tanh(hidden @ recurrent + seen @ inward + bias)
    return np.sum(hidden**2)


def rnn_by_hand(recurrent, inward, bias, inputs):
    states = [np.zeros(len(bias))]
    for seen in inputs:
        states.append(np.tanh(states[-1] @ recurrent + seen @ inward + bias))
    _ = np.sum(states[-1] ** 2)
    recurrent_bar, inward_bar, bias_bar = np.zeros_like(recurrent), np.zeros_like(inward), np.zeros_like(bias)
    hidden_bar = 2.0 * states[-1]
    for seen, before, hidden in zip(inputs[::-1], states[-2::-1], states[:0:-1]):
        inner_bar = hidden_bar * (1.0 - hidden * hidden)
        recurrent_bar += np.outer(before, inner_bar)
        inward_bar += np.outer(seen, inner_bar)
        bias_bar += inner_bar
        hidden_bar = recurrent @ inner_bar
    return recurrent_bar, inward_bar, bias_bar


# ---------------------------------------------------------------------------------------------------------- timing


def tasks() -> list[Task]:
    rng = np.random.default_rng(7)
    images, classes = rng.normal(size=(32, 64)), rng.integers(0, 10, 32)
    weights = (rng.normal(size=(64, 64)) / 8, rng.normal(size=64) / 8, rng.normal(size=(64, 10)) / 8, np.zeros(10))
    steps, units = 1000, 16
    cell = (rng.normal(size=(units, units)) / 5, rng.normal(size=(units, units)) / 4, rng.normal(size=units) / 10)
    return [
        Task(newton, newton_by_hand, (2.0,), 1),
        Task(mlp, mlp_by_hand, (*weights, images, np.eye(10)[classes]), 4),
        Task(chain, chain_by_hand, (rng.normal(size=1_000_000),), 1),
        Task(lse, lse_by_hand, (3.0 * rng.normal(size=1000),), 1),
        Task(rnn, rnn_by_hand, (*cell, rng.normal(size=(steps, units))), 3),
    ]


if __name__ == "__main__":
    run(tasks())
