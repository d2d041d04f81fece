"""Arrays that a call writes into and gets by `*args` or `**keywords`: what is written there carries derivatives."""

from __future__ import annotations

import numpy as np
import pytest

import srcgrad as sg

X = np.array([0.3, -0.7, 1.1])


def handed_on(a, b, **keywords):
    return np.divide(a, b, **keywords)


def through_a_function(x):
    w = np.zeros(3)
    handed_on(x, 2.0, out=w)
    return np.sum(w**3)


def in_a_dict(x):
    w = np.zeros(3)
    given = {"out": w}
    np.multiply(x, x, **given)
    return np.sum(w**3)


def by_position(x):
    w = np.zeros(3)
    given = (x, 2.0, w)
    np.divide(*given)
    return np.sum(w**3)


def of_a_method(x):
    w = np.zeros(1)
    x.sum(**{"out": w, "keepdims": True})
    return np.sum(w**3)


def of_a_reduction(x):
    w = np.zeros(3)
    np.cumsum(x, **dict(out=w))
    return np.sum(w**3)


def what_was_there(x):
    w = x * 2.0
    y = w * x
    np.add(1.0, 2.0, **{"out": w})
    return np.sum(y * w)


def nothing_written(x):
    pair = (x, 0.5 * x)
    return np.sum(np.multiply(*pair, **{"casting": "same_kind"}) ** 2)


@pytest.mark.parametrize(
    "f",
    [through_a_function, in_a_dict, by_position, of_a_method, of_a_reduction, what_was_there, nothing_written],
    ids=lambda f: f.__name__,
)
def test_written_through_stars(f):
    sg.check_grads(f, (X,), modes=("rev", "fwd"), order=2)
