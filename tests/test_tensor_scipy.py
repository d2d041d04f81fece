"""Functions of SciPy, and NumPy's that call back, on tensors: nodes that have two derivatives."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
from support import differences

import srcgrad as sg

scipy = pytest.importorskip("scipy")
from scipy import integrate, interpolate, linalg, ndimage, optimize, signal, sparse, spatial, special, stats  # noqa: E402
from scipy.sparse import linalg as sparse_linalg  # noqa: E402
from scipy.spatial import distance  # noqa: E402

X = np.array([0.7, 1.3, 2.1])
M = np.array([[2.0, 0.3, 0.1], [0.3, 1.5, 0.2], [0.1, 0.2, 1.8]])
SPARSE = sparse.csr_array(np.array([[2.0, 0.0, 0.1], [0.0, 1.5, 0.0], [0.4, 0.2, 0.0]]))
POINTS = np.array([0.0, 1.0, 2.0, 3.0, 4.0])


def marked(function):
    """The same function, one node where tensors go into it."""
    return sg.differentiable(function)


CASES = {
    "root by args": lambda f, x: f(optimize.brentq)(lambda z, a: z**3 - a, 0.0, 5.0, args=(x[0],), xtol=1e-14),
    "roots": lambda f, x: f(optimize.fsolve)(lambda z, a: z**3 - a, np.ones(3), args=(x,), xtol=1e-13),
    "newton": lambda f, x: f(optimize.newton)(lambda z, a: z**3 - a, 1.0, args=(x[0],), tol=1e-14),
    "fixed point": lambda f, x: f(optimize.fixed_point)(
        lambda z, a: np.cos(z) * a, X * 0.3, args=(x * 0.3,), xtol=1e-13
    ),
    "nnls": lambda f, x: f(optimize.nnls)(M, x**2)[0],
    "quad": lambda f, x: f(integrate.quad)(lambda z, a, b: np.sin(a * z) * b, 0.0, 1.0, args=(x[0], x[1]))[0],
    "odeint": lambda f, x: f(integrate.odeint)(
        lambda y, s, k: -k * y, X, np.linspace(0.0, 1.0, 4), args=(x,), rtol=1e-11, atol=1e-11
    ),
    "simpson": lambda f, x: f(integrate.simpson)(x**2, x=np.array([0.0, 1.0, 3.0])),
    "spline": lambda f, x: f(interpolate.CubicSpline(POINTS, np.sin(POINTS)))(x),
    "grid": lambda f, x: f(interpolate.RegularGridInterpolator((POINTS, POINTS), np.outer(POINTS, POINTS**2)))(
        x[:2] * x[1]
    ),
    "interpn": lambda f, x: f(interpolate.interpn)((POINTS,), POINTS**2, x**2 * 0.5),
    "cdist": lambda f, x: f(distance.cdist)(x[:, None], np.ones((2, 1)) * 0.3, "sqeuclidean"),
    "lfilter": lambda f, x: f(signal.lfilter)([1.0, 0.5], [1.0, 0.3], x**2),
    "filter": lambda f, x: f(ndimage.gaussian_filter)(x**2, 1.0, mode="wrap"),
    "map_coordinates": lambda f, x: f(ndimage.map_coordinates)(M, np.stack([x, x**2]) * 0.4, order=1),
    "logpdf": lambda f, x: f(stats.norm.logpdf)(x, loc=x[0], scale=2.0),
    "frozen": lambda f, x: f(stats.gamma(2.0, scale=1.5).logpdf)(x),
    "zscore": lambda f, x: f(stats.zscore)(x, ddof=1),
    "expm": lambda f, x: f(linalg.expm)(M * x * 0.3),
    "sparse solve": lambda f, x: f(sparse_linalg.spsolve)(sparse.csc_matrix(M), x**2),
    "sparse product": lambda f, x: f(sparse.csr_matrix(M).dot)(x**2),
    "sparse operand": lambda f, x: SPARSE @ x**2 * (np.sin(x) @ SPARSE),
    "sparse matrices": lambda f, x: sparse.csr_matrix(SPARSE) * np.outer(x, x) @ SPARSE.T,
    "sparse sum": lambda f, x: (SPARSE + np.outer(x, x)) * (x - SPARSE),
    "first of two": lambda f, x: special.sici(x)[0],
    "rotation": lambda f, x: f(spatial.transform.Rotation.from_rotvec(X).apply)(x**2),
    "logsumexp": lambda f, x: f(special.logsumexp)(x, b=x),
    "vectorize": lambda f, x: f(np.vectorize(lambda v: v**2 if v > 1.0 else np.sin(v)))(x),
    "in an object": lambda f, x: f(lambda v: optimize.root(lambda z, a: z**3 - a, np.ones(3), args=(v,), tol=1e-13).x)(
        x
    ),
    "made within": lambda f, x: f(lambda v: stats.norm(v[0], v[1]).logpdf(X))(x),
    "along an axis": lambda f, x: np.apply_along_axis(lambda row: row * np.sum(x), 0, x * x),
}


@pytest.mark.parametrize("name", CASES)
def test_first_and_second_derivatives(name):
    case = CASES[name]
    plain = np.asarray(case(lambda f: f, X))
    weights, way = np.cos(np.arange(plain.size)).reshape(plain.shape), np.array([0.3, 0.5, 0.8])

    def gradient(value, create_graph=False):
        x = sg.tensor(value, requires_grad=True)
        y = case(marked, x)
        np.testing.assert_allclose(y.detach().numpy(), case(lambda f: f, value), rtol=1e-9)
        return x, sg.autograd.grad((y * weights).sum(), x, create_graph=create_graph)[0]

    expected = differences(lambda v: np.sum(case(lambda f: f, v) * weights), X)
    np.testing.assert_allclose(gradient(X)[1], expected, rtol=1e-5, atol=1e-6)
    x, first = gradient(X, True)
    np.testing.assert_allclose(first.detach(), expected, rtol=1e-5, atol=1e-6)
    second = np.zeros(3)
    if first.requires_grad:
        second = sg.autograd.grad((first * way).sum(), x)[0].numpy()
    expected = differences(lambda v: gradient(v)[1].numpy() @ way, X)
    np.testing.assert_allclose(second, expected, rtol=1e-4, atol=1e-5)


def closed(x):
    return lambda z: z - x[0]


@pytest.mark.parametrize(
    "call",
    [
        lambda f: sg.differentiable(integrate.quad)(f, 0.0, 1.0),
        lambda f: sg.differentiable(optimize.brentq)(f, 0.0, 9.0),
        lambda f: sg.differentiable(np.vectorize(f))(X),
    ],
)
def test_a_tensor_that_a_callback_reads_is_refused(call):
    x = sg.tensor(X, requires_grad=True)
    with pytest.raises(
        sg.UnsupportedError, match=r"that a function which is passed to .* args=, or mark a function"
    ) as refused:
        call(closed(x))
    assert refused.value.filename == __file__
    with sg.no_grad():
        call(lambda z: z - 0.5)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (
            lambda x: special.logsumexp(x),
            r"special\.logsumexp\(\) .* as sg\.differentiable\(special\.logsumexp\), or inside",
        ),
        (lambda x: integrate.romb(x), r"integrate\.romb\(\) .*: call it inside a function marked"),
        (lambda x: integrate.quad(lambda z: z * x[0], 0.0, 1.0), r"integrate\.quad\(\) .*: call it inside"),
        (lambda x: optimize.brentq(lambda z: z - x[0], 0.0, 9.0), r"optimize\.brentq\(\) .*: call it inside"),
        (lambda x: RNG.normal(x), r"RNG\.normal\(\) .*: call it inside"),
        (lambda x: SQUARES(x), r"SQUARES\(\) .* as sg\.differentiable\(SQUARES\), or inside"),
        (lambda x: SPARSE * x, r"(`\*`|what is called here) .*: call it inside"),  # CPython 3.10 knows no columns
        (lambda x: SPARSE.multiply(x), r"SPARSE.multiply\(\) .*: call it inside"),
    ],
)
def test_what_asks_for_arrays_is_told_at_its_line(call, name):
    with pytest.raises(RuntimeError, match=name) as refused:
        call(sg.tensor(X, requires_grad=True))
    assert f"({__file__}:{inspect.getsourcelines(call)[1]})" in str(refused.value)


def test_sparse_operands_without_gradients_and_written_later():
    x = sg.tensor(X, requires_grad=True)
    matrix = SPARSE.copy()
    y = (matrix @ x**2).sum()
    matrix.data[:] = 0.0
    y.backward()
    np.testing.assert_allclose(x.grad.numpy(), 2.0 * X * SPARSE.toarray().sum(axis=0))
    with sg.no_grad():
        assert isinstance(SPARSE @ x, sg.Tensor) and not (x @ SPARSE).requires_grad
    assert isinstance(SPARSE @ x.detach(), sg.Tensor)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: x * np.ma.array(X, mask=[True, False, False]), "MaskedArray beside a tensor"),
        (lambda x: np.multiply(X.view(np.matrix), x), "matrix beside a tensor"),
        (lambda x: np.dot(SPARSE, x), "array of objects"),
        (lambda x: sg.differentiable(lambda v: SPARSE * v)(x), "numbers inside that carry gradients"),
    ],
)
def test_arrays_that_mean_something_else_are_refused(call, message):
    with pytest.raises(sg.UnsupportedError, match=message):
        call(sg.tensor(X, requires_grad=True))


SQUARES, RNG = np.vectorize(lambda v: v**2), np.random.default_rng(0)


def numbers_in_a_set(x):
    return {float(np.sum(x))}


def going_through(x):
    return (part for part in [x * 2.0])


def function_made(x):
    return [lambda z: z * x]


@pytest.mark.parametrize("function", [numbers_in_a_set, going_through, function_made, np.poly1d])
def test_results_that_hide_numbers_are_refused(function):
    with pytest.raises(sg.UnsupportedError, match="with numbers inside that carry gradients"):
        sg.differentiable(function)(sg.tensor(X, requires_grad=True))
