"""The calls of `test_rules_arguments.py`."""

from __future__ import annotations

import numpy as np

MOVING = """
b = np.zeros((3, 3)); np.concatenate([A(2, 3), A(1, 3)], 0, b)
b = np.zeros((2, 2, 3)); np.stack([A(2, 3), A(2, 3)], 0, b)
b = np.zeros(2); np.take(A(4), [0, 2], None, b, 'clip')
b = np.zeros(2); A(4).take([0, 2], None, b)
b = np.zeros(3); np.choose([0, 4, 1], [A(3), S()], b, 'clip')
b = np.zeros(2); np.trace(A(2, 3, 4), 0, 1, 2, None, b)
np.choose([0, 4, 1], [A(3), S()], None, 'clip')
np.ravel(A(2, 3).T, order='K')
np.ravel(A(2, 3).T, order='A')
A(2, 3).T.flatten(order='K')
np.ravel(np.broadcast_to(A(3), (2, 3)), 'K')
np.ravel(A(3, 4, 2).transpose(2, 0, 1)[:, ::2], 'K')
A(30, 40).T.ravel('K')
np.unique(A(3, 2), axis=0)
np.unique(A(2, 3), False, True, False, 1)[0]
np.lib.stride_tricks.sliding_window_view(A(4, 5), window_shape=2, axis=1, subok=False, writeable=False)
"""
REDUCING = """
np.sum(A(2, 3), 1, None, None, True)
A(2, 3).sum(1, None, None, True)
b = np.zeros(2); A(4, 2).sum(0, None, b)
np.mean(A(2, 3), 1, None, None, True)
np.var(A(2, 3), 1, None, None, 1)
A(2, 3).var(1, None, None, 1)
np.max(A(2, 3), 1, None, True, -1.0)
np.median(A(2, 3), 1, None, False, True)
np.nanmedian(A(2, 3), 1, None, False, True)
np.quantile(A(2, 3), 0.3, 1, None, False, 'hazen', True)
"""
ALGEBRA = """
np.linalg.svd(A(4, 3), False)[1]
np.linalg.eigh(P(3), 'U')[0]
np.linalg.norm(A(2, 3, 4), -2, (2, 0))
np.linalg.norm(C(4, 2), 'nuc')
np.linalg.norm(A(4), -2.5)
np.linalg.norm(A(4), ord=np.inf, keepdims=True)
np.linalg.pinv(A(2, 4, 3), rcond=np.array([1e-10, 1e-9]))
np.linalg.qr(A(4, 3), 'reduced')[1]
np.linalg.qr(A(2, 4), 'raw')
np.linalg.qr(C(3, 2), 'raw')
np.linalg.lstsq(A(4, 2), A(4, 3), rcond=-1)[0]
np.linalg.cond(R(3), p='nuc')
np.linalg.matrix_power(R(3), n=-3)
"""
NEW_ALGEBRA = """
np.linalg.vector_norm(A(2, 3, 4), axis=(0, 2), ord=3)
np.linalg.vector_norm(A(2, 3, 4), axis=(0, 2), ord=np.inf, keepdims=True)
np.linalg.vector_norm(C(2, 3, 4), axis=(0, 2), ord=1, keepdims=True)
np.linalg.vector_norm(A(2, 3, 4), axis=(2, 0, 1), ord=3)
"""
SPECTRA = """
b = np.zeros(5, complex); np.fft.fft(A(5), None, -1, None, b)
np.fft.fft2(A(2, 3, 4), (2, 5), (0, 2), 'ortho')
np.fft.rfftn(A(2, 3, 4), s=(3, 5), axes=(2, 0))
np.fft.irfft2(C(2, 3, 4), s=(4, 5), axes=(0, 1), norm='forward')
np.fft.hfft(C(2, 5), n=6, axis=0, norm='forward')
np.fft.irfftn(C(2, 3, 4), s=(3, 5, 6), axes=(1, 1, 2))
np.fft.rfftn(A(2, 3, 4), s=(3, 5, 6), axes=(2, 1, 2))
b = C(2, 2) * 1.0; np.fft.ifft2(C(2, 2), out=b); b
b = A(2, 2) * 1.0; np.fft.irfft2(C(2, 2), None, (0, 1), None, b); b
np.fft.fftfreq(4, d=S()) * A(4)
np.fft.rfftfreq(5, S())
"""
PRODUCTS = """
np.matmul(A(2, 3), A(3, 4), axes=[(0, 1), (0, 1), (1, 0)])
np.matmul(A(3, 2), A(3, 4), axes=[(1, 0), (0, 1), (0, 1)])
np.matmul(A(2, 3, 4), A(3, 4, 5), axes=[(0, 2), (1, 2), (0, 1)])
np.matmul(A(3), A(3, 4), axes=[(0,), (0, 1), (0,)])
np.matmul(C(2, 3), A(4, 3), axes=[(0, 1), (1, 0), (0, 1)])
np.matmul(A(2, 3), A(3, 4), casting='same_kind', order='F', subok=False, dtype=complex)
np.einsum('ij,jk', A(2, 3), A(3, 4), dtype=complex, casting='unsafe', order='F')
b = np.zeros((2, 4)); np.einsum('ij,jk->ik', A(2, 3), A(3, 4), out=b, optimize=True, dtype=float)
"""
NEW_PRODUCTS = """
np.vecdot(A(3, 2), A(3, 2), axes=[(0,), (0,), ()])
np.vecdot(C(3, 2), C(2, 3), axes=[0, 1])
np.vecdot(A(3, 2), A(3, 2), axis=0, keepdims=True, dtype=float)
"""
NEWER_PRODUCTS = """
np.matvec(A(3, 2), A(3), axes=[(1, 0), (0,), (0,)])
np.matvec(C(2, 3, 4), C(2, 4), axes=[(1, 2), 1, 0])
np.vecmat(C(3), C(2, 3), axes=[(0,), (1, 0), (0,)])
np.vecmat(A(3), A(3, 2), dtype=complex)
"""
ELEMENTS = """
np.add(A(3), A(3), casting='unsafe', order='C', subok=True, dtype=float)
np.exp(A(2, 3), order='F', subok=False)
b = np.zeros(3); np.sin(A(3), b, casting='unsafe', where=np.array([True, False, True]))
np.clip(A(5), -0.5, 0.5, dtype=float, casting='unsafe')
A(5).clip(-0.5, max=S(), dtype=float)
b = np.zeros(5); np.clip(A(5), -0.5, 0.5, b, where=np.array([True, False, True, True, False]))
b = A(3) * 1.0; np.sign(A(3), out=b); b + A(3)
b = A(3) * 1.0; np.floor(A(3), b); b * A(3)
b = A(3) * 1.0; np.sign(A(3), b, where=np.array([True, False, True])); b * A(3)
b = A(3) * 1.0; np.round(A(3), 1, b); b * A(3)
b = A(3) * 1.0; np.greater(A(3), 0.0, out=b); b * A(3)
"""
WRITTEN = """
np.polyfit(np.arange(6.0), A(6), deg=2, w=np.array([1.0, 2.0, 1.0, 0.5, 1.0, 1.0]), cov=True)[1]
np.polyfit(np.arange(6.0), A(6), 2, None, True)[0]
np.apply_over_axes(np.sum, A(2, 3, 4), [0, 2])
np.trim_zeros(A(5), 'f')
"""
SPACED = """
np.logspace(S(), 2.0, 3, base=np.array([2.0, 3.0]))
np.logspace(S(), A(2, 1), 3, base=np.array([2.0, 3.0]), axis=1)
np.interp(np.array([0.3, 1.2, 0.7]) * S(), np.array([0.0, 1.0, 3.0]), C(3))
"""
PADDED = """
np.pad(A(2, 3), {-1: (1, 2)}, mode='constant')
np.pad(A(4), (2, 1), 'linear_ramp', end_values=(1.0, S()))
"""
MIXED = """
np.real(C(3))
C(3).imag
A(3).astype(complex)
A(3) * C(3)
np.real(np.vdot(C(3), A(3)))
np.outer(A(3), C(2))
np.average(C(3), weights=A(3) ** 2 + 1.0)
np.concatenate([A(2), C(2)])
np.linspace(S(), C(2), 3)
np.gradient(C(5), S())
np.gradient(C(4, 3), C(1)[0], S())[0]
np.gradient(C(5), C(5), edge_order=2)
np.pad(C(3), 1, constant_values=S())
np.linalg.solve(R(3), C(3))
np.convolve(A(3), C(2))
C(3) / A(3)
np.nanmax(C(2, 3), axis=1)
np.nanmin(C(2, 3), initial=S())
np.ptp(C(2, 3), 1, keepdims=True)
np.median(C(2, 3), 1, keepdims=True) * np.nanmedian(C(4), axis=0)
np.trapezoid(A(2, 3), C(3))
np.trapezoid(C(2, 3), dx=1j * S())
2j - S() * (1j - C(2)[0])
"""
METHODS = """
np.sort(A(4)).searchsorted(A(3), side='right') * A(3)
A(5)[A(5).argpartition(kth=2)]
A(2, 3).round(1) * A(2, 3)
b = A(3) * 1.0; A(3).round(1, b); b * A(3)
w = A(3, 4) * 1.0; w.sort(axis=-1, kind='mergesort', order=None); w
w = A(3, 4) * 1.0; w.partition(1, axis=0, kind='introselect'); w
w = A(2, 4) * 1.0; np.copyto(dst=w, src=A(4)); w
w = A(4) * 1.0; np.put(a=w, ind=[0, 2], v=A(2)); w
np.nan_to_num(A(3), True, S(), posinf=1.0)
w = A(4) * 1.0; w[0] = np.inf; y = np.nan_to_num(w[:3], copy=False, posinf=S()); y * w[1:] + w[:3]
np.add.reduce(A(2, 3), 0, None, None, True)
np.add.reduce(A(2, 3), initial=S())
np.add.reduce(A(2, 3), axis=(0, 1), where=np.array([True, False, True]))
np.multiply.reduce(A(2, 3), 1, initial=3.0)
np.multiply.reduce(A(2, 3), 1, where=np.array([True, False, True]), dtype=float)
np.maximum.reduce(A(2, 3), 1, None, None, True, S())
np.minimum.reduce(A(2, 3), axis=1, initial=9.0, where=np.array([True, False, True]))
np.add.accumulate(A(2, 3), 1, dtype=float)
np.multiply.outer(A(2), A(3), dtype=complex)
np.add.reduceat(A(6), [0, 2, 4], dtype=float)
A(3).__add__(A(3)) * A(3).__rsub__(2.0)
A(2).__rmatmul__(A(3, 2)) * A(3).__mul__([1.0, 2.0, 3.0])
A(3).__rpow__(2.0) * A(3).__neg__().__abs__()
A(3)[0].__truediv__(A(3)[1]) * S().__sub__(2) * S().__rtruediv__(S())
A(3).__divmod__(0.7)[1] * A(3).__rdivmod__(5.0)[1]
A(3).__lt__(0.3) * A(3).__len__() * A(3)
[A(3) * 1.0][0].__mul__(A(3))
w = A(3) * 1.0; w.__imod__(0.7); w * A(3)
w = A(3) * 1.0; w.__ifloordiv__(0.7); w * A(3)
"""
UFUNCS = """
np.logaddexp.reduce(A(2, 3), initial=0.5)
np.logaddexp.reduce(A(2, 3), axis=None)
np.logaddexp.reduce(A(2, 3, 2), (0, -1), keepdims=True)
np.logaddexp.reduce(A(2, 3), axis=1, where=np.array([True, False, True]), initial=S())
np.logaddexp.reduce(A(2, 3), -1, where=np.array([True, False, True]))
np.hypot.reduce(A(3, 1), axis=1)
np.fmax.reduce(A(2, 3), axis=1, initial=None)
np.divide.reduce(A(3, 2), 1, float)
np.subtract.reduce(A(3, 2), -1, initial=S())
np.power.reduce(np.abs(A(3, 2)))
np.maximum.reduce([A(3), A(3), [0.0, S(), S()]])
np.add.reduce([S(), S()])
np.divide.outer(S(), A(3), dtype=complex)
np.logaddexp.accumulate(A(4, 3), -1, dtype=float)
np.multiply.reduceat(A(3, 5), [0, 2, 1], 1, dtype=float)
b = np.zeros(3); np.logaddexp.reduce(A(3, 2), 1, None, b); b
b = np.zeros((3, 1)); np.hypot.reduce(A(3, 2), 1, out=(b,), keepdims=True); b
b = np.zeros(4); np.logaddexp.accumulate(A(4), out=b); b
b = np.zeros(3); np.fmax.reduceat(A(5), [0, 2, 3], 0, None, b); b
b = np.zeros((3, 2)); np.divide.outer(A(3), A(2), out=b); b
b = A(2, 2) * 1.0; np.power.outer(np.abs(A(2)), A(2), out=b, where=np.array([True, False])); b
np.heaviside(np.array([0.0, 1.0, 0.0, -1.0]), A(4)) * A(4)
np.heaviside.outer(np.array([0.0, 1.0]), A(3)) * A(3)
np.nextafter(A(3), 2.0) * A(3)
np.nextafter.reduce(A(3, 2), axis=1)
x = A(3) * 1.0; y = x; x //= 0.7; y * A(3)
x = A(4) * 1.0; y = x[1:]; x //= A(4); y + A(3)
"""
JOINED = """
np.concatenate(A(2, 3))
np.stack(A(2, 3), axis=1)
np.hstack(A(2, 3))
np.column_stack(A(2, 3))
np.linalg.multi_dot(A(2, 3, 3))
np.concatenate([[S(), S()], [S()]])
"""
LISTED = """
np.concatenate([[S(), S()], A(2)])
np.hstack([A(2), [1.0]])
np.vstack([[S(), S()], A(2)])
np.array([[S(), S()], A(2), (S(), 1.0)])
np.append(A(2, 3), [[S(), S(), S()]], axis=0)
"""
UNUSUAL = """
np.split(A(5, 2), [4, 1, 3], axis=0)[2]
np.roll(A(2, 3), [1, 2], [0, 1])
np.diff(A(5), 7)
np.take(A(2), [True, False])
np.take(A(3), [])
np.take_along_axis(A(2, 3, 2), np.array([[[0, 1]]]), 1)
np.angle(A(3)) + A(3)
np.emath.logn(S(), A(3))
np.unwrap(A(5) * 4.0, period=S() + 3.0)
A(2, 3)[0].item(-1) * A(2)
np.intersect1d(np.array([1.0, 2.0, 3.0]) * S(), A(2), return_indices=True)[0]
np.polynomial.polynomial.polyval2d(A(4), A(4), A(3, 2))
np.polynomial.polynomial.polygrid2d(A(4), A(2), A(3, 2))
np.polynomial.chebyshev.cheb2poly(A(4))
np.piecewise(S(), [False, True], [3.0, lambda t: t * t])
np.polynomial.polynomial.polyroots(np.array([-6.0, 11.0, -6.0, 1.0]) + 0.01 * A(4))
np.polynomial.Polynomial(A(4), [0.0, 3.0]).deriv(2)(A(3))
np.polynomial.Chebyshev(A(4), [0.0, 3.0]).integ(1, [0.7], lbnd=0.5)(A(3))
np.polyfit(A(6), A(6), 2, 1e-10, w=np.linspace(1.0, 2.0, 6), cov=True)
np.trim_zeros(np.array([[0.0, 0.0, 1.0], [0.0, 2.0, 0.0]]) * A(2, 3))
np.trim_zeros(np.array([[0.0, 0.0, 1.0], [0.0, 2.0, 0.0]]) * A(2, 3), 'f', axis=-1)
np.column_stack([A(2, 3, 4), A(2, 1, 4)])
np.broadcast_to(A(2, 3)[::2], [2, 3])
b = A(4, 3)[::2] * 1.0; b[::2] *= S(); b
np.nanquantile(A(4), 0.3, weights=A(4) ** 2 + 0.3, method='inverted_cdf')
np.arange(start=S(), stop=S() + 3.1)
np.arange(S(), stop=6.05, step=0.3 * S() + 0.7)
np.arange(S() + 2.6, step=0.7)
np.interp(np.array([0.1, 2.5, 5.3, -1.2]) * S(), np.array([0.3, 2.2, 1.1]), A(3), period=-2.6 - 0.1 * S())
np.sort_complex(A(4))
np.sort_complex(C(2, 3))
np.maximum(C(2, 3), C(3)) * np.minimum(C(3), A(3))
np.clip(C(3), 0.1, C(3))
np.r_['0,2', A(3), A(3) ** 2, 1.0 * A(1, 3)]
np.r_['1,3,0', A(3, 2), A(3, 1, 1), A(3)]
np.c_['0', A(3), A(2, 1)]
np.r_[0:3, A(3), 4:8:2, 0:1:3j] * np.r_[S()]
np.c_[A(4), 0:4, range(4)] * np.c_[A(4)]
np.r_['0,2', A(3), 0:3]
range(3) - A(3) * range(3) @ A(3, 3)
np.concatenate([A(3), range(3)]) * np.append(range(3), A(3))
np.interp(A(3), range(4), A(4)) + np.polyval(range(3), A(3))
np.where(range(3), A(3), range(3)) + np.logaddexp(range(3), A(3))
np.histogram(np.array([0.1, 0.5, 0.9, 0.4]), 3, weights=C(4), density=True)[0]
np.meshgrid(A(2), np.arange(3), A(2))[0]
np.polynomial.legendre.legvander2d(A(3), A(3), (2, 1))
np.polynomial.chebyshev.chebfromroots(C(2))
np.polynomial.legendre.legmul(A(3), A(4)) + np.polynomial.hermite.hermmul([1.0, 0.0, S()], A(4))
v = A(3); g = v[1:] * v[0]; w = np.zeros(3); w[...] = v; np.add.at(w, slice(1, None), g); w
v = C(2); w = np.zeros(3, dtype=v.dtype); w[1:] = v / 2.0; w + w[::-1]
w = A(3) * 1.0; np.put(w, [], A(2)); w
x = A(4) * 1.0; y = np.modf(x)[0]; y[1] = 0.5; y * y[0] + np.sum(x ** 3)
x = A(4) * 1.0; y = np.divmod(x, 0.7)[1]; y[1] = 0.5; y * y[0] + np.sum(x ** 3)
x = A(3) * 1.0; y = np.linalg.eigvalsh(np.diag(np.arange(3.0)) + 0.1 * np.outer(x, x)); y[1] = 0.5; y * y[0]
w = A(4) * 1.0; np.multiply.at(w, [0, 0, 2], A(3)); w
w = A(4) * 1.0; np.exp.at(w, [0, 0, 2]); w
w = A(3, 4) * 1.0; np.add.at(w, (slice(None), [0, 0, 2]), A(3, 3)); w
w = A(3, 4) * 1.0; np.copyto(w, A(3, 1), where=[True, False, True, False]); w
"""

