"""Looking into a gradient: checks for nan, what is remembered, branches that may jump, where it goes wrong."""

from __future__ import annotations

import pickle
import warnings

import numpy as np
import pytest
from support import check, frozen, numeric_gradient

import srcgrad as sg

V = np.array([0.5, -1.0, 1.5])
W = np.arange(9.0).reshape(3, 3) / 9.0


def line_of(function, text):
    """The number of the line of a function that holds a text."""
    import inspect

    lines, first = inspect.getsourcelines(function)
    return first + next(i for i, line in enumerate(lines) if text in line)


# --------------------------------------------------------------------------------------------------------- debug=True


def roots(x):
    u = x * 2.0
    y = np.log(u)
    z = np.where(u > 0.0, y, 0.0)
    s = np.sqrt(np.abs(u))
    return np.sum(z) + np.sum(s)


def divides(x):
    total = 0.0
    for k in range(4):
        total = total + np.sum(x / (k - 2.0))
    return total


def divides_later(x):
    total = 0.0
    for k in range(4):
        total = total + np.sum(x / (k + 1.0))
    return total


def steep(h):
    return np.sqrt(h)


def calls(x):
    items = []
    for k in range(3):
        items.append(steep(x - k))
    return items[0] * items[1] + items[2] * 0.0


class Model:
    def __init__(self):
        self.w = np.array([1.0, 0.0, 2.0])

    def loss(self, x):
        h = x * self.w
        return np.sum(np.sqrt(h * h))


@pytest.mark.parametrize("f, args", [(roots, (np.array([1.0, 2.0]),)), (calls, (2.5,)), (divides_later, (V,))])
def test_gradients_with_checks_are_the_same(f, args):
    with np.errstate(all="ignore"):
        assert frozen(sg.value_and_grad(f, debug=True)(*args)) == frozen(sg.value_and_grad(f)(*args))


def test_the_first_adjoint_that_is_not_finite_is_named():
    gradient = sg.grad(roots, debug=True)
    with np.errstate(all="ignore"), pytest.raises(sg.NotFiniteError) as caught:
        gradient(np.array([1.0, 0.0]))
    error = caught.value
    assert error.filename == __file__ and error.line == line_of(roots, "s = np.sqrt")
    assert "became inf" in str(error) and "s = np.sqrt(np.abs(u))" in str(error)
    # the value of log(0) did not matter by itself, but it came before
    assert f"{__file__}:{line_of(roots, 'y = np.log')}: the value of y became inf" in str(error)


def test_a_value_that_does_not_matter_is_no_error():
    def masked(x):
        y = np.log(x)
        return np.sum(np.where(x > 0.0, y, 0.0))

    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(sg.grad(masked, debug=True)(np.array([2.0, 0.0])), [0.5, 0.0])


def test_the_first_value_that_is_not_finite_is_named():
    with np.errstate(all="ignore"), pytest.raises(sg.NotFiniteError) as caught:
        sg.value_and_grad(divides, debug=True)(V)
    assert f":{line_of(divides, 'x / (k')}: the value of total became" in str(caught.value)


def test_called_functions_are_looked_at():
    with np.errstate(all="ignore"), pytest.raises(sg.NotFiniteError) as caught:
        sg.grad(calls, debug=True)(1.5)
    assert f":{line_of(steep, 'return')}" in str(caught.value)


def test_methods_and_pickles():
    gradient = sg.grad(Model.loss, argnums="x", debug=True)
    with np.errstate(all="ignore"), pytest.raises(sg.NotFiniteError, match="h"):
        gradient(Model(), V)
    again = pickle.loads(pickle.dumps(sg.grad(roots, debug=True)))
    with np.errstate(all="ignore"), pytest.raises(sg.NotFiniteError):
        again(np.array([0.0]))


def test_the_checks_are_in_the_text():
    gradient = sg.grad(roots, debug=True)
    gradient(np.array([1.0, 2.0]))
    assert f"watch.value(y, 'y', {line_of(roots, 'np.log')})" in gradient.source
    assert f"watch.adjoint(u_bar, 'u', {line_of(roots, 'np.log')})" in gradient.source


def test_warnings_name_the_users_line():
    def eigenvectors(x):
        values, vectors = np.linalg.eigh(x)
        return np.sum(vectors[0] * values)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        sg.grad(eigenvectors)(np.eye(2))
    mine = [w for w in caught if "no derivative" in str(w.message)]
    assert mine and mine[0].filename == __file__ and mine[0].lineno == line_of(eigenvectors, "np.linalg.eigh")


