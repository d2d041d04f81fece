"""Functions as single nodes of a recorded graph, and what of their surroundings is an input."""

from __future__ import annotations

import types

import numpy as np
import pytest

import srcgrad as sg


def t(value):
    return sg.tensor(value, requires_grad=True)


WEIGHT = t([1.0, 2.0])
TABLE = {"scale": t(3.0), "name": "table"}


@sg.differentiable
def layer(x, w):
    h = np.tanh(x * w)
    if h.sum() > 1.0:
        h = h * 2.0
    return h


def test_a_marked_function_is_one_node():
    x, w = t([0.5, 1.0]), t([1.0, 2.0])
    y = layer(x, w)
    assert repr(y.grad_fn).startswith("<layerBackward: line 30: true") or "true" in repr(y.grad_fn)
    assert [each[0].variable for each in y.grad_fn.next_functions] == [x, w]
    (y * np.array([1.0, 10.0])).sum().backward()
    x2, w2 = t([0.5, 1.0]), t([1.0, 2.0])
    (layer.__wrapped__(x2, w2) * np.array([1.0, 10.0])).sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), x2.grad.numpy(), rtol=1e-15)
    np.testing.assert_allclose(w.grad.numpy(), w2.grad.numpy(), rtol=1e-15)
    assert repr(y.grad_fn).count("layer") == 1
    with pytest.raises(RuntimeError, match="freed"):
        y.sum().backward()


def test_on_arrays_it_is_the_function():
    value = layer(np.array([0.5]), np.array([1.0]))
    assert type(value) is np.ndarray
    with sg.no_grad():
        assert not layer(t([0.5]), t([1.0])).requires_grad


@sg.differentiable
def reads_globals(x):
    return np.sum(x * WEIGHT) * TABLE["scale"]


def test_globals_are_inputs():
    WEIGHT.grad = TABLE["scale"].grad = None
    x = t([5.0, 7.0])
    y = reads_globals(x)
    assert y.item() == 57.0
    y.backward()
    assert x.grad.tolist() == [3.0, 6.0]
    assert WEIGHT.grad.tolist() == [15.0, 21.0] and TABLE["scale"].grad.item() == 19.0
    assert reads_globals(np.array([5.0, 7.0])).requires_grad


def test_closure_cells_are_inputs():
    w = t(2.0)

    @sg.differentiable
    def scaled(x):
        return w * x * x

    x = t(3.0)
    y = scaled(x)
    y.backward()
    assert (x.grad.item(), w.grad.item()) == (12.0, 9.0)
    w = t(5.0)  # read when the call happens
    x.grad = None
    scaled(x).backward()
    assert (x.grad.item(), w.grad.item()) == (30.0, 9.0)


class Model:
    def __init__(self):
        self.w = t([1.0, 2.0])
        self.layers = [{"b": t(0.5)}, {"b": t(1.5)}]
        self.name = "model"

    @sg.differentiable
    def loss(self, x):
        h = x * self.w
        for each in self.layers:
            h = np.tanh(h) + each["b"]
        return np.sum(h * h)

    @sg.differentiable
    def counts(self, x):
        self.calls = getattr(self, "calls", 0) + 1
        return np.sum(x * self.w)


def test_attributes_of_self_are_inputs():
    model, x = Model(), np.array([0.3, 0.4])
    model.loss(x).backward()
    other = Model()
    Model.loss.__wrapped__(other, x).backward()
    np.testing.assert_allclose(model.w.grad.numpy(), other.w.grad.numpy(), rtol=1e-14)
    for mine, theirs in zip(model.layers, other.layers):
        np.testing.assert_allclose(mine["b"].grad.numpy(), theirs["b"].grad.numpy(), rtol=1e-14)


def test_a_function_that_writes_to_self_runs_on_the_tensors():
    model = Model()
    for _ in range(2):
        y = model.counts(np.array([1.0, 1.0]))
    y.backward()
    assert model.calls == 2 and model.w.grad.tolist() == [1.0, 1.0]


def test_structures_of_tensors():
    @sg.differentiable
    def loss(params, x):
        return np.sum(params["w"] * x) + params["more"][0] ** 2

    params = {"w": t([1.0, 2.0]), "more": (t(3.0), sg.tensor(1.0))}
    y = loss(params, np.array([10.0, 20.0]))
    y.backward()
    assert params["w"].grad.tolist() == [10.0, 20.0] and params["more"][0].grad.item() == 6.0
    shared = t([1.0, 2.0])
    y = loss({"w": shared, "more": (shared[0], 0.0)}, shared)
    y.backward()
    assert shared.grad.tolist() == [2.0 + 2.0, 4.0]


