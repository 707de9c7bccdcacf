"""`python peer_training.py LIBRARY IMAGES.npz`: the lecture's `cnn` as users of other libraries train it.

Runs in the environment that has the library, so it imports nothing of this project. Prints the images a
second of its last epoch, the second one: the first warms up. Each in the library's own plain way: its data
loading, batch 256, Adam, float32.
"""

import logging
import os
import sys
import time
import warnings

import numpy as np

BATCH_SIZE, EPOCHS = 256, 2


class Watch:
    """Told at the start and the end of each epoch."""

    began = seconds = 0.0

    def start(self, *_: object, **__: object) -> None:
        self.began = time.perf_counter()

    def stop(self, *_: object, **__: object) -> None:
        self.seconds = time.perf_counter() - self.began


def torch_cnn():
    from torch import nn

    return nn.Sequential(
        *(nn.Conv2d(1, 64, 5), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(64, 64, 5), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(64 * 4 * 4, 10)),
    )


def keras(images: np.ndarray, labels: np.ndarray, watch: Watch) -> None:
    os.environ.setdefault("KERAS_BACKEND", "torch")
    import keras
    from keras import layers

    net = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            *(layers.Conv2D(64, 5, activation="relu"), layers.MaxPooling2D()),
            *(layers.Conv2D(64, 5, activation="relu"), layers.MaxPooling2D()),
            *(layers.Flatten(), layers.Dense(10)),
        ]
    )
    net.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    callback = keras.callbacks.LambdaCallback(on_epoch_begin=watch.start, on_epoch_end=watch.stop)
    net.fit(images[:, 0, :, :, None], labels, BATCH_SIZE, EPOCHS, callbacks=[callback], verbose=0)


def keras_on_jax(images: np.ndarray, labels: np.ndarray, watch: Watch) -> None:
    os.environ["KERAS_BACKEND"] = "jax"
    keras(images, labels, watch)


def plain_jax(images: np.ndarray, labels: np.ndarray, watch: Watch) -> None:
    """A step compiled as a whole, as JAX's own tutorials do."""
    import jax
    import optax
    from jax import lax
    from jax import numpy as jnp

    optimizer = optax.adam(1e-3)
    make = jax.nn.initializers.he_uniform()
    layout = ("NHWC", "HWIO", "NHWC")
    shapes = ((5, 5, 1, 64), (5, 5, 64, 64), (4 * 4 * 64, 10))  # kernels: height, width, channels in and out
    keys = jax.random.split(jax.random.key(0), len(shapes))
    weights = [(make(key, shape), jnp.zeros(shape[-1])) for key, shape in zip(keys, shapes, strict=True)]
    state = optimizer.init(weights)

    def loss(weights, x, y):
        *convolutions, (matrix, bias) = weights
        for kernel, shift in convolutions:
            x = lax.conv_general_dilated(x, kernel, (1, 1), "VALID", dimension_numbers=layout)
            x = jax.nn.relu(x + shift)
            x = lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
        logits = x.reshape(len(x), -1) @ matrix + bias
        return optax.softmax_cross_entropy_with_integer_labels(logits, y).mean()

    @jax.jit
    def step(weights, state, x, y):
        updates, state = optimizer.update(jax.grad(loss)(weights, x, y), state)
        return optax.apply_updates(weights, updates), state

    x, y, generator = images[:, 0, :, :, None], labels, np.random.default_rng(0)
    for _ in range(EPOCHS):
        watch.start()
        order = generator.permutation(len(y))
        for start in range(0, len(y), BATCH_SIZE):
            batch = order[start : start + BATCH_SIZE]
            weights, state = step(weights, state, x[batch], y[batch])
        jax.block_until_ready(weights)
        watch.stop()


def skorch(images: np.ndarray, labels: np.ndarray, watch: Watch) -> None:
    import torch
    from skorch import NeuralNetClassifier
    from skorch.callbacks import Callback

    class Epochs(Callback):
        on_epoch_begin, on_epoch_end = watch.start, watch.stop

    NeuralNetClassifier(
        torch_cnn(),
        criterion=torch.nn.CrossEntropyLoss,
        optimizer=torch.optim.Adam,
        lr=1e-3,
        batch_size=BATCH_SIZE,
        max_epochs=EPOCHS,
        iterator_train__shuffle=True,
        train_split=None,
        callbacks=[Epochs()],
        verbose=0,
    ).fit(images, labels)


def lightning(images: np.ndarray, labels: np.ndarray, watch: Watch) -> None:
    import lightning
    import torch

    class Module(lightning.LightningModule):
        on_train_epoch_start, on_train_epoch_end = watch.start, watch.stop

        def __init__(self) -> None:
            super().__init__()
            self.net = torch_cnn()

        def training_step(self, batch, _):
            return torch.nn.functional.cross_entropy(self.net(batch[0]), batch[1])

        def configure_optimizers(self):
            return torch.optim.Adam(self.parameters())

    dataset = torch.utils.data.TensorDataset(torch.tensor(images), torch.tensor(labels))
    loader = torch.utils.data.DataLoader(dataset, BATCH_SIZE, shuffle=True)
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    trainer = lightning.Trainer(
        max_epochs=EPOCHS,
        accelerator="cpu",
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    trainer.fit(Module(), loader)


def fastai(images: np.ndarray, labels: np.ndarray, watch: Watch) -> None:
    import fastai.callback.progress  # noqa: F401  gives learners no_bar
    import torch
    from fastai.callback.core import Callback
    from fastai.data.core import DataLoaders
    from fastai.learner import Learner

    class Epochs(Callback):
        before_train, after_train = watch.start, watch.stop

    dataset = torch.utils.data.TensorDataset(torch.tensor(images), torch.tensor(labels))
    loaders = DataLoaders.from_dsets(dataset, dataset, bs=BATCH_SIZE, device="cpu", num_workers=0)
    learner = Learner(loaders, torch_cnn(), loss_func=torch.nn.CrossEntropyLoss(), cbs=[Epochs()])
    with learner.no_bar(), learner.no_logging():
        learner.fit(EPOCHS, 1e-3)


PEERS = {
    "keras": keras,
    "keras-jax": keras_on_jax,
    "jax": plain_jax,
    "skorch": skorch,
    "lightning": lightning,
    "fastai": fastai,
}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    library, path = sys.argv[1:]
    with np.load(path) as stored:
        pixels, classes = stored["images"].astype(np.float32) / 255, stored["labels"].astype(np.int64)
    stopwatch = Watch()
    PEERS[library](pixels, classes, stopwatch)
    print(len(classes) / stopwatch.seconds)
