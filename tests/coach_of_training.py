"""Histories whose fault the training curves show, and what the coach must say of each."""

import math

from coach_histories import NAN, SGD, Made, rising

TRAINING = {
    "the loss is not a number": Made(
        train=([1.0, NAN, NAN], [0.5, 0.1, 0.1]),
        fault="rate too high",
        says=("not a number since epoch 2", "learning rate of 0.001 is too high: try 0.0003"),
    ),
    "the loss is infinite": Made(
        train=([math.inf], [0.1]),
        settings={"learning_rate": 1.0},
        fault="rate too high",
        says=("not a number since epoch 1", "try 0.001"),
    ),
    "a learning rate of 100": Made(
        train=([90_000.0, 4000.0, 176.2], [0.1, 0.11, 0.1]),
        settings={"learning_rate": 100.0},
        fault="rate too high",
        says=("at epoch 3 is 176.200", "guessing would have 2.303", "rate of 100 is too high: try 0.001"),
    ),
    "one epoch, far worse than guessing": Made(
        train=([88.0], [0.3]),
        test=([9.0], [0.4]),
        settings={"learning_rate": 1.0},
        fault="rate too high",
        says=("at epoch 1 is 88.000",),
    ),
    "fast on 320 images": Made(
        train=([2.2, 1.7, 1.3, 1.0, 0.9], [0.2, 0.5, 0.6, 0.7, 0.8]),
        more={"evaluated_train_accuracy": [NAN, NAN, NAN, NAN, 0.31]},
        settings={"train_size": 320, "test_every": 0},
        fault="few steps",
        says=("Only 10 steps: 31.0 % of the 320 training images are right.", "as the recipe few does"),
    ),
    "one step at a rate that is far too low": Made(
        train=([2.3], [0.1]),
        settings={"train_size": 100, "batch_size": 100, "learning_rate": 1e-6},
        fault="rate too low",
        says=("Only 1 step: 10.0 % of the 100 training images are right.", "is low for adam"),
    ),
    "the loss climbs": Made(
        train=([0.5, 0.9, 1.8, 2.2], [0.8, 0.6, 0.4, 0.3]),
        settings={"learning_rate": 0.01},
        fault="rate too high",
        says=("climbed from 0.500 at epoch 1 to 2.200 at epoch 4", "rate of 0.01 is too high: try 0.001"),
    ),
    "the loss jumps up and down": Made(
        train=([0.5, 0.7, 0.45, 0.65, 0.44, 0.6, 0.43], [0.8] * 7),
        fault="rate too high",
        says=("jumps, at last from 0.440 at epoch 5 to 0.600 at epoch 6", "too high: try 0.0003"),
    ),
    "still improving, but slowly for the rate is far too high": Made(
        train=(rising(1.2, 0.75, 8), rising(0.5, 0.7, 8)),
        test=(rising(1.2, 0.76, 8), rising(0.5, 0.69, 8)),
        settings={"learning_rate": 0.12},
        fault="rate too high",
        says=("rose from", "0.12 is high for adam: 0.001 may do better"),
    ),
    "a net that a high rate has killed": Made(
        train=([40.0, 2.33, 2.31, 2.32, 2.31], [0.2, 0.1, 0.1, 0.11, 0.1]),
        test=([2.4, 2.33, 2.31, 2.32, 2.31], [0.1] * 5),
        settings={"learning_rate": 0.3},
        fault="rate too high",
        says=("guessing gets 10.0 %", "0.3 is high for adam: 0.001 may do better"),
    ),
    "levelled off at a high rate": Made(
        train=([0.6] * 6, [0.75] * 6),
        test=([0.62] * 6, [0.74, 0.76, 0.75, 0.75, 0.76, 0.75]),
        settings={"learning_rate": 0.05},
        fault="rate too high",
        says=("between 74.0 % and 76.0 %", "0.05 is high for adam"),
    ),
    "sgd with a rate of 1e-6": Made(
        train=(rising(2.3051, 2.3049, 6), [0.098, 0.1, 0.098, 0.099, 0.101, 0.1]),
        test=(rising(2.305, 2.3048, 6), [0.1] * 6),
        settings=SGD | {"learning_rate": 1e-6},
        fault="rate too low",
        says=(
            "At epoch 6, 10.0 % of the training images",
            "guessing gets 10.0 %",
            "1e-06 is low for sgd",
            "0.03",
        ),
    ),
    "a low rate that learns a little": Made(
        train=(rising(2.43, 2.08, 8), rising(0.07, 0.33, 8)),
        test=(rising(2.4, 2.07, 8), rising(0.1, 0.32, 8)),
        settings=SGD | {"learning_rate": 1e-4},
        fault="rate too low",
        says=("was 2.430 at epoch 1 and is 2.080 at epoch 8", "0.0001 is low for sgd"),
    ),
    "weights that decay to nothing": Made(
        train=([2.29, 2.303, 2.303, 2.303], [0.14, 0.1, 0.1, 0.1]),
        test=([2.303] * 4, [0.1] * 4),
        settings={"weight_decay": 5.0},
        fault="weight decay",
        says=("weight decay of 5 is strong: 0 may do better",),
    ),
    "weight decay that holds a net back": Made(
        train=([2.2, 1.94, 1.93, 1.94, 1.935, 1.94], [0.3, 0.5, 0.51, 0.5, 0.52, 0.5]),
        test=([2.0, 1.93, 1.93, 1.93, 1.94, 1.93], [0.5, 0.53, 0.5, 0.64, 0.46, 0.55]),
        settings={"weight_decay": 4.5},
        fault="weight decay",
        says=("is 1.940 at epoch 6",),
    ),
    "a dead net": Made(
        train=([2.304, 2.303, 2.304, 2.303, 2.304], [0.1, 0.102, 0.096, 0.1, 0.099]),
        test=([2.303] * 5, [0.1] * 5),
        fault="no learning",
        says=("At epoch 5, 9.9 % of the training images", "curves do not show why"),
    ),
    "two classes at 50 %": Made(
        train=([0.694, 0.693, 0.693, 0.693], [0.5, 0.51, 0.49, 0.5]),
        test=([0.693] * 4, [0.5] * 4),
        classes=2,
        fault="no learning",
        says=("guessing gets 50.0 %",),
    ),
    "random labels learned by heart": Made(
        train=(rising(2.35, 0.4, 8), rising(0.1, 0.9, 8)),
        validation=(rising(2.35, 4, 8), [0.1, 0.09, 0.11, 0.1, 0.1, 0.098, 0.1, 0.102]),
        settings={"validation_size": 1000},
        fault="wrong labels",
        says=("90.0 % of the training images are right, but 10.2 % of the validation images", "labels"),
    ),
    "a few images by heart, while the loss of the others never fell": Made(
        train=(rising(2.30, 2.14, 12), rising(0.1, 0.18, 12)),
        test=([2.303, 2.302, *rising(2.31, 2.364, 10)], 6 * [0.1, 0.112]),
        fault="wrong labels",
        says=("18.0 % of the training images are right, but 11.2 % of the test images", "labels"),
    ),
}
