"""Numbers out of tensors: given where the user says so, refused where a function asks for one."""

import cmath
import json
import math
import types

import numpy as np
import pytest

import srcgrad as sg

CONSTANT = 2.0


def t(value):
    return sg.tensor(value, requires_grad=True)


functions = {"sin": math.sin}
holder = types.SimpleNamespace(sin=math.sin)

LOSING = {
    "a function of numbers": lambda x, c: math.sin(x),
    "as the second argument": lambda x, c: math.pow(CONSTANT, x),
    "of complex numbers": lambda x, c: cmath.exp(x),
    "among starred arguments": lambda x, c: math.hypot(*[1.0, x]),
    "by another name": lambda x, c: holder.sin(x),
    "picked from a dict": lambda x, c: functions["sin"](x),
    "picked by a conditional": lambda x, c: (math.sin if c else float)(x),
    "given by a call": lambda x, c: (lambda: math.sin)()(x),
    "of an argument picked by a conditional": lambda x, c: math.sin(x if c else 1.0),
    "of an element of a list built there": lambda x, c: math.sin([x for _ in range(2)][0]),
    "in a comprehension": lambda x, c: [math.sin(v) for v in (x, x)],
    "by map": lambda x, c: list(map(math.sin, [x])),
    "by an iterator": lambda x, c: [v for v in map(math.sin, [x])],
    "beside a conversion": lambda x, c: list(map(math.sin, [float("1"), x])),
}


@pytest.mark.parametrize("name", LOSING)
def test_a_function_that_asks_for_a_number_is_refused(name):
    with pytest.raises(RuntimeError, match=r"know nothing of gradients.*test_tensor_numbers\.py"):
        LOSING[name](t(0.5), True)
    with sg.no_grad():  # nothing is recorded that could be lost
        LOSING[name](t(0.5), True)
    LOSING[name](t(0.5).detach(), True)


def test_code_without_a_text_is_refused_as_well():
    scope = {"math": math}
    exec("def f(x):\n    return math.sin(x) if x > 0 else float(x)", scope)
    with pytest.raises(RuntimeError, match=r"np\.sin"):
        scope["f"](t(0.5))
    assert scope["f"](t(-0.5)) == -0.5


GIVING = {
    "float": lambda x, c: float(x),
    "complex": lambda x, c: complex(x).real,
    "int": lambda x, c: int(x) + 0.5,
    "in a call of something else": lambda x, c: math.sqrt(float(x) ** 2),
    "of an argument picked by a conditional": lambda x, c: float(x if c else 2.0),
    "of an element of a list built there": lambda x, c: float([x for _ in range(2)][0]),
    "of a computed one": lambda x, c: float(np.mean((x - 1.0) ** 2)) + 0.25,
    "by map": lambda x, c: list(map(float, [x, x]))[0],
    "item": lambda x, c: x.item(),
    "tolist": lambda x, c: x.tolist(),
    "f-string": lambda x, c: float(f"{x:.1f}"),
    "format": lambda x, c: float("{:.1f}".format(x)),  # noqa: UP032 - what is tested
    "percent": lambda x, c: float("%.1f" % x),  # noqa: UP031 - what is tested
    "json": lambda x, c: json.loads(json.dumps({"loss": float(x)}))["loss"],
    "a function that no gradient flows through": lambda x, c: math.floor(x) + 0.5,
}


@pytest.mark.parametrize("name", GIVING)
def test_a_number_that_is_asked_for_is_given(name):
    x = t(0.5)
    assert GIVING[name](x, True) == 0.5
    (x * 3.0).backward()
    assert x.grad.item() == 3.0


def test_floats_of_several_elements_are_refused():
    for convert in (float, complex, int):
        with pytest.raises(RuntimeError, match="no single number"):
            convert(t([1.0, 2.0]))


def test_a_store_into_a_plain_array_is_refused():
    plain, x = np.zeros(2), t(0.5)
    with pytest.raises(ValueError) as caught:  # as NumPy reports what happens in between
        plain[0] = x
    assert "plain array" in str(caught.value.__cause__)
    plain[0] = x.detach()
    with sg.no_grad():
        plain[1] = x
    assert plain.tolist() == [0.5, 0.5]
