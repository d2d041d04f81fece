"""for over everything that can be iterated over."""

import numpy as np

from programs.data import array, positive


def over_range(x, n):
    y = x
    for i in range(n):
        y = np.sin(y) + i * x
    return y


def range_with_step(v):
    total = 0.0
    for i in range(len(v) - 1, -1, -2):
        total = total * 0.5 + v[i]
    return total


def over_vector(v):
    total = 0.0
    for value in v:
        total += value**2 * np.cos(total)
    return total


def over_matrix_rows(m):
    state = np.zeros(m.shape[1])
    for row in m:
        state = np.tanh(state + row)
    return state.sum()


def over_list(items):
    product = 1.0
    for item in items:
        product = product * item
    return product


def over_tuple_of_pairs(x):
    total = 0.0
    for scale, power in ((1.0, 2), (0.5, 3), (0.1, 1)):
        total += scale * x**power
    return total


def over_dict_keys(params):
    total = 0.0
    for name in params:
        total += np.sum(params[name] ** 2)
    return total


def over_dict_items(params, targets):
    total = 0.0
    for name, value in params.items():
        total += np.sum((value - targets[name]) ** 2)
    return total


def over_dict_values(params):
    y = 1.0
    for value in params.values():
        y = y * np.sum(value)
    return y


def over_zip(a, b):
    total = 0.0
    for p, q in zip(a, b):
        total += p * np.exp(q)
    return total


def over_zip_three_with_ints(v, w, n):
    total = 0.0
    for a, b, k in zip(v, w, n):
        total += a * b**k
    return total


def zip_of_unequal(a, b):
    total = 0.0
    for p, q in zip(a, b):
        total += p * q
    return total


def over_enumerate(layers):
    total = 0.0
    for i, w in enumerate(layers):
        total += (i + 1) * np.sum(w * w)
    return total


def enumerate_from(v):
    total = 0.0
    for i, value in enumerate(v, start=2):
        total += value**i
    return total


def enumerate_zip(a, b):
    total = 0.0
    for i, (p, q) in enumerate(zip(a, b)):
        total = total * p + q * i
    return total


def over_reversed(v):
    y = 0.0
    for value in reversed(v):
        y = y * 0.5 + value * value
    return y


def reversed_list_of_arrays(items):
    y = np.ones(3)
    for w in reversed(items):
        y = y * np.sin(w)
    return np.sum(y)


def over_sorted(items):
    total = 0.0
    for i, value in enumerate(sorted(items)):
        total += (i + 1) * value
    return total


def over_map(v):
    total = 0.0
    for value in map(np.sin, v):
        total += value * value
    return total


def over_filter(v):
    total = 0.0
    for value in filter(lambda t: t > 0.0, v):
        total += value * value
    return total


def nested_index_loops(m):
    total = 0.0
    for i in range(m.shape[0]):
        for j in range(m.shape[1]):
            total += m[i, j] * m[j, i]
    return total


def triangular_loops(v):
    total = 0.0
    for i in range(len(v)):
        for j in range(i):
            total += v[i] * np.sin(v[j])
    return total


def loop_variable_after(v):
    last = 0.0
    for last in v:
        pass
    return last * last


def index_after_loop(v):
    for i in range(len(v)):
        pass
    return v[i] ** 2


def carried_tuple(x):
    state = (x, 1.0)
    for _ in range(4):
        position, speed = state
        state = (position + 0.1 * speed, speed - 0.1 * np.sin(position))
    return state[0]


def carried_swap(x, y):
    for _ in range(3):
        x, y = y * 0.9, x + y * y
    return x * y


def dead_in_loop(x):
    y = x
    for _ in range(3):
        waste = np.exp(y)
        y = y * x
    return y if waste > 0.0 else x


def branch_in_loop(v):
    total = 0.0
    for value in v:
        if value > 0.0:
            total += value * value
        else:
            total = total * 0.9 - value
    return total


