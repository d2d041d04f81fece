"""`sg.jvp`: values, tangents, their structures, what is refused and how, and what can be seen of the emitted text."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import traceback
from typing import Any

import numpy as np
import pytest
from jvp_support import check_jvp

import srcgrad as sg


def product(x, y):
    return np.sin(x) * y


def test_value_and_tangent() -> None:
    x, y = np.array([0.3, -1.0]), np.array([2.0, 0.5])
    value, tangent = sg.jvp(product, (x, y), (np.array([1.0, 0.0]), np.array([0.0, 1.0])))
    np.testing.assert_array_equal(value, np.sin(x) * y)
    np.testing.assert_allclose(tangent, [np.cos(0.3) * 2.0, np.sin(-1.0)], rtol=1e-15)


def test_none_holds_an_argument_fixed() -> None:
    transformed = sg.jvp(product)
    _, tangent = transformed((0.3, 2.0), (1.0, None))
    assert tangent == np.cos(0.3) * 2.0
    assert "y_dot" not in transformed.source
    _, tangent = transformed((0.3, 2.0), (None, None))
    assert tangent == 0.0


def test_agrees_with_the_gradient() -> None:
    def loss(w, x):
        h = np.tanh(w @ x)
        for _ in range(3):
            h = h + 0.1 * np.sin(h) if np.sum(h) > 0.0 else 0.5 * h
        return np.sum(h**2) / len(h)

    rng = np.random.default_rng(0)
    w, x, along = rng.normal(size=(3, 4)), rng.normal(size=4), rng.normal(size=(3, 4))
    _, tangent = sg.jvp(loss, (w, x), (along, None))
    np.testing.assert_allclose(tangent, np.sum(sg.grad(loss)(w, x) * along), rtol=1e-12)


@dataclasses.dataclass
class Point:
    at: Any
    label: str


def moved(point, by):
    return {"point": Point(point.at * by, "moved"), "parts": [by, (np.sum(point.at), 3)], "none": None}


def test_structures() -> None:
    point = Point(np.array([1.0, 2.0]), "here")
    value, tangent = sg.jvp(moved, (point, 3.0), (Point(np.array([1.0, 0.0]), None), 0.5))
    np.testing.assert_array_equal(value["point"].at, [3.0, 6.0])
    assert isinstance(tangent["point"], Point)
    np.testing.assert_array_equal(tangent["point"].at, [3.5, 1.0])
    assert tangent["parts"] == [0.5, (1.0, None)]
    assert tangent["none"] is None


def test_has_aux() -> None:
    def f(x):
        return np.sum(x**2), {"seen": len(x)}

    value, tangent, aux = sg.jvp(f, (np.array([1.0, 2.0]),), (np.array([1.0, 1.0]),), has_aux=True)
    assert (value, tangent, aux) == (5.0, 6.0, {"seen": 2})
    with pytest.raises(TypeError, match=r"must return \(value, aux\) with has_aux=True; it returned"):
        sg.jvp(lambda x: x, (1.0,), (1.0,), has_aux=True)


def test_single_precision_and_complex_numbers_keep_their_types() -> None:
    x = np.array([1.0, 2.0], np.float32)
    _, tangent = sg.jvp(lambda x: x * 2.0, (x,), (np.array([1.0, 0.0]),))
    assert tangent.dtype == np.float32
    z, along = np.array([1.0 + 2.0j]), np.array([0.5 - 1.0j])
    _, tangent = sg.jvp(lambda z: z * z, (z,), (along,))
    np.testing.assert_allclose(tangent, 2.0 * z * along)
    _, tangent = sg.jvp(lambda z: np.abs(z), (z,), (along,))
    np.testing.assert_allclose(tangent, (np.conj(z) * along).real / np.abs(z))


@pytest.mark.parametrize(
    ("primals", "tangents", "error", "match"),
    [
        ((1.0, 2.0), (1.0,), ValueError, "got 2 arguments and 1 tangents"),
        ((np.ones(2), 2.0), (np.ones(3), None), ValueError, r"argument 'x' .* has shape \(3,\); .* has shape \(2,\)"),
        ((np.ones(2), 2.0), (1.0, None), ValueError, "argument 'x'"),
        ((1.0, 2.0), (1j, None), TypeError, "argument 'x' .* is complex; the argument is real"),
        ((1.0, 2.0), (1.0, "up"), TypeError, "argument 'y' .* is a str; wanted a float"),
        ((1.0, 2), (1.0, 1.0), TypeError, "argument 'y'.*it is an int"),
        ((1.0, "a"), (1.0, 1.0), TypeError, "argument 'y'"),
        (1.0, (1.0,), TypeError, "takes its arguments as a tuple"),
        ((1.0, 2.0), 1.0, TypeError, "takes its tangents as a tuple"),
    ],
)
def test_tangents_that_do_not_fit(primals: Any, tangents: Any, error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        sg.jvp(product, primals, tangents)


@pytest.mark.parametrize(
    ("tangent", "match"),
    [
        ({"w": [np.ones(2)]}, r"argument 'params.w' .* of length 2"),
        ({"w": [np.ones(2), np.ones(2)]}, r"argument 'params.w.1' .* has shape \(2,\); .* has shape \(3,\)"),
        ({"v": 1.0}, "argument 'params' .* with the keys 'w'"),
        ([1.0], "argument 'params' .* with the keys 'w'"),
    ],
)
def test_tangents_of_structures_name_the_place(tangent: Any, match: str) -> None:
    params = {"w": [np.ones(2), np.ones(3)]}
    with pytest.raises(ValueError, match=match):
        sg.jvp(lambda params: np.sum(params["w"][0]), (params,), (tangent,))
    with pytest.raises(ValueError, match="argument 'point' .* with the attributes at, label"):
        sg.jvp(lambda point: point.at, (Point(1.0, ""),), ({"where": 1.0},))


def test_parts_of_structures_may_be_left_out() -> None:
    params = {"w": np.array([1.0, 2.0]), "b": 3.0, "steps": 2}
    _, tangent = sg.jvp(
        lambda params: params["w"] * params["b"] * params["steps"],
        (params,),
        ({"w": None, "b": 1.0, "steps": None},),
    )
    np.testing.assert_array_equal(tangent, [2.0, 4.0])


def test_one_object_at_two_places_has_two_tangents() -> None:
    x = np.array([1.0, 2.0])

    def f(pair, z):
        items = [pair[0], pair[1], z]
        return items[0] + 10.0 * items[1] + 100.0 * items[2]

    _, tangent = sg.jvp(f, ((x, x), x), ((np.full(2, 1.0), np.full(2, 2.0)), np.full(2, 3.0)))
    np.testing.assert_array_equal(tangent, [321.0, 321.0])


def test_user_code_runs_once_and_nothing_of_the_users_is_written() -> None:
    calls = []

    def f(x, rng):
        calls.append(len(x))
        noise = rng.normal(size=len(x))
        y = x * noise
        y += x
        return np.sum(y * y)

    x, along = np.array([1.0, 2.0]), np.array([0.5, -1.0])
    rng, same = np.random.default_rng(3), np.random.default_rng(3)
    value, _ = sg.jvp(f, (x, rng), (along, None))
    assert calls == [2]
    assert value == f(x, same)
    assert rng.bit_generator.state == same.bit_generator.state
    np.testing.assert_array_equal(x, [1.0, 2.0])
    np.testing.assert_array_equal(along, [0.5, -1.0])


def test_results_do_not_share_memory_with_the_tangents_given() -> None:
    along = np.array([1.0, 2.0])
    _, (first, second) = sg.jvp(lambda x: (x + 1.0, x * 1.0), (np.ones(2),), (along,))
    first[0] = 99.0
    np.testing.assert_array_equal(along, [1.0, 2.0])
    np.testing.assert_array_equal(second, [1.0, 2.0])


def test_methods_partials_and_closures() -> None:
    class Scale:
        def __init__(self, factor):
            self.factor = factor

        def apply(self, x):
            return self.factor * x

    assert sg.jvp(Scale(3.0).apply, (2.0,), (1.0,)) == (6.0, 3.0)
    assert sg.jvp(functools.partial(product, y=2.0), (0.0,), (1.0,)) == (0.0, 2.0)
    factor = 4.0
    assert sg.jvp(lambda x: factor * x, (1.0,), (1.0,)) == (4.0, 4.0)

    def many(*values, power=2):
        return values[0] * values[1] ** power

    assert sg.jvp(many, (2.0, 3.0), (1.0, 0.5)) == (18.0, 15.0)


def test_a_global_that_changes_is_seen() -> None:
    transformed = sg.jvp(uses_global)
    globals()["FACTOR"] = 2.0
    assert transformed((3.0,), (1.0,)) == (6.0, 2.0)
    globals()["FACTOR"] = 5.0
    assert transformed((3.0,), (1.0,)) == (15.0, 5.0)


FACTOR = 2.0


def uses_global(x):
    return FACTOR * x


def test_exceptions_are_the_users() -> None:
    def limited(x):
        y = x * x
        if y > 4.0:
            raise ValueError("too large", y)
        return y

    def careful(x):
        try:
            x = limited(x)
        except ValueError as error:
            x = error.args[1] / 2.0
        return x

    assert sg.jvp(careful, (1.5,), (1.0,)) == (2.25, 3.0)
    assert sg.jvp(careful, (3.0,), (1.0,)) == (4.5, 3.0)
    with pytest.raises(ValueError, match="too large") as found:
        sg.jvp(limited, (3.0,), (1.0,))
    shown = "".join(traceback.format_tb(found.value.__traceback__))
    assert 'raise ValueError("too large", y)' in shown


def test_names_and_values_are_in_step_where_an_exception_ends_a_body() -> None:
    def f(x, table):
        y = x
        try:
            y = y * x
            y = np.sqrt(y) * table[0]
            y = y * x
            y = y / table[5]
        except IndexError:
            pass
        return y

    check_jvp(f, 1.3, [2.0], argnums=0)


def test_functions_without_a_tangent_are_refused_with_advice() -> None:
    def f(x):
        y = 2.0 * x
        return np.interp(y, np.array([0.0, 1.0]), np.array([0.0, 1.0])) + np.unwrap(y).sum()

    try:
        sg.jvp(f, (np.array([0.1, 0.2]),), (np.ones(2),))
    except sg.UnsupportedError as error:
        assert error.filename == __file__
        assert "tangent" in error.construct


def test_the_source_is_what_runs() -> None:
    transformed = sg.jvp(product)
    assert transformed.source == ""
    transformed((1.0, 2.0), (1.0, 1.0))
    assert transformed.source.startswith("def product_jvp(x, y, x_dot, y_dot):\n")
    assert repr(transformed).startswith("<srcgrad.jvp of ")
    assert inspect.unwrap(transformed) is product


def helper(x):
    return x * x


def calls_helper(x):
    return helper(x) + helper(2.0 * x)


def test_called_functions_are_shown_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    transformed = sg.jvp(calls_helper)
    assert transformed((3.0,), (1.0,)) == (45.0, 30.0)
    assert transformed.source.count("def helper_jvp(x, x_dot):") == 1
    transformed.show()
    assert "helper_jvp" in capsys.readouterr().out


def test_arguments_that_overlap_are_refused_where_one_is_written() -> None:
    def f(a, b):
        a[0] = b[1] * 2.0
        return np.sum(a * b)

    base = np.arange(4.0)
    with pytest.raises(sg.UnsupportedError, match="share memory"):
        sg.jvp(f, (base[:3], base[1:]), (np.ones(3), np.ones(3)))


def test_buffers_views_and_stores() -> None:
    def f(x):
        u = x + 1.0
        w = u[1:]
        before = u * 2.0 + w[0]
        w *= x[:-1]
        w[0] = 3.0
        u[::2] += x[::2] ** 2
        flat = u.reshape(2, 2)
        flat[1] /= 1.0 + flat[0]
        return np.sum(before * u) + np.sum(flat**3)

    check_jvp(f, np.array([0.3, -0.4, 0.8, 1.2]))


def test_a_constant_is_one() -> None:
    def f(x):
        kept = [x, sg.stop_gradient(x)]
        return kept[0] * kept[1]

    assert sg.jvp(f, (3.0,), (1.0,)) == (9.0, 3.0)


def of_either(v):
    return v[0] if isinstance(v, list) else v


def copies(x, alone):
    a = x * 2.0 if alone else [x]
    b = a
    d = b
    return of_either(d)


def test_copies_of_what_is_a_number_on_some_ways_only() -> None:
    assert sg.jvp(copies, (3.0, True), (1.0, None)) == (6.0, 2.0)
    assert sg.jvp(copies, (3.0, False), (1.0, None)) == (3.0, 1.0)
    assert sg.grad(copies)(3.0, True) == 2.0


def views_of_what_is_written(v, m):
    w = m.swapaxes(0, 1)
    m *= np.sum(v)
    return np.sum(w**2)


def test_views_of_an_argument_without_a_tangent_that_is_written() -> None:
    v, m = np.ones(2), np.ones((2, 3))
    assert sg.jvp(views_of_what_is_written, (v, m), (v, None)) == (24.0, 48.0)


def test_tangent_functions_are_differentiated() -> None:
    second = sg.jvp(sg.jvp(product), ((1.0, 2.0), (1.0, 1.0)), ((1.0, 0.0), None))[1]
    assert second == pytest.approx((2.0 * np.cos(1.0), np.cos(1.0) - 2.0 * np.sin(1.0)))
    with pytest.raises(TypeError, match="returned a tuple"):
        sg.grad(sg.jvp(product))((1.0, 2.0), (1.0, 1.0))
    sg.check_grads(lambda x: sg.jvp(product, (x, 2.0), (1.0, None))[1], (1.0,), modes=("rev", "fwd"))


@pytest.mark.parametrize(
    "read",
    [
        lambda u: np.ravel(u, "K"),
        lambda u: u.ravel(order="A"),
        lambda u: u.flatten("K"),
        lambda u: u.reshape(2, 3, order="A"),
        lambda u: np.reshape(u, (6, 1), "F"),
    ],
)
def test_tangents_that_lie_otherwise_in_memory(read) -> None:
    weights = np.arange(6.0).reshape(3, 2)
    # the sum is laid out in rows, its tangent, a transposed view, in columns
    check_jvp(lambda x: read(x.T + weights), np.arange(6.0).reshape(2, 3) ** 2)


def scaled_integers(x):
    counts = np.arange(3)
    failed = 0.0
    try:
        counts *= x[0]
    except TypeError:
        failed = 1.0
    return np.sum(counts * x) + failed


def test_integers_take_no_floating_numbers_in_place():
    x = np.array([0.5, 1.5, 2.5])
    assert sg.jvp(scaled_integers, (x,), (x,)) == (7.5, 6.5)
    np.testing.assert_allclose(sg.grad(scaled_integers)(x), [0.0, 1.0, 2.0])
