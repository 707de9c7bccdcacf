"""The names of the people in a class, by the id that their browser is known by."""

from ..base.errors import RunError
from .database import Database
from .record import clean_name

MAX_PERSON_NAME = 30


class People:
    """Names in the store; one name, whatever its capitals, belongs to one person."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def names(self) -> dict[str, str]:
        """The names that people chose, by their ids."""
        with self._database.read() as db:
            return {row["person_id"]: row["name"] for row in db.execute("SELECT person_id, name FROM people")}

    def set_name(self, person_id: str, name: str) -> None:
        """Name a person, on all their runs and studies too: 1 to 30 characters. Raises `RunError` if it is
        taken."""
        name = clean_name(name, MAX_PERSON_NAME)
        with self._database.write() as db:
            others = db.execute("SELECT name FROM people WHERE person_id != ?", (person_id,))
            if any(row["name"].casefold() == name.casefold() for row in others):  # SQLite folds A to Z alone
                raise RunError("Somebody else is called {name} already. Choose another name.", name=name)
            db.execute("INSERT OR REPLACE INTO people VALUES (?, ?)", (person_id, name))
            for table in ("runs", "studies"):
                db.execute(f"UPDATE {table} SET owner_name = ? WHERE owner = ?", (name, person_id))
