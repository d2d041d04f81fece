"""Arrays that are not arrays of numbers, and arrays whose form is changed: refused where they hold what derivatives
flow through, used as they are where they hold constants."""

from __future__ import annotations

import numpy as np
import pytest
from support import assert_close, numeric_gradient

import srcgrad as sg

X = np.array([1.5, 0.25, 2.0])
FIELDS = [("a", float), ("b", float)]


def fields_written(x):
    r = np.zeros(3, dtype=FIELDS)
    r["a"] = x
    return np.sum(r["a"] ** 2)


def fields_of_elements(x):
    r = np.zeros(3, dtype=FIELDS)
    for i in range(3):
        r[i]["a"] = x[i]
    return np.sum(r["a"])


def records_by_tuple(x):
    r = np.zeros(3, dtype=FIELDS)
    for i in range(3):
        r[i] = (x[i], x[i] ** 2)
    return np.sum(r["a"] * r["b"])


def records_of_tuples(x):
    r = np.array([(v, v * v) for v in x], dtype=FIELDS)
    return np.sum(r["a"] * r["b"])


def viewed_as_records(x):
    return np.sum(x.view([("a", float)])["a"])


def record_array(x):
    r = np.recarray(3, dtype=FIELDS)
    r.a = x
    return np.sum(r.a**2)


def filled_with_none(x):
    w = np.full(3, None)
    w[0] = x * 2.0
    return np.sum(w[0])


def new_shape(x):
    w = x * 2.0
    w.shape = (3, 1)
    return np.sum(w @ w.T)


def new_shape_of_a_constant(x):
    w = np.zeros(3)
    w.shape = (3, 1)
    return np.sum((x * w + x) ** 2)


def resized_constant(x):
    w = np.zeros(3)
    w.resize((3, 1), refcheck=False)
    return np.sum((x * w + x) ** 2)


@pytest.mark.parametrize(
    "f",
    [fields_written, fields_of_elements, records_by_tuple, records_of_tuples, viewed_as_records, record_array,
     filled_with_none, new_shape, new_shape_of_a_constant, resized_constant],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:Setting the shape:DeprecationWarning")
def test_refused(f):
    assert np.any(numeric_gradient(f, (X,), (0,))[0])
    for derivative in (lambda: sg.grad(f)(X.copy()), lambda: sg.jvp(f, (X.copy(),), (np.ones(3),))):
        with pytest.raises(sg.UnsupportedError) as caught:
            derivative()
        assert caught.value.construct and caught.value.advice and caught.value.line


def columns_of_a_table(x):
    table = np.array([(1.0, 2.0), (3.0, 4.0), (5.0, 6.0)], dtype=FIELDS)
    total = np.sum(table["a"] * x + table["b"])
    for row, v in zip(table, x):
        total = total + row["a"] * v**2
    return total


def table_filled_with_constants(x):
    table = np.zeros(3, dtype=[("a", float), ("n", int)])
    table["a"] = [1.0, 2.0, 3.0]
    table["n"][1] = 4
    return np.sum(table["a"] * x * table["n"])


def record_array_of_constants(x):
    table = np.rec.array([(1.0, 2.0), (3.0, 4.0), (5.0, 6.0)], dtype=FIELDS)
    return np.sum(table.a * x)


def days(x):
    t = np.array(["2020-01-01", "2020-01-02", "2020-01-05"], dtype="datetime64[D]")
    return np.sum((t - t[0]) / np.timedelta64(1, "D") * x**2)


def names(x):
    labels = np.array(["a", "b", "a"])
    return np.sum(x[labels == "a"] ** 2) * len(np.unique(labels))


@pytest.mark.parametrize("f", [columns_of_a_table, table_filled_with_constants, record_array_of_constants, days, names])
def test_constants_are_used_as_they_are(f):
    assert_close(sg.grad(f, argnums=(0,))(X), numeric_gradient(f, (X,), (0,)))
