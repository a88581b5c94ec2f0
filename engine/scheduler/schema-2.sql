-- Instances that are gone but for their history, which is so long that it is removed a little at a time. Their keys are
-- not given to others meanwhile.
CREATE TABLE leftovers (
  key INTEGER PRIMARY KEY
) STRICT;

-- Listings: a page is the first of each status in order of creation, after a place or an instant. When an instance ended
-- is there so that it can be asked for without a look at each row.
DROP INDEX instances_by_status;
CREATE INDEX instances_by_status ON instances (hub, status, created_at, key, completed_at);
