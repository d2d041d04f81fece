"""A stand-in for CuPy on machines without a GPU: a module `cupy` whose arrays keep their elements out of NumPy's reach.

An array holds a NumPy array, and the functions of the module hand that on to NumPy's.  What would be a mistake on a GPU
is one here: NumPy's functions refuse these arrays, and the functions of this module refuse NumPy's arrays and, where
CuPy does, Python's numbers.  What an operation gives is always an array, of no axes where NumPy gives a scalar, and
`+=` writes into it.
"""

from __future__ import annotations

import operator
import types

import numpy as np

# functions that take numbers, lists or shapes in the first place
TAKING_NUMBERS = frozenset(
    "array asarray asfortranarray ascontiguousarray zeros ones empty full eye identity arange linspace logspace "
    "geomspace tri indices where real imag conj angle shape ndim size isscalar iscomplexobj isrealobj result_type "
    "broadcast_shapes "
    "stack concatenate vstack hstack dstack column_stack meshgrid einsum atleast_1d atleast_2d atleast_3d can_cast "
    "promote_types hanning hamming blackman bartlett unravel_index ravel_multi_index diag_indices tri".split()
)
ABSENT = frozenset({"errstate", "nditer", "ndenumerate", "insert"})


class ndarray:
    """An array of the stand-in."""

    __array_priority__ = 100
    __array_ufunc__ = None

    def __init__(self, held, base=None):
        assert isinstance(held, np.ndarray)
        self._held = held
        self.base = base

    def _refuse(self, *args, **kwargs):
        raise TypeError("a function of NumPy was called on an array of CuPy")

    __array_function__ = __array__ = _refuse

    @property
    def __cuda_array_interface__(self):
        return {"shape": self.shape, "typestr": self.dtype.str, "version": 3}

    @property
    def __array_interface__(self):
        raise AttributeError("the elements are not in host memory")

    shape = property(lambda self: self._held.shape)
    dtype = property(lambda self: self._held.dtype)
    ndim = property(lambda self: self._held.ndim)
    size = property(lambda self: self._held.size)
    nbytes = property(lambda self: self._held.nbytes)
    itemsize = property(lambda self: self._held.itemsize)
    strides = property(lambda self: self._held.strides)
    flags = property(lambda self: self._held.flags)
    T = property(lambda self: self._view(self._held.T))
    real = property(lambda self: self._view(self._held.real))
    imag = property(lambda self: self._view(self._held.imag))

    def _view(self, held):
        if not np.shares_memory(held, self._held):
            return ndarray(np.asarray(held))
        return ndarray(np.asarray(held), self if self.base is None else self.base)

    def copy(self, order="C"):
        return ndarray(self._held.copy(order))

    def get(self):
        return self._held.copy()

    def item(self, *args):
        return self._held.item(*args)

    def __getitem__(self, index):
        index = unwrapped(index, host=True)
        index = index if isinstance(index, tuple) else (index,)
        # an element is a view of no axes, too
        whole = any(part is Ellipsis or getattr(part, "dtype", None) == np.dtype(bool) for part in index)
        return self._view(np.asarray(self._held[index if whole else (*index, ...)]))

    def __setitem__(self, index, value):
        self._held[unwrapped(index, host=True)] = unwrapped(value)

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __len__(self):
        return len(self._held)

    def __bool__(self):
        return bool(self._held)

    def __float__(self):
        return float(self._held)

    def __int__(self):
        return int(self._held)

    def __index__(self):
        return operator.index(self._held)

    def __repr__(self):
        return repr(self._held)

    __hash__ = None


def unwrapped(value, host=False):
    """What NumPy computes with in place of an array of this module; NumPy's own arrays only where `host` allows it."""
    if isinstance(value, ndarray):
        return value._held
    if isinstance(value, np.ndarray) and not host:
        raise TypeError("an array of NumPy was handed to CuPy")
    if type(value) in (list, tuple):
        return type(value)(unwrapped(item, host) for item in value)
    return value


def wrapped(value):
    """What a function of NumPy gave, as this module gives it."""
    if isinstance(value, (np.ndarray, np.generic)):
        return ndarray(np.asarray(value))
    if type(value) in (list, tuple):
        return type(value)(map(wrapped, value))
    if isinstance(value, tuple):  # the named results of linalg
        return type(value)(*map(wrapped, value))
    return value


