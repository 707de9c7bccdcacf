"""The pages that teach: Learn, The ladder, Design, Look inside."""

LEARN: dict[str, str] = {}
