"""Functions of `scipy.linalg` of one matrix, called with several: they go from matrix to matrix, as SciPy's do.

linalg.eigh(a)      of shape (k, n, n) is written out as a loop over a[0], a[1], ...
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Mapping
from typing import Any

from scipy import linalg

from srcgrad.rules.scipy_speed import SPEED
from srcgrad.rules.stand_ins import WRITTEN, Choice, axes_of
from srcgrad.written import scipy_batches, written

TEXT = """def {name}({parameters}):
    shape = outer_shape(({arrays}), {cores})
    {arrays} = ({rows})
    return {together}([function({arguments}) for k in range(math.prod(shape))], shape)
"""
# how many axes one of several arrays has; 0: what may be a vector or a matrix
MATRIX, PAIR, RIGHT_SIDE, EQUATION = {"a": 2}, {"a": 2, "b": 2}, {"a": 2, "b": 0}, {"a": 2, "q": 2}
FUNCTION_OF, DIAGONALS = {"A": 2}, {"d": 1, "e": 1}
CORES = {
    **dict.fromkeys(("lu_factor", "lu", "qr", "rq", "orth", "pinvh", "polar"), MATRIX),
    **dict.fromkeys(("eigh", "eigvalsh", "eig", "eigvals"), PAIR),
    **dict.fromkeys(("solve_triangular", "lstsq"), RIGHT_SIDE),
    **dict.fromkeys(
        ("logm", "cosm", "sinm", "tanm", "coshm", "sinhm", "tanhm", "fractional_matrix_power"), FUNCTION_OF
    ),
    **dict.fromkeys(("solve_continuous_lyapunov", "solve_discrete_lyapunov"), EQUATION),
    **dict.fromkeys(("eigh_tridiagonal", "eigvalsh_tridiagonal"), DIAGONALS),
    "eig_banded": {"a_band": 2},
    "eigvals_banded": {"a_band": 2},
    "cholesky_banded": {"ab": 2},
    "solveh_banded": {"ab": 2, "b": 0},
    "qr_multiply": {"a": 2, "c": 0},
    "solve_sylvester": {"a": 2, "b": 2, "q": 2},
}
# functions of a pair and of a right side, which tells that there are several
OF_PAIRS = {"cho_solve": scipy_batches.cho_solve, "lu_solve": scipy_batches.lu_solve,
            "solve_banded": scipy_batches.solve_banded}  # fmt: skip


def by_matrices(function: Any, cores: Mapping[str, int], form: Any = None) -> None:
    """Let a function be called with arrays of more axes than `cores` says of its parameters."""
    signature = inspect.signature(function)
    before = WRITTEN.get(function)

    def choose(given: Mapping[str, Any]) -> Any:
        if any(axes_of(given.get(name)) > (core or 2) for name, core in cores.items()):
            named = tuple(n for n in signature.parameters if given.get(n) is not None and n not in SPEED)
            return form or each_form(function, named, tuple(cores.items()))
        return before.choose(given) if isinstance(before, Choice) else before

    positional = tuple(n for n, p in signature.parameters.items() if p.kind is not p.KEYWORD_ONLY)
    WRITTEN[function] = Choice(positional, choose)


@functools.cache
def each_form(function: Any, given: tuple[str, ...], cores: tuple[tuple[str, int], ...]) -> Any:
    """A function that calls another one with each of several matrices."""
    arrays = {name: core for name, core in cores if name in given}
    first, *others = inspect.signature(function).parameters
    passed = {name: f"{name}[k]" if name in arrays else name for name in given}
    return written(
        TEXT.format(
            name=function.__name__,
            together="in_tuple" if function is linalg.lu else "together",
            parameters=", ".join([first, *[f"{name}=None" for name in others]]),
            arrays=", ".join(arrays) + ",",
            cores=tuple(arrays.values()),
            rows=", ".join(f"one_by_one({name}, {core}, shape)" for name, core in arrays.items()) + ",",
            arguments=", ".join([passed.pop(first), *[f"{name}={value}" for name, value in passed.items()]]),
        ),
        {"function": function, **vars(scipy_batches)},
    )


for _name, _cores in CORES.items():
    by_matrices(getattr(linalg, _name), _cores)
for _name, _form in OF_PAIRS.items():
    by_matrices(getattr(linalg, _name), {"b": 0}, _form)
