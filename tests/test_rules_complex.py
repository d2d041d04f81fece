"""Real results of complex arguments: where they meet complex numbers again, only the real part of an adjoint counts."""

from __future__ import annotations

import numpy as np
import pytest
from table_checker import defined

import srcgrad as sg

rng = np.random.default_rng(0)


def drawn(*shape):
    return rng.normal(size=shape) + 1j * rng.normal(size=shape)


Z, WAY, W = drawn(3, 3) + 4.0 * np.eye(3), drawn(3, 3), drawn(3, 3)
CALLS = [
    "np.abs(z)", "abs(z)", "np.angle(z)", "np.angle(z, deg=True)", "z.real", "np.imag(z)",
    "np.var(z)", "np.std(z, axis=0)", "np.nanvar(z, 1)", "np.nanstd(z)",
    "np.linalg.norm(z)", "np.linalg.norm(z, 1)", "np.linalg.norm(z, 3, axis=1)", "np.linalg.norm(z, 'nuc')",
    "np.linalg.cond(z)", "np.linalg.cond(z, 1)", "np.linalg.svd(z, compute_uv=False)",
    "np.linalg.svd(z, full_matrices=False)[1]", "np.linalg.eigvalsh(z + np.conj(z).T)",
    "np.linalg.eigh(z + np.conj(z).T)[0]", "np.linalg.slogdet(z)[1]",
    "np.linalg.lstsq(z[:, :2], z[:, 2], rcond=None)[1]", "np.fft.irfft(z)[:, :3]", "np.fft.hfft(z)[:, :3]",
    *(("np.linalg.vector_norm(z, ord=1)", "np.linalg.matrix_norm(z, ord=2)", "np.linalg.svdvals(z)")
      if hasattr(np.linalg, "svdvals") else ()),
]  # fmt: skip


@pytest.mark.parametrize("text", CALLS)
def test_real_results(text):
    dtype = np.dtype(complex)
    for argument in ("z", "z.astype(dtype)"):  # in the second the dtype is seen when the call runs
        source = f"def loss(z, dtype):\n    z = {argument}\n    return np.sum(np.real(W * {text}) ** 2)\n"
        f = defined(source, {"np": np, "W": W})["loss"]
        wanted = (f(Z + 1e-6 * WAY, dtype) - f(Z - 1e-6 * WAY, dtype)) / 2e-6
        gradient = sg.grad(f)(Z, dtype)
        np.testing.assert_allclose(np.sum(np.real(gradient * np.conj(WAY))), wanted, rtol=2e-5)
        np.testing.assert_allclose(sg.jvp(f, (Z, dtype), (WAY, None))[1], wanted, rtol=2e-5)
