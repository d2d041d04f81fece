"""A spectrum of two peaks on a sloping background, as classes with methods; the gradient is an object like the model.

`sg.value_and_grad(Spectrum.misfit)` differentiates with respect to `self`.  The gradient is a `Spectrum` too: each
attribute holds the derivative with respect to that attribute.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

import srcgrad as sg


@dataclass
class Peak:
    """A Gaussian; the logarithm of the width keeps the width positive."""

    height: float
    center: float
    log_width: float

    @property
    def width(self):
        return np.exp(self.log_width)

    def __call__(self, energies):
        return self.height * np.exp(-0.5 * ((energies - self.center) / self.width) ** 2)


@dataclass
class Spectrum:
    """Peaks on a background that is a straight line."""

    peaks: list[Peak]
    background: np.ndarray

    def intensity(self, energies):
        total = self.background[0] + self.background[1] * energies
        for peak in self.peaks:
            total = total + peak(energies)
        return total

    def misfit(self, energies, measured):
        return np.mean((self.intensity(energies) - measured) ** 2)


def numbers(spectrum: Spectrum) -> np.ndarray:
    """All parameters in one vector."""
    parts = [[peak.height, peak.center, peak.log_width] for peak in spectrum.peaks]
    return np.concatenate([np.ravel(parts), spectrum.background])


def with_numbers(spectrum: Spectrum, values: np.ndarray) -> Spectrum:
    """A spectrum like `spectrum` with other parameters."""
    count = len(spectrum.peaks)
    peaks = [Peak(*map(float, part)) for part in values[: 3 * count].reshape(count, 3)]
    return replace(spectrum, peaks=peaks, background=values[3 * count :])


def fit(spectrum: Spectrum, energies: np.ndarray, measured: np.ndarray, turns: int) -> Spectrum:
    """Adam with a rate that decays."""
    misfit = sg.value_and_grad(Spectrum.misfit)
    values = numbers(spectrum)
    mean, square = np.zeros_like(values), np.zeros_like(values)
    for turn in range(1, turns + 1):
        _, gradient = misfit(with_numbers(spectrum, values), energies, measured)
        slope = numbers(gradient)
        mean = 0.9 * mean + 0.1 * slope
        square = 0.999 * square + 0.001 * slope**2
        rate = 0.05 * 0.01 ** (turn / turns)
        values = values - rate * mean / (1 - 0.9**turn) / (np.sqrt(square / (1 - 0.999**turn)) + 1e-12)
    return with_numbers(spectrum, values)


def main(turns: int = 3000) -> None:
    true = Spectrum([Peak(2.0, -1.0, np.log(0.4)), Peak(1.2, 0.8, np.log(0.7))], np.array([0.3, 0.05]))
    start = Spectrum([Peak(1.0, -0.6, 0.0), Peak(1.0, 0.6, 0.0)], np.zeros(2))
    energies = np.linspace(-3.0, 3.0, 121)
    measured = true.intensity(energies)

    found = fit(start, energies, measured, turns)
    for label, spectrum in ("start", start), ("fitted", found), ("true", true):
        peaks = "   ".join(f"{p.height:.4f} at {p.center:+.4f}, width {p.width:.4f}" for p in spectrum.peaks)
        print(f"{label:>6}: {peaks}   background {np.round(spectrum.background, 4)}")
    print(f"mean squared misfit {found.misfit(energies, measured):.1e}")
    assert np.max(np.abs(numbers(found) - numbers(true))) < 1e-2


if __name__ == "__main__":
    main()
