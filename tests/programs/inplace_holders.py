"""Arrays that objects, lists, dicts and closures hold, and writes to them through whatever holds them."""

import dataclasses
from collections import deque, namedtuple

import numpy as np

from programs.data import array

# --------------------------------------------------------------------------------------------------------- attributes


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


# ------------------------------------------------------------------------------------------- lists, dicts, tuples


def array_in_list(v):
    items = [v * 1.0, np.zeros(3)]
    items[1][0] = items[0][1] ** 2
    items[0] *= 2.0
    items[1][1:] += items[0][:2]
    return np.sum(items[0] * items[1]) + np.sum(items[1])


def array_in_list_and_name(v):
    w = v * v
    items = [w, w[1:], w.copy()]
    w[1] = v[0]
    items[1][1] *= 2.0
    items[2] -= w
    return np.sum(items[0]) + np.sum(items[2] ** 2)


def list_of_rows(m):
    rows = [row * 1.0 for row in m]
    for i in range(1, len(rows)):
        rows[i] -= rows[0] * (rows[i][0] / rows[0][0])
        rows[i][0] = 0.5 * rows[i - 1][1]
    return sum(np.sum(row**2) for row in rows)


def list_argument_written(items):
    items[0][0] = items[1][0] * items[1][1]
    items[1] *= items[0]
    return np.sum(items[0] ** 2) + np.sum(items[1])


def nested_list_argument(groups):
    for group in groups:
        for a in group:
            a[0] += a[1] ** 2
            a *= 2.0
    return sum(np.sum(a**2) for group in groups for a in group)


def array_appended_then_written(v):
    history = []
    w = v * 1.0
    for i in range(3):
        w[i] *= w[i - 1]
        history.append(w)
    history.append(w.copy())
    w[0] = 0.0
    return np.sum(history[0] ** 2) + np.sum(history[3] ** 2)


def copies_appended(v):
    history = []
    w = v * 1.0
    for i in range(3):
        history.append(w.copy())
        w[i] = np.sin(w[i - 1])
        w += 0.1
    return sum(np.sum(h**2) for h in history) + np.sum(np.array(history)[:, 0])


def list_of_buffers_cycled(v):
    buffers = [np.zeros(3) for _ in range(2)]
    buffers[0][:] = v
    for k in range(4):
        old, new = buffers[k % 2], buffers[(k + 1) % 2]
        new[1:] = old[:-1] * v[1:]
        new[0] = old[-1]
    return np.sum(buffers[0] ** 2) + np.sum(buffers[1])


def list_rotated(v):
    buffers = [v * 1.0, v * v, v + 1.0]
    for _ in range(2):
        buffers[0] += 0.5 * buffers[1]
        buffers.append(buffers.pop(0))
    buffers[0], buffers[2] = buffers[2], buffers[0]
    buffers[0][1] = 0.0
    return np.sum(buffers[0] * buffers[1]) + np.sum(buffers[2] ** 2)


def deque_of_arrays(v):
    window = deque(maxlen=2)
    for i in range(3):
        window.append(v * (i + 1.0))
        window[0][i] = 0.5 * v[0]
    window[-1] *= window[0]
    return np.sum(window[0] ** 2) + np.sum(window[1])


def array_in_dict(v):
    state = {"x": v * 1.0, "y": np.zeros(3)}
    state["y"][1:] = state["x"][:-1] ** 2
    state["x"] += state["y"]
    state["x"][0] *= 2.0
    state["z"] = state["x"][1:]
    state["z"] -= 1.0
    return np.sum(state["x"] ** 2) + np.sum(state["y"])


def dict_argument_written(state):
    for name in sorted(state):
        state[name][0] = state[name][1] ** 2
    state["b"] -= 0.1 * state["a"]
    return np.sum(state["a"] * state["b"])


def dict_of_parameters_updated(parameters, x):
    for _ in range(2):
        miss = parameters["w"] @ x + parameters["b"]
        slopes = {"w": np.outer(miss, x), "b": miss}
        for name, slope in slopes.items():
            parameters[name] -= 0.1 * slope
    return np.sum((parameters["w"] @ x + parameters["b"]) ** 2)


def dict_values_scaled(v):
    table = {k: v[k:] * 1.0 for k in range(3)}
    for k, a in table.items():
        a *= k + 1.0
        a[0] = v[0] if k else v[1]
    for a in table.values():
        a += 0.5
    return sum(np.sum(a**2) for a in table.values())


def array_in_tuple(v):
    pair = (v * 1.0, np.zeros(3))
    pair[1][:] = pair[0] * v
    a, b = pair
    a += b
    b[0] = a[1]
    return np.sum(pair[0] * pair[1])


