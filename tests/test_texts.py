"""Values that are written into texts and bytes, and read back: refused; shown, kept, compared, measured: fine."""

from __future__ import annotations

import ast
import csv
import ctypes
import decimal
import fractions
import io
import json
import operator
import pickle
import re
import string
import struct

import numpy as np
import pytest
from support import assert_close, numeric_gradient

import srcgrad as sg

X = np.array([1.5, 0.25, 2.0])


class Box:
    def __init__(self, value):
        self.value = value

    def __str__(self):
        return f"{self.value}"

    def read(self):
        return float(self.text)

    def note(self, text):
        self.text = text


def text_of(value):
    return f"{value}"


def read_by_lambda(x):
    return (lambda text: float(text))(str(x[0])) * x[1]


def joined(x):
    return sum([float(part) for part in ",".join([str(v) for v in x]).split(",")])


def joined_by_map(x):
    return sum(map(float, ",".join(map(str, x)).split(",")))


def grown(x):
    text = ""
    for v in x:
        text += str(v) + " "
    return sum([float(part) for part in text.split()])


def character_by_character(x):
    text = ""
    for character in str(x[0]):
        text = text + character
    return float(text) * x[1]


def sliced(x):
    return float(("v=" + str(x[0]))[2:]) * x[1]


def by_fromstring(x):
    return np.sum(np.fromstring(np.array2string(x)[1:-1], sep=" "))


def by_loadtxt(x):
    return np.sum(np.loadtxt(io.StringIO("\n".join([str(v) for v in x]))))


def by_fromiter(x):
    return np.sum(np.fromiter([str(v) for v in x], float))


def by_store(x):
    w = np.zeros(3)
    w[:] = [str(v) for v in x]
    return np.sum(w**2)


def by_full(x):
    return np.sum(np.full(2, str(x[0]), dtype=float)) * x[1]


def by_astype(x):
    return np.sum(np.vectorize(str)(x).astype(float))


def by_json(x):
    return json.loads(json.dumps({"rate": float(x[0])}))["rate"] * x[1]


def by_pickle(x):
    return np.sum(pickle.loads(pickle.dumps(x)) ** 2)


def by_struct(x):
    return sum(struct.unpack("3d", x.tobytes()))


def by_frombuffer(x):
    return np.sum(np.frombuffer(bytes(x)) ** 2)


def by_literal(x):
    return ast.literal_eval(repr(float(x[0]))) * x[1]


def by_hex(x):
    return float.fromhex(x[0].hex()) * x[1]


def by_decimal(x):
    return float(decimal.Decimal(str(x[0]))) * x[1]


def by_fraction(x):
    return float(fractions.Fraction(float(x[0]))) * x[1]


def by_ctypes(x):
    return ctypes.c_double(x[0]).value * x[1]


def by_csv(x):
    return float(list(csv.reader([",".join([str(v) for v in x])]))[0][0]) * x[1]


def by_pattern(x):
    return float(re.findall(r"[\d.]+", f"a={x[0]}")[0]) * x[1]


def by_template(x):
    return float(string.Template("$a").substitute(a=x[0])) * x[1]


def by_buffer(x):
    out = io.StringIO()
    out.write(f"{x[0]}\n")
    return float(out.getvalue()) * x[1]


def by_print(x):
    out = io.StringIO()
    print(x[0], file=out)
    return float(out.getvalue()) * x[1]


def by_own_str(x):
    return float(str(Box(x[0]))) * x[1]


def by_attribute(x):
    box = Box(0.0)
    box.note(text_of(x[0]))
    return box.read() * x[1]


def by_key(x):
    counts = {str(v): 1.0 for v in x}
    return sum([float(key) * count for key, count in counts.items()])


REFUSED = [
    value for value in list(globals().values())
    if getattr(value, "__module__", "") == __name__ and value not in (Box, text_of)
]  # fmt: skip


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("f", REFUSED, ids=lambda f: f.__name__)
def test_texts_are_not_read_back(f):
    assert np.any(numeric_gradient(f, (X,), (0,))[0])
    for derivative in (lambda: sg.grad(f)(X.copy()), lambda: sg.jvp(f, (X.copy(),), (np.ones(3),))):
        with pytest.raises(sg.UnsupportedError) as caught:
            derivative()
        assert caught.value.construct and caught.value.advice and caught.value.line


def told(x):
    lines = []
    for i, v in enumerate(x):
        assert v > 0, f"bad: {v}"
        lines.append(f"{i}: {v:.3f} %s" % v)
    print("\n".join(lines), x, str(x), file=None)
    return np.sum(x * x)


def kept_by_text(x):
    found = {}
    for v in x:
        found[f"{v:.3f}"] = v * v
        found[v.tobytes()] = 2.0 * v
    return sum(found.values()) + (1.0 if "1.50" not in found else 0.0) * x[0]


def measured(x):
    text = json.dumps([float(v) for v in x])
    return np.sum(x * x) * len(text[:4]) if text.startswith("[") else 0.0


def message_of_an_error(x):
    try:
        if x[0] > 0:
            raise ValueError(f"bad {x[0]}")
    except ValueError as error:
        print(str(error).upper())
        return np.sum(x * x)
    return np.sum(x)


def read_from_other_texts(x):
    print(f"{x}")
    weights = {f"w{i}": x[i] for i in range(3)}
    return sum(float(name[1:]) * w for name, w in weights.items()) + float("2.5") * x[0]


def written_and_returned(x):
    return np.sum(x * x), f"loss {np.sum(x * x):.3f}"


def named_by_parts_of_texts(x, spec="cd"):
    y = operator.itemgetter(0)([x, x])
    letter = "b".replace("b", spec[:1])
    return np.sum(np.einsum(letter + "->" + letter[::-1], y) ** 2)


@pytest.mark.parametrize(
    "f", [told, kept_by_text, measured, message_of_an_error, read_from_other_texts, named_by_parts_of_texts]
)
def test_texts_are_for_reading(f, capsys):
    expected = numeric_gradient(f, (X,), (0,))
    capsys.readouterr()
    f(X)
    printed = capsys.readouterr().out
    assert_close(sg.grad(f, argnums=(0,))(X), expected)
    assert capsys.readouterr().out == printed


def test_texts_are_results_beside_others():
    gradient, text = sg.grad(written_and_returned, has_aux=True)(X)
    assert text == "loss 6.312"
    np.testing.assert_array_equal(gradient, 2.0 * X)