def delegating(name, function, first=True):
    """A function of this module."""

    def call(*args, **keywords):
        if first and args and isinstance(args[0], (float, int, complex, np.generic)):
            raise TypeError(f"cupy.{name}() of a number")
        out = keywords.get("out")
        arrays = [value for value in args if isinstance(value, ndarray)]
        result = function(*unwrapped(args), **{key: unwrapped(value) for key, value in keywords.items()})
        if out is not None:
            return out
        made = wrapped(result)
        if isinstance(made, ndarray):
            for array in arrays:
                if np.shares_memory(made._held, array._held):
                    made.base = array if array.base is None else array.base
        return made

    call.__name__ = call.__qualname__ = name
    call.__module__ = "cupy"
    return call


class ufunc:
    """A ufunc of this module."""

    def __init__(self, name, function):
        self.__name__, self.name, self._function = f"cupy_{name}", f"cupy_{name}", function
        self.nin, self.nout = function.nin, function.nout

    def __call__(self, *args, **keywords):
        return delegating(self.__name__, self._function, first=False)(*args, **keywords)

    def at(self, a, index, *values):
        self._function.at(a._held, unwrapped(index, host=True), *unwrapped(values))

    def __repr__(self):
        return f"<ufunc '{self.__name__}'>"


def _operator(name):
    function = getattr(operator, name)

    def forward(self, other):
        if isinstance(other, np.ndarray) and other.ndim:
            raise TypeError("an array of NumPy was handed to CuPy")
        return ndarray(np.asarray(function(self._held, unwrapped(other, host=True))))

    def backward(self, other):
        return ndarray(np.asarray(function(unwrapped(other), self._held)))

    def inplace(self, other):
        self._held[...] = function(self._held, unwrapped(other))
        return self

    return forward, backward, inplace


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and_", "or_", "xor"):
    _forward, _backward, _inplace = _operator(_name)
    _plain = _name.rstrip("_")
    setattr(ndarray, f"__{_plain}__", _forward)
    setattr(ndarray, f"__r{_plain}__", _backward)
    if _name != "matmul":
        setattr(ndarray, f"__i{_plain}__", _inplace)
for _name in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(ndarray, f"__{_name}__", _operator(_name)[0])
for _name in ("neg", "pos", "abs", "invert"):

    def _unary(self, _name=_name):
        return ndarray(np.asarray(getattr(operator, _name)(self._held)))

    setattr(ndarray, f"__{_name}__", _unary)
for _name in (
    "sum mean prod max min std var argmax argmin argsort any all cumsum cumprod reshape ravel flatten transpose "
    "swapaxes squeeze take repeat clip dot conj conjugate astype view diagonal trace nonzero round fill sort "
    "compress choose tolist"
).split():

    def _method(self, *args, _name=_name, **keywords):
        result = getattr(self._held, _name)(
            *unwrapped(args), **{key: unwrapped(value) for key, value in keywords.items()}
        )
        return self._view(np.asarray(result)) if isinstance(result, (np.ndarray, np.generic)) else wrapped(result)

    _method.__name__ = _name
    setattr(ndarray, _name, _method)


def make():
    """A fresh module `cupy`."""
    module = types.ModuleType("cupy")
    for area in ("", "linalg", "fft", "random"):
        source = getattr(np, area) if area else np
        target = module if not area else types.ModuleType(f"cupy.{area}")
        if area:
            setattr(module, area, target)
        for name, value in vars(source).items():
            if name.startswith("_") or name in ABSENT:
                continue
            if isinstance(value, np.ufunc):
                setattr(target, name, ufunc(name, value))
            elif isinstance(value, type) or not callable(value):
                if not isinstance(value, types.ModuleType):
                    setattr(target, name, value)  # dtypes and constants are NumPy's own
            else:
                setattr(target, name, delegating(name, value, name not in TAKING_NUMBERS and area != "random"))
    ndarray.__module__ = ufunc.__module__ = "cupy"
    module.ndarray, module.ufunc, module.generic = ndarray, ufunc, np.generic
    # the way in, as the user writes it
    module.asarray = _entering("asarray", np.asarray)
    module.array = _entering("array", np.array)
    module.asnumpy = lambda x: unwrapped(x, host=True)
    return module


def _entering(name, function):
    """`array` and `asarray`, which take arrays of NumPy's too: a copy to the device that is asked for."""

    def call(value, dtype=None, order=None, **keywords):
        if name == "asarray" and isinstance(value, ndarray) and dtype in (None, value.dtype):
            return value
        held = unwrapped(value, host=True)
        return ndarray(np.array(held, dtype=dtype) if name == "asarray" else np.array(held, dtype=dtype, **keywords))

    call.__name__ = call.__qualname__ = name
    call.__module__ = "cupy"
    return call
