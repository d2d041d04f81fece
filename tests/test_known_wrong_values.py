"""Wrong answers that other systems give about values: kinks, integers, changed globals, lambdas, arms of `where`."""

from __future__ import annotations

import linecache
import sys
import types

import numpy as np
import pytest
from support import check, check_all, frozen, numeric_gradient

import srcgrad as sg
from srcgrad.runtime.adjoints import Adjoints

V = np.array([0.3, -0.7, 1.1])


# ---------------------------------------------------------------------------------------------- 10: sqrt(x ** 2)


@pytest.mark.parametrize("f", [lambda x: np.sqrt(x**2), lambda x: np.abs(x), lambda x: np.sqrt(x * x)])
def test_kink_at_zero(f):
    """NaN (as the chain rule has it, inf * 0) or a subgradient, and right on both sides of the kink."""
    with np.errstate(all="ignore"):
        at_zero = float(sg.grad(f)(0.0))
    assert np.isnan(at_zero) or -1.0 <= at_zero <= 1.0
    assert float(sg.grad(f)(0.5)) == pytest.approx(1.0)
    assert float(sg.grad(f)(-0.5)) == pytest.approx(-1.0)


def test_power_two_at_zero():
    np.testing.assert_array_equal(sg.grad(lambda v: np.sum(v**2))(np.zeros(3)), np.zeros(3))
    np.testing.assert_array_equal(sg.grad(lambda v: np.sum(v**1))(np.zeros(3)), np.ones(3))
    np.testing.assert_array_equal(sg.grad(lambda v: np.sum(v**0))(np.zeros(3)), np.zeros(3))


def test_power_with_active_exponent_at_zero_base():
    with np.errstate(all="ignore"):
        base, exponent = sg.grad(lambda x, n: x**n, argnums=(0, 1))(0.0, 2.0)
    assert float(base) == 0.0
    assert float(exponent) == 0.0


def test_product_through_zero():
    np.testing.assert_allclose(sg.grad(np_prod)(np.array([2.0, 0.0, 3.0])), [0.0, 6.0, 0.0])
    np.testing.assert_allclose(sg.grad(np_prod)(np.array([0.0, 0.0, 3.0])), [0.0, 0.0, 0.0])


def np_prod(v):
    return np.prod(v)


# ---------------------------------------------------------------------------- 16: integers in loop-carried values


def test_loop_carried_sum_that_starts_as_an_integer():
    def f(v):
        total = 0
        for value in v:
            total = total + value * value
        return total

    check(f, V)


def test_loop_carried_sum_over_an_integer_array():
    def f(x, counts):
        total = 0
        for count in counts:
            total = total + count * x
        return total

    check_all(f, [((0.7, np.array([1, 2, 3])), 0), ((0.7, [4, 5]), 0)])


def test_integer_array_that_becomes_active():
    def f(x, counts):
        state = counts
        for _ in range(3):
            state = state * x + counts
        return np.sum(state)

    check(f, 0.7, np.array([1, 2, 3]), argnums=0)


def test_integer_argument_is_refused_not_zero():
    with pytest.raises(TypeError):
        sg.grad(lambda v: np.sum(v * v))(np.array([1, 2, 3]))


# ---------------------------------------------------------------------------------- 17: globals changed between calls


def module_with(text: str, name: str) -> types.ModuleType:
    """A module made from text that Python keeps the lines of."""
    module = types.ModuleType(name)
    filename = f"<{name}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    sys.modules[name] = module
    exec(compile(text, filename, "exec"), module.__dict__)
    return module


GLOBALS = """\
import numpy as np
SCALE = 2.0
FUNCTION = np.sin
def helper(x):
    return x * SCALE
def f(x):
    return helper(x) * FUNCTION(x) + (x if SCALE > 2.5 else 0.0)
"""


def test_global_changed_between_calls():
    module = module_with(GLOBALS, "globals_under_test")
    gradient = sg.value_and_grad(module.f)

    def agree():
        value, slope = gradient(0.7)
        assert frozen(value) == frozen(module.f(0.7))
        np.testing.assert_allclose(slope, numeric_gradient(module.f, (0.7,), (0,))[0], rtol=1e-7)

    agree()
    module.SCALE = 3.0
    agree()
    module.SCALE = np.array(4.0)
    agree()
    module.FUNCTION = np.exp
    agree()
    module.FUNCTION = lambda x: x * x
    agree()
    module.helper = lambda x: x**3
    agree()
    module.SCALE, module.FUNCTION = 2.0, np.sin
    agree()


def test_closure_cell_changed_between_calls():
    scale = 2.0

    def f(x):
        return x * x * scale

    gradient = sg.grad(f)
    assert float(gradient(1.0)) == 4.0
    scale = 5.0
    assert float(gradient(1.0)) == 10.0