def test_several_results():
    @sg.differentiable
    def both(x):
        return np.sin(x), {"cos": np.cos(x), "n": 3}

    x = t([0.5, 1.0])
    sine, rest = both(x)
    assert rest["n"] == 3 and sine.requires_grad
    (sine * sine).sum().backward(retain_graph=True)
    np.testing.assert_allclose(x.grad.numpy(), np.sin([1.0, 2.0]), rtol=1e-14)
    x.grad = None
    (sine.sum() + 2.0 * rest["cos"].sum()).backward()
    np.testing.assert_allclose(x.grad.numpy(), np.cos([0.5, 1.0]) - 2.0 * np.sin([0.5, 1.0]), rtol=1e-14)


def test_an_argument_that_changes_after_the_call():
    x, a = t([1.0, 2.0]), np.array([3.0, 4.0])

    @sg.differentiable
    def f(x, a):
        return np.sum(x * a)

    y = f(x, a)
    a[0] = 100.0
    with pytest.raises(RuntimeError, match="changed after the call"):
        y.backward()
    h = x * 2.0
    y = f(h, h)
    h += 1.0
    with pytest.raises(RuntimeError, match="modified in place"):
        y.backward()


def test_what_is_refused():
    holder = types.SimpleNamespace(w=t(2.0))

    def hidden():
        return holder.w

    @sg.differentiable
    def f(x):
        return x * hidden()

    with pytest.raises((sg.UnsupportedError, RuntimeError)):
        f(t(3.0)).backward()
    with pytest.raises(RuntimeError, match="knows nothing of gradients"):
        np.random.default_rng(0).normal(t(1.0))


def test_grad_functions_give_gradients_of_arrays_still():
    @sg.grad
    def f(x):
        return np.sum(x**3)

    x = np.array([1.0, 2.0])
    for _ in range(4):
        np.testing.assert_array_equal(f(x), [3.0, 12.0])
        y = f(t(x))
        assert y.item() == 9.0
        y.backward()


def test_a_product_of_several_arrays_shares_memory_with_none_of_them():
    @sg.differentiable
    def f(x, y, c):
        v = x * 1.0
        v[0] *= 0.5
        return np.sum(np.einsum("ij,kj->ki", v, c) ** 2) + np.sum(np.einsum("ij,kj->ki", y, c))

    x, y, c = t([[1.0, 2.0], [3.0, 4.0]]), t([[0.5, 1.5], [2.5, 3.5]]), np.array([[1.0, -1.0], [2.0, 0.5]])
    f(x, y, c).backward()
    scale = np.array([[0.5], [1.0]])
    np.testing.assert_allclose(x.grad.numpy(), 2.0 * (c.T @ (c @ (x.detach().numpy() * scale).T)).T * scale)
    np.testing.assert_allclose(y.grad.numpy(), np.tile(c.sum(0), (2, 1)))


@sg.custom_vjp
def turned_round(x):
    return x * 1.0


turned_round.defvjp(lambda x: (x * 1.0, None), lambda carrier, bar: -bar)


@sg.custom_jvp
def steep(x, power=3):
    return x**power


steep.defjvp(lambda primals, tangents: (primals[0] ** 3, 100.0 * primals[0] * tangents[0]))


def test_functions_with_rules_of_their_own_are_nodes_with_these_rules():
    x = t([1.0, 2.0])
    y = (turned_round(x) * x.detach()).sum() + steep(x).sum()
    y.backward()
    np.testing.assert_allclose(x.grad.numpy(), [-1.0 + 100.0, -2.0 + 200.0])
    with pytest.raises(sg.UnsupportedError, match="has a rule of its own"):
        sg.autograd.grad(steep(x * 2.0).sum(), x, create_graph=True)
    with sg.no_grad():
        assert not turned_round(x).requires_grad
    np.testing.assert_array_equal(turned_round(sg.tensor([3.0])).numpy(), [3.0])
    np.testing.assert_array_equal(turned_round(np.array([3.0])), [3.0])


def test_what_a_program_says_of_its_derivative_holds_for_tensors():
    x = t([1.0, 2.0])
    (sg.stop_gradient(x) * x).sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), [1.0, 2.0])
    a, b = sg.stop_gradient((x, 3.0))
    assert not a.requires_grad and b == 3.0
