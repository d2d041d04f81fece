"""What users of define-by-run tensors know, row by row: writes, hooks, orders, functions, copies (rows 53 to 64)."""

from __future__ import annotations

import copy
import gc
import pickle
import threading
import tracemalloc
import warnings

import numpy as np
import pytest

import srcgrad as sg
from srcgrad.tensors.emitted import emissions


def t(value, **keywords):
    return sg.tensor(value, requires_grad=True, **keywords)


def shown(value):
    return repr(value)


def test_row_53_writes_into_computed_tensors():
    x = t([1.0, 2.0, 3.0])
    y = x * 2
    y[0] = 0
    y.sum().backward()
    assert shown(x.grad) == "tensor([0., 2., 2.])"
    x = t([1.0, 2.0, 3.0])
    y = x * 2
    v = y[1:]
    v *= 3
    assert shown(y) == "tensor([ 2., 12., 18.], grad_fn=<CopySlices>)"
    y.sum().backward()
    assert shown(x.grad) == "tensor([2., 6., 6.])"
    x = t([1.0, 2.0, 3.0])
    y = x * 2
    v = y[1:]
    y[1] = x[0] * x[0]
    (v * sg.tensor([1.0, 10.0])).sum().backward()
    assert shown(x.grad) == "tensor([ 2.,  0., 20.])"


def test_row_54_writes_into_leaves():
    x = t([1.0, 2.0])
    with pytest.raises(RuntimeError, match="leaf"):
        x[0] = 1.0
    with pytest.raises(RuntimeError, match="leaf"):
        x[1:] += 1.0
    view = x[1:]
    with pytest.raises(RuntimeError, match="view of a leaf"):
        view *= 2.0
    with sg.no_grad():
        x[0] = 5.0
    assert x.tolist() == [5.0, 2.0]


def test_row_55_hooks():
    x = t(3.0)
    y = x**2
    seen = []
    handle = y.register_hook(lambda g: seen.append(g.item()))
    y.register_hook(lambda g: g * 10)
    x.register_hook(lambda g: g + 1)
    y.retain_grad()
    z = y * 2
    z.backward()
    assert seen == [2.0] and x.grad.item() == 2.0 * 10 * 6 + 1
    assert y.grad.item() == 20.0
    handle.remove()
    x = t(3.0)
    y = x**2
    handle = y.register_hook(seen.append)
    handle.remove()
    y.backward()
    assert len(seen) == 1 and x.grad.item() == 6.0
    for wrong in (lambda g: sg.tensor([1.0, 2.0]), lambda g: 3.0):
        y = x**2
        y.register_hook(wrong)
        with pytest.raises(RuntimeError, match="a hook gives"):
            y.backward()
    with pytest.raises(RuntimeError):
        sg.tensor(1.0).register_hook(print)
    with pytest.raises(RuntimeError):
        sg.tensor(1.0).retain_grad()


def test_row_56_derivatives_of_derivatives():
    x = t(2.0)
    y = x**3
    y.backward(create_graph=True)
    first = x.grad
    x.grad = None
    first.backward(create_graph=True)
    second = x.grad
    x.grad = None
    second.backward()
    assert [first.item(), second.item(), x.grad.item()] == [12.0, 12.0, 6.0]


def test_row_57_gradients_as_values():
    x, y, unused = t(2.0), t(3.0), t(1.0)
    z = x**2 * y
    gx, gy = sg.autograd.grad(z, (x, y), retain_graph=True)
    assert (gx.item(), gy.item()) == (12.0, 4.0)
    assert x.grad is None and y.grad is None
    with pytest.raises(RuntimeError, match="allow_unused"):
        sg.autograd.grad(z, (x, unused), retain_graph=True)
    assert sg.autograd.grad(z, (x, unused), retain_graph=True, allow_unused=True)[1] is None
    z.backward(inputs=[x])
    assert x.grad.item() == 12.0 and y.grad is None
    a, b = t([1.0, 2.0]), t(2.0)
    sg.autograd.backward([a * 2, b * b], [sg.tensor([1.0, 10.0]), None])
    assert shown(a.grad) == "tensor([ 2., 20.])" and b.grad.item() == 4.0
    middle = a * 3
    (g,) = sg.autograd.grad((middle**2).sum(), middle)
    assert shown(g) == "tensor([ 6., 12.])"


def test_row_58_functions_of_numpy():
    x = t([0.5, 1.0])
    assert shown(np.sin(x)) == "tensor([0.4794, 0.8415], grad_fn=<SinBackward0>)"
    np.sum(np.sin(x), axis=0).backward()
    np.testing.assert_array_equal(x.grad.numpy(), np.cos([0.5, 1.0]))
    a, b = t([1.0]), t([2.0, 3.0])
    (np.concatenate([a, b, np.ones(1)]) * np.arange(4.0)).sum().backward()
    assert shown(a.grad) == "tensor([0.])" and shown(b.grad) == "tensor([1., 2.])"
    m, r = t([[2.0, 1.0], [1.0, 3.0]]), t([1.0, 2.0])
    s = np.linalg.solve(m, r)
    s.sum().backward()
    inverse = np.linalg.inv(m.detach().numpy())
    np.testing.assert_allclose(r.grad.numpy(), inverse.T @ np.ones(2))
    np.testing.assert_allclose(m.grad.numpy(), -np.outer(inverse.T @ np.ones(2), s.detach().numpy()))


