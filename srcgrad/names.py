"""What names of other libraries for derivatives are called here, for those who look for them.

srcgrad.elementwise_grad        AttributeError: ... write sg.grad(lambda x: np.sum(f(x)))
"""

from __future__ import annotations

from typing import Any

import numpy as np

CALLED = {
    # JAX
    "vmap": "write the function for arrays with one axis more, or call np.vectorize(f, signature=...)",
    "jit": "leave it out, what is emitted for a function is kept and runs again",
    "pmap": "leave it out",
    "numpy": "use NumPy itself: import numpy as np",
    "custom_gradient": "use sg.custom_vjp",
    "remat": "use sg.checkpoint",
    "linear_transpose": "use sg.linearize(f, x)[1].transpose",
    # HIPS autograd
    "elementwise_grad": "write sg.grad(lambda x: np.sum(f(x))), or sg.derivative(f) for a number",
    "make_vjp": "use sg.vjp(f, *args)",
    "make_jvp": "use sg.jvp(f)",
    "make_hvp": "use sg.hvp(f)",
    "make_ggnvp": "use sg.linearize(f, x), and its transpose",
    "hessian_vector_product": "use sg.hvp(f)",
    "hessian_tensor_product": "use sg.hvp(f)",
    "tensor_jacobian_product": "use sg.vjp(f, *args)",
    "vector_jacobian_product": "use sg.vjp(f, *args)",
    "multigrad_dict": "use sg.grad(f, argnums=(...))",
    "multigrad": "use sg.grad(f, argnums=(...))",
    "holomorphic_grad": "use sg.grad(f, holomorphic=True)",
    "grad_and_aux": "use sg.grad(f, has_aux=True)",
    "value_and_multigrad": "use sg.value_and_grad(f, argnums=(...))",
    "checkpointing": "use sg.checkpoint",
    "primitive": "use sg.custom_vjp",
    "defvjp": "use sg.custom_vjp",
    "defjvp": "use sg.custom_jvp",
    # PyTorch
    "as_tensor": "use sg.tensor(data)",
    "from_numpy": "use sg.tensor(array)",
    "Variable": "use sg.tensor(data, requires_grad=True)",
    "inference_mode": "use sg.no_grad",
    "nn": "write the model with NumPy, and update its tensors with sg.optim",
    "func": "its functions are here: sg.grad, sg.vjp, sg.jvp, sg.jacrev, sg.hessian",
}


def missing(name: str) -> Any:
    """AttributeError for a name that srcgrad has not; it says what to write, as far as that is known."""
    advice = CALLED.get(name)
    if advice is None and not name.startswith("_") and callable(getattr(np, name, None)):
        advice = f"use np.{name}, on arrays and on tensors"
    raise AttributeError(f"module 'srcgrad' has no attribute {name!r}" + (f": {advice}" if advice else ""))
