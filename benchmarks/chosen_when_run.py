"""Time of emitted gradients against gradients written by hand, where what is called is known only when it runs.

python benchmarks/chosen_when_run.py [--rounds N] [--only network,oscillator]

network     a list of layers of several classes, called in a loop; with respect to all their parameters
by_name     layers whose activations are found by their names in a dictionary
oscillator  an ordinary differential equation whose right-hand side is found by its name, a hundred steps
switched    four hundred steps, each with the right-hand side whose turn it is
areas       methods of objects of two classes in one list
"""

from __future__ import annotations

import numpy as np
from side_by_side import Task, run

# ------------------------------------------------------------------------------------------------------- programs


def relu(x):
    return np.maximum(x, 0.0)


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


class Dense:
    def __init__(self, w, b, act):
        self.w, self.b, self.act = w, b, act

    def __call__(self, x):
        return self.act(x @ self.w + self.b)


class Scale:
    def __init__(self, by):
        self.by = by

    def __call__(self, x):
        return x * self.by


class Same:
    def __call__(self, x):
        return x


def network(parameters, x, y):
    w1, b1, scale, w2, b2, w3, b3 = parameters
    layers = [Dense(w1, b1, np.tanh), Scale(scale), Dense(w2, b2, relu), Same(), Dense(w3, b3, sigmoid)]
    for layer in layers:
        x = layer(x)
    return np.mean((x - y) ** 2)


def network_by_hand(parameters, x, y):
    w1, b1, scale, w2, b2, w3, b3 = parameters
    h1 = np.tanh(x @ w1 + b1)
    s1 = h1 * scale
    z2 = s1 @ w2 + b2
    h2 = np.maximum(z2, 0.0)
    h3 = 1.0 / (1.0 + np.exp(-(h2 @ w3 + b3)))
    miss = h3 - y
    _ = np.mean(miss**2)
    z3_bar = 2.0 / miss.size * miss * h3 * (1.0 - h3)
    z2_bar = (z3_bar @ w3.T) * (z2 > 0.0)
    s1_bar = z2_bar @ w2.T
    z1_bar = s1_bar * scale * (1.0 - h1 * h1)
    return ([x.T @ z1_bar, z1_bar.sum(axis=0), (s1_bar * h1).sum(axis=0), s1.T @ z2_bar, z2_bar.sum(axis=0),
             h2.T @ z3_bar, z3_bar.sum(axis=0)],)  # fmt: skip


ACTIVATIONS = {"tanh": np.tanh, "relu": relu, "sigmoid": sigmoid}


def by_name(weights, x, y, names):
    for w, name in zip(weights, names):
        x = ACTIVATIONS[name](x @ w)
    return np.mean((x - y) ** 2)


def by_name_by_hand(weights, x, y, names):
    inputs, outputs = [], []
    for w, name in zip(weights, names):
        inputs.append(x)
        z = x @ w
        x = np.tanh(z) if name == "tanh" else np.maximum(z, 0.0) if name == "relu" else 1.0 / (1.0 + np.exp(-z))
        outputs.append(x)
    miss = x - y
    _ = np.mean(miss**2)
    x_bar = 2.0 / miss.size * miss
    found = []
    for w, name, before, h in zip(weights[::-1], names[::-1], inputs[::-1], outputs[::-1]):
        slope = 1.0 - h * h if name == "tanh" else h > 0.0 if name == "relu" else h * (1.0 - h)
        z_bar = x_bar * slope
        found.append(before.T @ z_bar)
        x_bar = z_bar @ w.T
    return (found[::-1],)


def decay(t, y, k):
    return -k * y


def logistic(t, y, k):
    return k * y * (1.0 - y)


RIGHT_HAND_SIDES = {"decay": decay, "logistic": logistic}


def oscillator(y, k, name, steps):
    f, h, t = RIGHT_HAND_SIDES[name], 0.01, 0.0
    for _ in range(steps):
        k1 = f(t, y, k)
        k2 = f(t + 0.5 * h, y + 0.5 * h * k1, k)
        y, t = y + h * k2, t + h
    return y


