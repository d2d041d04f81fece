"""Arrays that objects hold, and writes to them through attributes and methods."""

import dataclasses
from collections import namedtuple

import numpy as np

from programs.data import array


class State:
    """An array and a counter."""

    def __init__(self, values):
        self.values = values
        self.count = 0

    def set(self, k, value):
        self.values[k] = value
        self.count += 1

    def scale(self, factor):
        self.values *= factor
        return self

    def tail(self):
        return self.values[1:]

    def replace(self, values):
        self.values = values

    def __setitem__(self, k, value):
        self.values[k] = value * 2.0

    def __getitem__(self, k):
        return self.values[k]

    def __iadd__(self, other):
        self.values += other
        return self


class Ring:
    """The latest numbers, in a buffer that is written round and round."""

    def __init__(self, size):
        self.buffer = np.zeros(size)
        self.at = 0

    def push(self, x):
        self.buffer[self.at % len(self.buffer)] = x
        self.at += 1

    def mean(self):
        return self.buffer.mean()


class Layer:
    """A layer that keeps its gradient-free buffers."""

    def __init__(self, weights):
        self.weights = weights
        self.out = np.empty(weights.shape[0])

    def __call__(self, x):
        np.dot(self.weights, x, out=self.out)
        np.tanh(self.out, out=self.out)
        return self.out


@dataclasses.dataclass
class Particles:
    position: np.ndarray
    velocity: np.ndarray

    def kick(self, force, dt):
        self.velocity += dt * force

    def drift(self, dt):
        self.position += dt * self.velocity


Pair = namedtuple("Pair", "left right")


class Slotted:
    """An object without a dictionary."""

    __slots__ = ("grid",)

    def __init__(self, grid):
        self.grid = grid


def element_of_attribute(v):
    state = State(v * v)
    state.values[0] = v[1]
    state.values[1:] *= state.values[0]
    return np.sum(state.values**2)


def attribute_set_by_method(v):
    state = State(v * 2.0)
    state.set(0, v[1] * v[2])
    state.set(slice(1, None), state.values[:-1])
    return np.sum(state.values**2) * state.count


def attribute_augmented(v):
    state = State(np.zeros(3))
    state.values += v
    state.values[1] -= v[0]
    state.values **= 2
    return np.sum(state.values * v)


def attribute_scaled_by_method(v):
    state = State(v * v)
    state.scale(v[0]).scale(2.0).set(2, v[1])
    return np.sum(state.values)


def attribute_and_name(v):
    w = v * v
    state = State(w)
    state.values[0] = v[2]
    w[1] *= 3.0
    return np.sum(w**2) + np.sum(state.values)


def attribute_view_kept(v):
    state = State(v * v)
    tail = state.tail()
    state.set(1, v[0])
    tail *= 2.0
    return np.sum(state.values**2) + np.sum(tail)


def attribute_replaced_under_view(v):
    state = State(v * v)
    tail = state.tail()
    state.replace(v * 1.0)
    state.set(1, 5.0 * v[0])
    tail[0] += v[1]
    return np.sum(state.values**2) + np.sum(tail**2)


def attribute_argument_written(state):
    state.values[0] = state.values[1] ** 2
    state.values *= 2.0
    state.count += 1
    return np.sum(state.values**2)


def attribute_argument_read_and_written(state, v):
    before = np.sum(state.values**2)
    state.set(slice(None), state.values * v)
    return before * np.sum(state.values)


def item_protocol_writes(v):
    state = State(v * v)
    state[0] = v[1]
    state[1] += state[0]
    state += v
    return np.sum(state.values**2)


def object_in_loop(v, n):
    state = State(v * 1.0)
    total = 0.0
    for k in range(n):
        state.set(k % 3, np.sin(state.values[k % 3 - 1]))
        if state.count == 2:
            state.scale(1.1)
        total += np.sum(state.values**2)
    return total + state.values[0]


def two_objects_one_array(v):
    w = v * v
    a, b = State(w), State(w[::-1])
    a.set(0, v[1])
    b.set(0, v[0] * 2.0)
    a.scale(v[2])
    return np.sum(b.values * v)


def object_holding_object(v):
    outer = State(State(v * v))
    outer.values.values[1] = v[0]
    outer.values.scale(2.0)
    inner = outer.values
    inner.values += v
    return np.sum(outer.values.values**2)


def ring_buffer(v):
    ring = Ring(3)
    total = 0.0
    for x in v:
        ring.push(x * x)
        total += ring.mean() * x
    return total


def layers_with_buffers(w1, w2, x):
    first, second = Layer(w1), Layer(w2)
    y = second(first(x))
    total = np.sum(y**2)
    y = second(first(y))
    return total + np.sum(y)


def layer_that_feeds_itself(w, x):
    layer = Layer(w)
    layer.out[:] = x
    for _ in range(3):
        layer(layer.out)
    return np.sum(layer.out**2)


def dataclass_stepped(position, velocity):
    particles = Particles(position.copy(), velocity.copy())
    for _ in range(3):
        particles.kick(-(particles.position**3), 0.1)
        particles.drift(0.1)
    return np.sum(particles.position**2) + np.sum(particles.velocity**2)


def dataclass_argument_stepped(particles):
    particles.kick(-np.sin(particles.position), 0.2)
    particles.drift(0.2)
    particles.position[0] = particles.velocity[1]
    return np.sum(particles.position * particles.velocity)


def slotted_object(v):
    holder = Slotted(v * v)
    holder.grid[0] *= 3.0
    holder.grid += v
    return np.sum(holder.grid**2)


def optimiser_with_moments(v):
    class Adam:
        def __init__(self, like):
            self.first, self.second, self.t = np.zeros_like(like), np.zeros_like(like), 0

        def update(self, x, slope):
            self.t += 1
            self.first *= 0.9
            self.first += 0.1 * slope
            self.second *= 0.99
            self.second += 0.01 * slope**2
            x -= 0.1 * self.first / (np.sqrt(self.second) + 1e-2)

    x = v * 1.0
    adam = Adam(x)
    for _ in range(3):
        adam.update(x, 2.0 * x + np.cos(v))
    return np.sum(x**2)


V, M, N = array(3), array(2, 3), array(3, 3)
CASES = [
    *[(f, (V,), None) for f in (
        element_of_attribute, attribute_set_by_method, attribute_augmented, attribute_scaled_by_method,
        attribute_and_name, attribute_view_kept, attribute_replaced_under_view, item_protocol_writes,
        two_objects_one_array, object_holding_object, slotted_object, optimiser_with_moments,
    )],
    (attribute_argument_written, (State(V),), None),
    (attribute_argument_read_and_written, (State(V), array(3, seed=1)), None),
    *[(object_in_loop, (V, n), 0) for n in (0, 2, 5)],
    (ring_buffer, (array(5),), None),
    (layers_with_buffers, (M, array(3, 2), V), None),
    (layer_that_feeds_itself, (N, V), None),
    (dataclass_stepped, (V, array(3, seed=1)), None),
    (dataclass_argument_stepped, (Particles(V, array(3, seed=1)),), None),
]  # fmt: skip
