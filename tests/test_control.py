"""Control over what is differentiated and remembered: `stop_gradient` and `checkpoint`."""

from __future__ import annotations

import random

import numpy as np
import pytest
from support import check, frozen

import srcgrad as sg

V = np.array([0.5, -1.0, 1.5])
W = np.arange(9.0).reshape(3, 3) / 9.0

# ---------------------------------------------------------------------------------------------------- stop_gradient


def test_stop_gradient_is_the_identity():
    for value in (V, 2.0, [V], {"a": 1}, None, "x"):
        assert sg.stop_gradient(value) is value


def stopped(x):
    y = x * x
    c = sg.stop_gradient(y)
    return np.sum(c * x)


def stopped_in_a_list(x):
    c = sg.stop_gradient(x)
    items = [x, c]
    total = 0.0
    for item in items:
        total = total + np.sum(item * item)
    return total


def stopped_tuple(x):
    a, b = sg.stop_gradient((x, x * 2.0))
    return np.sum(x * a * b)


def stopped_dict(x):
    p = {"a": x, "b": x * x}
    q = {k: sg.stop_gradient(v) for k, v in p.items()}
    return np.sum(p["a"] * q["b"])


def straight_through(x):
    return np.sum((x + sg.stop_gradient(np.round(x) - x)) ** 2)


def stopped_loop(x):
    h = x
    for _ in range(3):
        h = np.sin(h) + sg.stop_gradient(h)
    return np.sum(h)


@pytest.mark.parametrize(
    "f, wanted",
    [
        (stopped, V * V),
        (stopped_in_a_list, 2.0 * V),
        (stopped_tuple, 2.0 * V * V),
        (stopped_dict, V * V),
        (straight_through, 2.0 * np.round(V)),
    ],
)
def test_nothing_flows_through_what_is_stopped(f, wanted):
    value, gradient = sg.value_and_grad(f)(V)
    assert value == f(V)
    np.testing.assert_allclose(gradient, wanted)


def test_stopped_in_a_loop():
    h, slope = V, np.ones(3)
    for _ in range(3):
        slope = slope * np.cos(h)
        h = np.sin(h) + h
    np.testing.assert_allclose(sg.grad(stopped_loop)(V), slope)


def test_scalars_and_values_of_unknown_kind():
    def f(x, tools):
        c = tools["stop"](x)
        return x * c

    assert sg.grad(lambda x: sg.stop_gradient(x) * x)(3.0) == 3.0
    assert sg.grad(f)(3.0, {"stop": sg.stop_gradient}) == 3.0


def test_the_stopped_value_shares_memory_as_it_does_in_plain_python():
    def f(x):
        y = x * 2.0
        return np.sum(y), (y, sg.stop_gradient(y))

    _, (y, c) = sg.grad(f, has_aux=True)(V)
    assert np.shares_memory(y, c)


def test_a_container_is_refused():
    def f(p):
        q = sg.stop_gradient(p)
        return np.sum(p["a"] * q["a"])

    with pytest.raises(sg.UnsupportedError, match="items"):
        sg.grad(f)({"a": V})


def stopped_then_written(x):
    u = x * 1.0
    c = sg.stop_gradient(u)
    u[0] = u[0] * 2.0
    return np.sum(c * u)


def test_an_array_that_is_written_is_copied_first():
    with pytest.raises(sg.UnsupportedError, match="copy it first"):
        sg.grad(stopped_then_written)(V)

    def copied(x):
        u = x * 1.0
        c = sg.stop_gradient(u.copy())
        u[0] = u[0] * 2.0
        return np.sum(c * u)

    np.testing.assert_allclose(sg.grad(copied)(V), V * [2.0, 1.0, 1.0])


# ------------------------------------------------------------------------------------------------ checkpointed calls

RNG = np.random.default_rng(0)
CALLS = []


def layer(h, w):
    CALLS.append(1)
    return np.tanh(w @ h) + 0.1 * h


checkpointed_layer = sg.checkpoint(layer)


def network(x, w):
    h = x
    for _ in range(3):
        h = layer(h, w)
    return np.sum(h * h)


def checkpointed_network(x, w):
    h = x
    for _ in range(3):
        h = checkpointed_layer(h, w)
    return np.sum(h * h)


def loop_of_lambdas(x, ws):
    h = x
    for w in ws:
        h = sg.checkpoint(lambda h: layer(h, w))(h)
    return np.sum(h)


def in_place_of_a_name(x, w):
    return np.sum(sg.checkpoint(layer)(x, w) ** 2)


class Net:
    def __init__(self):
        self.w = W * 1.0

    @sg.checkpoint
    def layer(self, h):
        return np.tanh(self.w @ h)

    def parts(self, h):
        return {"a": np.sin(self.w @ h), "b": [h, h * 2.0]}

    def __call__(self, x):
        d = sg.checkpoint(self.parts)(self.layer(x))
        return np.sum(d["a"] * d["b"][0]) + np.sum(d["b"][1])


def object_network(net, x):
    return net(x)


def branches(x, w):
    def choose(h):
        if np.sum(h) > 0.0:
            return layer(h, w)
        return h * h

    h = sg.checkpoint(choose)(x)
    return np.sum(sg.checkpoint(choose)(-h))


