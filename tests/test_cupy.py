"""Derivatives on CuPy arrays are those on NumPy arrays, made of CuPy's functions alone.

On a machine without a GPU a stand-in takes CuPy's place, on which NumPy's functions fail.  With `pytest --cupy` the
same tests run on CuPy itself.
"""

from __future__ import annotations

import builtins
import types

import numpy as np
import pytest

import srcgrad as sg
from srcgrad.emit.register import bind

cp = None  # the module at hand, for the programs below
rng = np.random.default_rng(3)
X, Y, V, W = rng.uniform(0.2, 1.0, (3, 4)), rng.uniform(0.2, 1.0, (3, 4)), rng.uniform(0.2, 1.0, 4), rng.normal(size=3)
S = X[:, :3] @ X[:, :3].T + np.eye(3)


@pytest.fixture(autouse=True)
def module(cupy, monkeypatch):
    """CuPy or what stands in for it, as the global `cp` of this module."""
    monkeypatch.setitem(globals(), "cp", cupy)


def on_device(value):
    """A value with CuPy arrays for NumPy's."""
    if isinstance(value, np.ndarray):
        return cp.asarray(value)
    if type(value) in (list, tuple):
        return type(value)(map(on_device, value))
    return {key: on_device(item) for key, item in value.items()} if isinstance(value, dict) else value


def on_host(value):
    """A value with NumPy arrays for CuPy's."""
    if isinstance(value, cp.ndarray):
        return cp.asnumpy(value)
    if isinstance(value, (list, tuple)):
        return [on_host(item) for item in value]
    return {key: on_host(item) for key, item in value.items()} if isinstance(value, dict) else value


def same(found, wanted):
    if isinstance(wanted, dict):
        assert found.keys() == wanted.keys()
        found, wanted = list(found.values()), list(wanted.values())
    if isinstance(wanted, (list, tuple)):
        assert len(found) == len(wanted)
        for a, b in zip(found, wanted):
            same(a, b)
        return
    assert np.shape(found) == np.shape(wanted)
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-12)


def with_numpy(function):
    """The same function with NumPy for `cp`."""
    space = {**function.__globals__, "cp": np}
    return types.FunctionType(function.__code__, space, function.__name__, function.__defaults__, function.__closure__)


def agree(function, *args):
    """The gradient on CuPy arrays is NumPy's; its source."""
    argnums = tuple(i for i, a in enumerate(args) if not isinstance(a, (int, str)))
    gradient = sg.grad(function, argnums)
    found = gradient(*on_device(args))
    again = gradient(*on_device(args))
    for part in (found, again):
        assert all(isinstance(x, (cp.ndarray, dict, list)) or not isinstance(a, np.ndarray) for x, a in zip(part, args))
        same(on_host(part), sg.grad(with_numpy(function), argnums)(*args))
    return gradient.source


# ------------------------------------------------------------------------------------------------------- expressions

