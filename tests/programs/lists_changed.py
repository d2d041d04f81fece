"""Lists that lose, gain or exchange items after functions were called on them."""

from __future__ import annotations

import numpy as np
from programs.data import array

KEPT = []


class History:
    """Values gathered over several calls."""

    def __init__(self):
        self.values = []

    def add(self, value):
        self.values.append(value)
        return np.mean(np.stack(self.values), axis=0)

    def reset(self):
        self.values.clear()


def summed_and_cleared(x):
    terms = []
    terms.append(x)
    terms.append(x * x)
    total = sum(terms)
    terms.clear()
    return np.sum(total * total)


def kept_in_a_default(x, kept=[]):  # noqa: B006
    kept.append(x)
    total = sum(kept)
    kept.clear()
    return np.sum(total * total)


def kept_in_a_global(x):
    KEPT.append(x)
    total = sum(KEPT)
    KEPT.clear()
    return np.sum(total * total)


def joined_and_used_again(x):
    parts = [x, x * x]
    both = np.concatenate(parts)
    parts.clear()
    parts.append(x)
    return np.sum(both * both) + np.sum(np.stack(parts))


def item_replaced_and_taken(x):
    parts = [x, x * x]
    both = np.stack(parts)
    parts[0] = x * 3.0
    parts.pop()
    return np.sum(both**3) + np.sum(parts[0])


def grown_afterwards(x):
    parts = [x, x * x]
    both = np.stack(parts)
    parts.append(x)
    return np.sum(both**3) * len(parts)


def summed_turn_by_turn(x):
    parts = []
    total = 0.0
    for i in range(3):
        parts.append(x * i)
        total += np.sum(sum(parts) ** 2)
        if i == 1:
            parts.pop()
    parts.clear()
    return total


def largest_and_smallest(x):
    parts = [x[0], x[1]]
    product = max(parts) * np.max(parts) * min(parts)
    parts.clear()
    return product


def total_of(parts):
    return sum(parts)


def changed_by_the_caller(x):
    parts = [x, x * x]
    total = total_of(parts)
    parts.clear()
    return np.sum(total * total)


def given_out(x):
    parts = [x, x * x]
    return parts, np.stack(parts)


def changed_after_given_out(x):
    parts, both = given_out(x)
    parts.pop()
    return np.sum(both**3) * np.sum(parts[0])


def lists_in_a_list(x):
    rows = [[x[0], x[1]], [x[2], x[3]]]
    table = np.array(rows)
    rows[0].clear()
    rows[1][0] = x[0]
    return np.sum(table**3) + rows[1][0]


def lists_in_a_tuple(x):
    first = [x[0], x[1]]
    row = np.concatenate((first, [x[1]]))
    first.clear()
    return np.sum(row**3)


def blocks(x):
    rows = ([x, x * 2.0], [x**2, x])
    table = np.block(list(rows))
    rows[0].pop()
    return np.sum(table**3)


def one_list_under_two_names(x):
    parts = [x]
    same = parts
    first = np.stack(parts)
    same.append(x * x)
    second = np.stack(same)
    parts += [x**3]
    parts[:] = [x]
    return np.sum(first**2) + np.sum(second**2)


def held_by_an_object(x):
    history = History()
    total = 0.0
    for power in range(1, 4):
        total += np.sum(history.add(x**power) ** 2)
    history.reset()
    return total


def grown_and_shrunk(parts, depth):
    if depth == 0:
        return np.sum(np.stack(parts) ** 2)
    parts.append(parts[-1] * 2.0)
    total = grown_and_shrunk(parts, depth - 1) + np.sum(np.concatenate(parts) ** 3)
    parts.pop()
    return total


def by_recursion(x):
    return grown_and_shrunk([x], 3)


def sorted_between(x):
    weights = np.array([1.0, 2.0, 3.0])
    parts = [x[2], x[0], x[1]]
    before = np.array(parts) * weights
    parts.sort()
    return np.sum(before**2) + np.sum((np.array(parts) * weights) ** 2) + np.dot(parts, weights)


def given_and_cleared(parts):
    total = sum(parts)
    parts.clear()
    return np.sum(total * total)


def given_and_shortened(parts):
    both = np.stack(parts)
    del parts[0]
    return np.sum(both**3) + np.sum(parts[0])


def taken_on_the_same_line(x):
    parts = [x, x * x]
    return np.sum(sum(parts) ** 2) * np.sum(parts.pop())


def cleared_on_the_same_line(x):
    parts = [x, x * x]
    return np.sum(np.stack(parts) ** 2 * (parts.clear() is None))


X = array(4, low=0.2)
CASES = [
    *[(f, (X,), None) for f in (
        summed_and_cleared, kept_in_a_default, kept_in_a_global, joined_and_used_again, item_replaced_and_taken,
        grown_afterwards, summed_turn_by_turn, largest_and_smallest, changed_by_the_caller, changed_after_given_out,
        lists_in_a_list, lists_in_a_tuple, blocks, one_list_under_two_names, held_by_an_object, by_recursion,
        sorted_between, taken_on_the_same_line, cleared_on_the_same_line,
    )],
    *[(f, ([X, X * X],), None) for f in (given_and_cleared, given_and_shortened)],
]  # fmt: skip
