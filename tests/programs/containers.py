"""Lists, dicts and sets that are built, read and updated; comprehensions of every kind."""

import numpy as np

from programs.data import array, positive


def list_appended_then_stacked(v):
    rows = []
    for i in range(3):
        rows.append(v * (i + 1))
    return np.sum(np.stack(rows) ** 2)


def list_appended_then_summed(v):
    terms = []
    for value in v:
        terms.append(value * value)
    return sum(terms)


def list_of_lists(x):
    table = [[x, 1.0], [2.0, x * x]]
    table[0].append(x)
    return table[0][0] * table[1][1] + table[0][2]


def list_item_assigned(x):
    items = [0.0, 0.0, 0.0]
    for i in range(3):
        items[i] = x**i
    items[0] = items[2] * 2.0
    return items[0] * items[1]


def list_item_augmented(x):
    items = [x, 1.0]
    items[0] += x * x
    items[1] *= x
    items[-1] -= items[0]
    return items[0] * items[1]


def list_methods(x):
    items = [x]
    items.extend([x * x, 2.0])
    items.insert(0, 3.0 * x)
    last = items.pop()
    first = items.pop(0)
    items.reverse()
    return items[0] * last + first * items[1]


def list_concatenated_and_repeated(x):
    items = [x] + [x * x] * 2 + [1.0]
    items += [x**3]
    items *= 2
    items[0] = x**2
    return items[0] * items[1] + items[2] * items[-1] * sum(items)


def list_slices(x):
    items = [x, x**2, x**3, x**4]
    return sum(items[1:3]) * items[::-1][0] + sum(items[::2])


def list_slice_assigned(x):
    items = [x, 2.0, 3.0]
    items[1:] = [x * x, x**3]
    return items[1] * items[2] + len(items)


def list_copied(x):
    items = [x, x * x]
    other = list(items)
    third = items.copy()
    other[0] = 2.0
    third.append(x)
    return items[0] * other[0] + other[1] * third[2]


def list_aliased(x):
    items = [x]
    alias = items
    alias.append(x * x)
    items[0] = 3.0 * x
    return alias[0] * items[1]


def list_of_arrays_argument(ws):
    h = np.ones(2)
    for w in ws:
        h = np.tanh(w @ h)
    return np.sum(h)


def list_deleted_item(x):
    items = [x, x * x, 2.0]
    del items[0]
    return items[0] * items[1]


def sort_in_place(x):
    items = [x, 0.5 * x, 2.0 * x]
    items.sort()
    return items[0] + 2.0 * items[1] + 3.0 * items[2] ** 2


def sorted_with_key(x):
    items = [(2, x), (1, x * x), (3, 1.0)]
    ordered = sorted(items, key=lambda item: item[0])
    return ordered[0][1] * 2.0 + ordered[1][1]


def sorted_descending(values):
    ordered = sorted(values, key=lambda t: t * t, reverse=True)
    return ordered[0] * ordered[0] + ordered[-1]


def dict_updated_in_loop(v):
    table = {}
    for i, value in enumerate(v):
        key = "even" if i % 2 == 0 else "odd"
        table[key] = table.get(key, 0.0) + value * value
    return table["even"] * table["odd"]


def dict_methods(x):
    table = {"a": x}
    table.update(b=x * x)
    table.update({"c": 2.0 * x})
    table.setdefault("d", x**3)
    last = table.pop("c")
    return sum(table.values()) * last + table["a"]


def dict_augmented(x):
    table = {"a": 1.0, "b": [x]}
    table["a"] *= x
    table["a"] += x
    table["b"].append(table["a"])
    return table["b"][0] * table["b"][1]


def dict_merged(x):
    first = {"a": x, "b": 1.0}
    both = {**first, "b": x * x}
    other = first | {"c": both["b"]}
    return both["a"] * both["b"] + other["c"]


def dict_of_dicts(params):
    hidden = np.tanh(params["layer"]["w"] @ np.ones(2) + params["layer"]["b"])
    return np.sum(hidden) * params["scale"]


def dict_membership(params):
    total = np.sum(params["w"])
    if "b" in params:
        total = total * params["b"]
    return total


def tuples_as_records(x):
    records = [("a", x), ("b", x * x)]
    total = 0.0
    for name, value in records:
        total += value * (2.0 if name == "b" else 1.0)
    return total


def tuple_concatenation(x):
    pair = (x, x * x)
    more = pair + (2.0,) + pair[::-1]
    return more[0] * more[2] + more[3] * more[4] * len(more)


def list_comprehension(v):
    return sum([value * np.sin(value) for value in v])


def comprehension_with_condition(v):
    return sum([value**2 for value in v if value > 0.0])


def comprehension_with_arms(v):
    return sum([value if value > 0.0 else value * value for value in v])


def nested_comprehension(m):
    rows = [[value * value for value in row] for row in m]
    return sum([sum(row) for row in rows])


def double_for_comprehension(v, w):
    return sum([a * b for a in v for b in w if a > b])


