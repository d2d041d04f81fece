"""Derivatives of the user's own: rules in the table's language, forward and backward pairs, tangents, equations."""

from __future__ import annotations

import importlib.util
import math
import sys

import numpy as np
import pytest
from support import check, differences

import srcgrad as sg

V = np.array([0.5, -1.0, 1.5])
W = np.arange(9.0).reshape(3, 3) / 9.0

# -------------------------------------------------------------------------------------------------------- custom_vjp


@sg.custom_vjp
def softplus(x):
    return np.log(1.0 + np.exp(x))


def softplus_forward(x):
    e = np.exp(x)
    return np.log(1.0 + e), e


def softplus_backward(e, bar):
    return bar * e / (1.0 + e)


softplus.defvjp(softplus_forward, softplus_backward)


@sg.custom_vjp
def power_and_sum(a, b, n=2):
    return a * b**n, np.sum(a)


power_and_sum.defvjp(
    lambda a, b, n: ((a * b**n, np.sum(a)), (a, b, n)),
    lambda kept, bars: (
        bars[0] * kept[1] ** kept[2] + bars[1],
        bars[0] * kept[0] * kept[2] * kept[1] ** (kept[2] - 1),
        None,
    ),
)


@sg.custom_vjp
def weighted(params, x):
    return params["w"] @ x + params["b"]


weighted.defvjp(
    lambda params, x: (params["w"] @ x + params["b"], (params, x)),
    lambda kept, bar: ({"w": np.outer(bar, kept[1]), "b": bar}, kept[0]["w"].T @ bar),
)


class Scale:
    def __init__(self, factor):
        self.factor = factor

    @sg.custom_vjp
    def apply(self, x):
        return x * self.factor

    apply.defvjp(lambda self, x: (x * self.factor, self.factor), lambda factor, bar: (None, bar * factor))


@sg.custom_jvp
def cube(x, k=3):
    return x**k


cube.defjvp(
    lambda primals, tangents: (primals[0] ** primals[1], primals[1] * primals[0] ** (primals[1] - 1) * tangents[0])
)


@sg.custom_jvp
def product(a, b):
    return a @ b


def product_tangent(primals, tangents):
    (a, b), (a_dot, b_dot) = primals, tangents
    return a @ b, a_dot @ b + a @ b_dot


product.defjvp(product_tangent)


def one(x):
    y = softplus(x)
    return np.sum(y * y)


def several(a, b):
    u, v = power_and_sum(a, b)
    s, _ = power_and_sum(b, a, n=3)
    return np.sum(u) * v + np.sum(s)


def structures(params, x):
    return np.sum(weighted(params, softplus(x)) ** 2)


def in_loops_and_branches(xs):
    total = 0.0
    for x in xs:
        if np.sum(x) > 0.0:
            total = total + np.sum(cube(softplus(x)))
        else:
            total = total + np.sum(cube(x, k=2))
    return total


def picked_when_it_runs(x):
    for fn in [softplus, cube, np.sin]:
        x = fn(x)
    return np.sum(x)


def method(x):
    scale = Scale(3.0)
    return np.sum(scale.apply(x) ** 2)


def through_an_attribute(x):
    tools = {"act": softplus}
    return np.sum(tools["act"](x) * x)


def two_arguments(a, b):
    return np.sum(product(a, product(a, b)))


def held(x):
    parts = [softplus(x), x]
    return np.sum(parts[0] * parts[1])


@pytest.mark.parametrize(
    "f, args",
    [
        (one, (V,)), (one, (0.3,)), (several, (V, V + 2.0)), (structures, ({"w": W, "b": V}, V)),
        (in_loops_and_branches, ([V, V - 3.0, V * 2.0],)), (picked_when_it_runs, (V,)), (method, (V,)),
        (through_an_attribute, (V,)), (two_arguments, (W, W.T.copy())), (held, (V,)),
    ],
    ids=lambda x: getattr(x, "__name__", ""),
)  # fmt: skip
def test_rules_of_ones_own(f, args):
    check(f, *args)


