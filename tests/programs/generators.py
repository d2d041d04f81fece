"""Generator functions, and who takes their items: loops, functions that take all of them, other generators."""

from __future__ import annotations

import numpy as np
from programs.data import array
from programs.other_generators import damped

S = 2.0
K = 5.0


def terms(x, n=3):
    for p in range(n):
        yield x**p


def poly(x):
    t = 0.0
    for v in terms(x):
        t = t + v
    return t


def poly_sum(x):
    return sum(terms(x, n=4)) * 2.0


def steps(x, dt, n):
    yield x
    for _ in range(n):
        x = x - dt * x**2
        yield x


def traj(x):
    out = []
    for s in steps(x, 0.1, 4):
        out.append(s)
    return np.sum(np.stack(out) ** 2)


def traj_list(x):
    return np.sum(np.array(list(steps(x, 0.1, 3))))


def newton(a):
    x = a
    while True:
        yield x
        x = 0.5 * (x + a / x)


def sqrt_newton(a):
    prev = 0.0
    for x in newton(a):
        if abs(x - prev) < 1e-8:
            break
        prev = x
    return x * prev


def cont(x):
    t = 0.0
    for i, v in enumerate_terms(x):
        if i % 2:
            continue
        t += v * i
    return t


def enumerate_terms(x):
    i = 0
    while i < 5:
        yield i, x**i
        i += 1


def ret_in_body(x):
    for i, v in enumerate_terms(x):
        if i == 3:
            return v * x
    return x


def gen_return(x, n):
    if n == 0:
        return
    for i in range(10):
        if i == n:
            return
        yield x * i
    yield x


def use_gen_return(x):
    t = 0.0
    for v in gen_return(x, 3):
        t += v * v
    for v in gen_return(x, 0):
        t += v * v
    for v in gen_return(x, 20):
        t += v**3
    return t


def elsed(x):
    for v in terms(x, 4):
        if v > 100.0:
            break
    else:
        v = v * 3.0
    return v * x


def nested(x):
    t = 0.0
    for a in terms(x, 3):
        for b in terms(a, 3):
            if b > 0.9:
                continue
            t += a * b
    return t


def inplace(x):
    u = x * 1.0
    for _ in range(3):
        u[1:] = u[1:] - 0.1 * u[:-1]
        yield u


def inplace_use2(x):
    t = 0.0
    for u in inplace(x):
        t += np.sum(u**2)
    return t


class Net:
    def __init__(self, ws):
        self.ws = ws
        self.n = 0

    def __iter__(self):
        for w in self.ws:
            self.n += 1
            yield w

    def layers(self, k):
        for w in self.ws:
            yield w * k


def net_iter(x):
    net = Net([x, x * 2.0])
    t = 0.0
    for w in net:
        t += np.sum(w**2) * net.n
    return t


def net_list(x):
    net = Net([x, x * 2.0])
    return np.sum(np.stack(list(net))) + sum([np.sum(w**3) for w in net])


def net_layers(x):
    net = Net([x, x * 2.0])
    h = x
    for w in net.layers(0.5):
        h = np.tanh(w * h)
    return np.sum(h)


def chained(x):
    def inner(k):
        yield x * k
        yield from terms(x, k)

    return sum(inner(3)) + sum(v**2 for v in inner(2))


def local_gen(x):
    total = 0.0
    y = x * x

    def gen(n):
        nonlocal total
        for i in range(n):
            total += 1.0
            yield y * i + total

    for v in gen(3):
        total += v
    return total


def unpackg(x):
    a, b, c = terms(x)
    return a + b * c


def star(x):
    return max([*terms(x, 4)]) + max(*terms(x))


def named(x):
    g = terms(x, 4)
    y = x * 2.0
    for v in g:
        y += v
    return y


def enumd(x):
    t = 0.0
    for k, v in enumerate(terms(x, 3)):
        t += v * k
    return t


def comp(x):
    return np.array([v * v for v in terms(x, 4) if v < 0.9]).sum() + {k: v for k, v in enumerate_terms(x)}[2]


def dictg(x):
    return dict(enumerate_terms(x))[3]


def tryg(x):
    try:
        for i in range(3):
            yield x * i
    finally:
        print("closed")


def try_use(x):
    t = 0.0
    for v in tryg(x):
        t += v
        if t > 1.0:
            break
    return t * x


def filtered(xs):
    for v in xs:
        if v > 0.3:
            yield v


def squared(xs):
    for v in xs:
        yield v * v


def pipeline(x):
    return sum(squared(filtered(x)))


def pipeline2(x):
    t = 0.0
    for v in squared(filtered(x)):
        t += v
    return t


def windows(x, n):
    for i in range(len(x) - n + 1):
        yield x[i : i + n]


def use_windows(x):
    return sum(np.max(w) * np.min(w) for w in windows(x, 2))


V = np.array([0.4, 0.2, 0.9, 0.7])


def shadow(y):
    for i in range(3):
        yield y * S * i


def shadowed(x):
    S = 10.0
    i = 100.0
    y = x * x
    t = 0.0
    for v in shadow(x):
        t += v * S + i + y
    return t


def rebound(x):
    t = 0.0
    for v in shadow(x):
        x = x + v
        t += x
    return t * x


def taker(w):
    for i in range(3):
        yield np.sum(w) * i
        w = w * 2.0


def mutated(x):
    w = x * 1.0
    t = 0.0
    for v in taker(w):
        w += v
        t += np.sum(w**2)
    return t


def same_target(x):
    for i in shadow(x):
        pass
    y = i
    for y in shadow(y):
        i = i + y
    return y * i


def both(x):
    for i in range(6):
        if i % 2:
            yield x * i
        else:
            yield x**i
            yield -x


