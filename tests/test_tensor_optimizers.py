"""Optimizers' options and state, methods of tensors that write, and what messages say."""

from __future__ import annotations

import numpy as np
import pytest

import srcgrad as sg

V = np.array([0.3, -0.8, 0.5])


def t(value):
    return sg.tensor(np.array(value), requires_grad=True)


def test_state_of_other_parameters_is_refused():
    opt = sg.optim.SGD([t(V)], lr=0.1, momentum=0.5)
    (opt.params[0] ** 2).sum().backward()
    opt.step()
    saved = opt.state_dict()
    with pytest.raises(ValueError, match="other groups"):
        sg.optim.SGD([t(V), t(V)], lr=0.1).load_state_dict(saved)
    with pytest.raises(ValueError, match=r"momentum_buffer has shape \(3,\); the parameter has shape \(2,\)"):
        sg.optim.SGD([t(V[:2])], lr=0.1, momentum=0.5).load_state_dict(saved)
    with pytest.raises(ValueError, match=r"another optimizer: Adam has no options .*'momentum'"):
        sg.optim.Adam([t(V)]).load_state_dict(saved)
    saved["state"][0]["momentum_buffer"][:] = 7.0  # a copy
    assert not np.any(opt.state[opt.params[0]]["momentum_buffer"] == 7.0)
    single = sg.optim.SGD([sg.tensor(V.astype(np.float32), requires_grad=True)], lr=0.1)
    single.load_state_dict(saved)
    assert single.state[single.params[0]]["momentum_buffer"].dtype == np.float32


def test_options_are_checked():
    for wrong in ({"rate": 0.1}, {"lr": -1.0}):
        with pytest.raises(ValueError, match="rate|lr"):
            sg.optim.SGD([{"params": [t(V)], **wrong}], lr=0.1)
    w = t(V)
    with pytest.raises(ValueError, match="twice"):
        sg.optim.Adam([w, w])
    with pytest.raises(TypeError, match="order"):
        sg.optim.Adam({w})
    opt = sg.optim.Adam([w])
    with pytest.raises(ValueError, match="twice"):
        opt.add_param_group({"params": w})
    assert len(opt.param_groups) == 1


def test_parameters_that_come_later():
    first, second = t(V), t(V)
    opt = sg.optim.SGD([first], lr=0.1, momentum=0.9)
    for step in range(3):
        opt.zero_grad(set_to_none=False)
        (first**2).sum().backward()
        if step == 1:
            opt.add_param_group({"params": second, "lr": 0.2})
        if step == 2:
            (second**2).sum().backward()
        opt.step()
    np.testing.assert_allclose(second.detach().numpy(), V - 0.4 * V)
    kept = first.grad
    opt.zero_grad(set_to_none=False)
    assert first.grad is kept and not np.any(kept)
    assert repr(opt).splitlines()[:4] == ["SGD (", "Parameter Group 0", "    dampening: 0.0", "    lr: 0.1"]
    assert opt.state_dict()["param_groups"][1]["params"] == [1]


def steps_of(options, count=4):
    """A leaf after some steps of Adam from V, up or down to 3, and the same written out."""
    w, sign = t(V), -1.0 if options.get("maximize") else 1.0
    opt = sg.optim.Adam([w], lr=0.5, betas=(0.5, 0.6), weight_decay=0.1, **options)
    x, m, v, largest = V, 0.0, 0.0, 0.0
    for k in range(1, count + 1):
        opt.zero_grad()
        (sign * (w - 3.0 / k) ** 2).sum().backward()
        opt.step()
        g = 2 * (x - 3.0 / k)
        if options.get("decoupled_weight_decay"):
            x = x * (1 - 0.5 * 0.1)
        else:
            g = g + 0.1 * x
        m, v = 0.5 * m + 0.5 * g, 0.6 * v + 0.4 * g * g
        largest = np.maximum(largest, v) if options.get("amsgrad") else v
        x = x - 0.5 * (m / (1 - 0.5**k)) / (np.sqrt(largest / (1 - 0.6**k)) + 1e-8)
    return w.detach().numpy(), x


@pytest.mark.parametrize("options", [{}, {"amsgrad": True}, {"decoupled_weight_decay": True}, {"maximize": True}])
def test_variants_of_adam(options):
    found, expected = steps_of(options)
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    assert not options or np.abs(found - steps_of({})[0]).max() > 1e-3 or "maximize" in options


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
    with pytest.raises(RuntimeError, match=r"sg.tensor\(\) of tensors .* np.stack"):
        sg.tensor([x[0], 2.0 * x[1]])
    with pytest.warns(UserWarning, match=r"x.clone\(\) to go on") as warned:
        assert not sg.tensor(2.0 * x).requires_grad
    assert warned[0].filename == __file__
    with pytest.raises(sg.UnsupportedError, match=r"packbits\(\)"):
        np.packbits(x)
