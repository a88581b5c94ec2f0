-- An index that is written with every start and every end costs each of them a page on disk. Two are gone: what ended
-- long ago, and what may have calls open, is found by walking the instances of a status in order of creation.
DROP INDEX instances_by_end;
DROP INDEX instances_by_calling;
DROP INDEX instances_by_status;
CREATE INDEX instances_by_status ON instances (hub, status, created_at, key, completed_at, calling);
