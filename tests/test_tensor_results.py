"""Results of functions that are one node: written afterwards, and in memory of something else."""

from __future__ import annotations

import numpy as np
import pytest

import srcgrad as sg


def t(value):
    return sg.tensor(value, requires_grad=True)


def bounded(x, w):
    return np.tanh(x * w)


def looped(x, w):
    y = x
    for _ in range(3):
        y = np.tanh(y * w)
    return y


def pair(x, w):
    y = np.exp(x * w)
    return y, y * x


def named(x, w):
    y = np.sqrt(x) / w
    return {"a": y, "b": [np.exp(y)]}


def parts_of(value):
    if isinstance(value, dict):
        return [value["a"], *value["b"]]
    return list(value) if isinstance(value, tuple) else [value]


WRITES = [
    lambda y, x: y.__imul__(x), lambda y, x: y.__setitem__(slice(1, None), x[:-1]), lambda y, x: y[1:].__iadd__(3.0),
    lambda y, x: np.multiply(y, y, out=y), lambda y, x: y.zero_(), lambda y, x: y.sort(),
]  # fmt: skip


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("function", [bounded, looped, pair, named])
def test_a_result_may_be_overwritten(function, write, order):
    """What the function's reverse reads of its results, and what they were when it has to be computed again."""

    def loss(called, x, w):
        parts = parts_of(called(x, w))
        before = np.sum(parts[0])  # reads nothing of what is overwritten
        for part in parts:
            write(part, x)
        return before + sum(np.sum(part**3 * x) for part in parts)

    def derivative(called):
        x, w = t([0.5, 1.2, 0.9]), t([0.7, 1.1, 0.4])
        found = sg.autograd.grad(loss(called, x, w), (x, w), create_graph=order == 2)
        if order == 2:
            found = sg.autograd.grad(sum(np.sum(bar**2) for bar in found), (x, w))
        return [bar.numpy() for bar in found]

    for mine, other in zip(derivative(sg.differentiable(function)), derivative(function)):
        np.testing.assert_allclose(mine, other, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("order", [1, 2])
def test_a_result_that_was_written_past_the_graph_is_refused(order):
    x = t([0.5, 1.2])
    y = sg.differentiable(bounded)(x, x)
    alias = y.detach()
    alias *= 2.0
    y += 1.0
    with pytest.raises(RuntimeError, match=r"bounded .*needs its result, which was modified in place by `\+=`"):
        sg.autograd.grad(y.sum(), x, create_graph=order == 2)


def test_a_result_of_an_operation_that_was_written_past_the_graph_is_refused():
    a, b = t([1.0, 2.0]), t([2.0, 3.0])
    y = a / b
    alias = y.detach()
    alias *= 2.0
    y += 1.0
    with pytest.raises(RuntimeError, match="truediv .*needs its result, which was modified in place"):
        y.sum().backward()


def test_another_result_is_noticed_where_the_first_was_overwritten():
    rate = [2.0]

    @sg.differentiable
    def scaled(x):
        return x**2 * rate[0]

    x = t([1.0, 2.0])
    y = scaled(x)
    y += 1.0
    rate[0] = 3.0
    with pytest.raises(sg.UnsupportedError, match="another result"):
        sg.autograd.grad(y.sum(), x, create_graph=True)


def tail(x):
    return x[1:]


def same(x):
    return x


def own_parts(x):
    y = x * 2.0
    return y, y[1:]


@pytest.mark.parametrize("function", [tail, same])
def test_a_result_in_memory_of_an_argument(function):
    """As long as nobody writes, it is like any other; a write that the other tensor would not know of is refused."""
    marked = sg.differentiable(function)
    x = t([1.0, 2.0, 3.0])
    y = x * 1.0
    (marked(y) ** 2).sum().backward()
    np.testing.assert_allclose(x.grad, 2.0 * x.detach() * ([0, 1, 1] if function is tail else [1, 1, 1]))
    for write in (lambda v: v.__imul__(2.0), lambda v: v[:1].__iadd__(1.0), lambda v: v.__setitem__(0, 5.0)):
        result = marked(y)
        with pytest.raises(RuntimeError, match=r"shares memory .*return a copy, or clone\(\)"):
            write(result)
        result = result.clone()
        write(result)
    result = marked(y)
    y += 1.0
    with pytest.raises(RuntimeError, match=r"shares memory .*that was written since"):
        result.sum()
    leaf = t([1.0, 2.0])
    with pytest.raises(RuntimeError, match="a view of a leaf"):
        marked(leaf)[0] = 1.0


def test_results_in_memory_of_each_other():
    x = t([1.0, 2.0, 3.0])
    y, end = sg.differentiable(own_parts)(x)
    (np.sum(y) + np.sum(end**2)).backward(retain_graph=True)
    np.testing.assert_allclose(x.grad, [2.0, 18.0, 26.0])
    with pytest.raises(RuntimeError, match="shares memory"):
        end *= 2.0
    y *= 2.0
    with pytest.raises(RuntimeError, match="was written since"):
        np.sum(end)
