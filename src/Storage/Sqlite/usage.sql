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

-- How many rows there are: counting them takes minutes where they are many, and every start and stop asks.
CREATE TABLE IF NOT EXISTS usage_head (id INTEGER PRIMARY KEY CHECK (id = 1), rows INTEGER NOT NULL);
INSERT INTO usage_head (id, rows) SELECT 1, (SELECT count(*) FROM usage) WHERE NOT EXISTS (SELECT 1 FROM usage_head);
CREATE TRIGGER IF NOT EXISTS usage_row_added AFTER INSERT ON usage BEGIN UPDATE usage_head SET rows = rows + 1; END;
CREATE TRIGGER IF NOT EXISTS usage_row_gone AFTER DELETE ON usage BEGIN UPDATE usage_head SET rows = rows - 1; END;

CREATE INDEX IF NOT EXISTS usage_keyed ON usage (installation, day, seq) WHERE keyed;
