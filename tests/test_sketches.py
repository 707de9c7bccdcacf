import numpy as np

from fmnist_core import datasets, sketches


def test_the_same_seed_draws_the_same_pictures_and_another_seed_others():
    images, labels = sketches.draw(40, seed=3)
    again, same_labels = sketches.draw(40, seed=3)
    others, _ = sketches.draw(40, seed=4)
    assert np.array_equal(images, again) and np.array_equal(labels, same_labels)
    assert not np.array_equal(images, others)


def test_every_class_is_drawn_equally_often():
    _, labels = sketches.draw(200, seed=0)
    assert np.bincount(labels).tolist() == [20] * 10


def test_sketches_are_bright_things_on_black_in_the_middle():
    images, _ = sketches.draw(300, seed=0)
    assert images.shape == (300, 1, 28, 28) and images.dtype == np.uint8
    assert (images[:, 0, 0, 0] == 0).mean() > 0.95  # corners are ground
    drawn = (images > 20).mean(axis=(1, 2, 3))
    assert drawn.min() > 0.02 and drawn.max() < 0.9
    rows, columns = np.nonzero(images.sum(axis=(0, 1)))
    assert abs(rows.mean() - 13.5) < 2 and abs(columns.mean() - 13.5) < 2


def test_no_two_sketches_are_alike():
    images, _ = sketches.draw(500, seed=0)
    assert len({image.tobytes() for image in images}) == 500


def test_a_class_can_be_told_by_its_nearest_mean_but_not_always():
    """Above chance by far, so that there is something to learn; below 90 %, so that nets can differ."""
    train, labels = sketches.draw(1000, seed=0)
    test, truth = sketches.draw(500, seed=1)
    means = np.stack([train[labels == c].reshape(-1, 784).mean(0) for c in range(10)])
    distances = ((test.reshape(-1, 1, 784) - means) ** 2).sum(-1)  # (500, 10)
    accuracy = (distances.argmin(1) == truth).mean()
    assert 0.4 < accuracy < 0.9


def test_sketches_load_without_files_and_only_once(tmp_path):
    assert datasets.is_available("sketches")
    data, info = datasets.load("sketches"), datasets.find("sketches")
    assert datasets.load("sketches") is data
    assert (len(data.train_labels), len(data.test_labels)) == (info.train_size, info.test_size)
    assert data.class_names == datasets.CLASS_NAMES
    assert list(tmp_path.iterdir()) == []
