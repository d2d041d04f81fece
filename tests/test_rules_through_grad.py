"""Entries of the table through `sg.grad`: unpacked results, keywords, methods, and what emitted text makes of them."""

from __future__ import annotations

import numpy as np
import pytest

import srcgrad as sg

rng = np.random.default_rng(0)
A = rng.normal(size=(3, 3)) + 3 * np.eye(3)
V = rng.normal(size=6)
P = A @ A.T
M = rng.normal(size=(3, 4))
W = rng.normal(size=(3, 3))


def differences(f, x, eps=1e-6):
    """The gradient of `f` at `x` by central differences."""
    result = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += eps
        down[i] -= eps
        result[i] = (f(up) - f(down)) / (2 * eps)
    return result


def eigh_w(a):
    w, v = np.linalg.eigh(a)
    return np.sum(w**3) + np.sum(W * v**2)


def eigh_attr(a):
    r = np.linalg.eigh(a)
    return np.sum(r.eigenvalues**3) + np.sum(W * r.eigenvectors**2)


def svd3(a):
    u, s, vh = np.linalg.svd(a, full_matrices=False)
    return np.sum((u * np.log(s)) @ vh * W)


def svds(a):
    return np.sum(np.linalg.svd(a)[1] ** 3)


def svd_only(a):
    return np.sum(np.linalg.svd(a, compute_uv=False) ** 3)


def qr_(a):
    q, r = np.linalg.qr(a)
    return np.sum(W * q) + np.sum(r**2 * W)


def qr_r(a):
    return np.sum(np.linalg.qr(a, mode="r") ** 3)


def lst(a):
    return np.sum(np.linalg.lstsq(a[:, :2], a[:, 2], rcond=None)[0] ** 2)


def lst2(a):
    x, res, rk, s = np.linalg.lstsq(a[:, :2], a[:, 2], rcond=None)
    return np.sum(x**3) + np.sum(res) + np.sum(s**2)


def slog(a):
    s, l = np.linalg.slogdet(a)
    return s * l


def grad2(m):
    gx, gy = np.gradient(m)
    return np.sum(gx**2 * gy)


def grad1(m):
    return np.sum(np.gradient(m, axis=0, edge_order=2) ** 3)


def fftp(v):
    return np.sum(np.abs(np.fft.fft(v)) ** 2 * np.arange(6))


def rfftp(v):
    s = np.fft.rfft(v)
    return np.sum((s.real**2 + 3 * s.imag) * np.arange(4))


def irf(v):
    return np.sum(np.fft.irfft(np.fft.rfft(v) * np.arange(4)) ** 2)


def filt(m):
    return np.sum(np.fft.ifft2(np.fft.fft2(m) * np.exp(-np.arange(4))).real ** 2)


def conv(v):
    return np.sum(np.convolve(v, v[:3], "same") ** 2)


def corr(v):
    return np.sum(np.correlate(v, v[:3] * 2, "full") ** 3)


def covv(m):
    return np.sum(np.cov(m) ** 2)


def cc(m):
    return np.sum(np.corrcoef(m) * np.arange(9).reshape(3, 3))


def avg(v):
    return np.average(v, weights=np.exp(v)) ** 2


def nanm(v):
    return np.nanmean(np.where(v > 0.0, v, np.nan)) ** 2 + np.nanstd(v) * np.nanmax(v)


def wsum(m):
    return np.sum(m**2, where=m > 0.1) + np.mean(m**3, axis=1, where=m < 5).sum()


def wmax(m):
    return np.max(m**2, axis=0, initial=0.3).sum()


def pv(v):
    return np.polyval(v[:3], v[3:]).sum()


def pvl(v):
    return np.polyval([v[0], 2.0, v[1]], v[3] * v[4])


def van(v):
    return np.sum(np.vander(v, 3) ** 2)


def trap(v):
    return np.trapezoid(v**2, np.cumsum(v**2))


def trapy(v):
    return np.trapezoid(y=v**2, dx=v[0])


