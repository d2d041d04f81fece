"""Nested functions, closures, lambdas, argument forms, functions as values."""

import functools

import numpy as np

from programs.data import array


def helper(x, y):
    return x * np.sin(y)


def calls_helper(x):
    return helper(x, x * 2.0) + helper(2.0, x)


def helper_with_branches(x):
    if x > 0.0:
        return x * x
    return -x


def calls_branching_helper(v):
    total = 0.0
    for value in v:
        total += helper_with_branches(value)
    return total


def helper_returning_pair(x):
    return np.sin(x), np.cos(x)


def unpacks_result(x):
    s, c = helper_returning_pair(x)
    return s * s * c


def helper_without_return(log, x):
    log.append(x * x)


def uses_effect_of_helper(x):
    log = []
    helper_without_return(log, x)
    helper_without_return(log, 2.0 * x)
    return log[0] * log[1]


def nested_function(x):
    def square(t):
        return t * t

    return square(x) + square(np.sin(x))


def nested_reads_closure(x):
    scale = x * 2.0

    def scaled(t):
        return scale * t

    return scaled(x) + scaled(3.0)


def closure_sees_rebinding(x):
    k = x

    def times_k(t):
        return k * t

    first = times_k(2.0)
    k = x * x
    return first + times_k(3.0)


def closures_in_loop(x):
    functions = []
    for i in range(3):
        functions.append(lambda t, power=i: t**power)
    return sum(f(x) for f in functions)


def late_binding_in_loop(x):
    functions = []
    for i in range(1, 4):
        functions.append(lambda t: t * i)
    return sum(f(x) for f in functions) * x


def nonlocal_accumulator(x):
    total = 0.0

    def add(value):
        nonlocal total
        total += value * value

    add(x)
    add(np.sin(x))
    return total


def nonlocal_counter(x):
    calls = 0

    def count(t):
        nonlocal calls
        calls += 1
        return t * calls

    return count(x) * count(x) + count(2.0)


def nonlocal_in_loop(v):
    state = 1.0

    def step(value):
        nonlocal state
        state = np.sin(state) * value

    for value in v:
        step(value)
    return state


def function_factory(x):
    def power(n):
        def raised(t):
            return t**n

        return raised

    return power(2)(x) + power(3)(x)


def factory_over_active(x):
    def line(slope, offset):
        return lambda t: slope * t + offset

    f = line(x, x * x)
    return f(2.0) * f(x)


def lambda_simple(x):
    f = lambda t: t * np.exp(t)  # noqa: E731
    return f(x) + f(0.5 * x)


def lambdas_on_one_line(x):
    f, g, h = lambda t: t * 2.0, lambda t: t * t, lambda t: np.sin(t)
    return f(x) * g(x) + h(x)


def lambda_conditional(x):
    relu = lambda t: t if t > 0.0 else 0.1 * t  # noqa: E731
    return relu(x) * relu(-x)


def immediate_lambda(x):
    return (lambda a, b=2.0: a * b)(x) * (lambda *a: sum(a))(x, x)


def default_arguments(x):
    def f(t, scale=2.0, offset=1.0):
        return t * scale + offset

    return f(x) * f(x, 3.0) * f(x, offset=x)


def default_is_active(x):
    def f(t, scale=x):
        return t * scale

    return f(x) + f(2.0)


def keyword_only(x):
    def f(t, *, power, scale=1.0):
        return scale * t**power

    return f(x, power=2) + f(x, scale=x, power=3)


def positional_only(x):
    def f(t, /, u):
        return t * u

    return f(x, u=x) + f(x, 2.0)


def star_args(x):
    def total(*values):
        result = 0.0
        for value in values:
            result += value * value
        return result

    return total() + total(x) + total(x, 2.0 * x, 3.0)


def star_kwargs(x):
    def f(**options):
        return options["a"] * options.get("b", 2.0) + len(options)

    return f(a=x) + f(a=x, b=x, c=1.0)


def all_forms(x):
    def f(a, *rest, scale, **more):
        return scale * (a + sum(rest)) + sum(more.values())

    return f(x, x, 2.0, scale=x, extra=x * x)


def spread_call(x):
    args = [x, 2.0 * x]
    options = {"c": x * x}

    def f(a, b, c):
        return a * b + c

    return f(*args, **options)