def both_break(x):
    t = 0.0
    for v in both(x):
        if v < 0:
            continue
        if v > 3.0:
            break
        t += v * v
    else:
        t = t * 100.0
    return t


def both_else(x):
    t = 0.0
    for v in both(x):
        if v < 0:
            continue
        if v > 300.0:
            break
        t += v * v
    else:
        t = t * 100.0
    return t


def deep(x):
    for i in range(3):
        for j in range(3):
            if i * j == 2:
                continue
            yield x * (i + j)
            x = x * 1.1
        yield x


def deep_break(x):
    t = 0.0
    for k, v in enumerate(deep(x), 1):
        if k == 2:
            continue
        if k == 6:
            break
        t += v * k
    return t


def deep_return(x):
    for v in deep(x):
        if v > 1.2:
            return v * x
    return 0.0


def orelse_gen(x):
    for i in range(2):
        yield x * i
    else:
        x = x * 3.0
    yield x


def use_orelse(x):
    return sum(orelse_gen(x)) + sum([v**2 for v in orelse_gen(x)])


def fin(x, log):
    try:
        for i in range(5):
            try:
                yield x * i
            finally:
                log.append(i)
    finally:
        log.append("end")


def use_fin(x):
    log = []
    t = 0.0
    for v in fin(x, log):
        if v > 1.5:
            break
        t += v
    return t * len(log) * (2.0 if log[-1] == "end" else 3.0)


def catchg(x):
    for i in range(4):
        try:
            if i == 2:
                raise ValueError
            y = x * i
        except ValueError:
            continue
        yield y


def use_catch(x):
    return sum(v * v for v in catchg(x)) + sum(catchg(x))


def early(x, n):
    while True:
        if n > 3:
            return
        for j in range(2):
            if n + j > 4:
                return
            yield x * (n + j)
        n += 1


def use_early(x):
    t = 0.0
    for v in early(x, 0):
        t += v * v
    for a, b in zip([1.0, 2.0], list(early(x, 2))):
        t += a * b
    return t


def in_loop(x):
    t = 0.0
    for k in range(3):
        for v in shadow(x * k):
            if v > 3.0:
                break
            t += v
        else:
            t *= 1.5
    n = 0
    while sum(shadow(x)) * n < 10.0:
        n += 1
        x = x * 1.1
    return t * n * x


def order(log, x):
    log.append("g")
    yield x
    log.append("h")
    yield x * 2.0


def note(log, v):
    log.append("n")
    return v


def ordered(x):
    log = []
    y = note(log, x) + sum(order(log, x)) + note(log, x)
    return y * (2.0 if "".join(log) == "nghn" else 3.0)


class Ode:
    def __init__(self, f, y0, dt=0.1):
        self.f, self.y, self.t, self.dt = f, y0, 0.0, dt

    def steps(self, n):
        for _ in range(n):
            k1 = self.f(self.t, self.y)
            k2 = self.f(self.t + self.dt / 2, self.y + self.dt / 2 * k1)
            self.y = self.y + self.dt * k2
            self.t += self.dt
            yield self.t, self.y

    def __len__(self):
        return 3

    def __iter__(self):
        yield from self.steps(3)


def ode(y0):
    s = Ode(lambda t, y: -y * np.cos(t), y0)
    out = [s.y]
    for t, y in s.steps(4):
        assert t == s.t
        out.append(y * t)
    for t, y in s:
        out.append(y)
    return np.sum(np.stack(out) ** 2) + s.t


def closure_gen(x):
    k = x * 2.0

    def g(n, c=3.0):
        for i in range(n):
            yield k * i * c

    t = sum(g(3, c=x))
    k = x * 5.0
    for v in g(2, 1.0):
        t += v
    return t


def lam(x):
    def g():
        f = lambda v: v * x
        yield f(2.0)
        yield f(x)

    return sum(g())


def firstgen(x):
    for v in shadow(x):
        if v > 0.0:
            break
    return v * 2.0


def cond_call(x):
    t = 0.0
    if x > 0.1:
        g = shadow(x)
        for v in g:
            t += v
    else:
        t = x
    return t


def emptyg(x):
    return
    yield x


def use_empty(x):
    t = x
    for v in emptyg(x):
        t += v
    return t + sum(emptyg(x)) + len(list(emptyg(x)))


V = np.array([0.4, 0.2, 0.9, 0.7])


def of_another_module(x):
    K = x * 2.0
    total = 0.0
    for v in damped(x, 4, x, K, scale=x, shift=x):
        total += v * K
    return total + sum(damped(x))


def two_whiles(x, n):
    i = j = 0
    while i < n and x * i < 100.0:
        yield x * i
        i += 1
    while j < 2 and x * j < 50.0:
        yield x * x * j
        j += 1


def among_whiles(x):
    total = 0.0
    k = 0
    while k < 2 and total < 1e9:
        k += 1
        total += x
    for v in two_whiles(x, 4):
        total += v**2
    return total


V = array(4, low=0.2)
CASES = [
    *[(f, (0.7,), None) for f in (
        poly, poly_sum, traj, traj_list, cont, ret_in_body, use_gen_return, elsed, nested, chained, local_gen,
        unpackg, star, named, enumd, comp, dictg, try_use, shadowed, rebound, same_target, both_break,
        both_else, deep_break, deep_return, use_orelse, use_fin, use_catch, use_early, in_loop, ordered,
        closure_gen, lam, firstgen, cond_call, use_empty, of_another_module, among_whiles,
    )],
    *[(f, (V,), None) for f in (
        inplace_use2, net_iter, net_list, net_layers, pipeline, pipeline2, use_windows, traj, mutated, ode,
    )],
    (sqrt_newton, (2.0,), None),
]  # fmt: skip