def test_undecorated_calls_run_the_function_itself():
    def explode(*args):
        raise AssertionError("a rule ran in plain Python")

    @sg.custom_vjp
    def f(x):
        return x * 2.0

    f.defvjp(lambda x: explode(x), lambda kept, bar: explode(bar))
    assert f(3.0) == 6.0 and f.__name__ == "f"


def test_the_emitted_text_calls_the_pair():
    gradient = sg.grad(one)
    gradient(V)
    assert "y, y_call = softplus_forward(x)" in gradient.source
    assert "y_call.reverse(bars, y_bar)" in gradient.source


def test_the_forward_runs_in_place_of_the_function():
    ran = []

    @sg.custom_vjp
    def f(x):
        ran.append("f")
        return x * 2.0

    def forward(x):
        ran.append("forward")
        return x * 2.0, None

    f.defvjp(forward, lambda kept, bar: 2.0 * bar)
    sg.grad(lambda x: np.sum(f(x)))(V)
    assert ran == ["forward"]


def test_the_cotangent_cannot_be_written_into():
    @sg.custom_vjp
    def f(x):
        return x * 2.0

    def backward(kept, bar):
        bar *= 2.0
        return bar

    f.defvjp(lambda x: (x * 2.0, None), backward)
    with pytest.raises(ValueError, match="read-only"):
        sg.grad(lambda x: np.sum(f(x) * x))(V)


def make_pair(forward, backward):
    @sg.custom_vjp
    def f(a, b):
        return a * b

    return f.defvjp(forward, backward)


def test_wrong_arity_is_found_when_the_rule_is_set():
    with pytest.raises(
        TypeError, match=r"test_custom_rules.py:\d+: .* takes 1 arguments; the forward of f\(\) is called"
    ):
        make_pair(lambda a: (a, None), lambda kept, bar: (bar, bar))
    with pytest.raises(TypeError, match=r"the backward of f\(\) is called with 2"):
        make_pair(lambda a, b: (a * b, None), lambda bar: (bar, bar))
    with pytest.raises(TypeError, match="named parameters"):
        sg.custom_vjp(lambda *args: args[0])
    with pytest.raises(TypeError, match="wanted a function"):
        sg.custom_vjp(3)
    with pytest.raises(TypeError, match="tangent rule"):
        sg.custom_jvp(lambda x: x).defjvp(lambda x: x)


@pytest.mark.parametrize(
    "forward, backward, error, message",
    [
        (lambda a, b: a * b, lambda kept, bar: (bar, bar), TypeError, r"must return \(result, carrier\)"),
        (lambda a, b: (a * b, None), lambda kept, bar: bar, TypeError, "must return 2 gradients"),
        (lambda a, b: (a * b, None), lambda kept, bar: (bar, bar, bar), TypeError, "must return 2 gradients"),
        (lambda a, b: (a * b, None), lambda kept, bar: (bar[:1], bar), ValueError, r"for 'a' has shape \(1,\)"),
        (lambda a, b: (np.sum(a * b), None), lambda kept, bar: (bar, bar), TypeError, "the forward's result has"),
    ],
)
def test_wrong_shapes_are_found_at_the_first_use(forward, backward, error, message):
    f = make_pair(forward, backward)
    with pytest.raises(error, match=r"test_custom_rules.py:\d+:.*" + message):
        sg.grad(lambda a, b: np.sum(f(a, b)), argnums=(0, 1))(V, V)


def test_a_missing_rule_is_named():
    lonely = sg.custom_vjp(lambda x: x * 2.0)
    with pytest.raises(sg.SrcgradError, match=r"test_custom_rules.py:\d+: .* has no rule"):
        sg.grad(lambda x: np.sum(lonely(x)))(V)


# -------------------------------------------------------------------------------------------------------------- rule


def opaque(function, *args):
    """Calls a function in a way that has no derivative."""
    return np.frompyfunc(function, len(args), 1)(*args).astype(float)


