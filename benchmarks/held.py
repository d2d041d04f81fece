"""Time of gradients where objects, lists and dicts hold the values, against the run of the program itself.

python benchmarks/held.py [--rounds N] [--only particles,tree]

tableau     Runge-Kutta by a tableau that is a list of lists, on arrays
layers      a network that is a list of objects, with respect to these
neurons     a network of neurons that each hold a list of floats, with respect to these
particles   floats in the attributes of objects of a list, updated in place
body        an object whose methods call each other
vectors     objects with operators, made anew at each step
recorder    an object that gathers what it is given in a list
tree        a tree of objects, made and gone through by recursion
basis       recursion over the knots of a spline
state       floats in a dict, updated in place
rows        a loop over the rows of an array
"""

from __future__ import annotations

import argparse
import math
import statistics
import time

import numpy as np

import srcgrad as sg

A, B = [[], [0.5], [0.0, 0.5], [0.0, 0.0, 1.0]], [1 / 6, 1 / 3, 1 / 3, 1 / 6]


def pendulum(y, k):
    return np.array([y[1], -k * np.sin(y[0])])


def tableau(y, k, steps):
    h = 0.05
    for _ in range(steps):
        ks = []
        for i in range(len(B)):
            u = y
            for j in range(i):
                u = u + h * A[i][j] * ks[j]
            ks.append(pendulum(u, k))
        for b, s in zip(B, ks):
            y = y + h * b * s
    return np.sum(y * y)


class Layer:
    def __init__(self, w, b):
        self.w, self.b = w, b

    def __call__(self, x):
        return np.tanh(x @ self.w + self.b)


def layers(network, x, y):
    for layer in network:
        x = layer(x)
    return np.mean((x - y) ** 2)


class Neuron:
    def __init__(self, w, b):
        self.w, self.b = w, b

    def __call__(self, xs):
        total = self.b
        for w, x in zip(self.w, xs):
            total = total + w * x
        return math.tanh(total)


class Neurons:
    def __init__(self, neurons):
        self.neurons = neurons

    def __call__(self, xs):
        return [neuron(xs) for neuron in self.neurons]


def neurons(network, xs):
    for layer in network:
        xs = layer(xs)
    return sum(x * x for x in xs)


class Body:
    def __init__(self, x, v):
        self.x, self.v = x, v

    def force(self, k):
        return -k * self.x - 0.1 * self.v

    def step(self, h, k):
        self.v = self.v + h * self.force(k)
        self.x = self.x + h * self.v


def particles(xs, vs, k, steps):
    bodies = [Body(x, v) for x, v in zip(xs, vs)]
    for _ in range(steps):
        for p in bodies:
            p.v += 0.01 * (-k * p.x - 0.1 * p.v)
            p.x += 0.01 * p.v
    return sum(p.x * p.x for p in bodies)


def body(x, v, k, steps):
    p = Body(x, v)
    for _ in range(steps):
        p.step(0.01, k)
    return p.x * p.x


class Vec:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vec(self.x + other.x, self.y + other.y)

    def __mul__(self, s):
        return Vec(self.x * s, self.y * s)

    def dot(self, other):
        return self.x * other.x + self.y * other.y


def vectors(x, y, k, steps):
    p, v = Vec(x, y), Vec(0.0, 1.0)
    for _ in range(steps):
        v = v + p * (-k) * 0.01
        p = p + v * 0.01
    return p.dot(p)


class Recorder:
    def __init__(self):
        self.log, self.total = [], 0.0

    def push(self, v):
        self.log.append(v)
        self.total = self.total + v


def recorder(x, k, steps):
    r = Recorder()
    for _ in range(steps):
        x = x + 0.01 * k * (1.0 - x)
        r.push(x)
    return r.total / len(r.log) + r.log[-1] ** 2


class Node:
    def __init__(self, value, left=None, right=None):
        self.value, self.left, self.right = value, left, right


def built(values, low, high):
    if low >= high:
        return None
    middle = (low + high) // 2
    return Node(values[middle], built(values, low, middle), built(values, middle + 1, high))


def total(node, decay):
    if node is None:
        return 0.0
    return node.value * node.value + decay * (total(node.left, decay) + total(node.right, decay))


