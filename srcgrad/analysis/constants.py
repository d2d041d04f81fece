"""Sparse matrices of SciPy's: objects whose numbers are constant, which what is written into them has to stay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from srcgrad.analysis.kinds import Kind, Unknown
from srcgrad.homes import is_word
from srcgrad.rules.table import Rule

# what gives a sparse matrix of a sparse matrix
METHODS = frozenset({
    "copy", "tocsr", "tocsc", "tocoo", "todia", "tobsr", "tolil", "todok", "asformat", "transpose", "conj", "conjugate",
    "astype",
})  # fmt: skip
WRITTEN = (
    "writing a value that depends on the input into a constant sparse matrix",
    "collect rows, columns and values, and make scipy.sparse.coo_matrix((values, (rows, columns)), shape) of them",
)
CALLED = "calling '{}' of a constant sparse matrix with values that depend on the input"
ATTRIBUTES = frozenset({"T", "H"})


class Numbers:
    """The type of the numbers that a constant matrix holds."""


def is_sparse(cls: Any) -> bool:
    """Whether objects of a class are sparse matrices."""
    return isinstance(cls, type) and str(cls.__module__).startswith("scipy.sparse") and hasattr(cls, "asformat")


def stays(cls: type, name: str) -> bool:
    """Whether a method of objects of a class gives such an object."""
    return name in METHODS and is_sparse(cls)


def computed(rule: Rule, kinds: Mapping[str, Any]) -> Unknown | None:
    """The kind of what NumPy's functions give for a constant matrix, as `np.sqrt(A)`; None for other operands, and for
    words, which know such matrices."""
    if any(map(is_word, rule.functions)):
        return None
    for kind in kinds.values():
        if isinstance(kind, Unknown) and is_sparse(kind.type):
            return Unknown(type=kind.type if rule.cls == "elementwise" and len(kinds) == 1 else None)
    return None


def attribute(kind: Unknown, name: str) -> Kind:
    """The kind of an attribute of a constant object."""
    if is_sparse(kind.type):
        if name in ATTRIBUTES:
            return Unknown(type=kind.type)
        if name == "data":
            return Unknown(type=Numbers)
    return Unknown()
