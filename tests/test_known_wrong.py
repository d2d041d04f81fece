"""Wrong answers that other systems give about memory: aliases, buffers, broadcasting, shared results, the reverse.

A program that writes into arrays has the right gradient: a refusal does not pass here.
"""

from __future__ import annotations

import numpy as np
import pytest
from support import check, check_all, frozen

import srcgrad as sg

V = np.array([0.3, -0.7, 1.1])


# ---------------------------------------------------------------------------------- 1: augmented writes and aliases


def test_augmented_write_is_seen_through_a_view():
    def f(v, w):
        x = v * 2.0
        view = x[1:]
        x += w
        return np.sum(view**2) + np.sum(x)

    check(f, V, V * 0.5)


def test_augmented_write_is_seen_through_another_name():
    def f(v):
        x = v * 1.0
        y = x
        x *= v
        return np.sum(y**2)

    check(f, V)


def test_augmented_write_after_the_value_was_used():
    def f(v):
        x = v * 2.0
        y = x * x
        x += 1.0
        return np.sum(y) + np.sum(x * v)

    check(f, V)


def added(x, w):
    x += w


def subtracted(x, w):
    x -= w


def multiplied(x, w):
    x *= w


def divided(x, w):
    x /= w


def raised(x, w):
    x **= w


@pytest.mark.parametrize("write", [added, subtracted, multiplied, divided, raised])
@pytest.mark.parametrize("through_view", [True, False])
def test_augmented_writes_of_all_operators(write, through_view):
    """The write goes through the view or through the owner; both names are read before and after."""

    def f(v, w):
        x = np.exp(v)
        view = x[1:]
        before = np.sum(view * x[:-1])
        if through_view:
            write(view, w)
        else:
            write(x, v * v + 1.0)
        return before + np.sum(view**2) * x[1] + np.sum(x)

    check(f, V, np.array([1.5, 0.5]))


# ---------------------------------------------------------------------------------------------- 2: broadcasting


@pytest.mark.parametrize(
    "shapes", [((3,), ()), ((2, 3), (3,)), ((2, 1), (1, 3)), ((1,), (3,)), ((3,), (2, 1))], ids=str
)
@pytest.mark.parametrize(
    "f",
    [
        lambda a, b: np.sum(a / b),
        lambda a, b: np.sum(a**b),
        lambda a, b: np.sum(np.maximum(a, b) ** 2),
        lambda a, b: np.sum(np.minimum(a, b) * np.where(a > b, a, b)),
        lambda a, b: np.sum(np.arctan2(a, b)),
    ],
    ids=["divide", "power", "maximum", "where", "arctan2"],
)
def test_broadcasting_of_two_sided_functions(f, shapes):
    rng = np.random.default_rng(0)
    a, b = (rng.uniform(0.5, 1.5, shape) for shape in shapes)
    check_all(f, [((a, b), None), ((b, a), None)])


# ------------------------------------------------------------------------------------------- 3: buffers from outside


def test_buffer_from_outside():
    def f(v, buffer):
        np.multiply(v, v, out=buffer)
        return np.sum(np.sin(buffer))

    check(f, V, np.full(3, 7.0))


def test_buffer_from_outside_used_for_one_value_after_the_other():
    def f(v, buffer):
        total = 0.0
        for power in (1.0, 2.0, 3.0):
            np.power(v, power, out=buffer)
            total = total * 0.5 + np.sum(buffer * buffer)
        return total

    check(f, np.abs(V), np.full(3, 7.0))


def test_buffer_from_outside_in_two_calls():
    """What an earlier call left in the buffer is a number to the next."""
    buffer = np.ones(3)

    def f(v, work):
        work += v * v
        return np.sum(work**2)

    gradient = sg.grad(f)
    for turn in range(1, 4):
        before = buffer.copy()
        np.testing.assert_allclose(gradient(V, buffer), 4.0 * (before + V * V) * V, rtol=1e-12)
        np.testing.assert_allclose(buffer, 1.0 + turn * V * V)


