"""The tensor object: an array, the node that it came from, and the little that only some tensors have.

    _a       the array; a NumPy scalar where there are no axes and nobody has asked for memory
    _node    None, the Node of the operation that made it, or its Leaf
    _rare    None, or what is rare: the view that it is, a gradient that was retained

A tensor and what it is computed from refer to each other in one direction only, so that no cycle arises.
"""

from __future__ import annotations

import warnings
import weakref
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from srcgrad.tensors.arrays import Holder, Rare, TensorError, memory
from srcgrad.tensors.graph import Leaf, Node
from srcgrad.tensors.show import describe


class Base(Holder):
    """A tensor's place in the graph, and its gradient."""

    __slots__ = ()

    def detach(self) -> Tensor:
        """A tensor that shares the memory and is not tracked; writing to it changes this one."""
        return made(memory(self), None)

    @property
    def data(self) -> Tensor:
        """The tensor without its history, sharing memory; assigning puts other values into this tensor."""
        return self.detach()

    @data.setter
    def data(self, value: Any) -> None:
        array = value._a if isinstance(value, Base) else np.asarray(value)
        if array.shape != self.shape or array.dtype != self.dtype:
            raise TensorError(
                f".data of a tensor of shape {self.shape} and dtype {self.dtype} cannot become an array of shape "
                f"{array.shape} and dtype {array.dtype}"
            )
        self._a = array

    # ---------------------------------------------------------------------------------------------------- gradients

    @property
    def requires_grad(self) -> bool:
        """Whether a gradient with respect to this tensor, or to what it was computed from, can be asked for."""
        return self._node is not None

    @requires_grad.setter
    def requires_grad(self, wanted: bool) -> None:
        if wanted == (self._node is not None):
            return
        if wanted:
            check_float(self._a)
            self._node = Leaf(self)
        elif isinstance(self._node, Leaf):
            self._node = None
        else:
            raise TensorError(
                "requires_grad of a tensor that was computed cannot be switched off: "
                "write y = y.detach() to go on without its history"
            )

    def requires_grad_(self, requires_grad: bool = True) -> Any:
        """Set `requires_grad`; gives the tensor."""
        self.requires_grad = requires_grad
        return self

    @property
    def is_leaf(self) -> bool:
        """Whether the tensor was not computed from tracked ones."""
        return type(self._node) is not Node

    @property
    def grad_fn(self) -> Any:
        """The node of the operation that made the tensor; None for leaves."""
        if self._rare is not None:
            sync(self)
        return self._node if type(self._node) is Node else None

    @property
    def grad(self) -> Any:
        """The gradient gathered so far, a tensor, or None."""
        node = self._node
        if type(node) is Leaf:
            return node.grad
        rare = self._rare
        if rare is not None and (rare.grad is not None or rare.retains):
            return rare.grad
        if node is not None:
            warnings.warn(
                "this tensor was computed (its grad_fn is "
                f"{node!r}), and gradients are kept for leaves only, so that its .grad is None: write y.retain_grad() "
                "before backward() to have it, or, to update a parameter, `with sg.no_grad(): w -= rate * w.grad`",
                UserWarning,
                stacklevel=2,
            )
        return None

    @grad.setter
    def grad(self, value: Any) -> None:
        if value is not None:
            if not isinstance(value, Base):
                raise TypeError(f".grad is a tensor or None; got {type(value).__name__}: write sg.tensor(...)")
            if value is self:
                raise TensorError("a tensor cannot be its own .grad")
            if value.shape != self.shape:
                raise TensorError(f".grad has shape {value.shape}; the tensor has shape {self.shape}")
            if value.dtype != self.dtype:
                raise TensorError(f".grad has dtype {value.dtype}; the tensor has dtype {self.dtype}")
        if type(self._node) is Leaf:
            self._node.grad = value
        else:
            rare_of(self).grad = value  # type: ignore[arg-type]

    def retain_grad(self) -> None:
        """Have `.grad` of this computed tensor filled by `backward()`.

        RuntimeError where the tensor requires no gradient.
        """
        if self._node is None:
            raise TensorError("retain_grad() on a tensor that requires no gradient")
        if type(self._node) is Leaf or (self._rare is not None and self._rare.retains):
            return
        rare_of(self).retains = True  # type: ignore[arg-type]
        hooks_of(self._node).append(Keep(weakref.ref(self)))

    def register_hook(self, hook: Callable[[Any], Any]) -> Handle:
        """Call `hook(gradient)` whenever the gradient of this tensor is known; what it returns, if anything, takes the
        gradient's place.  The handle's `remove()` takes the hook out.

        RuntimeError where the tensor requires no gradient.
        """
        if self._node is None:
            raise TensorError("a hook on a tensor that requires no gradient would never be called")
        hooks = hooks_of(self._node)
        hooks.append(hook)
        return Handle(hooks, hook)

    def backward(
        self, gradient: Any = None, retain_graph: bool | None = None, create_graph: bool = False, inputs: Any = None
    ) -> None:
        """Add the gradient of this tensor to `.grad` of the leaves that it was computed from.

        gradient      the gradient of what comes after, of this tensor's shape; may be left out for a single number
        retain_graph  keep what the graph remembers, for a second backward; default `create_graph`
        create_graph  record the backward itself, so that its result can be differentiated
        inputs        the only leaves whose `.grad` is wanted

        RuntimeError where nothing requires a gradient, where the graph was freed, where a value that is needed was
        modified in place, and where shapes do not fit.
        """
        from srcgrad.tensors.backward import backward

        backward((self,), (gradient,), retain_graph, create_graph, inputs)

    def __repr__(self) -> str:
        return describe(self._a, self.requires_grad, self.grad_fn)


