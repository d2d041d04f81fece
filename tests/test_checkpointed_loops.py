"""Loops over `checkpoint(items)`: the same bits from a bounded number of states."""

from __future__ import annotations

import math
import weakref

import numpy as np
import pytest
from support import check, frozen

import srcgrad as sg
from srcgrad.runtime import turns

V = np.array([0.5, -1.0, 1.5])
W = np.arange(9.0).reshape(3, 3) / 9.0
RNG = np.random.default_rng(0)


def layer(h, w):
    return np.tanh(w @ h) + 0.1 * h


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
    class Counting(turns.Snapshot):
        __slots__ = ("__weakref__",)

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
    assert most <= 5


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


def test_a_variable_first_bound_in_a_loop_and_read_after_it():
    def f(u):
        for k in range(3):
            w = u * (k + 1.0)
        return np.sum(w * w)

    check(f, V)


def test_a_loop_in_forward_mode():
    sg.check_grads(nested, (V, W), modes=("fwd",))
