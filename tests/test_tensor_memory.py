"""What a graph remembers: values that its reverse reads, and of the others no more than a shape."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

import srcgrad as sg
from srcgrad.tensors.reads import ghost

N = 1 << 15
# programs of tensors `x`, `y` and `m` that require gradients, a tensor `c` and an array `a` that do not; with each how
# many arrays of N numbers its graph keeps alive, besides those that the caller has
PROGRAMS = [
    ("x + y", 0),
    ("(x + 1.0) - (y + 2.0)", 0),
    ("-(x + 1.0) * 3.0", 0),
    ("(x + 1.0) / 2.0", 0),
    ("(x + 1.0) + a", 0),
    ("(x + 1.0) * c", 0),
    ("(x + 1.0) * a", 1),  # a copy, since the caller may write to it
    ("(x + 1.0) * y", 1),
    ("(x + 1.0) * (y + 1.0)", 2),
    ("(x + 1.0) / (y + 1.0)", 2),
    ("np.tanh(x + 1.0)", 1),
    ("np.exp(x + 1.0) + 1.0", 1),
    ("np.log(x + 1.0)", 1),
    ("(x + 1.0) ** 2", 1),
    ("np.sqrt(x + 1.0)", 1),
    ("np.where(c > 0, x + 1.0, y + 1.0)", 0.125),  # the condition
    ("np.concatenate([x + 1.0, y + 1.0])", 0),
    ("np.stack([x + 1.0, y + 1.0], axis=1)", 0),
    ("np.reshape(x + 1.0, (2, -1)).T.ravel()", 0),
    ("np.transpose(m + 1.0)", 0),
    ("(m + 1.0).sum(axis=0)", 0),
    ("np.mean(m + 1.0, axis=1)", 0),
    ("np.cumsum(x + 1.0)", 0),
    ("np.flip(np.roll(x + 1.0, 3))", 0),
    ("(x + 1.0)[1:5] + 1.0", 0),
    ("(x + 1.0)[::2] * 2.0", 0),
    ("np.repeat(x + 1.0, 2)", 0),
    ("np.sin(x.astype(np.float32))", 0.5),
    ("np.einsum('ij->ji', m + 1.0)", 0),
    ("(m + 1.0) @ np.ones(256)", 0),
    ("np.ones(128) @ (m + 1.0)", 0),
    ("np.dot(m + 1.0, c[:256])", 0),
    ("np.linalg.norm(m + 1.0)", 1),
    ("np.max(m + 1.0, axis=0)", 1),
    ("np.pad(x + 1.0, 2)", 0),
    ("np.pad(m + 1.0, ((1, 0), (0, 2)), mode='reflect')", 0),
    ("np.pad(m + 1.0, 1, 'wrap')", 0),
    ("np.pad(x + 1.0, 2, 'maximum')", 1),
    ("np.select([c > 1.5], [x + 1.0], 0.0)", 0.125),
    ("np.choose(np.int8(c > 1.5), [x + 1.0, y + 1.0])", 0.125),
    ("np.ediff1d(x + 1.0)", 0),
    ("np.trapezoid(m + 1.0)", 0),
    ("np.add.reduceat(x + 1.0, [0, 5, 9])", 0),
    ("written(x + 1.0)", 0),
    ("added(x + 1.0, y)", 0),
]


def written(y):
    y[2:5] = 0.0
    y[7] = y[0] + y[1]
    return y


def added(x, y):
    x += y
    x -= 1.0
    x *= 2.0
    return x


def scope():
    rng = np.random.default_rng(0)
    made = {name: sg.tensor(rng.uniform(1, 2, N), requires_grad=True) for name in "xy"}
    made["m"] = sg.tensor(rng.uniform(1, 2, (128, N // 128)), requires_grad=True)
    c = rng.uniform(1, 2, N)
    return {**made, "c": sg.tensor(c), "a": c.copy(), "np": np, "written": written, "added": added}


@pytest.mark.parametrize(("text", "arrays"), PROGRAMS)
def test_what_is_remembered(text, arrays):
    code = compile(f"np.sum({text})", "<program>", "eval")
    names = scope()
    eval(code, dict(names)).backward()  # what is worked out once has been by then
    tracemalloc.start()
    try:
        loss = eval(code, dict(names))
        held = tracemalloc.get_traced_memory()[0] / (8 * N)
    finally:
        tracemalloc.stop()
    assert held == pytest.approx(arrays, abs=0.05)
    loss.backward()


PADDED = [
    {}, {"constant_values": 2.0}, {"mode": "reflect"}, {"mode": "symmetric"}, {"mode": "edge"}, {"mode": "wrap"},
    {"mode": "maximum"}, {"mode": "median"}, {"mode": "mean"}, {"mode": "linear_ramp"},
    {"mode": "reflect", "reflect_type": "odd"},
]  # fmt: skip


@pytest.mark.parametrize("keywords", PADDED)
def test_what_depends_on_a_word(keywords):
    """What `np.pad` needs of its operand depends on the mode; what it forgets is there for others that read it."""
    value = np.random.default_rng(0).uniform(1, 2, (30, 40))
    weights = np.cos(np.arange(34 * 44)).reshape(34, 44)

    def padded(x):
        y = x * 2.0
        return np.sum(np.pad(y, 2, **keywords) * weights) + np.sum(np.sin(y))

    x = sg.tensor(value, requires_grad=True)
    padded(x).backward()
    np.testing.assert_allclose(x.grad, sg.grad(padded)(value), rtol=1e-12, atol=1e-12)


def test_a_long_chain_of_sums_takes_no_memory():
    x = sg.tensor(np.ones(N), requires_grad=True)
    tracemalloc.start()
    try:
        y = x
        for _ in range(50):
            y = y + 1.0
            y = y.reshape(2, -1).T.ravel()
        total = y.sum()
        del y
        assert tracemalloc.get_traced_memory()[0] < 8 * N
    finally:
        tracemalloc.stop()
    total.backward()
    np.testing.assert_array_equal(x.grad.numpy(), np.ones(N))


def test_a_small_part_does_not_keep_the_whole():
    x = sg.tensor(np.ones(N), requires_grad=True)
    tracemalloc.start()
    try:
        parts = [(x + float(i))[i : i + 3] * 2.0 for i in range(20)]
        total = sum(part.sum() for part in parts)
        del parts
        assert tracemalloc.get_traced_memory()[0] < 8 * N
    finally:
        tracemalloc.stop()
    total.backward()
    assert x.grad.numpy().sum() == 120.0


def everywhere(x, y, m):
    """A little of everything, on large arrays."""
    u = np.tanh(x + y) * (x - 2.0)
    v = np.concatenate([u[1:] / u[:-1], y[:3]])
    v[::7] *= 2.0
    w = np.where(v > 0, v, -y[: len(v)].sum()) + np.maximum(u.sum() * v, 0.1)[:1]
    p = (m @ m.T + 1.0).sum(axis=0, keepdims=True) * np.exp(-np.mean(m, axis=1))
    return np.sum(w**2) + np.linalg.norm(p) + np.std(np.stack([p[0], np.sqrt(p[0])]))


def test_gradients_of_large_arrays_are_those_of_the_source():
    rng = np.random.default_rng(0)
    values = rng.uniform(0.5, 1.5, 4000), rng.uniform(0.5, 1.5, 4000), rng.uniform(0.1, 0.5, (40, 50))
    leaves = [sg.tensor(value, requires_grad=True) for value in values]
    everywhere(*leaves).backward()
    for leaf, expected in zip(leaves, sg.grad(everywhere, (0, 1, 2))(*values)):
        np.testing.assert_allclose(leaf.grad.numpy(), expected, rtol=1e-10)


def test_a_ghost_has_a_shape_and_no_memory():
    for array in (np.ones((3, 4)), np.ones((2, 0, 3), np.float32), np.ones(5, complex), np.ones((), int)):
        shown = ghost(array)
        assert shown.shape == array.shape and shown.dtype == array.dtype and not shown.flags.writeable
        assert array.dtype.kind == "i" or np.all(np.isnan(shown))
        assert shown.strides == (0,) * array.ndim


def test_what_came_from_a_node_is_what_the_node_has():
    x = sg.tensor(np.ones(N), requires_grad=True)
    forgotten = x + 1.0
    read = np.exp(x)
    total = (forgotten - 2.0) + (read - 2.0)
    first, second = (each[0] for each in total.grad_fn.next_functions)
    assert first.args[0] is forgotten.grad_fn.value and not first.args[0].flags.owndata
    assert second.args[0] is read.grad_fn.value and second.args[0] is read.detach().numpy()
    one, other = ghost(np.ones(N)), ghost(np.ones(N))
    assert one is not other and one.base is other.base  # adjoints go by identity, memory is none
    total.sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), 1.0 + np.exp(np.ones(N)))


def test_an_operand_of_einsum_is_kept_for_the_others_only():
    x, c = sg.tensor(np.ones((40, 50)), requires_grad=True), np.ones((50, 40))
    product = x * 2.0
    y = np.einsum("ij,jk->ik", product, c)
    assert y.grad_fn.args[1].strides == (0, 0) and y.grad_fn.args[2].strides != (0, 0)
    product *= 3.0  # which it does not need
    (first,) = sg.autograd.grad((y**2).sum(), x, create_graph=True)
    np.testing.assert_allclose(first.detach().numpy(), 4.0 * 2.0 * (np.ones((40, 50)) @ c) @ c.T)
    (second,) = sg.autograd.grad(first.sum(), x)
    np.testing.assert_allclose(second.numpy(), 8.0 * np.ones((40, 50)) @ c @ c.T)
    several = np.einsum("ij,jk,ik->i", product, c, x[:, :40])
    assert all(several.grad_fn.args[i].strides != (0, 0) for i in (1, 2, 3))
