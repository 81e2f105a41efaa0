-- SPDX-FileCopyrightText: 2026 The Tocsin authors
-- SPDX-License-Identifier: MIT
--
-- Whatever syncs: projects, monitors, channels, maintenance, … `body` is the record's JSON as
-- lib/model writes it, without secrets, which lie sealed beside it. `field_revisions` says at which
-- revision each member was last changed; a deleted record stays as a tombstone.
CREATE TABLE records (
  team_id uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
  id uuid NOT NULL,
  type text NOT NULL CHECK (type IN
    ('project', 'monitor', 'channel', 'policy', 'page', 'maintenance', 'incident')),
  project_id uuid,
  name text NOT NULL, -- as in the body, for lists and searches
  revision bigint NOT NULL,
  seq bigint NOT NULL,
  body jsonb NOT NULL,
  secrets_sealed bytea,
  field_revisions jsonb NOT NULL DEFAULT '{}',
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  updated_by text,
  deleted_at bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (team_id, id)
);
CREATE UNIQUE INDEX records_seq ON records (team_id, seq);
CREATE INDEX records_list ON records (team_id, type, name, id) WHERE deleted_at = 0;
CREATE INDEX records_project ON records (team_id, project_id) WHERE deleted_at = 0;
CREATE UNIQUE INDEX records_project_slug ON records (team_id, (body ->> 'slug'))
  WHERE type = 'project' AND deleted_at = 0;

-- A project's keys: 32 characters each, hashed like tokens. `badge_key` signs badge addresses.
CREATE TABLE project_keys (
  team_id uuid NOT NULL,
  project_id uuid NOT NULL,
  id uuid NOT NULL,
  hash bytea NOT NULL,
  kind text NOT NULL CHECK (kind IN ('rw', 'ro', 'ping')),
  created_at bigint NOT NULL,
  used_at bigint NOT NULL DEFAULT 0,
  revoked_at bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (team_id, project_id, id),
  FOREIGN KEY (team_id, project_id) REFERENCES records (team_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX project_keys_hash ON project_keys (hash);

CREATE TABLE project_badges (
  team_id uuid NOT NULL,
  project_id uuid NOT NULL,
  badge_key text NOT NULL UNIQUE,
  secret bytea NOT NULL,
  PRIMARY KEY (team_id, project_id),
  FOREIGN KEY (team_id, project_id) REFERENCES records (team_id, id) ON DELETE CASCADE
);
