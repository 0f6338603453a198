CREATE TABLE IF NOT EXISTS probe (id INTEGER PRIMARY KEY, at INTEGER NOT NULL);

-- ciphertext: encrypted before it comes here; the keys lie in the identity store.
CREATE TABLE IF NOT EXISTS document (id TEXT PRIMARY KEY, ciphertext BLOB NOT NULL);
