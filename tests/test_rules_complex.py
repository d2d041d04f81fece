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


HERMITIAN = "z + np.conj(z).T"
# the vectors that a call gives, each with any phase
VECTORS = [f"np.linalg.eigh({HERMITIAN})[1]", "np.linalg.eig(z)[1]", "np.linalg.svd(z)[0]", "np.linalg.svd(z)[2]"]


@pytest.mark.parametrize("text", VECTORS)
def test_what_depends_on_the_phase_of_a_vector_is_refused(text):
    free = defined(f"def loss(z):\n    return np.sum(np.abs(W * {text}) ** 2)\n", {"np": np, "W": W})["loss"]
    wanted = (free(Z + 1e-6 * WAY) - free(Z - 1e-6 * WAY)) / 2e-6
    np.testing.assert_allclose(np.sum(np.real(sg.grad(free)(Z) * np.conj(WAY))), wanted, rtol=2e-5)
    bound = defined(f"def loss(z):\n    return np.sum(np.real(W * {text}))\n", {"np": np, "W": W})["loss"]
    with pytest.raises(sg.UnsupportedError, match="phase of complex"):
        sg.grad(bound)(Z)


def test_left_and_right_vectors_of_one_call_turn_together():
    def nearest(z):
        u, s, vh = np.linalg.svd(z)
        return np.sum(np.real(W * (u @ vh)))

    wanted = (nearest(Z + 1e-6 * WAY) - nearest(Z - 1e-6 * WAY)) / 2e-6
    np.testing.assert_allclose(np.sum(np.real(sg.grad(nearest)(Z) * np.conj(WAY))), wanted, rtol=2e-5)
