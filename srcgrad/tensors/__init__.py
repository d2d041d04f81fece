"""Tensors that remember how they were computed: what runs is recorded, and `backward()` differentiates the record.

    x = sg.tensor([1.0, 2.0], requires_grad=True)
    (x**2).sum().backward()
    x.grad                          tensor([2., 4.])

A front end like the one that reads source: a recorded graph becomes the same IR, and its reverse is emitted by the
same passes, once for every structure that a graph can have.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from srcgrad.tensors import methods as _methods  # completes the class
from srcgrad.tensors import protocols as _protocols  # noqa: F401 - as above
from srcgrad.tensors.arrays import TensorError
from srcgrad.tensors.base import Base, Tensor, check_float, made
from srcgrad.tensors.graph import Leaf
from srcgrad.tensors.record import unwrapped
from srcgrad.tensors.state import enable_grad, is_grad_enabled, no_grad, set_grad_enabled
from srcgrad.tensors.warned import warn_at_user_lines

del _methods


def tensor(data: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor with a copy of `data`: a number, nested lists, an array or another tensor.

    dtype          a NumPy dtype; by default NumPy's own for the data (float64 for Python floats)
    requires_grad  whether gradients with respect to it are wanted

    RuntimeError where gradients are wanted of anything but floating or complex numbers, and for lists of tensors that
    require gradients; a UserWarning where a tensor's history is left behind.

    >>> x = sg.tensor([1.0, 2.0], requires_grad=True)
    >>> np.sum(x**2).backward()
    >>> x.grad
    tensor([2., 4.])
    """
    if isinstance(data, Base) and data.requires_grad and is_grad_enabled():
        warnings.warn(
            "sg.tensor() copies a tensor that requires a gradient, and the copy knows nothing of its history: write "
            "x.clone() to go on with it, or x.detach().clone() to do without",
            UserWarning,
            stacklevel=2,
        )
    elif isinstance(data, (list, tuple)) and unwrapped(data)[1] is not None:
        raise TensorError(
            "sg.tensor() of tensors that require gradients would forget them: write np.stack([...]) for one tensor of "
            "several, or x.detach() for their values"
        )
    array = np.array(data._a if isinstance(data, Base) else data, dtype=dtype)
    if array.dtype.kind not in "biufc":
        raise TypeError(f"a tensor holds numbers; {type(data).__name__} gives an array of dtype {array.dtype}")
    result = made(array if array.ndim else array[()], None)
    warn_at_user_lines()
    if requires_grad:
        check_float(array)
        result._node = Leaf(result)
    return result


__all__ = ["Tensor", "enable_grad", "is_grad_enabled", "no_grad", "set_grad_enabled", "tensor"]
