-- SPDX-FileCopyrightText: 2026 The Tocsin authors
-- SPDX-License-Identifier: MIT
--
-- What changes with each ping lies apart from the record that people edit. `judge` is lib/judge's
-- state; `state` and `since_at` are what is shown of it.
CREATE TABLE heartbeats (
  team_id uuid NOT NULL,
  monitor_id uuid NOT NULL,
  project_id uuid NOT NULL,
  ping_id uuid NOT NULL UNIQUE,
  slug text,
  badge_id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid (),
  revision bigint NOT NULL, -- of the monitor's record
  status text NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'up', 'down', 'paused')),
  last_ping_at bigint NOT NULL DEFAULT 0,
  last_start_at bigint NOT NULL DEFAULT 0,
  last_start_rid uuid,
  last_duration_us bigint NOT NULL DEFAULT -1,
  deadline_at bigint NOT NULL DEFAULT 0,
  look_at bigint NOT NULL DEFAULT 0,
  n_pings bigint NOT NULL DEFAULT 0,
  oldest_ping bigint NOT NULL DEFAULT 1, -- those before it were pruned
  rate_tat_at bigint NOT NULL DEFAULT 0,
  state text NOT NULL DEFAULT 'new',
  since_at bigint NOT NULL DEFAULT 0,
  judge jsonb,
  incident_id uuid,
  PRIMARY KEY (team_id, monitor_id),
  FOREIGN KEY (team_id, monitor_id) REFERENCES records (team_id, id) ON DELETE CASCADE
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX heartbeats_slug ON heartbeats (team_id, project_id, slug)
  WHERE slug IS NOT NULL AND slug <> '';

-- When somebody has to look whether the deadline has passed: never after it, and mostly before it,
-- since each ping puts the deadline off and would cost a place in the index. Who looks too early
-- puts it off then, once a period.
CREATE INDEX heartbeats_due ON heartbeats (look_at) WHERE look_at <> 0;
CREATE FUNCTION heartbeats_look () RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.look_at := NEW.deadline_at;
  RETURN NEW;
END $$;
CREATE TRIGGER heartbeats_look BEFORE INSERT OR UPDATE ON heartbeats FOR EACH ROW
  WHEN (NEW.deadline_at <> 0 AND (NEW.look_at = 0 OR NEW.deadline_at < NEW.look_at))
  EXECUTE FUNCTION heartbeats_look ();

-- Without a foreign key: its check would cost every ping. Who deletes a monitor deletes them too.
CREATE TABLE pings (
  team_id uuid NOT NULL,
  monitor_id uuid NOT NULL,
  n bigint NOT NULL,
  at bigint NOT NULL,
  kind text NOT NULL,
  scheme text NOT NULL,
  method text NOT NULL,
  remote_address text,
  user_agent text,
  rid uuid,
  exit_status smallint,
  duration_us bigint,
  body_bytes bigint NOT NULL DEFAULT 0, -- as it was sent
  body bytea, -- cut at the limit
  PRIMARY KEY (team_id, monitor_id, n)
);

CREATE TABLE flips (
  team_id uuid NOT NULL,
  monitor_id uuid NOT NULL,
  id uuid NOT NULL, -- UUIDv7
  at bigint NOT NULL,
  old_state text NOT NULL,
  new_state text NOT NULL,
  reason text,
  PRIMARY KEY (team_id, monitor_id, id),
  FOREIGN KEY (team_id, monitor_id) REFERENCES heartbeats ON DELETE CASCADE
);
CREATE INDEX flips_at ON flips (team_id, monitor_id, at);

-- Outages: one writer, the server. `body` is lib/model's incident.
CREATE TABLE incidents (
  team_id uuid NOT NULL,
  id uuid NOT NULL,
  monitor_id uuid NOT NULL,
  began_at bigint NOT NULL,
  ended_at bigint NOT NULL DEFAULT 0,
  body jsonb NOT NULL,
  PRIMARY KEY (team_id, id),
  FOREIGN KEY (team_id, monitor_id) REFERENCES records (team_id, id) ON DELETE CASCADE
);
CREATE INDEX incidents_monitor ON incidents (team_id, monitor_id, began_at);
