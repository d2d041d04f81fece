"""Recorded graphs: cut into pieces, emitted once, released; constants; what is warned of."""

from __future__ import annotations

import gc
import sys
import weakref

import numpy as np
import pytest

import srcgrad as sg
from srcgrad.tensors.emitted import emissions


def t(value, **keywords):
    return sg.tensor(value, requires_grad=True, **keywords)


def recurrent(w, u, x, turns):
    h = np.zeros(3)
    for i in range(turns):
        h = np.tanh(h @ w + x[i] @ u)
    return (h * h).sum()


def test_a_long_loop_is_emitted_turn_by_turn():
    rng = np.random.default_rng(0)
    w, u, x = rng.normal(size=(3, 3)), rng.normal(size=(2, 3)), rng.normal(size=(400, 2))
    expected = sg.grad(recurrent, (0, 1))
    counts = []
    for turns in (100, 250, 400, 399):
        tensors = t(w), t(u)
        loss = recurrent(*tensors, x, turns)
        loss.backward()
        for tensor, wanted in zip(tensors, expected(w, u, x, turns)):
            np.testing.assert_allclose(tensor.grad.numpy(), wanted, rtol=1e-11)
        counts.append(emissions())
    assert counts[0] == counts[1] == counts[2] == counts[3]


def test_a_turn_is_what_the_source_shows():
    w = t(0.9)
    y = w
    for _ in range(200):
        y = y * w + 0.1
    text = y.grad_fn.source
    assert text.count("def ") <= 4 and text.count("\n") < 60
    y.backward()
    z, bar = 0.9, 1.0
    for _ in range(200):
        z, bar = z * 0.9 + 0.1, bar * 0.9 + z
    assert w.grad.item() == pytest.approx(bar, rel=1e-12)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="older interpreters do not tell columns")
def test_the_source_of_a_graph_reads_like_the_program():
    w, b = t([[1.0, 2.0], [3.0, 4.0]]), t([0.5, -0.5])
    data = np.ones((3, 2))
    hidden = np.tanh(data @ w + b)
    loss = np.mean((hidden - 1.0) ** 2)
    text = loss.grad_fn.source
    assert text.startswith("def loss_reverse(residual, loss_bar):\n")
    for part in ("# ", "b_bar = hidden_arg_bar.sum(axis=0)", "w_bar = data.T @ hidden_arg_bar", "return w_bar, b_bar"):
        assert part in text
    loss.backward()
    assert "freed" in loss.grad_fn.source


def test_numbers_that_change_do_not_emit_anew():
    x = t([1.0, 2.0])
    seen = []
    for i in range(6):
        rate = 0.1 * i + 0.123
        x.grad = None
        (x * rate + x[i % 2] ** 2).sum().backward()
        seen.append(emissions())
    assert seen[2] == seen[-1]  # what the text has as well, is a case of its own


def test_memory_returns_without_the_collector():
    gc.collect()
    gc.disable()
    try:
        x = t(np.ones(10))
        y = np.tanh(x)
        view = y[1:]
        z = (view * 2.0).sum()
        z.register_hook(lambda g: None)
        refs = [weakref.ref(each) for each in (y, view, z, x)]
        arrays = weakref.ref(y.grad_fn.value)
        del x, y, view, z
        assert all(ref() is None for ref in refs) and arrays() is None
    finally:
        gc.enable()


def test_deep_graphs():
    x = t(1.0)
    y = x
    for _ in range(30_000):
        y = y + 1e-3
    y.backward()
    assert x.grad.item() == 1.0
    del y
    limit = sys.getrecursionlimit()
    assert limit == sys.getrecursionlimit()


# -------------------------------------------------------------------------------------------------- constants, errors


def test_arrays_may_be_overwritten_after_they_were_used():
    x, factor, index = t([1.0, 2.0, 3.0]), np.array([1.0, 10.0, 100.0]), np.array([0, 2])
    y = (x * factor)[index].sum()
    factor[:] = 7.0
    index[:] = 1
    y.backward()
    assert x.grad.tolist() == [1.0, 0.0, 100.0]


def test_gradients_belong_to_their_leaf():
    x, y = t([1.0, 2.0]), t([3.0, 4.0])
    g = sg.tensor([1.0, 1.0])
    z = x + y
    z.backward(g)
    x.grad += 5.0
    assert y.grad.tolist() == [1.0, 1.0] and g.tolist() == [1.0, 1.0]