def three_arms_in_loop(v, modes):
    total = 1.0
    for value, mode in zip(v, modes):
        if mode == 0:
            total = total + value
        elif mode == 1:
            total = total * value
        else:
            total = np.sin(total)
    return total


def growing_shapes(x):
    v = np.array([x])
    for _ in range(3):
        v = np.concatenate([v, v * x])
    return np.sum(v)


def float_then_array(v):
    total = 0.0
    for _ in range(3):
        total = total + v * v
    return np.sum(total)


def max_by_loop(v):
    best = v[0]
    for value in v[1:]:
        if value > best:
            best = value
    return best * best


def string_and_sets(x):
    total = 0.0
    for letter in "abca":
        if letter in {"a"}:
            total += x * x
    return total


def over_elements_scaled_by_no_axes(s, v):
    total = 0.0
    for i in range(len(v)):
        total += s[()] * v[i] * s
    return total


def element_of_no_axes_and_itself(s, v):
    return np.sum(s * v) * s[()] + s[...] * s


DICT = {"w": array(3), "b": array(2, 2), "c": 0.7}


def made_in_the_turn_before(x, a):
    total = 0.0
    for i in range(4):
        if i > 1:
            total = total + np.sum(before * a * i)
        before = a * x[i % 2] * np.sin(x[0])
    return total


CASES = [
    (over_elements_scaled_by_no_axes, (np.array(0.6), array(3)), None),
    (element_of_no_axes_and_itself, (np.array(0.6), array(3)), None),
    *[(over_range, (0.6, n), None) for n in (3, 0, 1)],
    (range_with_step, (array(5),), None),
    (over_vector, (array(4),), None),
    (over_matrix_rows, (array(3, 2),), None),
    *[(over_list, (items,), None) for items in ([0.5, 0.6, 0.7], [0.4], [0.2, 0.3])],
    (over_tuple_of_pairs, (0.6,), None),
    (over_dict_keys, (DICT,), None),
    (over_dict_items, (DICT, {"w": 0.1, "b": 0.2, "c": 0.3}), 0),
    (over_dict_values, (DICT,), None),
    (over_zip, (array(4), array(4, seed=1)), None),
    (over_zip, ([0.1, 0.2], array(2)), None),
    (over_zip_three_with_ints, (positive(3), positive(3, seed=1), [1, 2, 3]), None),
    (zip_of_unequal, (array(4), array(2)), None),
    (over_enumerate, ([array(2), array(2, 2), array(1)],), None),
    (enumerate_from, (array(3),), None),
    (enumerate_zip, (array(3), array(3, seed=1)), None),
    (over_reversed, (array(4),), None),
    (reversed_list_of_arrays, ([array(3), array(3, seed=1)],), None),
    *[(over_sorted, (items,), None) for items in ([0.3, 0.1, 0.2], [0.1, 0.2, 0.3])],
    (over_map, (array(4),), None),
    (over_filter, (array(5),), None),
    (nested_index_loops, (array(3, 3),), None),
    (triangular_loops, (array(4),), None),
    (loop_variable_after, (array(3),), None),
    (index_after_loop, (array(3),), None),
    (carried_tuple, (0.6,), None),
    (carried_swap, (0.6, 0.4), None),
    (dead_in_loop, (0.6,), None),
    *[(branch_in_loop, (v,), None) for v in (array(5), positive(5), -positive(5), np.zeros(0))],
    *[(three_arms_in_loop, (positive(4), modes), None) for modes in ([0, 1, 2, 0], [1, 1, 1, 1], [2, 0, 0, 1])],
    (growing_shapes, (0.6,), None),
    (float_then_array, (array(3),), None),
    *[(max_by_loop, (np.array(v),), None) for v in ([0.1, 0.5, 0.3, 0.7], [0.9, 0.5, 0.3, 0.7])],
    (string_and_sets, (0.6,), None),
    (made_in_the_turn_before, (array(2), array(3)), None),
]
