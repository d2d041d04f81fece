"""What the type of a result does to a derivative: NumPy rounds to it, and drops imaginary parts."""

from __future__ import annotations

import numpy as np
import pytest

import srcgrad as sg

X = np.array([0.1, 0.7, 0.3])
Z = X + 1j * X[::-1]


def at(place):
    return np.where(np.arange(3) == place, 1.0, 0.0)


ROUNDED = [
    (lambda x: np.max(x, out=np.zeros((), np.float32)), at(1)),
    (lambda x: np.maximum.reduce(x, dtype=np.float32), at(1)),
    (lambda x: np.minimum.reduce(x, dtype=np.float32, initial=0.2), at(0)),
    (lambda x: np.maximum.accumulate(x, dtype=np.float32)[2], at(1)),
    (lambda x: np.fmax(x, 0.6, dtype=np.float32), at(1)),
    (lambda x: np.fmin(x, 0.2, dtype=np.float32), at(0)),
    (lambda x: np.fmax(x[0], x[1], out=np.zeros((), np.float32)), at(1)),
    (lambda x: np.nanmax(x, out=np.zeros((), np.float32)), at(1)),
    (lambda x: np.max(x.astype(np.float32), initial=1.0 + x[1]), at(1)),
    (lambda x: np.nanmin(x.astype(np.float32), initial=x[0] - 1.0, where=np.array([True, False, True])), at(0)),
]


@pytest.mark.parametrize(("f", "wanted"), ROUNDED)
def test_an_extremum_is_found_where_the_result_is_rounded(f, wanted):
    assert f(X).dtype == np.float32
    np.testing.assert_array_equal(sg.grad(lambda x: np.sum(f(x)))(X), wanted)
    assert sg.jvp(lambda x: np.sum(f(x)), (X,), (2.0 * wanted,))[1] == 2.0
    x = sg.tensor(X, requires_grad=True)
    try:
        value = np.sum(f(x))
    except sg.tensors.arrays.TensorError as error:
        assert "out=" in str(error)  # a plain array knows nothing of gradients
        return
    value.backward()
    np.testing.assert_array_equal(x.grad.numpy(), wanted)


@pytest.mark.parametrize(
    "f",
    [
        lambda z: np.prod(z, dtype=float),
        lambda z: np.var(z, dtype=np.float32),
        lambda z: z.std(dtype="f4"),
        lambda z: np.nancumprod(z, dtype=float)[2],
        lambda z: np.max(z, out=np.zeros(())),
        lambda z: np.nanmin(z, out=np.zeros(())),
    ],
)
def test_imaginary_parts_that_are_dropped_before_are_refused(f):
    with pytest.raises(sg.UnsupportedError, match=r"of complex numbers with dtype float.*np.real"):
        sg.grad(lambda z: np.real(f(z)))(Z)


@pytest.mark.filterwarnings("ignore:Casting complex values")
def test_imaginary_parts_that_are_dropped_are_fine_in_what_is_linear():
    np.testing.assert_array_equal(sg.grad(lambda z: np.sum(z, dtype=float))(Z), np.ones(3))
    np.testing.assert_array_equal(sg.grad(lambda z: np.mean(z, out=np.zeros(())))(Z), np.full(3, 1 / 3))
    assert sg.grad(lambda z: np.var(z, out=np.zeros(())))(Z).dtype == complex  # a real number as it is


@pytest.mark.parametrize("swapped", [lambda x: 1j * x, lambda x: 1j - x, lambda x: 2j / x, lambda x: 1j**x])
def test_a_complex_number_before_a_number_that_is_a_tensor(swapped):
    x = sg.tensor(0.5, requires_grad=True)
    y = swapped(x)
    assert y.shape == ()
    assert y.dtype == complex
    y.imag.backward()
    np.testing.assert_allclose(x.grad.numpy(), sg.grad(lambda x: np.imag(swapped(x)))(0.5))