class Tensor(Base):
    """An array that remembers how it was computed, so that `backward()` gives gradients.

    Made by `sg.tensor(data, requires_grad=True)`.  Takes NumPy's operators, methods, indexing, and every function of
    NumPy that is differentiated or constant; an array is taken for a tensor that requires no gradient.
    """

    __slots__ = ()
    __array_priority__ = 1000.0
    __array_ufunc__: Any
    __array_function__: Any

    if TYPE_CHECKING:
        # what the factories of `methods` put into the class
        def _binary(self, other: Any) -> Tensor: ...
        def _unary(self) -> Tensor: ...

        __add__ = __radd__ = __iadd__ = __sub__ = __rsub__ = __isub__ = __mul__ = __rmul__ = __imul__ = _binary
        __truediv__ = __rtruediv__ = __itruediv__ = __pow__ = __rpow__ = __ipow__ = _binary
        __matmul__ = __rmatmul__ = __imatmul__ = __mod__ = __rmod__ = __floordiv__ = __rfloordiv__ = _binary
        __lt__ = __le__ = __gt__ = __ge__ = __and__ = __or__ = __xor__ = _binary
        __neg__ = __pos__ = __abs__ = __invert__ = _unary

        def __getitem__(self, index: Any) -> Tensor: ...
        def __setitem__(self, index: Any, value: Any) -> None: ...
        def __iter__(self) -> Iterator[Tensor]: ...
        def __len__(self) -> int: ...
        def __float__(self) -> float: ...
        def __getattr__(self, name: str) -> Any: ...

    def __init__(self, data: Any, requires_grad: bool = False) -> None:
        self._a = np.array(data._a if isinstance(data, Base) else data, dtype=None)[()]
        self._node = self._rare = None
        if requires_grad:
            self.requires_grad = True


_new: Any = object.__new__


def made(value: Any, node: Any) -> Tensor:
    """A tensor that holds this array."""
    result: Tensor = _new(Tensor)
    result._a = value
    result._node = node
    result._rare = None
    return result


class Keep:
    """The hook that adds what becomes known of a computed tensor's gradient to its `.grad`."""

    def __init__(self, tensor: weakref.ref[Any]) -> None:
        self.tensor = tensor

    def __call__(self, bar: Any) -> None:
        tensor = self.tensor()
        if tensor is not None:
            rare = rare_of(tensor)
            rare.grad = bar.clone() if rare.grad is None else rare.grad + bar


class Handle:
    """A hook that can be removed."""

    def __init__(self, hooks: list[Any], hook: Any) -> None:
        self._hooks, self._hook = hooks, hook

    def remove(self) -> None:
        """Take the hook out; once is enough."""
        if self._hook in self._hooks:
            self._hooks.remove(self._hook)
            self._hook = None


def hooks_of(node: Any) -> list[Any]:
    """The hooks of a node or leaf."""
    if node.hooks is None:
        node.hooks = []
    return node.hooks  # type: ignore[no-any-return]


def check_float(array: Any) -> None:
    """RuntimeError unless the dtype can carry a gradient."""
    if array.dtype.kind not in "fc":
        raise TensorError(
            f"only tensors of floating-point and complex numbers can require gradients; this one is of {array.dtype}: "
            f"write 3.0 for 3, or convert it with .astype(float)"
        )


def rare_of(tensor: Tensor) -> Rare:
    """What is rare about a tensor."""
    if tensor._rare is None:
        tensor._rare = Rare()
    return tensor._rare


def sync(tensor: Any) -> None:
    """Make the node of a view again, where the base was written since: through the view, the base is read."""
    rare = tensor._rare
    base = rare.base
    if base is None or base._rare is None:
        return
    history = base._rare.history
    if rare.seen == history:
        return
    rare.seen = history
    node, value = base._node, memory(base)
    for step in rare.steps:
        node, value = step.again(node, value)
    come_from(tensor, node)


def come_from(tensor: Any, node: Any) -> None:
    """A tensor that was written comes from this node; the gradient that it retains is that of what it is now."""
    before, tensor._node = tensor._node, node
    if tensor._rare.retains and before.hooks and node is not None:
        for hook in [hook for hook in before.hooks if isinstance(hook, Keep) and hook.tensor() is tensor]:
            before.hooks.remove(hook)
            hooks_of(node).append(hook)
