"""A cotangent that goes to several operands as it is: written in place only where nobody else reads it any more."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import srcgrad as sg


def swinging(x, w):
    v = np.zeros_like(x)
    for _ in range(3):
        v += 0.1 * np.sin(w * x)
        x = x + 0.2 * v
    return np.sum(x * x)


def seen_through_a_view(x, w):
    y = np.sin(x)
    t = w.reshape(2, 3)
    z = x + t
    return np.sum(z * z) + np.sum(y)


def seen_through_a_view_in_a_loop(x, w):
    for _ in range(3):
        y = np.sin(x)
        t = w.reshape(2, 3)
        x = x + t
        x = x * y
    return np.sum(x)


def put_into_a_list(x, w):
    terms = []
    for k in range(3):
        y = np.sin(x)
        t = w * (k + 1.0)
        terms.append(t)
        x = x + t
        x = x * y
    return np.sum(x) + np.sum(terms[1] ** 3)


def twice_the_same(x, w):
    t = w * w
    y = np.cos(x)
    z = x + t
    u = z + t
    return np.sum(u * u) + np.sum(y * z)


def three_terms(x, w):
    for _ in range(2):
        y = x * w
        a = w + x
        b = a + y
        x = b + a
    return np.sum(x * x)


def by_arms(x, w):
    for k in range(4):
        y = np.tanh(x)
        t = w * y
        if k % 2:
            t = t + w
        else:
            x = x + y
        x = x + t
    return np.sum(x * y)


def scaled(t, w):
    return t + w


def through_calls(x, w):
    for _ in range(3):
        y = np.sin(x)
        x = x + scaled(w, y)
    return np.sum(x * x)


def stored(x, w):
    rows = np.zeros((3, *x.shape))
    for k in range(3):
        y = np.sin(x)
        t = w * y
        rows[k] = t
        x = x + t
        x = x - y
    return np.sum(rows**2) + np.sum(x)


def read_by_parts(x, w):
    total = np.zeros(3)
    for k in range(2):
        y = np.cos(x)
        t = y + w
        total = total + t[k]
        x = x + t
    return np.sum(total * total) + np.sum(x * y)


PROGRAMS = [
    swinging, put_into_a_list, twice_the_same, three_terms, by_arms, through_calls, stored, read_by_parts,
]  # fmt: skip


@pytest.mark.parametrize("f", [*PROGRAMS, seen_through_a_view, seen_through_a_view_in_a_loop], ids=lambda f: f.__name__)
def test_first_and_second_derivatives(f: Any) -> None:
    rng = np.random.default_rng(3)
    x, w = rng.uniform(0.3, 0.9, (2, 2, 3))
    sg.check_grads(f, (x, w if f in PROGRAMS else w.ravel()), order=2)


def test_the_last_that_holds_it_writes_in_place() -> None:
    gradient = sg.grad(swinging, argnums=(0, 1))
    gradient(np.array([0.3, 0.5]), np.array([0.7, 0.2]))
    assert "x_bar +=" in gradient.source and "v_bar +=" in gradient.source


def test_what_a_view_shows_is_not_written() -> None:
    gradient = sg.grad(seen_through_a_view, argnums=(0, 1))
    gradient(np.full((2, 3), 0.3), np.full(6, 0.5))
    assert "x_bar +=" not in gradient.source
