"""Sparse Jacobians: columns without common rows are computed in one sweep, and told apart by the pattern of zeros.

    sweep    J @ [1, 0, 0, 1, 0, ...]     for each colour of the columns, by tangents
             [1, 0, 0, 1, 0, ...] @ J     for each colour of the rows, by pullbacks: whichever are fewer

The pattern is the user's, or found by sending nan through the derivative (`pattern.py`).
"""

from __future__ import annotations

import functools
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from srcgrad import arguments
from srcgrad.analysis.calls import name_of
from srcgrad.colouring import Indices, coloured
from srcgrad.errors import a_type
from srcgrad.functions import plain_function
from srcgrad.jvp import Jvp
from srcgrad.linearize import Linear
from srcgrad.pattern import found_places
from srcgrad.pullback import Prepared


def scipy_sparse() -> Any:
    """`scipy.sparse`, or ImportError that names the package."""
    try:
        import scipy.sparse
    except ImportError as error:
        raise ImportError(
            "srcgrad.sparse_jacobian gives SciPy matrices, and SciPy is not installed: pip install scipy"
        ) from error
    return scipy.sparse


class Plan:
    """How a Jacobian with a pattern is computed: which rows and columns, in which colours, in which direction."""

    def __init__(self, rows: Indices, columns: Indices, shape: tuple[int, int]) -> None:
        order = np.lexsort((columns, rows))
        self.rows, self.columns, self.shape = rows[order], columns[order], shape
        by_row = coloured(split(self.columns, self.rows, shape[0]), shape[1])
        order = np.argsort(self.columns, kind="stable")
        by_column = coloured(split(self.rows[order], self.columns[order], shape[1]), shape[0])
        self.backward = bool(by_row.max(initial=-1) <= by_column.max(initial=-1))
        self.colours = by_row if self.backward else by_column
        self.count = int(self.colours.max(initial=-1)) + 1 if len(self.rows) else 0

    def matrix(self, values: Any) -> Any:
        """The sparse matrix with these values in the places."""
        starts = np.searchsorted(self.rows, np.arange(self.shape[0] + 1))
        return scipy_sparse().csr_array((values, self.columns, starts), shape=self.shape)


def split(values: Indices, keys: Indices, count: int) -> list[Indices]:
    """The values of each key from 0 to `count`; the keys are sorted."""
    return np.split(values, np.searchsorted(keys, np.arange(1, count))) if count else []


