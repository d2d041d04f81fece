"""if, conditional expressions, and, or, not."""

import numpy as np

from programs.data import array


def elif_ladder(x):
    if x < -1.0:
        y = x * x
    elif x < 0.0:
        y = np.exp(x)
    elif x < 1.0:
        y = np.sin(x)
    else:
        y = np.log(x)
    return y * x


def only_then(x):
    y = x
    if x > 0.0:
        y = y * x
    return y + 1.0


def nested_ifs(x, y):
    if x > 0.0:
        if y > 0.0:
            z = x * y
        else:
            z = x - y * y
    elif y > 0.0:
        z = np.exp(x) * y
    else:
        z = x * x * y
    return z * z


def arm_with_constant(x):
    scale = 1.0
    if x > 0.0:
        scale = x
    return scale * np.sin(x)


def arm_unused(x, flag):
    if flag:
        waste = np.exp(x)
        del waste
    return x * x


def conditional_expression(x):
    return np.sin(x) if x > 0.0 else x * x


def nested_conditional(x):
    return (x if x > 1.0 else x**2) * (x**3 if x < 0.0 else 2.0)


def conditional_as_argument(v, flag):
    return np.sum(v * v, axis=0 if flag else 1)[0]


def and_value(x, y):
    z = x and y
    return z * z


def or_value(x, y):
    z = x or y
    return z * np.sin(z)


def or_default(x, option):
    k = option or 2.0
    return k * x * x


def none_default(x, scale=None):
    if scale is None:
        scale = x
    return scale * x


def short_circuit_guard(v, i):
    if i < len(v) and v[i] > 0.0:
        return v[i] ** 2
    return np.sum(v)


def not_condition(x, flag):
    if not flag:
        x = x * 3.0
    return x * x


def boolean_logic(x, a, b):
    if (a and not b) or (b and not a):
        return x * x
    return x**3


def any_all(v):
    if np.any(v > 0.9):
        return np.sum(v)
    if np.all(v < 0.5):
        return np.prod(v)
    return np.sum(v**2)


def membership(x, mode):
    if mode in ("double", "twice"):
        return 2.0 * x * x
    if mode not in {"half"}:
        return x
    return x * x / 2.0


def identity_test(x, mark):
    return x * x if mark is None else x * len(mark)


def type_test(x):
    if isinstance(x, np.ndarray):
        return np.sum(x * x)
    return x**3


def shape_test(m):
    if m.ndim == 2 and m.shape[0] > m.shape[1]:
        m = m.T
    return np.sum(m[0] ** 2) + m.shape[0] * np.sum(m)


def both_arms_same_value(x):
    y = x * x if x > 0.0 else x * x
    return y


def test_on_active_derived(x):
    y = np.sin(x) * 2.0
    if y * y > 1.0:
        y = y / 2.0
    return y * x


def pass_arms(x):
    if x > 0.0:
        pass
    else:
        x = -x
    return x * x * x


def ifs_in_a_row(x):
    y = x
    if x > 0.0:
        y = y * 2.0
    if x > 1.0:
        y = y * x
    if x > 2.0:
        y = np.sqrt(y)
    return y


def arm_types_differ(x, wide):
    y = np.array([x, x * x]) if wide else x
    return np.sum(y * y)


CASES = [
    *[(elif_ladder, (x,), None) for x in (-1.6, -0.3, 0.4, 1.7)],
    *[(only_then, (x,), None) for x in (0.5, -0.5)],
    *[(nested_ifs, (x, y), None) for x in (0.5, -0.5) for y in (0.3, -0.3)],
    *[(arm_with_constant, (x,), None) for x in (0.5, -0.5)],
    *[(arm_unused, (0.6, flag), None) for flag in (True, False)],
    *[(conditional_expression, (x,), None) for x in (0.5, -0.5)],
    *[(nested_conditional, (x,), None) for x in (0.5, -0.5, 1.5)],
    *[(conditional_as_argument, (array(3, 4), flag), None) for flag in (True, False)],
    *[(and_value, (x, 0.7), (1,) if x == 0.0 else None) for x in (0.5, 0.0)],
    *[(or_value, (x, 0.7), (1,) if x == 0.0 else None) for x in (0.5, 0.0)],
    *[(or_default, (0.4, option), 0) for option in (None, 3.0)],
    (none_default, (0.4,), None),
    (none_default, (0.4, 0.3), None),
    *[(short_circuit_guard, (array(4, seed=2), i), None) for i in (0, 1, 2, 3, 9)],
    *[(not_condition, (0.4, flag), None) for flag in (True, False)],
    *[(boolean_logic, (0.4, a, b), None) for a, b in ((True, False), (True, True))],
    *[(any_all, (array(3, low=low, high=high),), None) for low, high in ((0.1, 0.4), (0.6, 0.8), (0.92, 1.2))],
    *[(membership, (0.4, mode), None) for mode in ("twice", "half", "other")],
    *[(identity_test, (0.4, mark), None) for mark in (None, "abc")],
    *[(type_test, (x,), None) for x in (0.4, array(3))],
    *[(shape_test, (array(*shape),), None) for shape in ((3, 2), (2, 3))],
    *[(both_arms_same_value, (x,), None) for x in (0.4, -0.4)],
    *[(test_on_active_derived, (x,), None) for x in (0.2, 1.2)],
    *[(pass_arms, (x,), None) for x in (0.4, -0.4)],
    *[(ifs_in_a_row, (x,), None) for x in (-0.4, 0.4, 1.4, 2.4)],
    *[(arm_types_differ, (0.4, wide), None) for wide in (True, False)],
]
