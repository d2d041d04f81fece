"""Derivatives of derivatives: the emitted reverse of every rule runs on tensors, and is differentiated in turn."""

from __future__ import annotations

import numpy as np
import pytest
from rule_support import calls, target
from test_tensor_rules import OTHERS, cotangent, leaves, nothing_is_small, tracked, unseen  # noqa: F401

import srcgrad as sg
from srcgrad.rules.language import all_rules

# functions that make arrays of what they are given without asking it: tensors refuse to become arrays
UNTOLD = {
    "arange", "array", "asarray", "asarray_chkfinite", "ascontiguousarray", "choose_method", "full", "full_like",
    "as_strided", "require",
}  # fmt: skip


def cases():
    for rule in all_rules():
        for name, function in target(rule):
            if unseen(name, function) or getattr(function, "__objclass__", None) is np.ndarray or name in OTHERS:
                continue
            if type(function) is type or str(getattr(function, "__module__", "")).startswith(("scipy", "_statistics")):
                continue
            if isinstance(function, np.ufunc) and getattr(np, function.__name__, None) is not function:
                continue  # SciPy's, which are there or not with the tests that ran before
            for text, call in calls(rule, function):
                if "(0," not in text and "random" not in text:
                    yield pytest.param(rule, call, id=f"{rule.name}-{name}-{text}")


def with_leaves(rule, call):
    """The arguments of a call with leaves in them, anew."""
    bound = rule.bind(tuple(call.args), call.kwargs)
    names = {id(value): name for name, value in bound.items() if not isinstance(value, tuple) or rule.star != name}
    star = next((n for n, v in bound.items() if isinstance(v, tuple) and rule.star == n), None)
    args = [tracked(rule, names.get(id(a), star), a) for a in call.args]
    keywords = {k: tracked(rule, rule.aliases.get(k, k), v) for k, v in call.kwargs.items()}
    return args, keywords, leaves([*args, *keywords.values()])


def paired(values, ways):
    """The real inner product of a tensor with an array."""
    products = values * np.conj(ways)
    return (np.real(products) if products.dtype.kind == "c" else products).sum()


def way_of(leaf, rng):
    """A generic direction in which a leaf moves."""
    way = rng.normal(size=leaf.shape)
    return way + 1j * rng.normal(size=leaf.shape) if leaf.dtype.kind == "c" else way


def gradients(call, args, keywords, inputs, create_graph):
    """Gradients of the sum of what a call gives, with generic weights."""
    result = call.function(*args, **keywords)
    parts = [p for p in (result if isinstance(result, (list, tuple)) else [result]) if p.requires_grad]
    total = 0.0
    for part in parts:
        total = total + paired(part, cotangent(part.detach().numpy()))
    return sg.autograd.grad(total, inputs, create_graph=create_graph)


@pytest.mark.parametrize(("rule", "call"), list(cases()))
def test_second_derivatives(rule, call):
    if rule.name in UNTOLD:
        pytest.skip("NumPy does not tell tensors of this function")
    check(rule, call)


def check(rule, call):
    args, keywords, inputs = with_leaves(rule, call)
    if not inputs or any(np.size(leaf.detach().numpy()) == 0 for leaf in inputs):
        pytest.skip("nothing to differentiate by")
    rng = np.random.default_rng(0)
    ways = [way_of(leaf, rng) for leaf in inputs]
    first = gradients(call, args, keywords, inputs, True)
    along = sum(paired(g, way) for g, way in zip(first, ways))
    found = [np.zeros(leaf.shape) for leaf in inputs]
    if isinstance(along, sg.Tensor) and along.requires_grad:
        second = sg.autograd.grad(along, inputs, allow_unused=True)
        found = [np.zeros(leaf.shape) if s is None else s.numpy() for s, leaf in zip(second, inputs)]
    step, sides = 1e-6, []
    for sign in (1.0, -1.0):
        args, keywords, moved = with_leaves(rule, call)
        with sg.no_grad():
            for leaf, way in zip(moved, ways):
                leaf += sign * step * way
        sides.append([g.numpy() for g in gradients(call, args, keywords, moved, False)])
    for high, low, mine in zip(*sides, found):
        np.testing.assert_allclose(mine, (high - low) / (2 * step), rtol=2e-5, atol=2e-7)


def into_a_row_and_a_column(y):
    ratio = y / ((y @ y.T @ y) ** 2 + 1.0)
    return (ratio * ratio).sum() + (np.outer(y[:, 0], y[0]) ** 2).sum() + ratio.sum()


def of_the_parts_of_a_split(y):
    return (np.split(y, [1], axis=0)[1].sum(0) * y**2).sum()


def of_eigenvalues_alone(y):
    return (np.linalg.eigh(y @ y.T)[0] ** 2 * np.arange(3.0)).sum()


def of_eigenvectors_alone(y):
    return (np.linalg.eigh(y @ y.T + np.diag([1.0, 4.0, 9.0])).eigenvectors[0] ** 2 * np.arange(3.0)).sum()


def of_one_factor(y):
    return (np.linalg.qr(y.T)[1] ** 3).sum() + (np.linalg.qr(y.T).Q ** 3).sum()


