"""Sparse matrices whose numbers carry derivatives: assembled, moved, multiplied, solved with.

Each program is compared with differences, in reverse and forward mode and twice; its value is SciPy's, to the bit.
"""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy")

from scipy import sparse
from scipy.sparse import linalg
from scipy.sparse.linalg import spsolve

import srcgrad as sg

N = 5
I = np.array([0, 1, 2, 3, 4, 0, 1, 2, 3, 1, 2, 3, 4, 0, 2])
J = np.array([0, 1, 2, 3, 4, 1, 2, 3, 4, 0, 1, 2, 3, 0, 2])  # the last two fall on the diagonal once more
K = 1.0 + np.cos(np.arange(1.0, N + 1.0)) ** 2
F = np.sin(np.arange(1.0, N + 1.0))
CSR = sparse.random(N, N, 0.4, "csr", random_state=np.random.default_rng(3)) + sparse.eye(N, format="csr")
LAPLACE = sparse.diags([-np.ones(N - 1), 2.0 * np.ones(N), -np.ones(N - 1)], [-1, 0, 1], format="csr")
TABLE = sparse.csr_array(LAPLACE)
WEIGHTS = np.cos(np.arange(N * N)).reshape(N, N)


def entries(k):
    return np.concatenate([3.0 * k, -k[1:], -(k[1:] ** 2), k[:1], 0.5 * k[2:3]])


def assembled(k):
    return sparse.coo_matrix((entries(k), (I, J)), shape=(N, N)).tocsr()


def weighed(a):
    return np.sum(a.toarray() ** 2 * WEIGHTS[: a.shape[0], : a.shape[1]])


# ------------------------------------------------------------------------------------------------------------- solved


def finite_elements(k, f):
    u = spsolve(assembled(k), f)
    return np.sum(u**2) + u[0]


def by_columns(k, f):
    a = assembled(k).tocsc()
    return np.sum(spsolve(a, np.stack([f, f**2], axis=1)) ** 3) + np.sum(spsolve(a, f[:, None]) * k)


def factors(k, f):
    lu = linalg.splu(assembled(k).tocsc())
    solve = linalg.factorized(sparse.csc_matrix(assembled(k)))
    return np.sum(lu.solve(f) ** 2) * np.sum(lu.solve(f, "T") * f) + np.sum(lu.solve(f**2, "H")) + np.sum(solve(f) ** 3)


def heat(k, f):
    u = f
    step = sparse.identity(N, format="csc") + 0.1 * k[0] * LAPLACE.tocsc()
    for _ in range(3):
        u = spsolve(step, u + 0.1 * k)
    return np.sum(u**2)


def step_by_step(k, f):
    a = assembled(k)
    both = a + a.T
    total = np.sum(linalg.gmres(a, f, rtol=1e-12, atol=0.0)[0] ** 2) + np.sum(linalg.bicgstab(a, f, rtol=1e-12)[0])
    total = total + np.sum(linalg.cg(both, f, x0=f, rtol=1e-12, M=sparse.diags(1.0 / both.diagonal()))[0] ** 2)
    x, info = linalg.minres(both, f, rtol=1e-12)
    return total + np.sum(x**3) if info == 0 else total


def only_one_side(k, f):
    return np.sum(spsolve(LAPLACE.tocsc(), f) ** 2) + np.sum(spsolve(assembled(k), np.arange(1.0, 6.0)) ** 2)


def complex_numbers(k, f):
    a = assembled(k) * (1.0 + 0.5j) + sparse.diags(f * 1j)
    u = spsolve(a.tocsc(), f)
    lu = linalg.splu(a.tocsc())
    total = np.sum(np.abs(u) ** 2) + np.sum(np.abs(lu.solve(u, "T")) ** 2) + np.sum(np.abs(lu.solve(u, "H")) ** 3)
    return total + np.sum(np.abs(a.conj().T @ u) ** 2) + np.sum(a.real @ f) + np.sum(np.abs(a.imag.toarray()))


