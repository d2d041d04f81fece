"""Idioms of code that writes: ways to walk over indices, to name them, and constructs of the language around stores."""

import contextlib
import functools
import itertools

import numpy as np

from programs.data import array

# ---------------------------------------------------------------------------------------------------- walking indices


def over_ndindex(m):
    w = np.zeros((3, 2))
    for i, j in np.ndindex(m.shape):
        w[j, i] = m[i, j] ** 2
    return np.sum(w * np.arange(6.0).reshape(3, 2))


def over_ndenumerate(m):
    w = np.zeros((3, 2))
    for (i, j), x in np.ndenumerate(m):
        w[j, i] += x * m[i, 0]
    return np.sum(w**2)


def over_product(m):
    w = m * 1.0
    for i, j in itertools.product(range(2), range(1, 3)):
        w[i, j] *= w[i, j - 1]
    return np.sum(w**2)


def over_pairs_of_indices(v):
    w = v * 1.0
    for i, j in itertools.combinations(range(4), 2):
        w[i], w[j] = w[j] * 0.9, w[i] * v[j]
    return np.sum(w**2)


def over_reversed_range(v):
    w = v * 1.0
    for i in reversed(range(len(w) - 1)):
        w[i] += 0.5 * w[i + 1] ** 2
    return np.sum(w**2)


def over_enumerate_and_zip(v):
    w = np.zeros(4)
    for i, (x, y) in enumerate(zip(v, v[1:])):
        w[i] = x * y
        w[-1] += w[i]
    return np.sum(w**2)


def over_array_of_indices(v):
    w = v * 1.0
    for i in np.argsort(v):
        w[i] = np.sin(w[i - 1]) + v[i]
    return np.sum(w**2)


def over_list_of_slices(v):
    w = v * 1.0
    for part in (slice(0, 2), slice(1, 3), slice(None, None, -1)):
        w[part] *= v[part]
    for part in [np.s_[1:], np.s_[:-1:2]]:
        w[part] += 0.5
    return np.sum(w * v)


def over_dict_of_places(v):
    places = {"first": 0, "middle": [1, 2], "rest": slice(2, None)}
    w = v * v
    for name, place in places.items():
        w[place] *= 2.0 if name == "first" else v[0]
    return np.sum(w**2)


def over_columns_by_transpose(m):
    w = m * m
    for j, column in enumerate(w.T):
        column[:] = column[::-1] * (j + 1.0)
    return np.sum(w**2 * np.arange(6.0).reshape(2, 3))


def over_blocks(m):
    w = np.zeros((4, 6))
    for i in range(2):
        for j in range(2):
            w[2 * i : 2 * i + 2, 3 * j : 3 * j + 3] = m * (i + 2 * j + 1)
    return np.sum(w**2)


def while_with_two_ends(v):
    w = v * 1.0
    low, high = 0, len(w) - 1
    while low < high:
        w[low], w[high] = w[high] * w[low], w[low]
        low += 1
        high -= 1
    else:
        w[low] += 1.0
    return np.sum(w**2 * v)


def loop_over_what_is_written(v):
    w = v * 1.0
    total = 0.0
    for i, x in enumerate(w):
        total = total + x**2
        if i + 1 < len(w):
            w[i + 1] += 0.5 * x
    return total


def comprehension_of_index_reads(m):
    w = m * 1.0
    w[0] *= 2.0
    table = [[w[i, j] * w[i - 1, j] for j in range(3)] for i in range(2)]
    w[:] = table
    w[1] = [x**2 for x in w[0]]
    return np.sum(w)


# ------------------------------------------------------------------------------------------------------ naming indices


def index_in_a_tuple(m):
    place = (1, slice(None, None, 2))
    w = m * 1.0
    w[place] *= 2.0
    corner = 0, -1
    w[corner] = w[corner] ** 2
    place = (Ellipsis, 1)
    w[place] += m[place]
    return np.sum(w**2)


def index_by_assignment_expression(v):
    w = np.zeros(4)
    w[(i := 2)] = v[2] ** 2
    w[i - 1] = (x := v[0] * v[1])
    w[i + 1] += x
    return np.sum(w**2)


def index_computed_from_floats(v):
    w = np.zeros(4)
    for x in v:
        w[int(np.floor(2.0 * x + 2.0))] += x**2
    return np.sum(w**2)


def index_list_built_in_loop(v):
    chosen = []
    w = v * v
    for i in range(4):
        if v[i] > 0.0:
            chosen.append(i)
        w[chosen] *= 0.9
    rest = [i for i in range(4) if i not in chosen]
    w[rest] = v[0]
    return np.sum(w * v)


def mask_combined(v):
    w = v * v
    low, high = v < 0.5, v > -0.5
    w[low & high] *= 2.0
    w[~low | (v == v[0])] += v[1]
    low &= high
    w[low] -= 0.1 * w[low]
    return np.sum(w**2)


def negative_steps_of_variables(v, step):
    w = v * 1.0
    w[::step] = v[: len(w[::step])] ** 2
    w[-1 : -3 : -abs(step)] *= 3.0
    return np.sum(w**2)


def three_indices_in_steps(t):
    w = t * 1.0
    w[0][1][2] = t[1, 0, 0] ** 2
    w[1][:, 0][1] *= 2.0
    w[0].T[1][0] += w[0][1][2]
    return np.sum(w**2)


# -------------------------------------------------------------------------------------------- language around stores


class Grid:
    """A grid behind a property."""

    def __init__(self, values):
        self._values = values

    @property
    def interior(self):
        return self._values[1:-1]

    @interior.setter
    def interior(self, new):
        self._values[1:-1] = new

    @property
    def total(self):
        return np.sum(self._values)


