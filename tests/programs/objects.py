"""Methods, properties, inheritance, dataclasses, named tuples, callables."""

from collections import namedtuple
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np

from programs.data import array


class Layer:
    """A dense layer whose parameters are attributes."""

    scale = 2.0

    def __init__(self, w, b):
        self.w = w
        self.b = b

    def __call__(self, x):
        return np.tanh(x @ self.w + self.b)

    def penalty(self):
        return np.sum(self.w**2) * self.scale

    @property
    def norm(self):
        return np.sqrt(np.sum(self.w * self.w))

    @staticmethod
    def squash(x):
        return x / (1.0 + x * x)

    @classmethod
    def identity(cls, n):
        return cls(np.eye(n), np.zeros(n))

    @classmethod
    def scaled(cls, x):
        return cls.scale * x


class Wide(Layer):
    """A layer that extends its base."""

    scale = 3.0

    def __init__(self, w, b, gain):
        super().__init__(w, b)
        self.gain = gain

    def __call__(self, x):
        return self.gain * super().__call__(x)

    def penalty(self):
        return super().penalty() + self.gain**2


class Network:
    """Layers in a list."""

    def __init__(self, layers):
        self.layers = layers

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class Counter:
    """Keeps a running total in an attribute."""

    def __init__(self):
        self.total = 0.0
        self.count = 0

    def add(self, value):
        self.total = self.total + value
        self.count += 1
        return self

    def mean(self):
        return self.total / self.count


class Vector:
    """Arithmetic by special methods."""

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __mul__(self, k):
        return Vector(self.x * k, self.y * k)

    __rmul__ = __mul__

    def __neg__(self):
        return Vector(-self.x, -self.y)

    def __getitem__(self, i):
        return self.y if i else self.x

    def __len__(self):
        return 2

    def dot(self, other):
        return self.x * other.x + self.y * other.y


@dataclass
class Params:
    w: np.ndarray
    b: float
    steps: int = field(default=3)


@dataclass(frozen=True)
class State:
    position: float
    speed: float

    def step(self, dt):
        return State(self.position + dt * self.speed, self.speed - dt * np.sin(self.position))

    @property
    def energy(self):
        return 0.5 * self.speed**2 - np.cos(self.position)


Point = namedtuple("Point", ["x", "y"])


class Segment(NamedTuple):
    start: float
    end: float

    def length(self):
        return self.end - self.start


def object_argument(layer, x):
    return np.sum(layer(x) ** 2) + layer.penalty()


def property_read(layer):
    return layer.norm * layer.norm + layer.norm


def static_and_class_methods(x):
    return Layer.squash(x) * Layer.scaled(x) + Wide.scaled(x) * Layer(x, x).squash(x)


def alternative_constructor(x):
    layer = Layer.identity(2)
    return np.sum(layer(np.array([1.0, 2.0]) * x))


def inherited(layer, x):
    return np.sum(layer(x)) + layer.penalty()


def network(net, x):
    return np.sum(net.forward(x))


def object_built_inside(w, x):
    layer = Layer(w * 2.0, np.sum(w, axis=0))
    return np.sum(layer(x)) + layer.norm


def attribute_updated(v):
    counter = Counter()
    for value in v:
        counter.add(value * value)
    return counter.mean()


def chained_methods(x):
    return Counter().add(x).add(x * x).add(np.sin(x)).mean()


def attribute_augmented(x):
    counter = Counter()
    counter.total += x
    counter.total *= x
    counter.total += np.sin(counter.total)
    return counter.total


def bound_method_as_value(v):
    counter = Counter()
    add = counter.add
    for value in v:
        add(value * value)
    return counter.total


def special_methods(x):
    a = Vector(x, x * x)
    b = Vector(1.0, x)
    c = -(a + b * x)
    return c.dot(2.0 * a) + c[0] * c[1] * len(c)