EXPRESSIONS = """
cp.tanh(x) * cp.exp(-y)|cp.sqrt(x) / cp.log1p(y)|x ** y|x ** 3 - 2.0 / y|cp.power(x, 2.5)
cp.arctan2(x, y)|cp.hypot(x, y)
cp.maximum(x, y)|cp.minimum(x, 0.5)|cp.clip(x, 0.3, 0.8)|cp.where(x > y, x * x, cp.sin(y))|cp.abs(x - y)|cp.cbrt(x)
cp.logaddexp(x, y)|cp.expm1(x) * cp.log2(y)|cp.arcsin(x) + cp.arccos(y)|cp.sinh(x) * cp.cosh(y)|cp.square(x - y)
cp.sum(x, axis=0) * v|cp.mean(x, axis=1, keepdims=True) * y|cp.var(x, axis=0)|cp.std(x) * x|cp.prod(x, axis=1)
cp.max(x, axis=1)|cp.min(x * y)|cp.cumsum(x, axis=1) * y|cp.cumprod(x, axis=0)|x.sum(axis=0) + x.mean()|x.max() * y
x @ y.T|cp.dot(x, v)|cp.matmul(y.T, x)|cp.outer(x[0], y[:, 0])|cp.tensordot(x, y, axes=2) * x|cp.vdot(x, y) * v
cp.einsum('ij,ij->i', x, y)|cp.einsum('ij,kj->ik', x, y) ** 2|cp.inner(x, y)|cp.kron(x[0], v)|cp.trace(x @ y.T) * v
cp.reshape(x, (4, 3)) ** 2|x.reshape(2, 6)[1] * 3.0|cp.transpose(x) * 2.0|x.T ** 2
cp.swapaxes(x, 0, 1) ** 3|x.ravel() ** 2
cp.concatenate([x, y * y], axis=0) ** 2|cp.stack([x, y], axis=1) ** 3|cp.vstack([x, v]) ** 2|cp.hstack([x, y]) ** 2
cp.split(x, 2, axis=1)[1] ** 2|cp.tile(x, (2, 1)) ** 2|cp.repeat(x, 2, axis=0) ** 2|cp.roll(x, 1, axis=1) * y
cp.flip(x, 0) * y|cp.squeeze(x[None]) * y|cp.expand_dims(x, 1) ** 2|cp.broadcast_to(v, (5, 4)) ** 2
cp.moveaxis(x, 0, 1) ** 2
x[1:, ::2] ** 2|x[1] * x[:, 1][:, None]|x[cp.array([0, 2, 0])] ** 2|x[x > 0.5] ** 2
cp.take(x, cp.array([1, 1]), axis=1) ** 2
cp.diag(x[:, :3]) ** 2|cp.tril(x) * y|cp.diagonal(x) ** 2|cp.sort(x, axis=1) * y|cp.pad(x, 1) ** 2
cp.diff(x, axis=1) ** 2
cp.linalg.norm(x)|cp.linalg.inv(x[:, :3] + 3.0 * cp.eye(3))|cp.linalg.solve(x[:, :3] + 3.0 * cp.eye(3), y)
cp.linalg.det(x[:, :3])|cp.linalg.cholesky(x[:, :3] @ x[:, :3].T + cp.eye(3))|cp.abs(cp.fft.fft(v)) ** 2
cp.fft.irfft(cp.fft.rfft(v) * 2.0) * v|cp.real(x * 1j * (y + 2j))|cp.average(x, weights=y)|cp.nan_to_num(x) * y
cp.arange(4.0) * x|cp.linspace(0.0, 1.0, 4) * x|cp.ones_like(x) * x * y|cp.full(4, 2.0) * v|x * cp.zeros(4) + y
cp.logspace(0.0, 1.0, 4) * v|cp.cross(x[:, :3], y[:, :3])|cp.interp(v, cp.array([0.0, 0.5, 1.5]), x[:, 0]) ** 2
"""
EXPRESSIONS = [each for line in EXPRESSIONS.split("\n") for each in line.split("|") if each]


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_expressions(text):
    space = {"cp": cp, "__builtins__": builtins}
    function = bind(f"def f(x, y, v):\n    return ((1.0 + {text}) ** 2).sum()\n", "f", {}, space, {})["f"]
    source = agree(function, X, Y, V)
    assert "np." not in source


# ---------------------------------------------------------------------------------------------------------- programs


def network(x, w, b):
    h = cp.tanh(x @ w + b)
    s = cp.exp(h - cp.max(h, axis=1, keepdims=True))
    p = s / cp.sum(s, axis=1, keepdims=True)
    return -cp.mean(cp.log(p[:, 0])) + 0.1 * cp.sum(w * w)


def branches(x, k):
    total = 0.0
    for _ in range(4):
        x = x - k * cp.sin(x)
        if cp.max(x) > 0.8:
            total = total + cp.sum(x * x)
            continue
        x = 2.0 * x
    return total + cp.sum(x)


def running_sum(x, k):
    total = 0.0
    while k < 4.0:
        k = k + 1.0
        total += cp.sum(x * k)
    return total


def sum_in_place(x):
    total = cp.sum(x)
    for _ in range(3):
        total += cp.sum(x * x)
        total *= 1.5
    return total


def recurrence(x):
    u = cp.zeros(4)
    u[0] = x[0]
    for i in range(1, 4):
        u[i] = u[i - 1] * x[i]
    return cp.sum(u * u)


def stencil(u, k, steps):
    old = u.copy()
    new = u.copy()
    for _ in range(steps):
        new[1:-1] = old[1:-1] + k * (old[2:] - 2.0 * old[1:-1] + old[:-2])
        old, new = new, old
    return cp.sum(old * old)


def augmented(x):
    y = cp.sin(x)
    y += x * x
    y *= 2.0
    y[1:] -= x[:-1]
    return y.sum()


def into_buffer(x, y):
    out = cp.empty(x.shape)
    cp.multiply(x, y, out=out)
    out[0] = 1.0
    return cp.sum(out * out)


def overwritten_element(x):
    u = cp.zeros(2)
    u[0] = x[0]
    for i in range(1, 4):
        u[0] = u[0] * x[i]
    return u[0] * cp.sum(x)


def early(x):
    if cp.sum(x) > 100.0:
        return cp.sum(x)
    return cp.sum(x**3)


def items(x):
    parts = [cp.sin(row) for row in x]
    return sum([p.sum() for p in parts]) + parts[0][1]


def structure(p, x):
    return cp.sum(cp.tanh(x @ p["w"] + p["b"]) ** 2)