def bump(x, width=1.0):
    if np.ndim(x) == 0:
        return float(math.exp(-x * x / width))
    return opaque(lambda v: math.exp(-v * v / width), x)


def slope(x, width):
    return -2.0 * x / width


@sg.rule(bump, elementwise=True)
def bump_rule(x, width=1.0, *, y):
    x: slope(x, width) * y
    width: x * x / width**2 * y


def blend(a, b, t):
    return opaque(lambda u, v: u * (1.0 - t) + v * t, a, b)


@sg.rule(blend)
def blend_rule(a, b, t, *, g):
    difference = b - a
    a: g * (1.0 - t)
    b: g * t
    t: np.sum(g * difference)


def uses_bump(x):
    return np.sum(bump(x, 2.0) * x)


def uses_both(x, width, t):
    return np.sum(blend(bump(x, width), x, t) ** 2)


def broadcasts(x, width):
    return np.sum(bump(x, width))


def as_values(x):
    total = 0.0
    for f in (bump, np.cos):
        total = total + np.sum(f(x))
    return total


@pytest.mark.parametrize(
    "f, args",
    [(uses_bump, (V,)), (uses_bump, (0.4,)), (uses_both, (V, 1.5, 0.3)), (broadcasts, (V, 0.7)), (as_values, (V,))],
)
def test_rules_in_the_language_of_the_table(f, args):
    check(f, *args)


def test_a_rule_is_written_out():
    gradient = sg.grad(uses_bump)
    gradient(V)
    assert "slope(x, 2.0) * value_factor" in gradient.source


def test_a_rule_takes_effect_on_what_was_compiled_before():
    def triple(x):
        return 3.0 * x

    def f(x):
        return np.sum(triple(x))

    gradient = sg.grad(f)
    for _ in range(3):
        np.testing.assert_array_equal(gradient(V), [3.0, 3.0, 3.0])

    @sg.rule(triple)
    def triple_rule(x, *, g):
        x: 5.0 * g

    for _ in range(3):
        np.testing.assert_array_equal(gradient(V), [5.0, 5.0, 5.0])


def test_a_cotangent_of_another_shape_is_refused():
    def double(x):
        return 2.0 * x

    @sg.rule(double)
    def double_rule(x, *, g):
        x: np.sum(g)

    with pytest.raises(ValueError, match=r"test_custom_rules.py:\d+: double_rule, line 'x'.*shape \(\)"):
        sg.grad(lambda x: np.sum(double(x)))(V)


@pytest.mark.parametrize(
    "text, message",
    [
        ("def r(x, m, *, g):\n    x: g * m\n", r"parameters are \(x, m\), those of the function \(x, n\)"),
        ("def r(x, *, g):\n    x: g\n", "parameters are"),
        ("def r(x, n, *, g):\n    x: g * nowhere\n", "unknown names"),
        ("def r(x, n, *, g):\n    return g\n", "a body holds lines"),
        ("def r(x, n, *, g):\n    z: g\n", "unknown parameter z"),
    ],
)
def test_what_is_not_in_the_language_is_refused_with_the_place(tmp_path, text, message):
    file = tmp_path / "rules_of_mine.py"
    file.write_text(f"import srcgrad as sg\ndef scaled(x, n):\n    return x * n\n@sg.rule(scaled)\n{text}")
    spec = importlib.util.spec_from_file_location("rules_of_mine", file)
    module = importlib.util.module_from_spec(spec)
    sys.modules.pop("rules_of_mine", None)
    with pytest.raises(ValueError, match=r"rules_of_mine.py:\d+: rule r: .*" + message):
        spec.loader.exec_module(module)


def test_what_the_table_has_is_not_replaced():
    with pytest.raises(ValueError, match="has a rule in the table"):

        @sg.rule(np.tanh)
        def tanh_rule(x, *, g):
            x: g


# ---------------------------------------------------------------------------------------------------------- implicit


