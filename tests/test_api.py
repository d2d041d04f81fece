"""Arguments and results of `grad`, `value_and_grad` and `vjp`: forms of argnums, structures, methods, pullbacks."""

from __future__ import annotations

import dataclasses
import functools
from collections import namedtuple

import numpy as np
import pytest
from support import frozen

import srcgrad as sg

V = np.array([0.3, -0.7, 1.1])


def product(w, b, x=2.0):
    """The product of its arguments."""
    return np.sum(w * x) * b


@sg.grad
def decorated(w):
    """Doc of decorated."""
    return np.sum(w**3)


@sg.grad(argnums=("w", "b"))
def decorated_with_names(w, b):
    return np.sum(w) * b


@sg.value_and_grad(argnums=1)
def decorated_value(w, b):
    return np.sum(w) * b * b


class Model:
    """Methods that are gradients."""

    def __init__(self, k):
        self.k = k

    @sg.grad(argnums="x")
    def slope(self, x):
        """Slope of the model."""
        return self.k * x * x

    @sg.value_and_grad(argnums=1)
    def both(self, x):
        return self.energy(x)

    def energy(self, x):
        return np.sum(self.k * x * x)


# ----------------------------------------------------------------------------------------------------- forms of argnums


def test_default_is_the_first_argument():
    gradient = sg.grad(product)(V, 0.5)
    assert isinstance(gradient, np.ndarray)
    np.testing.assert_allclose(gradient, np.ones(3))


@pytest.mark.parametrize("argnums", [1, -2, "b"])
def test_one_argument(argnums):
    gradient = sg.grad(product, argnums=argnums)(V, 0.5, 2.0)
    assert not isinstance(gradient, tuple)
    np.testing.assert_allclose(gradient, 2.0 * V.sum())


@pytest.mark.parametrize("argnums", [(0, 1), ("w", "b"), (0, -2), ("w", 1), [0, 1]])
def test_several_arguments(argnums):
    gradients = sg.grad(product, argnums=argnums)(V, 0.5, 2.0)
    assert type(gradients) is tuple and len(gradients) == 2
    np.testing.assert_allclose(gradients[0], np.ones(3))
    np.testing.assert_allclose(gradients[1], 2.0 * V.sum())


def test_order_of_a_tuple_is_kept():
    b, w = sg.grad(product, argnums=("b", "w"))(V, 0.5)
    assert np.shape(b) == () and np.shape(w) == (3,)


def test_tuple_of_one():
    gradients = sg.grad(product, argnums=("w",))(V, 0.5)
    assert type(gradients) is tuple and len(gradients) == 1


def test_arguments_by_keyword_and_default():
    np.testing.assert_allclose(sg.grad(product, argnums="b")(b=0.5, w=V), 2.0 * V.sum())
    np.testing.assert_allclose(sg.grad(product, argnums="x")(V, 0.5, x=3.0), V.sum() * 0.5)
    np.testing.assert_allclose(sg.grad(product, argnums="x")(V, 0.5), V.sum() * 0.5)
    np.testing.assert_allclose(sg.grad(product, argnums=(0, "x"))(V, b=0.5, x=3.0)[0], 1.5 * np.ones(3))


def test_keyword_only_argument_by_name():
    def f(x, *, scale):
        return x * scale**2

    assert float(sg.grad(f, argnums="scale")(3.0, scale=2.0)) == 12.0


def test_value_and_grad_form():
    value, gradient = sg.value_and_grad(product)(V, 0.5)
    assert frozen(value) == frozen(product(V, 0.5))
    np.testing.assert_allclose(gradient, np.ones(3))
    value, (w, b) = sg.value_and_grad(product, argnums=(0, 1))(V, 0.5)
    assert np.shape(w) == (3,) and np.shape(b) == ()


