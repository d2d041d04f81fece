"""Nested functions that call themselves: each kind of argument has a text of its own, and all captured the same."""

from __future__ import annotations

import numpy as np
import pytest
from support import numeric_gradient

import srcgrad as sg

TREE = ((0, 1), (2, (3, 0)))


def product(b):
    def at(node, scale=1.0):
        if isinstance(node, int):
            return scale * b[node]
        return at(node[0], scale=0.5) * at(node[1])

    return at(TREE)


def with_effects(b):
    found, total = [], np.zeros(4)

    def visit(node, depth=1):
        if isinstance(node, int):
            found.append(depth * b[node])
            total[node] += depth * b[node] ** 2
            return
        for child in node:
            visit(child, depth + 1)

    visit(TREE)
    return sum(v * v for v in found) + np.sum(total**2)


def each_other(b):
    def even(node):
        if isinstance(node, tuple):
            return 2.0 * odd(node[0]) + odd(node[1])
        return b[node]

    def odd(node):
        if isinstance(node, tuple):
            return 3.0 * even(node[0]) - even(node[1])
        return b[node] ** 2

    return even(TREE)


def by_expression(b):
    names = {"x": b[0], "y": b[1]}

    def value(e):
        if isinstance(e, str):
            return names[e]
        if isinstance(e, float):
            return e
        op, *parts = e
        args = [value(part) for part in parts]
        return args[0] + args[1] if op == "+" else args[0] * args[1] if op == "*" else np.sin(args[0])

    return value(("+", ("*", "x", ("sin", "y")), ("*", 2.0, "x")))


def generated(b):
    def leaves(node, scale=1.0):
        if isinstance(node, int):
            yield scale * b[node]
        else:
            for child in node:
                yield from leaves(child, 0.5 * scale)

    total = 1.0
    for value in leaves(TREE):
        total = total * value + value
    return total


def by_default(b):
    def at(node, b=b):
        if isinstance(node, int):
            return b[node]
        return at(node[0]) * at(node[1])

    return at(TREE)


def returned(b):
    def at(node):
        if isinstance(node, int):
            return lambda: b[node]
        return lambda: at(node[0])() * at(node[1])()

    return at(TREE)()


@pytest.mark.parametrize("f", [product, with_effects, each_other, by_expression, generated, by_default, returned])
def test_the_gradient_is_that_of_all_calls(f):
    b = np.array([1.3, 0.7, 2.1, -0.4])
    wanted = numeric_gradient(f, (b,), (0,))[0]
    np.testing.assert_allclose(sg.grad(f)(b), wanted, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(sg.jvp(f, (b,), (np.ones(4),))[1], np.sum(wanted), rtol=1e-5)
