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
