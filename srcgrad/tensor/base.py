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
from types import CodeType
from typing import TYPE_CHECKING, Any

import numpy as np

from srcgrad.runtime.words import is_basic
from srcgrad.tensor.graph import Leaf, Node, located, op_for
from srcgrad.tensor.show import describe
from srcgrad.tensor.state import state
from srcgrad.tensor.stores import Place, with_item, with_items, with_view
from srcgrad.tensor.writes import as_memory, note_write, owner

WITH_ITEM = op_for(("function", with_item), 3)
WITH_ITEMS = op_for(("function", with_items), 3)
BROADCAST = op_for(("function", np.broadcast_to), 2)
COPY = op_for(("method", "copy"), 1)
PART = op_for(("part",), 2)
WITH_VIEW = op_for(("function", with_view), 3)


class Rare:
    """What only some tensors have.

    base, source, step  of a view: the tensor whose memory it shows, the one it was taken from, and how
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
        before = self.source._rare
        return (self.step,) if self.source is self.base else (*before.steps, self.step)


class TensorError(RuntimeError):
    """Something that cannot be done with a tensor in its state; the message says what to write instead."""


class Base:
    """What a tensor holds, and what it says of itself."""

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
    def nbytes(self) -> int:
        """The memory that the elements take."""
        return self._a.nbytes  # type: ignore[no-any-return]

    def item(self, *index: Any) -> Any:
        """The only element (or the one at `index`) as a Python number.

        RuntimeError where there are several.
        """
        if not index and self._a.size != 1:
            raise TensorError(
                f"a tensor with {self._a.size} elements (shape {self.shape}) is no single number; "
                f"use .tolist(), or pick one element"
            )
        return self._a.item(*index)

    def tolist(self) -> Any:
        """The elements as nested lists of Python numbers."""
        return self._a.tolist()

    def numpy(self) -> Any:
        """The array, sharing memory; RuntimeError where the tensor requires a gradient."""
        if self._node is not None:
            raise TensorError(
                "an array knows nothing of gradients, and this tensor requires one: write x.detach().numpy()"
            )
        return memory(self)  # type: ignore[arg-type]

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        array = self.numpy()
        if dtype is not None and array.dtype != dtype:
            return array.astype(dtype)
        return array.copy() if copy else array

    def detach(self) -> Tensor:
        """A tensor that shares the memory and is not tracked; writing to it changes this one."""
        return made(memory(self), None)  # type: ignore[arg-type]

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
        tensor = weakref.ref(self)

        def keep(bar: Any) -> None:
            here = tensor()
            if here is not None:
                rare = rare_of(here)  # type: ignore[arg-type]
                rare.grad = bar if rare.grad is None else rare.grad + bar

        hooks_of(self._node).append(keep)

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
        from srcgrad.tensor.backward import backward

        backward((self,), (gradient,), retain_graph, create_graph, inputs)

    def __repr__(self) -> str:
        return describe(self._a, self.requires_grad, self.grad_fn)

    def __hash__(self) -> int:
        return id(self)


class Tensor(Base):
    """An array that remembers how it was computed, so that `backward()` gives gradients.

    Made by `sg.tensor(data, requires_grad=True)`.  Speaks NumPy: operators, methods, indexing, and every function of
    NumPy that has a derivative rule, or none to have.
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


def memory(tensor: Tensor) -> Any:
    """The tensor's array, as memory that can be shared and written."""
    array = tensor._a
    if type(array) is not np.ndarray:
        array = tensor._a = as_memory(array)
    return array


# -------------------------------------------------------------------------------------------------------------- views


def rare_of(tensor: Tensor) -> Rare:
    """What is rare about a tensor."""
    if tensor._rare is None:
        tensor._rare = Rare()
    return tensor._rare


def set_view(result: Tensor, source: Tensor, step: Any) -> Tensor:
    """Note that `result`, made just now, shows the memory of `source`."""
    rare = source._rare
    base = source if rare is None or rare.base is None else rare.base
    result._rare = Rare(base, source, step, 0 if base._rare is None else base._rare.history)
    return result


