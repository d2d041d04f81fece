"""Derivatives of arrays without elements, where NumPy and SciPy give a result: both modes, and a second time."""

from __future__ import annotations

import numpy as np
import pytest
from table_checker import defined

import srcgrad as sg

CALLS = [
    ("np.linalg.norm(x, 2)", (0, 4)),
    ("np.linalg.norm(x, 1)", (4, 0)),
    ("np.linalg.norm(x, np.inf, 0)", (0, 4)),
    ("np.linalg.matrix_norm(x, ord=1, keepdims=True)", (2, 0)),
    ("np.linalg.vector_norm(x, axis=(0, 2), ord=3)", (2, 0, 4)),
    ("np.nanquantile(x, np.array([0.1, 0.8]), 1)", (0, 4)),
    ("np.add.reduceat(w, np.zeros(len(x), int))", (0,)),
    ("np.max(x, axis=1)", (0, 3)),
    ("np.max(x, axis=0, initial=2.0)", (0, 3)),
    ("np.var(x, axis=1)", (0, 3)),
    ("np.median(x, 1)", (0, 3)),
    ("np.einsum('ij,jk->ik', x, x.T)", (3, 0)),
    ("np.linalg.eigh(x)[1]", (0, 0)),
    ("np.linalg.svd(x, full_matrices=False)[0]", (2, 0)),
    ("linalg.expm(x)", (0, 2, 2)),
    ("linalg.toeplitz(x)", (0,)),
    ("linalg.toeplitz(w, x)", (0,)),
    ("linalg.circulant(x)", (0,)),
    ("linalg.hankel(w, x)", (0,)),
    ("linalg.lu(x)[1]", (0, 3)),
    ("signal.lfilter(w, [1.0, 0.4], x)", (0, 4)),
    ("signal.correlate2d(np.outer(w, w), x, 'same')", (0, 3)),
    ("ndimage.uniform_filter(x, 3)", (0, 3)),
]


@pytest.mark.skipif(not hasattr(np, "unstack"), reason="not in this NumPy")
def test_no_results():
    value, pullback = sg.vjp(lambda x: np.unstack(x), np.zeros((0, 3)))
    assert value == ()
    assert pullback(())[0].shape == (0, 3)


W = np.arange(1.0, 4.0)


@pytest.mark.parametrize(("call", "shape"), CALLS)
@pytest.mark.filterwarnings("ignore:Mean of empty slice", "ignore:invalid value")
def test_of_nothing(call, shape):
    space = {"np": np}
    if not call.startswith("np."):
        library = call.partition(".")[0]
        space[library] = pytest.importorskip(f"scipy.{library}")
    if "_norm" in call and not hasattr(np.linalg, "vector_norm"):
        pytest.skip("not in this NumPy")
    try:
        eval(call, {**space, "x": np.zeros(shape), "w": W})
    except (ValueError, np.linalg.LinAlgError):
        pytest.skip("not in this version")
    loss = defined(f"def loss(x, w):\n    return np.sum(np.sin({call}))\n", space)["loss"]
    x = np.zeros(shape)
    x_bar, w_bar = sg.grad(loss, argnums=("x", "w"))(x, W)
    assert x_bar.shape == shape
    assert w_bar.shape == (3,) and np.isfinite(w_bar).all()
    assert sg.jvp(loss, (x, W), (x, W))[1] == W @ w_bar
    slope = sg.grad(loss)
    assert np.shape(sg.jvp(lambda x: slope(x, W), (x,), (x,))[1]) == shape
