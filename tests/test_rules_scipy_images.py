"""Images between their samples: by the image and by the places, compared with differences."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy")

from scipy import ndimage

import srcgrad as sg
from srcgrad.runtime.words_scipy_ranks import PADS, rank_of, ranked_places, shape_of
from srcgrad.written.scipy_images import between_samples

M = np.random.default_rng(2).normal(size=(3, 4))
Q = np.random.default_rng(4).uniform(-1.5, 4.2, size=(2, 7))
TURN = np.array([[0.8, 0.13], [-0.1, 0.9]])
MODES = ("constant", "nearest", "mirror", "reflect", "wrap")


@pytest.mark.parametrize("order", [0, 1, 2, 3])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("shape", [(3, 4), (1, 5), (2, 2)])
def test_the_spline_is_scipys(mode, shape, order):
    image = np.random.default_rng(5).normal(size=shape)
    places = np.random.default_rng(3).uniform(-9.0, 12.0, size=(2, 200))
    wanted = ndimage.map_coordinates(image, places, order=order, mode=mode)
    np.testing.assert_allclose(between_samples(image, places, mode, order), wanted, atol=1e-10)
    wanted = ndimage.map_coordinates(image, places, order=order, mode=mode, prefilter=False)
    np.testing.assert_allclose(between_samples(image, places, mode, order, False), wanted, atol=1e-10)


def sampled(image):
    return np.sum(ndimage.map_coordinates(image, Q, order=1, mode="reflect") ** 2)


def sampled_elsewhere(places):
    total = np.sum(ndimage.map_coordinates(M, places, order=1, mode="mirror") ** 2)
    total = total + np.sum(ndimage.map_coordinates(M, places, order=1, cval=2.0) ** 2)
    total = total + np.sum(ndimage.map_coordinates(M, places, order=1, mode="wrap") ** 2)
    return total + np.sum(ndimage.map_coordinates(M, places, None, 1, "nearest") ** 3)


def both(image):
    return np.sum(ndimage.map_coordinates(image, Q * image[0, 0], order=1, mode="reflect") ** 2)


def shifted(image):
    return np.sum(ndimage.shift(image, 0.3, order=1) ** 2 + ndimage.shift(image, (0.4, -1.2), order=1, mode="wrap"))


def shifted_by(way):
    return np.sum(ndimage.shift(M, way, order=1, mode="mirror") ** 2)


def enlarged(image):
    return np.sum(ndimage.zoom(image, 1.7, order=1) ** 2) + np.sum(ndimage.zoom(image, (0.6, 2.0), order=1) ** 2)


def turned(image):
    found = ndimage.affine_transform(image, TURN, order=1, mode="nearest", output_shape=(4, 5))
    return np.sum(found**2)


def turned_by(matrix):
    return np.sum(ndimage.affine_transform(M, matrix, [0.1, 0.27], order=1) ** 2)


def cubic(image):
    total = np.sum(ndimage.shift(image, 0.3) ** 2) + np.sum(ndimage.zoom(image, 1.7, mode="nearest") ** 2)
    total = total + np.sum(ndimage.rotate(image, 31.0, mode="mirror") ** 2) + np.sum(ndimage.zoom(image, 2, order=0))
    return total + np.sum(ndimage.map_coordinates(image, Q, order=2, mode="reflect", prefilter=False) ** 2)


def rotated_by(angle):
    turned = ndimage.rotate(M, angle[0], reshape=False, mode="nearest")
    return np.sum(turned**2) + np.sum(ndimage.rotate(M, angle[1], order=2, cval=1.0) ** 2)


def smoothly_elsewhere(places):
    total = np.sum(ndimage.map_coordinates(M, places, mode="mirror") ** 2)
    return total + np.sum(ndimage.map_coordinates(M, places, order=2, mode="nearest") ** 2)


CROSS = np.array([[1, 0, 1], [1, 1, 0]])


def ranked(image):
    total = np.sum(ndimage.maximum_filter(image, 3) ** 2)
    total = total + np.sum(ndimage.minimum_filter(image, (2, 3), mode="constant") ** 2)
    total = total + np.sum(ndimage.median_filter(image, footprint=CROSS, mode="mirror") ** 2)
    total = total + np.sum(ndimage.median_filter(image, 3, mode="wrap", origin=1) ** 3)
    total = total + np.sum(ndimage.rank_filter(image, -2, size=3, mode="nearest") ** 2)
    total = total + np.sum(ndimage.percentile_filter(image, 20, size=3) ** 2)
    total = total + np.sum(ndimage.grey_dilation(image, (2, 3), origin=(0, 1)) ** 2)
    total = total + np.sum(ndimage.white_tophat(image, footprint=CROSS) * ndimage.minimum_filter1d(image, 3, 0))
    return total + np.sum(ndimage.maximum_filter(image[0], 4, cval=0.3, mode="constant") ** 2)


PROGRAMS = [
    (sampled, M), (sampled_elsewhere, Q), (both, M), (shifted, M), (shifted_by, np.array([0.3, -0.6])), (enlarged, M),
    (turned, M), (turned_by, TURN), (cubic, M), (rotated_by, np.array([20.3, -7.1])), (smoothly_elsewhere, Q),
    (ranked, M),
]  # fmt: skip


@pytest.mark.parametrize(("f", "x"), PROGRAMS, ids=[f.__name__ for f, _ in PROGRAMS])
def test_images(f, x):
    assert sg.value_and_grad(f)(x)[0] == f(x)
    sg.check_grads(f, (x,), modes=("rev", "fwd"))


def test_single_precision():
    found = sg.grad(sampled)(M.astype("f"))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, sg.grad(sampled)(M), rtol=1e-5)


@pytest.mark.parametrize(("f", "x"), [(smoothly_elsewhere, Q), (ranked, M)], ids=["splines", "ranks"])
def test_images_twice(f, x):
    sg.check_grads(f, (x,), modes=("rev", "fwd"), order=2)


FILTERS = {ndimage.maximum_filter: 1.0, ndimage.median_filter: 0.5, ndimage.minimum_filter: 0.0}


@pytest.mark.parametrize("mode", PADS)
@pytest.mark.parametrize("options", [
    {"size": 3}, {"size": (2, 3)}, {"footprint": CROSS}, {"size": 3, "origin": 1}, {"size": (3, 2), "origin": (-1, 0)},
], ids=str)  # fmt: skip
def test_ranks_are_those_of_scipy(mode, options):
    shape = shape_of(options.get("size"), options.get("footprint"), 2)
    for function, share in FILTERS.items():
        places = ranked_places(M, rank_of(shape, share), shape, mode, 0.2, options.get("origin", 0))
        wanted = function(M, mode=mode, cval=0.2, **options)
        assert np.array_equal(np.concatenate([[0.2], M.ravel()])[places], wanted)


def sharper(image):
    return np.sum(ndimage.shift(image, 0.3, order=5))


def round_the_grid(image):
    return np.sum(ndimage.zoom(image, 2.0, order=1, mode="grid-wrap"))


@pytest.mark.parametrize(("f", "words"), [(sharper, "up to 3"), (round_the_grid, "nearest")])
def test_refused(f, words):
    with pytest.raises(sg.UnsupportedError, match=words) as error:
        sg.grad(f)(M)
    assert __file__.rpartition("/")[2] in str(error.value)