@pytest.mark.parametrize("argnums", [0, (0, 1)])
def test_has_aux(argnums):
    def f(w, b):
        h = np.tanh(w)
        return np.sum(h) * b, {"hidden": h, "note": "text", "count": 3}

    gradients, aux = sg.grad(f, argnums=argnums, has_aux=True)(V, 0.5)
    (value, aux_too), both = sg.value_and_grad(f, argnums=argnums, has_aux=True)(V, 0.5)
    plain, plain_aux = f(V, 0.5)
    assert frozen(value) == frozen(plain)
    assert frozen(aux) == frozen(aux_too) == frozen(plain_aux)
    assert frozen(both) == frozen(gradients)
    np.testing.assert_allclose(gradients if argnums == 0 else gradients[0], 0.5 * (1.0 - np.tanh(V) ** 2))


def test_decorators():
    np.testing.assert_allclose(decorated(V), 3.0 * V**2)
    w, b = decorated_with_names(V, 0.5)
    np.testing.assert_allclose(w, 0.5 * np.ones(3))
    np.testing.assert_allclose(b, V.sum())
    value, slope = decorated_value(V, 0.5)
    np.testing.assert_allclose([value, slope], [V.sum() * 0.25, V.sum()])


def test_partial_and_callables():
    np.testing.assert_allclose(sg.grad(functools.partial(product, b=0.5))(V), np.ones(3))
    np.testing.assert_allclose(sg.grad(functools.partial(product, V))(0.5), 2.0 * V.sum())
    np.testing.assert_allclose(sg.grad(Model(2.0).energy)(V), 4.0 * V)


# -------------------------------------------------------------------------------------------------------------- methods


def test_methods_in_a_class_body():
    model = Model(3.0)
    assert float(model.slope(0.5)) == 3.0
    assert float(Model.slope(model, 0.5)) == 3.0
    value, slope = model.both(V)
    np.testing.assert_allclose(value, 3.0 * np.sum(V * V))
    np.testing.assert_allclose(slope, 6.0 * V)
    assert float(Model(5.0).slope(0.5)) == 5.0
    assert model.slope.__name__ == "slope"
    assert model.slope.__doc__ == "Slope of the model."


def test_gradient_for_the_attributes_of_self():
    value, gradient = sg.value_and_grad(Model.energy)(Model(3.0), V)
    np.testing.assert_allclose(value, 3.0 * np.sum(V * V))
    np.testing.assert_allclose(gradient["k"] if isinstance(gradient, dict) else gradient.k, np.sum(V * V))


# ----------------------------------------------------------------------------------------------------------- structures


Pair = namedtuple("Pair", "a b")


@dataclasses.dataclass
class Params:
    w: np.ndarray
    b: float


def test_structures_come_back_in_kind():
    def f(params):
        return sum(np.sum(w * w) for w in params["list"]) + params["pair"].a * params["data"].b + params["tuple"][0]

    params = {"list": [V, 2.0 * V], "pair": Pair(0.5, 0.6), "data": Params(V, 0.7), "tuple": (0.1, (0.2,))}
    gradient = sg.grad(f)(params)
    assert list(gradient) == list(params)
    assert type(gradient["list"]) is list and type(gradient["pair"]) is Pair and type(gradient["data"]) is Params
    np.testing.assert_allclose(gradient["list"][1], 4.0 * V)
    assert float(gradient["pair"].a) == 0.7 and float(gradient["pair"].b) == 0.0
    assert float(gradient["data"].b) == 0.5
    np.testing.assert_array_equal(gradient["data"].w, np.zeros(3))
    assert float(gradient["tuple"][0]) == 1.0 and float(gradient["tuple"][1][0]) == 0.0


def test_unused_argument_gets_zeros():
    w, m, x = sg.grad(lambda v, m, x: np.sum(v), argnums=(0, 1, 2))(V, np.ones((2, 3), np.float32), 0.5)
    assert m.shape == (2, 3) and m.dtype == np.float32 and not m.any() and m.flags.writeable
    assert np.shape(x) == () and float(x) == 0.0
    np.testing.assert_array_equal(w, np.ones(3))