# -------------------------------------------------------------------------------------------------- jumps, remembered


def inner(u):
    if u[0] > 0.3:
        u = u * 2.0
    return np.tanh(u)


def branching(x, n):
    for k in range(n):
        if np.sum(x) > 1.0:
            x = x * np.sin(x)
        x = inner(x)
    while np.max(x) > 0.5:
        x = x * 0.5
    assert np.sum(x) < 100.0
    y = x if n > 2 else x * x
    return np.sum(y * x)


def test_branches_that_may_jump():
    gradient = sg.grad(branching)
    assert gradient.jumps() == []
    gradient(np.linspace(0.1, 1.0, 5), 3)
    found = {(jump.line, jump.depends_on) for jump in gradient.jumps()}
    assert found == {
        (line_of(branching, "if np.sum"), ("x",)), (line_of(branching, "while"), ("x",)),
        (line_of(inner, "if"), ("u",)),
    }  # fmt: skip
    assert "depends on u" in str(gradient.jumps()[0])
    smooth = sg.grad(roots)
    smooth(np.array([1.0, 2.0]))
    assert smooth.jumps() == []


def test_what_is_remembered_and_why():
    gradient = sg.grad(branching)
    x = np.linspace(0.1, 1.0, 1000)
    gradient(x, 5)
    (path,) = gradient.paths()
    by_name = {one.name: one for one in path.remembered}
    factor = by_name["x_factor"]
    assert factor.loop == line_of(branching, "for k") and factor.needed == (line_of(branching, "x * np.sin"),)
    assert factor.bytes == 5 * x.nbytes
    assert "record" in by_name["x_call"].what and by_name["x_call"].bytes > 0
    assert all(one.needed for one in path.remembered)
    assert "8000 bytes" in " ".join(map(str, path.remembered))


def test_what_is_remembered_in_functions_that_are_called():
    def squashed(h, w):
        for _ in range(3):
            h = np.tanh(w @ h)
        return h

    def energy(w, h):
        return np.sum(squashed(h, w) ** 2)

    gradient = sg.grad(energy)
    gradient(np.eye(3), V[:3])
    found = {one.name: one for one in gradient.paths()[0].remembered if one.function.endswith("squashed")}
    assert found["h"].loop == line_of(squashed, "for _") and found["h"].needed == (line_of(squashed, "np.tanh"),)
    assert found["h"].bytes is None
    assert "in squashed()" in str(found["h"])


def test_where_forward_and_reverse_are_one():
    gradient = sg.grad(lambda x: np.sum(np.tanh(x)))
    gradient(V)
    assert gradient.paths()[0].remembered == ()

    def loop(u):
        for _ in range(3):
            u = np.sin(u)
        return np.sum(u)

    gradient = sg.grad(loop)
    gradient(V)
    (before,) = gradient.paths()[0].remembered
    assert before.bytes is None and before.loop == line_of(loop, "for") and before.needed == (line_of(loop, "np.sin"),)


def test_checkpoints_show_in_what_is_remembered():
    def loop(u, n):
        for _ in range(n):
            u = np.sin(u)
        return np.sum(u) if n > 3 else 0.0

    def checkpointed(u, n):
        for _ in sg.checkpoint(range(n), snapshots=3):
            u = np.sin(u)
        return np.sum(u) if n > 3 else 0.0

    u = np.linspace(0.0, 1.0, 1000)
    total = []
    for f in (loop, checkpointed):
        gradient = sg.grad(f)
        gradient(u, 50)
        total.append(sum(one.bytes for one in gradient.paths()[0].remembered))
    assert total[0] > 50 * u.nbytes and total[1] < 7 * u.nbytes


# ---------------------------------------------------------------------------------------------------------------- wrt

WEIGHTS = np.array([1.0, 2.0, -1.0])


def make_loss(scale):
    def loss(x, power=2):
        h = WEIGHTS * scale
        for _ in range(2):
            h = np.sin(h) + x
            if np.sum(h) > 100.0:
                h = h * scale
        return np.sum(h**power)

    return loss


class Net:
    def __init__(self):
        self.bias = np.array([1.0, 2.0, 3.0])
        self.layers = [{"w": W + 1.0}]

    def loss(self, x):
        h = x
        for layer in self.layers:
            h = np.tanh(layer["w"] @ h + self.bias)
        return np.sum(h * h)