def oscillator_by_hand(y, k, name, steps):
    h, states = 0.01, []
    for _ in range(steps):
        k1 = k * y * (1.0 - y)
        middle = y + 0.5 * h * k1
        states.append((y, middle))
        y = y + h * (k * middle * (1.0 - middle))
    y_bar, k_bar = 1.0, 0.0
    for y, middle in reversed(states):
        k2_bar = h * y_bar
        k_bar += k2_bar * middle * (1.0 - middle)
        middle_bar = k2_bar * k * (1.0 - 2.0 * middle)
        k1_bar = 0.5 * h * middle_bar
        k_bar += k1_bar * y * (1.0 - y)
        y_bar += middle_bar + k1_bar * k * (1.0 - 2.0 * y)
    return y_bar, k_bar


def switched(y, k, steps):
    sides = [decay, logistic]
    for i in range(steps):
        y = y + 0.01 * sides[i % 2](0.0, y, k)
    return y


def switched_by_hand(y, k, steps):
    states = []
    for i in range(steps):
        states.append(y)
        y = y + 0.01 * (k * y * (1.0 - y) if i % 2 else -k * y)
    y_bar, k_bar = 1.0, 0.0
    for i in range(steps - 1, -1, -1):
        y = states[i]
        side_bar = 0.01 * y_bar
        if i % 2:
            k_bar += side_bar * y * (1.0 - y)
            y_bar += side_bar * k * (1.0 - 2.0 * y)
        else:
            k_bar -= side_bar * y
            y_bar -= side_bar * k
    return y_bar, k_bar


class Circle:
    def __init__(self, radius):
        self.radius = radius

    def area(self):
        return 3.14 * self.radius * self.radius


class Box:
    def __init__(self, width, height):
        self.width, self.height = width, height

    def area(self):
        return self.width * self.height


def areas(size, count):
    shapes = [Circle(size * i) if i % 2 else Box(size, 2.0 * size + i) for i in range(count)]
    total = 0.0
    for shape in shapes:
        total = total + shape.area() ** 2
    return total


def areas_by_hand(size, count):
    shapes = [(size * i,) if i % 2 else (size, 2.0 * size + i) for i in range(count)]
    total, found = 0.0, []
    for shape in shapes:
        area = 3.14 * shape[0] * shape[0] if len(shape) == 1 else shape[0] * shape[1]
        found.append(area)
        total = total + area**2
    size_bar = 0.0
    for i in range(count - 1, -1, -1):
        area_bar = 2.0 * found[i]
        if i % 2:
            size_bar += area_bar * 6.28 * shapes[i][0] * i
        else:
            width, height = shapes[i]
            size_bar += area_bar * height + 2.0 * (area_bar * width)
    return (size_bar,)


# ---------------------------------------------------------------------------------------------------------- timing


def tasks() -> list[Task]:
    rng = np.random.default_rng(7)
    x, y = rng.normal(size=(64, 8)), rng.normal(size=(64, 3))

    def weights(*shape):
        return rng.normal(size=shape) / np.sqrt(shape[0])

    parameters = [weights(8, 32), np.zeros(32), np.ones(32), weights(32, 32), np.zeros(32), weights(32, 3), np.zeros(3)]
    named = [weights(8, 32), weights(32, 32), weights(32, 3)]
    return [
        Task(network, network_by_hand, (parameters, x, y), 1),
        Task(by_name, by_name_by_hand, (named, x, y, ["tanh", "relu", "sigmoid"]), 1),
        Task(oscillator, oscillator_by_hand, (0.3, 1.2, "logistic", 100), 2),
        Task(switched, switched_by_hand, (0.3, 1.2, 400), 2),
        Task(areas, areas_by_hand, (1.1, 40), 1),
    ]


if __name__ == "__main__":
    run(tasks())