# -------------------------------------------------------------------------------------------------------------- makers


def formats(k, f):
    a = sparse.coo_matrix((entries(k), (I, J)), shape=(N, N))
    total = np.sum((a @ f) ** 2) + np.sum((a.tocsc() @ f) ** 3) + np.sum(a.todia() @ k) + weighed(a.asformat("csr"))
    by_rows = sparse.csr_matrix((k, np.array([1, 0, 2, 4, 3]), np.array([0, 1, 3, 3, 4, 5])), shape=(N, N))
    by_diagonal = sparse.dia_matrix((np.stack([k, f]), np.array([0, 1])), shape=(N, N))
    full = sparse.csr_matrix(np.outer(k, k))
    return total + weighed(by_rows) + weighed(by_diagonal) + np.sum((by_diagonal.T @ f) ** 2) + weighed(full)


def diagonals(k, f):
    a = sparse.diags([k[1:], -2.0 * k, f[:-1]], [-1, 0, 1], format="csr")
    b = sparse.diags([k[0], 2.0 * f[1], 1.0], [-1, 0, 1], shape=(N, N))
    total = weighed(a) + np.sum((b @ f) ** 2) + np.sum(sparse.diags(k) @ f) + np.sum(sparse.diags(k, 1).toarray()[:3])
    total = total + np.sum((sparse.spdiags(np.stack([k, f]), [0, -1], N, N) @ f) ** 2)
    return (
        total + np.sum(sparse.diags_array([k, f[1:]], offsets=[0, 1]) @ f) if hasattr(sparse, "diags_array") else total
    )


def blocks(k, f):
    a, d = assembled(k), sparse.diags(f)
    whole = sparse.bmat([[a, d], [None, LAPLACE]], format="csr")
    total = np.sum((whole @ np.concatenate([k, f])) ** 2) + np.sum(sparse.vstack([a, LAPLACE]) @ f)
    total = total + np.sum((sparse.hstack([a, d], format="csr") @ np.concatenate([f, k])) ** 2)
    total = total + np.sum((sparse.block_diag([a, LAPLACE]) @ np.concatenate([f, k])) ** 2)
    grid = sparse.kron(sparse.identity(2), a) + sparse.kron(sparse.diags(k[:2]), LAPLACE)
    return total + np.sum((grid @ np.concatenate([k, f])) ** 2) + weighed(sparse.tril(a)) + weighed(sparse.triu(a, 1))


# ----------------------------------------------------------------------------------------------------------- operators


def sums(k, f):
    a = assembled(k)
    b = a + f[0] * LAPLACE - CSR * k[1] + (2.0 * a - sparse.diags(f))
    c = LAPLACE + a - LAPLACE @ sparse.diags(k)
    return weighed(b) + np.sum((c @ f) ** 2) + np.sum((-a / k[0]) @ f) + weighed(abs(a)) + weighed(0 + a)


def products(k, f):
    a = assembled(k)
    d = sparse.diags(f)
    total = np.sum((a * f) ** 2) + np.sum((f @ a) ** 2) + np.sum(a.dot(WEIGHTS[:, :2] * k[0]) ** 2)
    total = total + weighed(a @ a) + weighed(LAPLACE @ a) + weighed((a.T @ d @ a).tocsr()) + weighed(a * LAPLACE)
    total = total + weighed(a.multiply(LAPLACE)) + weighed(a.multiply(f[:, None])) + weighed(a.multiply(WEIGHTS))
    return total + weighed(a.multiply(2.0)) + weighed(LAPLACE.multiply(k)) + weighed(a.power(2))