def test_attribute_default_and_container_changed_between_calls():
    class Model:
        k = 2.0

    table = {"k": 3.0}

    def f(x):
        return x * Model.k * table["k"]

    gradient = sg.grad(f)
    assert float(gradient(1.0)) == 6.0
    Model.k = 5.0
    assert float(gradient(1.0)) == 15.0
    table["k"] = 1.0
    assert float(gradient(1.0)) == 5.0


def test_global_array_changed_in_place_between_calls():
    weights = np.array([1.0, 2.0])

    def f(x):
        return np.sum(x * weights)

    gradient = sg.grad(f)
    assert float(gradient(1.0)) == 3.0
    weights[:] = 5.0
    assert float(gradient(1.0)) == 10.0


def test_argument_mutated_between_forward_and_pullback():
    """Noticed or copied: the old gradient or an error, never the gradient at the new values."""
    v = V.copy()
    _, pullback = sg.vjp(lambda v: np.sum(v**3), v)
    v[:] = 100.0
    try:
        (gradient,) = pullback(1.0)
    except (ValueError, RuntimeError, sg.SrcgradError):
        return
    np.testing.assert_allclose(gradient, 3.0 * V**2)


# --------------------------------------------------------------------------------------- 18: lambdas on one line


def test_lambdas_among_several_on_one_line():
    fs = [lambda x: x * x, lambda x: x**3, lambda x: np.sin(x), lambda y: y * y * y * y]; g = lambda x: x + x * x  # noqa: E702 - all on one line  # fmt: skip
    for f in [*fs, g]:
        check(f, 0.7)


def test_equal_lambdas_with_different_cells():
    makers = [(lambda k: lambda x: x * k)(k) for k in (2.0, 3.0)]
    assert [float(sg.grad(f)(1.0)) for f in makers] == [2.0, 3.0]


def test_lambdas_with_different_constants_only():
    a, b = (lambda x: x * 2.0), (lambda x: x * 3.0)
    assert float(sg.grad(a)(1.0)) == 2.0
    assert float(sg.grad(b)(1.0)) == 3.0


# ---------------------------------------------------------------------------------------- 19: arms of where, not taken


@pytest.mark.parametrize(
    ("f", "at", "expected"),
    [
        (lambda v: np.sum(np.where(v > 0.0, np.log(np.where(v > 0.0, v, 1.0)), 0.0)), [0.0, 2.0], [0.0, 0.5]),
        (lambda v: np.sum(np.where(v > 0.0, v * v, 0.0)), [-1.0, 2.0], [0.0, 4.0]),
        (lambda v: np.sum(np.where(v > 0.0, np.sqrt(np.maximum(v, 1e-300)), 0.0)), [1.0, 4.0], [0.5, 0.25]),
    ],
)
def test_where_with_safe_arms(f, at, expected):
    np.testing.assert_allclose(sg.grad(f)(np.array(at)), expected)


@pytest.mark.parametrize(
    ("f", "at", "expected"),
    [
        (lambda v: np.sum(np.where(v > 0.0, np.sqrt(v), 0.0)), [0.0, 4.0], [0.0, 0.25]),
        (lambda v: np.sum(np.where(v > 0.0, np.log(v), 0.0)), [0.0, 2.0], [0.0, 0.5]),
        (lambda v: np.sum(np.where(v > 0.0, 1.0 / v, v)), [0.0, 2.0], [1.0, -0.25]),
    ],
    ids=["sqrt", "log", "reciprocal"],
)
def test_zero_times_infinity_in_the_arm_not_taken(f, at, expected):
    """The element that comes from the other arm gets no NaN from the arm that was not taken."""
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(sg.grad(f)(np.array(at)), expected)


def apart(x):
    difference = x[:, None] - x[None]
    distance = np.sqrt(np.sum(difference**2, axis=-1))
    forces = np.where(distance[..., None] > 0, difference / distance[..., None] ** 3, 0.0)
    return np.sum(np.sum(forces, axis=1) ** 2)


def broadcast_condition(u, v):
    far = np.outer(u, v) > 1.0
    rows = np.sum(np.where(far, np.sqrt(u)[:, None], 0.0))
    return (
        rows + np.sum(np.where(far.any(axis=1), np.sqrt(u), 0.0)) + np.sum(np.where(far, np.sqrt(np.outer(u, v)), 1.0))
    )


def exponential_step(u, step):
    rate = -0.1 * np.fft.rfftfreq(len(u), 0.1) ** 2
    factor = np.exp(step * rate)
    weight = np.where(rate == 0, step, (factor - 1.0) / rate)
    for _ in range(2):
        u = np.fft.irfft(factor * np.fft.rfft(u) + weight * np.fft.rfft(u * u), len(u))
    return np.sum(u**2)


