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


I, M = np.array([0, 2, 2, 5]), np.array([True, False, True, True, False, True])


def add_at(y, v):
    np.add.at(y, I, v[:4] ** 2)


def subtract_at_rows(y, v):
    np.subtract.at(y.reshape(2, 3), (slice(None), [0, 0]), v[:2])


def multiply_at(y, v):
    np.multiply.at(y, I, v[:4])


def divide_at_a_number(y, v):
    np.divide.at(y, I, v[1])


def copy_to(y, v):
    np.copyto(y, v[::-1] * 2.0)


def copy_where(y, v):
    np.copyto(y, v[0] * v[1], where=M)


def put_some(y, v):
    np.put(y, [-1, 7, 2], v[:2], mode="wrap")


def put_mask(y, v):
    np.putmask(y, M, v[:4])


def place_some(y, v):
    np.place(y, M, v[:3])


def put_along(y, v):
    np.put_along_axis(y.reshape(2, 3), np.array([[1], [2]]), v[:2].reshape(2, 1), axis=1)


def fill_diagonal(y, v):
    np.fill_diagonal(y.reshape(2, 3), v[2:4])


def store_a_list(y, v):
    y[:3] = [v[0], v[1] * v[2], 2.0 * v[3]]


WRITING = [
    add_at, subtract_at_rows, multiply_at, divide_at_a_number, copy_to, copy_where, put_some, put_mask, place_some,
    put_along, fill_diagonal, store_a_list,
]  # fmt: skip


def by_arrays(write, x, v):
    y = x**2
    write(y, v)
    return y


@pytest.mark.parametrize("write", WRITING)
def test_functions_that_write_into_a_tensor(write):
    x, v = np.array([0.5, -1.5, 2.0, 0.7, 1.1, -0.3]), np.array([1.5, 0.4, -0.8, 1.2, 0.9, -2.0])
    cotangent = np.array([1.0, -2.0, 0.5, 3.0, 0.2, 1.7])
    leaves = t(x), t(v)
    y = by_arrays(write, *leaves)
    np.testing.assert_allclose(y.detach().numpy(), by_arrays(write, x, v), rtol=1e-14)
    y.backward(sg.tensor(cotangent))
    for leaf, k in zip(leaves, (0, 1)):
        for i, unit in enumerate(np.eye(6)):
            moved = [[x, v], [x, v]]
            moved[0][k], moved[1][k] = (x, v)[k] + 1e-6 * unit, (x, v)[k] - 1e-6 * unit
            high, low = (cotangent @ by_arrays(write, *each) for each in moved)
            found = 0.0 if leaf.grad is None else leaf.grad.numpy()[i]
            assert found == pytest.approx((high - low) / 2e-6, rel=1e-6, abs=1e-8)


def test_functions_that_write_into_a_plain_array_or_a_leaf_are_refused():
    x = t([1.0, 2.0])
    with pytest.raises(sg.UnsupportedError, match="plain array"):
        np.add.at(np.zeros(2), [0, 1], x)
    with pytest.raises(RuntimeError, match="leaf"):
        np.add.at(x, [0, 1], x * 2)
    with pytest.raises(RuntimeError, match="leaf"):
        np.copyto(x, x * 2)
    with sg.no_grad():
        np.copyto(x, [3.0, 4.0])
    np.testing.assert_array_equal(x.detach().numpy(), [3.0, 4.0])


def test_a_value_that_was_changed_before_it_was_read_is_not_stale():
    x = t([1.0, 2.0])
    y = x * 2
    y.detach()[0] = 5.0  # not recorded: as in PyTorch, y is 5 where it is read from now on
    z = y**2
    z.sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), [20.0, 16.0])
    y = x * 2
    z = y**2
    y.detach()[0] = 5.0
    with pytest.raises(RuntimeError, match=r"gradient of pow .* needs an operand of it, which was modified in place"):
        z.sum().backward()


def test_results_computed_into_tensors():
    def program(x):
        z, z2 = x * 1.0, x * 1.0
        for _ in range(3):  # the short way, once the functions are known
            y = x * 3
            np.multiply(x, y, out=z)
            np.add(z, [1.0, 1.0], out=z2)
            np.tanh(z, out=z)  # the operand is overwritten
            part = z2[1:]
            np.multiply(part, x[:1], out=part)
            np.multiply(z2, z2[::-1], out=z2)
        return z.sum() + (z2**2).sum()

    x = t([1.0, 2.0])
    program(x).backward()
    for i, unit in enumerate(np.eye(2)):
        high, low = (program(np.array([1.0, 2.0]) + sign * 1e-6 * unit) for sign in (1.0, -1.0))
        assert x.grad.numpy()[i] == pytest.approx((high - low) / 2e-6, rel=1e-7)


def test_rounded_numbers_written_by_position():
    x = t([1.2, -0.7])
    y = x * 1.0
    np.round(x, 1, y)
    (y * x).sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), [1.2, -0.7])
    with pytest.raises(RuntimeError, match=r"np.round\(x, ..., out=out\)"):
        x.round(1, y)