def arrays(k, f):
    a = sparse.csr_array(assembled(k))
    total = weighed(a * TABLE) + weighed(a @ TABLE) + np.sum((TABLE * f[0] + a) @ f) + np.sum(a.sum(axis=0) ** 2)
    return total + np.sum(a.sum(axis=1) * f) + np.sum((a + np.outer(k, f)) ** 2) + np.sum((f * a).toarray() ** 2)


def parts(k, f):
    a = assembled(k)
    free = np.array([0, 2, 3])
    inner = a[free][:, free]
    total = np.sum(spsolve(inner, f[free] - a[free][:, [1, 4]] @ f[[1, 4]]) ** 2) + a[2, 3] * a[0, 4]
    total = total + np.sum(a.diagonal() ** 2) + np.sum(a.diagonal(1)) + a.trace() * a.sum() + weighed(a[1:3])
    return total + np.sum(a.data**2) + weighed(a[:, 1:4].T)


def written_into(k, f):
    a = assembled(k)
    a[0, 0] = f[1] ** 2
    a[4, 3] = 0.0
    a[1, 1] += k[2]
    b = a.copy()
    b.setdiag(k * f)
    a.data *= 2.0
    return weighed(a) + np.sum(spsolve(a, f) ** 2) + weighed(b) + np.sum((b @ f) ** 2)


def asked(k, f):
    a = assembled(k)
    known = sparse.issparse(a) and isinstance(a, sparse.csr_matrix) and not isinstance(a, sparse.coo_matrix)
    count = a.nnz if a.shape == (N, N) and a.format == "csr" and a.dtype == float else 0
    return np.sum(a @ f) * count if known else 0.0 * f[0]


def through_objects(k, f):
    system = {"stiffness": assembled(k), "loads": [f, 2.0 * f]}
    return sum(np.sum(spsolve(system["stiffness"], load) ** 2) for load in system["loads"])


def triangles(k, f):
    a = assembled(k)
    x = linalg.spsolve_triangular(sparse.tril(a).tocsr(), f) + linalg.spsolve_triangular(sparse.triu(a), f, lower=False)
    unit = linalg.spsolve_triangular(sparse.triu(a).T, f * k, unit_diagonal=True)
    constant = linalg.spsolve_triangular(sparse.tril(LAPLACE, format="csr"), np.stack([f, k], axis=1))
    return np.sum(x**2) + np.sum(unit * k) + np.sum(constant**2)


def norms(k, f):
    return linalg.norm(assembled(k)) + np.sum(np.sqrt(abs(CSR)) @ k * (abs(LAPLACE) @ f))


OPERATOR = linalg.LinearOperator((N, N), matvec=lambda v: LAPLACE @ v, rmatvec=lambda v: LAPLACE.T @ v)


def operators(k, f):
    a = linalg.aslinearoperator(CSR)
    return np.sum(OPERATOR @ k * a.matvec(f)) + np.sum(OPERATOR.dot(f * k) ** 2) + np.sum(a.rmatvec(k) * a(f))


PROGRAMS = [
    finite_elements, by_columns, factors, heat, step_by_step, only_one_side, complex_numbers, formats, diagonals,
    blocks, sums, products, arrays, parts, written_into, asked, through_objects,
    triangles, norms, operators,
]  # fmt: skip


@pytest.mark.parametrize("f", PROGRAMS, ids=lambda f: f.__name__)
@pytest.mark.filterwarnings("ignore::scipy.sparse.SparseEfficiencyWarning")
def test_matrices_that_carry_derivatives(f):
    value, _ = sg.value_and_grad(f)(K, F)
    assert value == f(K, F)
    sg.check_grads(f, (K, F), modes=("rev", "fwd"))


TWICE = [finite_elements, by_columns, factors, heat, step_by_step, complex_numbers, formats, written_into, triangles]


