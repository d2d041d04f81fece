"""Writes into tensors: augmented assignments, stores, views, `out=`."""

from __future__ import annotations

import numpy as np
import pytest

import srcgrad as sg


def t(value, **keywords):
    return sg.tensor(value, requires_grad=True, **keywords)


def test_augmented_assignments_of_computed_tensors():
    x, w = t([1.0, 2.0]), t([3.0, 4.0])
    y = x * 2
    before = y
    y += w
    y *= w
    y -= 1.0
    y /= 2.0
    y **= 2
    assert y is before
    y.sum().backward()
    x2, w2 = t([1.0, 2.0]), t([3.0, 4.0])
    ((((x2 * 2 + w2) * w2 - 1.0) / 2.0) ** 2).sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), x2.grad.numpy())
    np.testing.assert_array_equal(w.grad.numpy(), w2.grad.numpy())


def test_an_operation_with_itself_in_place():
    x = t([2.0, 3.0])
    y = x * 1.0
    y *= y
    y.sum().backward()
    assert x.grad.tolist() == [4.0, 6.0]


def test_a_buffer_that_was_not_tracked():
    x = t(3.0)
    buffer = sg.tensor(np.zeros(3))
    row = buffer[1:]
    flat = np.reshape(buffer, (3, 1))
    buffer[1] = x * x
    row[1] = x
    assert buffer.requires_grad
    (row.sum() + 10.0 * flat.sum() + buffer[0]).backward()
    assert x.grad.item() == 11.0 * 7.0


@pytest.mark.parametrize(
    "view",
    [
        lambda y: y.T, lambda y: y.reshape(-1), lambda y: np.reshape(y, (3, 2)), lambda y: y[:, 1],
        lambda y: y[None, 1:], lambda y: np.transpose(y)[1], lambda y: np.split(y, 2)[1], lambda y: y.swapaxes(0, 1),
        lambda y: np.diagonal(y.T),
        lambda y: np.ravel(y), lambda y: np.squeeze(y), lambda y: y.ravel()[2:], lambda y: np.expand_dims(y, 0),
        lambda y: np.atleast_2d(y), lambda y: np.flip(y, 0), lambda y: np.hsplit(y, [1])[1], lambda y: y.T.reshape(-1),
        lambda y: np.rot90(y), lambda y: np.broadcast_to(y, (1, 2, 3)), lambda y: np.asarray(y) if 0 else y.real,
        lambda y: y.copy(), lambda y: y.flatten(), lambda y: np.moveaxis(y, 0, 1), lambda y: y[np.array([1, 0])],
    ],
)  # fmt: skip
def test_writes_through_views_are_seen_by_all(view):
    """Whatever shows the same memory in NumPy has the same history here."""
    start, weights = np.arange(6.0).reshape(2, 3) + 1.0, np.arange(6.0).reshape(2, 3) + 0.5

    def run(make):
        x = make(start)
        y = x * 2.0
        seen = view(y)
        outer = y[1]
        try:
            seen *= 3.0
        except ValueError:
            return None
        y[0] = y[0] + x[1]
        return (y * weights).sum() + (seen * seen).sum() + (outer * 5.0).sum(), x

    plain = run(lambda a: a.copy())
    if plain is None:
        with pytest.raises(ValueError, match="read-only"):
            x = t(start)
            seen = view(x * 2.0)
            seen *= 3.0
        return
    loss, x = run(t)
    np.testing.assert_allclose(loss.item(), plain[0], rtol=1e-14)
    loss.backward()
    difference = np.zeros_like(start)
    for i in np.ndindex(2, 3):
        moved = np.zeros_like(start)
        moved[i] = 1e-6
        high, low = (run(lambda a, step=step: a + step)[0] for step in (moved, -moved))
        difference[i] = (high - low) / 2e-6
    np.testing.assert_allclose(x.grad.numpy(), difference, rtol=1e-6)


def test_repeated_indices_in_a_store_the_last_one_wins():
    x = t([1.0, 2.0, 3.0])
    y = sg.tensor(np.zeros(3))
    y[np.array([1, 1, 0])] = x * 10.0
    assert y.tolist() == [30.0, 20.0, 0.0]
    (y * np.array([1.0, 2.0, 3.0])).sum().backward()
    assert x.grad.tolist() == [0.0, 20.0, 10.0]


def test_out_is_recorded():
    x, out = t([1.0, 2.0]), sg.tensor(np.zeros(2))
    result = np.multiply(x, x, out=out)
    assert result is out and out.requires_grad
    np.add(out, 1.0, out=out)
    out.sum().backward()
    assert x.grad.tolist() == [2.0, 4.0]
    with pytest.raises(RuntimeError, match="plain array"):
        np.multiply(x, x, out=np.zeros(2))


def test_an_integer_buffer_refuses_values_with_gradients():
    buffer = sg.tensor([1, 2, 3])
    with pytest.raises(RuntimeError, match="int64"):
        buffer[0] = t(1.0)


def test_operands_that_overlap_what_is_written():
    x = t([1.0, 2.0, 3.0, 4.0])
    y = x * 1.0
    y[1:] *= y[:-1]
    z = x * 1.0
    np.multiply(z, z, out=z)
    np.sin(z, out=z)
    (y.sum() + z.sum()).backward()
    a = np.array([1.0, 2.0, 3.0, 4.0])
    chain = np.array([a[1], a[0] + a[2], a[1] + a[3], a[2]])
    np.testing.assert_allclose(x.grad.numpy(), chain + np.array([1.0, 0, 0, 0]) + 2 * a * np.cos(a * a), rtol=1e-14)