def array_in_named_tuple(v):
    pair = Pair(v * v, v * 2.0)
    pair.left[0] = pair.right[1]
    pair.right[:] = pair.left
    left, right = pair
    left *= right
    return np.sum(pair.left**2) + np.sum(pair.right)


def tuple_argument_written(pair):
    a, b = pair
    a[0] = b[1]
    b *= a
    return np.sum(pair[0] ** 2) + np.sum(pair[1])


def written_through_zip(v):
    arrays = [v * 1.0, v * v]
    for a, factor in zip(arrays, v):
        a *= factor
        a[0] = factor
    for i, a in enumerate(arrays):
        a[i] += 1.0
    return np.sum(arrays[0] * arrays[1])


def conditional_list_target(v, k):
    buffers = [v * 1.0, v * v]
    target = buffers[k]
    target[0] = v[1]
    buffers[1 - k][1] = target[0] * 2.0
    return np.sum(buffers[0] ** 2) + np.sum(buffers[1])


def array_in_closure(v):
    memory = v * 1.0

    def bump(i, x):
        memory[i] += x

    def replace():
        nonlocal memory
        memory = memory * 2.0

    bump(0, v[1])
    kept = memory
    replace()
    bump(1, v[2] ** 2)
    kept[2] = 0.0
    return np.sum(memory**2) + np.sum(kept)


def array_in_object_array(v):
    cells = np.empty(2, dtype=object)
    cells[0] = v * 1.0
    cells[1] = v * v
    cells[0][0] = v[2]
    cells[1] += cells[0]
    return np.sum(cells[1] ** 2)


def structured_fields(v):
    table = np.zeros(3, dtype=[("x", float), ("y", float)])
    table["x"] = v
    table["y"][1:] = v[:-1] ** 2
    table["x"] *= table["y"]
    return np.sum(table["x"]) + np.sum(table["y"] ** 2)


def globally_held_buffer(v):
    BUFFER[:] = v
    BUFFER[0] *= BUFFER[1]
    total = np.sum(BUFFER**2)
    BUFFER[:] = 0.0
    return total


def dict_of_lists_of_arrays(v):
    tree = {"a": [v * 1.0], "b": []}
    tree["b"].append(tree["a"][0][1:])
    tree["a"][0][2] = v[0] ** 2
    tree["b"][0] *= v[:2]
    tree["a"].append(tree["b"].pop())
    tree["a"][1][0] += 1.0
    return np.sum(tree["a"][0] ** 2)


V, M, N = array(3), array(2, 3), array(3, 3)
BUFFER = np.zeros(3)


def group(seed):
    return [array(2, seed=seed), array(3, seed=seed)]


CASES = [
    *[(f, (V,), None) for f in (
        element_of_attribute, attribute_set_by_method, attribute_augmented, attribute_scaled_by_method,
        attribute_and_name, attribute_view_kept, attribute_replaced_under_view, item_protocol_writes,
        two_objects_one_array, object_holding_object, slotted_object, optimiser_with_moments, array_in_list,
        array_in_list_and_name, array_appended_then_written, copies_appended, list_of_buffers_cycled, list_rotated,
        deque_of_arrays, array_in_dict, dict_values_scaled, array_in_tuple, array_in_named_tuple,
        written_through_zip, array_in_closure, array_in_object_array, structured_fields, globally_held_buffer,
        dict_of_lists_of_arrays,
    )],
    (attribute_argument_written, (State(V),), None),
    (attribute_argument_read_and_written, (State(V), array(3, seed=1)), None),
    *[(object_in_loop, (V, n), 0) for n in (0, 2, 5)],
    (ring_buffer, (array(5),), None),
    (layers_with_buffers, (M, array(3, 2), V), None),
    (layer_that_feeds_itself, (N, V), None),
    (dataclass_stepped, (V, array(3, seed=1)), None),
    (dataclass_argument_stepped, (Particles(V, array(3, seed=1)),), None),
    (list_of_rows, (array(3, 4, low=0.5),), None),
    (list_argument_written, ([V, array(3, seed=1)],), None),
    (nested_list_argument, ([group(0), group(1)],), None),
    (dict_argument_written, ({"a": V, "b": array(3, seed=1)},), None),
    (dict_of_parameters_updated, ({"w": M, "b": array(2)}, V), None),
    (tuple_argument_written, ((V, array(3, seed=1)),), None),
    *[(conditional_list_target, (V, k), 0) for k in (0, 1)],
]  # fmt: skip
