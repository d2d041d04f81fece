"""Lists that are filled and then read whole have lists as adjoints; all others go on by identity."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import srcgrad as sg


def numbers(x):
    sizes = []
    for k in range(3):
        x = np.sin(x)
        sizes.append(np.sum(x) * (k + 1.0))
    return np.mean(np.array(sizes) ** 2)


def from_the_start_on(x):
    path = [x]
    for _ in range(3):
        x = np.cos(x) * x
        path.append(x)
    rows = np.array(path)
    return np.sum(rows[1:] * rows[:-1])


def joined(x):
    parts = []
    for k in range(3):
        parts.append(x[k:] * x[0])
    return np.sum(np.concatenate(parts) ** 3)


def stacked_as_columns(x):
    columns = []
    for k in range(2):
        columns.append(x**k * x[k])
    return np.sum(np.stack(columns, axis=1) @ np.array([0.3, 0.7]))


def joined_in_other_ways(x):
    parts = []
    for k in range(3):
        parts.append(np.outer(x, x) * (k + x[k]))
    beside = []
    for k in range(2):
        beside.append(x * (k + x[k]))
    behind = []
    for k in range(2):
        behind.append(x * (k - x[k]))
    deep = []
    for k in range(2):
        deep.append(np.outer(x, x[1:]) * (k - x[k]))
    last = []
    for k in range(2):
        last.append(np.outer(x, x[:2]) * (k - x[k]))
    total = np.sum(np.concatenate(parts, axis=1) ** 2) + np.sum(np.hstack(beside) ** 3)
    total += np.sum(np.column_stack(behind) ** 3) + np.sum(np.dstack(deep) ** 3)
    return total + np.sum(np.stack(last, axis=-1) ** 3)


def on_some_turns(x):
    kept = [0.5, x[0]]
    for k in range(5):
        if k % 2:
            kept.append(x[1] * k)
        elif k == 2:
            continue
        else:
            kept.append(1.0)
            kept.append(np.prod(x))
        if k == 3:
            break
    return np.sum(np.array(kept) ** 2) / len(kept)


def turn_by_turn(x):
    total = x[0]
    for _ in range(2):
        terms = []
        for v in x:
            for w in x:
                terms.append(v * w * total)
        total = np.mean(terms)
    return total


def gone_through(x):
    path = []
    for _ in range(3):
        x = np.tanh(x)
        path.append(x)
    total = 0.0
    for p in path:
        if p[0] > 0.2:
            total += np.sum(p * p)
    return total


def gone_through_and_not_read(x):
    path = []
    for _ in range(3):
        x = np.tanh(x)
        path.append(x)
    total = np.sum(x)
    for p in path:
        p = p * 0.0
        total = total + np.sum(p)
    return total


def added_up(x):
    path = []
    for _ in range(3):
        x = np.sin(x)
        path.append(x)
    total = np.zeros(3)
    for p in path:
        total = total + p
    return np.sum(total * x)


def one_after_the_other(x):
    first = []
    second = []
    for v in x:
        first.append(v * v)
    for a in first:
        second.append(np.exp(a))
    return np.sum(np.array(second) * x)


def by_while(x):
    states = []
    k = 0
    while k < 3 and np.sum(x) > 0.1:
        x = 0.9 * np.sin(x)
        states.append(x)
        k += 1
    return np.sum(np.vstack(states) ** 2)


def none_at_all(x):
    items = []
    for _ in range(0):
        items.append(np.sum(x))
    return np.sum(np.array(items)) + x[0] ** 2


def comprehended(x):
    return np.sum(np.array([[np.sum(x) * v for v in x][1] * w for w in x]) ** 2)


def helper(x, n):
    rows = []
    for k in range(n):
        rows.append(np.sin(x * (k + 1.0)))
    return np.array(rows)


def in_a_call(x):
    return np.sum(helper(x, 2) @ x) + np.sum(helper(x, 3)[1])


BY_NAME = [
    numbers, from_the_start_on, joined, joined_in_other_ways, stacked_as_columns, on_some_turns, turn_by_turn,
    gone_through, gone_through_and_not_read, added_up, one_after_the_other, by_while, none_at_all, in_a_call,
]  # fmt: skip


def read_twice(x):
    path = []
    for v in x:
        path.append(v * v)
    return np.sum(np.array(path)) * path[1] + np.prod(np.array(path))


def written_afterwards(x):
    state = x.copy()
    path = []
    for _ in range(3):
        state *= np.sin(x)
        path.append(state)
    return np.sum(np.array(path) ** 2)


def returned_before(x):
    path = []
    for v in x:
        path.append(v * v)
        if v > 5.0:
            return np.sum(x)
    return np.sum(np.array(path) ** 2)


def given_away(x):
    path = []
    seen = path
    for v in x:
        path.append(v * v)
    seen[0] = x[2]
    return np.sum(np.array(path) ** 2)


def changed_otherwise(x):
    path = []
    for v in x:
        path.append(v * v)
    path.reverse()
    return np.sum(np.array(path) * x)


def left_by_an_exception(x):
    path = []
    try:
        for k in range(5):
            path.append(x[k] * x[0])
    except IndexError:
        path.append(x[1])
    return np.sum(np.array(path) ** 2)


def left_early(x):
    path = []
    for v in x:
        path.append(v * v)
    total = 0.0
    for p in path:
        if total > 0.1:
            break
        total += p
    return total


def filled_while_it_is_gone_through(x):
    path = [x[0]]
    for p in path:
        if len(path) < 4:
            path.append(p * x[1])
    return np.sum(np.array(path))


def filled_by_a_function(x):
    path = []

    def put(v):
        path.append(v * v)

    for v in x:
        put(v)
        path.append(v)
    return np.sum(np.array(path) ** 2)


def with_nested_items(x):
    path = []
    for v in x:
        path.append([v, v * v])
    return np.sum(np.array(path) ** 2)


BY_IDENTITY = [
    read_twice, written_afterwards, returned_before, given_away, changed_otherwise, left_by_an_exception, left_early,
    filled_while_it_is_gone_through, filled_by_a_function, with_nested_items, comprehended,
]  # fmt: skip
X = np.array([0.3, 0.8, 0.5])


@pytest.mark.parametrize("f", [*BY_NAME, *BY_IDENTITY], ids=lambda f: f.__name__)
def test_derivatives(f: Any) -> None:
    sg.check_grads(f, (X,), order=2)
    sg.check_grads(f, (X,), modes=("fwd",))


@pytest.mark.parametrize("f", BY_NAME, ids=lambda f: f.__name__)
def test_nothing_goes_by_identity(f: Any) -> None:
    gradient = sg.grad(f)
    gradient(X)
    assert ".pop()" in gradient.source
    assert "bars.take" not in gradient.source and "add_items" not in gradient.source


@pytest.mark.parametrize("f", [numbers, from_the_start_on, joined, gone_through], ids=lambda f: f.__name__)
def test_single_precision(f: Any) -> None:
    found = sg.grad(f)(X.astype(np.float32))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, sg.grad(f)(X), rtol=2e-5)


def test_other_lengths_and_a_second_backward() -> None:
    gradient = sg.grad(from_the_start_on)
    for n in (1, 2, 5):
        x = np.linspace(0.2, 0.9, n)
        y, pullback = sg.vjp(from_the_start_on, x)
        (first,), (again,) = pullback(1.0), pullback(1.0)
        np.testing.assert_array_equal(first, again)
        np.testing.assert_allclose(first, gradient(x))
        sg.check_grads(from_the_start_on, (x,))
