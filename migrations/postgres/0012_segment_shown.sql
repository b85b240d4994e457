-- Who made a run, and how many customers were at each place at the end of the months before it.
ALTER TABLE segment_run ADD COLUMN made_by TEXT NOT NULL DEFAULT '';
CREATE TABLE segment_trend (
    run_id BIGINT NOT NULL REFERENCES segment_run (id) ON DELETE CASCADE,
    as_of BIGINT NOT NULL,
    dimension TEXT NOT NULL,
    name TEXT NOT NULL,
    customers BIGINT NOT NULL,
    PRIMARY KEY (run_id, as_of, dimension, name)
);