def replaced_and_run(name, value):
    before = globals()[name]
    globals()[name] = value
    try:
        return make_loss(V)(V)
    finally:
        globals()[name] = before


def test_captured_variables_and_globals():
    loss = make_loss(V)
    scale, weights, x = sg.grad(loss, wrt=("scale", "WEIGHTS", "x"))(V)
    np.testing.assert_allclose(scale, numeric_gradient(lambda s: make_loss(s)(V), (V,), (0,))[0], rtol=1e-6)
    np.testing.assert_allclose(
        weights, numeric_gradient(lambda w: replaced_and_run("WEIGHTS", w), (WEIGHTS,), (0,))[0], rtol=1e-6
    )
    np.testing.assert_array_equal(x, sg.grad(loss)(V))
    value, alone = sg.value_and_grad(loss, wrt="scale")(V, power=2)
    assert value == loss(V)
    np.testing.assert_array_equal(alone, scale)


def test_what_a_global_holds_now_counts():
    gradient = sg.grad(make_loss(V), wrt="scale")
    first = gradient(V)
    before = globals()["WEIGHTS"]
    globals()["WEIGHTS"] = before * 2.0
    try:
        second = gradient(V)
        np.testing.assert_allclose(second, numeric_gradient(lambda s: make_loss(s)(V), (V,), (0,))[0], rtol=1e-6)
    finally:
        globals()["WEIGHTS"] = before
    assert not np.allclose(first, second)


@pytest.mark.parametrize("bound", [True, False])
def test_attributes(bound):
    net = Net()
    names = ("self.bias", 'self.layers[0]["w"]', "x")
    if bound:
        bias, w, x = sg.grad(net.loss, wrt=names)(V)
    else:
        bias, w, x = sg.grad(Net.loss, wrt=names)(net, V)
    whole, by_x = sg.grad(Net.loss, argnums=("self", "x"))(net, V)
    for got, wanted in ((bias, whole.bias), (w, whole.layers[0]["w"]), (x, by_x)):
        np.testing.assert_allclose(got, wanted)


def test_a_decorated_method():
    class Other(Net):
        loss = sg.grad(Net.loss, wrt="self.bias")

    np.testing.assert_allclose(Other().loss(V), sg.grad(Net.loss)(Net(), V).bias)


def helper(x):
    return WEIGHTS * x


def reads_it_twice(x):
    return np.sum(helper(x) * WEIGHTS)


def test_a_variable_that_others_read_too_is_refused():
    with pytest.raises(sg.UnsupportedError, match="reads it too"):
        sg.grad(reads_it_twice, wrt="WEIGHTS")(V)
    scale = V * 1.0

    def times_scale(x):
        return x * scale

    def outer(x):
        return np.sum(times_scale(x) * scale)

    with pytest.raises(sg.UnsupportedError, match="reads it too"):
        sg.grad(outer, wrt="scale")(V)

    def with_lambda(x):
        return np.sum((lambda y: y * scale)(x))

    with pytest.raises(sg.UnsupportedError, match="reads it"):
        sg.grad(with_lambda, wrt="scale")(V)


def test_functions_that_are_seen_when_they_run_are_looked_at_too():
    slope = sg.grad(lambda x: np.sum((WEIGHTS * x) ** 2))
    tools = {"a": [helper, np.sin]}
    weights = WEIGHTS * 1.0
    inner = sg.grad(lambda x: np.sum((weights * x) ** 2))

    class Holder:
        weights = 0.0

        def method(self, x):
            return x * self.weights

    def by_gradient(x):
        return np.sum(WEIGHTS * slope(x))

    def by_list(x):
        return sum(np.sum(fn(x * WEIGHTS)) for fn in tools["a"])

    def by_closure(x):
        return np.sum(weights * inner(x))

    for f, name in ((by_gradient, "WEIGHTS"), (by_list, "WEIGHTS"), (by_closure, "weights")):
        with pytest.raises(sg.UnsupportedError, match="reads it too"):
            sg.grad(f, wrt=name)(V)

    # an attribute of the same name is none
    def by_object(holder, x):
        return np.sum(WEIGHTS * sum(fn(x) for fn in [holder.method, np.sin]))

    found = sg.grad(by_object, wrt="WEIGHTS")(Holder(), V)
    np.testing.assert_allclose(found, np.sin(V))