def tree(values, decay):
    return total(built(values, 0, len(values)), decay)


def blend(i, p, u, knots):
    if p == 0:
        return 1.0 if knots[i] <= u < knots[i + 1] else 0.0
    left = right = 0.0
    if knots[i + p] != knots[i]:
        left = (u - knots[i]) / (knots[i + p] - knots[i]) * blend(i, p - 1, u, knots)
    if knots[i + p + 1] != knots[i + 1]:
        right = (knots[i + p + 1] - u) / (knots[i + p + 1] - knots[i + 1]) * blend(i + 1, p - 1, u, knots)
    return left + right


def basis(u, weights, points, knots):
    above = below = 0.0
    for i in range(len(points)):
        b = blend(i, 2, u, knots) * weights[i]
        above = above + b * points[i]
        below = below + b
    return above / below


def state(x, k, steps):
    s = {"x": x, "v": 0.0}
    for _ in range(steps):
        s["v"] -= 0.01 * k * s["x"]
        s["x"] += 0.01 * s["v"]
    return s["x"] ** 2


def rows(x, w):
    found = 0.0
    for row in x:
        found = found + np.tanh(row @ w)
    return found


def programs():
    """Each program with its arguments and the places of those that it is differentiated by."""
    rng = np.random.default_rng(7)
    network = [Layer(rng.normal(size=(8, 8)), np.zeros(8)) for _ in range(4)]
    small = [Neurons([Neuron(list(rng.normal(size=5)), 0.1 * i) for i in range(5)]) for _ in range(3)]
    knots = [0.0, 0.0, 0.0, 0.33, 0.66, 1.0, 1.0, 1.0]
    return [
        (tableau, (np.array([0.3, 0.1]), 1.2, 20), (0, 1)),
        (layers, (network, rng.normal(size=(16, 8)), rng.normal(size=(16, 8))), (0,)),
        (neurons, (small, [0.1, 0.2, 0.3, 0.4, 0.5]), (0,)),
        (particles, ([0.1, 0.2, 0.3], [1.0, 0.5, 0.2], 1.3, 50), (0, 1, 2)),
        (body, (0.1, 1.0, 1.3, 100), (0, 1, 2)),
        (vectors, (0.3, 0.1, 1.2, 100), (0, 1, 2)),
        (recorder, (0.3, 1.2, 100), (0, 1)),
        (tree, ([0.1 * i for i in range(31)], 0.9), (0, 1)),
        (basis, (0.37, [1.0, 0.8, 1.2, 1.0, 0.9], [0.0, 1.0, 0.5, 2.0, 1.5], knots), (0, 1, 2)),
        (state, (0.3, 1.2, 100), (0, 1)),
        (rows, (rng.normal(size=(50, 4)), rng.normal(size=4)), (0, 1)),
    ]


def timed(function, args, calls):
    """Seconds of this process for one call."""
    begin = time.process_time()
    for _ in range(calls):
        function(*args)
    return (time.process_time() - begin) / calls


def main():
    """Print a table of the programs that the command line chooses."""
    parser = argparse.ArgumentParser(description="Gradients of values that are held, against the programs themselves.")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--only", default="", help="names of programs, separated by commas")
    options = parser.parse_args()
    chosen = [name for name in options.only.split(",") if name]
    print(f"{'program':<12} {'program us':>12} {'gradient us':>12} {'ratio':>7} {'first call ms':>14}")
    for program, args, places in programs():
        if chosen and program.__name__ not in chosen:
            continue
        gradient = sg.grad(program, argnums=places)
        first = timed(gradient, args, 1)
        sg.check_grads(program, args, argnums=places, modes=("rev",))
        gradient(*args)
        calls = max(1, int(0.004 / max(timed(program, args, 1), 1e-6)))
        plain, whole = [], []
        for _ in range(options.rounds):
            plain.append(timed(program, args, calls))
            whole.append(timed(gradient, args, max(1, calls // 5)))
        a, b = statistics.median(plain), statistics.median(whole)
        print(f"{program.__name__:<12} {1e6 * a:12.1f} {1e6 * b:12.1f} {b / a:7.2f} {1e3 * first:14.1f}")


if __name__ == "__main__":
    main()
