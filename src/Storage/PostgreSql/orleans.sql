-- Tables and statements for the Orleans AdoNet providers. Column and parameter names are the providers' contract; tables, keys and
-- statements are ours: every table has a primary key, and a first write is one INSERT that only one of several writers can win.
CREATE TABLE IF NOT EXISTS OrleansQuery (QueryKey varchar(64) PRIMARY KEY, QueryText varchar(8000) NOT NULL);

CREATE TABLE IF NOT EXISTS grain_state (
  id_hash integer NOT NULL,
  type_hash integer NOT NULL,
  id_n0 bigint NOT NULL,
  id_n1 bigint NOT NULL,
  type_name text COLLATE "C" NOT NULL,
  id_text text COLLATE "C" NOT NULL,
  service_id text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  payload bytea,
  modified_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (id_hash, type_hash, id_n0, id_n1, type_name, id_text, service_id)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);

CREATE TABLE IF NOT EXISTS membership_version (
  deployment_id text COLLATE "C" PRIMARY KEY,
  version integer NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS membership (
  deployment_id text COLLATE "C" NOT NULL REFERENCES membership_version ON DELETE CASCADE,
  address varchar(45) NOT NULL,
  port integer NOT NULL,
  generation integer NOT NULL,
  silo_name varchar(150) NOT NULL,
  host_name varchar(150) NOT NULL,
  status integer NOT NULL,
  proxy_port integer,
  suspect_times text,
  start_time timestamptz NOT NULL,
  i_am_alive_time timestamptz NOT NULL,
  PRIMARY KEY (deployment_id, address, port, generation)
);

-- The index serves the range reads by which silos share reminders out; each silo makes some thirty per refresh.
CREATE TABLE IF NOT EXISTS reminder (
  service_id text COLLATE "C" NOT NULL,
  grain_id text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  grain_hash integer NOT NULL,
  version integer NOT NULL,
  start_time timestamptz NOT NULL,
  period bigint NOT NULL,
  PRIMARY KEY (service_id, grain_id, name)
);
CREATE INDEX IF NOT EXISTS reminder_range ON reminder (service_id, grain_hash);

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('WriteToStorageKey', '
  INSERT INTO grain_state AS s (id_hash, type_hash, id_n0, id_n1, type_name, id_text, service_id, version, payload)
  SELECT @GrainIdHash, @GrainTypeHash, @GrainIdN0, @GrainIdN1, @GrainTypeString, coalesce(@GrainIdExtensionString, ''''), @ServiceId,
         coalesce(@GrainStateVersion, 0) + 1, @PayloadBinary
  WHERE @GrainStateVersion IS NULL OR EXISTS (
    SELECT 1 FROM grain_state k
    WHERE k.id_hash = @GrainIdHash AND k.type_hash = @GrainTypeHash AND k.id_n0 = @GrainIdN0 AND k.id_n1 = @GrainIdN1
      AND k.type_name = @GrainTypeString AND k.id_text = coalesce(@GrainIdExtensionString, '''') AND k.service_id = @ServiceId)
  ON CONFLICT (id_hash, type_hash, id_n0, id_n1, type_name, id_text, service_id) DO UPDATE
    SET version = s.version + 1, payload = excluded.payload, modified_at = now()
    WHERE s.version = @GrainStateVersion
  RETURNING s.version AS NewGrainStateVersion'),
('ReadFromStorageKey', '
  SELECT payload AS PayloadBinary, version AS Version FROM grain_state
  WHERE id_hash = @GrainIdHash AND type_hash = @GrainTypeHash AND id_n0 = @GrainIdN0 AND id_n1 = @GrainIdN1
    AND type_name = @GrainTypeString AND id_text = coalesce(@GrainIdExtensionString, '''') AND service_id = @ServiceId'),
('ClearStorageKey', '
  UPDATE grain_state SET payload = NULL, version = version + 1, modified_at = now()
  WHERE id_hash = @GrainIdHash AND type_hash = @GrainTypeHash AND id_n0 = @GrainIdN0 AND id_n1 = @GrainIdN1
    AND type_name = @GrainTypeString AND id_text = coalesce(@GrainIdExtensionString, '''') AND service_id = @ServiceId
    AND version = @GrainStateVersion
  RETURNING version AS NewGrainStateVersion'),
('DeleteStorageKey', '
  DELETE FROM grain_state
  WHERE id_hash = @GrainIdHash AND type_hash = @GrainTypeHash AND id_n0 = @GrainIdN0 AND id_n1 = @GrainIdN1
    AND type_name = @GrainTypeString AND id_text = coalesce(@GrainIdExtensionString, '''') AND service_id = @ServiceId
    AND version = @GrainStateVersion
  RETURNING version + 1 AS NewGrainStateVersion'),
('UpdateIAmAlivetimeKey', '
  UPDATE membership SET i_am_alive_time = @IAmAliveTime
  WHERE deployment_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation'),
('InsertMembershipVersionKey', '
  WITH inserted AS (
    INSERT INTO membership_version (deployment_id, version) VALUES (@DeploymentId, 0) ON CONFLICT DO NOTHING RETURNING 1)
  SELECT count(*)::int FROM inserted'),
('InsertMembershipKey', '
  WITH moved AS (
    UPDATE membership_version SET version = version + 1, changed_at = now()
    WHERE deployment_id = @DeploymentId AND version = @Version
      AND NOT EXISTS (
        SELECT 1 FROM membership m
        WHERE m.deployment_id = @DeploymentId AND m.address = @Address AND m.port = @Port AND m.generation = @Generation)
    RETURNING 1),
  inserted AS (
    INSERT INTO membership (deployment_id, address, port, generation, silo_name, host_name, status, proxy_port, start_time, i_am_alive_time)
    SELECT @DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM moved
    RETURNING 1)
  SELECT count(*)::int FROM inserted'),
('UpdateMembershipKey', '
  WITH moved AS (
    UPDATE membership_version SET version = version + 1, changed_at = now()
    WHERE deployment_id = @DeploymentId AND version = @Version
      AND EXISTS (
        SELECT 1 FROM membership m
        WHERE m.deployment_id = @DeploymentId AND m.address = @Address AND m.port = @Port AND m.generation = @Generation)
    RETURNING 1),
  updated AS (
    UPDATE membership m SET status = @Status, suspect_times = @SuspectTimes, i_am_alive_time = @IAmAliveTime
    FROM moved
    WHERE m.deployment_id = @DeploymentId AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
    RETURNING 1)
  SELECT count(*)::int FROM updated'),
('MembershipReadRowKey', '
  SELECT v.deployment_id AS DeploymentId, m.address AS Address, m.port AS Port, m.generation AS Generation, m.silo_name AS SiloName,
         m.host_name AS HostName, m.status AS Status, m.proxy_port AS ProxyPort, m.suspect_times AS SuspectTimes,
         m.start_time AS StartTime, m.i_am_alive_time AS IAmAliveTime, v.version AS Version
  FROM membership_version v
  LEFT JOIN membership m ON m.deployment_id = v.deployment_id AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
  WHERE v.deployment_id = @DeploymentId'),
('MembershipReadAllKey', '
  SELECT v.deployment_id AS DeploymentId, m.address AS Address, m.port AS Port, m.generation AS Generation, m.silo_name AS SiloName,
         m.host_name AS HostName, m.status AS Status, m.proxy_port AS ProxyPort, m.suspect_times AS SuspectTimes,
         m.start_time AS StartTime, m.i_am_alive_time AS IAmAliveTime, v.version AS Version
  FROM membership_version v LEFT JOIN membership m ON m.deployment_id = v.deployment_id
  WHERE v.deployment_id = @DeploymentId'),
('DeleteMembershipTableEntriesKey', 'DELETE FROM membership_version WHERE deployment_id = @DeploymentId'),
('GatewaysQueryKey', '
  SELECT address AS Address, proxy_port AS ProxyPort, generation AS Generation FROM membership
  WHERE deployment_id = @DeploymentId AND status = @Status AND proxy_port > 0'),
('CleanupDefunctSiloEntriesKey', '
  DELETE FROM membership WHERE deployment_id = @DeploymentId AND i_am_alive_time < @IAmAliveTime AND status <> 3'),
('UpsertReminderRowKey', '
  INSERT INTO reminder AS r (service_id, grain_id, name, grain_hash, version, start_time, period)
  VALUES (@ServiceId, @GrainId, @ReminderName, @GrainHash, 0, @StartTime, @Period::bigint)
  ON CONFLICT (service_id, grain_id, name) DO UPDATE
    SET grain_hash = excluded.grain_hash, start_time = excluded.start_time, period = excluded.period, version = r.version + 1
  RETURNING version AS Version'),
('ReadReminderRowsKey', '
  SELECT grain_id AS GrainId, name AS ReminderName, start_time AS StartTime, period AS Period, version AS Version
  FROM reminder WHERE service_id = @ServiceId AND grain_id = @GrainId'),
('ReadReminderRowKey', '
  SELECT grain_id AS GrainId, name AS ReminderName, start_time AS StartTime, period AS Period, version AS Version
  FROM reminder WHERE service_id = @ServiceId AND grain_id = @GrainId AND name = @ReminderName'),
('ReadRangeRows1Key', '
  SELECT grain_id AS GrainId, name AS ReminderName, start_time AS StartTime, period AS Period, version AS Version
  FROM reminder WHERE service_id = @ServiceId AND grain_hash > @BeginHash AND grain_hash <= @EndHash'),
('ReadRangeRows2Key', '
  SELECT grain_id AS GrainId, name AS ReminderName, start_time AS StartTime, period AS Period, version AS Version
  FROM reminder WHERE service_id = @ServiceId AND (grain_hash > @BeginHash OR grain_hash <= @EndHash)'),
('DeleteReminderRowKey', '
  WITH deleted AS (
    DELETE FROM reminder WHERE service_id = @ServiceId AND grain_id = @GrainId AND name = @ReminderName AND version = @Version RETURNING 1)
  SELECT count(*)::int FROM deleted'),
('DeleteReminderRowsKey', 'DELETE FROM reminder WHERE service_id = @ServiceId')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;