def test_wrong_names():
    loss = make_loss(V)
    with pytest.raises(ValueError, match="no such parameter"):
        sg.grad(loss, wrt="nothing")
    with pytest.raises(ValueError, match="wanted a name"):
        sg.grad(loss, wrt="f(x)")
    with pytest.raises(ValueError, match="twice"):
        sg.grad(loss, wrt=("x", "x"))
    with pytest.raises(TypeError, match="not both"):
        sg.grad(loss, argnums=1, wrt="x")
    with pytest.raises(TypeError, match="power"):
        sg.grad(loss, wrt="power")(V)
    with pytest.raises(ValueError, match="other"):
        sg.grad(Net.loss, wrt="self.other")(Net(), V)


# -------------------------------------------------------------------------------------------------------- holomorphic


@pytest.mark.parametrize(
    "f, derivative",
    [
        (lambda z: z**2, lambda z: 2 * z), (lambda z: z**3 + np.exp(z), lambda z: 3 * z**2 + np.exp(z)),
        (lambda z: np.sin(z) / z, lambda z: np.cos(z) / z - np.sin(z) / z**2), (lambda z: 1j * z, lambda z: 1j + 0 * z),
    ],
)  # fmt: skip
def test_the_complex_derivative(f, derivative):
    z = 3.0 + 4.0j
    np.testing.assert_allclose(sg.grad(f, holomorphic=True)(z), derivative(z), rtol=1e-12)
    value, gradient = sg.value_and_grad(lambda z: np.sum(f(z)), holomorphic=True)(np.array([z, 1.0 - 0.5j]))
    np.testing.assert_allclose(gradient, derivative(np.array([z, 1.0 - 0.5j])), rtol=1e-12)
    assert value == np.sum(f(np.array([z, 1.0 - 0.5j])))


def test_structures_loops_and_dtypes():
    def f(p):
        total = 0.0j
        for z in p["z"]:
            total = total + p["a"] * z
        return total

    bars = sg.grad(f, holomorphic=True)({"a": 2.0 + 1.0j, "z": [1.0j, 3.0 + 0.0j]})
    assert bars == {"a": 3.0 + 1.0j, "z": [2.0 + 1.0j, 2.0 + 1.0j]}
    gradient = sg.grad(lambda z: np.sum(z * z), holomorphic=True)(np.ones(2, np.complex64))
    assert gradient.dtype == np.complex64


@pytest.mark.parametrize("f", [lambda z: z * np.conj(z), lambda z: np.abs(z) * (1.0 + 0.0j), lambda z: z.real * 1.0j])
def test_what_is_not_holomorphic_is_refused(f):
    with pytest.raises(TypeError, match="not holomorphic"):
        sg.grad(f, holomorphic=True)(1.0 + 2.0j)


def test_holomorphic_wants_complex_numbers():
    with pytest.raises(TypeError, match="complex arguments"):
        sg.grad(lambda z: z * z, holomorphic=True)(2.0)
    with pytest.raises(TypeError, match="complex scalar"):
        sg.grad(lambda z: np.abs(z), holomorphic=True)(2.0j)
    with pytest.raises(TypeError, match="goes with neither"):
        sg.grad(lambda z: z, holomorphic=True, debug=True)


def test_powers_of_python_complex_numbers():
    for power in (2, 3, 4, 0.5):
        check(lambda z: np.real(z**power), 1.0 + 2.0j)


# -------------------------------------------------------------------------------------------------------- check_grads


@sg.custom_vjp
def wrong(x):
    return np.sin(x)


wrong.defvjp(lambda x: (np.sin(x), x), lambda x, bar: bar * np.sin(x))


def uses_wrong(x, params, scale=2.0):
    u = x * scale
    for k in range(2):
        if k == 1:
            v = wrong(u) + 1.0
            u = v * params["w"]
        u = u * 1.5
    return np.sum(u)


def test_check_grads_names_the_element_and_the_statement():
    args = (V, {"w": V + 2.0})
    with pytest.raises(AssertionError) as caught:
        sg.check_grads(uses_wrong, args)
    message = str(caught.value)
    assert "argument 0, element [0]" in message
    assert f"first at {__file__}:{line_of(uses_wrong, 'wrong(u)')}" in message and "v = wrong(u) + 1.0" in message
    sg.check_grads(uses_wrong, args, argnums=1)


def test_check_grads_names_the_statement_of_a_method():
    class Uses:
        def __init__(self):
            self.w = 2.0

        def __call__(self, x):
            u = self.w * x
            y = wrong(u)
            return y * u

    with pytest.raises(AssertionError, match=r"test_debug.py:\d+.*\n    y = wrong\(u\)"):
        sg.check_grads(Uses(), (V,))
