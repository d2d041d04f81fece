"""`where=` of ufuncs on tensors: only what is chosen is computed, and has a gradient."""

from __future__ import annotations

import numpy as np
import pytest
from support import differences

import srcgrad as sg


def test_an_arm_that_was_not_taken_has_no_part_in_the_gradient():
    """Also where it is infinite there, and where the condition is of other arrays."""
    for choose in (lambda x, m: np.where(x > 0, np.sqrt(x), 0.0), lambda x, m: np.where(m, np.log(x), 0.0) * x):
        x = sg.tensor([0.0, 4.0], requires_grad=True)
        chosen = np.array([False, True])
        with np.errstate(all="ignore"):
            choose(x, chosen).sum().backward()
            mine = sg.grad(lambda x, choose=choose: np.sum(choose(x, chosen)))(np.array([0.0, 4.0]))
        assert x.grad.numpy()[0] == mine[0] == 0.0
        np.testing.assert_array_equal(x.grad.numpy(), mine)


A, B = np.array([[1.0, 2.0, 0.0], [4.0, -5.0, 6.0]]), np.array([2.0, 0.0, -3.0])
MASK = np.array([[True, False, True], [False, True, True]])


def quotient(a, b, zeros):
    return np.divide(a, b, out=zeros(A), where=B != 0)


def quotient_of_numbers(a, b, zeros):
    return np.true_divide(1.0, b, out=zeros(B) + 7.0, where=b != 0) * a


def over_itself(a, b, zeros):
    z = a * 1.0
    np.multiply(z, b, out=z, where=MASK)
    np.add(z[1], np.sum(b), out=z[1], where=MASK[0])
    return z


def under_a_mask_that_changes(a, b, zeros):
    mask = MASK.copy()
    z = zeros(A)
    np.square(a, out=z, where=mask)
    mask[:] = True
    return z * np.add(a, b, where=True)


def without_a_place(a, b, zeros):
    return np.where(a > 0.5, np.log(a, out=None, where=a > 0.5), 0.0)


def of_a_list(a, b, zeros):
    return np.subtract([1.0, 2.0, 3.0], b, out=b * 2.0, where=[True, False, True]) * a


PROGRAMS = [quotient, quotient_of_numbers, over_itself, under_a_mask_that_changes, without_a_place, of_a_list]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("program", PROGRAMS)
def test_gradients_of_what_is_chosen(program):
    a, b = (sg.tensor(value, requires_grad=True) for value in (A, B))
    result = program(a, b, lambda like: sg.tensor(np.zeros(like.shape)))
    plain = [lambda v: np.sum(program(v, B, np.zeros_like) ** 2), lambda v: np.sum(program(A, v, np.zeros_like) ** 2)]
    np.testing.assert_array_equal(result.detach().numpy(), program(A, B, np.zeros_like))
    np.sum(result**2).backward()
    for leaf, value, along in zip((a, b), (A, B), plain):
        found = np.zeros(value.shape) if leaf.grad is None else leaf.grad.numpy()
        np.testing.assert_allclose(found, differences(along, value), rtol=1e-6, atol=1e-6)


def test_what_is_not_tracked_is_numpys():
    z = sg.tensor(np.zeros(3))
    assert np.add(z, 1.0, out=z, where=MASK[0]) is z and z.tolist() == [1.0, 0.0, 1.0]
    assert np.greater(sg.tensor(B), 0.0, where=MASK[0], out=np.zeros(3, bool)).tolist() == [True, False, False]
    x = sg.tensor(B, requires_grad=True)
    with pytest.raises(RuntimeError, match="plain array"):
        np.add(x, 1.0, out=np.zeros(3), where=MASK[0])
    with pytest.raises(RuntimeError, match="changes a leaf"):
        np.add(x, 1.0, out=x, where=MASK[0])
    y = x * 2.0
    y.detach()[...] = 5.0
    np.multiply(y, y, out=z, where=MASK[0])
    assert z.tolist() == [25.0, 0.0, 25.0]
