"""Gradients of the NumPy code you already have, as Python source that you can read.

One decorator:

    import numpy as np
    import srcgrad as sg

    @sg.grad
    def energy(x):
        return np.sum(np.tanh(x) ** 2)

    energy(np.array([0.5, 1.0]))     the gradient
    print(energy.source)             the code that computed it
"""

from srcgrad.checking import check_grads
from srcgrad.errors import SrcgradError, UnsupportedError
from srcgrad.gradient import Gradient, grad, value_and_grad
from srcgrad.pullback import vjp

__all__ = ["Gradient", "SrcgradError", "UnsupportedError", "check_grads", "grad", "value_and_grad", "vjp"]
__version__ = "0.1.0"
