"""Words for vectors that a matrix determines: eigenvectors, singular vectors, columns of q.

Vectors of equal values may be exchanged for others: where one of them is asked for, the result is nan.  Nothing else
is, so that values alone are exact also where some are equal.  A complex vector has any phase, and vectors that only
complete a basis may be turned among themselves; what depends on that has no derivative, and is refused.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from srcgrad.errors import UnsupportedError
from srcgrad.runtime.places import warn
from srcgrad.runtime.words_product import transposed

EIGENVECTORS = "eigenvectors of equal eigenvalues"
SINGULAR_VECTORS = "singular vectors of equal singular values"


def diagonal_matrix(x: Any) -> Any:
    """Matrices with the last axis of `x` on their diagonal."""
    return np.expand_dims(x, -1) * np.eye(np.shape(x)[-1], dtype=np.result_type(x).type)


def beside_diagonal(values: Any) -> Any:
    """1 beside the diagonal, 0 on it."""
    return 1.0 - np.eye(np.shape(values)[-1], dtype=np.real(values).dtype)


def gaps(values: Any) -> Any:
    """`values[j] - values[i]`, 1 where that is 0, as it is on the diagonal."""
    found = np.expand_dims(values, -2) - np.expand_dims(values, -1)
    return found + (found == 0)


def gaps_or_nan(values: Any, what: str) -> Any:
    """The same, nan where two are equal, with a warning that names the line of the derivative."""
    same = (np.expand_dims(values, -2) == np.expand_dims(values, -1)) & (beside_diagonal(values) != 0)
    if np.any(same):
        warn(f"{what} have no derivative: the gradient is nan")
    return np.where(same, np.nan, gaps(values))


def is_given(bar: Any) -> bool:
    """Whether a cotangent says anything: not where it is 0, unless it is differentiated, as it may leave 0 then."""
    return bool(np.any(bar != 0))


def surely_given(bar: Any) -> bool:
    """`is_given` for a cotangent that is differentiated."""
    return True


def alike(values: Any) -> Any:
    """Which values another one equals."""
    return np.count_nonzero(np.expand_dims(values, -2) == np.expand_dims(values, -1), axis=-1) > 1


def alone(bar: Any, undetermined: Any, what: str) -> Any:
    """The cotangent `bar` of vectors, nan, with a warning, where it asks for one that is undetermined.

    It is linear, infinity times 0 being 0: its own derivatives are found the same way, by a rule.
    """
    lost = np.expand_dims(undetermined, -2) & (bar != 0)
    if not np.any(lost):
        return bar
    warn(f"{what} have no derivative: the gradient is nan")
    return np.where(lost, np.nan, bar)


def refuse_phase(turning: Any, bar: Any, what: str) -> None:
    """UnsupportedError where a cotangent changes as complex vectors are turned: `turning` says by how much."""
    if _is_large(turning, bar):
        advice = "compute what does not: v * v.conj(), a projection, a product of left and right vectors of one call"
        raise UnsupportedError(f"a value that depends on the phase of complex {what}", advice)


def _is_large(turning: Any, bar: Any) -> Any:
    return np.any(np.abs(turning) > np.sqrt(np.finfo(np.result_type(bar)).eps) * np.sum(np.abs(bar)))


def within(q: Any, bar: Any, k: int, what: str) -> Any:
    """The first `k` columns of a basis, and their cotangent, to which that of the others belongs.

    These complete the basis: q2_dot = -q1 q1_dot^H q2, where they do not turn among themselves.
    """
    if np.shape(q)[-1] == k:
        return q, bar
    first, rest, rest_bar = q[..., :, :k], q[..., :, k:], bar[..., :, k:]
    turned = transposed(rest) @ rest_bar
    if _is_large(turned - transposed(turned), rest_bar):
        raise UnsupportedError(
            f"a value that depends on how {what} are turned among themselves",
            "compute what does not, as the projection q2 @ q2.T, or leave them out",
        )
    return first, bar[..., :, :k] - rest @ (transposed(rest_bar) @ first)


def spectral_sum(u: Any, d: Any, v: Any) -> Any:
    """`(u * d) @ v^H` for real `d`; a column for which `d` is 0 does not count, be it nan."""
    out = np.expand_dims(d == 0, -2)
    return np.where(out, 0.0, u * np.expand_dims(d, -2)) @ transposed(np.where(out, 0.0, v))
