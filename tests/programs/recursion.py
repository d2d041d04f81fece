"""Recursion and mutual recursion."""

import numpy as np

from programs.data import array


def power(x, n):
    if n == 0:
        return 1.0
    return x * power(x, n - 1)


def fast_power(x, n):
    if n == 0:
        return 1.0
    half = fast_power(x, n // 2)
    return half * half * x if n % 2 else half * half


def tree_sum(tree):
    if isinstance(tree, list):
        total = 0.0
        for branch in tree:
            total += tree_sum(branch) ** 2
        return total
    return np.sum(tree)


def tree_product_of_dicts(node):
    value = node["value"]
    for child in node["children"]:
        value = value * tree_product_of_dicts(child)
    return value


def pairwise_sum(v):
    n = len(v)
    if n == 1:
        return v[0] * v[0]
    return pairwise_sum(v[: n // 2]) + np.sin(pairwise_sum(v[n // 2 :]))


def even(x, n):
    return x if n == 0 else odd(x * 1.1, n - 1)


def odd(x, n):
    return x * x if n == 0 else even(np.sin(x), n - 1)


def fibonacci(x, n):
    return x if n < 2 else fibonacci(x, n - 1) * 0.5 + fibonacci(x, n - 2) * x


def nested_recursive(x):
    def descend(t, depth):
        if depth == 0 or t > 2.0:
            return t
        return descend(t * t + x, depth - 1)

    return descend(x, 4)


def horner(coefficients, x):
    if len(coefficients) == 0:
        return 0.0
    return coefficients[0] + x * horner(coefficients[1:], x)


def determinant(m):
    if len(m) == 1:
        return m[0][0]
    total = 0.0
    for j in range(len(m)):
        minor = [row[:j] + row[j + 1 :] for row in m[1:]]
        total += (-1) ** j * m[0][j] * determinant(minor)
    return total


def determinant_of_array(m):
    if len(m) == 1:
        return m[0][0]
    total = 0
    for j in range(len(m)):
        minor = [np.concatenate((row[:j], row[j + 1 :])) for row in m[1:]]
        total += (-1) ** j * m[0][j] * determinant_of_array(minor)
    return total


def norm_of_parts(x):
    if isinstance(x, list):
        return sum(norm_of_parts(part) for part in x)
    if x is None:
        return 0.0
    if len(x) > 2:
        return norm_of_parts([x[:2], None, x[2:]]) + np.sum(np.sin(x))
    return np.sum(x * x)


def recursion_until_small(x):
    if x < 0.1:
        return x
    return x + recursion_until_small(x * x * 0.5)


def accumulates_in_list(x, n):
    found = []

    def visit(value, depth):
        found.append(value)
        if depth:
            visit(value * x, depth - 1)
            visit(np.sin(value), depth - 1)

    visit(x, n)
    return sum(found)


def hanoi_like(x, y, n):
    if n == 0:
        return x, y
    x, y = hanoi_like(y, x * 0.9, n - 1)
    return hanoi_like(x + y, y, n - 1)


def recursive_pair(x):
    a, b = hanoi_like(x, 2.0, 2)
    return a * b


def adaptive_quadrature(f, low, high, depth):
    middle = 0.5 * (low + high)
    coarse = (high - low) * f(middle)
    fine = 0.5 * (high - low) * (f(0.5 * (low + middle)) + f(0.5 * (middle + high)))
    if depth == 0 or abs(coarse - fine) < 1e-3:
        return fine
    return adaptive_quadrature(f, low, middle, depth - 1) + adaptive_quadrature(f, middle, high, depth - 1)


def integral_by_recursion(x):
    return adaptive_quadrature(lambda t: np.exp(-x * t * t), 0.0, 2.0, 4)


TREE = {"value": 0.7, "children": [{"value": 1.2, "children": []}, {"value": 0.4, "children": [{"value": 2.0, "children": []}]}]}
CASES = [
    *[(power, (0.6, n), 0) for n in (0, 1, 4)],
    *[(fast_power, (0.6, n), 0) for n in (0, 1, 5, 8)],
    *[(tree_sum, (tree,), None) for tree in ([0.5, [0.2, [0.3]], 0.4], [array(2), [array(2, 2)]])],
    (tree_product_of_dicts, (TREE,), None),
    *[(pairwise_sum, (array(n),), None) for n in (1, 5)],
    *[(even, (0.6, n), 0) for n in (0, 1, 4)],
    *[(fibonacci, (0.6, n), 0) for n in (1, 5)],
    *[(nested_recursive, (x,), None) for x in (0.6, 1.6)],
    (horner, ([0.5, -0.4, 0.3], 0.7), None),
    (determinant, ([[0.5, 0.2, 0.1], [0.3, -0.7, 0.4], [0.9, 0.8, 0.6]],), None),
    *[(determinant_of_array, (array(n, n),), None) for n in (1, 2, 3)],
    *[(norm_of_parts, (array(n),), None) for n in (5, 2)],
    (norm_of_parts, ([array(3), None, array(2)],), None),
    *[(recursion_until_small, (x,), None) for x in (0.6, 0.05)],
    (accumulates_in_list, (0.6, 2), 0),
    (recursive_pair, (0.6,), None),
    *[(integral_by_recursion, (x,), None) for x in (0.6, 3.0)],
]