def test_a_position_that_is_not_there_is_an_index_error():
    def put(x):
        w = x * 1.0
        np.put(w, [0, -4], x[:2])
        return np.sum(w)

    with pytest.raises(IndexError, match="index -4 is out of bounds"):
        sg.grad(put)(X)


def test_an_axis_that_is_named_twice_is_found_by_numpy():
    with pytest.raises(ValueError, match="repeated axis"):
        sg.grad(lambda x: np.sum(np.expand_dims(x, (0, 0))))(X)


@pytest.mark.filterwarnings("ignore:'where' used without 'out'")
def test_what_a_mask_leaves_out_of_several_results():
    def f(x):
        whole, rest = np.divmod(x, 0.25, where=X > 0.2)
        return np.sum(whole[1:] * x[1:] + rest[1:] ** 2)

    wanted = np.array([0.0, *(X[1:] // 0.25 + 2.0 * (X[1:] % 0.25))])
    np.testing.assert_allclose(sg.grad(f)(X), wanted)
    np.testing.assert_allclose(sg.jvp(f, (X,), (X,))[1], wanted @ X)


REDUCED = [
    lambda x, out: np.logaddexp.reduce(x, out=out[0, ...]),
    lambda x, out: np.hypot.accumulate(x, out=(out,))[2],
    lambda x, out: np.logaddexp.reduceat(x, [0, 2, 1], out=out)[0],
]


@pytest.mark.parametrize("f", REDUCED)
def test_a_reduction_computes_in_the_type_of_what_it_writes_into(f):
    x = X.astype(np.float32)
    value, gradient = sg.value_and_grad(lambda x: np.sum(f(x, np.zeros(3))))(x)
    assert value == np.sum(f(x, np.zeros(3))) != np.sum(f(x, np.zeros(3, np.float32)))
    np.testing.assert_allclose(gradient, sg.grad(lambda x: np.sum(f(x, np.zeros(3))))(X), rtol=1e-5)


SMALL = np.array([0, 3, 200], np.uint8)
INTEGERS = [
    (lambda x, n: x**n, SMALL, X + 1.0),
    (lambda x, n: np.power(x, n), np.array([-128, 0, 2], np.int8), X + 0.7),
    (lambda x, n: np.power(x, n), np.array([True, False, True]), X),
    (lambda x, n: np.arctan2(n, x), SMALL, X),
    (lambda x, n: np.gradient(x, n), SMALL[::-1], X),
    (lambda x, n: np.gradient(n, x), SMALL[::-1], np.cumsum(X)),
    (lambda x, n: np.interp(x, [0.0, 0.5, 1.0], n), SMALL[::-1], X),
    (lambda x, n: np.polyval(x, n), SMALL, X),
    (lambda x, n: np.quantile(n, x), np.array([-100, 3, 100], np.int8), X),
    (lambda x, n: np.nanquantile(n, x), np.array([-100, 3, 100], np.int8), X),
    (lambda x, n: np.logspace(x, 1.0, 3, base=n), np.array([2, 3, 7], np.int8), X),
    (lambda x, n: np.real(np.emath.power(n, x)), np.array([2, 3, 7], np.int8), X),
    (lambda x, n: np.polyval(n, x), SMALL[::-1], X),
]


@pytest.mark.parametrize(("f", "n", "x"), INTEGERS)
def test_small_integers_beside_what_is_differentiated_do_not_wrap_round(f, n, x):
    """NumPy computes such calls in floating point."""
    for order in (lambda n: sg.grad(lambda x: np.sum(f(x, n)))(x), lambda n: sg.jvp(lambda x: f(x, n), (x,), (X,))[1]):
        np.testing.assert_allclose(order(n), order(n.astype(float)), rtol=1e-12)


@pytest.mark.parametrize("f", [np.max, np.min, np.median, np.nanmax, lambda x: np.max(x, axis=0), np.ptp, np.std])
def test_numbers_in_another_order_of_bytes(f):
    np.testing.assert_array_equal(sg.grad(f)(X.astype(X.dtype.newbyteorder())), sg.grad(f)(X))
