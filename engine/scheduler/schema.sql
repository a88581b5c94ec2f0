-- One file holds all task hubs of a scheduler. Memory is a cache of it: leases and queues are made anew when it is
-- opened, so nothing here says who works on what. Instants are milliseconds since 1970, UTC.

-- One row per orchestration instance. Small columns first: SQLite reads a row from its beginning.
CREATE TABLE instances (
  key INTEGER PRIMARY KEY,          -- counts up as instances are made
  hub TEXT NOT NULL,                -- the task hub it lives in
  id TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN
    ('pending', 'running', 'suspended', 'completed', 'failed', 'canceled', 'terminated')),
  generation TEXT NOT NULL,         -- the wire's execution id: new with every continue-as-new and rewind
  turns INTEGER NOT NULL,           -- rows of this generation in history
  name TEXT NOT NULL,
  version TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  completed_at INTEGER,
  start_at INTEGER,                 -- when it was asked to begin, if not at once
  parent_id TEXT,                   -- the instance that started it, in the same hub …
  parent_generation TEXT,           -- … which hears of its end only while it is in this generation
  parent_name TEXT,
  parent_action INTEGER,
  tags TEXT,                        -- JSON object of texts
  suspension BLOB,                  -- while suspended: the ExecutionSuspended event that its history is to get
  start_trace BLOB,                 -- TraceContext of who started it; every generation is told
  trace BLOB,                       -- OrchestrationTraceContext of its span in this generation
  custom_status TEXT,
  output TEXT,
  failure BLOB                      -- TaskFailureDetails
) STRICT;

-- Every look-up by id; and that ids are unique.
CREATE UNIQUE INDEX instances_by_id ON instances (hub, id);

-- Listings: a page is the first keys, after a key, of each status.
CREATE INDEX instances_by_status ON instances (hub, status);

-- Ended instances whose time has come, oldest first.
CREATE INDEX instances_by_end ON instances (completed_at) WHERE completed_at IS NOT NULL;

-- The children of an instance: terminate, purge and rewind follow them.
CREATE INDEX instances_by_parent ON instances (hub, parent_id) WHERE parent_id IS NOT NULL;

-- The input of an instance's generation. Apart, because the row in instances is written with every turn.
CREATE TABLE inputs (
  key INTEGER PRIMARY KEY,
  input TEXT NOT NULL
) STRICT;

-- What happened in an instance's generation: one row per turn, its HistoryEvents one after the other, each framed as
-- field 3 of OrchestratorRequest, so that a work item is a concatenation of rows.
CREATE TABLE history (
  key INTEGER NOT NULL,
  turn INTEGER NOT NULL,
  events BLOB NOT NULL,
  PRIMARY KEY (key, turn)
) STRICT, WITHOUT ROWID;

-- What an instance has not been told yet. A message leaves with the turn that was told it.
CREATE TABLE inbox (
  key INTEGER NOT NULL,
  seq INTEGER NOT NULL,             -- the order in which messages came, across all instances
  generation TEXT,                  -- null: to whichever generation reads it
  visible_at INTEGER,               -- a timer or a delayed start: not before this
  event BLOB NOT NULL,              -- HistoryEvent
  PRIMARY KEY (key, seq)
) STRICT, WITHOUT ROWID;

-- Activities that were asked for and have given no result yet.
CREATE TABLE activities (
  key INTEGER NOT NULL,
  seq INTEGER NOT NULL,             -- the order in which they were asked for, across all instances
  generation TEXT NOT NULL,         -- the result is void in any other
  action INTEGER NOT NULL,          -- the number of the action that asked
  name TEXT NOT NULL,
  version TEXT,
  request BLOB NOT NULL,            -- ActivityRequest
  PRIMARY KEY (key, seq)
) STRICT, WITHOUT ROWID;
