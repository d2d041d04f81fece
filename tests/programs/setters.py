"""Classes that say themselves what assigning to an attribute does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from programs.data import array, positive


class Layer:
    def __init__(self):
        self.__dict__["_params"] = {}

    def __setattr__(self, k, v):
        if hasattr(v, "shape"):
            self._params[k] = v
        object.__setattr__(self, k, v)


class Dense(Layer):
    def __init__(self, w):
        super().__init__()
        self.w = w
        self.n = 3

    def __call__(self, x):
        return np.tanh(self._params["w"] @ x) * self.n


def torchlike(m):
    d = Dense(m)
    y = d(np.ones(3))
    d.w = d.w * 2.0
    d.n += 1
    return np.sum(y) + np.sum(d(np.ones(3)))


class Tracked:
    def __init__(self, x):
        super().__setattr__("log", [])
        self.x = x

    def __setattr__(self, name, value):
        self.log.append((name, value))
        super().__setattr__(name, value)


def tracked(x):
    t = Tracked(x)
    t.y = t.x * 2.0
    t.x = t.y * t.x
    return np.sum(t.x * t.y) * len(t.log) + np.sum(t.log[1][1] ** 2)


class Clamp:
    def __setattr__(self, name, value):
        self.__dict__[name] = np.minimum(value, 0.5) if name != "k" else value * 2


def clamp(x):
    c = Clamp()
    c.k = x
    c.v = x**2
    c.v += 0.01
    return np.sum(c.k * c.v)


class Proxy:
    def __init__(self, inner):
        object.__setattr__(self, "_inner", inner)

    def __getattr__(self, n):
        return getattr(self._inner, n)

    def __setattr__(self, n, v):
        setattr(self._inner, n, v * 2)


class Plain:
    def __init__(self, x):
        self.x = x

    def f(self):
        return self.x * self.x


def proxy(x):
    p = Proxy(Plain(x))
    p.x = p.x * x
    p.y = x
    return np.sum(p.f() + p.y)


@dataclass
class DC:
    a: float
    b: float = 2.0

    def __setattr__(self, n, v):
        super().__setattr__(n, v * 2.0)


def dc(x):
    d = DC(x)
    d.a = d.a * x
    setattr(d, "c", x)
    return d.a * d.b + d.c


@dataclass(frozen=True)
class FD:
    a: float

    def __post_init__(self):
        object.__setattr__(self, "sq", self.a**2)


def fd(x):
    return FD(x).sq * FD(x * 2).a


class Named:
    def __init__(self, x):
        for n, v in (("p", x), ("q", x * 2)):
            setattr(self, n, v)

    def __setattr__(self, n, v):
        object.__setattr__(self, n, v + 1.0)


def named(x):
    n = Named(x)
    return n.p * n.q


def inone(x):
    ls = [Plain(x), Clamp()]
    for l in ls:
        l.v = x * 0.3
    return np.sum(ls[0].v * ls[1].v)


class AttributeDict(dict):
    __getattr__ = dict.__getitem__
    __setattr__ = dict.__setitem__


def items_as_attributes(x):
    d = AttributeDict(a=x)
    d.b = d.a * 2.0
    d["c"] = d.b * d.a
    return np.sum(d.c)


V = positive(3)
CASES = [
    (torchlike, (array(3, 3),), None),
    *[(f, (V,), None) for f in (tracked, clamp, proxy, inone, items_as_attributes)],
    *[(f, (0.7,), None) for f in (dc, fd, named)],
]  # fmt: skip
