"""Warnings of operations on tensors: at the user's line, as NumPy's are."""

from __future__ import annotations

import inspect
import warnings

import numpy as np
import pytest

import srcgrad as sg

OPERATIONS = [
    lambda x: np.log(x),
    lambda x: 1.0 / x,
    lambda x: x / 0.0,
    lambda x: x**0.5,
    lambda x: np.power(x, x - 1.0),
    lambda x: (x * 1.0).__itruediv__(x),
    lambda x: np.divide(x, x, out=x * 1.0),
    lambda x: np.linalg.norm(x / x),
    lambda x: np.std(x / x[1]),
    lambda x: x[1] / x[1],
]


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("tracked", [True, False])
def test_a_warning_names_the_line(operation, tracked):
    x = sg.tensor([-1.0, 0.0], requires_grad=tracked)
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        sg.tensor(0.0)  # comes first again
        operation(x)
        with np.errstate(all="ignore"):
            operation(x)
    with warnings.catch_warnings(record=True) as plain:
        warnings.simplefilter("always")
        operation(x.detach().numpy())
    line = inspect.getsourcelines(operation)[1]
    assert found
    assert [str(each.message) for each in found] == [str(each.message) for each in plain]
    assert {(each.filename, each.lineno, each.category) for each in found} == {(__file__, line, RuntimeWarning)}


def test_filters_see_the_line():
    x = sg.tensor([-1.0, 0.0], requires_grad=True)
    with warnings.catch_warnings():
        warnings.filterwarnings("error", module=__name__)
        sg.tensor(0.0)
        with pytest.raises(RuntimeWarning, match="divide by zero encountered in log"):
            np.log(x)
        warnings.filterwarnings("ignore", module=__name__)
        sg.tensor(0.0)
        np.log(x)


def test_a_line_warns_once_and_another_line_as_well():
    x = sg.tensor([-1.0], requires_grad=True)
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("default")
        sg.tensor(0.0)
        for _ in range(3):
            np.sqrt(x)
        np.sqrt(x)
    assert len(found) == 2


def test_other_warnings_are_left_alone():
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        sg.tensor(0.0)
        warnings.warn("divide by zero encountered in mine", RuntimeWarning, stacklevel=1)
        np.log(np.array([0.0]))
    assert [each.filename for each in found] == [__file__, __file__]