# what decides about the structure of a result
FLAGS = """
np.linalg.svd(A(2, 3), compute_uv=False)
np.linalg.svd(A(2, 3), False, True)[1]
np.linalg.qr(R(3), mode='r')
np.linspace(S(), 2.0, 4, retstep=True)
np.linspace(S(), 2.0, 4, True, False)
np.average(A(2, 3), axis=1, returned=True)
np.average(A(2, 3), axis=1, weights=A(2, 3) ** 2 + 1.0, returned=True)
np.average(A(2, 3), axis=1, returned=False)
np.unique(A(2, 3), return_counts=True)[0]
np.gradient(A(3, 4), axis=(0, 1))
np.gradient(A(3, 4), axis=None)[1]
np.nan_to_num(A(3), copy=True)
"""
PAIRS = """
b = np.zeros(4); c = np.zeros(4); np.modf(A(4), out=(b, c)); b * c + b
b = np.zeros(4); c = np.zeros(4); np.modf(A(4) * 2.0, b, c)[0] * c
b = np.zeros(4); np.modf(A(4), out=(b, None))[1] * b + b
b = np.ones(4); c = np.ones(4); np.divmod(A(4), A(4) ** 2 + 0.3, out=(b, c)); b * c + c
b = np.ones(4); c = np.zeros(4, np.intc); np.frexp(A(4), out=(b, c)); b * c + b
b = A(4) * 1.0; c = np.ones(4); np.modf(A(4), out=(b, c), where=np.array([True, False, True, True])); b * c + b * b
x = A(4) * 3.0; b = np.ones(4); np.modf(x, out=(x, b)); b * x + x ** 2
np.modf(A(4) * 2.0, dtype=float)[0] * A(4)
np.divmod(A(4), 0.7, dtype=float)[1] * A(4)
b = np.zeros(4); m = np.array([True, False, True, True]); np.modf(A(4), out=(b, None), where=m)[1][m] * A(3) + b[m]
b = A(4) * 1.0; c = np.ones(4); np.modf(A(4), b, c, where=np.array([True, False, True, True]), casting='unsafe'); b * b
np.sign(C(3), dtype=complex, order='F') * A(3)
w = C(3) * 1.0; np.sign(C(3), out=w, where=np.array([True, False, True])); w
"""
POINTS = """
np.histogramdd(np.array([[0.5, 0.1], [1.5, 0.9], [1.7, 0.3], [3.0, 0.2]]), 3, None, True, A(4) ** 2 + 1.0)[0]
np.histogramdd([np.array([0.5, 1.5, 9.0])] * 2, bins=(2, 3), range=[(0.0, 9.0), (0.0, 2.0)], weights=A(3))[0]
np.unique_counts(A(5)).values
np.unique_inverse(A(2, 3))[0]
np.unique_all(A(5)).values
np.cov(A(2, 4), A(4), True, True, None, np.array([1, 2, 1, 3]), A(4) ** 2 + 1.0)
np.nanquantile(A(2, 3), 0.3 * S(), 1)
np.nanpercentile(np.array([[1.0, np.nan, 2.0], [0.5, -1.0, 3.0]]), A(2) * 10.0 + 40.0, axis=0)
"""

