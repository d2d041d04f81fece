"""Programs that copy what holds values, by every way that Python has."""

from __future__ import annotations

import copy
import typing
from dataclasses import asdict, astuple, dataclass, field, replace

import numpy as np
from programs.data import array

Rate = typing.NewType("Rate", float)


@dataclass
class State:
    position: np.ndarray
    speed: float = 1.0
    tags: list = field(default_factory=list)


@dataclass(frozen=True)
class Pair:
    first: float
    second: float = 2.0


@dataclass(frozen=True)
class Area:
    width: float
    height: float
    area: float = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "area", self.width * self.height)


class Point:
    """Comparing it with anything but another one raises."""

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __eq__(self, other):
        return self.x == other.x

    def __hash__(self):
        return 1

    def __rmul__(self, k):
        return Point(self.x * k, self.y * k)

    def __call__(self, t):
        return self.x * t + self.y

    def __len__(self):
        return 2

    def __getitem__(self, i):
        return (self.x, self.y)[i]

    def __copy__(self):
        return Point(self.x * 2.0, self.y)


class Span(Point):
    def __new__(cls, *args):
        return super().__new__(cls)

    def __reversed__(self):
        return iter((self.y, self.x * self.x))


def deep_copy_of_a_list(x):
    a = [x * 2.0, x[0], {"k": (x, 1)}]
    b = copy.deepcopy(a)
    b[0][0] = 5.0
    b[2]["k"][0][1:] *= x[0]
    return np.sum(a[0] * b[0]) + b[1] + np.sum(a[2]["k"][0] * b[2]["k"][0])


def deep_copy_of_parameters(params):
    p = copy.deepcopy(params)
    for _ in range(3):
        p["w"] -= 0.1 * p["b"] * p["w"]
    return np.sum(p["w"] ** 2) + np.sum(params["w"])


def deep_copy_of_an_object(x):
    s = State(x * 2.0, x[0])
    t = copy.deepcopy(s)
    t.position += 1.0
    t.speed = t.speed * 3.0
    return np.sum(s.position * t.position) * t.speed + s.speed


def deep_copy_keeps_what_is_shared(x):
    a = x * 2.0
    b = copy.deepcopy([a, a])
    b[0][0] = 7.0
    return np.sum(b[0] * b[1]) + np.sum(a)


def deep_copies_of_states(x):
    state, history = State(x.copy(), x[1]), []
    for _ in range(3):
        state.position[:-1] += 0.1 * state.speed * state.position[1:]
        history.append(copy.deepcopy(state))
    return sum(np.sum(s.position**2) * s.speed for s in history)


def shallow_copies(x):
    a = [x * 2.0, x[0]]
    b = copy.copy(a)
    b[0] = x
    s = State(x * 2.0, x[0])
    t = copy.copy(s)
    t.speed = x[1]
    t.position[0] = x[2]
    w = copy.copy(x)
    w[0] = 3.0
    p = copy.copy(Point(x[0], x[1]))
    return np.sum(a[0] * b[0]) + np.sum(s.position * t.position) * t.speed * s.speed + np.sum(w * x) + p.x * p.y


def area(first, second):
    return first * second**2


def fields_as_dict_and_tuple(x):
    d = asdict(State(x * 2.0, x[0], [x[1]]))
    nested = asdict(Pair(Pair(x[0], x[1]), x[2]))
    first, second = astuple(Pair(x[0], x[1]))
    d["position"][0] = 1.0
    total = np.sum(d["position"]) * d["speed"] * d["tags"][0] + nested["first"]["first"] * nested["second"]
    return total + area(**asdict(Pair(x[2], x[1]))) + first * second**2


def frozen_with_computed_fields(x):
    a = Area(x[0], x[1])
    b = replace(Pair(x[0], x[1]), second=a.area)
    return a.area * a.width * b.second


def objects_that_are_called(x):
    a = 2.0 * Point(x[0], x[1])
    backwards = sum((i + 1) * v for i, v in enumerate(reversed(a)))
    return a(Rate(x[2])) + backwards + sum(v * v for v in reversed(Span(x[0], x[1])))


CASES = [
    (function, (array(3),), None)
    for function in (
        deep_copy_of_a_list, deep_copy_of_an_object, deep_copy_keeps_what_is_shared, deep_copies_of_states,
        shallow_copies, fields_as_dict_and_tuple, frozen_with_computed_fields, objects_that_are_called,
    )
] + [(deep_copy_of_parameters, ({"w": array(3), "b": array(3) * 2.0},), None)]  # fmt: skip