def set_views(
    result: Any, value: Any, given: tuple[Any, ...], raw: list[Any], key: Any, function: Any, code: CodeType, at: int
) -> None:
    """Note which results of an operation show the memory of the tensor that went into it first."""
    source = next((x for x in given if isinstance(x, Tensor)), None)
    if source is None or type(source._a) is not np.ndarray:
        return
    what, count, names = key
    place = next(i for i, x in enumerate(given) if x is source)
    root = owner(source._a)
    step = Step(what, count, names, function, place, tuple(raw), code, at)
    if isinstance(result, Tensor):
        if owner(value) is root:
            set_view(result, source, step)
        return
    for i, (part, array) in enumerate(zip(result, value)):
        if isinstance(part, Tensor) and type(array) is np.ndarray and owner(array) is root:
            set_view(part, source, PartStep(step, i))


class Step:
    """One step from an array to a view of it: an operation with its other arguments."""

    def __init__(
        self, what: Any, count: int, names: tuple[str, ...], function: Callable[..., Any], place: int,
        args: tuple[Any, ...], code: CodeType, at: int,
    ) -> None:  # fmt: skip
        self.what, self.count, self.names, self.function, self.place = what, count, names, function, place
        self.before, self.after = args[:place], args[place + 1 :]
        self.code, self.at = code, at

    def __call__(self, array: Any) -> Any:
        """The view of this array."""
        args = (*self.before, array, *self.after)
        return self.function(*args[: self.count], **dict(zip(self.names, args[self.count :])))

    def again(self, node: Any, array: Any) -> tuple[Any, Any]:
        """The node of this step from what the base comes from now, and the view."""
        value = self(array)
        if node is None:
            return None, value
        args = (*self.before, array, *self.after)
        inputs = tuple(node if i == self.place else None for i in range(len(args)))
        return Node(op_for(self.what, self.count, self.names), inputs, args, value, self.code, self.at), value


class PartStep:
    """The step to one of several views that an operation gives."""

    def __init__(self, step: Step, position: int) -> None:
        self.step, self.position = step, position

    def __call__(self, array: Any) -> Any:
        """The view of this array."""
        return self.step(array)[self.position]

    def again(self, node: Any, array: Any) -> tuple[Any, Any]:
        """The node of this step from what the base comes from now, and the view."""
        node, values = self.step.again(node, array)
        value = values[self.position]
        if node is None:
            return None, value
        return Node(PART, (node, None), (values, self.position), value, node.code, node.at), value


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
    tensor._node = node


def check_writable(tensor: Tensor, what: str) -> None:
    """RuntimeError where a write would change a leaf that requires a gradient, while it is recorded."""
    if not state.enabled:
        return
    root = tensor._rare.base if tensor._rare is not None else None
    if type(tensor._node) is Leaf:
        raise TensorError(
            f"{what} changes a leaf that requires a gradient in place; to update a parameter, write "
            f"`with sg.no_grad(): w -= rate * w.grad`; to go on computing with a changed copy, start with w.clone()"
        )
    if root is not None and type(root._node) is Leaf:
        raise TensorError(
            f"{what} changes a view of a leaf that requires a gradient in place; write it inside "
            f"`with sg.no_grad():`, or take the view of w.clone()"
        )


def was_written(tensor: Tensor, node: Any) -> None:
    """Have `tensor`, and whatever shows the same memory, come from `node` from now on."""
    tensor._node = node
    rare = rare_of(tensor)
    base = rare.base
    if base is None:
        rare.history += 1
        return
    args = (memory(base), Place(rare.steps), tensor._a)
    through = Node(WITH_VIEW, (base._node, None, node), args, args[0], node.code, node.at)
    base._node = through
    rare_of(base).history += 1
    # read through the base, so that later writes to other parts leave this one alone
    sync(tensor)


def store(tensor: Tensor, index: Any, value: Any, code: CodeType, at: int) -> None:
    """`tensor[index] = value`."""
    from srcgrad.tensor.record import kept, unwrapped

    check_writable(tensor, "an assignment to elements")
    if tensor._rare is not None:
        sync(tensor)
    index, _ = unwrapped(index)
    raw, node = unwrapped(value)
    array = memory(tensor)
    if type(node) is tuple:
        raise located("a list of tensors as the value of a store", "write np.stack([...])", code, at)
    if node is not None and state.enabled and array.dtype.kind not in "fc":
        raise TensorError(
            f"a value that requires a gradient would be stored into a tensor of {array.dtype}: make it of floats"
        )
    array[index] = raw
    note_write(array, ("an assignment to elements", code, at))
    if state.enabled and (node is not None or tensor._node is not None):
        region = np.shape(array[index])
        if node is not None and np.shape(raw) != region:
            raw = np.broadcast_to(raw, region)
            node = Node(BROADCAST, (node, None), (raw, region), raw, code, at)
        op = WITH_ITEM if is_basic(index) else WITH_ITEMS
        was_written(tensor, Node(op, (tensor._node, None, node), (array, kept(index), raw), array, code, at))