def apply_twice(x):
    def twice(f, t):
        return f(f(t))

    return twice(np.sin, x) + twice(lambda t: t * t, x)


def compose_list(x):
    def compose(*functions):
        def composed(t):
            for f in functions:
                t = f(t)
            return t

        return composed

    return compose(np.sin, np.exp, lambda t: t * x)(x)


def function_argument(f, x):
    return f(x) * f(2.0)


def partial_application(x):
    f = functools.partial(helper, 2.0)
    g = functools.partial(helper, y=x)
    return f(x) * g(x)


def partial_of_active(x):
    return functools.partial(helper, x * x)(x)


def functions_in_dict(x, name):
    table = {"sin": np.sin, "square": lambda t: t * t, "helper": functools.partial(helper, 3.0)}
    return table[name](x) * x


def functions_in_list(x):
    for f in [np.sin, np.tanh, helper_with_branches]:
        x = f(x)
    return x


def conditional_function(x, smooth):
    f = np.tanh if smooth else np.sin
    return f(x) * x


def ufunc_by_keyword_default(x, activation=np.tanh):
    return activation(x) ** 2


def unused_result(x):
    helper(x, 2.0)
    return x * x


def returns_from_nested(x):
    def find(values):
        for value in values:
            if value > 1.0:
                return value
        return values[0]

    return find([x, 2.0 * x, 4.0 * x]) ** 2


def captured_before_it_is_bound(x):
    def outer():
        def inner():
            return deep

        return inner

    f = outer()
    deep = np.sin(x)
    first = f()
    deep = x * 3.0
    return first * f()


def keeper():
    value = step = None

    def put(v):
        nonlocal value, step
        value = v

        def step():
            return v * v

    def current():
        return value

    def stepped():
        return step()

    return put, current, stepped


put, current, stepped = keeper()


def rebound_by_a_function_beside(x):
    put(x * x)
    first = current() * stepped()
    put(np.sin(x))
    return first + current() * x + stepped()


def docstring_and_ellipsis(x):
    """A docstring, and a bare expression."""
    ...  # noqa: PIE790
    return x * x


CASES = [
    (calls_helper, (0.6,), None),
    *[(calls_branching_helper, (v,), None) for v in (np.array([0.5, -0.4]), np.array([0.5, 0.3]), np.array([-1.0]))],
    (unpacks_result, (0.6,), None),
    (uses_effect_of_helper, (0.6,), None),
    (nested_function, (0.6,), None),
    (nested_reads_closure, (0.6,), None),
    (closure_sees_rebinding, (0.6,), None),
    (closures_in_loop, (0.6,), None),
    (late_binding_in_loop, (0.6,), None),
    (nonlocal_accumulator, (0.6,), None),
    (nonlocal_counter, (0.6,), None),
    (nonlocal_in_loop, (array(3),), None),
    (function_factory, (0.6,), None),
    (factory_over_active, (0.6,), None),
    (lambda_simple, (0.6,), None),
    (lambdas_on_one_line, (0.6,), None),
    *[(lambda_conditional, (x,), None) for x in (0.6, -0.6)],
    (immediate_lambda, (0.6,), None),
    (default_arguments, (0.6,), None),
    (default_is_active, (0.6,), None),
    (keyword_only, (0.6,), None),
    (positional_only, (0.6,), None),
    (star_args, (0.6,), None),
    (star_kwargs, (0.6,), None),
    (all_forms, (0.6,), None),
    (spread_call, (0.6,), None),
    (apply_twice, (0.6,), None),
    (compose_list, (0.6,), None),
    *[(function_argument, (f, 0.6), None) for f in (np.sin, helper_with_branches, functools.partial(helper, 2.0))],
    (partial_application, (0.6,), None),
    (partial_of_active, (0.6,), None),
    *[(functions_in_dict, (0.6, name), None) for name in ("sin", "square", "helper")],
    *[(functions_in_list, (x,), None) for x in (0.6, -0.6)],
    *[(conditional_function, (0.6, smooth), None) for smooth in (True, False)],
    (ufunc_by_keyword_default, (0.6,), None),
    (unused_result, (0.6,), None),
    *[(returns_from_nested, (x,), None) for x in (0.3, 0.6, 0.1)],
    (captured_before_it_is_bound, (0.6,), None),
    (rebound_by_a_function_beside, (0.6,), None),
    (docstring_and_ellipsis, (0.6,), None),
]
