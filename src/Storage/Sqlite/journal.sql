CREATE TABLE IF NOT EXISTS probe (id INTEGER PRIMARY KEY, at INTEGER NOT NULL);

-- position: commit order, for readers with a cursor. part: place of the fact among those of its operation.
CREATE TABLE IF NOT EXISTS journal (
  position INTEGER PRIMARY KEY,
  entity TEXT NOT NULL,
  version INTEGER NOT NULL,
  operation_id TEXT NOT NULL,
  part INTEGER NOT NULL,
  actor TEXT NOT NULL,
  at INTEGER NOT NULL,
  type TEXT NOT NULL,
  payload BLOB NOT NULL,
  hash BLOB NOT NULL,
  UNIQUE (entity, version),
  UNIQUE (entity, operation_id, part)
);