def overwrite(
    tensor: Tensor, name: str, compute: Callable[..., Any], op: Any, others: tuple[Any, ...], code: CodeType, at: int
) -> Tensor:
    """`tensor op= other`: compute into the tensor's memory, and record it as the operation that it is."""
    from srcgrad.tensor.record import kept, unwrapped

    check_writable(tensor, name)
    if tensor._rare is not None:
        sync(tensor)
    array = memory(tensor)
    pairs = [unwrapped(other) for other in others]
    inputs = (tensor._node, *(node for _, node in pairs))
    tracked = state.enabled and any(node is not None for node in inputs)
    if tracked and array.dtype.kind not in "fc":
        raise TensorError(
            f"{name} would store a value that requires a gradient into a tensor of {array.dtype}: make it of floats"
        )
    raw = [array, *(plain for plain, _ in pairs)]
    args = list(raw)
    if tracked:
        if op.keeps[0] or any(plain is array for plain in raw[1:]):
            # the gradient needs what is about to be overwritten: it goes on as a copy
            before = array.copy()
            copied = inputs[0] and Node(COPY, (inputs[0],), (array,), before, code, at)
            inputs = tuple(copied if plain is array else node for plain, node in zip(raw, inputs))
            args = [before if plain is array else plain for plain in raw]
        args[1:] = [
            kept(plain) if node is None and not isinstance(other, Tensor) else plain
            for plain, node, other in zip(args[1:], inputs[1:], others)
        ]
    compute(*raw, out=array)
    note_write(array, (name, code, at))
    if tracked:
        was_written(tensor, Node(op, inputs, tuple(args), array, code, at))
    return tensor


def write_into(function: Any, args: Any, keywords: Any, out: Any, code: CodeType, at: int) -> Any:
    """`np.add(x, y, out=z)`: the result is computed into `z`, which comes from this operation from now on."""
    from srcgrad.tensor.record import apply, unwrapped

    target = out[0]
    if len(out) != 1:
        raise located("out= for several results", "assign the results instead", code, at)
    if not isinstance(target, Tensor):
        if state.enabled and any(unwrapped(arg)[1] is not None for arg in (*args, *keywords.values())):
            raise TensorError(
                "out= is a plain array, which knows nothing of gradients, and an operand requires one: "
                "leave out= out, or make it a tensor"
            )
        raw = [unwrapped(arg)[0] for arg in args]
        return function(*raw, **{name: unwrapped(value)[0] for name, value in keywords.items()}, out=target)
    name = f"np.{getattr(function, '__name__', function)}(..., out=)"
    check_writable(target, name)
    result = apply(("function", function), function, args, keywords, code, at)
    array = memory(target)
    if result.shape != array.shape:
        raise ValueError(f"out= has shape {array.shape}; the result has shape {result.shape}")
    np.copyto(array, result._a, casting="same_kind")
    note_write(array, (name, code, at))
    node = result._node
    if node is not None:
        # the values are in the memory of `out` from now on: what the node remembers must not go stale by itself
        node.value = array
        was_written(target, Node(node.op, node.inputs, node.args, array, code, at))
    elif state.enabled and target._node is not None:
        # all of it was overwritten with what is not tracked
        if target._rare is not None and target._rare.base is not None:
            raise TensorError("out= is a view of a tracked tensor: write y[index] = value instead")
        target._node = None
        rare_of(target).history += 1
    return target


def write_only(function: Any, args: Any, keywords: Any, code: CodeType, at: int) -> Any:
    """A function that writes into its first argument and has no rule: only where nothing is tracked."""
    from srcgrad.tensor.record import unwrapped

    pairs = [unwrapped(arg) for arg in args]
    name = getattr(function, "__qualname__", str(function))
    if state.enabled and any(node is not None for _, node in pairs):
        raise located(
            f"{name}() on tensors that require a gradient", "write y[index] = value, or y[index] += value", code, at
        )
    target = args[0]
    raw = [plain for plain, _ in pairs]
    if isinstance(target, Tensor):
        raw[0] = memory(target)
        note_write(raw[0], (name, code, at))
    return function(*raw, **{key: unwrapped(value)[0] for key, value in keywords.items()})
