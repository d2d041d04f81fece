"""Functions of `scipy.special` of complex numbers: gradients compared with differences along both axes."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy")

from scipy import linalg, special
from table_checker import defined

import srcgrad as sg

Z = np.array([0.7 + 0.4j, 1.3 - 0.6j])
OF_ONE = (
    "gamma", "loggamma", "rgamma", "erf", "erfc", "erfcx", "erfi", "dawsn", "ndtr", "log_ndtr", "exp1", "expi",
    "expm1", "log1p", "wofz", "spence", "wrightomega",
)  # fmt: skip
ORDERED = ("jv", "yv", "iv", "kv", "kve", "hankel1", "hankel2", "hankel1e", "hankel2e", "jvp", "h1vp")
POLYNOMIALS = ("eval_legendre", "eval_chebyt", "eval_chebyu", "eval_laguerre", "eval_chebyc", "eval_sh_legendre")
CALLS = {
    **{name: () for name in OF_ONE},
    **dict.fromkeys(ORDERED, (1.5,)),
    **dict.fromkeys(POLYNOMIALS, (3,)),
    "spherical_jn": (2,), "spherical_kn": (1,), "hyp0f1": (1.5,), "hyp1f1": (0.5, 1.5), "hyp2f1": (0.5, 1.5, 2.5),
    "eval_gegenbauer": (3, 0.5), "eval_genlaguerre": (3, 0.5), "eval_jacobi": (3, 0.5, 1.5), "xlogy": (1.5 + 0.5j,),
    "sici": (), "shichi": (), "fresnel": (), "airy": (), "softmax": (), "log_softmax": (),
}  # fmt: skip


TEXT = """
def loss(z):
    value = special.{}({}z)
    last = value[1] if isinstance(value, tuple) else value
    return np.sum(np.abs(last) ** 2 * np.array([1.0, 2.0])) + np.sum(np.imag(last))
"""


def loss_of(name, before):
    text = TEXT.format(name, "".join(f"{value}, " for value in before))
    return defined(text, {"special": special, "np": np})["loss"]


@pytest.mark.parametrize("name", CALLS)
def test_gradients_of_complex_arguments(name):
    loss = loss_of(name, CALLS[name])
    wanted = np.zeros_like(Z)
    for i in range(Z.size):
        for unit in (1.0, 1j):
            step = 1e-6 * unit * np.eye(Z.size)[i]
            wanted[i] += unit * (loss(Z + step) - loss(Z - step)) / 2e-6
    np.testing.assert_allclose(sg.grad(loss)(Z), wanted, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("name", ["ive", "jve", "yve"])
def test_scaled_ones_are_refused(name):
    with pytest.raises(sg.UnsupportedError, match="scaled Bessel function of complex numbers"):
        sg.grad(loss_of(name, (1.5,)))(Z)


def test_the_second_derivative_of_complex_gamma_is_refused():
    with pytest.raises(sg.UnsupportedError, match="psi of complex numbers"):
        sg.grad(lambda z: np.sum(np.abs(special.psi(z)) ** 2))(Z)


PAIR = """
def loss(z):
    a, b = z + np.conj(z).T, np.conj(z).T @ z + np.eye(2)
    return np.sum({})
"""


def test_what_depends_on_the_phase_of_the_vectors_of_two_matrices_is_refused():
    z = np.array([[0.3 + 0.2j, 1.1 - 0.4j], [0.7 + 0.9j, -0.5 + 0.1j]])
    space = {"linalg": linalg, "np": np}
    free = defined(PAIR.format("np.abs(linalg.eigh(a, b)[1]) ** 2 * np.array([1.0, 2.0])"), space)["loss"]
    wanted = (free(z + 1e-6 * np.conj(z)) - free(z - 1e-6 * np.conj(z))) / 2e-6
    np.testing.assert_allclose(np.sum(np.real(sg.grad(free)(z) * z)), wanted, rtol=1e-6)
    with pytest.raises(sg.UnsupportedError, match="phase of complex"):
        sg.grad(defined(PAIR.format("np.real(linalg.eigh(a, b)[1])"), space)["loss"])(z)
