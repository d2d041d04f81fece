"""Sparse matrices of SciPy as operands beside tensors: `A @ x`, `x @ A`, `A + x`.

SciPy lets the tensor do what it does not know, once it was given no array (`arrays.no_array`).
"""

from __future__ import annotations

import operator
from types import FrameType
from typing import Any

from srcgrad.analysis.constants import is_sparse
from srcgrad.rules.table import read_area_of
from srcgrad.tensors.conversions import outside_libraries
from srcgrad.tensors.record import apply, pattern_for


def beside(tensor: Any, other: Any, function: Any, swapped: bool, frame: FrameType) -> Any:
    """An operation on a tensor and an object that is neither number nor array; NotImplemented where the object has to
    do it, or nothing can."""
    if not is_sparse(type(other)):
        return NotImplemented
    from scipy.sparse import spmatrix

    read_area_of(type(other))
    of_matrices = isinstance(other, spmatrix)
    if function is operator.matmul or (function is operator.mul and of_matrices and tensor.ndim):
        from srcgrad.runtime.words_scipy_sparse import product_with_sparse, sparse_product

        product = sparse_product if swapped else product_with_sparse
        pattern = pattern_for(("function", product), 2)
        frame = outside_libraries(frame)
        return apply(pattern, product, (other.copy(), tensor), {}, frame.f_code, frame.f_lasti)
    if function in (operator.add, operator.sub) and not of_matrices and tensor.ndim:
        dense = other.toarray()
        return function(dense, tensor) if swapped else function(tensor, dense)
    return NotImplemented