class Scaled(Grid):
    """A grid that scales what is set."""

    def __init__(self, values, factor):
        super().__init__(values)
        self.factor = factor

    def set(self, i, x):
        self._values[i] = self.factor * x
        return self

    def __enter__(self):
        self._values *= self.factor
        return self._values

    def __exit__(self, *exception):
        self._values /= 2.0
        return False


def property_that_writes(v):
    grid = Grid(v * 1.0)
    grid.interior = grid.interior**2
    grid.interior += 1.0
    grid.interior[0] *= v[0]
    return grid.total + np.sum(grid.interior**2)


def inherited_writer(v):
    grid = Scaled(v * v, v[1])
    grid.set(0, v[2]).set(-1, grid.total)
    grid.interior *= grid.factor
    return grid.total**2


def context_that_writes(v):
    with Scaled(v * v, v[0]) as w:
        w[1] = v[2]
        w += v
    return np.sum(w**2)


def context_manager_that_restores(v):
    w = v * 1.0

    @contextlib.contextmanager
    def doubled(a):
        a *= 2.0
        yield a
        a *= 0.5

    with doubled(w) as same:
        total = np.sum(same**2)
        w[0] = 1.0
    return total + np.sum(w * v)


def match_on_kinds(v, commands):
    w = v * v
    for command in commands:
        match command:
            case ("set", i, x):
                w[i] = x * v[i]
            case ("scale", x):
                w *= x
            case "reverse":
                w[:] = w[::-1]
            case _:
                w[0] += 1.0
    return np.sum(w**2)


def lambda_reads_later_writes(v):
    w = v * v
    read = lambda i: w[i] ** 2
    before = read(0)
    w[0] = v[1]
    return before + read(0) + sum(map(read, range(4)))


def partial_of_a_writer(v):
    def blend(a, b, share):
        a *= 1.0 - share
        a += share * b

    w = v * v
    halve = functools.partial(blend, share=0.5)
    halve(w, v)
    halve(w[1:], w[:-1])
    return np.sum(w**2)


def reduce_that_writes(m):
    def add(total, row):
        total += row**2
        return total

    return np.sum(functools.reduce(add, m, np.zeros(3)) ** 2)


def conditional_expression_of_targets(v):
    w, u = v * 1.0, v * v
    (w if v[0] > 0.0 else u)[1] = 2.0 * v[2]
    (u if v[0] > 0.0 else w)[:2] *= v[3]
    return np.sum(w**2) + np.sum(u)


def finally_that_writes(v, n):
    w = v * 1.0
    for i in range(n):
        try:
            if i == 1:
                continue
            w[i] *= w[i + 1]
            if i == 2:
                break
        finally:
            w[0] += 0.1
    return np.sum(w**2)


def assertion_and_deletion(v):
    w = v * v
    view = w[1:]
    view[0] = v[0]
    del view
    assert w.shape == (4,)
    other = w
    del w
    other[2:] *= 2.0
    return np.sum(other**2)


def nested_function_with_default_buffer(v):
    def collect(x, at=[0], buffer=None):
        buffer = memory if buffer is None else buffer
        buffer[at[0]] = x
        at[0] += 1
        return np.sum(buffer)

    memory = np.zeros(4)
    total = 0.0
    for x in v:
        total += collect(x**2)
    return total


def star_target_of_rows(m):
    w = m * 1.0
    first, *rest = w
    first *= 2.0
    rest[0][1] = first[0]
    return np.sum(w**2)


def chained_comparison_guards_store(v):
    w = v * 1.0
    for i in range(4):
        if -0.5 < w[i] <= 0.6 and not (i == 3 or w[i] == 0.0):
            w[i] = w[i] ** 2
        elif i and w[i - 1] > 0.0:
            w[i] *= w[i - 1]
    return np.sum(w**2)


def readwrite_iterator(m):
    w = m * 1.0
    with np.nditer(w, op_flags=["readwrite"]) as turns:
        for x in turns:
            x[...] = 2.0 * x
    return np.sum(w**2)


def vectorised_then_written(v):
    bend = np.vectorize(lambda x: x**2 if x > 0.0 else 0.5 * x)
    w = bend(v)
    w[1:] += bend(w[:-1])
    return np.sum(w**2)


V, M, T = array(4), array(2, 3), array(2, 2, 3)
COMMANDS = (("set", 1, 2.0), ("scale", 0.5), "reverse", "?")
CASES = [
    *[(f, (M,), None) for f in (
        over_ndindex, over_ndenumerate, over_product, over_columns_by_transpose, over_blocks,
        comprehension_of_index_reads, index_in_a_tuple, reduce_that_writes, star_target_of_rows, readwrite_iterator,
    )],
    *[(f, (V,), None) for f in (
        over_pairs_of_indices, over_reversed_range, over_enumerate_and_zip, over_array_of_indices,
        over_list_of_slices, over_dict_of_places, while_with_two_ends, loop_over_what_is_written,
        index_by_assignment_expression, index_computed_from_floats, index_list_built_in_loop, mask_combined,
        property_that_writes, inherited_writer, context_that_writes, context_manager_that_restores,
        lambda_reads_later_writes, partial_of_a_writer, conditional_expression_of_targets, assertion_and_deletion,
        nested_function_with_default_buffer, chained_comparison_guards_store, vectorised_then_written,
    )],
    *[(negative_steps_of_variables, (V, step), 0) for step in (1, 2, -1, -3)],
    (three_indices_in_steps, (T,), None),
    *[(match_on_kinds, (V, commands), 0) for commands in ((), COMMANDS, COMMANDS[::-1])],
    *[(finally_that_writes, (V, n), 0) for n in (0, 2, 3)],
    *[(over_pairs_of_indices, (V[::-1].copy(),), None)],
]  # fmt: skip
