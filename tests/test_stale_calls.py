"""What a call depends on besides its arguments is looked at in every call: globals, defaults, closures, containers."""

from __future__ import annotations

import sys
import types

import numpy as np
import pytest

import srcgrad as sg

V = np.array([0.3, -0.7, 1.1])
scale = 2.0
table = {"w": 2.0}
WARM = 4


def helper(x):
    return x * x


def cube(x):
    return x * x * x


def defaulted(x, k=2.0):
    return x * k


def uses_helper(x):
    return helper(x) + x


def uses_scale(x):
    return np.sum(x * scale)


def uses_table(x):
    return x * np.sum(table["w"])


def uses_default(x):
    return defaulted(x) * x


def uses_abs(x):
    return abs(x) * x


def with_default(x, k=2.0):
    return np.sum(x * k)


def warm(gradient, *args):
    for _ in range(WARM):
        result = gradient(*args)
    return result


@pytest.fixture
def module(monkeypatch):
    """This module, with what a test changes in it put back."""

    def change(name, value):
        monkeypatch.setitem(globals(), name, value)

    return change


def test_rebound_helper(module):
    gradient = sg.grad(uses_helper)
    assert warm(gradient, 3.0) == 7.0
    module("helper", cube)
    assert warm(gradient, 3.0) == 28.0
    module("helper", lambda x: 5.0 * x)
    assert warm(gradient, 3.0) == 6.0


def test_global_changes_value_and_kind(module):
    gradient = sg.grad(uses_scale)
    np.testing.assert_array_equal(warm(gradient, V), np.full(3, 2.0))
    module("scale", 3.0)
    np.testing.assert_array_equal(warm(gradient, V), np.full(3, 3.0))
    module("scale", np.ones((4, 3)))
    np.testing.assert_array_equal(warm(gradient, V), np.full(3, 4.0))
    module("scale", np.ones((4, 1)))
    np.testing.assert_array_equal(warm(gradient, V), np.full(3, 4.0))
    module("scale", 2.0)
    np.testing.assert_array_equal(warm(gradient, V), np.full(3, 2.0))


def test_container_changed_in_place(module):
    module("table", {"w": 2.0})
    gradient = sg.grad(uses_table)
    assert warm(gradient, 1.5) == 2.0
    table["w"] = np.ones(4)
    assert warm(gradient, 1.5) == 4.0


def test_global_that_hides_a_builtin(module):
    gradient = sg.grad(uses_abs)
    assert warm(gradient, -2.0) == 4.0
    module("abs", helper)
    assert warm(gradient, -2.0) == 12.0


def test_module_replaced(module):
    gradient = sg.grad(uses_scale)
    warm(gradient, V)
    other = types.SimpleNamespace(sum=lambda x: x[0] * 10.0)
    module("np", other)
    result = warm(gradient, V)
    module("np", sys.modules["numpy"])
    np.testing.assert_array_equal(result, [20.0, 0.0, 0.0])


def test_global_deleted(module):
    gradient = sg.grad(uses_helper)
    warm(gradient, 3.0)
    module("helper", cube)
    warm(gradient, 3.0)
    del globals()["helper"]
    with pytest.raises(NameError):
        gradient(3.0)
    globals()["helper"] = cube
    assert warm(gradient, 3.0) == 28.0


def test_changed_defaults(monkeypatch):
    gradient = sg.grad(with_default)
    np.testing.assert_array_equal(warm(gradient, V), np.full(3, 2.0))
    monkeypatch.setattr(with_default, "__defaults__", (np.ones((4, 3)),))
    np.testing.assert_array_equal(warm(gradient, V), np.full(3, 4.0))
    monkeypatch.setattr(with_default, "__defaults__", (5.0,))
    np.testing.assert_array_equal(warm(gradient, V), np.full(3, 5.0))
    np.testing.assert_array_equal(warm(gradient, V, 7.0), np.full(3, 7.0))


