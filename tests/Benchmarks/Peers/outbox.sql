CREATE TABLE event (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text NOT NULL UNIQUE,
  seller text NOT NULL,
  body text NOT NULL);

CREATE TABLE outbox (
  seq bigint PRIMARY KEY,
  body text NOT NULL);