def test_row_59_float32():
    x = t(np.array([1.0, 2.0], dtype=np.float32))
    y = np.exp(x) * 2
    assert y.dtype == np.float32
    assert shown(x) == "tensor([1., 2.], dtype=float32, requires_grad=True)"
    (y.sum() * np.float64(2.0)).backward()
    assert x.grad.dtype == np.float32 and x.grad.shape == x.shape
    x = t(3.0, dtype=np.float32)
    (x * np.ones(3)).sum().backward()
    assert x.grad.dtype == np.float32 and x.grad.shape == ()


def test_row_60_wrong_assignments():
    x = t([1.0, 2.0])
    with pytest.raises(RuntimeError, match=r"shape \(3,\)"):
        x.grad = sg.tensor([1.0, 2.0, 3.0])
    with pytest.raises(RuntimeError, match="float32"):
        x.grad = sg.tensor([1.0, 2.0], dtype=np.float32)
    with pytest.raises(TypeError, match="tensor"):
        x.grad = np.ones(2)
    x.grad = sg.tensor([1.0, 2.0])
    x.grad = None
    y = x * 2
    with pytest.raises(RuntimeError, match="detach"):
        y.requires_grad = False


@sg.grad
def relax(u, k):
    for _ in range(2):
        u = u - k * (u - np.mean(u)) ** 3
        if np.max(u) > 1.0:
            u = u / np.max(u)
    return np.sum(u * u)


def test_row_61_a_function_is_one_node():
    u = t([0.5, 0.2, 1.9])
    y = relax(u, 0.1)
    assert y.item() == relax.__wrapped__(np.array([0.5, 0.2, 1.9]), 0.1)
    assert "relax" in shown(y.grad_fn) and "true" in shown(y.grad_fn)
    assert "def relax_reverse(" in y.grad_fn.source
    assert y.grad_fn.next_functions[0][0].variable is u
    (2.0 * y).backward()
    np.testing.assert_allclose(u.grad.numpy(), 2.0 * relax(np.array([0.5, 0.2, 1.9]), 0.1), rtol=1e-15)


def test_row_62_copies_and_pickles():
    x = t([1.0, 2.0])
    (x**2).sum().backward()
    for copied in (copy.deepcopy(x), pickle.loads(pickle.dumps(x))):
        assert copied.requires_grad and copied.is_leaf and copied.tolist() == [1.0, 2.0]
        assert shown(copied.grad) == "tensor([2., 4.])" and copied.grad is not x.grad
    for wrong in (copy.deepcopy, pickle.dumps):
        with pytest.raises(RuntimeError, match="leaves"):
            wrong(x * 2)


def test_row_63_a_training_loop_needs_no_more_memory():
    random = np.random.default_rng(0)
    data, wanted = random.normal(size=(16, 4)), random.normal(size=(16, 2))
    w, b = t(random.normal(size=(4, 2))), t(np.zeros(2))
    opt = sg.optim.Adam([w, b], lr=0.01)

    def step():
        opt.zero_grad()
        loss = np.mean((np.tanh(data @ w + b) - wanted) ** 2)
        loss.backward()
        opt.step()
        return loss.item()

    first = step()
    count = emissions()
    gc.collect()
    gc.disable()
    tracemalloc.start()
    rounds = []
    try:
        for _ in range(10):
            step()
        for _ in range(5):
            before = tracemalloc.get_traced_memory()[0]
            for _ in range(200):
                last = step()
            # nothing that only the collector could free, which also empties the interpreter's lists of free objects
            assert gc.collect() == 0
            rounds.append(tracemalloc.get_traced_memory()[0] - before)
    finally:
        tracemalloc.stop()
        gc.enable()
    assert emissions() == count
    # one object a step would be 5 kB and more in every round; one round may meet a growing table of the interpreter's
    assert min(rounds) < 3_000, rounds
    assert last < first


def test_row_64_threads():
    wrong = []

    def work(number):
        for _ in range(20):
            x = t([1.0 * number, 2.0])
            y = x
            for _ in range(number):
                y = y * x
            y.sum().backward()
            expected = (number + 1) * np.array([1.0 * number, 2.0]) ** number
            if not np.allclose(x.grad.numpy(), expected):
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(1, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_no_warning_where_nothing_is_wrong():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        x = t(2.0)
        y = x * 2
        y.retain_grad()
        y.backward()
        assert y.grad.item() == 1.0
