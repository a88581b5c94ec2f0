-- Instances that are gone but for their history, which is so long that it is removed a little at a time. Their keys are
-- not given to others meanwhile.
CREATE TABLE leftovers (
  key INTEGER PRIMARY KEY
) STRICT;
