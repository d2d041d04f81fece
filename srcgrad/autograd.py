"""Gradients of tensors as values: `grad` gives them back, `backward` adds them to `.grad`."""

from __future__ import annotations

from typing import Any

from srcgrad.tensors.backward import backward as _backward
from srcgrad.tensors.backward import gradients, one_each
from srcgrad.tensors.base import Base, Tensor


def grad(
    outputs: Any,
    inputs: Any,
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    allow_unused: bool = False,
) -> tuple[Tensor | None, ...]:
    """The gradients of `outputs` with respect to `inputs`, one tensor an input; no `.grad` is touched.

    outputs       a tensor or several, whose gradients are added up
    inputs        a tensor or several; computed tensors too
    grad_outputs  gradients of what comes after, one an output; may be left out for single numbers
    retain_graph  keep what the graph remembers, for another backward; default `create_graph`
    create_graph  record the backward itself, so that the gradients can be differentiated
    allow_unused  None, rather than an error, for an input from which no output was computed

    RuntimeError as for `Tensor.backward`, and for unused inputs.

    >>> x = sg.tensor(2.0, requires_grad=True)
    >>> (first,) = sg.autograd.grad(x**3, x, create_graph=True)
    >>> (second,) = sg.autograd.grad(first, x)
    >>> print(first.item(), second.item())
    12.0 12.0
    """
    return gradients(outputs, inputs, grad_outputs, retain_graph, create_graph, allow_unused)


def backward(
    tensors: Any,
    grad_tensors: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Any = None,
) -> None:
    """Add the gradients of `tensors` (one, or several, whose gradients are added up) to `.grad` of the leaves.

    The arguments are those of `Tensor.backward`; `grad_tensors` has one gradient a tensor.

    >>> x = sg.tensor(2.0, requires_grad=True)
    >>> sg.autograd.backward([x**2, 3 * x])
    >>> x.grad
    tensor(7.)
    """
    roots = (tensors,) if isinstance(tensors, Base) else tuple(tensors)
    _backward(roots, one_each(grad_tensors, roots, "tensors"), retain_graph, create_graph, inputs)
