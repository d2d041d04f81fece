"""Plain numbers: math, operator, builtins, integers and booleans beside active values, printing."""

import math
import operator

import numpy as np

from programs.data import array

GRAVITY = 9.81
TABLE = {"half": 0.5, "double": 2.0}
GRID = np.linspace(0.0, 1.0, 4)


def math_functions(x):
    return math.sin(x) * math.exp(-x) + math.log(x) * math.sqrt(x) + math.atan2(x, 2.0)


def math_hyperbolic(x):
    return math.tanh(x) + math.sinh(x) * math.cosh(x) + math.asinh(x) + math.atanh(x)


def math_inverse(x):
    return math.asin(x) + math.acos(x) * math.atan(x) + math.tan(x)


def math_logs(x):
    return math.log1p(x) + math.expm1(x) + math.log2(x) * math.log10(x) + math.log(x, 3.0)


def math_special(x):
    return math.erf(x) + math.erfc(x) * math.lgamma(x + 1.0)


def math_two_arguments(x, y):
    return math.hypot(x, y) + math.pow(x, y) + math.atan2(y, x) + math.copysign(x, -1.0)


def math_rounding(x):
    return math.floor(x) * x + math.ceil(x) * x * x + math.trunc(x)


def math_products(x, y):
    return math.prod([x, y, 2.0]) + math.fabs(x - 5.0) * y


def math_constants(x):
    return math.pi * x**2 + math.e * x + math.degrees(x) + math.radians(x)


def operator_functions(x, y):
    return operator.add(x, y) * operator.mul(x, 2.0) + operator.truediv(x, y) - operator.neg(operator.pow(x, 2))


def operator_getters(pair, table):
    return operator.itemgetter(1)(pair) * operator.getitem(table, "a") + operator.sub(pair[0], 1.0)


def builtin_functions(x, y):
    return abs(x) * max(x, y) + min(x, y, 0.9) + pow(x, 3) + sum([x, y]) + sum((x, y), 1.0)


def builtin_on_lists(items):
    return max(items) * min(items) + sum(items) * len(items)


def max_with_key_and_default(items):
    return max(items, key=lambda t: -t) ** 2 + max([], default=2.0)


def float_conversion(x):
    return float(x) * float(x * x) + float("1.5") * x + float(3)


def float_of_array_item(v):
    return float(v[0]) * float(np.sum(v)) + v[1].item() * v.sum().item()


def int_conversions_are_constant(x):
    return int(x * 3.0) * x + round(x) * x


def operators_all(x, y):
    return (x + y) * (x - y) / (x * y) + x**y - (-x) + (+y)


def reflected_operators(x):
    return 2 + x * 3 - 1 / x + 2**x - (5 - x) / 2


def floor_division_and_remainder(x):
    return (x % 1.0) * x + (x // 0.25) * x + divmod(x, 0.25)[1]


def power_variants(x, n):
    return x**n + x**2 + x**0.5 + x**-1 + 2.0**x + x**0


def power_of_negative(x):
    return x**2 + x**3 + (x * x) ** 0.5


def integers_beside(x, n):
    k = n * 2 + 1
    m = k // 3
    k ^= 1
    k |= 8
    if k & 1:
        m += 1
    return x * k + m * x**2


def booleans_beside(x, flags):
    count = sum(flags)
    both = flags[0] and flags[1]
    return x * count + (x * x) * both + (not both) * x**3


def boolean_times_active(v):
    mask = v > 0.0
    return np.sum(v * mask) + np.sum(v * v * ~mask) + mask.sum() * v[0]


def comparison_as_number(x):
    return x * (x > 0.5) + (x < 0.5) * x * x


def int_array_as_index(v, order):
    total = 0.0
    for position, i in enumerate(order):
        total += v[i] * position
    return total + np.sum(v[order] ** 2)


def argmax_as_index(v):
    i = np.argmax(v)
    j = int(np.argmin(v))
    return v[i] * v[j] + i * v[0]


def argsort_as_index(v):
    order = np.argsort(v)
    return v[order[0]] + 2.0 * v[order[1]] + np.sum(v[order] * np.arange(len(v)))


def counters(v):
    positives = 0
    total = 0.0
    for value in v:
        if value > 0.0:
            positives += 1
            total += value * positives
    return total / max(positives, 1)


def global_constants(x):
    return GRAVITY * x * x + TABLE["half"] * x + np.sum(GRID * x)


def imported_inside(x):
    from math import cosh as hyperbolic

    import numpy as other

    return hyperbolic(x) * other.sin(x)


def printed(x):
    print("x =", x, f"{x:.2f}", f"{x * x!r}")
    return x * x


def strings_beside(x, names):
    label = "-".join(names).upper()
    count = label.count("A") + len(f"{label:>10}")
    return x * count + (x * x if label.startswith("A") else 0.0)


def string_formatting_of_active(x):
    text = f"{x:.3f}" + "%.2f" % x + "{:.1f}".format(x) + str(x) + repr(x)
    return x * x + 0.0 * len(text)


def is_finite_test(x):
    return x * x if math.isfinite(x) and not math.isnan(x) else 0.0


def numpy_scalars(x):
    y = np.float64(x) * np.float64(2.0)
    return y * np.sin(y)


def complex_between(x):
    z = complex(x, 2.0 * x)
    w = z * z
    return w.real + w.imag * abs(z)


def isclose_branch(x):
    if math.isclose(x, 0.5, abs_tol=0.2):
        return x * x
    return x


CASES = [
    *[(f, (0.6,), None) for f in (
        math_functions, math_hyperbolic, math_inverse, math_logs, math_special, math_constants, float_conversion,
        reflected_operators, power_of_negative, comparison_as_number, global_constants, imported_inside, printed,
        string_formatting_of_active, is_finite_test, numpy_scalars, complex_between, isclose_branch,
    )],
    *[(f, (0.6, 0.7), None) for f in (
        math_two_arguments, math_products, operator_functions, builtin_functions, operators_all,
    )],
    *[(f, (1.6,), None) for f in (math_rounding, int_conversions_are_constant, floor_division_and_remainder, isclose_branch)],
    (operator_getters, ((0.5, 0.6), {"a": 0.7}), None),
    *[(builtin_functions, (x, y), None) for x, y in ((-0.6, 0.7), (0.7, 0.6), (1.7, 1.6))],
    *[(builtin_on_lists, (items,), None) for items in ([0.3, 0.5, 0.1], [0.6, 0.5, 0.7])],
    (max_with_key_and_default, ([0.3, 0.5, 0.1],), None),
    (float_of_array_item, (array(3),), None),
    *[(power_variants, (0.6, n), None) for n in (0.5, 2.0)],
    *[(power_variants, (0.6, n), 0) for n in (0, 3, -2)],
    *[(integers_beside, (0.6, n), 0) for n in (0, 3, 4)],
    *[(booleans_beside, (0.6, flags), 0) for flags in ([True, True], [True, False])],
    (boolean_times_active, (array(4),), None),
    (int_array_as_index, (array(4), np.array([2, 0, 2])), None),
    (argmax_as_index, (array(4),), None),
    (argsort_as_index, (array(4),), None),
    *[(counters, (v,), None) for v in (array(5), np.array([-0.1, -0.3]))],
    *[(strings_beside, (0.6, names), 0) for names in (["a", "b"], ["b"])],
]  # fmt: skip
