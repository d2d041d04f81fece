"""Functions of `scipy.linalg` that are written out, in `srcgrad.written.scipy_equations`, or refused with advice."""

# The functions written out have the types of SciPy's.
# mypy: ignore-errors

from __future__ import annotations

from scipy import linalg

from srcgrad.rules import scipy_eigen  # noqa: F401 - eigenvalues by options
from srcgrad.rules.scipy_given import plain
from srcgrad.rules.scipy_speed import with_options
from srcgrad.rules.stand_ins import WRITTEN, refusal
from srcgrad.written import scipy_equations as written

RICCATI = ("a", "b", "q", "r", "e", "s", "balanced")
for _name in ("solve_toeplitz", "rq", "qr_multiply", "cholesky_banded", "cho_solve_banded"):
    WRITTEN[getattr(linalg, _name)] = getattr(written, _name)
with_options(linalg.pinv, written.pinv, return_rank=False)
with_options(linalg.solve_discrete_lyapunov, written.solve_discrete_lyapunov, method=None)
for _name in ("solve_continuous_are", "solve_discrete_are"):
    _function = getattr(linalg, _name)
    WRITTEN[_function] = plain(_function, getattr(written, _name), RICCATI, "solve for a @ np.linalg.inv(e)", e=None)

NO_BASIS = "its basis has no derivative: compute the projection, np.eye(n) - np.linalg.pinv(A) @ A"
REFUSED = {
    linalg.schur: "use scipy.linalg.eigh or eig", linalg.rsf2csf: "use scipy.linalg.eig",
    linalg.qz: "use scipy.linalg.eigh(a, b) of symmetric matrices, or eigvals of np.linalg.solve(b, a)",
    linalg.ordqz: "use scipy.linalg.eigh(a, b)", linalg.hessenberg: "use scipy.linalg.qr",
    linalg.ldl: "use scipy.linalg.cholesky of a positive matrix, or scipy.linalg.solve(a, b, assume_a='sym')",
    linalg.cossin: "use scipy.linalg.svd",
    linalg.null_space: NO_BASIS, linalg.matrix_balance: "leave it out",
    linalg.funm: "use expm, logm, sqrtm, cosm or sinm, or the eigenvalues of scipy.linalg.eigh",
    linalg.signm: "use a @ scipy.linalg.inv(scipy.linalg.sqrtm(a @ a))",
}  # fmt: skip
for _function, _advice in REFUSED.items():
    WRITTEN[_function] = refusal(f"scipy.linalg.{_function.__name__}() of what depends on the input", _advice)

from srcgrad.rules import scipy_batches  # noqa: E402, F401 - reads what is called with several matrices
