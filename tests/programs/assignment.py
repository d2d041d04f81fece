"""Assignment in every form."""

import numpy as np

from programs.data import array, positive


def chained(x):
    a = b = c = x * 2.0
    return a * b + np.sin(c)


def tuple_swap(x, y):
    x, y = y, x * y
    x, y = y + x, x
    return x * np.cos(y)


def nested_targets(x):
    (a, (b, c)), d = (x, (x * x, 2.0)), np.sin(x)
    return a * b + c * d


def list_target(x):
    [a, b] = x * 3.0, x + 1.0
    return a / b


def starred_middle(x):
    first, *middle, last = [x, x**2, x**3, x**4]
    return first * last + sum(middle)


def starred_from_array(v):
    head, *rest = v
    return head * sum(r * r for r in rest)


def starred_empty(x):
    a, b, *rest = (x, x + 1.0)
    return a * b + len(rest)


def unpack_array_rows(m):
    p, q = m
    return np.sum(p * np.exp(q))


def unpack_scalars_of_array(v):
    a, b, c = v
    return a * b - np.sin(c) / a


def annotated(x: float) -> float:
    y: float = x * x
    z: "np.ndarray"
    z = np.array([1.0, 2.0]) * y
    return z.sum()


def walrus_in_expression(x):
    return (y := np.sin(x)) * y + y


def walrus_in_condition(v):
    if (top := np.max(v)) > 0.5:
        return top * top
    return np.sum(v)


def augmented_scalars(x):
    total = 0.0
    total += x
    total *= x + 1.0
    total -= np.sin(x)
    total /= 3.0
    total **= 2
    return total


def augmented_float_then_array(v):
    total = 0.0
    total = total + v
    return np.sum(total * v)


def augmented_int_beside(x):
    n = 1
    n += 2
    n *= 3
    n //= 2
    n %= 3
    n <<= 2
    return x**n


def rebound_parameter(x):
    x = x * 2.0
    x = np.tanh(x)
    x = x * x
    return x


def rebound_other_type(x):
    y = "text"
    y = len(y) * x
    y = [y, y * y]
    return y[0] + y[1]


def same_name_in_arms(x):
    if x > 0:
        y = x * x
    else:
        y = -x
    y = y * 3.0
    return y


def self_product_alias(v):
    w = v
    u = w
    return np.sum(v * w * u)


def delete_name(x):
    y = x * x
    z = y + 1.0
    del y
    return z * x


def tuple_index_swap(v):
    pair = (v[0], v[1])
    pair = (pair[1], pair[0] * pair[1])
    return pair[0] ** 2 + pair[1]


def fibonacci_shift(x):
    a, b = x, 1.0
    for _ in range(6):
        a, b = b, a + x * b
    return b


def global_style_constants(x):
    scale, offset = 2.5, -1.0
    return scale * x + offset * x**2


def chained_comparison(x):
    return x * 2.0 if 0.0 < x < 1.0 <= 2.0 else x**3


def multiple_statements_line(x):
    y = x * x; z = y + x; return z * y  # noqa: E702


CASES = [
    (chained, (0.7,), None),
    (tuple_swap, (0.7, -0.4), None),
    (nested_targets, (0.7,), None),
    (list_target, (0.7,), None),
    (starred_middle, (0.7,), None),
    (starred_from_array, (array(4),), None),
    (starred_empty, (0.7,), None),
    (unpack_array_rows, (array(2, 3),), None),
    (unpack_scalars_of_array, (positive(3),), None),
    (annotated, (0.7,), None),
    (walrus_in_expression, (0.7,), None),
    (walrus_in_condition, (np.array([0.1, 0.9, 0.3]),), None),
    (walrus_in_condition, (np.array([0.1, 0.2, 0.3]),), None),
    (augmented_scalars, (0.7,), None),
    (augmented_float_then_array, (array(3),), None),
    (augmented_int_beside, (1.3,), None),
    (rebound_parameter, (0.4,), None),
    (rebound_other_type, (0.4,), None),
    (same_name_in_arms, (0.4,), None),
    (same_name_in_arms, (-0.4,), None),
    (self_product_alias, (array(3),), None),
    (delete_name, (0.4,), None),
    (tuple_index_swap, (array(2),), None),
    (fibonacci_shift, (0.6,), None),
    (global_style_constants, (0.6,), None),
    (chained_comparison, (0.6,), None),
    (chained_comparison, (1.6,), None),
    (multiple_statements_line, (0.6,), None),
]