class SparseJacobian:
    """A function that returns the Jacobian of `f` as a sparse matrix.

    Made by `sparse_jacobian`; called with `f`'s arguments.  Of the last call:

    pattern  a sparse boolean matrix with an entry wherever the Jacobian may not be zero
    sweeps   how many tangents or pullbacks filled it: the number of colours
    probes   how many more found the pattern and checked the result
    """

    gives_derivatives = True

    def __init__(self, f: Callable[..., Any], pattern: Any, argnums: arguments.Argnum, check: bool) -> None:
        sparse = scipy_sparse()
        self.__wrapped__ = f
        self._argnums, self._check = argnums, check
        functools.update_wrapper(self, f, updated=())
        self._function, _ = plain_function(f)
        self._jvp = Jvp(f)
        self._plan: Plan | None = None
        if pattern is not None:
            given = sparse.coo_array(pattern)
            if given.ndim != 2:
                raise ValueError(f"a pattern is a matrix, result by argument; got {given.ndim} axes")
            given.sum_duplicates()
            rows, columns = given.coords
            there = given.data != 0
            self._plan = Plan(rows[there].astype(np.intp), columns[there].astype(np.intp), given.shape)
        self.pattern: Any = None
        self.sweeps = self.probes = 0

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        """The Jacobian for these arguments, a CSR array of shape (numbers in the result, numbers in the argument)."""
        prepared = Prepared(self.__wrapped__, args, keywords, self._argnums)
        name = prepared.names[0]
        x = prepared.values[name]
        self._check_array(x, f"argument '{name}' of {name_of(self._function)}()")
        linear = Linear(prepared, self._jvp, args, keywords)
        value = linear.value
        self._check_array(value, f"the result of {name_of(self._function)}()")

        def forward(direction: Any) -> Any:
            return np.reshape(linear.along({name: np.reshape(direction, np.shape(x)).astype(x.dtype)}), -1)

        def backward(direction: Any) -> Any:
            cotangent = np.reshape(direction, np.shape(value)).astype(value.dtype)
            return np.reshape(linear.transpose._pulled(cotangent)[0], -1)

        shape = (np.size(value), np.size(x))
        self.probes = 0
        plan = self._plan
        if plan is None:
            cheap = forward if linear.runs_once() else None
            rows, columns, self.probes = found_places(cheap, backward, shape[1], shape[0])
            plan = Plan(rows, columns, shape)
        elif plan.shape != shape:
            raise ValueError(f"the pattern has shape {plan.shape}; the Jacobian of this call has shape {shape}")
        self.pattern = plan.matrix(np.ones(len(plan.rows), dtype=bool))
        return self._filled(plan, forward, backward, np.result_type(value.dtype, x.dtype))

    def _filled(self, plan: Plan, forward: Any, backward: Any, dtype: Any) -> Any:
        """The matrix, one sweep a colour, and once more along a random direction to check it."""
        apply, here, there = (
            (backward, plan.rows, plan.columns) if plan.backward else (forward, plan.columns, plan.rows)
        )
        values = np.zeros(len(plan.rows), dtype)
        of_place = plan.colours[here]
        for colour in range(plan.count):
            found = apply((plan.colours == colour).astype(float))
            mine = of_place == colour
            values[mine] = found[there[mine]]
        self.sweeps = plan.count
        matrix = plan.matrix(values)
        if self._check and min(plan.shape):
            self.probes += 1
            self._compare(matrix.T if plan.backward else matrix, apply)
        return matrix

    def _compare(self, matrix: Any, apply: Any) -> None:
        """ValueError where the matrix is not the derivative along a random direction: the pattern lacks places."""
        direction = np.random.default_rng(0).uniform(0.5, 1.5, matrix.shape[1])
        with np.errstate(all="ignore"):
            wanted = apply(direction)
            got, size = matrix @ direction, abs(matrix) @ direction
            near = np.sqrt(np.finfo(matrix.dtype).eps) * (size + np.abs(wanted))
            wrong = np.isfinite(wanted) & ~(np.abs(got - wanted) <= near)
        if wrong.any():
            where = int(np.flatnonzero(wrong)[0])
            raise ValueError(
                f"the pattern given for the Jacobian of {name_of(self._function)}() lacks places that are not zero "
                f"(found at index {where} of {wrong.sum()}); without pattern= it is found"
            )

    def _check_array(self, value: Any, what: str) -> None:
        """TypeError for what is no real floating array."""
        if not isinstance(value, (np.ndarray, np.generic)) or value.dtype.kind != "f":
            known = isinstance(value, (np.ndarray, np.generic))
            got = f"has dtype {value.dtype}" if known else f"is {a_type(value)}"
            raise TypeError(
                f"{what} {got}; a sparse Jacobian needs one real floating array (srcgrad.jacobian takes more)"
            )

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        made = SparseJacobian(types.MethodType(self.__wrapped__, instance), None, self._argnums, self._check)
        made._plan = self._plan
        return made

    def __repr__(self) -> str:
        return f"<srcgrad.sparse_jacobian of {name_of(self.__wrapped__)}>"


def sparse_jacobian(f: Any = None, pattern: Any = None, argnums: arguments.Argnum = 0, *, check: bool = True) -> Any:
    """A function that returns the Jacobian of `f` as a SciPy CSR array.

    pattern   a sparse or boolean matrix of shape (numbers in the result, numbers in the argument) with an entry
              wherever the Jacobian may not be zero; None to find it in each call
    argnums   the argument to differentiate by, an index or a name: one real floating array, as is the result
    check     compare with the derivative along a random direction, one sweep more

    Elements are counted in C order.  The matrix is filled in as many sweeps as its columns or rows have colours,
    whichever are fewer: 3 for a tridiagonal one of any size.  A pattern that is found is that of this call's point and
    path, and may have more places than needed, never fewer; `jac.pattern` is the last one, to be passed on where it
    stays the same.

    Raises ImportError without SciPy, TypeError and ValueError where arguments or pattern do not fit, or the pattern
    lacks places, UnsupportedError where `f` uses what srcgrad does not differentiate or nan cannot be sent through it.

    >>> sparse = sg.sparse_jacobian(lambda u: np.diff(u) ** 2)
    >>> print(sparse(np.array([0.0, 1.0, 3.0])).toarray(), sparse.sweeps)
    [[-2.  2.  0.]
     [ 0. -4.  4.]] 2
    """
    if f is None:
        return functools.partial(sparse_jacobian, pattern=pattern, argnums=argnums, check=check)
    return SparseJacobian(f, pattern, argnums, check)
