"""Programs in which real numbers that were made of complex ones become complex again: their cotangents are real."""

from __future__ import annotations

import numpy as np
from programs.data import array

Z = array(3) + 1j * array(3)[::-1]
W = array(3, 3) + 1j * array(3, 3).T
C = 1.0 + 2.0j


def by_angle(z):
    return np.abs(np.sum(z**2 * np.exp(1j * np.angle(z)))) ** 2 + np.sum(np.exp(0.01j * np.angle(z, deg=True))).real


def joined(z):
    r = np.abs(z)
    total = np.sum(np.concatenate([r, z]) * C) + np.sum(np.stack([r, z]) * C)
    return (total + np.sum(np.array([abs(z[0]), z[1]]) * C)).real


def converted(z):
    r = np.abs(z)
    return (np.sum(r.astype(complex) * C) + np.sum(r, dtype=complex) * C).real


def of_unknown_type(z):
    r = np.abs(z)
    total = np.sum(np.unwrap(np.angle(z)) * W[0]) + np.convolve(r, z).sum()
    return (total + np.sum(np.linalg.lstsq(W, r, rcond=None)[0])).real


def held(z):
    parts = {"r": np.abs(z)}
    parts["c"] = parts["r"] * C
    total = 0.0 + 0.0j
    for v in parts["r"]:
        total = total + v * C
    return (parts["c"].sum() + total).real


def written(z):
    w = np.zeros(3, complex)
    w[0] += np.abs(z[0])
    w[1:] = np.abs(z[1:])
    return np.sum(w * C * np.fft.fft(np.abs(z))).real


def selected(z):
    chosen = np.select([[True, False, False], [False, False, True]], [np.abs(z), z], 2.0 * z)
    return np.sum(chosen * C).real


def products(z):
    r = np.abs(z)
    total = np.sum(W @ r) + np.einsum("ij,j->", W, r) + np.sum(np.outer(r, z) * C) + np.sum(r ** W[0])
    return (total + np.polyval(r, 0.3 + 0.2j) + np.sum(np.linalg.solve(W, r))).real


CASES = [
    (function, (Z,), None)
    for function in (by_angle, joined, converted, of_unknown_type, held, written, selected, products)
]