def of_singular_values_of_all(y):
    return (np.linalg.svd(y, full_matrices=False)[1] ** 3).sum()


def of_a_fractional_part(y):
    return (np.modf(3.0 * y)[0] ** 3).sum() + np.linalg.slogdet(y @ y.T)[1]


def by_absolute_values(y):
    return (np.abs(y * (1 + 2j) + 1j * y**2) ** 3).sum() + (np.abs(np.fft.fft(y, axis=1)) * np.arange(4.0)).sum()


def by_directions(y):
    z = y * (1 + 2j) + 1j * y**2
    return (np.sign(z).real * np.sign(z).imag).sum() + np.angle(np.exp(1j * y**2)).sum()


def by_directions_in_a_buffer(y):
    z, out = y * (1 + 2j) + 1j * y**2, sg.tensor(np.zeros((3, 4), complex))
    np.sign(z, out=out)
    more = np.sign(z, out=out * 1.0, where=np.arange(4) > 1)
    return (out.real * y).sum() + (more.imag * y).sum()


FUNCTIONS = [
    into_a_row_and_a_column, of_the_parts_of_a_split, of_eigenvalues_alone, of_eigenvectors_alone, of_one_factor,
    of_singular_values_of_all, of_a_fractional_part, by_absolute_values, by_directions, by_directions_in_a_buffer,
]  # fmt: skip


@pytest.mark.parametrize("function", FUNCTIONS)
def test_first_and_second_derivatives(function):
    (x, way), step = np.random.default_rng(0).normal(size=(2, 3, 4)), 1e-6

    def gradient(value, create_graph=False):
        leaf = sg.tensor(value, requires_grad=True)
        result = function(leaf)
        return leaf, result, sg.autograd.grad(result, leaf, create_graph=create_graph)[0]

    leaf, _, first = gradient(x, True)
    (second,) = sg.autograd.grad((first * way).sum(), leaf)
    (_, high, high_slope), (_, low, low_slope) = (gradient(x + sign * step * way) for sign in (1.0, -1.0))
    slope = (first * way).sum().item()
    assert slope == pytest.approx((high.item() - low.item()) / (2 * step), rel=1e-6, abs=1e-7)
    numeric = (high_slope.numpy() - low_slope.numpy()) / (2 * step)
    np.testing.assert_allclose(second.numpy(), numeric, rtol=1e-5, atol=1e-6)


def parts_of_results():
    rng = np.random.default_rng(3)
    a, symmetric = rng.normal(size=(4, 3)), rng.normal(size=(3, 3)) + 4.0 * np.eye(3)
    symmetric = symmetric + symmetric.T
    return [
        (np.linalg.qr, a, 2),
        (np.linalg.eigh, symmetric, 2),
        (np.linalg.slogdet, symmetric, 2),
        (lambda t: np.linalg.svd(t, full_matrices=False), a, 3),
        (lambda t: np.linalg.lstsq(t, t[:, 0] ** 2 + 1.0, rcond=None), a, 2),
    ]


@pytest.mark.parametrize(
    ("function", "x", "i"), [(f, x, i) for f, x, count in parts_of_results() for i in range(count)]
)
def test_one_of_several_results(function, x, i):
    """What the reverse reads of the other results depends on the inputs as well."""

    def gradient(value, create_graph=False):
        leaf = sg.tensor(value, requires_grad=True)
        part = function(leaf)[i]
        return leaf, sg.autograd.grad((part**3).sum(), leaf, create_graph=create_graph)[0]

    if not function(sg.tensor(x, requires_grad=True))[i].requires_grad:
        pytest.skip("a sign")
    way, step = np.cos(np.arange(float(x.size))).reshape(x.shape), 1e-6
    leaf, first = gradient(x, True)
    (second,) = sg.autograd.grad((first * way).sum(), leaf)
    high, low = (gradient(x + sign * step * way)[1].numpy() for sign in (1.0, -1.0))
    np.testing.assert_allclose(second.numpy(), (high - low) / (2 * step), rtol=2e-5, atol=2e-7)


def test_the_sign_of_complex_numbers_is_a_direction():
    z, w = np.array([1.0 + 2.0j, -0.5 + 0.3j]), np.array([0.3 + 1.0j, 2.0 - 0.7j])
    leaf = sg.tensor(z, requires_grad=True)
    np.real(np.sign(leaf) * w).sum().backward()
    expected = sg.grad(lambda z: np.sum(np.real(np.sign(z) * w)))(z)
    np.testing.assert_allclose(leaf.grad.numpy(), expected, rtol=1e-12)
    assert not np.sign(sg.tensor(z.real, requires_grad=True)).requires_grad


def test_the_source_of_a_second_backward_names_the_reverse_that_its_lines_are_of():
    x = sg.tensor(0.5, requires_grad=True)
    (slope,) = sg.autograd.grad(np.tanh(x), x, create_graph=True)
    lines = (slope + np.sin(x)).grad_fn.source.splitlines()
    quoted = [line.split("# ")[1] for line in lines if "# " in line]
    assert any(line.startswith("<srcgrad ") and ": " in line for line in quoted)
    assert not any(line.startswith("1000") for line in quoted)
