"""What a block reads or computes twice is read and computed once, unless something happens between."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from support import check_all

import srcgrad as sg

X = np.array([0.7, -0.4, 1.3, 0.2])


def text(f, *args):
    """What is emitted for a call."""
    gradient = sg.grad(f)
    gradient(*args)
    return gradient.source


class Body:
    def __init__(self, x, v):
        self.x, self.v = x, v

    def step(self, dt):
        self.v = self.v - dt * self.x * self.x
        self.x = self.x + dt * self.v

    def twin(self):
        return self


@dataclass
class Clock:
    rate: float
    t: float = 0.0

    def tick(self, k):
        self.t += self.rate * k
        self.t = self.t * self.rate + self.t


class Watched:
    """The class has a say in each of its attributes."""

    def __init__(self, x):
        self._x, self.reads = x, 0.0

    @property
    def x(self):
        self.reads = self.reads + 1.0
        return self._x * self.reads

    @x.setter
    def x(self, value):
        self._x = 0.5 * value


class Counting:
    def __init__(self, x):
        self.held = x

    def __getitem__(self, i):
        self.held = self.held * 1.5
        return self.held * i


def squares(x):
    total = 0.0
    for i in range(len(x)):
        total += x[i] * x[i] * x[i]
    return total


def written_between(x):
    w = x * 1.0
    first = w[1] * w[1]
    w[1] = first * 0.5
    return first + w[1] * w[1] * w[2]


def written_through_a_view(x):
    w = x * 1.0
    view = w[1:]
    first = w[1] * w[1]
    view[0] = 3.0 * first
    return first + w[1] * w[2]


def added_in_place(x):
    w = x * 1.0
    first = np.sum(w) * w[0]
    w += 1.0
    return first + np.sum(w) * w[0]


def indices_that_change(x):
    i, total = 0, 0.0
    while i < 3:
        total += x[i] * x[i + 1]
        i += 1
        total += x[i] * x[i]
    return total


def parts(x):
    return np.sum(x[1:] * x[1:] - x[:-1] * x[1:]) + np.max(x) / (1.0 + np.max(x))


def number_of_another_kind(x):
    n = len(x)
    return np.sum(x * (n // 3 * 1)) + np.sum(x * (n / 3 * 1.0)) + np.sum(x * 1) * np.sum(x * 1.0)


def views_written_after(x):
    w = x * 1.0
    a = w[1:]
    b = w[1:]
    b *= 2.0
    return np.sum(a * x[1:]) + np.sum(b)


def copies_written_apart(x):
    a = np.sin(x)
    b = np.sin(x)
    b[0] = 2.0 * a[1]
    return np.sum(a * b)


def steps(x, n):
    body = Body(x, 0.3)
    for _ in range(n):
        body.step(0.1)
    return body.x * body.v


def stored_under_another_name(x):
    body = Body(x, x * 2.0)
    other = body.twin()
    first = body.x * body.v
    other.x = first * x
    return body.x * body.v * other.x


def objects_swapped(x):
    a, b = Body(x, 1.0), Body(2.0 * x, 1.0)
    first = a.x * b.x
    a, b = b, a
    a.x = first * a.x
    return a.x * a.x + b.x * a.x


def called_between(x):
    body = Body(x, 0.3)
    first = body.x * body.v
    body.step(0.2)
    return first * body.x * body.v


def set_by_name(x):
    body = Body(x, 0.3)
    first = body.x * body.v
    for name in ("x", "v"):
        setattr(body, name, first * 0.5)
    return first * body.x * body.v


def ticking(x, n):
    clock = Clock(x)
    for _ in range(n):
        clock.tick(x)
    return clock.t * clock.rate


def watched(x):
    held = Watched(x)
    first = held.x * held.x
    held.x = first
    return first + held.x * held.x


def counted(x):
    held = Counting(x)
    return held[2] * held[2] + held[2]


def from_a_dict(x):
    state = {"x": x, "v": x * x}
    first = state["x"] * state["x"]
    state["x"] = first * state["v"]
    return first + state["x"] * state["x"] * state["v"]


def in_arms(x):
    total = x[0] * x[0]
    if x[1] < 0.0:
        total += x[0] * x[1]
    else:
        total -= x[1] * x[1]
    return total + x[0] * x[1]


def with_errors(x):
    w = x * 1.0
    try:
        first = w[0] * w[0]
        w[0] = first
        if first < 9.0:
            raise ValueError
    except ValueError:
        w[0] = w[0] * w[0]
    return w[0] * w[0]


def bound_again(x):
    top = np.max(x)
    first = top * np.max(x)
    top = top * 2.0
    return first + top * np.max(x)


def changed_by_a_function(x):
    scale = x[0] * 1.0

    def grow():
        nonlocal scale
        scale = scale * x[1]
        return scale

    return scale * scale + grow() * scale


def put_away_twice(x):
    kept = [x[1] * x[2], x[1] * x[2]]
    kept[0] = kept[0] * 2.0
    return kept[0] + kept[1] * kept[1]


@pytest.mark.parametrize(
    "f",
    [
        squares, written_between, written_through_a_view, added_in_place, indices_that_change, parts,
        number_of_another_kind, views_written_after, copies_written_apart, in_arms, with_errors, bound_again,
        changed_by_a_function, put_away_twice,
    ],
)  # fmt: skip
def test_arrays(f):
    check_all(f, [((X,), 0), ((X[::-1],), 0)])


def test_no_turns():
    check_all(squares, [((X[:n],), 0) for n in (0, 1)])


@pytest.mark.parametrize(
    "f",
    [
        stored_under_another_name, objects_swapped, called_between, set_by_name, watched, counted, from_a_dict,
    ],
)  # fmt: skip
def test_objects(f):
    check_all(f, [((0.7,), 0), ((np.float64(0.7),), 0)])


@pytest.mark.parametrize("f", [steps, ticking])
def test_methods(f):
    check_all(f, [((0.7, n), 0) for n in (0, 1, 3)])


def test_arrays_in_objects():
    def stepped(x):
        body = Body(x, x * 0.5)
        body.step(0.1)
        body.v *= 2.0
        return np.sum(body.x * body.v * body.x)

    check_all(stepped, [((X,), 0)])


def test_hooks_see_the_adjoint_of_one_use():
    seen = []

    def hooked(x):
        y = np.sin(x)
        sg.on_adjoint(y, seen.append)
        return np.sum(y * 2.0) + np.sum(np.sin(x))

    np.testing.assert_allclose(sg.grad(hooked)(X), 3.0 * np.cos(X))
    np.testing.assert_array_equal(seen[0], [2.0] * 4)


def test_the_text():
    assert text(squares, X).count("x_i = x[i]\n") == 1 and "x_i_2" not in text(squares, X)
    assert text(parts, X).count("= np.max(x)\n") == 1
    step = text(steps, 0.7, 2).partition("def step_forward")[2].partition("def ")[0]
    assert step.count("self.x\n") == 1 and step.count("self.v\n") == 1
