"""Derivatives of first and second order of a function along generic directions, against central differences."""

from __future__ import annotations

import copy
import functools

import numpy as np

import srcgrad as sg


def inner(values, ways):
    """The real inner product of gradients and directions."""
    total = 0.0
    for value, way in zip(values, ways):
        total = total + np.sum(np.real(np.conj(way) * value))
    return total


def number(y):
    """A number of all that a result holds."""
    if isinstance(y, (tuple, list)):
        total = 0.0
        for part in y:
            total = total + number(part)
        return total
    y = np.asarray(y)
    weights = 1.0 + 0.1 * np.reshape(np.arange(np.size(y)), np.shape(y))
    return np.sum(weights * np.real(y)) + 0.3 * np.sum(np.real(y) ** 2) + 0.2 * np.sum(np.imag(y) * np.real(y))


def ways_of(args, seed):
    rng = np.random.default_rng(seed)
    ways = [rng.normal(size=np.shape(a)) for a in args]
    return [d + 1j * rng.normal(size=d.shape) if np.iscomplexobj(a) else d for a, d in zip(args, ways)]


def along(f, args, ways, step):
    """The central difference of a function of all arguments along a direction."""
    sides = [f(*copy.deepcopy([a + s * d for a, d in zip(args, ways)])) for s in (step, -step)]
    return (sides[0] - sides[1]) / (2.0 * step)


def like(way, a):
    """A direction in the type of its argument."""
    return type(a)(way) if type(a) in (float, complex) else way


def check(f, args, second=True):
    """Compare gradient, tangent and the derivative of the gradient of `number(f(*args))` with differences.

    f takes one to three arguments, all of them active.
    """
    if len(args) == 1:
        loss = lambda x: number(f(x))
        again = lambda x: inner((gradient(x)[0],), others)
    elif len(args) == 2:
        loss = lambda x, y: number(f(x, y))
        again = lambda x, y: inner(gradient(x, y), others)
    else:
        loss = lambda x, y, z: number(f(x, y, z))
        again = lambda x, y, z: inner(gradient(x, y, z), others)
    every = tuple(range(len(args)))
    gradient = sg.grad(loss, argnums=every)
    close = functools.partial(np.testing.assert_allclose, rtol=2e-5, atol=2e-5)
    ways, others = ways_of(args, 1), ways_of(args, 2)
    wanted = along(loss, args, ways, 1e-6)
    close(inner(gradient(*copy.deepcopy(args)), ways), wanted)
    dots = tuple(like(d, a) for d, a in zip(ways, args))
    close(sg.jvp(loss, copy.deepcopy(tuple(args)), dots)[1], wanted)
    if second:
        wanted = along(again, args, ways, 1e-5)
        close(inner(sg.grad(again, argnums=every)(*copy.deepcopy(args)), ways), wanted)
