"""Context managers of the user's own: classes, and generator functions under `contextlib.contextmanager`."""

from __future__ import annotations

import contextlib
import time

import numpy as np


class Model:
    def __init__(self, w):
        self.w = w
        self.depth = 0
        self.training = True

    def f(self, x):
        return np.tanh(self.w * x)

    @contextlib.contextmanager
    def scaled(self, k):
        old = self.w
        self.w = old * k
        self.depth += 1
        try:
            yield self
        finally:
            self.w = old
            self.depth -= 1


@contextlib.contextmanager
def shifted(model, by):
    model.w = model.w + by
    yield model.w
    model.w = model.w - by


@contextlib.contextmanager
def timer(name):
    t0 = time.perf_counter()
    yield
    print(name, time.perf_counter() - t0 > 0)


@contextlib.contextmanager
def catching(default):
    try:
        yield
    except ValueError:
        print("caught", default)


@contextlib.contextmanager
def evaluating(model):
    was = model.training
    model.training = False
    try:
        yield
    finally:
        model.training = was


def use_scaled(x):
    m = Model(x)
    with m.scaled(2.0) as mm:
        y = mm.f(x) * m.depth
        with m.scaled(x):
            y = y + m.f(0.5)
    return y * m.w


def use_scaled_return(x):
    m = Model(x)
    with m.scaled(x):
        return m.f(x)


def use_shifted(x):
    m = Model(x)
    with shifted(m, x * x) as w:
        y = m.f(2.0) * w
    return y + m.w


def use_shifted_return(x):
    m = Model(x)
    with shifted(m, x * x) as w:
        return m.f(2.0) * w


def use_timer(x):
    with timer("a"):
        y = x * x
    return y


def use_catching(x):
    m = Model(x)
    y = x
    with catching(x):
        y = m.f(x)
        if x > 0.1:
            raise ValueError("large")
        y = y * 100.0
    return y * x


def use_eval(x):
    m = Model(x)
    with evaluating(m):
        y = m.f(x) * (2.0 if m.training else 3.0)
    return y * (5.0 if m.training else 7.0)


def in_loop(x):
    m = Model(x)
    t = 0.0
    for i in range(3):
        with m.scaled(1.0 + i) as q:
            if i == 1:
                continue
            t += q.f(x)
    return t


class Scaled:
    def __init__(self, model, k):
        self.model, self.k = model, k

    def __enter__(self):
        self.old = self.model.w
        self.model.w = self.old * self.k
        return self.model

    def __exit__(self, *exc):
        self.model.w = self.old


def cls_scaled(x):
    m = Model(x)
    with Scaled(m, x) as mm:
        y = mm.f(x)
    return y * m.w


def cls_return(x):
    m = Model(x)
    with Scaled(m, x) as mm:
        return mm.f(x)


class Recorder:
    def __enter__(self):
        self.items = []
        return self

    def __exit__(self, kind, value, tb):
        self.total = sum(self.items)
        return False

    def add(self, v):
        self.items.append(v)


def recorder(x):
    with Recorder() as r:
        for i in range(3):
            r.add(x**i)
    return r.total * x


class Swallow:
    def __init__(self, x):
        self.x = x
        self.seen = None

    def __enter__(self):
        return self.x

    def __exit__(self, kind, value, tb):
        self.seen = kind
        return kind is not None and issubclass(kind, ValueError)


def swallow(x):
    y = x
    s = Swallow(x * x)
    with s as v:
        y = v * x
        if x > 0.1:
            raise ValueError("a")
        y = 0.0
    return y * (2.0 if s.seen is ValueError else 3.0)


def swallow_not(x):
    y = x
    s = Swallow(x * x)
    with s as v:
        y = v * x
    return y * (2.0 if s.seen is ValueError else 3.0)


def two(x):
    m = Model(x)
    with Scaled(m, 2.0), m.scaled(3.0) as q, timer("b"):
        y = q.f(x)
    return y


def suppress(x):
    y = x
    with contextlib.suppress(ValueError):
        y = x * x
        raise ValueError
    return y * x


def nullc(x):
    with contextlib.nullcontext(x * x) as y:
        z = y * x
    return z


def closing(x):
    class_ = Model(x)
    with contextlib.closing(Closable(x)) as c:
        y = c.x * 2.0
    return y * x


class Closable:
    def __init__(self, x):
        self.x = x

    def close(self):
        print("closed")


class Base:
    def __enter__(self):
        self.on_enter()
        return self

    def __exit__(self, *a):
        self.on_exit()


class Derived(Base):
    def __init__(self, x):
        self.x = x

    def on_enter(self):
        self.x = self.x * 2.0

    def on_exit(self):
        self.x = self.x * self.x


def derived(x):
    with Derived(x) as d:
        y = d.x * x
    return y + d.x


def in_loop_cls(x):
    m = Model(x)
    t = 0.0
    for i in range(4):
        with Scaled(m, 1.0 + i) as q:
            if i == 1:
                continue
            if i == 3:
                break
            t += q.f(x)
    return t + m.w


CASES = [(f, (0.7,), None) for f in (
    use_scaled, use_scaled_return, use_shifted, use_shifted_return, use_timer, use_catching, use_eval, in_loop, cls_scaled, cls_return, recorder, swallow, swallow_not, two, suppress, nullc, closing, derived, in_loop_cls,
)]  # fmt: skip
