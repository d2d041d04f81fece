"""What types and None decide: operators for objects and numbers alike, linked objects, trees, lazy state, defaults."""

from __future__ import annotations

import functools
import sys
import numbers
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from programs.data import array


class Dual:
    """A number with a derivative of its own: operators take these and plain numbers."""

    def __init__(self, a, b=0.0):
        self.a, self.b = a, b

    @staticmethod
    def lift(value):
        return value if isinstance(value, Dual) else Dual(value)

    def __add__(self, other):
        other = Dual.lift(other)
        return Dual(self.a + other.a, self.b + other.b)

    __radd__ = __add__

    def __mul__(self, other):
        if isinstance(other, Dual):
            return Dual(self.a * other.a, self.a * other.b + self.b * other.a)
        return Dual(self.a * other, self.b * other)

    __rmul__ = __mul__

    def __neg__(self):
        return self * -1.0

    def __pow__(self, n):
        if isinstance(n, int):
            out = Dual(1.0)
            for _ in range(n):
                out = out * self
            return out
        return Dual(self.a**n, n * self.a ** (n - 1) * self.b)


def derivative_by_dual_numbers(x, c):
    t = Dual(x, 1.0)
    return (c * t**3 + 2.0 * t + t**2.5 + -t * t + 1).b


def negated_under_condition(x, t):
    a, b, d = Dual(x, 2.0), Dual(x * x, 3.0), x
    if t > 0:
        b, d = -b, -d
    c = a * b
    return c.a + c.b * d


class Node:
    def __init__(self, value, rest=None):
        self.value, self.rest = value, rest


def chain_of_objects(xs, turns):
    node = Node(xs[0])
    for x in xs[1:]:
        node = Node(x * x, node)
    total = 0.0
    for _ in range(turns):
        if isinstance(node.rest, Node):
            total += node.value * node.rest.value
            node = node.rest
        else:
            total += node.value
            break
    return total


def product_along(node):
    if not isinstance(node, Node):
        return 1.0
    return node.value * product_along(node.rest)


def chain_by_recursion(xs):
    node = None
    for x in xs:
        node = Node(x, node)
    return product_along(node)


class Scaled:
    def __init__(self, value, other=None):
        self.value = value if other is None else value * other.value


def object_made_of_the_one_before(x, scales):
    best = Scaled(x)
    for scale in scales:
        try:
            best = Scaled(best.value * scale + 1.0 / scale, other=best)
        except ZeroDivisionError:
            best.value = best.value + 0.5 * x
    return best.value


class Expression:
    def __init__(self, left=None, right=None, name=None):
        self.left, self.right, self.name = left, right, name

    def eval(self, env):
        if self.name is not None:
            return env[self.name]
        value = self.left.eval(env)
        return value if self.right is None else value * self.right.eval(env) + 1.0


def tree_of_objects(x, y):
    tree = Expression(Expression(name="x"), Expression(Expression(Expression(name="y")), Expression(name="x")))
    return tree.eval({"x": x, "y": y})


def squares(tree):
    if isinstance(tree, dict):
        return sum(squares(value) for value in tree.values())
    if isinstance(tree, (list, tuple)):
        return sum(map(squares, tree))
    if isinstance(tree, np.ndarray):
        return np.sum(tree**2)
    if isinstance(tree, numbers.Number):
        return tree * tree
    return 0.0


def tree_of_containers(tree):
    return squares(tree)


class Shape(ABC):
    scale = 2.0

    @abstractmethod
    def area(self) -> Any: ...

    @property
    def twice(self):
        return self.scale * self.area()


class Square(Shape):
    def __init__(self, s):
        self.s = s

    def area(self):
        return self.s**2


class Disc(Shape):
    def __init__(self, r):
        self.r = r

    def area(self):
        return np.pi * self.r**2


def abstract_classes(a, b):
    out = 0.0
    for shape in [Square(a), Disc(b)]:
        out += shape.twice * shape.s if isinstance(shape, Square) else shape.area()
    return out


def matched_class(a, square):
    match Square(a) if square else Disc(a):
        case Square(s=side):
            return side**3
        case Disc(r=r):
            return r


class Polynomial:
    """Its objects are compared by what they hold, and so have no hash."""

    def __init__(self, *c):
        self.c = list(c)

    def __call__(self, x):
        total = 0.0
        for c in reversed(self.c):
            total = total * x + c
        return total

    def __eq__(self, other):
        return self.c == other.c

    def __add__(self, other):
        return Polynomial(*[a + b for a, b in zip(self.c, other.c)])


def callable_without_hash(c, x, twice):
    p = Polynomial(*c)
    q = p + p if twice else p
    return q(x) + (0.0 if p == q else p(2.0))


class Lazy:
    """State that begins as a class attribute."""

    previous = None
    rate = 0.5

    def __init__(self, x):
        self.x = x


def attribute_first_of_the_class(x, n):
    lazy = Lazy(x)
    out = 0.0 * x
    for _ in range(n):
        if lazy.previous is None:
            lazy.previous = x * 2.0
        else:
            out = out + lazy.previous * lazy.x * lazy.rate
    return out


class Regulator:
    """The difference is known from the second call on; what comes out is limited."""

    def __init__(self, gain, slope, limit):
        self.gain, self.slope, self.limit = gain, slope, limit
        self.total, self.previous = 0.0, None

    def __call__(self, error, dt):
        self.total += error * dt
        change = 0.0 if self.previous is None else (error - self.previous) / dt
        self.previous = error
        out = sum(g * e for g, e in zip((self.gain, self.slope), (error, change)))
        if abs(out) > self.limit:
            self.total -= error * dt
            return np.copysign(self.limit, out)
        return out


