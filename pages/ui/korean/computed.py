"""Sentences and labels that `fmnist_core` makes: charts, errors, the coach, the ladder's story."""

COMPUTED: dict[str, str] = {
    "Epoch": "에폭",
    "Loss": "손실",
    "Accuracy": "정확도",
}
