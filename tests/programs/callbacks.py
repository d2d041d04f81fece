"""Methods of lists, dicts and other containers kept as values: called by another name, one of several, as callbacks."""

from __future__ import annotations

import collections

import numpy as np


def under_another_name(x):
    log = []
    f = log.append
    f(x)
    f(x * x)
    return sum(log) * log[-1]


def held_by_a_list(x):
    log = []
    fs = [log.append]
    for f in fs:
        f(x)
        f(x * x)
    return sum(log) * log[-1]


def in_a_lambda(x):
    log = []
    fs = [lambda v: log.append(v * 2)]
    for f in fs:
        f(x)
        f(x * x)
    return sum(log) * log[-1]


def beside_a_lambda(x):
    log = []
    fs = [lambda v: log.append(v * 2), log.append]
    for f in fs:
        f(x)
        f(x * x)
    return sum(log) * log[-1]


def two_lambdas(x):
    log = []
    fs = [lambda v: log.append(v * 2), lambda v: log.append(v)]
    for f in fs:
        f(x)
        f(x * x)
    return sum(log) * log[-1]


def appended(x):
    log = []
    fs = []
    fs.append(log.append)
    for f in fs:
        f(x)
        f(x * x)
    return sum(log) * log[-1]


def of_a_dict(x):
    log = {}
    f = log.setdefault
    f("a", x)
    g = log.get
    return g("a") * g("b", x)


def one_of_two(x):
    log = []
    f = log.append if x > 0 else log.insert
    f(x)
    f(x * x)
    return sum(log) * log[-1]


def in_a_dict(x):
    log = []
    fs = {"a": log.append, "b": log.extend}
    fs["a"](x)
    fs["b"]([x, x * x])
    return sum(log) * log[-1]


def call(f, v):
    return f(v)


def handed_to_a_function(x):
    log = []
    call(log.append, x)
    call(log.append, x * x)
    list(map(log.append, [x, x * 3]))
    return sum(log) * log[-1]


class C:
    def __init__(self):
        self.log = []
        self.hook = self.log.append
        self.hooks = [self.log.append, self.note]

    def note(self, v):
        self.log.append(v * 3)


def held_by_an_object(x):
    c = C()
    c.hook(x)
    for h in c.hooks:
        h(x * x)
    return sum(c.log) * c.log[-1]


def found_by_name(x):
    l = [1.0]
    for name, a in (("append", x), ("append", x * 2)):
        getattr(l, name)(a)
    return sum(l) * l[1]


def found_by_a_made_name(x):
    l = [1.0]
    n = "app" + "end"
    getattr(l, n)(x)
    return sum(l) * l[1]


class O:
    def __init__(self):
        self.a = 1.0
        self.l = [2.0]


def attributes_set_by_name(x):
    o = O()
    for n in ("a", "b"):
        setattr(o, n, x)
    return o.a * o.b


def attributes_read_by_name(x):
    o = O()
    for n in ("a", "l"):
        v = getattr(o, n)
        if n == "l":
            v.append(x)
        else:
            setattr(o, n, v * x)
    return sum(o.l) * o.a


def of_a_deque(x):
    d = collections.deque([1.0])
    f = d.append
    f(x)
    h = d.appendleft if x > 0 else d.append
    h(x * x)
    return sum(d) * d[0]


def run(cb, v):
    cb(v)
    cb(v * 2)
    return v


def callback_of_a_list(x):
    l = [1.0]
    y = run(l.append, x)
    return sum(l) * y


def callback_of_a_deque(x):
    d = collections.deque([1.0], maxlen=2)
    y = run(d.append, x)
    return sum(d) * y


class Opt:
    def __init__(self, cb=None):
        self.cb = cb

    def go(self, x):
        for _ in range(2):
            x = x * 1.5
            if self.cb:
                self.cb(x)
        return x


def callback_of_an_object(x):
    l = []
    y = Opt(cb=l.append).go(x)
    return sum(l) * y * l[0]


def callback_of_a_set(x):
    s = {1.0}
    run(s.add, x)
    return sum(sorted(s)) * x


def dict_written_by_callbacks(x):
    d = {}
    run(lambda v: d.__setitem__("k", v), x)
    up = d.update
    up(a=x * x)
    return d["k"] * d["a"]


class Bus:
    def __init__(self):
        self.subs = {}
        self.out = []

    def on(self, name, f):
        self.subs.setdefault(name, []).append(f)
        return self

    def emit(self, name, *a, **k):
        for f in self.subs.get(name, []):
            f(*a, **k)


def bus(x):
    b = Bus()
    acc = []
    b.on("a", acc.append).on("a", lambda v: acc.append(v * x)).on("b", lambda v, k=1: acc.extend([v] * k)).on(
        "c", acc.__iadd__
    )
    b.emit("a", x)
    b.emit("b", x * x, k=2)
    return sum(acc) * acc[1]


class Cb:
    def __init__(self):
        self.seen = []

    def __call__(self, v):
        self.seen.append(v)


def minimize(f, x, cb=None, n=4, lr=0.1):
    for _ in range(n):
        g = (f(x + 1e-3) - f(x - 1e-3)) / 2e-3
        x = x - lr * g
        if cb is not None:
            cb(x)
    return x


def callbacks(x):
    c = Cb()
    l = []
    a = minimize(lambda v: v**4 + x, x, c)
    b = minimize(np.sin, x, l.append)
    d = minimize(np.cos, x, cb=lambda v: l.append(v * 2))
    return a + b * d + sum(c.seen) + sum(l)


def callable_attr(x):
    class_ = Cb()
    class_.f = class_.seen.append
    class_.f(x)
    class_.f(x**2)
    g = class_.f
    g(x**3)
    return sum(class_.seen) * class_.seen[1]


def obj_or_list(x):
    hs = [Cb(), []]
    for h in hs:
        if isinstance(h, list):
            h.append(x)
        else:
            h(x * x)
    return sum(hs[1]) * sum(hs[0].seen)


CASES = [(f, (0.7,), None) for f in (
    under_another_name, held_by_a_list, in_a_lambda, beside_a_lambda, two_lambdas, appended, of_a_dict, one_of_two, in_a_dict, handed_to_a_function, held_by_an_object, found_by_name, found_by_a_made_name, attributes_set_by_name, attributes_read_by_name, of_a_deque, callback_of_a_list, callback_of_a_deque, callback_of_an_object, callback_of_a_set, dict_written_by_callbacks, bus, callbacks, callable_attr, obj_or_list,
)]  # fmt: skip
