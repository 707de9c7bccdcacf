"""What the core says of bench: template to Korean."""

BENCH: dict[str, str] = {
    "relu": "렐루 (ReLU)",
}
