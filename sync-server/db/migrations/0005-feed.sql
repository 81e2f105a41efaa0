-- SPDX-FileCopyrightText: 2026 The Tocsin authors
-- SPDX-License-Identifier: MIT
--
-- One cursor over all that members see change: `teams.seq` numbers writes to records, shown states,
-- incidents and probes, and each of these rows carries the number of its last change.

-- Tombstones up to min_seq were purged: a cursor before it has to begin anew.
ALTER TABLE teams ADD min_seq bigint NOT NULL DEFAULT 0;

-- Epochs that ended with a restored backup: up to `seq` their numbers are those of the present one.
CREATE TABLE forks (
  team_id uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
  epoch uuid NOT NULL,
  seq bigint NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (team_id, epoch)
);

-- Records that come again after a restored backup begin above it, so that what is written to them
-- then is later than all that was lost.
ALTER TABLE server ADD least_revision bigint NOT NULL DEFAULT 0;

-- `forked` is the revision that a record had when a backup was restored; 0: none was.
ALTER TABLE records ADD updated_by_id uuid;
ALTER TABLE records ADD forked bigint NOT NULL DEFAULT 0;
CREATE INDEX records_tombstones ON records (deleted_at) WHERE deleted_at <> 0;

-- What became of a record, revision by revision: `changes` is {member: [old, new]}, secrets are
-- null. `lost` is what a later arrival took from an earlier writer: [{member, value, by, by_name,
-- at}], and null where nobody lost anything.
CREATE TABLE record_history (
  team_id uuid NOT NULL,
  record_id uuid NOT NULL,
  revision bigint NOT NULL,
  seq bigint NOT NULL,
  at bigint NOT NULL,
  by_id uuid,
  by_name text,
  action text NOT NULL CHECK (action IN ('create', 'edit', 'delete', 'restore')),
  changes jsonb NOT NULL DEFAULT '{}',
  lost jsonb,
  PRIMARY KEY (team_id, record_id, revision),
  FOREIGN KEY (team_id, record_id) REFERENCES records (team_id, id) ON DELETE CASCADE
);
CREATE INDEX record_history_lost ON record_history (team_id, seq) WHERE lost IS NOT NULL;
CREATE INDEX record_history_age ON record_history (at);

-- An operation that is sent again answers the same.
CREATE TABLE sync_operations (
  team_id uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
  op_id uuid NOT NULL,
  answer jsonb NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (team_id, op_id)
);
CREATE INDEX sync_operations_age ON sync_operations (at);

-- What is shown of a monitor that probes check, apart from the record that people edit. Heartbeats
-- have theirs in their own table. `votes` is what each probe said when it last mattered.
CREATE TABLE verdicts (
  team_id uuid NOT NULL,
  monitor_id uuid NOT NULL,
  state text NOT NULL DEFAULT 'new',
  since_at bigint NOT NULL DEFAULT 0,
  incident_id uuid,
  note text,
  votes jsonb,
  judge jsonb,
  seq bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (team_id, monitor_id),
  FOREIGN KEY (team_id, monitor_id) REFERENCES records (team_id, id) ON DELETE CASCADE
) WITH (fillfactor = 70);

ALTER TABLE heartbeats ADD seq bigint NOT NULL DEFAULT 0;
ALTER TABLE incidents ADD seq bigint NOT NULL DEFAULT 0;

ALTER TABLE probes ADD seq bigint NOT NULL DEFAULT 0;
ALTER TABLE probes ADD kind text NOT NULL DEFAULT 'headless' CHECK (kind IN ('desktop', 'headless'));
ALTER TABLE probes ADD state text NOT NULL DEFAULT 'silent'
  CHECK (state IN ('online', 'silent', 'revoked'));
ALTER TABLE probes ADD owner_id uuid REFERENCES users ON DELETE SET NULL;
ALTER TABLE probes ADD load jsonb; -- {monitors, checks_per_s}
UPDATE probes SET state = 'revoked' WHERE revoked_at <> 0;

-- What is there already gets numbers after the records'.
INSERT INTO verdicts (team_id, monitor_id, state, since_at)
  SELECT team_id, id, CASE WHEN (body ->> 'paused')::boolean THEN 'paused' ELSE 'new' END,
    updated_at
  FROM records r WHERE type = 'monitor' AND deleted_at = 0 AND NOT EXISTS
    (SELECT 1 FROM heartbeats h WHERE h.team_id = r.team_id AND h.monitor_id = r.id);

CREATE TEMPORARY TABLE numbered ON COMMIT DROP AS
  SELECT team_id, id, row_number () OVER (PARTITION BY team_id ORDER BY kind, id) AS n
  FROM (SELECT team_id, monitor_id AS id, 1 AS kind FROM heartbeats
    UNION ALL SELECT team_id, monitor_id, 2 FROM verdicts
    UNION ALL SELECT team_id, id, 3 FROM incidents
    UNION ALL SELECT team_id, id, 4 FROM probes) AS rows;
UPDATE heartbeats h SET seq = t.seq + i.n FROM numbered i, teams t
  WHERE t.id = h.team_id AND i.team_id = h.team_id AND i.id = h.monitor_id;
UPDATE verdicts v SET seq = t.seq + i.n FROM numbered i, teams t
  WHERE t.id = v.team_id AND i.team_id = v.team_id AND i.id = v.monitor_id;
UPDATE incidents d SET seq = t.seq + i.n FROM numbered i, teams t
  WHERE t.id = d.team_id AND i.team_id = d.team_id AND i.id = d.id;
UPDATE probes p SET seq = t.seq + i.n FROM numbered i, teams t
  WHERE t.id = p.team_id AND i.team_id = p.team_id AND i.id = p.id;
UPDATE teams t SET seq = seq + (SELECT count (*) FROM numbered i WHERE i.team_id = t.id);

CREATE INDEX heartbeats_seq ON heartbeats (team_id, seq);
CREATE INDEX verdicts_seq ON verdicts (team_id, seq);
CREATE INDEX incidents_seq ON incidents (team_id, seq);
CREATE INDEX probes_seq ON probes (team_id, seq);

-- Whoever keeps a connection open for somebody looks again whether they may.
CREATE FUNCTION tell_access () RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify ('tocsin_access', '');
  RETURN NULL;
END $$;
CREATE TRIGGER members_access AFTER DELETE ON members
  FOR EACH STATEMENT EXECUTE FUNCTION tell_access ();
CREATE TRIGGER tokens_access AFTER DELETE OR UPDATE OF revoked_at ON tokens
  FOR EACH STATEMENT EXECUTE FUNCTION tell_access ();
CREATE TRIGGER sessions_access AFTER DELETE ON sessions
  FOR EACH STATEMENT EXECUTE FUNCTION tell_access ();
CREATE TRIGGER users_access AFTER UPDATE OF disabled_at ON users
  FOR EACH STATEMENT EXECUTE FUNCTION tell_access ();
