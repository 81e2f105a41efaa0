-- SPDX-FileCopyrightText: 2026 The Tocsin authors
-- SPDX-License-Identifier: MIT
--
-- Who there is and what they may. Times are µs since the epoch, UTC; hashes are SHA-256 of tokens
-- with 256 random bits, which are themselves shown once and kept nowhere. `sealed` columns are
-- secretboxes under the server's key.

-- One row. A restore from a backup makes a new epoch, since sequence numbers repeat after it.
CREATE TABLE server (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  epoch uuid NOT NULL DEFAULT gen_random_uuid ()
);
INSERT INTO server DEFAULT VALUES;

CREATE TABLE users (
  id uuid PRIMARY KEY,
  email text NOT NULL,
  name text NOT NULL,
  zone text NOT NULL DEFAULT 'UTC',
  locale text NOT NULL DEFAULT 'en',
  password text, -- argon2id, a PHC string; none: signs in elsewhere only
  password_at bigint NOT NULL DEFAULT 0,
  totp_sealed bytea,
  totp_confirmed_at bigint NOT NULL DEFAULT 0, -- 0: not in force
  totp_step bigint NOT NULL DEFAULT 0, -- the last time step that was used: each counts once
  disabled_at bigint NOT NULL DEFAULT 0,
  created_at bigint NOT NULL
);
CREATE UNIQUE INDEX users_email ON users (lower (email));

CREATE TABLE recovery_codes (
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  hash bytea NOT NULL,
  used_at bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (user_id, hash)
);

CREATE TABLE identities (
  issuer text NOT NULL,
  subject text NOT NULL,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  created_at bigint NOT NULL,
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX identities_user ON identities (user_id);

CREATE TABLE sessions (
  hash bytea PRIMARY KEY,
  id uuid NOT NULL UNIQUE, -- names it in lists without giving it away
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  csrf bytea NOT NULL,
  pending boolean NOT NULL DEFAULT false, -- the password was right, the second factor is awaited
  created_at bigint NOT NULL,
  used_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  address text,
  agent text
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- `seq` is the number of the team's last accepted write to a record: taken last in a transaction,
-- under this row's lock, so that commits have the order of the numbers and none is missing.
CREATE TABLE teams (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  slug text NOT NULL UNIQUE,
  seq bigint NOT NULL DEFAULT 0,
  created_at bigint NOT NULL,
  revision bigint NOT NULL DEFAULT 1
);

CREATE TABLE members (
  team_id uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('owner', 'admin', 'editor', 'viewer')),
  created_at bigint NOT NULL,
  revision bigint NOT NULL DEFAULT 1,
  PRIMARY KEY (team_id, user_id)
);
CREATE INDEX members_user ON members (user_id);

CREATE TABLE invitations (
  team_id uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
  id uuid NOT NULL,
  hash bytea NOT NULL UNIQUE,
  email text, -- none: whoever has the code
  role text NOT NULL CHECK (role IN ('owner', 'admin', 'editor', 'viewer')),
  invited_by uuid REFERENCES users ON DELETE SET NULL,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  accepted_at bigint NOT NULL DEFAULT 0,
  accepted_by uuid REFERENCES users ON DELETE SET NULL,
  PRIMARY KEY (team_id, id)
);

-- What programs come with: a person's API tokens and signed-in devices, and a team's probes.
-- `refresh_hash` and `family` belong to devices: a refresh token that is used twice revokes all.
CREATE TABLE tokens (
  hash bytea PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  kind text NOT NULL CHECK (kind IN ('api', 'device', 'refresh', 'probe')),
  user_id uuid REFERENCES users ON DELETE CASCADE,
  team_id uuid REFERENCES teams ON DELETE CASCADE, -- none: all of the person's teams
  probe_id uuid,
  family uuid,
  name text NOT NULL,
  scopes text[] NOT NULL,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL DEFAULT 0, -- 0: never
  used_at bigint NOT NULL DEFAULT 0,
  revoked_at bigint NOT NULL DEFAULT 0
);
CREATE INDEX tokens_user ON tokens (user_id);
CREATE INDEX tokens_team ON tokens (team_id);
CREATE INDEX tokens_family ON tokens (family);

CREATE TABLE probes (
  team_id uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
  id uuid NOT NULL,
  name text NOT NULL,
  labels text[] NOT NULL DEFAULT '{}',
  created_at bigint NOT NULL,
  seen_at bigint NOT NULL DEFAULT 0,
  revoked_at bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (team_id, id)
);
CREATE UNIQUE INDEX probes_name ON probes (team_id, name) WHERE revoked_at = 0;

-- What a person or program did. `detail` is an object of what was changed; never a secret.
CREATE TABLE audit (
  team_id uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
  id uuid NOT NULL, -- UUIDv7: by time
  at bigint NOT NULL,
  actor_kind text NOT NULL, -- user, token, key, probe, operator, system
  actor text, -- the id
  actor_name text,
  action text NOT NULL, -- member.add
  object_kind text,
  object text,
  object_name text,
  detail jsonb,
  address text,
  PRIMARY KEY (team_id, id)
);

CREATE TABLE team_issuers (
  team_id uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
  issuer text NOT NULL,
  client_id text NOT NULL,
  client_secret_sealed bytea,
  domains text[] NOT NULL DEFAULT '{}', -- of e-mail addresses that may join by themselves
  role text NOT NULL DEFAULT 'viewer' CHECK (role IN ('admin', 'editor', 'viewer')),
  label text NOT NULL,
  PRIMARY KEY (team_id)
);

CREATE TABLE oidc_flights (
  state_hash bytea PRIMARY KEY,
  team_id uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
  browser_hash bytea NOT NULL, -- of a cookie: only who began may end it
  nonce text NOT NULL,
  verifier text NOT NULL,
  return_to text,
  expires_at bigint NOT NULL
);

-- What issuers say of themselves, and their keys: kept for a while, for all workers.
CREATE TABLE oidc_documents (
  issuer text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('document', 'keys')),
  body text NOT NULL,
  fetched_at bigint NOT NULL,
  PRIMARY KEY (issuer, kind)
);