@sg.implicit(root=lambda x, a, b: x**3 + a * x - b)
def newton(a, b):
    x = 1.0
    for _ in range(60):
        x = x - (x**3 + a * x - b) / (3.0 * x * x + a)
    return x


def update(x, params, s):
    return np.tanh(params["w"] @ x + params["b"]) * s


@sg.implicit(fixed_point=update)
def settle(params, s):
    x = np.zeros(3)
    for _ in range(400):
        x = update(x, params, s)
    return x


def conjugate_free(apply, b):
    """A solver that only applies the matrix: Richardson's iteration, which converges for these fixed points."""
    w = b
    for _ in range(400):
        w = w + (b - apply(w))
    return w


settle_by_iteration = sg.implicit(settle.function, fixed_point=update, solve=conjugate_free)


def root_of(a, b):
    return newton(a, b) ** 2 + newton(b, a)


def equilibrium(params, s):
    x = settle(params, s)
    return np.sum(x * x) + np.sum(params["b"])


def equilibrium_by_iteration(params, s):
    return np.sum(settle_by_iteration(params, s) ** 2)


def started_from(guess, a):
    return newton_from(guess, a) * 2.0


@sg.implicit(root=lambda x, guess, a: x * x - a)
def newton_from(guess, a):
    x = guess
    for _ in range(60):
        x = 0.5 * (x + a / x)
    return x


PARAMS = {"w": W * 0.3, "b": V}


@pytest.mark.parametrize(
    "f, args",
    [
        (root_of, (1.5, 2.0)), (equilibrium, (PARAMS, 0.7)), (equilibrium, (PARAMS, 1)),
        (equilibrium_by_iteration, (PARAMS, 0.7)), (started_from, (1.3, 2.0)),
    ],
)  # fmt: skip
def test_solutions_of_equations(f, args):
    check(f, *args)


def test_a_gradient_of_the_guess_is_zero():
    assert sg.grad(started_from)(1.3, 2.0) == 0.0


def test_equations_are_checked():
    with pytest.raises(TypeError, match=r"the equation of .* is called with 2"):
        sg.implicit(lambda a: a, root=lambda x: x)
    with pytest.raises(TypeError, match="wants one equation"):
        sg.implicit(lambda a: a)
    flat = sg.implicit(lambda a: a * 1.0, root=lambda x, a: (x - a) ** 2)
    with pytest.raises(np.linalg.LinAlgError, match=r"test_custom_rules.py:\d+: .* singular"):
        sg.grad(lambda a: flat(a) * 2.0)(1.0)
    with pytest.raises(np.linalg.LinAlgError, match="singular"):
        sg.grad(lambda a: np.sum(flat(a)))(V)
    short = sg.implicit(lambda a: a * 1.0, root=lambda x, a: np.sum(x - a))
    with pytest.raises(ValueError, match=r"returned shape \(\); the solution has shape \(3,\)"):
        sg.grad(lambda a: np.sum(short(a)))(V)


# ------------------------------------------------------------------------------------------------------- forward mode


@pytest.mark.parametrize(
    "f, args",
    [
        (two_arguments, (W, W.T.copy())), (root_of, (1.5, 2.0)), (equilibrium, (PARAMS, 0.7)),
        (equilibrium_by_iteration, (PARAMS, 0.7)), (uses_bump, (V,)), (lambda x: np.sum(cube(x) * cube(x, k=2)), (V,)),
        (lambda x: sum(np.sum(g(x)) for g in [cube, np.sin]), (V,)),
    ],
)  # fmt: skip
def test_tangents(f, args):
    sg.check_grads(f, args, modes=("fwd", "rev"))


def softmax(x):
    e = np.exp(x - np.max(x))
    return e / np.sum(e)


@sg.rule(softmax)
def softmax_rule(x, *, y, g):
    along = np.sum(g * y)
    x: y * (g - along)


def applied(m, x, by=2.0):
    return by * (m @ x)


@sg.rule(applied)
def applied_rule(m, x, by=2.0, *, g):
    m: by * np.outer(g, x)
    x: by * (m.T @ g)
    by: np.sum(g * (m @ x))