def comprehension_reads_outer(v, k):
    return np.sum(np.array([k * value for value in v]) ** 2)


def dict_comprehension(params):
    squared = {name: value * value for name, value in params.items() if name != "skip"}
    return sum(np.sum(value) for value in squared.values())


def set_comprehension(x):
    return x * sum({i % 3 for i in range(10)}) + x**2


def generator_in_sum(v):
    return sum(value * value for value in v)


def generator_in_max(v):
    return max(value * value for value in v)


def generator_any_all(v):
    if any(value > 0.5 for value in v) and all(value > -2.0 for value in v):
        return np.sum(v * v)
    return np.sum(v)


def generator_to_list_and_tuple(v):
    a = list(value * 2.0 for value in v)
    b = tuple(value**2 for value in v)
    return a[0] * b[1]


def dict_of_generator(v):
    table = dict((i, value * value) for i, value in enumerate(v))
    return table[0] * table[1]


def next_of_generator(v):
    return next(value * value for value in v if value > 0.0)


def comprehension_of_closures(x):
    functions = [lambda t, k=k: t * k * x for k in (1.0, 2.0)]
    return functions[0](x) + functions[1](3.0)


def map_over_lists(a, b):
    return sum(map(lambda p, q: p * np.sin(q), a, b))


def filter_then_map(v):
    return sum(map(np.exp, filter(lambda t: t > 0.0, v)))


def zip_unzipped(pairs):
    left, right = zip(*pairs)
    return sum(left) * right[0] * right[1]


def enumerate_to_dict(v):
    table = {i: value for i, value in enumerate(v)}
    return table[0] * table[2]


def iterator_protocol(v):
    values = iter(v)
    first = next(values)
    total = first * first
    for value in values:
        total += first * value
    return total


def nested_structure_argument(tree):
    a, (b, c) = tree["pair"]
    return a * np.sum(b * c) + tree["rest"][0]


PARAMS = {"w": array(3), "b": 0.7}
CASES = [
    (list_appended_then_stacked, (array(3),), None),
    (list_appended_then_summed, (array(3),), None),
    (list_of_lists, (0.6,), None),
    (list_item_assigned, (0.6,), None),
    (list_item_augmented, (0.6,), None),
    (list_methods, (0.6,), None),
    (list_concatenated_and_repeated, (0.6,), None),
    (list_slices, (0.6,), None),
    (list_slice_assigned, (0.6,), None),
    (list_copied, (0.6,), None),
    (list_aliased, (0.6,), None),
    (list_of_arrays_argument, ([array(2, 2), array(2, 2, seed=1)],), None),
    (list_deleted_item, (0.6,), None),
    *[(sort_in_place, (x,), None) for x in (0.6, -0.6)],
    (sorted_with_key, (0.6,), None),
    *[(sorted_descending, (values,), None) for values in ([0.3, -0.5, 0.1], [0.6, 0.5, -0.7])],
    (dict_updated_in_loop, (array(4),), None),
    (dict_methods, (0.6,), None),
    (dict_augmented, (0.6,), None),
    (dict_merged, (0.6,), None),
    (dict_of_dicts, ({"layer": {"w": array(3, 2), "b": array(3)}, "scale": 0.5},), None),
    *[(dict_membership, (params,), None) for params in (PARAMS, {"w": array(3)})],
    (tuples_as_records, (0.6,), None),
    (tuple_concatenation, (0.6,), None),
    (list_comprehension, (array(3),), None),
    *[(comprehension_with_condition, (v,), None) for v in (array(5), positive(3))],
    *[(comprehension_with_arms, (v,), None) for v in (array(5), positive(3), -positive(3))],
    (nested_comprehension, (array(2, 3),), None),
    (double_for_comprehension, (array(3), array(3, seed=1)), None),
    (comprehension_reads_outer, (array(3), 0.7), None),
    (dict_comprehension, ({**PARAMS, "skip": 1.0},), None),
    (set_comprehension, (0.6,), None),
    (generator_in_sum, (array(3),), None),
    *[(generator_in_max, (np.array(v),), None) for v in ([0.3, 0.5], [-0.9, 0.5])],
    *[(generator_any_all, (np.array(v),), None) for v in ([0.3, 0.7], [0.3, 0.4])],
    (generator_to_list_and_tuple, (array(3),), None),
    (dict_of_generator, (array(3),), None),
    *[(next_of_generator, (np.array(v),), None) for v in ([0.3, 0.7], [-0.3, -0.1, 0.4])],
    (comprehension_of_closures, (0.6,), None),
    (map_over_lists, ([0.2, 0.3], [0.4, 0.5]), None),
    (filter_then_map, (array(5),), None),
    (zip_unzipped, ([(0.2, 0.3), (0.4, 0.5)],), None),
    (enumerate_to_dict, (array(3),), None),
    (iterator_protocol, (array(3),), None),
    (nested_structure_argument, ({"pair": (0.5, (array(2), 0.1)), "rest": [0.3, array(2)]},), None),
]
