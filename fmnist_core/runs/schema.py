"""The tables of the run store, and the way to them from older versions."""

SCHEMA_VERSION = 7

ROUNDS = """
CREATE TABLE rounds (
    round_id INTEGER PRIMARY KEY,
    dataset TEXT NOT NULL,
    run_ids TEXT NOT NULL,
    images TEXT NOT NULL,
    place INTEGER NOT NULL DEFAULT 0,
    phase TEXT NOT NULL DEFAULT 'voting' CHECK (phase IN ('voting','revealed','ended','closed'))
);
CREATE TABLE votes (
    round_id INTEGER NOT NULL REFERENCES rounds (round_id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    person_id TEXT NOT NULL,
    label INTEGER NOT NULL,
    PRIMARY KEY (round_id, place, person_id)
) WITHOUT ROWID;
"""
"""Of a class that guesses together; run_ids and images are JSON lists, place counts the images from 0."""

STUDIES = """
CREATE TABLE studies (
    study_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    owner TEXT NOT NULL DEFAULT '',
    owner_name TEXT NOT NULL DEFAULT '',
    created_at REAL NOT NULL,
    paused INTEGER NOT NULL DEFAULT 0
);
"""
"""Runs that were started together to be compared; runs.study names theirs, or is ''."""

SEARCHES = """
ALTER TABLE studies ADD COLUMN search TEXT NOT NULL DEFAULT '';
ALTER TABLE studies ADD COLUMN asked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE studies ADD COLUMN ended INTEGER NOT NULL DEFAULT 0;
"""
"""search: what a study is to find out by itself, as JSON (`base.search`), or ''; asked: its trials so far;
ended: whether it begins no more."""

SCHEMA = (
    """
CREATE TABLE runs (
    run_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('queued','running','completed','stopped','failed','interrupted')),
    config TEXT NOT NULL,
    dataset TEXT NOT NULL,
    architecture TEXT NOT NULL,
    recipe TEXT NOT NULL,
    seed INTEGER NOT NULL,
    planned_epochs INTEGER NOT NULL,
    wanted_device TEXT NOT NULL,
    created_at REAL NOT NULL,
    queued_at REAL,
    turn INTEGER NOT NULL DEFAULT 0,
    started_at REAL,
    finished_at REAL,
    owner TEXT NOT NULL DEFAULT '',
    owner_name TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    starred INTEGER NOT NULL DEFAULT 0,
    color TEXT NOT NULL,
    automatic_color TEXT NOT NULL DEFAULT '',
    priority INTEGER NOT NULL DEFAULT 0,
    device TEXT,
    precision TEXT,
    parameters INTEGER,
    epochs INTEGER NOT NULL DEFAULT 0,
    seconds REAL,
    images_per_second REAL,
    train_accuracy REAL,
    validation_accuracy REAL,
    best_validation_accuracy REAL,
    best_epoch INTEGER,
    test_accuracy REAL,
    test_count INTEGER,
    message TEXT NOT NULL DEFAULT '',
    worker TEXT,
    stop_requested INTEGER NOT NULL DEFAULT 0,
    race TEXT NOT NULL DEFAULT '',
    torch_version TEXT,
    project_version TEXT,
    study TEXT NOT NULL DEFAULT '',
    parent TEXT NOT NULL DEFAULT '',
    rate_changed INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX runs_by_status ON runs (status);
CREATE TABLE epochs (
    run_id TEXT NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
    epoch INTEGER NOT NULL,
    train_loss REAL,
    train_accuracy REAL,
    evaluated_train_accuracy REAL,
    validation_loss REAL,
    validation_accuracy REAL,
    test_loss REAL,
    test_accuracy REAL,
    seconds REAL,
    images_per_second REAL,
    learning_rate REAL,
    PRIMARY KEY (run_id, epoch)
) WITHOUT ROWID;
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE turns (owner TEXT PRIMARY KEY, turn INTEGER NOT NULL);
CREATE TABLE people (person_id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE);
"""
    + ROUNDS
    + STUDIES
    + SEARCHES
)

# runs.turn numbers the runs as they were queued and turns.turn the owners as they were last served, so that
# the order of the waiting line does not hang on a clock that may jump. runs.stop_requested is 1 for a run
# that is to stop, `waiting.HOLD` for one that is to wait again; runs that take turns have the same runs.race.
# runs.automatic_color is the colour that a run began with, runs.color the one that it has. runs.rate_changed
# is 1 for a run that its settings alone do not lead to, see `record.Run`.

MIGRATIONS: dict[int, str] = {
    1: """
ALTER TABLE runs ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;
UPDATE runs SET turn = (SELECT COUNT(*) FROM runs AS other WHERE other.queued_at <= runs.queued_at);
CREATE TABLE turns (owner TEXT PRIMARY KEY, turn INTEGER NOT NULL);
INSERT INTO turns
    SELECT owner, ROW_NUMBER() OVER (ORDER BY MAX(started_at)) FROM runs
    WHERE started_at NOT NULL GROUP BY owner;
CREATE TABLE people (person_id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE);
""",
    2: "ALTER TABLE runs ADD COLUMN race TEXT NOT NULL DEFAULT ''",
    3: ROUNDS,
    4: STUDIES
    + """
ALTER TABLE runs ADD COLUMN study TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN parent TEXT NOT NULL DEFAULT '';
""",
    5: SEARCHES
    + """
ALTER TABLE runs ADD COLUMN automatic_color TEXT NOT NULL DEFAULT '';
UPDATE runs SET automatic_color = color;
""",
    6: """
ALTER TABLE runs ADD COLUMN rate_changed INTEGER NOT NULL DEFAULT 0;
UPDATE runs SET rate_changed = 1 WHERE parent != '' AND (
    json_extract(config, '$.schedule') != 'constant' OR EXISTS (
        SELECT 1 FROM epochs WHERE epochs.run_id = runs.run_id
        AND abs(epochs.learning_rate / json_extract(config, '$.learning_rate') - 1) > 1e-6));
""",
}
"""From schema version n to n + 1: SQL. A copy of the file is kept before the first one runs."""
