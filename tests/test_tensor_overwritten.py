"""What a gradient needs of values that are overwritten: results in memory of operands, parts stored where they are."""

from __future__ import annotations

import numpy as np
import pytest

import srcgrad as sg


def t(value, **keywords):
    return sg.tensor(value, requires_grad=True, **keywords)


def test_a_part_that_is_changed_in_place_is_stored_once():
    """`y[1:] += w` writes through the view, and then assigns that view to where it is already."""
    x, w = t([1.0, 2.0, 3.0]), t([5.0, 7.0])
    y = x * 2
    y[1:] *= w
    part, changed = y.grad_fn.next_functions
    assert (part[0].name(), changed[0].name()) == ("MulBackward0", "MulBackward0")
    (y * y).sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), 8 * np.array([1.0, 2.0, 3.0]) * [1.0, 25.0, 49.0])
    np.testing.assert_allclose(w.grad.numpy(), 8 * np.array([5.0, 7.0]) * [4.0, 9.0])

    x = t([1.0, 2.0, 3.0])
    y, index = x * 2, slice(1, None)
    with sg.no_grad():
        part = y[index]
    y[index] = part.detach()  # what is not tracked, in the same memory: no gradient flows through it
    y.sum().backward()
    assert x.grad.tolist() == [2.0, 0.0, 0.0]
    y = x * 2
    other = y[index]
    y.data = np.array([7.0, 8.0, 9.0])
    y[index] = other  # shows the memory that `y` had
    assert y.tolist() == [7.0, 4.0, 6.0]


@pytest.mark.filterwarnings("error")
def test_operands_of_every_kind_in_place():
    x = t([1.0, 2.0, 4.0])
    y = x * 1.0
    y += [1.0, 0.0, 0.0]
    y *= np.float64(2.0)
    y -= np.float32(1.0)
    y.mul_((1, 2, 3)).add_(x)
    np.maximum(y, 0.5, out=y)
    y /= x
    np.minimum(y, [100.0, 5.0, 7.0], out=y)
    y.sum().backward()
    high, low = (
        np.minimum(np.maximum(((v + [1, 0, 0]) * 2 - 1) * [1, 2, 3] + v, 0.5) / v, [100.0, 5.0, 7.0])
        for v in (np.array([1.0, 2.0, 4.0]) + sign * 1e-6 for sign in (1.0, -1.0))
    )
    np.testing.assert_allclose(x.grad.numpy(), (high - low) / 2e-6, rtol=1e-6)
    counts = sg.tensor([1, 2, 3])
    counts += 1
    counts *= [2, 2, 2]
    assert counts.tolist() == [4, 6, 8]
    with pytest.raises(RuntimeError, match="tensor of int64: make it of floats"):
        counts *= x
    with pytest.raises(RuntimeError, match=r"np\.add\(\.\.\., out=\) changes a leaf"):
        np.add(y, 1.0, out=x)


@pytest.mark.parametrize("size", [3, 300])
@pytest.mark.parametrize(
    "write",
    [
        lambda y, w: y.__iadd__(w), lambda y, w: y.__setitem__(slice(1, None), w[1:]),
        lambda y, w: y[1:].__imul__(w[1:]),
        lambda y, w: np.multiply(w, w, out=y), lambda y, w: np.add.at(y, [0, 0], w[:2]), lambda y, w: y.__imul__(y),
        lambda y, w: np.copyto(y, w), lambda y, w: y.reshape(1, -1).__itruediv__(w),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "result", [lambda a, b: a / b, lambda a, b: np.tanh(a), lambda a, b: np.exp(b), lambda a, b: np.hypot(a, b)]
)
def test_a_result_that_its_own_gradient_reads_may_be_overwritten(result, write, size):
    values = [np.random.default_rng(k).uniform(0.5, 1.5, size) for k in range(3)]

    def program(a, b, w):
        y = result(a, b)
        before = np.sum(y * y)
        write(y, w)
        return np.sum(y**2 * w) + before

    leaves = [t(value) for value in values]
    program(*leaves).backward()
    for leaf, direction in zip(leaves, np.random.default_rng(9).normal(size=(3, size))):
        high, low = (
            program(*[v + sign * 1e-6 * direction * (each is leaf) for v, each in zip(values, leaves)])
            for sign in (1.0, -1.0)
        )
        found = 0.0 if leaf.grad is None else leaf.grad.numpy() @ direction
        assert found == pytest.approx((high - low) / 2e-6, rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("several", [np.linalg.eigh, np.linalg.svd], ids=lambda f: f.__name__)
def test_one_of_several_results_is_written(several):
    """The reverse reads all results; a gradient computed with what was written there would be wrong."""
    a = sg.tensor(np.diag([1.0, 2.0, 4.0]) + 0.1, requires_grad=True)
    values, vectors = several(a)[:2]
    values = values if values.ndim == 1 else vectors
    values[1] = values[0] * 2.0
    with pytest.raises(RuntimeError, match=r"needs its result, which was modified in place by"):
        np.sum(values**3).backward()


def test_one_of_several_results_that_the_reverse_does_not_read_is_written():
    x = sg.tensor([1.5, 2.5], requires_grad=True)
    part = np.modf(x * x)[0]
    part[1] = part[0] * 2.0
    np.sum(part**3).backward()
    rest = 1.5**2 % 1.0
    np.testing.assert_allclose(x.grad, [3.0 * rest**2 * 9.0 * 3.0, 0.0])
