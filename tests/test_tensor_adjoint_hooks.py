"""`on_adjoint` and `adjoint_of` on tensors: anywhere, in functions that are nodes, in reverses that are recorded."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest
from support import differences

import srcgrad as sg

SEEN: list = []
V = np.array([0.5, -1.0, 1.5])


@pytest.fixture(autouse=True)
def nothing_seen():
    SEEN.clear()


def t(value):
    return sg.tensor(value, requires_grad=True)


def halved(x):
    h = x * 2.0
    u = np.sum(h * h)  # above the line: added after
    sg.on_adjoint(h, lambda h_bar: 0.5 * h_bar)
    return u + np.sum(h**3)


def written(x):
    h = np.sin(x)
    sg.on_adjoint(h, lambda h_bar: h_bar.fill(2.0))
    return np.sum(h * h)


def scaled(x, factors=(1.0, 2.0, 3.0)):
    total = 0.0
    for factor in factors:
        x = np.sin(x)
        with sg.adjoint_of(x) as x_bar:
            SEEN.append(factor)
            largest = np.max(np.abs(x_bar))
            if largest > 0.5:
                x_bar = x_bar * factor
        total = total + np.sum(x)
    return total


def of_the_argument(x):
    with sg.adjoint_of(x) as g:
        g = np.clip(g, -1.0, 1.0)
    return np.sum(x**3)


PROGRAMS = [halved, written, scaled, of_the_argument]


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("marked", [False, True])
def test_tensors_do_as_functions_do(program, marked):
    wanted = sg.grad(program)(V)
    seen = list(SEEN)
    SEEN.clear()
    x = t(V)
    (sg.differentiable(program) if marked else program)(x).backward()
    np.testing.assert_allclose(x.grad.numpy(), wanted)
    assert SEEN == seen


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("marked", [False, True])
def test_a_recorded_reverse_is_differentiated(program, marked):
    direction = np.array([1.0, -0.5, 2.0])
    x = t(V)
    y = (sg.differentiable(program) if marked else program)(x if marked else x * 1.0)
    (first,) = sg.autograd.grad(y, x, create_graph=True)
    np.testing.assert_allclose(first.detach().numpy(), sg.grad(program)(V))
    if first.requires_grad:
        np.sum(first * direction).backward()
        found = x.grad.numpy()
    else:
        found = np.zeros(3)
    np.testing.assert_allclose(found, differences(lambda v: np.sum(sg.grad(program)(v) * direction), V), atol=1e-6)


def test_what_was_computed_below_the_line_is_an_input_as_well():
    """Hooks are for the adjoints of what the program computes, not for those of what its derivatives compute."""
    x = t(V)
    h = x * 2.0
    sg.on_adjoint(h, lambda g: g * 10)
    y = h * 3.0
    (first,) = sg.autograd.grad(np.sum(y**3), y, create_graph=True)
    both = first.sum() + (y**2).sum()  # 3 y**2 and y**2, with y = 6 x
    found = [sg.autograd.grad(both, wanted, retain_graph=True)[0].numpy() for wanted in (y, h, x)]
    np.testing.assert_allclose(found[0], 6 * (6 * V) + 2 * (6 * V))
    np.testing.assert_allclose(found[1], 3 * (6 * (6 * V) + 10 * 2 * (6 * V)))
    np.testing.assert_allclose(found[2], 2 * found[1])


def test_hooks_in_a_module_body():
    x = t(2.0)
    scope = {"sg": sg, "x": x, "SEEN": SEEN}
    text = "h = x * 3\nk = 5\nsg.on_adjoint(h, lambda g: SEEN.append(g.item()))\n(h * h).backward()\n"
    exec(text, scope)
    assert SEEN == [12.0] and x.grad.item() == 36.0


def test_variables_are_those_of_the_line():
    x = t(2.0)
    h, k, late = x * 3, 1, 7.0
    with sg.adjoint_of(h) as bar:
        k = k + 1
        SEEN.append(k)
        bar = bar * late
    k, late = 10, None
    (h * h).backward()
    assert SEEN == [2] and k == 10 and x.grad.item() == 36.0 * 7.0
    assert late is None


def test_a_leaf_stays_a_leaf():
    x = t([1.0, 2.0])
    y = x * 2
    sg.on_adjoint(x, lambda g: g * 10)
    assert x.is_leaf
    (y + x).sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), [30.0, 30.0])


def test_a_view_and_a_write_below_the_line():
    x = t([1.0, 2.0, 3.0])
    y = x * 1.0
    part = y[1:]
    sg.on_adjoint(part, lambda g: g * 10)
    y *= 2.0
    (y * y).sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), [8.0, 160.0, 240.0])


def test_what_is_handed_over_is_its_own():
    x, w = t([1.0, 2.0]), t([3.0, 4.0])
    h = x * 1.0
    sg.on_adjoint(h, lambda g: g.zero_())
    (h + w).sum().backward()  # both operands have one adjoint
    assert x.grad.tolist() == [0.0, 0.0] and w.grad.tolist() == [1.0, 1.0]
    h = x * 1.0
    sg.on_adjoint(h, lambda g: np.array([5.0, 6.0]))
    h.sum().backward()
    assert x.grad.tolist() == [5.0, 6.0]


def test_what_is_refused():
    x = t([1.0, 2.0])
    for wrong in (lambda g: g[0], lambda g: "no", lambda g: g * 1j):
        h = x * 1.0
        sg.on_adjoint(h, wrong)
        with pytest.raises(RuntimeError, match="hook"):
            h.sum().backward()
    with pytest.raises(sg.UnsupportedError, match="this form"), sg.adjoint_of(x):
        pass
    with pytest.raises(sg.UnsupportedError, match="without a text"):
        exec("with sg.adjoint_of(x) as g:\n    pass", {"sg": sg, "x": x})

    def returns(h):
        with sg.adjoint_of(h) as bar:
            return bar

    with pytest.raises(sg.UnsupportedError, match="return in the block"):
        returns(x)


def test_nothing_is_watched_that_is_not_tracked():
    with sg.no_grad():
        h = t(2.0) * 3
    sg.on_adjoint(h, SEEN.append)
    with sg.adjoint_of(h) as bar:
        SEEN.append(bar)
    assert SEEN == []
    x = t(2.0)
    h = x * 3
    with sg.no_grad():
        sg.on_adjoint(h, lambda g: g * 2)
    h.backward()
    assert x.grad.item() == 6.0


def test_a_hooked_graph_goes_with_its_result():
    def run():
        h = np.sin(t(V))
        scale = 2.0
        with sg.adjoint_of(h) as bar:
            bar = bar * scale
        return weakref.ref(h), weakref.ref(h.grad_fn.value)

    gc.disable()
    try:
        assert [reference() for reference in run()] == [None, None]
    finally:
        gc.enable()