def test_a_loop_that_forgets_to_reset_gradients_is_told():
    w = t([1.0, 2.0])
    opt = sg.optim.SGD([w], lr=0.1)
    for _ in range(2):
        (w**2).sum().backward()
        opt.step()  # the second one goes by the sum of both gradients
    with pytest.warns(UserWarning, match=r"SGD.step\(\) .*zero_grad"):
        (w**2).sum().backward()
    w = t(1.0)
    for _ in range(2):
        (w**2).backward()
        with sg.no_grad():
            w -= 0.1 * w.grad
    with pytest.warns(UserWarning, match=r"`-=` .*test_tensor_graphs.py:\d+.*w.grad = None"):
        (w**2).backward()


def test_what_has_no_rule_is_refused_at_its_line():
    x = t([3.0, 1.0])
    with pytest.raises(sg.UnsupportedError, match=r"test_tensor_graphs.py:\d+: numpy.histogram_bin_edges\(\)") as found:
        np.histogram_bin_edges(x, 3)
    assert found.value.line > 0
    assert np.histogram_bin_edges(x.detach(), 3).shape == (4,)


def test_the_optimizers_take_the_steps_of_their_papers():
    def descend(make):
        w = t([1.0, -2.0])
        opt = make([w])
        for _ in range(3):
            opt.zero_grad()
            ((w - 3.0) ** 2).sum().backward()
            opt.step()
        return w.detach().numpy()

    x, v = np.array([1.0, -2.0]), None
    for _ in range(3):
        g = 2 * (x - 3.0) + 0.1 * x
        v = g if v is None else 0.9 * v + g
        x = x - 0.05 * v
    np.testing.assert_allclose(descend(lambda p: sg.optim.SGD(p, 0.05, momentum=0.9, weight_decay=0.1)), x, rtol=1e-14)
    x, m, s = np.array([1.0, -2.0]), 0.0, 0.0
    for k in range(1, 4):
        g = 2 * (x - 3.0)
        m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g * g
        x = x - 0.05 * (m / (1 - 0.9**k)) / (np.sqrt(s / (1 - 0.999**k)) + 1e-8)
    np.testing.assert_allclose(descend(lambda p: sg.optim.Adam(p, 0.05)), x, rtol=1e-12)
    for wrong in ([], [sg.tensor(1.0)], [t(1.0) * 2]):
        with pytest.raises(ValueError, match="parameters|requires|leaves"):
            sg.optim.SGD(wrong)


@pytest.mark.parametrize("seed", range(3))
def test_pieces_may_end_anywhere(seed, monkeypatch):
    """Wherever a graph is cut, the values at the cut are those that both sides mean."""
    from srcgrad.tensors import runs

    random = np.random.default_rng(seed)

    def cut(nodes, watched):
        groups = [[nodes[0]]]
        for node in nodes[1:]:
            if random.random() < 0.6:
                groups.append([])
            groups[-1].append(node)
        return groups

    def compute():
        x, v = t(1.5), t([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
        w = v * 1.0
        w[1:4] = x * x
        view = w[2:]
        view *= v[:4]
        out = sg.tensor(np.zeros(6))
        np.multiply(w, x, out=out)
        np.tanh(out, out=out)
        (np.sum(w * v) + out.sum() + (w[0] - x) ** 2).backward()
        return x.grad.item(), v.grad.numpy()

    whole = compute()
    monkeypatch.setattr(runs, "SHORT", 0)
    monkeypatch.setattr(runs, "cut", cut)
    pieces = compute()
    np.testing.assert_allclose(pieces[0], whole[0], rtol=1e-14)
    np.testing.assert_allclose(pieces[1], whole[1], rtol=1e-14)


def test_one_emission_also_where_the_interpreter_specializes_the_program():
    w, counts = sg.tensor(np.arange(1.0, 10.0).reshape(3, 3), requires_grad=True), []
    for _ in range(30):
        y = w * 2.0
        part = y[1:]
        part *= 3.0
        (np.linalg.svd(y).S.sum() + y[0].sum() + np.sum(y, axis=0)[1]).backward()
        counts.append(emissions())
    assert counts[0] == counts[-1]