# what is no function of arrays alone, and what is one node whose reverse makes arrays
# and lists with tensors in them where arrays are meant
TENSORS_REFUSE = (
    "2, None, True)",
    "end_values=(",
    "([[S()",
    "([S()",
    "([A(3), A(3), [",
    ", [[S()",
    "item(",
    "intersect1d(",
    "cheb2poly(",
    "chebfromroots(",
    "legvander2d(",
    "legmul(",
    "polyroots(",
    "np.arange(S()",
    "np.arange(start=",
    "concatenate([A(3), range(",
    "interp(A(3), range(",
    "where(range(",
    "np.r_[",
    "np.c_[",
    "Polynomial(",
    "Chebyshev(",
)
REFUSED = [
    ("np.median(A(3), overwrite_input=True)", "overwrite_input"),
    ("np.lib.stride_tricks.sliding_window_view(A(4), 2, writeable=True)", "writeable"),
    ("np.unique(A(4), sorted=False)", "sorted"),
    ("np.var(A(3), ddof=S())", "'ddof'"),
    ("np.var(A(3, 4), axis=1, mean=C(3, 1), keepdims=True)", "complex 'mean='"),
    ("np.interp(A(3), np.arange(3.0), A(3), period=2.5 * (1.0 + 0.1j) * S())", "complex 'period='"),
    ("np.r_[S():5.0:3j]", "a slice with ends"),
    ("np.mgrid[0.0:S():3j]", "a slice with ends"),
    ("slice(S(), 5.0).start * S()", "a slice with ends"),
]


def calls():
    """The calls that this NumPy has functions for."""
    tables = [MOVING, REDUCING, ALGEBRA, SPECTRA, PRODUCTS, ELEMENTS, WRITTEN, SPACED, PADDED, MIXED, METHODS]
    tables += [UFUNCS, JOINED, LISTED, UNUSUAL, FLAGS, PAIRS, POINTS]
    if hasattr(np.linalg, "vector_norm"):
        tables.append(NEW_ALGEBRA)
    if hasattr(np, "vecdot"):
        tables.append(NEW_PRODUCTS)
    if hasattr(np, "matvec"):
        tables.append(NEWER_PRODUCTS)
    return [line for table in tables for line in table.strip().splitlines()]
