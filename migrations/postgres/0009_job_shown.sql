-- What people see of background work: who began it, about what, what it wrote, when it changed last.
ALTER TABLE job ADD COLUMN user_id BIGINT;
ALTER TABLE job ADD COLUMN began_by TEXT NOT NULL DEFAULT '';
ALTER TABLE job ADD COLUMN object TEXT;
ALTER TABLE job ADD COLUMN file TEXT;
ALTER TABLE job ADD COLUMN started_at BIGINT;
ALTER TABLE job ADD COLUMN error_code TEXT;
ALTER TABLE job ADD COLUMN error_hint TEXT;
ALTER TABLE job ADD COLUMN change BIGINT NOT NULL DEFAULT 0;
CREATE INDEX job_change ON job (change);
