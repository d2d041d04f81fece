"""Arrays that lists, dicts, tuples and closures hold, and writes to them through whatever holds them."""

from collections import deque, namedtuple

import numpy as np

from programs.data import array


Pair = namedtuple("Pair", "left right")


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


def group(seed):
    return [array(2, seed=seed), array(3, seed=seed)]


V, M = array(3), array(2, 3)
BUFFER = np.zeros(3)
CASES = [
    *[(f, (V,), None) for f in (
        array_in_list, array_in_list_and_name, array_appended_then_written, copies_appended, list_of_buffers_cycled,
        list_rotated, deque_of_arrays, array_in_dict, dict_values_scaled, array_in_tuple, array_in_named_tuple,
        written_through_zip, array_in_closure, array_in_object_array, structured_fields, globally_held_buffer,
        dict_of_lists_of_arrays,
    )],
    (list_of_rows, (array(3, 4, low=0.5),), None),
    (list_argument_written, ([V, array(3, seed=1)],), None),
    (nested_list_argument, ([group(0), group(1)],), None),
    (dict_argument_written, ({"a": V, "b": array(3, seed=1)},), None),
    (dict_of_parameters_updated, ({"w": M, "b": array(2)}, V), None),
    (tuple_argument_written, ((V, array(3, seed=1)),), None),
    *[(conditional_list_target, (V, k), 0) for k in (0, 1)],
]  # fmt: skip
