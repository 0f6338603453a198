CREATE TABLE IF NOT EXISTS probe (id INTEGER PRIMARY KEY, at INTEGER NOT NULL);

-- day: days since 0001-01-01. opening: on the first row of a day only.
CREATE TABLE IF NOT EXISTS usage (
  installation TEXT NOT NULL,
  day INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  count INTEGER NOT NULL,
  cumulative INTEGER NOT NULL,
  keyed INTEGER NOT NULL,
  body BLOB NOT NULL,
  opening BLOB,
  hash BLOB NOT NULL,
  PRIMARY KEY (installation, day, seq)
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS usage_keyed ON usage (installation, day, seq) WHERE keyed;
