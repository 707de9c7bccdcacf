"""What the core says of __main__: template to Korean."""

__MAIN__: dict[str, str] = {
    "parameters": "파라미터 수",
    "seconds": "초",
}
