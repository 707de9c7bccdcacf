"""Values that belong to the whole store, by name: what a lecturer decides for a class."""

from .database import Database


class Settings:
    """Part of `RunStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str, default: str) -> str:
        """The value that was kept last."""
        with self._database.read() as db:
            row = db.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return row["value"] if row else default

    def keep(self, name: str, value: str) -> None:
        """From now on, in all processes."""
        with self._database.write() as db:
            db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, value))