def geo(v):
    return np.sum(np.geomspace(np.exp(v[0]), 3.0, 5) ** 2)


def logs(v):
    return np.sum(np.logspace(v[0], v[1], 5) ** 0.5)


def mp(a):
    return np.sum(np.linalg.matrix_power(a, 3) * W)


def md(a):
    return np.sum(np.linalg.multi_dot([a, W, a.T]) ** 2)


def pinv_(m):
    return np.sum(np.linalg.pinv(m) ** 2)


def condn(a):
    return np.linalg.cond(a)


def vn(a):
    return np.linalg.vector_norm(a) + np.linalg.matrix_norm(a) * np.linalg.vector_norm(a, axis=0, ord=1).sum()


def stdw(m):
    return np.std(m, axis=0, ddof=1).sum() + m.std()


def eigv(a):
    return np.sum(np.linalg.eigvals(a).real ** 2)


def meth(m):
    return m.sum(axis=0, where=m > 0).sum() + m.max(initial=0.0) * m.mean(dtype=np.float64)


def sumd(m):
    return np.sum(m**2, dtype=np.float64)


def ins(v):
    return np.sum(np.insert(v, 2, v[0] * v[1]) ** 2)


def dele(v):
    return np.sum(np.delete(v, [1, 3]) ** 3)


def rs(v):
    return np.sum(np.resize(v, (3, 4)) ** 2 * np.arange(12).reshape(3, 4))


def pe(v):
    return np.sum(np.pad(v, 2, "edge") ** 2 * np.arange(10))


def pc(v):
    return np.sum(np.pad(v, 2) ** 2)


def ex(v):
    return np.sum(np.extract(v > 0, v) ** 3)


def bl(a):
    return np.sum(np.block([[a, a * 2], [a**2, a]]) ** 2)


def par(v):
    return np.sum(np.partition(v, 2)[:3] ** 2)


def un(v):
    return np.sum(np.unique(v) ** 2 * np.arange(6))


def cho(v):
    return np.sum(np.choose(np.array([0, 1, 0, 1, 1, 0]), [v**2, v * 3]))


def rol(m):
    return np.sum(np.rollaxis(m, 1) ** 2 * np.arange(12).reshape(4, 3))


def binc(v):
    return np.sum(np.bincount(np.array([0, 1, 1, 2, 2, 0]), weights=v**2) ** 2)


def his(v):
    return np.sum(np.histogram(np.arange(6.0), 3, weights=v)[0] ** 2)


def mT(m):
    return np.sum(m.mT**2 * np.arange(12).reshape(4, 3))


def ld(v):
    return np.sum(np.ldexp(v, 2) ** 2)


def unw(v):
    return np.sum(np.unwrap(v * 9) ** 2)


def ed(v):
    return np.sum(np.ediff1d(v, to_begin=1.0) ** 2)


def his2(v):
    h, e = np.histogram(np.arange(6.0), 3, weights=v)
    return np.sum(h**2 * e[1:])


def hs(m):
    a, b = np.hsplit(m, 2)
    return np.sum(a * b)


def uns(m):
    a, b, c = np.unstack(m)
    return np.sum(a * b * c)


def dm(v):
    q, r = np.divmod(v, 0.7)
    return np.sum(r**2 * q)


def mf(v):
    q, r = np.modf(v * 3)
    return np.sum(q**2 * r)


def u2(v):
    return np.sum(np.add.accumulate(v) ** 2) + np.sum(np.maximum.accumulate(v) ** 2) + np.sum(np.multiply.accumulate(v))


def u3(v):
    return (
        np.sum(np.add.outer(v, v**2) ** 2)
        + np.sum(np.multiply.outer(v, v[:2]) ** 2)
        + np.sum(np.subtract.outer(v, 1.5 * v) ** 3)
    )


def u4(v):
    return np.sum(np.add.reduceat(v, [0, 2, 4]) ** 2)


