"""Arrays whose lengths a turn of a loop decides: equal within the turn, of other lengths in the next one.

Every length 1 broadcasts against the others, so that lengths of two turns taken for one would show.
"""

import functools

import numpy as np
import pytest

import srcgrad as sg

SIZES = (1, 3, 1, 3, 3, 1)
X = np.linspace(0.3, 1.7, 8)


def the_turn_before(x):
    total, before = 0.0, x[:1]
    for i, n in enumerate(SIZES):
        y = x[i : i + n]
        total += np.sum(np.sin(y) * before * y)
        before = y * 2.0
    return total


def no_turn_before_the_first(x):
    total = 0.0
    for i, n in enumerate(SIZES):
        y = np.sin(x[i : i + n])
        if i > 0:
            total += np.sum(before * y) + np.sum(before[:1] * y)  # noqa: F821 - not in the first turn
        before = y * 2.0
    return total


def two_turns_before(x):
    a, b = x[:1], x[2:3]
    total = 0.0
    for i, n in enumerate(SIZES):
        y = np.exp(x[i : i + n])
        if a.size in (1, y.size) or y.size == 1:
            total += np.sum(a * y) + np.prod(b + 1.0)
        a, b = b, y
    return total


def functions_of_turns(x):
    kept = []
    total = 0.0
    f = None
    for i, n in enumerate(SIZES):
        y = x[i : i + n]
        if f is not None:
            total += np.sum(f(y))
        f = lambda z, y=y: np.sin(y) * z
        kept.append(f)
    for j, f in enumerate(kept):
        total += np.sum(f(x[j : j + 1])) + np.sum(kept[0](kept[j](x[:1])))
    return total


def scaled(a, b):
    return a * b + np.cos(a)


def partials_of_turns(x):
    made = [functools.partial(scaled, x[i : i + n]) for i, n in enumerate(SIZES)]
    total = 0.0
    for i, n in enumerate(SIZES):
        y = x[i : i + n]
        total += np.sum(made[0](y)) + np.sum(made[i](y)) + np.sum(made[-1](y))
    return total


def pairs_of_a_list(x):
    parts = []
    for i, n in enumerate(SIZES):
        parts.append(np.tanh(x[i : i + n]))
    total = 0.0
    for b, a in zip(parts[1:], parts):
        total += np.sum(a * b) + np.sum(b / (1.0 + a))
    first, *_, last = parts
    return total + np.sum(first * last * parts[1])


class Held:
    def __init__(self):
        self.now = self.before = None

    def push(self, y):
        self.before, self.now = self.now, y


def attributes_of_turns(x):
    held = Held()
    total = 0.0
    for i, n in enumerate(SIZES):
        held.push(x[i : i + n] ** 2)
        if held.before is not None:
            total += np.sum(held.now * held.before * np.exp(-held.now))
    return total


def window(x, i, n):
    return x[i : i + n] * 1.5


def called_in_turns(x):
    total = 0.0
    last = window(x, 0, 1)
    for i, n in enumerate(SIZES):
        y = window(x, i, n)
        total += np.sum(y * last) + np.sum(np.sqrt(y))
        last = window(y, 0, 1) if i % 2 else y
    return total


def nested_loops(x):
    total, outer = 0.0, x[:1]
    for n in (1, 3, 1):
        y = x[:n]
        inner = y
        for m in (3, 1, 3) if n == 1 else (3, 1):
            z = x[1 : 1 + m]
            total += np.sum(z * y) + np.sum(inner * z * outer)
            inner = np.sin(z) if m == n else y * 1.0
        outer = inner
    return total


def recursive(x, k, held):
    y = x[k : k + SIZES[k]]
    rest = recursive(x, k + 1, y) if k < 5 else np.sum(y)
    return rest + np.sum(y * held * np.cos(held))


def by_recursion(x):
    return recursive(x, 0, x[:1])


def masks(x):
    total = 0.0
    before = x[:1]
    for level in (1.6, 0.5, 1.6, 0.2, 1.6):
        y = x[x > level] if level > 1.0 else x[:3]
        total += np.sum(y * before + y**3)
        before = y
    return total


def made_in_turns(x):
    total = 0.0
    last = np.zeros(1)
    for n in SIZES:
        buffer = np.zeros(n)
        for j in range(n):
            buffer[j] = x[j] ** 2
        total += np.sum(buffer * np.sin(buffer) + last)
        last = buffer
    return total


def left_early(x):
    i = 0
    y = z = x[:1]
    while True:
        z, y = y, x[i : i + SIZES[i]]
        if i == 4:
            break
        i += 1
    else:
        y = x
    return np.sum(y * z) + np.sum(np.exp(z))


PROGRAMS = [
    the_turn_before, two_turns_before, functions_of_turns, partials_of_turns, pairs_of_a_list, attributes_of_turns,
    called_in_turns, nested_loops, by_recursion, masks, made_in_turns, left_early,
    no_turn_before_the_first,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("order", [slice(None), slice(None, None, -1)])
def test_lengths_of_two_turns_are_two_lengths(program, order):
    sg.check_grads(program, (X[order],), modes=("rev", "fwd"))


def test_lengths_of_one_turn_are_one_length():
    def windows(w):
        total = 0.0
        for i in range(4):
            y = w[i : i + 3]
            total += np.sum(np.sin(y) * 2.0)
        return total

    gradient = sg.grad(windows)
    gradient(X)
    assert "unbroadcast" not in gradient.source
    assert "y_bar = 2.0 * total_bar * np.cos(y)" in gradient.source
