"""Python numbers in functions of NumPy: where these give inf or nan, so do derivatives, and none raises."""

from __future__ import annotations

import numpy as np
import pytest

import srcgrad as sg

V = np.array([1.0, -2.0, 0.0])
inf, nan = np.inf, np.nan


def divided(x, c):
    return np.sum(x / c)


def divided_mean(x, c):
    return np.mean(x) / c


CASES = [
    (divided, (V, 0.0), ([inf, inf, inf], nan)),
    (divided, (V, 0), ([inf, inf, inf],)),
    (divided, (V[:2] * [1, -1], -0.0), ([-inf, -inf], -inf)),
    (divided_mean, (V + 5.0, 0.0), ([inf, inf, inf], -inf)),
    (lambda x, c: np.divide(x, c), (2.0, 0.0), (inf, -inf)),
    (lambda x: np.log(x) * 3.0, (0.0,), (inf,)),
    (lambda x: np.log2(x), (0.0,), (inf,)),
    (lambda x: np.log1p(x), (-1.0,), (inf,)),
    (lambda x: np.arctanh(x), (1.0,), (inf,)),
    (lambda x, c: np.remainder(x, c), (5.0, 0.0), (1.0, -inf)),
    (lambda x, c: np.fmod(x, c), (5.0, 0.0), (1.0, -inf)),
    (lambda x, p: np.power(x, p), (0.0, 0.5), (inf, 0.0)),
    (lambda x, p: np.power(x, p), (-2.0, 0.5), (nan, nan)),
    (lambda x, p: np.power(x, p), (1e200, 3.0), (inf, inf)),
    (lambda x: np.float_power(x, 3), (1e200,), (inf,)),
    (lambda x: np.mean(x), (np.zeros(0),), ([],)),
    (lambda x: np.var(x, ddof=3), (V,), ([inf, -inf, inf],)),
    (lambda x: np.max(x), (np.array([1.0, nan, nan]),), ([0.0, 0.5, 0.5],)),
]


@pytest.mark.parametrize("f, args, wanted", CASES)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_derivatives_are_infinite_as_values_are(f, args, wanted):
    wanted = tuple(np.asarray(w) for w in wanted)
    argnums = tuple(range(len(wanted)))
    _, pullback = sg.vjp(f, *args)
    for found in (sg.grad(f, argnums=argnums)(*args), pullback(1.0)):
        for got, want in zip(found, wanted):
            np.testing.assert_array_equal(got, want)
    ones = tuple(np.ones(np.shape(arg)) if isinstance(arg, np.ndarray) else 1.0 for arg in args)
    tangents = ones if not isinstance(args[-1], int) else (*ones[:-1], None)
    sg.jvp(f, args, tangents)  # whatever it gives, it does not raise


def test_python_still_raises():
    with pytest.raises(ZeroDivisionError):
        sg.grad(lambda x, c: x / c)(1.0, 0.0)
    with pytest.raises(OverflowError):
        sg.grad(lambda x: x**3.0)(1e200)
