"""Arguments that are dicts, lists or tuples: taken apart where only parts are read, by identity elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from support import check

import srcgrad as sg

W, V = np.array([0.3, -0.5, 0.7]), np.array([1.1, 0.2, -0.4])


def by_key(p):
    return np.sum(np.tanh(p["w"]) * p["v"]) * p["scale"]


def parts_repeated(p):
    return np.sum(p["w"] * p["w"] * p["v"])


def part_unused(p):
    return np.sum(p["w"] ** 2)


def unpacked(pair):
    w, v = pair
    return np.sum(w * np.sin(v))


def by_position(items):
    return np.sum(items[0] * items[-1]) + np.sum(items[1])


def part_in_loop(items):
    total = 0.0
    for i in range(3):
        total = total + items[0][i] * items[1][i] ** 2
    return total


def part_in_arm(p):
    y = p["w"]
    if p["scale"] > 1.0:
        y = y * p["scale"]
    return np.sum(y * y)


def measured(items):
    return np.sum(items[0] * items[1]) / len(items)


def looped_over(items):
    return sum(np.sum(w * w) for w in items)


def computed_key(p):
    total = 0.0
    for key in ("w", "v"):
        total = total + np.sum(p[key] ** 3)
    return total


def handed_on(p):
    return by_key(p) + np.sum(p["w"])


def stored_into(p):
    p["w"] = p["w"] * 2.0
    return np.sum(p["w"] * p["v"])


def kept_in_list(p):
    kept = [p["w"], p["v"]]
    return np.sum(kept[0] * kept[1])


def captured(p):
    return np.sum((lambda x: x * p["w"])(p["v"]))


def rebound(p):
    y = p["w"]
    p = {"w": y * y}
    return np.sum(p["w"])


TAKEN_APART = [
    (by_key, {"w": W, "v": V, "scale": 1.5, "name": "x", "count": 3}), (parts_repeated, {"w": W, "v": V}),
    (part_unused, {"w": W, "v": V, "scale": 2.0}), (unpacked, (W, V)), (by_position, [W, V, W * 2.0]),
    (part_in_loop, [W, V]), (part_in_arm, {"w": W, "scale": 2.0}), (part_in_arm, {"w": W, "scale": 0.5}),
    (measured, [W, V]),
    (by_key, {"w": W.astype(np.float32), "v": V.astype(np.float32), "scale": 1.5}),
    (part_unused, {"w": np.zeros((0, 2)), "v": np.array(1.0)}),
]  # fmt: skip
BY_IDENTITY = [
    (looped_over, [W, V]), (computed_key, {"w": W, "v": V}), (handed_on, {"w": W, "v": V, "scale": 1.5}),
    (stored_into, {"w": W, "v": V}), (captured, {"w": W, "v": V}), (kept_in_list, {"w": W, "v": V}),
    (rebound, {"w": W}),
]  # fmt: skip


@pytest.mark.parametrize(("f", "p"), TAKEN_APART, ids=lambda x: getattr(x, "__name__", ""))
def test_parts_have_adjoints_of_their_own(f, p):
    check(f, p, argnums=0)
    gradient = sg.grad(f)
    gradient(p)
    assert "bars.add(p" not in gradient.source


@pytest.mark.parametrize(("f", "p"), BY_IDENTITY, ids=lambda x: getattr(x, "__name__", ""))
def test_other_uses_go_by_identity(f, p):
    check(f, p, argnums=0)


@pytest.mark.parametrize("f", [by_position, parts_repeated, unpacked])
def test_one_array_at_two_places(f):
    p = {by_position: [W, W, W], parts_repeated: {"w": W, "v": W}, unpacked: (W, W)}[f]
    check(f, p, argnums=0)


def test_pullback_of_a_structure_twice():
    value, pullback = sg.vjp(by_key, {"w": W, "v": V, "scale": 1.5})
    (first,), (second,) = pullback(1.0), pullback(1.0)
    assert np.isscalar(value) and first.keys() == second.keys()
    for key in first:
        np.testing.assert_array_equal(first[key], second[key])
        assert not np.shares_memory(first[key], second[key]) or np.ndim(first[key]) == 0