def test_changed_defaults_of_a_helper(monkeypatch):
    gradient = sg.grad(uses_default)
    assert warm(gradient, 3.0) == 12.0
    monkeypatch.setattr(defaulted, "__defaults__", (5.0,))
    assert warm(gradient, 3.0) == 30.0
    monkeypatch.setattr(defaulted, "__defaults__", (np.float32(0.5),))
    assert warm(gradient, 3.0) == 3.0


def test_closure_cells():
    k, inner = 2.0, helper

    def f(x):
        return np.sum(inner(x) * k)

    def change(new_k, new_inner):
        nonlocal k, inner
        k, inner = new_k, new_inner

    gradient = sg.grad(f)
    np.testing.assert_allclose(warm(gradient, V), 4.0 * V)
    change(np.ones((2, 1)), helper)
    np.testing.assert_allclose(warm(gradient, V), 4.0 * V)
    change(3.0, cube)
    np.testing.assert_allclose(warm(gradient, V), 9.0 * V * V)


def test_two_functions_of_one_code_object():
    def make(k):
        return lambda x: x * k

    two, three = sg.grad(make(2.0)), sg.grad(make(3.0))
    for _ in range(WARM):
        assert two(1.5) == 2.0 and three(1.5) == 3.0


def test_equal_code_in_other_namespaces():
    """Code objects of two files compare equal when their text does; what they call is each its own."""
    text = "def outer(x):\n    return inner(x) * x\n"
    found = []
    for body in ("return x * x", "return x + x"):
        name = f"equal_code_{len(found)}"
        made = types.ModuleType(name)
        source = f"def inner(x):\n    {body}\n" + text
        filename = f"<{name}>"
        __import__("linecache").cache[filename] = (len(source), None, source.splitlines(True), filename)
        exec(compile(source, filename, "exec"), made.__dict__)
        found.append(made)
    assert found[0].outer.__code__ == found[1].outer.__code__
    first, second = (sg.grad(m.outer) for m in found)
    for _ in range(WARM):
        assert first(2.0) == 12.0 and second(2.0) == 8.0


def test_axes_of_length_one_are_told_apart():
    gradient = sg.grad(lambda a, b: np.sum(a * b))
    b = np.arange(6.0).reshape(2, 3)
    for shape in ((2, 3), (1, 3), (2, 1), (1, 1), (3,), (1,)) * WARM:
        a = np.ones(shape)
        wanted = b
        for axis, length in enumerate((1,) * (2 - len(shape)) + shape):
            wanted = wanted.sum(axis=axis, keepdims=True) if length == 1 else wanted
        np.testing.assert_allclose(gradient(a, b), wanted.reshape(shape))


def test_keywords_and_order():
    gradient = sg.value_and_grad(lambda a, b, c=2.0: a * b * c, argnums=("b", "a"))
    for _ in range(WARM):
        assert gradient(3.0, 5.0) == (30.0, (6.0, 10.0))
        assert gradient(b=5.0, a=3.0) == (30.0, (6.0, 10.0))
        assert gradient(3.0, b=5.0, c=1.0) == (15.0, (3.0, 5.0))
        with pytest.raises(TypeError):
            gradient(3.0)
        with pytest.raises(TypeError):
            gradient(3.0, 5.0, a=1.0)


def test_errors_of_a_warm_call_point_at_the_users_line():
    def f(a, b):
        return np.sum(a @ b)

    gradient = sg.grad(f)
    warm(gradient, np.ones((2, 3)), np.ones((3, 2)))
    with pytest.raises(ValueError) as caught:
        gradient(np.ones((2, 3)), np.ones((2, 3)))
    lines = [(entry.name, entry.path) for entry in caught.traceback]
    assert any(name == "f" for name, _ in lines)


class Layer:
    def __init__(self, w):
        self.w = w

    def __call__(self, x):
        return self.w * x

    def squared(self, x):
        return self(x) ** 2


layer = Layer(2.0)


def uses_layer(x):
    return np.sum(layer.squared(x))


