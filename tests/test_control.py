"""Control over what is differentiated and remembered: `stop_gradient` and `checkpoint`."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from support import check, frozen

import srcgrad as sg
from srcgrad.runtime import turns

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


# ------------------------------------------------------------------------------------------------ checkpointed loops


def relax(u, c, n):
    total = 0.0
    for k in range(n):
        v = np.sin(c * u) + k * 0.01
        if np.sum(v) > 1.0:
            u = u * v
        else:
            if k == 3:
                continue
            u = u + 0.1 * v
        total = total + np.sum(u * u)
    return total + np.sum(u)


def checkpointed_relax(u, c, n, s):
    total = 0.0
    for k in sg.checkpoint(range(n), snapshots=s):
        v = np.sin(c * u) + k * 0.01
        if np.sum(v) > 1.0:
            u = u * v
        else:
            if k == 3:
                continue
            u = u + 0.1 * v
        total = total + np.sum(u * u)
    return total + np.sum(u)


@pytest.mark.parametrize("s", [1, 2, 3, 20, None])
def test_loops_give_the_same_bits(s):
    with_it = sg.value_and_grad(checkpointed_relax, argnums=(0, 1))
    without = sg.value_and_grad(relax, argnums=(0, 1))
    for n in (0, 1, 2, 5, 17, 5):
        assert frozen(with_it(V, 1.3, n, s)) == frozen(without(V, 1.3, n))


def test_a_loop_against_differences():
    check(checkpointed_relax, V, 1.3, 9, 2)


def nested(u, w):
    for i in sg.checkpoint(range(4), snapshots=2):
        for j in range(3):
            u = np.tanh(w @ u) + 0.1 * j
            if u[0] > 0.5:
                u = u * 0.9
        for j in sg.checkpoint(range(3)):
            u = u * (1.0 + 0.01 * j * i)
    return np.sum(u * u)


def calls_in_turns(u, params):
    scale = params["scale"]
    for _ in sg.checkpoint(range(5), snapshots=2):
        u = scale * layer(u, params["w"])
    return np.sum(u)


def over_a_list(u, factors):
    for factor in sg.checkpoint(factors, snapshots=1):
        u = np.sin(u) * factor
    else:
        u = u * 2.0
    return np.sum(u)


def in_place(u):
    v = u * 1.0
    for k in sg.checkpoint(range(5), snapshots=2):
        v[1:] = v[1:] * v[:-1] + 0.1 * k
        v *= 1.1
    return np.sum(v * v)


@pytest.mark.parametrize(
    "f, args",
    [
        (nested, (V, W)), (calls_in_turns, (V, {"w": W, "scale": 1.1})), (over_a_list, (V, [1, 2, 3])),
        (over_a_list, (V, [])), (in_place, (V,)),
    ],
    ids=lambda x: getattr(x, "__name__", ""),
)  # fmt: skip
def test_checkpointed_loops(f, args):
    check(f, *args)


def drawing_loop(u, n):
    for _ in sg.checkpoint(range(n), snapshots=2):
        u = u * (1.0 + 0.1 * RNG.normal(size=3))
    return np.sum(u**2)


def plain_drawing_loop(u, n):
    for _ in range(n):
        u = u * (1.0 + 0.1 * RNG.normal(size=3))
    return np.sum(u**2)


def test_loops_draw_the_same_numbers():
    def run(f):
        global RNG
        RNG = np.random.default_rng(7)
        return sg.value_and_grad(f)(V, 9), RNG.random()

    for _ in range(2):
        assert frozen(run(drawing_loop)) == frozen(run(plain_drawing_loop))


def test_what_runs_is_shown():
    gradient = sg.grad(checkpointed_relax)
    gradient(V, 1.3, 5, 2)
    forward, reverse = gradient.source.split("def checkpointed_relax_reverse")
    assert "def checkpointed_relax_turn(k, u, total" in forward and "run_turns(checkpointed_relax_turn" in forward
    assert "in reversed(turns):" in reverse


def test_the_number_of_states_is_bounded():
    kept = []

    class Counting(turns.Snapshot):
        __slots__ = ("__weakref__",)

    import weakref

    alive: weakref.WeakSet = weakref.WeakSet()
    most = 0

    def made(*args):
        nonlocal most
        snapshot = Counting(*args)
        alive.add(snapshot)
        most = max(most, len(alive))
        return snapshot

    original, turns.Snapshot = turns.Snapshot, made  # type: ignore[misc]
    try:
        sg.grad(checkpointed_relax)(V, 1.3, 60, 4)
    finally:
        turns.Snapshot = original  # type: ignore[misc]
    assert kept == [] and most <= 5


def fewest(steps, states, known):
    """The least number of turns that a reverse of so many steps has to run, by trying every schedule."""
    if steps <= 1:
        return steps
    if states == 1:
        return steps * (steps + 1) // 2
    if (steps, states) not in known:
        known[steps, states] = min(
            first + fewest(steps - first, states - 1, known) + fewest(first, states, known) for first in range(1, steps)
        )
    return known[steps, states]


def scheduled(steps, states):
    """The number of turns that the schedule runs."""
    if steps <= 1:
        return steps
    if states == 1:
        return steps * (steps + 1) // 2
    first = turns.split(steps, states)
    return first + scheduled(steps - first, states - 1) + scheduled(first, states)


def test_the_schedule_is_the_best_there_is():
    known: dict = {}
    for states in range(1, 6):
        for steps in range(1, 50):
            assert scheduled(steps, states) == fewest(steps, states, known), (steps, states)
    assert scheduled(math.comb(8, 4), 5) == fewest(math.comb(8, 4), 5, known)


def leaves_by_break(u):
    for k in sg.checkpoint(range(3)):
        u = u * 2.0
        if k == 1:
            break
    return np.sum(u)


def leaves_by_return(u):
    for k in sg.checkpoint(range(3)):
        u = u * 2.0
        if k == 1:
            return np.sum(u)
    return np.sum(u)


def unbound_before(u):
    for _ in sg.checkpoint(range(3)):
        w = u * 2.0
    return np.sum(w)


def appends(u):
    items = []
    for _ in sg.checkpoint(range(3)):
        u = u * 2.0
        items.append(np.sum(u))
    return items[0] + items[1] + np.sum(u)


def held_outside(u):
    for _ in sg.checkpoint(range(3)):
        u = u * 2.0
        pair = {"u": u}
        u = pair["u"] * 1.5
    return np.sum(u)


def carries_a_list(u):
    items = [u, u]
    for _ in sg.checkpoint(range(3)):
        items = [items[0] * 2.0, items[1]]
    return np.sum(items[0])


def outside_a_head(u):
    numbers = sg.checkpoint(range(3))
    for _ in numbers:
        u = u * 2.0
    return np.sum(u)


def shared_memory(u):
    v = u * 1.0
    w = v[1:]
    for _ in sg.checkpoint(range(3), snapshots=1):
        v[0] = v[0] * 2.0
        w[0] = v[0] * w[1]
    return np.sum(v)


@pytest.mark.parametrize(
    "f",
    [
        leaves_by_break, leaves_by_return, unbound_before, appends, held_outside, carries_a_list, outside_a_head,
        shared_memory,
    ],
    ids=lambda f: f.__name__,
)  # fmt: skip
def test_right_or_refused(f):
    try:
        check(f, V)
    except sg.UnsupportedError as error:
        assert error.filename == __file__ and error.advice


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


def test_a_variable_first_bound_in_a_loop_and_read_after_it():
    def f(u):
        for k in range(3):
            w = u * (k + 1.0)
        return np.sum(w * w)

    check(f, V)


# ------------------------------------------------------------------------------------------------------- forward mode


@pytest.mark.parametrize(
    "f, args",
    [
        (checkpointed_network, (V, W)),
        (loop_of_lambdas, (V, [W, W.T.copy()])),
        (object_network, (Net(), V)),
        (nested, (V, W)),
    ],
    ids=lambda x: getattr(x, "__name__", ""),
)
def test_checkpoints_in_forward_mode(f, args):
    sg.check_grads(f, args, modes=("fwd",))
