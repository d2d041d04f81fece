"""Eigenvalues of `scipy.linalg` with options that the table has no line for: written out in `srcgrad.written`."""

# The functions written out have the types of SciPy's.
# mypy: ignore-errors

from __future__ import annotations

import inspect

from scipy import linalg

from srcgrad.rules.scipy_given import plain
from srcgrad.rules.scipy_speed import plain_call
from srcgrad.rules.stand_ins import WRITTEN, Choice
from srcgrad.written import scipy_eigen as written


def with_options(name, form, **usual):
    """Let what is written out stand in for a function where an option has not its usual value."""
    function = getattr(linalg, name)
    before = WRITTEN.get(function)
    signature = inspect.signature(function).parameters.values()
    refusing = plain(function, form, (), "use the quotients", homogeneous_eigvals=False)

    def choose(given):
        if any(option in given and given[option] is not value for option, value in usual.items()):
            return refusing.choose(given)
        if any(option in given for option in usual):
            return plain_call(function, tuple(name for name in given if name not in usual))
        return before.choose(given) if isinstance(before, Choice) else before

    WRITTEN[function] = Choice(tuple(p.name for p in signature if p.kind is not p.KEYWORD_ONLY), choose)


HERMITIAN = {"type": 1, "subset_by_index": None, "subset_by_value": None}
with_options("eigh", written.eigh, **HERMITIAN)
with_options("eigvalsh", written.eigvalsh, driver=None, **HERMITIAN)
with_options("eig", written.eig, b=None, left=False, right=True, homogeneous_eigvals=False)
with_options("eigvals", written.eigvals, b=None, homogeneous_eigvals=False)
for _name in ("eigh_tridiagonal", "eigvalsh_tridiagonal", "eig_banded", "eigvals_banded"):
    WRITTEN[getattr(linalg, _name)] = getattr(written, _name)