def test_buffer_in_a_closure_used_twice():
    buffer = np.zeros(3)

    def f(v):
        buffer[:] = v
        first = np.sum(buffer * v)
        buffer[:] = v * v
        return first + np.sum(buffer)

    check(f, V)


# -------------------------------------------------------------------------------------- 4, 5, 14: the reverse runs


def test_pullback_twice_gives_the_same_bits():
    def f(v):
        total = np.zeros(3)
        for value in v:
            total = total + value * np.exp(v)
            if value > 0.0:
                total = total * v
        return total

    _, pullback = sg.vjp(f, V)
    cotangent = np.array([0.1, 0.2, 0.3])
    first = frozen(pullback(cotangent))
    other = pullback(2.0 * cotangent)
    assert frozen(pullback(cotangent)) == first
    assert frozen(other) != first


def test_pullbacks_of_two_calls_do_not_mix():
    def f(x, n):
        for _ in range(n):
            x = np.sin(x) * x
        return x

    _, one = sg.vjp(f, 0.7, 1)
    _, three = sg.vjp(f, 0.9, 3)
    first = frozen(one(1.0)[0])
    three(1.0)
    assert frozen(one(1.0)[0]) == first
    np.testing.assert_allclose(one(1.0)[0], np.cos(0.7) * 0.7 + np.sin(0.7), rtol=1e-12)


def test_arguments_unchanged_and_may_be_read_only():
    def f(w, v):
        h = np.tanh(w @ v)
        return np.sum(h * v)

    w, v = np.arange(9.0).reshape(3, 3) / 10.0, V.copy()
    before = frozen((w, v))
    w.setflags(write=False)
    v.setflags(write=False)
    _, gradients = sg.value_and_grad(f, argnums=(0, 1))(w, v)
    assert frozen((w, v)) == before
    gradients[0][0, 0] = gradients[1][0] = 5.0


def test_arguments_that_the_function_writes_are_not_written_by_the_reverse():
    def f(w, v):
        w[1:] *= v[:-1]
        v += w
        return np.sum(w * v)

    w, v = np.exp(V), V.copy()
    f(w, v)
    used_w, used_v = np.exp(V), V.copy()
    _, pullback = sg.vjp(f, used_w, used_v)
    first = frozen(pullback(1.0))
    assert frozen((used_w, used_v)) == frozen((w, v))
    assert frozen(pullback(1.0)) == first
    used_w[:] = 99.0  # what the caller writes there later is noticed
    with pytest.raises(RuntimeError, match="changed after the call"):
        pullback(1.0)


@pytest.mark.parametrize(
    "f",
    [
        lambda v: v,
        lambda v: v[:],
        lambda v: v + 1.0,
        lambda v: v.reshape(3, 1)[:, 0],
        lambda v: -(-v),  # noqa: B002
        lambda v: np.where(v > 0.0, v, 2.0 * v),
        lambda v: (v + v) * 0.5,
    ],
)
def test_incoming_cotangent_is_neither_modified_nor_returned(f):
    _, pullback = sg.vjp(f, V)
    cotangent = np.array([1.0, 2.0, 3.0])
    (gradient,) = pullback(cotangent)
    assert not np.shares_memory(gradient, cotangent)
    gradient[:] = 99.0
    np.testing.assert_array_equal(cotangent, [1.0, 2.0, 3.0])
    cotangent.setflags(write=False)
    (again,) = pullback(cotangent)
    assert again.flags.writeable and again[0] != 99.0


def test_one_cotangent_for_two_results():
    _, pullback = sg.vjp(lambda v, w: (v + w, v - w), V, 2.0 * V)
    cotangent = np.ones(3)
    left, right = pullback((cotangent, cotangent))
    np.testing.assert_array_equal(left, 2.0 * np.ones(3))
    np.testing.assert_array_equal(right, np.zeros(3))
    assert not np.shares_memory(left, right)