def test_zero_times_infinity_through_changes_of_shape():
    """What the arm that was not taken gets is zero, whatever stands between it and the infinite partial."""
    with np.errstate(all="ignore"):
        check(apart, np.array([[0.1, 0.5], [1.2, 0.3], [-0.4, 0.9]]))
        for gradient in sg.grad(broadcast_condition, argnums=(0, 1))(np.array([0.0, 1.0, 2.0]), np.array([1.5, 2.5])):
            assert np.all(np.isfinite(gradient))
        check(exponential_step, np.array([0.3, 0.1, 0.7, 0.2]), 0.1)


# --------------------------------------------------------------------------- 11: two calls of one stateful custom rule


def test_two_calls_of_one_rule_keep_their_own_carriers():
    """A rule that counts its calls: each backward gets what its own forward left, in whatever order they run."""
    log = []

    @sg.custom_vjp
    def scaled(x):
        return x * 2.0

    def forward(x):
        log.append(x)
        return x * 2.0, (len(log), x)

    def backward(carrier, bar):
        number, x = carrier
        assert log[number - 1] is x
        return bar * 2.0 * number

    scaled.defvjp(forward, backward)

    def f(a, b):
        first, second = scaled(a), scaled(b)
        return np.sum(first * second)

    _, pullback = sg.vjp(f, V, V + 1.0)
    _, other = sg.vjp(f, V * 3.0, V)
    a, b = pullback(1.0)
    np.testing.assert_allclose(a, 2.0 * 1 * 2.0 * (V + 1.0))
    np.testing.assert_allclose(b, 2.0 * 2 * 2.0 * V)
    a, b = other(1.0)
    np.testing.assert_allclose(a, 2.0 * 3 * 2.0 * V)
    np.testing.assert_allclose(b, 2.0 * 4 * 2.0 * V * 3.0)
    again = pullback(1.0)
    np.testing.assert_array_equal(again[0], 2.0 * 1 * 2.0 * (V + 1.0))


# ---------------------------------------------------------------- 20: a name that holds a float first and complex later


def horner(p, z):
    value = 0.0
    for i in range(3):
        if i > 0:
            scaled = z * value
        else:
            scaled = 0.0
        value = p[i] + scaled
    return value * 1.0


def test_a_float_that_becomes_complex_in_a_loop():
    """To NumPy an unknown dtype, None, equals float64: taken for known to be real, imaginary parts were lost."""
    p, z, bar = np.array([1.0 - 2.0j, 0.5 + 1.0j, 2.0 + 0.3j]), np.array([0.7 + 0.4j])[0], 0.6 - 1.1j
    _, pullback = sg.vjp(horner, p, z)
    p_bar, z_bar = pullback(bar)
    np.testing.assert_allclose(p_bar, bar * np.conj([z * z, z, 1.0]))
    np.testing.assert_allclose(z_bar, bar * np.conj(2.0 * p[0] * z + p[1]))


# ------------------------------------------------------------------ 21: both arms of a `where` made of one value


def guarded_quotient(x, p):
    u = p * x
    small = np.abs(u) < 0.5
    v = np.where(small, 1.0, u)
    series = 1.0 + u * (0.5 + u / 6.0)
    return np.sum(np.where(small, series, np.expm1(v) / v) * x)


def guarded_part(x):
    u = x * 2.0
    kept = np.where(u > 1.0, np.log(np.abs(u)), 0.5 * u)
    return np.sum(kept * u) + u[0] ** 2 + np.sum(np.where(u > 1.0, 3.0, u * u))


def test_what_two_arms_give_to_one_value():
    """What arrives from one arm is zero elsewhere; the sum with what arrives from the other is not."""
    check(guarded_quotient, np.array([0.3, -1.2, 2.0]), 0.9)
    check(guarded_part, np.array([0.3, -1.2, 2.0]))


# ------------------------------------------------------------ 22: views of what one function gave among several results


def test_views_of_one_of_several_results():
    """Where unknown code may write, the adjoint of a view waits: the result that it is a view of takes it."""
    values, vectors = np.linalg.eigh(np.diag(V))
    row = values[None, :]
    bars = Adjoints()
    bars.add(row, np.array([[1.0, 2.0, 3.0]]))
    bars.add(values, np.array([1.0, 1.0, 1.0]))
    first, second = bars.take_items((values, vectors))
    np.testing.assert_array_equal(first, [2.0, 3.0, 4.0])
    np.testing.assert_array_equal(second, np.zeros((3, 3)))
