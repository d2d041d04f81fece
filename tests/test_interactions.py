"""Where two things meet that are each right alone: memory, exits, exceptions, methods, types of values."""

from __future__ import annotations

import numpy as np
import pytest
from support import check

import srcgrad as sg

V = np.array([0.4, -0.7, 1.1])
M = np.array([[0.3, 0.2, -0.5], [1.2, -0.4, 0.8]])


def summed_by_method(v, buffer):
    buffer[1] = v
    return np.sum(buffer.sum(axis=0) ** 2)


def copied_by_method(v, buffer):
    buffer[1] = v * v
    return np.sum(buffer.copy()[:, 1:]) * buffer.mean()


def going_through_it(v, buffer):
    buffer[0] = v
    total = 0.0
    for value in buffer.ravel():
        total += value * value
    return total


@pytest.mark.parametrize("f", [summed_by_method, copied_by_method, going_through_it])
def test_methods_of_an_argument_that_carries_only_what_was_written_into_it(f):
    check(f, V, M.copy(), argnums=0)
    wanted = sg.grad(f, argnums=(0, 1))(V, M.copy())[0]
    np.testing.assert_allclose(sg.grad(f)(V, M.copy()), wanted)
    np.testing.assert_allclose(sg.jvp(f)((V, M.copy()), (V, None))[1], wanted @ V)
    np.testing.assert_allclose(sg.jacobian(f)(V, M.copy()), wanted)


class Other:
    pass


def handler_of_several(v, other):
    w = v * 2.0
    try:
        raise ValueError
    except (ValueError, ArithmeticError):
        w = w * 3.0
    if isinstance(other, Other):
        w = w * 5.0
    return np.sum(w)


def loop_until(v, other):
    done = None
    while done is None:
        v = v * 2.0
        if v[0] > 1.0:
            done = v
    if isinstance(other, Other):
        done = done * 5.0
    return np.sum(done)


@pytest.mark.parametrize("f", [handler_of_several, loop_until])
def test_what_a_handler_or_a_loop_asks_for_stays_where_another_test_is_decided(f):
    check(f, V, (), argnums=0)
    check(f, V, Other(), argnums=0)


def restored(v, m):
    try:
        return v * 2.0
    finally:
        m *= 3.0


def cleared(v, m):
    w = v * m
    try:
        for i in range(2):
            if w[i] < 10.0:
                return w
    finally:
        w[:] = 0.0
    return w


def filled(v, m):
    w = v * m
    try:
        return w
    finally:
        np.multiply(w, v, out=w)


@pytest.mark.parametrize("f", [restored, cleared, filled])
def test_a_finally_that_writes_after_a_return_is_refused_in_reverse_and_right_forward(f):
    with pytest.raises(sg.UnsupportedError, match="finally"):
        sg.vjp(f, V, V.copy())
    step, found = 1e-6, sg.jvp(f)((V, V.copy()), (np.ones(3), None))[1]
    np.testing.assert_allclose(found, (f(V + step, V.copy()) - f(V - step, V.copy())) / (2 * step), atol=1e-8)


def imaginary_parts_set(v):
    c = v + 1j * v
    c.imag = 1.0
    c.real[...] = c.real * 2.0
    return np.sum(np.abs(c) ** 2)


@pytest.mark.parametrize("length", [0, 1, 3])
def test_views_of_parts_that_are_written_of_any_length(length):
    check(imaginary_parts_set, V[:length])


def swapped_after_the_end(v, m):
    return np.sum(v)
    v, m = m, v


def test_a_swap_that_is_never_reached():
    check(swapped_after_the_end, V, V.copy())


def put_by_copyto(v, m):
    np.copyto(v, m[0])
    return np.sum(v) * m[0, 0]


def put_by_mask(v, m):
    np.putmask(v, v > 0, m[0])
    return np.sum(v) * m[0, 0]


def put_by_place(v, m):
    np.place(v, v > 0, m[0])
    return np.sum(v) * m[0, 0]


@pytest.mark.parametrize("f", [put_by_copyto, put_by_mask, put_by_place])
@pytest.mark.parametrize("dtype", [int, np.float32, float])
def test_values_that_numpy_does_not_cast_are_not_cast(f, dtype):
    array = np.array([1, 2, 3], dtype)
    try:
        wanted = f(array.copy(), M.copy())
    except TypeError as error:
        for call in (lambda v: sg.vjp(f, v, M.copy()), lambda v: sg.jvp(f)((v, M.copy()), (None, M))):
            used = array.copy()
            with pytest.raises(TypeError) as raised:
                call(used)
            assert str(raised.value) == str(error)
            np.testing.assert_array_equal(used, array)
    else:
        assert sg.vjp(f, array.copy(), M.copy())[0] == wanted


def last_of_two(v, m):
    a, b, a = v * 1.0, m * 2.0, v * 3.0
    return np.sum(a)


def last_of_a_call(v, m):
    _, x, _ = thrice(v, m)
    return np.sum(x) * np.sum(_)