def vd(m):
    return np.sum(np.vecdot(m, m * 2) ** 2) + np.sum(np.matvec(m, m[0]) ** 2) + np.sum(np.vecmat(m[:, 0], m) ** 2)


def started_at_value(m):
    return np.max(m, axis=0, initial=m[0, 0] ** 2).sum() + np.min(m[1:], initial=-m[0, 1]) + np.max(m, initial=-9.0)


def started_product(m):
    start = m[0, 0] * 2.0
    return np.prod(m, axis=1, initial=start).sum() + np.sum(m, initial=start, where=m > 0.0)


def nothing_chosen(m):
    return np.sum(m, where=0) + np.mean(m**2, where=True) + np.prod(m[0], where=False)


def broadcast_pair(m):
    a, b = np.broadcast_arrays(m, m[:, :1] * 2.0)
    return np.sum(a * b * b)


def grids(v):
    a, b = np.meshgrid(v, v[:3])
    return np.sum(a * b * b)


def wide_quantiles(m):
    return np.sum(np.quantile(m, [0.2, 0.7], axis=1) ** 2)


CASES = [
    (started_at_value, M),
    (started_product, M),
    (nothing_chosen, M),
    (broadcast_pair, M),
    (grids, V),
    (wide_quantiles, M),
    (eigh_w, P),
    (eigh_attr, P),
    (svd3, A),
    (svds, A),
    (svd_only, A),
    (qr_, A),
    (qr_r, A),
    (lst, A),
    (lst2, M),
    (slog, A),
    (grad2, M),
    (grad1, M),
    (fftp, V),
    (rfftp, V),
    (irf, V),
    (filt, M),
    (conv, V),
    (corr, V),
    (covv, M),
    (cc, M),
    (avg, V),
    (nanm, V),
    (wsum, M),
    (wmax, M),
    (pv, V),
    (pvl, V),
    (van, V),
    (trap, V),
    (trapy, V),
    (geo, V),
    (logs, V),
    (mp, A),
    (md, A),
    (pinv_, M),
    (condn, A),
    (vn, A),
    (stdw, M),
    (eigv, P),
    (meth, M),
    (sumd, M),
    (ins, V),
    (dele, V),
    (rs, V),
    (pe, V),
    (pc, V),
    (ex, V),
    (bl, A),
    (par, V),
    (un, V),
    (cho, V),
    (rol, M),
    (binc, V),
    (his, V),
    (mT, M),
    (ld, V),
    (unw, V),
    (ed, V),
    (his2, V),
    (hs, M),
    (uns, M),
    (dm, V),
    (mf, V),
    (u2, V),
    (u3, V),
    (u4, V),
    (vd, M),
]


@pytest.mark.parametrize("f, x", CASES, ids=[f.__name__ for f, _ in CASES])
def test_gradients_match_differences(f, x):
    before = x.copy()
    got = sg.grad(f)(x)
    np.testing.assert_allclose(got, differences(f, x), rtol=1e-4, atol=1e-5)
    assert got.shape == x.shape and got.dtype == x.dtype and np.array_equal(x, before)


def eigenvectors(a):
    return np.sum(np.linalg.eigh(a)[1] * W)


def test_eigenvectors_of_equal_eigenvalues_warn():
    with pytest.warns(RuntimeWarning, match="equal eigenvalues"):
        assert np.isnan(sg.grad(eigenvectors)(np.eye(3))).any()


def full_vectors(m):
    return np.sum(np.linalg.svd(m)[0][0])


def full_columns(m):
    return np.sum(np.linalg.qr(m, mode="complete")[0][0])


@pytest.mark.parametrize("f", [full_vectors, full_columns])
def test_vectors_that_may_be_turned_among_themselves_are_refused(f):
    a = np.random.default_rng(0).normal(size=(4, 2))
    with pytest.raises(sg.UnsupportedError, match="turned among themselves"):
        sg.grad(f)(a)
    np.testing.assert_allclose(sg.grad(f)(a[:3]), differences(f, a[:3]), rtol=1e-4, atol=1e-5)