# ------------------------------------------------------------------------------ 7, 8: overwritten indices, buffers


def test_index_from_an_array_that_is_overwritten():
    def f(v):
        order = np.array([2, 0, 1])
        total = 0.0
        for i in range(3):
            total += (i + 1) * v[order[i]] ** 2
            order[:] = order[::-1].copy()
        return total

    check(f, V)


def test_store_at_an_index_from_an_array_that_is_overwritten():
    def f(v):
        order = np.array([2, 0, 1])
        w = v * v
        for i in range(3):
            w[order[i]] *= v[i]
            order[i:] = order[i:][::-1].copy()
        return np.sum(w * V)

    check(f, V)


def test_array_of_indices_and_slice_ends_that_are_overwritten():
    def f(v):
        order, ends = np.array([2, 0]), np.array([0, 2])
        w = np.sin(v)
        w[order] = v[order] * w[order[::-1]]
        part = w[ends[0] : ends[1]] ** 2
        order += 1
        order %= 3
        ends[:] = 0, 3
        return np.sum(w[order] * v[order]) + np.sum(part * v[ends[0] : 2])

    check(f, V)


def test_index_list_that_is_overwritten():
    def f(v):
        order = [2, 0, 1]
        total = v[order[0]] * v[order[1]]
        order[0] = 1
        order.reverse()
        return total * v[order[0]]

    check(f, V)


def test_buffer_initialised_again_in_a_loop():
    def f(v):
        buffer = np.zeros(3)
        total = 0.0
        for i in range(3):
            buffer[:] = 0.0
            buffer[i] = v[i]
            total = total * 0.5 + np.sum(buffer * buffer * v)
        return total

    check(f, V)


@pytest.mark.parametrize("how", ["fill", "multiply", "copyto", "slice"])
def test_buffer_initialised_again_in_several_ways(how):
    def f(v):
        buffer = np.empty(3)
        total = 0.0
        for i in range(3):
            if how == "fill":
                buffer.fill(0.5)
            elif how == "multiply":
                np.multiply(v, 2.0, out=buffer)
            elif how == "copyto":
                np.copyto(buffer, v)
            else:
                buffer[:] = v * v
            buffer[i:] *= v[i]
            total = total * 0.5 + np.sum(buffer * buffer * v)
        return total

    check(f, V)


def test_list_initialised_again_in_a_loop():
    def f(v):
        total = 0.0
        for i in range(3):
            items = []
            for value in v[i:]:
                items.append(value * value)
            total = total * 0.5 + sum(items) * v[i]
        return total

    check(f, V)


# --------------------------------------------------------------------------------------- 15: results that share


def test_two_results_that_share_memory():
    def whole_and_view(v):
        w = v * v
        return w, w[1:], w

    check(whole_and_view, V)
    check(lambda v: (v, v, v[::-1]), V)
    check(lambda v: (lambda w: {"a": w, "b": [w, w.T]})(np.sin(v)), V)


def test_two_results_that_share_memory_that_is_written():
    def both_written(v):
        w = v * v
        view = w[1:]
        w *= v
        view += v[:-1]
        return w, view

    def state_and_history(v):
        history = np.zeros((3, 3))
        u = history[0]
        u[:] = v
        for step in range(1, 3):
            history[step] = u * v
            u = history[step]
        return u, history

    check(both_written, V)
    check(state_and_history, V)


def test_result_that_shares_memory_with_a_written_argument():
    def f(v):
        v *= v
        return v[1:], np.sum(v)

    check(f, V)


def test_arguments_that_are_the_same_array():
    gradient = sg.grad(lambda a, b: np.sum(a * b * b), argnums=(0, 1))
    a, b = gradient(V, V)
    np.testing.assert_allclose(a, V * V)
    np.testing.assert_allclose(b, 2.0 * V * V)
    assert not np.shares_memory(a, b)
