-- SPDX-FileCopyrightText: 2026 The Tocsin authors
-- SPDX-License-Identifier: MIT
--
-- What the API that heartbeat clients know has of a monitor besides its record. `members` is the
-- JSON of all that people set, made when they set it, so that a list of ten thousand is copied and
-- not built; the heartbeat's row, which each ping rewrites, is kept small.
CREATE TABLE checks (
  team_id uuid NOT NULL,
  monitor_id uuid NOT NULL,
  project_id uuid NOT NULL,
  unique_key text NOT NULL, -- 40 hexadecimal digits: names it to those who may not ping it
  channels text NOT NULL DEFAULT '', -- ids with commas between
  filter_subject boolean NOT NULL DEFAULT false,
  filter_body boolean NOT NULL DEFAULT false,
  tags text[] NOT NULL DEFAULT '{}',
  period_us bigint NOT NULL, -- -1: by schedule
  grace_us bigint NOT NULL,
  schedule text, -- cron or OnCalendar
  zone text,
  members text NOT NULL,
  PRIMARY KEY (team_id, monitor_id),
  FOREIGN KEY (team_id, monitor_id) REFERENCES heartbeats ON DELETE CASCADE
);
CREATE UNIQUE INDEX checks_unique_key ON checks (team_id, project_id, unique_key);
-- A project's list is read from both tables in the order of this index, and merged.
CREATE INDEX checks_project ON checks (team_id, project_id, monitor_id);
CREATE INDEX heartbeats_project ON heartbeats (team_id, project_id, monitor_id);

-- Those that somebody looks for: few, as long as all is well.
CREATE INDEX heartbeats_state ON heartbeats (team_id, state) WHERE state NOT IN ('new', 'up');
