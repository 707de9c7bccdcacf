"""Histories whose fault the held-out curves show, or in which the coach finds nothing."""

from coach_histories import LEVEL, NAN, SGD, Made, learned, rising, seldom

HELD_OUT = {
    "a loss near zero may double": Made(
        train=([0.9, 0.2, 0.02, 0.005, 0.012, 0.004, 0.011, 0.003], [0.7, 0.9, 1, 1, 1, 1, 1, 1]),
        test=([0.7, 0.62, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6], [0.75, 0.79, 0.8, 0.801, 0.8, 0.8, 0.799, 0.8]),
        settings={"train_size": 1000},
        fault="overfitting",
        says=("100.0 % of the training images are right, but 80.0 % of the test images",),
    ),
    "overfitting, dated to the lowest loss": Made(
        train=([1.0, 0.8, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1], [0.9] * 8),
        validation=([1.0, 0.8, 0.7, 0.65, 0.7, 0.75, 0.8, 0.9], [0.85] * 8),
        settings={"validation_size": 1000},
        fault="overfitting",
        says=(
            "since epoch 4: until epoch 8 the validation loss rose from 0.650 to 0.900",
            "from 0.500 to 0.100",
        ),
    ),
    "overfitting of the test images, under their own name": Made(
        train=([1.0, 0.5, 0.3, 0.2, 0.1, 0.05], [0.9] * 6),
        test=([1.0, 0.6, 0.71, 0.82, 0.93, 1.04], [0.85] * 6),
        validation=([None] * 6, [None] * 6),
        fault="overfitting",
        says=("since epoch 2: until epoch 6 the test loss rose from 0.600 to 1.040",),
    ),
    "overfitting, tested every third epoch": Made(
        train=(rising(1.0, 0.05, 18), rising(0.6, 0.97, 18)),
        test=(seldom([*rising(1.0, 0.6, 6), *rising(0.65, 1.2, 12)]), seldom([0.85] * 18)),
        settings={"test_every": 3},
        fault="overfitting",
        says=("since epoch 6: until epoch 18",),
    ),
    "1,000 images known by heart": Made(
        train=([1.0, 0.3, 0.05, 0.01, 0.004, 0.002], [0.7, 0.9, 0.99, 1.0, 1.0, 1.0]),
        test=([0.8, 0.6, 0.58, 0.58, 0.585, 0.585], [0.74, 0.8, 0.811, 0.812, 0.81, 0.811]),
        settings={"train_size": 1000},
        fault="overfitting",
        says=("100.0 % of the training images are right, but 81.1 % of the test images",),
    ),
    "a loss that rises while training gets worse too is no overfitting": Made(
        train=([3.4, 1.0, 0.9, 1.02, 1.03, 1.05, 1.04, 1.04], [0.4, 0.6, 0.7, 0.6, 0.6, 0.6, 0.6, 0.6]),
        test=([0.7, 0.8, 0.85, 1.1, 1.1, 1.15, 1.15, 1.15], [0.7, 0.69, 0.68, 0.62, 0.6, 0.6, 0.59, 0.59]),
        fault="gets worse",
        says=("fallen, from 69.0 % around epoch 2 to 59.0 % around epoch 8",),
    ),
    "accuracy falls while the loss is flat": Made(
        train=([0.4] * 8, [0.86] * 8),
        test=([0.45] * 8, rising(0.86, 0.79, 8)),
        fault="gets worse",
        says=("fallen, from 85.0 % around epoch 2 to 80.0 % around epoch 7",),
    ),
    "losses of .9 and .7 in turn are no overfitting": Made(
        train=(learned(8), rising(0.7, 0.8, 8)),
        test=([0.68, 0.9, 0.7, 0.9, 0.7, 0.9, 0.7, 0.9], [0.9, 0.7, 0.9, 0.7, 0.9, 0.7, 0.9, 0.7]),
        fault="unsteady",
        says=("jumps between 70.0 % and 90.0 % from epoch 3 to epoch 8", "try 0.0003"),
    ),
    "one high epoch at the end is no climb": Made(
        train=([0.9, 0.6, 0.5, 1.2], [0.7, 0.8, 0.82, 0.6]),
        settings={"test_every": 0},
        fault="unseen",
        says=(),
    ),
    "nothing is watched": Made(
        train=([0.9, 0.8, 0.7], [0.8, 0.81, 0.82]),
        settings={"test_every": 0},
        fault="unseen",
        says=("No validation images: overfitting cannot be seen here.",),
    ),
    "the same curves with a usual rate only need time": Made(
        train=(rising(2.43, 2.08, 8), rising(0.07, 0.33, 8)),
        test=(rising(2.4, 2.07, 8), rising(0.1, 0.32, 8)),
        settings=SGD | {"learning_rate": 0.03},
        fault="still improving",
        says=("to 28.9 % around epoch 7",),
    ),
    "a rate of .012 is no fault of its own": Made(
        train=(rising(0.6, 0.4, 8), rising(0.8, 0.85, 8)),
        test=(rising(0.6, 0.4, 8), rising(0.8, 0.86, 8)),
        settings={"optimizer": "adamw", "learning_rate": 0.012},
        fault="still improving",
        says=("next time",),
    ),
    "two classes at 60 % are no guessing": Made(
        train=([0.69, 0.68, 0.675, 0.67, 0.668, 0.667], [0.55, 0.58, 0.6, 0.6, 0.6, 0.6]),
        test=([0.688, 0.68, 0.674, 0.67, 0.668, 0.667], [0.57, 0.58, 0.59, 0.6, 0.6, 0.601]),
        classes=2,
        fault="still improving",
        says=("to 60.0 % around epoch 5",),
    ),
    "a gap that closes is no overfitting yet": Made(
        train=([0.9, 0.5, 0.3], [0.7, 0.84, 0.91]),
        test=([1.1, 0.8, 0.6], [0.65, 0.74, 0.81]),
        fault="still improving",
        says=("from 65.0 % at epoch 1 to 81.0 % at epoch 3",),
    ),
    "still improving": Made(
        train=(rising(1.0, 0.5, 6), rising(0.7, 0.8, 6)),
        validation=(rising(1.0, 0.5, 6), rising(0.7, 0.8, 6)),
        settings={"validation_size": 1000},
        fault="still improving",
        says=("validation accuracy rose from 72.0 % around epoch 2 to 78.0 % around epoch 5", "next time"),
    ),
    "still improving, tested every third epoch": Made(
        train=(rising(1.0, 0.5, 18), rising(0.7, 0.8, 18)),
        test=(seldom(rising(1.0, 0.5, 18)), seldom(rising(0.7, 0.8, 18))),
        settings={"test_every": 3},
        fault="still improving",
        says=("from 72.9 % around epoch 6 to 78.2 % around epoch 15",),
    ),
    "two epochs": Made(
        train=([1.0, 0.7], [0.6, 0.7]),
        test=([0.8, 0.6], [0.7, 0.78]),
        fault="still improving",
        says=("from 70.0 % at epoch 1 to 78.0 % at epoch 2",),
    ),
    "a hundred classes, far above guessing": Made(
        train=([4.2, 3.9, 3.7, 3.5], [0.03, 0.06, 0.09, 0.12]),
        test=([4.1, 3.8, 3.6, 3.4], [0.04, 0.08, 0.11, 0.14]),
        classes=100,
        fault="still improving",
        says=("from 4.0 % at epoch 1 to 14.0 % at epoch 4",),
    ),
    "two classes at 60 %, level": Made(
        train=([0.67] * 6, [0.6] * 6),
        test=([0.67] * 6, [0.6, 0.601, 0.599, 0.6, 0.602, 0.6]),
        classes=2,
        fault="levelled off",
        says=("between 59.9 % and 60.2 % since epoch 1", "60.0 %: a larger net"),
    ),
    "a gap among 50 images may be chance": Made(
        train=(learned(6), [0.9] * 6),
        validation=([0.4] * 6, [0.8] * 6),
        settings={"validation_size": 50},
        fault="levelled off",
        says=("accuracy has stayed at 80.0 % since epoch 1", "may add little"),
    ),
    "levelled off": Made(
        train=(learned(6), [0.9, 0.91, 0.912, 0.914, 0.915, 0.917]),
        test=([0.35] * 6, LEVEL),
        fault="levelled off",
        says=("between 87.9 % and 88.2 % since epoch 1", "More epochs may add little"),
    ),
    "levelled off, and small for its data": Made(
        train=([0.42] * 6, [0.88] * 6),
        test=([0.44] * 6, LEVEL),
        more={"evaluated_train_accuracy": [NAN] * 5 + [0.884]},
        fault="levelled off",
        says=("88.4 %: a larger net may learn more",),
    ),
    "one epoch, somewhat worse than guessing: it may only begin badly": Made(
        train=([3.5], [0.3]), test=([1.0], [0.6])
    ),
    "a rising loss of one who only guesses is no overfitting": Made(
        train=(rising(2.30, 2.2, 12), rising(0.1, 0.13, 12)),
        test=([2.303, 2.302, *rising(2.31, 2.364, 10)], 6 * [0.1, 0.112]),
    ),
    "three epochs of .9, .7, .9 say nothing": Made(
        train=([0.5, 0.4, 0.35], [0.8, 0.82, 0.83]), test=([0.3, 0.7, 0.3], [0.9, 0.7, 0.9])
    ),
    "one good epoch": Made(train=([1.0], [0.6]), test=([0.8], [0.7])),
    "five epochs that hardly moved at the end": Made(
        train=(learned(5), rising(0.8, 0.86, 5)),
        test=([0.6, 0.5, 0.46, 0.45, 0.449], [0.8, 0.84, 0.855, 0.857, 0.858]),
    ),
    "no further than the curve goes: it rose from 86.6 to 87.7 %, and to 89.2 % later": Made(
        train=(learned(10), rising(0.8, 0.9, 10)),
        test=(
            [0.50, 0.44, 0.41, 0.39, 0.375, 0.37, 0.372, 0.365, 0.37, 0.366],
            [0.82, 0.845, 0.856, 0.862, 0.866, 0.871, 0.869, 0.874, 0.87, 0.877],
        ),
    ),
    "not tested yet, but it will be": Made(
        train=([0.9, 0.8, 0.7, 0.65], [0.8, 0.81, 0.82, 0.83]),
        test=([NAN, NAN, 0.7, NAN], [NAN, NAN, 0.8, NAN]),
        settings={"test_every": 3},
    ),
    "no epochs": Made(train=([], [])),
}