@pytest.mark.parametrize("f", TWICE, ids=lambda f: f.__name__)
def test_second_derivatives(f):
    def of_stiffness(k):
        return f(k, F)

    slope, direction = sg.grad(of_stiffness), np.cos(np.arange(5.0))
    wanted = (slope(K + 1e-5 * direction) - slope(K - 1e-5 * direction)) / 2e-5
    tangent = sg.grad(lambda k: sg.jvp(of_stiffness, (k,), (direction,))[1])
    for found in (sg.hvp(of_stiffness)(K, direction), sg.vhp(of_stiffness)(K, direction), tangent(K)):
        np.testing.assert_allclose(found, wanted, rtol=1e-6, atol=1e-8)


def single(k):
    a = sparse.diags(k, format="csr")
    return np.sum(a @ k), a.dtype


def test_single_precision_stays():
    gradient, dtype = sg.grad(single, has_aux=True)(K.astype(np.float32))
    assert dtype == np.float32 and gradient.dtype == np.float32
    np.testing.assert_allclose(gradient, 2.0 * K, rtol=1e-6)


def empty(k):
    a = sparse.csr_matrix((k, (np.zeros(0, int), np.zeros(0, int))), shape=(3, 3))
    return np.sum(a @ np.ones(3)) + np.sum(a.toarray())


def test_matrices_without_numbers():
    assert sg.grad(empty)(np.zeros(0)).shape == (0,)


# ------------------------------------------------------------------------------------------------------------- refused


def into_a_constant(p):
    a = sparse.lil_matrix((5, 5))
    a[0, 1] = p[0]
    return np.sum(a.tocsr() @ p)


def into_its_numbers(p):
    a = LAPLACE.copy()
    a.data[:] = p[0]
    return np.sum(a @ p)


def other_numbers(p):
    a = sparse.csr_matrix(LAPLACE)
    a.data = a.data * p[0]
    return np.sum(a @ p)


def its_diagonal(p):
    a = LAPLACE.tocsc()
    a.setdiag(p)
    return np.sum(a @ p)


def with_zeros(p):
    return np.sum(sparse.csr_matrix(np.diag(p)) @ p)


def listed_twice(p):
    a = sparse.csr_matrix((p, np.array([0, 0, 1, 2, 3]), np.array([0, 2, 3, 4, 5, 5])), shape=(5, 5))
    return np.sum(a @ p)


def eigenvalues(p):
    return np.sum(linalg.eigsh(sparse.diags(p), k=1)[0])


def exponential(p):
    return np.sum(linalg.expm_multiply(sparse.diags(p), p))


def exponential_of_an_array(p):
    return np.sum(linalg.expm_multiply(TABLE * p[0], np.ones(5)))


def without_adjoint(p):
    return np.sum(linalg.LinearOperator((5, 5), matvec=lambda v: LAPLACE @ v) @ p)


def squared(p):
    return np.sum((sparse.diags(p) ** 2) @ p)


def as_np_matrix(p):
    return np.sum(sparse.diags(p, format="csr").sum(axis=0))


def not_converged(p):
    return np.sum(linalg.cg(LAPLACE + sparse.diags(p), p, maxiter=1)[0])


def returned(p):
    return sparse.diags(p)


REFUSED = [
    (into_a_constant, "coo_matrix"), (into_its_numbers, "coo_matrix"), (other_numbers, "coo_matrix"),
    (its_diagonal, "setdiag"), (with_zeros, "diags"), (listed_twice, "coo_matrix"), (eigenvalues, "eigh"),
    (exponential, "expm"), (exponential_of_an_array, "expm"), (without_adjoint, "rmatvec="),
    (squared, "arrays"), (as_np_matrix, "A @ np.ones"), (not_converged, "maxiter"),
    (returned, "return the arrays"),
]  # fmt: skip


@pytest.mark.parametrize("f, words", REFUSED, ids=[f.__name__ for f, _ in REFUSED])
def test_what_is_not_followed_is_refused(f, words):
    with pytest.raises(sg.UnsupportedError) as error:
        sg.vjp(f, K)[1](1.0)
    assert words in str(error.value)
