"""What users of define-by-run tensors know, row by row: values, prints and errors (rows 1 to 31)."""

from __future__ import annotations

import gc
import threading
import weakref

import numpy as np
import pytest

import srcgrad as sg


def t(value, **keywords):
    return sg.tensor(value, requires_grad=True, **keywords)


def shown(value):
    return repr(value)


def test_row_1_2_3_a_parabola_and_a_change_of_its_equation():
    x = t(4.0)
    y = 3 * (x**2) + 5
    y.backward()
    assert shown(x.grad) == "tensor(24.)"
    assert x.grad.item() == 24.0 and type(x.grad.item()) is float
    assert shown(y) == "tensor(53., grad_fn=<AddBackward0>)"
    assert y.item() == 53.0
    x = t(4.0)
    y = 3 * x**3 + 5
    y.backward()
    assert shown(x.grad) == "tensor(144.)"


def test_row_4_the_history_can_be_walked():
    x = t(4.0)
    y = 3 * (x**2) + 5
    assert x.grad_fn is None and x.is_leaf and not y.is_leaf
    assert shown(y.grad_fn) == "<AddBackward0>" and y.grad_fn.name() == "AddBackward0"
    assert shown(y.grad_fn.next_functions) == "((<MulBackward0>, 0), (None, 0))"
    (power, _) = y.grad_fn.next_functions[0][0].next_functions[0]
    assert shown(power.next_functions) == "((<AccumulateGrad>, 0),)"
    assert power.next_functions[0][0].variable is x


def test_row_5_a_loop_that_looks_at_values():
    x = t(1.5)
    y, turns = x, 0
    while y.item() < 100:
        y = y * 3 if y.item() > 10 else y * y
        turns += 1
    y.backward()
    assert turns == 5
    assert shown(y) == "tensor(230.6602, grad_fn=<MulBackward0>)"
    assert x.grad.item() == 1230.1875


def test_row_6_7_prints():
    x = t(3.0)
    y = x**2 + 1
    assert shown(x) == "tensor(3., requires_grad=True)"
    assert shown(y) == "tensor(10., grad_fn=<AddBackward0>)"
    plain = sg.tensor(3.0)
    assert not plain.requires_grad and plain.grad_fn is None and shown(plain) == "tensor(3.)"
    assert not (plain * 2).requires_grad and (plain * 2).grad_fn is None


@pytest.mark.parametrize("value", [3, [1, 2], True])
def test_row_8_only_floats_require_gradients(value):
    for make in (t, lambda v: sg.tensor(v).requires_grad_()):
        with pytest.raises(RuntimeError, match="only tensors of floating-point and complex numbers"):
            make(value)
    plain = sg.tensor(value)
    with pytest.raises(RuntimeError, match="only tensors of floating-point and complex numbers"):
        plain.requires_grad = True
    assert not plain.requires_grad


def test_row_9_complex_numbers_may():
    z = t(3 + 1j)
    assert z.requires_grad and shown(z) == "tensor(3.+1.j, requires_grad=True)"


def test_row_10_backward_fills_grad_and_changes_nothing():
    x = t(3.0)
    y = x**2
    assert x.grad is None
    y.backward()
    assert shown(x.grad) == "tensor(6.)"
    assert x.item() == 3.0 and y.item() == 9.0


def test_row_11_backward_of_a_vector():
    x = t([1.0, 2.0])
    with pytest.raises(RuntimeError, match=r"shape \(2,\).*gradient="):
        (x**2).backward()


def test_row_12_reductions():
    x = t([1.0, 2.0])
    (x**2).mean().backward()
    assert shown(x.grad) == "tensor([1., 2.])"
    x = t([1.0, 2.0])
    (x**2).sum().backward()
    assert shown(x.grad) == "tensor([2., 4.])"


def test_row_13_14_a_gradient_handed_in():
    x = t([1.0, 2.0])
    y = x**2
    y.backward(sg.tensor([1.0, 10.0]))
    assert shown(x.grad) == "tensor([ 2., 40.])"
    y = x**2
    with pytest.raises(RuntimeError, match=r"shape \(3,\).*shape \(2,\)"):
        y.backward(sg.tensor([1.0, 2.0, 3.0]))


def test_row_15_one_element_counts_as_a_number():
    x = t([3.0])
    (x**2).backward()
    assert shown(x.grad) == "tensor([6.])"


def branches(x):
    y = x * 2
    if y.sum() > 0:
        y = y * 3
    else:
        y = y - 100
    return y


@pytest.mark.parametrize(("value", "gradient"), [([1.0, 2.0], "tensor([6., 6.])"), ([-1.0, -2.0], "tensor([2., 2.])")])
def test_row_16_17_branches(value, gradient):
    x = t(value)
    branches(x).sum().backward()
    assert shown(x.grad) == gradient


