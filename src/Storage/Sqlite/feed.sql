CREATE TABLE IF NOT EXISTS probe (id INTEGER PRIMARY KEY, at INTEGER NOT NULL);

-- position: commit order, for readers with a cursor. event_key: 16 bytes that stand for (source, event_id), which may be long.
-- Instants in 100 ns since 1970, UTC.
CREATE TABLE IF NOT EXISTS feed (
  position INTEGER PRIMARY KEY,
  seller TEXT NOT NULL,
  seq INTEGER NOT NULL,
  event_key BLOB NOT NULL UNIQUE,
  source TEXT NOT NULL,
  event_id TEXT NOT NULL,
  type TEXT NOT NULL,
  subject TEXT NOT NULL,
  time INTEGER NOT NULL,
  accepted_at INTEGER NOT NULL,
  data BLOB NOT NULL,
  sealed BLOB,
  UNIQUE (seller, seq)
);