@pytest.mark.parametrize(
    "f, args",
    [
        (checkpointed_network, (V, W)), (loop_of_lambdas, (V, [W, W.T.copy()])), (in_place_of_a_name, (V, W)),
        (object_network, (Net(), V)), (branches, (V, W)),
    ],
    ids=lambda x: getattr(x, "__name__", ""),
)  # fmt: skip
def test_checkpointed_calls(f, args):
    check(f, *args)


def test_checkpointed_gradients_are_the_same_bits():
    with_it = sg.value_and_grad(checkpointed_network, argnums=(0, 1))
    without = sg.value_and_grad(network, argnums=(0, 1))
    for _ in range(3):
        assert frozen(with_it(V, W)) == frozen(without(V, W))
    assert "layer_checkpoint" in with_it.source


def test_the_function_runs_once_in_the_forward_and_once_more_in_the_reverse():
    gradient = sg.grad(checkpointed_network)
    gradient(V, W)
    CALLS.clear()
    gradient(V, W)
    assert len(CALLS) == 6


def noisy(h, scale):
    return h * RNG.normal(size=3) * np.random.rand() * scale + random.random()


class Noise:
    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def __call__(self, h):
        return h + 0.1 * self.rng.normal(size=3)


def drawing(x, noise, use):
    draw = sg.checkpoint(noisy) if use else noisy
    blur = sg.checkpoint(noise) if use else noise
    total = 0.0
    for _ in range(2):
        total = total + np.sum(draw(x, 2.0) ** 2) + np.sum(blur(x) ** 3)
    return total


@pytest.mark.parametrize("times", [1, 2])
def test_random_numbers_are_the_same(times):
    def run(use):
        global RNG
        RNG = np.random.default_rng(7)
        np.random.seed(3)
        random.seed(3)
        noise = Noise(5)
        gradient = sg.value_and_grad(drawing)
        results = [gradient(V, noise, use) for _ in range(times)]
        return results, RNG.random(), np.random.rand(), random.random(), noise.rng.random()

    assert frozen(run(True)) == frozen(run(False))


def test_random_numbers_of_a_bit_generator_are_the_same():
    def scaled(x, bits):
        return x * np.random.Generator(bits).normal(size=3)

    def loss(x, use):
        bits, step = np.random.PCG64(3), sg.checkpoint(scaled) if use else scaled
        return np.sum(step(x, bits) * step(x, bits))

    assert frozen(sg.grad(loss)(V, True)) == frozen(sg.grad(loss)(V, False))


def test_rules_and_gradients_are_checkpointed():
    @sg.custom_vjp
    def twice(x):
        return x * 2.0

    twice.defvjp(lambda x: (x * 2.0, x), lambda x, bar: 7.0 * bar * x)
    assert sg.grad(lambda x: sg.checkpoint(twice)(x))(3.0) == 21.0
    assert sg.grad(sg.checkpoint(twice))(3.0) == 21.0
    slope = sg.grad(lambda x: np.sum(np.sin(x) * x))
    sg.check_grads(lambda x: np.sum(sg.checkpoint(slope)(x) * x), (V,), modes=("rev", "fwd"))
    sg.check_grads(sg.grad(lambda x: sg.checkpoint(twice)(np.sum(sg.checkpoint(slope)(x)))), (V,))


def test_arguments_written_inside_are_refused():
    def append(h, items):
        items.append(h * 2.0)
        return h * h

    def f(x):
        items = []
        y = sg.checkpoint(append)(x, items)
        return np.sum(y * items[0])

    with pytest.raises(sg.UnsupportedError, match="writes into what it was given"):
        sg.grad(f)(V)


def test_an_argument_written_after_the_call_is_noticed():
    table = np.ones(3)
    value, pullback = sg.vjp(lambda x: np.sum(sg.checkpoint(lambda h: h * h * table)(x)), V)
    np.testing.assert_allclose(pullback(1.0)[0], 2.0 * V)
    table[0] = 5.0
    with pytest.raises(sg.UnsupportedError, match="written after the call"):
        pullback(1.0)


def test_another_result_the_second_time_is_noticed():
    count = iter(range(100))

    def stateful(h):
        return h * next(count)

    with pytest.raises((RuntimeError, sg.UnsupportedError)):
        sg.grad(lambda x: np.sum(sg.checkpoint(stateful)(x) ** 2))(V)


# ------------------------------------------------------------------------------------------------------ wrong arguments


def test_wrong_arguments():
    assert list(sg.checkpoint(range(3), snapshots=2)) == [0, 1, 2]
    with pytest.raises(TypeError, match="wanted a function"):
        sg.checkpoint(3)
    with pytest.raises(TypeError, match="for loops"):
        sg.checkpoint(layer, snapshots=3)
    with pytest.raises(ValueError, match="at least one"):
        sg.checkpoint(range(3), snapshots=0)
    with pytest.raises(TypeError, match="number of states"):
        sg.checkpoint(range(3), snapshots=1.5)


# ------------------------------------------------------------------------------------------------------- forward mode


@pytest.mark.parametrize(
    "f, args",
    [
        (checkpointed_network, (V, W)),
        (loop_of_lambdas, (V, [W, W.T.copy()])),
        (object_network, (Net(), V)),
    ],
    ids=lambda x: getattr(x, "__name__", ""),
)
def test_checkpoints_in_forward_mode(f, args):
    sg.check_grads(f, args, modes=("fwd",))
