-- The least that Orleans' ADO.NET grain storage asks for, with a real key: one statement per write, the version as the fence.
CREATE TABLE IF NOT EXISTS OrleansQuery (
  QueryKey varchar(64) PRIMARY KEY,
  QueryText text NOT NULL
);

CREATE TABLE IF NOT EXISTS grain_state (
  id_hash integer NOT NULL,
  id_n0 bigint NOT NULL,
  id_n1 bigint NOT NULL,
  type_hash integer NOT NULL,
  type_text text NOT NULL,
  id_text text NOT NULL,
  service_id text NOT NULL,
  payload bytea,
  version integer NOT NULL,
  PRIMARY KEY (id_hash, type_hash, id_n0, id_n1, id_text, type_text, service_id)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('WriteToStorageKey', '
  INSERT INTO grain_state AS s (id_hash, id_n0, id_n1, type_hash, type_text, id_text, service_id, payload, version)
  VALUES (@GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString, COALESCE(CAST(@GrainIdExtensionString AS text), ''''),
          @ServiceId, @PayloadBinary, 1)
  ON CONFLICT (id_hash, type_hash, id_n0, id_n1, id_text, type_text, service_id)
  DO UPDATE SET payload = excluded.payload, version = s.version + 1
  WHERE s.version = CAST(@GrainStateVersion AS integer)
  RETURNING version AS NewGrainStateVersion'),
('ReadFromStorageKey', '
  SELECT payload AS PayloadBinary, version AS Version FROM grain_state
  WHERE id_hash = @GrainIdHash AND type_hash = @GrainTypeHash AND id_n0 = @GrainIdN0 AND id_n1 = @GrainIdN1
    AND id_text = COALESCE(CAST(@GrainIdExtensionString AS text), '''') AND type_text = @GrainTypeString AND service_id = @ServiceId'),
('ClearStorageKey', '
  UPDATE grain_state SET payload = NULL, version = version + 1
  WHERE id_hash = @GrainIdHash AND type_hash = @GrainTypeHash AND id_n0 = @GrainIdN0 AND id_n1 = @GrainIdN1
    AND id_text = COALESCE(CAST(@GrainIdExtensionString AS text), '''') AND type_text = @GrainTypeString AND service_id = @ServiceId
    AND version = CAST(@GrainStateVersion AS integer)
  RETURNING version AS NewGrainStateVersion'),
('DeleteStorageKey', '
  DELETE FROM grain_state
  WHERE id_hash = @GrainIdHash AND type_hash = @GrainTypeHash AND id_n0 = @GrainIdN0 AND id_n1 = @GrainIdN1
    AND id_text = COALESCE(CAST(@GrainIdExtensionString AS text), '''') AND type_text = @GrainTypeString AND service_id = @ServiceId
    AND version = CAST(@GrainStateVersion AS integer)
  RETURNING version + 1 AS NewGrainStateVersion')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;
