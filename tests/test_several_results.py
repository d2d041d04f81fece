"""Functions that give several results: each part that has a name has an adjoint of its own."""

import numpy as np
import pytest

import srcgrad as sg

A = np.array([[3.0, 0.4, -0.2], [0.4, 2.0, 0.7], [-0.2, 0.7, 1.5]])


def unpacked(a):
    sign, log = np.linalg.slogdet(a)
    return sign * log


def one_item(a):
    return np.linalg.slogdet(a)[1] * 2.0 + np.linalg.eigh(a)[-2][0]


def an_attribute(a):
    result = np.linalg.eigh(a)
    return np.sum(result.eigenvalues**3)


def two_items(a):
    result = np.linalg.eigh(a)
    return np.sum(result[0] ** 3) + np.sum(np.abs(result[1]) ** 1.5)


def item_and_whole(a):
    result = np.linalg.qr(a)
    upper = result[1]
    return np.sum(upper**2) + np.sum(np.abs(np.concatenate(result)))


def in_a_loop(a):
    total = 0.0
    for k in range(3):
        values, vectors = np.linalg.eigh(a * (1.0 + k))
        if k != 1:
            total += np.log(values[k]) * np.abs(vectors[0, k])
        whole, part = divmod(total * 3.0 + 0.2, 1.0)
        total = total + part
    return total


def written(a):
    q, r = np.linalg.qr(a)
    r *= 2.0
    r[0, 0] = q[1, 1] ** 2
    return np.sum(np.abs(r)) + np.sum(q[0] * r[1])


def kept(a):
    parts = {}
    values, parts["vectors"] = np.linalg.eigh(a)
    held = [values]
    return np.sum(held[0] ** 2) + np.sum(values) + np.sum(np.abs(parts["vectors"]) ** 3)


def both(x):
    return np.sin(x), (x * x).sum()


def of_a_call(a):
    return both(a)[1] + np.sum(both(a * 2.0)[0]) + both(both(a)[0])[1]


def rebound(a):
    result = np.linalg.slogdet(a)
    if a[0, 0] > 1.0:
        result = np.linalg.slogdet(a @ a)
    value = result[1]
    result = (1.0, 2.0)
    return value * result[1]


def none_used(a):
    sign, log = np.linalg.slogdet(a)
    fraction = np.modf(a)[0]
    return np.sum(a**2) + 0.0 * np.sum(fraction)


PROGRAMS = [
    unpacked, one_item, an_attribute, two_items, item_and_whole, in_a_loop, written, kept, of_a_call, rebound,
    none_used,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
def test_gradients(program):
    def symmetric(a):
        return program(0.5 * (a + a.T))

    sg.check_grads(symmetric, (A,), modes=("rev", "fwd"))
    sg.check_grads(symmetric, (A,), order=2, rtol=1e-4)


@pytest.mark.parametrize("program", [unpacked, one_item, an_attribute], ids=lambda f: f.__name__)
def test_nothing_goes_by_identity(program):
    gradient = sg.grad(program)
    gradient(A)
    assert "bars" not in gradient.source