def regulated(gains, goal, steps, limit):
    regulator = Regulator(*gains, limit)
    y, cost = 0.0, 0.0
    for _ in range(steps):
        y += 0.1 * regulator(goal - y, 0.1)
        cost += (goal - y) ** 2
    return cost + regulator.total


@dataclass
class Box:
    x: np.ndarray
    bias: Any = None
    log: list = field(default_factory=list)
    scale: np.ndarray = field(default_factory=lambda: np.full(3, 2.0))

    def __call__(self, v):
        y = self.scale * self.x * v
        if self.bias is not None:
            y += self.bias
        self.log.append(y.sum())
        self.scale[0] += 1.0
        return y


def default_factories(x, bias, v):
    one, two = Box(x), Box(x, bias)
    out = one(v) + two(v) + one(v)
    return out.sum() + sum(one.log) * sum(two.log)


def optional_arguments(x, mask=None, w=None, *, bias=None):
    if mask is None:
        mask = np.ones_like(x)
    y = x * mask
    if w is not None:
        y = y * w
    return np.sum(y if bias is None else y + bias)


def buffer_made_in_the_loop(x, n):
    y = None
    for i in range(n):
        if y is None:
            y = np.zeros_like(x)
        y[i % 2] += x[i % 2] ** 2
    return 0.0 if y is None else y.sum()


def number_becomes_a_buffer(x, n):
    y = 0.0
    for i in range(n):
        if i == 0:
            y = np.zeros_like(x)
        y[i % 2] += x[i % 2] ** 2
    return y.sum()


def largest_of_one_or_two(x):
    out = 0.0
    for s in range(2):
        terms = [x[s]]
        if s >= 1:
            terms.append(x[s - 1])
        top = max(terms)
        out += top * top
    return out


@functools.singledispatch
def content(shape):
    raise TypeError(shape)


@dataclass
class Bead:
    """Known to `content` by its annotation."""

    r: float


@dataclass
class Sheet:
    """Known to `content` by its class."""

    w: float
    h: float


class Tile(Sheet):
    """Known to `content` by its base."""


@content.register
def _(shape: Bead):
    return 3.0 * shape.r**2


@content.register(Sheet)
def _(shape):
    return shape.w * shape.h


@content.register(list)
@content.register(tuple)
def _(shapes):
    return sum(content(shape) for shape in shapes)


@content.register(np.ndarray)
def _(values):
    return np.prod(values)


@content.register(float)
def _(value):
    return value * value


class Doubler:
    """A method that goes by the class of its argument."""

    @functools.singledispatchmethod
    def read(self, a):
        return a * 2.0

    @read.register
    def _(self, a: list):
        return sum(a)


def generic_functions(x):
    shapes = [Bead(x), Sheet(x, x * x), (Tile(2.0, x), Bead(x * x))]
    functions = {"content": content, "sine": np.sin}
    total = sum(content(shape) for shape in shapes) * content(np.array([x, 2.0])) + content(x)
    return total + functions["content"](Bead(x)) * x


def methods_by_class(x):
    return Doubler().read([x, x * x]) * Doubler().read(x)


TREES = ({"a": [array(2), {"b": 0.3}], "c": (0.1, array(2, 2))}, [0.2], [array(3)])
CASES = [
    (derivative_by_dual_numbers, (0.7, 1.3), None),
    *[(negated_under_condition, (1.5, t), 0) for t in (1.0, -1.0)],
    *[(chain_of_objects, ([0.3, 0.4, 0.5], turns), 0) for turns in (1, 2, 5)],
    *[(chain_by_recursion, (xs,), None) for xs in ([0.3, 0.4], [0.5])],
    *[(object_made_of_the_one_before, (0.4, scales), 0) for scales in ([1.5, 4.0], [0.0, 0.5], [])],
    (tree_of_objects, (0.3, 0.4), None),
    *[(tree_of_containers, (tree,), None) for tree in TREES],
    (generic_functions, (0.3,), None),
    # CPython 3.13 keeps such methods by weak references to their objects, which are refused
    *([(methods_by_class, (0.3,), None)] if sys.version_info < (3, 13) else []),
    (abstract_classes, (0.3, 0.4), None),
    *[(matched_class, (0.3, square), None) for square in (True, False)],
    *[(callable_without_hash, ([0.3, 0.4, 0.5], 0.6, twice), (0, 1)) for twice in (True, False)],
    *[(attribute_first_of_the_class, (x, n), 0) for x in (array(2), 0.4) for n in (1, 3)],
    *[(regulated, ([1.2, 0.3], goal, n, limit), (0, 1)) for goal, n, limit in ((1.0, 6, 0.5), (0.3, 6, 9.0), (0.2, 0, 9.0))],
    (default_factories, (array(3), array(3, seed=1), array(3, seed=2)), None),
    *[(optional_arguments, (array(2), *rest), 0) for rest in ((), (array(2, seed=1),), (None, array(2)), (None, 0.3))],
    *[(buffer_made_in_the_loop, (array(2), n), None) for n in (3, 1)],
    *[(number_becomes_a_buffer, (array(2), n), None) for n in (3, 1)],
    *[(largest_of_one_or_two, (x,), None) for x in (np.array([1.0, 2.0]), np.array([2.0, 1.0]))],
]
