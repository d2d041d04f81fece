"""What users of define-by-run tensors know, row by row: gradients that gather, steps, examples (rows 32 to 52)."""

from __future__ import annotations

import numpy as np
import pytest

import srcgrad as sg


def t(value, **keywords):
    return sg.tensor(value, requires_grad=True, **keywords)


def shown(value):
    return repr(value)


def test_row_32_33_gradients_accumulate_until_zeroed():
    x = t(3.0)
    (x**2).backward()
    assert x.grad.item() == 6.0
    (x**2).backward()
    assert x.grad.item() == 12.0
    assert x.grad.zero_() is x.grad
    assert shown(x.grad) == "tensor(0.)"
    (x**2).backward()
    assert x.grad.item() == 6.0


def test_row_34_an_optimizer():
    x = t(3.0)
    (x**2).backward()
    opt = sg.optim.SGD([x], lr=0.1)
    opt.zero_grad()
    assert x.grad is None
    (x**2).backward()
    assert x.grad.item() == 6.0
    opt.step()
    assert x.item() == pytest.approx(2.4, abs=1e-15) and x.requires_grad


def test_row_35_gradient_descent_by_hand():
    w = t(0.0)
    seen = []
    for _ in range(3):
        loss = (w - 5) ** 2
        loss.backward()
        with sg.no_grad():
            w -= 0.1 * w.grad
        w.grad.zero_()
        seen.append(round(w.item(), 12))
    assert seen == [1.0, 1.8, 2.44] and w.is_leaf and w.requires_grad


def test_row_36_a_leaf_cannot_be_changed_while_recording():
    w = t(1.0)
    (w**2).backward()
    with pytest.raises(RuntimeError, match=r"leaf that requires a gradient.*sg.no_grad"):
        w -= 0.1 * w.grad
    assert w.item() == 1.0


def test_row_37_38_powers_and_a_second_backward():
    x = t(2.0)
    y = x**3
    y.backward()
    assert x.grad.item() == 12.0
    with pytest.raises(RuntimeError, match="freed"):
        y.backward()
    assert x.grad.item() == 12.0


def test_row_39_a_product_with_a_matrix():
    matrix = sg.tensor([[1.0, 2.0], [3.0, 4.0]])
    x = t([1.0, 2.0])
    y = (matrix @ x + 1).sum()
    y.backward()
    assert y.item() == 18.0 and shown(x.grad) == "tensor([4., 6.])"


def test_row_40_arrays_of_tracked_tensors():
    x = t([1.0, 2.0])
    for convert in (lambda: x.numpy(), lambda: np.asarray(x), lambda: np.array([x, x])):
        with pytest.raises(RuntimeError, match=r"x.detach\(\).numpy\(\)"):
            convert()
    np.testing.assert_array_equal(x.detach().numpy(), [1.0, 2.0])
    buffer = np.zeros(2)
    with pytest.raises(ValueError) as found:
        buffer[0] = x[0]
    assert "detach" in str(found.value.__cause__)


def test_row_41_two_variables():
    x, y = t(2.0), t(3.0)
    z = x**2 * y + y**3
    z.backward()
    assert (z.item(), x.grad.item(), y.grad.item()) == (39.0, 12.0, 31.0)


def test_row_42_43_a_line_and_its_data():
    w, b = t(1.0), t(2.0)
    x, y = sg.tensor(3.0), 10.0
    loss = (w * x + b - y) ** 2
    loss = (w * 3.0 + b - 10.0) ** 2 if loss.item() != 16.0 else loss
    loss.backward()
    w, b, x, y = t(1.0), t(2.0), 3.0, 10.0
    loss = (w * x + b - y) ** 2
    assert loss.item() == 25.0
    loss.backward()
    assert f"∂loss/∂w: {w.grad}" == "∂loss/∂w: tensor(-30.)"
    assert f"∂loss/∂b: {b.grad}" == "∂loss/∂b: tensor(-10.)"
    plain = sg.tensor(3.0)
    (w * plain).backward()
    assert plain.grad is None


def test_row_44_a_mean():
    x = t([1.0, 2.0, 3.0])
    (x**2).mean().backward()
    assert shown(x.grad) == "tensor([0.6667, 1.3333, 2.0000])"


def test_row_45_gradients_of_two_functions():
    x = t(2.0)
    (x**2).backward()
    assert x.grad.item() == 4.0
    x.grad.zero_()
    assert shown(x.grad) == "tensor(0.)"
    (x**3).backward()
    assert x.grad.item() == 12.0
    x = t(2.0)
    (x**2).backward()
    (x**3).backward()
    assert x.grad.item() == 16.0


def test_row_46_47_untracked_values():
    x = t(2.0)
    y = x.detach() ** 3
    assert y.item() == 8.0 and not y.requires_grad
    with sg.no_grad():
        a = x * 2
        b = a + 1
    assert f"{a.requires_grad} {b.requires_grad} {(x**3).requires_grad}" == "False False True"


def test_row_48_a_rebound_parameter_is_no_leaf():
    w = t(1.0)
    (w**2).backward()
    w = w - 0.1 * w.grad
    assert not w.is_leaf
    (w**2).backward()
    with pytest.warns(UserWarning, match=r"retain_grad\(\).*sg.no_grad"):
        assert w.grad is None


def test_row_49_a_polynomial():
    x = t(2.0)
    (x**2 + 3 * x + 1).backward()
    assert f"Gradient at x=2: {x.grad.item()}" == "Gradient at x=2: 7.0"


def test_row_50_item_of_several_elements():
    with pytest.raises(RuntimeError, match="2 elements"):
        t([1.0, 2.0]).item()


def test_row_51_a_product():
    x = t(2.0)
    ((3 * x) * (x * x)).backward()
    assert x.grad.item() == 36.0


def test_row_52_what_is_not_tracked():
    x = t([1.0, 3.0, 2.0])
    for value in (x > 1, x == 3.0, x.argmax(), np.argmax(x), np.sign(x), x >= sg.tensor(1.0), np.isfinite(x)):
        assert isinstance(value, sg.Tensor) and not value.requires_grad and value.grad_fn is None
    assert x.shape == (3,) == np.shape(x) and x.ndim == 1 and x.size == 3 == len(x)
    assert x.argmax().item() == 1 and shown(x > 1) == "tensor([False,  True,  True])"
