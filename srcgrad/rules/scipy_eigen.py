"""Eigenvalues of `scipy.linalg` with options that the table has no line for: written out in `srcgrad.written`."""

# The functions written out have the types of SciPy's.
# mypy: ignore-errors

from __future__ import annotations

from scipy import linalg

from srcgrad.rules.scipy_speed import with_options
from srcgrad.rules.stand_ins import WRITTEN
from srcgrad.written import scipy_eigen as written

HERMITIAN = {"type": 1, "subset_by_index": None, "subset_by_value": None}
with_options(linalg.eigh, written.eigh, **HERMITIAN)
with_options(linalg.eigvalsh, written.eigvalsh, driver=None, **HERMITIAN)
with_options(linalg.eig, written.eig, b=None, left=False, right=True, homogeneous_eigvals=False)
with_options(linalg.eigvals, written.eigvals, b=None, homogeneous_eigvals=False)
for _name in ("eigh_tridiagonal", "eigvalsh_tridiagonal", "eig_banded", "eigvals_banded"):
    WRITTEN[getattr(linalg, _name)] = getattr(written, _name)
