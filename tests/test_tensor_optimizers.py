"""Optimizers' options and state, methods of tensors that write, and what messages say."""

from __future__ import annotations

import numpy as np
import pytest

import srcgrad as sg

V = np.array([0.3, -0.8, 0.5])


def t(value):
    return sg.tensor(np.array(value), requires_grad=True)


def test_state_of_other_parameters_is_refused():
    state = sg.optim.SGD([t(V)], lr=0.1, momentum=0.5)
    (state.params[0] ** 2).sum().backward()
    state.step()
    saved = state.state_dict()
    with pytest.raises(ValueError, match="other groups"):
        sg.optim.SGD([t(V), t(V)], lr=0.1).load_state_dict(saved)
    with pytest.raises(ValueError, match=r"velocity has shape \(3,\); the parameter has shape \(2,\)"):
        sg.optim.SGD([t(V[:2])], lr=0.1, momentum=0.5).load_state_dict(saved)
    saved["state"][0]["velocity"][:] = 7.0  # a copy
    assert not np.any(state.state[0]["velocity"] == 7.0)


def test_options_are_checked():
    for wrong in ({"rate": 0.1}, {"lr": -1.0}):
        with pytest.raises(ValueError, match="rate|lr"):
            sg.optim.SGD([{"params": [t(V)], **wrong}], lr=0.1)
    w = t(V)
    with pytest.raises(ValueError, match="twice"):
        sg.optim.Adam([w, w])


def test_methods_that_write():
    x = t([3.0, 1.0, 2.0])
    y = x * 2
    y.sort()
    y.put([0], x[:1] * 10)
    (y * [1.0, 2.0, 3.0]).sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), [16.0, 0.0, 4.0])
    z = x * 2
    z.fill(x[0])
    z.sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), [19.0, 0.0, 4.0])
    assert round(x[1]).item() == 1.0 and x.strides == (8,) and x.itemsize == 8 and x.flags.c_contiguous


def test_messages_say_what_to_write():
    x = t([1.0, 2.0])
    with pytest.raises(AttributeError, match=r"write np.exp\(x\)"):
        x.exp()
    with pytest.raises(AttributeError, match=r"write np.expand_dims\(x, axis\)"):
        x.unsqueeze(0)
    with pytest.raises(RuntimeError, match=r"2 elements"):
        f"{x:.2f}"
    with pytest.raises(TypeError, match=r"starts at tensors; got float"):
        sg.autograd.grad(1.0, x)
    with pytest.raises(RuntimeError, match=r"write a = a \+ x"):
        a = np.zeros(2)
        a += x
    with pytest.raises(RuntimeError, match=r"np.stack"):
        np.array([x[0], x[1]])
    with pytest.raises(sg.UnsupportedError, match=r"packbits\(\)"):
        np.packbits(x)