def test_row_18_the_truth_of_a_vector():
    x = t([1.0, 2.0])
    with pytest.raises(RuntimeError, match="truth value of a tensor with 2 elements"):
        if x > 0:
            pass


@pytest.mark.parametrize(("turns", "gradient"), [(1, 4.0), (2, 12.0), (3, 32.0)])
def test_row_19_loops(turns, gradient):
    x = t(2.0)
    y = x
    for _ in range(turns):
        y = y * x
    y.backward()
    assert x.grad.item() == gradient


@pytest.mark.parametrize("compute", [lambda x: x**2, lambda x: x + 1])
def test_row_20_21_a_second_backward(compute):
    x = t(3.0)
    y = compute(x)
    y.backward()
    with pytest.raises(RuntimeError, match=r"freed.*retain_graph=True"):
        y.backward()
    x = t(3.0)
    y = x**2
    y.backward(retain_graph=True)
    assert x.grad.item() == 6.0
    y.backward()
    assert x.grad.item() == 12.0


def test_row_22_what_was_remembered_is_released():
    x = t(np.ones(1000))
    h = np.tanh(x)
    inner = weakref.ref(h.grad_fn.value)
    y = (h * h).sum()
    del h
    gc.disable()
    try:
        assert inner() is not None
        y.backward()
        assert inner() is None
    finally:
        gc.enable()
    assert shown(y.grad_fn) == "<SumBackward0>"
    assert shown(y.grad_fn.next_functions) == "((<MulBackward0>, 0),)"
    m = t(np.eye(2)) @ t(np.ones(2))
    before = shown(m)
    m.sum().backward()
    assert shown(m) == before == "tensor([1., 1.], grad_fn=<MvBackward0>)"


def test_row_23_24_no_grad():
    x = t(3.0)
    with sg.no_grad():
        y = x**2
    assert not y.requires_grad and x.requires_grad and y.grad_fn is None
    with pytest.raises(RuntimeError, match="nothing here requires a gradient"):
        y.backward()


def test_row_25_tracking_is_on_again():
    x = t(3.0)
    with sg.no_grad():
        pass
    assert shown((x**2).grad_fn) == "<PowBackward0>"
    with pytest.raises(ZeroDivisionError), sg.no_grad():
        raise ZeroDivisionError
    assert shown((x**2).grad_fn) == "<PowBackward0>"


def test_row_26_modes_nest_decorate_and_belong_to_a_thread():
    x = t(3.0)

    @sg.no_grad()
    def plain(x):
        return x * 2

    @sg.no_grad
    def bare(x):
        return x * 2

    @sg.enable_grad()
    def tracked(x):
        return x * 2

    assert not plain(x).requires_grad and not bare(x).requires_grad and sg.is_grad_enabled()
    with sg.no_grad():
        assert not sg.is_grad_enabled() and tracked(x).requires_grad
        with sg.enable_grad():
            assert (x * 2).requires_grad
            with sg.no_grad():
                assert not (x * 2).requires_grad
        seen = []
        thread = threading.Thread(target=lambda: seen.append(sg.is_grad_enabled()))
        thread.start()
        thread.join()
        assert seen == [True] and not sg.is_grad_enabled()
    sg.set_grad_enabled(False)
    assert not sg.is_grad_enabled()
    sg.set_grad_enabled(True)
    with sg.set_grad_enabled(False):
        assert not (x * 2).requires_grad
    assert sg.is_grad_enabled()

    @sg.no_grad()
    def several(x):
        yield x * 2
        yield x * 3

    for value in several(x):
        assert not value.requires_grad and sg.is_grad_enabled()


def test_row_27_28_detach_shares_memory():
    x = t(3.0)
    y = x**2
    clean = y.detach()
    assert f"{y.requires_grad} {clean.requires_grad}" == "True False"
    assert shown(clean) == "tensor(9.)"
    clean *= 2
    assert y.item() == 18.0 and shown(clean) == "tensor(18.)"


def test_row_29_a_value_that_backward_needs_was_changed():
    for early in (True, False):
        x = t(3.0)
        y = x**2
        clean = y.detach() if early else None
        z = y**2
        clean = y.detach() if clean is None else clean
        clean *= 2
        with pytest.raises(RuntimeError, match=r"pow .*modified in place by `\*=` \(.*test_tensor_semantics"):
            z.backward()


def test_row_30_a_value_that_backward_does_not_need_was_changed():
    x = t(3.0)
    y = x**2
    clean = y.detach()
    z = y * 3
    clean *= 2
    z.backward()
    assert x.grad.item() == 18.0
    x = t([1.0, 2.0])
    y = x * 2
    z = y.sum()
    y.detach()[0] = 50.0
    z.backward()
    assert shown(x.grad) == "tensor([2., 2.])"


def test_row_31_backward_from_a_detached_value():
    with pytest.raises(RuntimeError, match="nothing here requires a gradient"):
        (t(3.0) ** 2).detach().backward()