def dataclass_argument(params, x):
    y = x
    for _ in range(params.steps):
        y = np.tanh(params.w * y + params.b)
    return np.sum(y)


def dataclass_result(x):
    return Params(np.array([1.0, 2.0]) * x, x * x).w


def dataclass_replaced(x):
    start = State(x, 1.0)
    moved = replace(start, speed=x * x)
    return moved.position * moved.speed


def frozen_dataclass_loop(x):
    state = State(x, 1.0)
    for _ in range(4):
        state = state.step(0.1)
    return state.energy


def frozen_dataclass_returned(state):
    return state.step(0.1).step(0.2)


def named_tuple_argument(p):
    return p.x * np.sin(p.y) + p[0]


def named_tuple_built(x):
    p = Point(x, y=x * x)
    q = p._replace(x=2.0)
    a, b = q
    return a * b + p.x


def named_tuple_returned(x):
    return Point(x * x, np.sin(x))


def named_tuple_method(s):
    return s.length() ** 2 + Segment(s.start, s.end * 2.0).length()


def class_attribute(x):
    return Layer.scale * x * x


def getattr_by_name(layer, name):
    return np.sum(getattr(layer, name) ** 2)


def hasattr_test(layer, x):
    if hasattr(layer, "gain"):
        x = x * layer.gain
    return np.sum(layer(x))


def callable_object_argument(f, x):
    return np.sum(f(x) * f(2.0 * x))


class Bag:
    """Attributes are added as they come."""


def attributes_hold_containers(x):
    bag = Bag()
    bag.items = [x]
    bag.table = {"a": x * x}
    bag.items.append(bag.table["a"])
    return bag.items[0] * bag.items[1]


X = array(3, 2)
LAYER = Layer(array(2, 2), array(2))
WIDE = Wide(array(2, 2), array(2), 0.7)
def namespace_of_settings(p):
    q = SimpleNamespace(a=p.a * 2.0, b=[p.b[0], 3.0])
    q.c = q.a * q.b[0]
    return SimpleNamespace(total=np.sum(q.c * p.a), parts={"c": q.c}, name="settings")


def namespace_by_names(x):
    p = SimpleNamespace(**{"a": x, "b": x * x})
    return sum(vars(p).values()) * getattr(p, "a")


CASES = [
    (namespace_of_settings, (SimpleNamespace(a=array(2), b=[0.7]),), None),
    (namespace_by_names, (0.6,), None),
    *[(object_argument, (layer, X), None) for layer in (LAYER, WIDE)],
    (property_read, (LAYER,), None),
    (static_and_class_methods, (0.6,), None),
    (alternative_constructor, (0.6,), None),
    (inherited, (WIDE, X), None),
    (network, (Network([LAYER, WIDE]), X), 1),
    (object_built_inside, (array(2, 2), X), None),
    (attribute_updated, (array(3),), None),
    (chained_methods, (0.6,), None),
    (attribute_augmented, (0.6,), None),
    (bound_method_as_value, (array(3),), None),
    (special_methods, (0.6,), None),
    (dataclass_argument, (Params(array(3), 0.2), array(3)), None),
    (dataclass_result, (0.6,), None),
    (dataclass_replaced, (0.6,), None),
    (frozen_dataclass_loop, (0.6,), None),
    (frozen_dataclass_returned, (State(0.5, 0.2),), None),
    (named_tuple_argument, (Point(0.5, 0.2),), None),
    (named_tuple_built, (0.6,), None),
    (named_tuple_returned, (0.6,), None),
    (named_tuple_method, (Segment(0.5, 0.2),), None),
    (class_attribute, (0.6,), None),
    *[(getattr_by_name, (LAYER, name), 0) for name in ("w", "b")],
    *[(hasattr_test, (layer, X), None) for layer in (LAYER, WIDE)],
    (callable_object_argument, (LAYER, X), 1),
    (attributes_hold_containers, (0.6,), None),
]