def thrice(v, m):
    return v, m * v, v * 3.0


def last_after_a_star(v, m):
    a, *a, b, a = v, m, v * m, v, m * 5.0
    return np.sum(a * b)


@pytest.mark.parametrize("f", [last_of_two, last_of_a_call, last_after_a_star])
def test_a_name_that_stands_twice_among_targets_is_the_last(f):
    check(f, V, M[0])
    np.testing.assert_allclose(sg.jvp(f)((V, M[0]), (V, None))[1], sg.grad(f)(V, M[0]) @ V)


def twice_through_an_inner_function(v, m):
    def put(row, s=0.9):
        m[0] = row * row

    put(v)
    return np.sum(v * v) + np.sum(m)


@pytest.mark.parametrize("length", [0, 1, 3])
def test_second_derivatives_through_memory_of_any_length(length):
    v, m = V[:length], M[:, :length].copy()
    np.testing.assert_allclose(sg.hvp(twice_through_an_inner_function)(v, m, v), 4.0 * v)
    np.testing.assert_allclose(sg.vhp(twice_through_an_inner_function)(v, m.copy(), v), 4.0 * v)


def parts_replaced(v, m):
    parts = np.split(m * v, 2)
    for i in range(2):
        parts[i] = parts[i] * v
    return parts[0] + parts[1]


def part_replaced_beside_one_that_is_written(v, m):
    parts = np.split(m.reshape(-1), 2)
    parts[1] = v
    parts[0] += v
    return m


def parts_moved(v, m):
    parts = np.split(m * v, 2)
    parts.reverse()
    parts.append(parts.pop(0) * v)
    parts.sort(key=lambda x: -x[0, 0])
    return parts[0] * v + parts[1]


def part_replaced_behind_a_call(v, m):
    parts = SPLITTERS["halves"](m * v, 2)
    parts[1] = parts[1] * 2.0
    return parts[0] * v + parts[1]


SPLITTERS = {"halves": np.split}


@pytest.mark.parametrize(
    "f", [parts_replaced, part_replaced_beside_one_that_is_written, parts_moved, part_replaced_behind_a_call]
)
def test_a_list_that_numpy_made_is_changed_afterwards(f):
    check(f, V, M)


def read_before_it_is_written(v):
    for _ in v.copy():
        m = np.array([-v, v])
    for x in [v]:
        v += x**2
    return v


def test_what_is_read_of_a_list_is_copied_before_it_is_written():
    check(read_before_it_is_written, V)


def handler_that_takes_everything(v):
    try:
        return np.sum(v)
    except Exception:
        pass
    finally:
        v *= 2.0


def test_the_refusal_of_a_return_is_not_taken_by_a_handler_of_the_function():
    with pytest.raises(sg.UnsupportedError, match="finally"):
        sg.vjp(handler_that_takes_everything, V.copy())


@pytest.mark.parametrize("shape", [(2, 0), (2, 3), (0, 3)])
def test_along_axes_of_any_length(shape):
    def f(m):
        return np.apply_along_axis(lambda row: row * row, 1, m)

    m = np.resize(M, shape)
    if shape[0]:
        check(f, m)
    else:
        with pytest.raises(ValueError, match="iteration dimensions"):
            sg.vjp(f, m)


def summed_by_python(v):
    return sum(v) + sum(v * v) * 2.0


@pytest.mark.parametrize("length", [0, 1, 3])
def test_the_sum_of_an_array_of_any_length(length):
    v = V[:length]
    np.testing.assert_allclose(sg.grad(summed_by_python)(v), 1.0 + 4.0 * v)
    np.testing.assert_allclose(sg.hessian(summed_by_python)(v), 4.0 * np.eye(length))


def turned(v, s):
    c = v + 1j
    c *= s
    return c


def turned_part(v, s):
    c = np.stack([v, v + 1j])[1]
    c[0] *= s * 1j
    return c


def turned_by_a_helper(v, s):
    held = {"c": np.array([v[0], 1j])}
    turn(held["c"], s)
    return held["c"]


def turn(c, s):
    np.multiply(c, s * 1j, out=c)


def turned_from_a_number(v, s):
    c = np.full(2, s + 0j)
    c *= s * 1j
    return c


@pytest.mark.parametrize("f", [turned, turned_part, turned_by_a_helper, turned_from_a_number])
def test_tangents_that_begin_real_and_become_complex_where_they_are_written(f):
    check(f, V, 0.7)
    step = 1e-6
    for v_dot, s_dot in ((V, None), (None, 1.0), (V, 1.0)):
        v_step, s_step = step * (0.0 if v_dot is None else v_dot), step * (s_dot or 0.0)
        wanted = (f(V + v_step, 0.7 + s_step) - f(V - v_step, 0.7 - s_step)) / (2.0 * step)
        np.testing.assert_allclose(sg.jvp(f)((V, 0.7), (v_dot, s_dot))[1], wanted, atol=1e-8)
