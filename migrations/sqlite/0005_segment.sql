-- One RFM run: what it learned (cut points, settings) and the rules it was made with. The rows are in the lake table rfm.
CREATE TABLE segment_run (
    id BIGINT PRIMARY KEY,
    created_at BIGINT NOT NULL,
    as_of BIGINT NOT NULL,
    zone TEXT NOT NULL,
    customers BIGINT NOT NULL,
    buyers BIGINT NOT NULL,
    learned TEXT NOT NULL,
    rules TEXT NOT NULL,
    notes TEXT NOT NULL
);

-- How many customers, and how much money (1/10000), were at each place. dimension: group, tier, stage.
CREATE TABLE segment_count (
    run_id BIGINT NOT NULL REFERENCES segment_run (id) ON DELETE CASCADE,
    dimension TEXT NOT NULL,
    position BIGINT NOT NULL,
    name TEXT NOT NULL,
    customers BIGINT NOT NULL,
    monetary BIGINT NOT NULL,
    PRIMARY KEY (run_id, dimension, name)
);