def test_gradients_are_owned_and_writeable():
    def f(a, b, c):
        return np.sum(a + b) + np.sum(c) + np.sum(a)

    a, b, c = V.copy(), V.copy(), V.copy()
    gradients = sg.grad(f, argnums=(0, 1, 2))(a, b, c)
    for i, gradient in enumerate(gradients):
        assert gradient.flags.writeable
        others = [*gradients[:i], *gradients[i + 1 :], a, b, c]
        assert not any(np.shares_memory(gradient, other) for other in others)
        gradient += 1.0
    np.testing.assert_array_equal(sg.grad(f)(a, b, c), 2.0 * np.ones(3))


def test_single_precision_stays_single():
    v = V.astype(np.float32)
    value, gradient = sg.value_and_grad(lambda v: np.sum(np.tanh(v) * 2.0))(v)
    assert value.dtype == gradient.dtype == np.float32
    _, pullback = sg.vjp(lambda v: v * 2.0 + 1.0, v)
    assert pullback(np.ones(3, np.float32))[0].dtype == np.float32


def test_single_precision_cast_inside():
    gradient = sg.grad(lambda v: np.sum(v.astype(np.float32) * 0.5))(V)
    assert gradient.dtype == np.float64
    np.testing.assert_allclose(gradient, 0.5 * np.ones(3))


# ------------------------------------------------------------------------------------------------------------------ vjp


def test_vjp_of_one_result():
    out, pullback = sg.vjp(np_outer, V, 2.0 * V[:2])
    np.testing.assert_array_equal(out, np_outer(V, 2.0 * V[:2]))
    cotangent = np.arange(6.0).reshape(3, 2)
    gradients = pullback(cotangent)
    assert type(gradients) is tuple and len(gradients) == 2
    np.testing.assert_allclose(gradients[0], cotangent @ (2.0 * V[:2]))
    np.testing.assert_allclose(gradients[1], cotangent.T @ V)
    again = pullback(cotangent)
    assert frozen(again) == frozen(gradients)
    assert not np.shares_memory(again[0], gradients[0])


def np_outer(v, w):
    return np.outer(v, w)


def test_vjp_of_a_structure():
    out, pullback = sg.vjp(lambda v: {"square": v * v, "sums": (np.sum(v), [v])}, V)
    (gradient,) = pullback({"square": np.ones(3), "sums": (2.0, [np.full(3, 5.0)])})
    assert list(out) == ["square", "sums"]
    np.testing.assert_allclose(gradient, 2.0 * V + 7.0)


def test_vjp_of_a_scalar():
    _, pullback = sg.vjp(lambda x: x**3, 2.0)
    assert float(pullback(1.0)[0]) == 12.0
    assert float(pullback(2)[0]) == 24.0


def test_vjp_of_integers_is_refused_or_left_out():
    """An integer argument of `vjp` is not silently given a zero array of integers as its gradient."""
    try:
        _, pullback = sg.vjp(lambda x, n: x**n, 2.0, 3)
    except TypeError as error:
        assert "n" in str(error)
        return
    slope, nothing = pullback(1.0)
    assert float(slope) == 12.0
    assert nothing is None


# ---------------------------------------------------------------------------------------------------------- check_grads


def test_check_grads_passes_and_fails():
    sg.check_grads(product, (V, 0.5, 2.0))
    sg.check_grads(np_outer, (V, V))

    with pytest.raises(AssertionError):
        sg.check_grads(lambda x: np.round(x, 2) + x * x, (0.7151,), eps=0.01)


def test_check_grads_takes_the_documented_arguments():
    sg.check_grads(product, (V, 0.5, 2.0), order=1, modes=("rev",))
    with pytest.raises((ValueError, TypeError)):
        sg.check_grads(product, (V, 0.5, 2.0), modes=("sideways",))
