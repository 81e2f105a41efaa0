-- SPDX-FileCopyrightText: 2026 The Tocsin authors
-- SPDX-License-Identifier: MIT
--
-- What probes saw. A row of `samples` is a run: samples of one monitor by one probe on one UTC day,
-- packed (lib/judge/run.h), from `at` to `last_at`; once the day is over its runs become one. Both
-- tables have a partition a day, made ahead by samples_make_day () and dropped, whole, by
-- samples_drop_before (). Without foreign keys: their checks would cost every run.
CREATE TABLE samples (
  team_id uuid NOT NULL,
  monitor_id uuid NOT NULL,
  at bigint NOT NULL,
  probe_id uuid NOT NULL,
  number bigint NOT NULL, -- of the first sample, as the probe's outbox has it
  last_at bigint NOT NULL,
  n integer NOT NULL,
  run bytea NOT NULL,
  PRIMARY KEY (team_id, monitor_id, at, probe_id, number)
) PARTITION BY RANGE (at);

-- Why checks failed, in words, where it was not the same as the time before.
CREATE TABLE reasons (
  team_id uuid NOT NULL,
  monitor_id uuid NOT NULL,
  at bigint NOT NULL,
  probe_id uuid NOT NULL,
  number bigint NOT NULL,
  reason text NOT NULL,
  PRIMARY KEY (team_id, monitor_id, at, probe_id, number)
) PARTITION BY RANGE (at);

-- Makes the partitions of the day that holds `at`. A partition is filled with constraints and
-- indexes first and attached then, which lets others write meanwhile.
CREATE FUNCTION samples_make_day (at bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  day CONSTANT bigint := 86400000000;
  first CONSTANT bigint := at - (at % day + day) % day;
  suffix CONSTANT text :=
    to_char (timestamp 'epoch' + first * interval '1 microsecond', '_YYYYMMDD');
  parent text;
BEGIN
  PERFORM pg_advisory_xact_lock (8391710164926576);
  FOREACH parent IN ARRAY ARRAY['samples', 'reasons'] LOOP
    IF to_regclass (parent || suffix) IS NULL THEN
      EXECUTE format ('CREATE TABLE %I (LIKE %I INCLUDING ALL)', parent || suffix, parent);
      EXECUTE format ('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
        parent, parent || suffix, first, first + day);
    END IF;
  END LOOP;
END $$;

-- Drops the partitions of days that ended before `at`, and says how many.
CREATE FUNCTION samples_drop_before (at bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  suffix CONSTANT text :=
    to_char (timestamp 'epoch' + at * interval '1 microsecond', '_YYYYMMDD');
  n bigint := 0;
  child regclass;
BEGIN
  PERFORM pg_advisory_xact_lock (8391710164926576);
  FOR child IN SELECT inhrelid::regclass FROM pg_inherits
    JOIN pg_class c ON c.oid = inhrelid
    WHERE inhparent IN ('samples'::regclass, 'reasons'::regclass)
      AND right (c.relname, 9) < suffix
  LOOP
    EXECUTE format ('DROP TABLE %s', child);
    n := n + 1;
  END LOOP;
  RETURN n;
END $$;

-- Days whose runs are to be packed into one: found by those who write them.
CREATE TABLE unpacked_days (
  team_id uuid NOT NULL,
  monitor_id uuid NOT NULL,
  day bigint NOT NULL,
  PRIMARY KEY (team_id, monitor_id, day)
);
CREATE INDEX unpacked_days_due ON unpacked_days (day);

-- lib/judge's rollups of all probes together, which whoever adds samples keeps in step. The time
-- that a closed day was up, down or neither is beside it, from the states that were judged.
CREATE TABLE hours (
  team_id uuid NOT NULL,
  monitor_id uuid NOT NULL,
  at bigint NOT NULL,
  rollup bytea NOT NULL,
  PRIMARY KEY (team_id, monitor_id, at)
) WITH (fillfactor = 70);
CREATE INDEX hours_age ON hours USING brin (at);
CREATE TABLE days (
  team_id uuid NOT NULL,
  monitor_id uuid NOT NULL,
  at bigint NOT NULL,
  rollup bytea, -- none: there are no samples
  up_us bigint NOT NULL DEFAULT 0,
  down_us bigint NOT NULL DEFAULT 0,
  closed boolean NOT NULL DEFAULT false,
  PRIMARY KEY (team_id, monitor_id, at)
) WITH (fillfactor = 70);

-- Which samples of a probe's outbox were counted: all up to `contiguous`, and the ranges above it,
-- {from, to, from, to, …}.
CREATE TABLE probe_numbers (
  team_id uuid NOT NULL,
  probe_id uuid NOT NULL,
  contiguous bigint NOT NULL DEFAULT 0,
  ranges bigint[] NOT NULL DEFAULT '{}',
  PRIMARY KEY (team_id, probe_id),
  FOREIGN KEY (team_id, probe_id) REFERENCES probes ON DELETE CASCADE
) WITH (fillfactor = 70);

-- `assigned_seq` is the number at which who checks what may have changed by this probe.
ALTER TABLE probes ADD assigned_seq bigint NOT NULL DEFAULT 0;
UPDATE probes SET assigned_seq = seq;
CREATE INDEX probes_online ON probes (seen_at) WHERE state = 'online';

-- `look_at`: when somebody has to look whether all probes fell silent; never after it, mostly
-- before it, as for heartbeats. `parents` are the monitors that it is behind, `behind` whether one
-- of them is down. `closed_at`: all days before it are closed.
-- `judge` is lib/judge's state, packed: it is read and written with every sample, and nobody has
-- written one before this.
ALTER TABLE verdicts ALTER judge TYPE bytea USING NULL;
ALTER TABLE verdicts ADD look_at bigint NOT NULL DEFAULT 0;
ALTER TABLE verdicts ADD parents uuid[];
ALTER TABLE verdicts ADD behind boolean NOT NULL DEFAULT false;
ALTER TABLE verdicts ADD in_maintenance boolean NOT NULL DEFAULT false;
ALTER TABLE verdicts ADD closed_at bigint NOT NULL DEFAULT 0;
ALTER TABLE heartbeats ADD closed_at bigint NOT NULL DEFAULT 0;
UPDATE verdicts v SET parents = ARRAY (SELECT jsonb_array_elements_text (r.body -> 'depends_on'))::uuid[]
  FROM records r WHERE r.team_id = v.team_id AND r.id = v.monitor_id
    AND jsonb_typeof (r.body -> 'depends_on') = 'array' AND r.body -> 'depends_on' <> '[]';
CREATE INDEX verdicts_due ON verdicts (look_at) WHERE look_at <> 0;
CREATE INDEX verdicts_behind ON verdicts (team_id, monitor_id) WHERE parents IS NOT NULL;
CREATE INDEX verdicts_state ON verdicts (team_id, state) WHERE state NOT IN ('new', 'up');
CREATE INDEX verdicts_closed ON verdicts (closed_at);
CREATE INDEX heartbeats_closed ON heartbeats (closed_at);

-- Checked monitors flip too.
ALTER TABLE flips DROP CONSTRAINT flips_team_id_monitor_id_fkey;
ALTER TABLE flips ADD FOREIGN KEY (team_id, monitor_id) REFERENCES records (team_id, id)
  ON DELETE CASCADE;
