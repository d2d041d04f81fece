"""Gradients of the NumPy code you already have, as Python source that you can read.

One decorator:

    import numpy as np
    import srcgrad as sg

    @sg.grad
    def energy(x):
        return np.sum(np.tanh(x) ** 2)

    energy(np.array([0.5, 1.0]))     the gradient
    print(energy.source)             the code that computed it

gradients            grad, value_and_grad, vjp; tensor with backward(), autograd, optim
forward mode         jvp, linearize
whole derivatives    jacobian, jacrev, jacfwd, sparse_jacobian
second and higher    hessian, hvp, vhp, derivative; and grad of grad
rules of your own    custom_vjp, custom_jvp, implicit, rule
control              stop_gradient, checkpoint, on_adjoint, adjoint_of, no_grad, enable_grad
checks               check_grads; `python -m srcgrad covers np.linalg.svd` for what has a derivative
errors               UnsupportedError, NotFiniteError, both SrcgradError
"""

from typing import TYPE_CHECKING

from srcgrad import autograd, optim
from srcgrad.checking import check_grads
from srcgrad.checkpointing import checkpoint
from srcgrad.control import adjoint_of, on_adjoint, stop_gradient
from srcgrad.custom import custom_jvp, custom_vjp
from srcgrad.errors import NotFiniteError, SrcgradError, UnsupportedError
from srcgrad.gradient import Gradient, grad, value_and_grad
from srcgrad.implicit import implicit
from srcgrad.jacobian import jacfwd, jacobian, jacrev
from srcgrad.jvp import Jvp, jvp
from srcgrad.linearize import linearize
from srcgrad.pullback import vjp
from srcgrad.runtime import nested_calls  # noqa: F401 - says what calls of derivatives mean in programs
from srcgrad.second import derivative, hessian, hvp, vhp
from srcgrad.sparse import sparse_jacobian
from srcgrad.tensors import Tensor, enable_grad, is_grad_enabled, no_grad, set_grad_enabled, tensor
from srcgrad.tensors import ruled as _ruled  # noqa: F401 - functions with rules of their own know tensors from here on
from srcgrad.tensors.function import differentiable
from srcgrad.userrules import rule

__all__ = [
    "Gradient",
    "Jvp",
    "NotFiniteError",
    "SrcgradError",
    "Tensor",
    "UnsupportedError",
    "adjoint_of",
    "autograd",
    "check_grads",
    "checkpoint",
    "custom_jvp",
    "custom_vjp",
    "derivative",
    "differentiable",
    "enable_grad",
    "grad",
    "hessian",
    "hvp",
    "implicit",
    "is_grad_enabled",
    "jacfwd",
    "jacobian",
    "jacrev",
    "jvp",
    "linearize",
    "no_grad",
    "on_adjoint",
    "optim",
    "rule",
    "set_grad_enabled",
    "sparse_jacobian",
    "stop_gradient",
    "tensor",
    "value_and_grad",
    "vhp",
    "vjp",
]
__version__ = "0.1.0"

if not TYPE_CHECKING:  # type checkers are to know which names there are
    from srcgrad.names import missing as __getattr__  # noqa: F401 - Python asks it
