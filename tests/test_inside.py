"""A look inside: weights as pictures, activations, features in two dimensions."""

import numpy as np
import pytest
import torch

from fmnist_core.base.errors import ConfigError
from fmnist_core.nets import architectures, inside
from fmnist_core.nets.evaluation import features_and_logits, infer

SHAPE = (1, 28, 28)


@pytest.fixture
def image():
    return np.random.default_rng(0).integers(0, 256, SHAPE, dtype=np.uint8)


def test_the_32_nodes_of_mlp_32_are_pictures_of_the_images_size():
    model = architectures.build("mlp-32", seed=1)
    pictures = inside.first_weights(model, SHAPE)
    assert pictures.shape == (32, 28, 28)
    np.testing.assert_array_equal(pictures[3].ravel(), model[1].weight[3].detach().numpy())


def test_the_64_filters_of_the_cnn_are_pictures_of_5_x_5():
    model = architectures.build("cnn", seed=1)
    pictures = inside.first_weights(model, SHAPE)
    assert pictures.shape == (64, 5, 5)
    np.testing.assert_array_equal(pictures[7], model[0].weight[7, 0].detach().numpy())


def test_weights_behind_pooling_are_no_pictures():
    model = torch.nn.Sequential(torch.nn.MaxPool2d(2), torch.nn.Flatten(), torch.nn.Linear(196, 10))
    with pytest.raises(ConfigError, match="no weights that could be shown"):
        inside.first_weights(model, SHAPE)


def test_colours_are_white_at_0_and_full_at_the_largest_magnitude():
    colors = inside.colored(np.array([[[-2.0, 0.0, 1.0, 2.0]]]))
    assert colors.dtype == np.uint8
    assert colors[0, 0].tolist() == [[0, 114, 178], [255, 255, 255], [234, 174, 128], [213, 94, 0]]
    assert (inside.colored(np.zeros((1, 2, 2))) == 255).all()


def test_grey_uses_the_whole_range_of_each_picture():
    pictures = inside.grey(np.array([[[0.0, 0.5, 1.0]], [[3.0, 3.0, 3.0]]]))
    assert pictures.tolist() == [[[0, 128, 255]], [[0, 0, 0]]]


def test_a_mosaic_puts_pictures_side_by_side_with_a_gap():
    sheet = inside.mosaic(np.array([[[1]], [[2]], [[3]]], dtype=np.uint8), columns=2, gap=1, zoom=2)
    assert sheet.tolist() == [
        [1, 1, 128, 2, 2],
        [1, 1, 128, 2, 2],
        [128, 128, 128, 128, 128],
        [3, 3, 128, 128, 128],
        [3, 3, 128, 128, 128],
    ]


@pytest.mark.parametrize("name", list(architectures.ARCHITECTURES))
def test_the_last_activation_is_what_the_net_answers(name, image):
    model = architectures.build(name, seed=2)
    layers = inside.activations(model, image)
    np.testing.assert_allclose(layers[-1].values, infer(model, image[None])[0], rtol=1e-4, atol=1e-5)
    assert model.training  # as it came


def test_each_layer_is_named_and_has_its_shape(image):
    layers = inside.activations(architectures.build("cnn", seed=2), image)
    assert [(layer.layer, layer.values.shape) for layer in layers[:3]] == [
        ("Conv2d(1, 64, 5)", (64, 24, 24)),
        ("ReLU()", (64, 24, 24)),
        ("MaxPool2d(2)", (64, 12, 12)),
    ]


def test_the_strongest_channel_differs_most_from_place_to_place():
    values = np.zeros((3, 2, 2), np.float32)
    values[0] = 9  # the same everywhere
    values[1, 0, 0] = 1
    values[2, 0, 0] = -5
    assert inside.strongest(values, 2).tolist() == [2, 1]


def test_the_strongest_number_lies_farthest_from_0():
    values = np.array([0.5, -3.0, 2.0, 0.0], np.float32)
    assert inside.strongest(values, 3).tolist() == [1, 2, 0]
    assert inside.strongest(values.reshape(4, 1, 1), 3).tolist() == [1, 2, 0]


def test_pictures_are_grey_maps_or_coloured_numbers():
    assert inside.pictures(np.ones((5, 3, 2))).shape == (5, 3, 2)
    assert inside.pictures(np.ones((5, 1, 1))).shape == inside.pictures(np.ones(5)).shape == (5, 1, 1, 3)


def test_layers_that_do_not_change_the_picture_are_left_out(image):
    shown = inside.with_new_pictures(inside.activations(architectures.build("small-cnn", seed=2), image))
    assert [output.layer.split("(")[0] for output in shown] == [
        *("Conv2d", "ReLU", "Conv2d", "MaxPool2d", "ReLU", "Conv2d", "MaxPool2d", "ReLU", "Linear")
    ]


def test_hooks_are_gone_afterwards(image):
    model = architectures.build("cnn", seed=2)
    inside.activations(model, image)
    features_and_logits(model, image[None])
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())


def test_features_are_what_the_last_layer_sees():
    images = np.random.default_rng(0).integers(0, 256, (7, *SHAPE), dtype=np.uint8)
    model = architectures.build("mlp-32", seed=2)
    found = features_and_logits(model, images, batch_size=3)[0]
    assert found.shape == (7, 32)
    logits = found @ model[3].weight.detach().numpy().T + model[3].bias.detach().numpy()
    np.testing.assert_allclose(logits, infer(model, images), rtol=1e-4, atol=1e-5)


def groups(count: int = 40, size: int = 20) -> np.ndarray:
    """Two well separated groups in 20 dimensions."""
    generator = np.random.default_rng(0)
    centres = np.zeros((count, size))
    centres[count // 2 :] = 10
    return (centres + generator.normal(size=(count, size))).astype(np.float32)


@pytest.mark.parametrize("method", inside.PROJECTIONS)
def test_a_projection_keeps_groups_apart_and_is_repeatable(method):
    points = inside.project(groups(), method)
    assert points.shape == (40, 2) and points.dtype == np.float32
    within = np.linalg.norm(points[:20] - points[:20].mean(0), axis=1).mean()
    between = np.linalg.norm(points[:20].mean(0) - points[20:].mean(0))
    assert between > 2 * within
    np.testing.assert_array_equal(points, inside.project(groups(), method))


def test_pca_is_the_plane_of_largest_variance():
    features = groups()
    centred = features - features.mean(0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    expected = centred @ axes[:2].T
    np.testing.assert_allclose(np.abs(inside.project(features)), np.abs(expected), rtol=1e-3, atol=1e-3)


def test_a_single_feature_still_gives_a_picture():
    assert inside.project(groups()[:, :1]).shape == (40, 2)


def test_what_cannot_be_projected_is_refused():
    with pytest.raises(ConfigError, match="Unknown projection 'umap'; choose one of: pca, t-sne"):
        inside.project(groups(), "umap")
    with pytest.raises(ConfigError, match="at least 3 images, got 2"):
        inside.project(groups()[:2])
    with pytest.raises(ConfigError, match="at most 2,000 images, got 2,001"):
        inside.project(np.random.default_rng(0).normal(size=(2001, 2)), "t-sne")
