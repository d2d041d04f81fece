"""Sums of what comprehensions gather: the items get the sum's adjoint by name."""

from __future__ import annotations

import itertools
import math
import statistics

import numpy as np
import pytest
from support import differences

import srcgrad as sg


def by_name(f, x):
    """The gradient is right, and what is summed up does not go by identity."""
    gradient = right(f, x)
    assert "summands" not in gradient.source
    return gradient


def right(f, x):
    gradient = sg.grad(f)
    for _ in range(2):
        np.testing.assert_allclose(gradient(x), differences(f, x), rtol=2e-5, atol=1e-8)
    direction = np.cos(np.arange(np.size(x)) + 1.0).reshape(np.shape(x))[()]
    np.testing.assert_allclose(sg.jvp(f, (x,), (direction,))[1], np.sum(direction * gradient(x)), rtol=1e-9, atol=1e-9)
    step = 1e-5
    wanted = (gradient(x + step * direction) - gradient(x - step * direction)) / (2 * step)
    np.testing.assert_allclose(sg.jvp(gradient, (x,), (direction,))[1], wanted, rtol=1e-5, atol=1e-6)
    return gradient


X = np.array([0.3, -0.7, 1.2])


@pytest.mark.parametrize(
    "f",
    [
        lambda x: sum(v * v for v in x),
        lambda x: sum([i * x[0] * x[i] for i in range(3)]) ** 2,
        lambda x: math.fsum([math.sin(v) for v in x]) * x[1],
        lambda x: sum((v * w for v, w in zip(x, x[::-1])), x[0]),
        lambda x: sum(v * sum(w * v for w in x) for v in x),
        lambda x: sum(3.0 * x[0] for _ in range(0)) + x[1],
    ],
)
def test_sums(f):
    by_name(f, X)


def test_items_that_are_used_elsewhere_too():
    def f(x):
        terms = [v * v for v in x]
        total = sum(terms)
        return total * terms[0]

    def g(x):
        kept = []
        total = sum([kept.append(v * v) or v for v in x])
        return total * kept[0] * sum(kept)

    right(f, X)
    right(g, X)


def test_items_that_are_variables_held_elsewhere():
    def f(x):
        values = [v * 2.0 for v in x]
        total = sum(value for value in values)
        values[0] = total * values[1]
        return sum(v * v for v in values) * total

    right(f, X)


def test_sums_in_loops_and_branches():
    def f(x):
        total = x[0]
        for i in range(4):
            if i % 2:
                total = total * sum(v * total for v in x)
            else:
                total = sum(math.cos(v) + total for v in x if v > -0.5)
        return total

    right(f, X)


def test_arrays_integers_and_mixtures_are_added_up_as_before():
    right(lambda x: np.sum(sum(v * x for v in x)), X)
    right(lambda x: sum(i for i in range(4)) * x[0], X)
    right(lambda x: sum(v if v > 0.0 else 2 for v in x) * x[1], X)
    right(lambda x: np.sum(sum([x * 2.0, 1.0, x[0]])), X)


def test_a_sum_that_is_read_while_its_items_are_made():
    def f(x):
        total = 1.0
        for _ in range(3):
            total = sum(v * total for v in x) + total
        return total

    by_name(f, X)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: math.fsum(math.sin(v) for v in x) * x[1],
        lambda x: statistics.fmean(v * v for v in x),
        lambda x: math.dist(iter([v * v for v in x]), (1.0, 2.0, 3.0)),
        lambda x: math.fsum(itertools.chain((v * v for v in x), [x[0]])),
    ],
)
def test_iterators_are_gone_through_once(f):
    assert sg.value_and_grad(f)(X)[0] == f(X)
    right(f, X)
