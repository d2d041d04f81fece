"""The array in a tensor: what it is asked about it, and how its values leave the graph.

x.shape, x.dtype            as of the array
x.item(), x.tolist()        numbers that know nothing of gradients, at the user's word
x.numpy(), np.asarray(x)    refused where a gradient would be lost
"""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import numpy as np

from srcgrad.tensors.state import state
from srcgrad.tensors.steps import Step
from srcgrad.tensors.writes import as_memory


class Rare:
    """What only some tensors have.

    base, source, step  of a view: the tensor whose memory it shows, the one it was taken from, and how: a PartStep, or
                        what a Step is made of
    seen                how often the base had been written when the view's node was made
    history             how often this tensor was written, as far as that was recorded
    grad, retains       of a computed tensor: its gradient, and whether it is wanted
    """

    __slots__ = ("base", "grad", "history", "retains", "seen", "source", "step")

    def __init__(self, base: Any = None, source: Any = None, step: Any = None, seen: int = 0) -> None:
        self.base = base
        self.source = source
        self.step = step
        self.seen = seen
        self.history = 0
        self.grad: Any = None
        self.retains = False

    @property
    def steps(self) -> tuple[Any, ...]:
        """The way from the base to this view."""
        step = Step(*self.step) if self.step.__class__ is tuple else self.step
        return (step,) if self.source is self.base else (*self.source._rare.steps, step)


class TensorError(RuntimeError):
    """Something that cannot be done with a tensor in its state; the message says what to write instead."""


class Holder:
    """What a tensor holds, and what its array says of itself."""

    __slots__ = ("__weakref__", "_a", "_node", "_rare")

    _a: Any
    _node: Any
    _rare: Rare | None

    # ------------------------------------------------------------------------------------------------- the array

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes."""
        return self._a.shape  # type: ignore[no-any-return]

    @property
    def dtype(self) -> Any:
        """The NumPy dtype."""
        return self._a.dtype

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self._a.ndim  # type: ignore[no-any-return]

    @property
    def size(self) -> int:
        """The number of elements."""
        return self._a.size  # type: ignore[no-any-return]

    @property
    def itemsize(self) -> int:
        """The memory that an element takes."""
        return self._a.itemsize  # type: ignore[no-any-return]

    @property
    def strides(self) -> tuple[int, ...]:
        """The steps in memory along the axes."""
        return self._a.strides  # type: ignore[no-any-return]

    @property
    def flags(self) -> Any:
        """How the elements lie in memory."""
        return self._a.flags

    @property
    def nbytes(self) -> int:
        """The memory that the elements take."""
        return self._a.nbytes  # type: ignore[no-any-return]

    def item(self, *index: Any) -> Any:
        """The only element (or the one at `index`) as a Python number.

        RuntimeError where there are several.
        """
        self._leave("item()")
        return self._number(*index)

    def _number(self, *index: Any) -> Any:
        """The only element, or the one at `index`."""
        if not index and self._a.size != 1:
            raise TensorError(
                f"a tensor with {self._a.size} elements (shape {self.shape}) is no single number; "
                f"use .tolist(), or pick one element"
            )
        return self._a.item(*index)

    def tolist(self) -> Any:
        """The elements as nested lists of Python numbers."""
        self._leave("tolist()")
        return self._a.tolist()

    def _leave(self, what: str) -> None:
        """Values leave the graph at the user's word only: not inside a reverse that is being recorded."""
        if state.closed and self._node is not None:
            raise TensorError(f"{what} inside a backward with create_graph=True: the number knows nothing of gradients")

    def numpy(self) -> Any:
        """The array, sharing memory; RuntimeError where the tensor requires a gradient."""
        if self._node is not None:
            raise TensorError(
                "an array knows nothing of gradients, and this tensor requires one: write x.detach().numpy()"
            )
        return memory(self)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        frame = sys._getframe(1)
        if frame.f_code.co_name in DISPATCHING and left_to_us(frame):
            return no_array(self)
        if self._node is not None:
            from srcgrad.tensors.conversions import array_refused

            raise array_refused(frame)
        array = self.numpy()
        if dtype is not None and array.dtype != dtype:
            return array.astype(dtype)
        return array.copy() if copy else array

    def __hash__(self) -> int:
        return id(self)


def memory(tensor: Any) -> Any:
    """The tensor's array, as memory that can be shared and written."""
    array = tensor._a
    if type(array) is not np.ndarray:
        array = tensor._a = as_memory(array)
    return array


# what operators of sparse matrices call, and these: they ask an operand that they do not know for an array, and let
# it do the operation where it gives none
DISPATCHING = {"_matmul_dispatch", "_mul_dispatch"}
OPERATORS = {"__matmul__", "__mul__"}


def left_to_us(frame: FrameType) -> bool:
    """Whether a frame that asks for an array is such an operator."""
    caller = frame.f_back
    of_sparse = str(frame.f_globals.get("__name__")).startswith("scipy.sparse.")
    return of_sparse and caller is not None and caller.f_code.co_name in OPERATORS


def no_array(tensor: Any) -> Any:
    """What SciPy does not take for an array: one of no axes that holds an object."""
    result = np.empty((), object)
    result[()] = tensor
    return result


def real_as(bar: Any, value: Any) -> Any:
    """A gradient, an array or a recorded one: its real part where its value is real."""
    return np.real(bar) if bar.dtype.kind == "c" and value.dtype.kind != "c" else bar