def one_weighted(x):
    return np.sum(softmax(x) ** 2 * np.array([1.0, -2.0, 0.5]))


def layers_by_rule(x):
    m = np.outer(np.array([1.0, -0.5]), x) + np.arange(6.0).reshape(2, 3)
    total = 0.0
    for i in range(3):
        total = total + np.sum(applied(m, softmax(x * (i + 1.0)), by=np.sum(x)) ** 2) + np.sum(applied(m, x))
    return total


def number_by_rule(x):
    return np.sum(applied(np.ones((2, 3)) * x[0], np.array([0.3, 0.1, -2.0]), x[1])) ** 2


@pytest.mark.parametrize("f", [one_weighted, layers_by_rule, number_by_rule])
def test_a_rule_without_a_line_for_forward_mode_is_transposed(f):
    x, along = np.array([0.4, 0.7, -0.3]), np.array([1.0, -0.4, 0.25])
    sg.check_grads(f, (x,), modes=("fwd", "rev"))
    wanted = differences(lambda x: np.sum(sg.grad(f)(x) * along), x)
    np.testing.assert_allclose(sg.hvp(f)(x, along), wanted, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(sg.vhp(f)(x, along), wanted, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(sg.grad(lambda x: sg.jvp(f, (x,), (along,))[1])(x), wanted, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(
        sg.jvp(lambda x: sg.jvp(f, (x,), (along,))[1], (x,), (along,))[1], np.sum(wanted * along), rtol=1e-5
    )


def test_a_rule_without_a_tangent_is_refused_in_forward_mode():
    with pytest.raises(sg.UnsupportedError, match="backward alone"):
        sg.jvp(one)((V,), (V,))


# ------------------------------------------------------------------------------------------- rules by themselves


def test_rules_are_differentiated_by_themselves():
    np.testing.assert_allclose(sg.grad(cube)(2.0), 12.0)
    np.testing.assert_allclose(sg.grad(newton, argnums="b")(1.5, 2.0), 1.0 / (3.0 * newton(1.5, 2.0) ** 2 + 1.5))
    _, pullback = sg.vjp(softplus, V)
    np.testing.assert_allclose(pullback(np.ones(3))[0], 1.0 / (1.0 + np.exp(-V)))
    _, pullback = sg.vjp(Scale(3.0).apply, V)
    np.testing.assert_allclose(pullback(V)[0], 3.0 * V)
    sg.check_grads(cube, (1.5,))
    np.testing.assert_allclose(sg.jvp(cube)((2.0, 3), (1.0, None))[1], 12.0)
    checkpointed = sg.checkpoint(lambda x, scale=2.0: np.sum(np.sin(x) * scale))
    for _ in range(3):
        np.testing.assert_allclose(sg.grad(checkpointed)(V), 2.0 * np.cos(V))
        np.testing.assert_allclose(sg.grad(checkpointed)(V, scale=3.0), 3.0 * np.cos(V))


@sg.custom_vjp
def square(x):
    return x * x


square.defvjp(lambda x: (x * x, x), lambda x, bar: 2.0 * x * bar)


@sg.implicit(root=lambda y, x: y - x * x)
def square_by_root(x):
    return x * x


@sg.custom_jvp
def square_by_tangent(x):
    return x * x


square_by_tangent.defjvp(lambda primals, tangents: (primals[0] ** 2, 2.0 * primals[0] * tangents[0]))


@pytest.mark.parametrize("rule", [square, square_by_root, square_by_tangent, sg.checkpoint(lambda x: x * x)])
def test_what_is_kept_and_written_later_is_noticed(rule):
    def f(x):
        u = x * 1.0
        y = rule(u)
        u[0] = 5.0
        return np.sum(y * u)

    with pytest.raises(sg.UnsupportedError, match="written after the call"):
        sg.grad(f)(V)

    def g(x):
        u = x * 1.0
        y = rule(u.copy())
        u[0] = 5.0
        return np.sum(y * u)

    check(g, V)
