import type { Migration } from "./sqlite";

/**
 * Every table of the console. A version that has landed is never changed: a later need is a later version.
 */
export const schema: readonly Migration[] = [
  {
    version: 1,
    sql: `
CREATE TABLE clusters (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, environment TEXT NOT NULL, seeds TEXT NOT NULL,
  address_map TEXT NOT NULL, labels TEXT NOT NULL, secrets BLOB, tls INTEGER NOT NULL, accepts_any_certificate INTEGER NOT NULL,
  created_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE shard_index (
  cluster_id TEXT NOT NULL, node_id TEXT NOT NULL, shard INTEGER NOT NULL,
  PRIMARY KEY (cluster_id, node_id)
) STRICT;
CREATE TABLE timeline (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, cluster_id TEXT NOT NULL, at_ms INTEGER NOT NULL, code TEXT NOT NULL,
  node_ids TEXT NOT NULL, details TEXT NOT NULL, text TEXT NOT NULL
) STRICT;
CREATE INDEX timeline_of_cluster ON timeline (cluster_id, seq);
CREATE TABLE managed_nodes (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, host TEXT NOT NULL, port INTEGER NOT NULL UNIQUE, folder TEXT NOT NULL,
  engine_kind TEXT NOT NULL, engine_path TEXT NOT NULL, engine_version TEXT NOT NULL, sandbox INTEGER NOT NULL,
  cluster_id TEXT, node_id TEXT, pid INTEGER, pid_started TEXT, secrets BLOB, created_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE plans (
  id TEXT PRIMARY KEY, cluster_id TEXT NOT NULL, made_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL, plan TEXT NOT NULL
) STRICT;
CREATE TABLE operations (
  id INTEGER PRIMARY KEY AUTOINCREMENT, cluster_id TEXT NOT NULL, created_ms INTEGER NOT NULL, state TEXT NOT NULL,
  plan_id TEXT NOT NULL
) STRICT;
CREATE INDEX operations_of_cluster ON operations (cluster_id, id);
CREATE TABLE operation_events (
  operation_id INTEGER NOT NULL, seq INTEGER NOT NULL, at_ms INTEGER NOT NULL, event TEXT NOT NULL,
  PRIMARY KEY (operation_id, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE windows (
  id INTEGER PRIMARY KEY AUTOINCREMENT, operation_id INTEGER NOT NULL, step_id INTEGER NOT NULL,
  source TEXT NOT NULL, target TEXT NOT NULL, slots TEXT NOT NULL, facts TEXT NOT NULL,
  intended_ms INTEGER NOT NULL, settled_ms INTEGER, outcome TEXT
) STRICT;
CREATE INDEX windows_of_operation ON windows (operation_id, settled_ms);
CREATE TABLE kept_values (
  id INTEGER PRIMARY KEY AUTOINCREMENT, operation_id INTEGER NOT NULL, slot INTEGER NOT NULL, node_id TEXT NOT NULL,
  key BLOB NOT NULL, ttl_ms INTEGER NOT NULL, dump BLOB NOT NULL, at_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE transcript (
  id INTEGER PRIMARY KEY AUTOINCREMENT, operation_id INTEGER NOT NULL, at_ms INTEGER NOT NULL, node_id TEXT,
  host TEXT NOT NULL, port INTEGER NOT NULL, command TEXT NOT NULL, reply TEXT NOT NULL, ok INTEGER NOT NULL,
  mutates INTEGER NOT NULL, took_ms REAL NOT NULL
) STRICT;
CREATE INDEX transcript_of_operation ON transcript (operation_id, id);
CREATE TABLE leases (
  cluster_id TEXT PRIMARY KEY, owner TEXT NOT NULL, fence INTEGER NOT NULL, operation_id INTEGER, taken_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE sessions (
  id_hash TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, created_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL, from_address TEXT NOT NULL
) STRICT;
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, actor TEXT NOT NULL, role TEXT NOT NULL,
  from_address TEXT NOT NULL, act TEXT NOT NULL, cluster_id TEXT, details TEXT NOT NULL, result TEXT NOT NULL,
  previous_hash TEXT NOT NULL, hash TEXT NOT NULL
) STRICT;
`,
  },
  {
    version: 2,
    sql: `
CREATE TRIGGER audit_is_not_altered BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit rows are never altered'); END;
CREATE TRIGGER audit_is_not_removed BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'audit rows are never removed'); END;
`,
  },
  {
    version: 3,
    sql: `
-- What an ended operation's events add up to: reading it again does not fold thousands of them.
ALTER TABLE operations ADD COLUMN folded TEXT;
`,
  },
  {
    version: 4,
    sql: `
CREATE TABLE known_nodes (
  cluster_id TEXT NOT NULL, node_id TEXT NOT NULL, host TEXT NOT NULL, port INTEGER NOT NULL,
  PRIMARY KEY (cluster_id, node_id)
) STRICT;
`,
  },
  {
    version: 5,
    sql: `
CREATE TABLE source_accesses (
  id TEXT PRIMARY KEY, cluster_id TEXT NOT NULL, secrets BLOB NOT NULL, created_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE imports (
  operation_id INTEGER NOT NULL, step_id INTEGER NOT NULL, state TEXT NOT NULL,
  PRIMARY KEY (operation_id, step_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE import_refusals (
  operation_id INTEGER NOT NULL, step_id INTEGER NOT NULL, key BLOB NOT NULL, reason TEXT NOT NULL,
  PRIMARY KEY (operation_id, step_id, key)
) STRICT, WITHOUT ROWID;
`,
  },
];