def test_replaced_methods_and_attributes(module, monkeypatch):
    gradient = sg.grad(uses_layer)
    np.testing.assert_allclose(warm(gradient, V), 8.0 * V)
    monkeypatch.setattr(layer, "w", 3.0)
    np.testing.assert_allclose(warm(gradient, V), 18.0 * V)
    monkeypatch.setattr(layer, "w", np.ones((2, 1)))
    np.testing.assert_allclose(warm(gradient, V), 4.0 * V)
    monkeypatch.setattr(Layer, "__call__", lambda self, x: self.w * x * x)
    np.testing.assert_allclose(warm(gradient, V), 8.0 * V**3)
    monkeypatch.setattr(Layer, "squared", lambda self, x: self(x))
    np.testing.assert_allclose(warm(gradient, V), 4.0 * V)


def test_one_array_at_two_places_of_a_structure():
    gradient = sg.grad(lambda p, q: np.sum(p["a"] * 2.0 + p["b"] * 3.0 + q[0] * 5.0), argnums=(0, 1))
    for _ in range(WARM):
        p, q = gradient({"a": V, "b": V.copy()}, [V.copy()])
        np.testing.assert_allclose((p["a"], p["b"], q[0]), np.outer((2.0, 3.0, 5.0), np.ones(3)))
        p, q = gradient({"a": V, "b": V}, [V])
        np.testing.assert_allclose((p["a"], p["b"], q[0]), np.outer((2.0, 3.0, 5.0), np.ones(3)))


def test_structure_whose_places_change():
    def f(params, x):
        total = 0.0
        for name in sorted(params):
            total = total + np.sum(params[name] * x)
        params["added"] = x
        return total

    gradient = sg.grad(f)
    for _ in range(WARM):
        for names in ("ab", "abc", "c"):
            found = gradient({name: np.ones(3) for name in names}, V)
            assert list(found) == list(names)
            np.testing.assert_allclose(list(found.values()), [V] * len(names))


def test_replaced_function_and_number_of_another_module():
    tools = types.ModuleType("tools_of_a_test")
    tools.act, tools.rate = helper, 2.0

    def f(x):
        return np.sum(tools.act(x) * tools.rate)

    gradient = sg.grad(f)
    np.testing.assert_allclose(warm(gradient, V), 4.0 * V)
    tools.rate = 3.0
    np.testing.assert_allclose(warm(gradient, V), 6.0 * V)
    tools.act = cube
    np.testing.assert_allclose(warm(gradient, V), 9.0 * V * V)
    tools.rate = np.ones((2, 1))
    np.testing.assert_allclose(warm(gradient, V), 6.0 * V * V)


LISTS = (
    lambda parts: sum(parts),
    lambda parts: np.sum(np.stack(parts) ** 2),
    lambda parts: ([v * v for v in parts], np.concatenate(parts) ** 2)[1],
)


@pytest.mark.parametrize("f", LISTS)
@pytest.mark.parametrize("change", [lambda parts: parts.clear(), lambda parts: parts.append(V), list.reverse])
def test_lists_of_the_caller_may_change_before_the_pullback(f, change):
    value, pullback = sg.vjp(f, [V, V * V])
    expected = pullback(np.ones_like(value))[0]
    parts = [V, V * V]
    _, pullback = sg.vjp(f, parts)
    change(parts)
    for got, wanted in zip(pullback(np.ones_like(value))[0], expected, strict=True):
        np.testing.assert_array_equal(got, wanted)
    assert all(np.any(part) for part in expected)


def test_lists_that_were_returned_may_change_before_the_pullback():
    def squares(x):
        parts = [x, x * x]
        return parts, np.stack(parts)

    (parts, both), pullback = sg.vjp(squares, V)
    parts.clear()
    (bar,) = pullback(([np.ones(3), np.ones(3)], np.ones_like(both)))
    np.testing.assert_allclose(bar, 2.0 * (1.0 + 2.0 * V))
