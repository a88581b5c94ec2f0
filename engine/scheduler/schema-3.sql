-- A call that was asked for in the generation an instance is in is in its history, and that it has no result too: only
-- calls that outlive their generation have a row in activities. Whether to look into the history is written here.
ALTER TABLE instances ADD COLUMN calling INTEGER NOT NULL DEFAULT 0 CHECK (calling IN (0, 1));
UPDATE instances SET calling = 1
WHERE status IN ('pending', 'running', 'suspended') AND EXISTS (
  SELECT 1 FROM activities WHERE activities.key = instances.key AND activities.generation = instances.generation);
DELETE FROM activities WHERE EXISTS (
  SELECT 1 FROM instances
  WHERE instances.key = activities.key AND instances.generation = activities.generation AND instances.calling = 1);
CREATE INDEX instances_by_calling ON instances (key) WHERE calling = 1;

-- A row of history under one number, its instance's key and its turn's: where rows are found by two columns, every row
-- that is met on the way is read whole, however long it is.
ALTER TABLE history RENAME TO history_before;
CREATE TABLE history (
  id INTEGER PRIMARY KEY,
  key INTEGER NOT NULL AS (id >> 24),
  turn INTEGER NOT NULL AS (id & 0xffffff),
  events BLOB NOT NULL
) STRICT;
INSERT INTO history (id, events) SELECT key << 24 | turn, events FROM history_before ORDER BY key, turn;
DROP TABLE history_before;

-- An input is in the event that the generation begins with. Only of instances that have ended before they were told of it
-- it is here, and where an earlier version has written it twice.
