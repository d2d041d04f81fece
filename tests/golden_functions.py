"""Functions whose emitted text is kept in `tests/golden`, one for each thing that text can look like.

`CASES` says how each is called: every call may add an entry or a path, and so a text.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

import srcgrad as sg


def layer(w, b, x, y):
    h = np.tanh(x @ w + b)
    return np.mean((h - y) ** 2)


def chain(x, a):
    y = a * np.sin(x)
    z = np.exp(-y) + x * x
    return np.sum(z / (1.0 + y * y))


def logsumexp(x):
    top = np.max(x)
    return top + np.log(np.sum(np.exp(x - top)))


def softmax_entropy(w, x, wanted):
    scores = x @ w
    shifted = scores - np.max(scores, axis=1, keepdims=True)
    log_norm = np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    return -np.sum(wanted * (shifted - log_norm)) / len(x)


def leaky(x, slope):
    if np.sum(x) > 0.0:
        y = x * x
    else:
        y = slope * x
    return np.sum(y)


def huber(x, width):
    size = np.abs(x)
    if size < width:
        return 0.5 * x * x
    return width * (size - 0.5 * width)


def relax(u, k):
    total = 0.0
    for step in range(3):
        u = u - k * (u - np.mean(u)) ** 3
        if np.max(u) > 1.0:
            u = u / np.max(u)
        total += np.sum(u * u)
    return total


def newton(a):
    x = 0.5 * (1.0 + a)
    while abs(x * x - a) > 1e-12 * a:
        x = 0.5 * (x + a / x)
    return x


def rnn(w, u, b, inputs):
    h = np.zeros(len(b))
    for x in inputs:
        h = np.tanh(w @ h + u @ x + b)
    return np.sum(h**2)


def pairwise(x, charges):
    energy = 0.0
    for i in range(len(x)):
        for j in range(i):
            energy = energy + charges[i] * charges[j] / np.abs(x[i] - x[j])
    return energy


def horner_until(x, coefficients, limit):
    total = 0.0
    for c in coefficients:
        if c == 0.0:
            continue
        total = total * x + c
        if total > limit:
            break
    return total


def gaussian(x, width):
    return np.exp(-0.5 * (x / width) ** 2)


def mixture(x, widths):
    return np.sum(gaussian(x, widths[0]) + 2.0 * gaussian(x, widths[1]))


def power(x, n):
    if n == 0:
        return 1.0
    return x * power(x, n - 1)


def model(params, x):
    hidden = np.tanh(x @ params["w"] + params["b"])
    return np.sum(hidden @ params["out"])


def layers(weights, x):
    for w in weights:
        x = np.tanh(x @ w)
    return np.sum(x)


@dataclasses.dataclass
class Spring:
    stiffness: float
    rest: np.ndarray

    def energy(self, x):
        stretch = x - self.rest
        return 0.5 * self.stiffness * np.sum(stretch**2)


def spring_energy(spring, x):
    return spring.energy(x)


def closure(x, scale):
    def shifted(v):
        return scale * v + 1.0

    return np.sum(shifted(x) * shifted(x * x))


def comprehension(x, powers):
    return sum([np.sum(x**p) / p for p in powers])


def guarded(x):
    return np.sum(np.where(x > 0.0, np.sqrt(x), 0.5 * x))


def joined(a, b):
    both = np.concatenate([a, 2.0 * b])
    return np.sum(both * both[::-1])


def quadratic(a, x):
    return np.sum(np.einsum("i,ij,j->", x, a, x) + x[:, None] * a)


def normalised(x):
    centred = x - x.mean(axis=0)
    scaled = centred / np.sqrt(np.mean(centred**2, axis=0) + 1e-5)
    return np.sum(scaled**3)


def windowed(x, kernel):
    out = x[:-2] * kernel[0] + x[1:-1] * kernel[1] + x[2:] * kernel[2]
    return np.sum(out**2)


@sg.custom_vjp
def softplus(x):
    return np.log(1.0 + np.exp(x))


softplus.defvjp(lambda x: (np.log(1.0 + np.exp(x)), x), lambda x, bar: bar / (1.0 + np.exp(-x)))


def own_rule(w, x):
    h = softplus(w * x)
    return np.sum(h * sg.stop_gradient(x))


def checkpointed(u, c, n):
    total = 0.0
    for k in sg.checkpoint(range(n), snapshots=2):
        if np.sum(u) > 1.0:
            u = u - 0.1 * np.sin(c * u)
        else:
            u = u * (1.0 + 0.1 * k)
        total = total + np.sum(u * u)
    return total


NORMS: list[float] = []


def watched(x, limit):
    for _ in range(2):
        x = np.tanh(x)
        with sg.adjoint_of(x) as x_bar:
            norm = np.linalg.norm(x_bar)
            NORMS.append(norm)
            if norm > limit:
                x_bar = x_bar * (limit / norm)
    return np.sum(x * x)


RNG = np.random.default_rng(7)


def rotated(angle, x):
    c, s = np.cos(angle), np.sin(angle)
    return np.sum((np.array([[c, -s], [s, c]]) @ x) ** 3)


def lorenz(u, rates, n):
    s, r, b = rates
    for _ in range(n):
        x, y, z = u
        u = u + 0.01 * np.array([s * (y - x), x * (r - z) - y, x * y - b * z])
    return u @ u


def draw(*shape: int) -> np.ndarray:
    """Numbers away from zero and from each other."""
    return RNG.uniform(0.3, 1.7, shape)


# function: (argnums, calls)
CASES: dict[Callable[..., Any], tuple[Any, list[tuple[Any, ...]]]] = {
    layer: ((0, 1), [(draw(3, 2), draw(2), draw(4, 3), draw(4, 2))]),
    chain: ((0, 1), [(draw(4), 0.7)]),
    logsumexp: (0, [(draw(5),)]),
    softmax_entropy: (0, [(draw(3, 4), draw(5, 3), np.eye(4)[[0, 1, 2, 3, 0]])]),
    leaky: (0, [(draw(3), 0.1), (-draw(3), 0.1)]),
    huber: (0, [(0.4, 1.0), (-2.5, 1.0)]),
    relax: (0, [(draw(4), 0.1), (0.1 * draw(4), 0.1), (0.99 * draw(4) + 0.5, 0.4)]),
    newton: (0, [(2.0,), (50.0,)]),
    rnn: ((0, 1, 2), [(draw(2, 2), draw(2, 3), draw(2), draw(4, 3))]),
    pairwise: ((0, 1), [(draw(4), draw(4))]),
    horner_until: (0, [(1.5, [1.0, 0.0, 2.0], 100.0), (1.5, [1.0, 2.0, 3.0, 4.0], 3.0)]),
    mixture: ((0, 1), [(draw(3), draw(2))]),
    power: (0, [(1.3, 3)]),
    model: (0, [({"w": draw(3, 2), "b": draw(2), "out": draw(2)}, draw(4, 3))]),
    layers: (0, [([draw(2, 2), draw(2, 3)], draw(4, 2))]),
    spring_energy: (0, [(Spring(2.0, draw(3)), draw(3))]),
    closure: ((0, 1), [(draw(3), 0.8)]),
    comprehension: (0, [(draw(3), [1.0, 2.0, 3.0])]),
    guarded: (0, [(np.array([0.5, -1.0, 2.0]),)]),
    joined: ((0, 1), [(draw(2), draw(3))]),
    quadratic: ((0, 1), [(draw(3, 3), draw(3))]),
    normalised: (0, [(draw(4, 2),)]),
    windowed: ((0, 1), [(draw(6), draw(3))]),
    own_rule: (0, [(draw(3), draw(3))]),
    checkpointed: ((0, 1), [(draw(3), 1.3, 6)]),
    watched: (0, [(draw(3), 100.0)]),
    rotated: ((0, 1), [(0.3, draw(2, 4))]),
    lorenz: ((0, 1), [(draw(3), draw(3), 4)]),
}