CREATE TABLE device_flights (
  device_hash bytea PRIMARY KEY,
  user_code text NOT NULL UNIQUE,
  name text NOT NULL,
  scopes text[] NOT NULL,
  address text,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  polled_at bigint NOT NULL DEFAULT 0,
  interval_us bigint NOT NULL,
  user_id uuid REFERENCES users ON DELETE CASCADE,
  verdict text NOT NULL DEFAULT 'pending' CHECK (verdict IN ('pending', 'granted', 'denied'))
);

-- Links that were mailed: password resets and new addresses. Single use.
CREATE TABLE mailed_links (
  hash bytea PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  purpose text NOT NULL CHECK (purpose IN ('reset', 'email')),
  email text,
  expires_at bigint NOT NULL
);

-- Attempts that failed, by account and by address: each makes the next wait longer.
CREATE TABLE attempts (
  key text PRIMARY KEY,
  failures bigint NOT NULL DEFAULT 0,
  failed_at bigint NOT NULL DEFAULT 0
);

CREATE TABLE mails (
  id uuid PRIMARY KEY,
  recipient text NOT NULL,
  subject text NOT NULL,
  body text NOT NULL,
  created_at bigint NOT NULL,
  due_at bigint NOT NULL,
  tries integer NOT NULL DEFAULT 0,
  error text
);
CREATE INDEX mails_due ON mails (due_at);

-- A creation that is sent again answers the same.
CREATE TABLE replays (
  owner text NOT NULL, -- user, token or key
  key text NOT NULL,
  request_hash bytea NOT NULL,
  status integer NOT NULL DEFAULT 0,
  headers text,
  body bytea,
  created_at bigint NOT NULL,
  PRIMARY KEY (owner, key)
);
CREATE INDEX replays_age ON replays (created_at);

-- A time as the API tells it (RFC 3339); 0 is none.
CREATE FUNCTION rfc3339 (at bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN at = 0 THEN NULL ELSE
    to_char (timestamp 'epoch' + at * interval '1 microsecond', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
  END
$$;