def helper(x, power):
    return x if power == 0 else x * helper(x, power - 1)


def recursion(x):
    return cp.sum(helper(x, 3))


class Layer:
    def __init__(self, w):
        self.w = w

    def __call__(self, x):
        return cp.tanh(x @ self.w)


def layers(x, w):
    for layer in [Layer(w), Layer(2.0 * w)]:
        x = layer(x)
    return (x**2).sum()


PROGRAMS = [
    (network, X, rng.normal(size=(4, 3)), W), (branches, V, 0.1), (running_sum, V, 0.5), (sum_in_place, V),
    (recurrence, V), (overwritten_element, V), (stencil, V, 0.1, 3), (augmented, V), (into_buffer, X, Y),
    (early, X), (items, X),
    (structure, {"w": X.T, "b": W}, Y),
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program[0].__name__)
def test_programs(program):
    source = agree(*program)
    assert "np." not in source and "cp." in source


def test_classes_and_recursion():
    found = sg.grad(layers, (0, 1))(*on_device((X[:, :3], S)))
    weights = [Layer(S), Layer(2.0 * S)]
    ((h1, h2),) = [(np.tanh(X[:, :3] @ weights[0].w), np.tanh(np.tanh(X[:, :3] @ weights[0].w) @ weights[1].w))]
    inner = 2.0 * h2 * (1.0 - h2 * h2)
    outer = inner @ (2.0 * S).T * (1.0 - h1 * h1)
    same(on_host(found), [outer @ S.T, X[:, :3].T @ outer + 2.0 * h1.T @ inner])
    same(on_host(sg.grad(recursion)(cp.asarray(V))), 4.0 * V**3)


def test_the_text_names_cupy():
    gradient = sg.grad(network, (1, 2))
    gradient(*on_device((X, X.T @ X[:, :3], W)))
    assert "cp.tanh" in gradient.source and "np." not in gradient.source


def test_vjp_and_single_precision():
    value, pull = sg.vjp(lambda x: cp.sin(x) * x, cp.asarray(X))
    same(on_host(pull(cp.ones(X.shape))[0]), X * np.cos(X) + np.sin(X))
    with pytest.raises(ValueError, match="shape"):
        pull(cp.ones(3))
    found = sg.grad(network, (0, 1))(*on_device([a.astype("f") for a in (X, X.T @ X[:, :3], W)]))
    assert [a.dtype for a in found] == [np.float32, np.float32]


def test_an_argument_that_changed_is_noticed():
    x = cp.asarray(X)
    _, pull = sg.vjp(lambda x: cp.sum(cp.sin(x)), x)
    x[0, 0] = 7.0
    with pytest.raises(sg.ChangedError if hasattr(sg, "ChangedError") else Exception, match="written|changed"):
        pull(1.0)


def test_forward_mode():
    value, tangent = sg.jvp(lambda x: cp.sin(x) * cp.sum(x), (cp.asarray(V),), (cp.ones(4),))
    same(on_host(value), np.sin(V) * V.sum())
    same(on_host(tangent), np.cos(V) * V.sum() + 4.0 * np.sin(V))


# ------------------------------------------------------------------------------------------------------------ refused


def shown_twice(x):
    u = x.copy()
    v = u[1:]
    v[:] = v * 2.0
    return cp.sum(u * u)


def number_shown_twice(x):
    a = cp.sum(x)
    b = a
    a += 1.0
    return a * b


def overlapping(x, y):
    x[0] = 2.0 * y[0]
    return cp.sum(x) + cp.sum(y)


def both_sides(x, y):
    return cp.sum(x) + float(np.sum(y))


@pytest.mark.parametrize("function", [shown_twice, number_shown_twice])
def test_memory_under_several_names_is_refused(function):
    with pytest.raises(sg.UnsupportedError, match="several names") as caught:
        sg.grad(function)(cp.asarray(V))
    assert "test_cupy.py" in str(caught.value)


def test_overlapping_arguments_are_refused():
    x = cp.asarray(V)
    with pytest.raises(ValueError, match="share memory"):
        sg.grad(overlapping, (0, 1))(x[:3], x[1:])


def test_derivatives_on_both_sides_are_refused():
    with pytest.raises(sg.UnsupportedError, match="NumPy arrays and in CuPy arrays"):
        sg.grad(both_sides, (0, 1))(cp.asarray(V), V)


def test_what_cupy_lacks_is_refused(cupy, monkeypatch):
    gradient = sg.grad(lambda x: cp.sum(cp.sin(x)))
    monkeypatch.delattr(cupy, "cos")
    if not hasattr(cupy, "cos"):
        with pytest.raises(sg.UnsupportedError, match=r"cupy\.cos"):
            gradient(cp.asarray(V))
