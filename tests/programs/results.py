"""What a function may give back: several values, structures, views, the argument itself, closures."""

import numpy as np

from programs.data import array


def pair(x, y):
    return x * y, np.sin(x)


def list_of_arrays(v):
    return [v, v * v, np.sum(v)]


def dict_result(v):
    return {"sum": np.sum(v), "square": v * v}


def nested_result(x):
    return (x, {"a": [x * x, (np.sin(x),)]})


def vector_result(v):
    return np.tanh(v) * v


def matrix_result(a, b):
    return a @ b


def the_argument_itself(v):
    return v


def scalar_argument_itself(x):
    return x


def argument_twice(v):
    return v, v


def view_of_argument(v):
    return v[1:]


def transposed_view(m):
    return m.T


def reshaped_view(m):
    return m.reshape(-1)


def overlapping_views(v):
    return v[:-1], v[1:]


def view_and_base(v):
    w = v * v
    return w, w[::2]


def one_item(v):
    return v[0]


def constant_beside(v):
    return v * 2.0, np.ones(2)


def unused_argument(x, y):
    return x * x


def unused_array_argument(v, w):
    return np.sum(v * v)


def constant_result(x):
    return 3.0


def constant_array_result(v):
    return np.ones(3)


def integers_of_argument_only(v):
    return v[0] * len(v) + v.shape[0] * v.ndim


def same_argument_twice_used(v):
    return np.sum(v * v * v) + v[0]


def closure_result_used(x):
    def make(k):
        def line(t):
            return k * t + k * k

        return line

    f = make(x)
    g = make(f(x))
    return g(2.0)


def tuple_of_closures(x):
    def pair_of(k):
        return (lambda: k * k), (lambda t: k + t)

    square, shifted = pair_of(x)
    return square() * shifted(1.0)


def structure_through(params):
    return {name: value * 2.0 for name, value in params.items()}


def passes_structure_on(params):
    inner = {"all": params, "one": params["w"]}
    return np.sum(inner["all"]["w"] * inner["one"]) * params["b"]


def result_by_arm(x):
    if x > 0.0:
        return x, x * x
    return x * x, 2.0


def zero_d_result(v):
    return np.array(np.sum(v * v))


def float32_result(v):
    return np.sum(v * v)


V = array(4)


def doubled_and_products(u, v):
    return u * 2.0, np.expand_dims(np.diff(u), -1) * np.diff(v)


def one_of_two_results(u, v):
    doubled, _ = doubled_and_products(u, v)
    return np.sum(doubled**2)


CASES = [
    (one_of_two_results, (array(4), array(3, seed=1)), None),
    (pair, (0.6, 0.7), None),
    (list_of_arrays, (V,), None),
    (dict_result, (V,), None),
    (nested_result, (0.6,), None),
    (vector_result, (V,), None),
    (matrix_result, (array(2, 3), array(3, 2)), None),
    (the_argument_itself, (V,), None),
    (scalar_argument_itself, (0.6,), None),
    (argument_twice, (V,), None),
    (view_of_argument, (V,), None),
    (transposed_view, (array(2, 3),), None),
    (reshaped_view, (array(2, 3),), None),
    (overlapping_views, (V,), None),
    (view_and_base, (V,), None),
    (one_item, (V,), None),
    (constant_beside, (V,), None),
    (unused_argument, (0.6, 0.7), None),
    (unused_array_argument, (V, array(2, 3)), None),
    (constant_result, (0.6,), None),
    (constant_array_result, (V,), None),
    (integers_of_argument_only, (V,), None),
    (same_argument_twice_used, (V,), None),
    (closure_result_used, (0.6,), None),
    (tuple_of_closures, (0.6,), None),
    (structure_through, ({"w": V, "b": 0.5},), None),
    (passes_structure_on, ({"w": V, "b": 0.5},), None),
    *[(result_by_arm, (x,), None) for x in (0.6, -0.6)],
    (zero_d_result, (V,), None),
    (float32_result, (V.astype(np.float32),), None),
]
