-- Customers. attributes: JSON object of built-in and custom attributes but the name.
CREATE TABLE customer (
    id             BIGINT PRIMARY KEY,
    name           TEXT,
    attributes     TEXT NOT NULL,
    first_seen     BIGINT,
    last_seen      BIGINT,
    created_at     BIGINT NOT NULL,
    created_import BIGINT,
    updated_at     BIGINT NOT NULL
);
CREATE INDEX customer_by_import ON customer (created_import);

-- By what a customer is known; the key is the guard that an identity belongs to one customer.
CREATE TABLE identity (
    kind         TEXT COLLATE "C" NOT NULL,
    value        TEXT COLLATE "C" NOT NULL,
    customer_id  BIGINT NOT NULL,
    first_import BIGINT,
    PRIMARY KEY (kind, value)
);
CREATE INDEX identity_by_customer ON identity (customer_id);
CREATE INDEX identity_by_import ON identity (first_import);

-- Attributes that the product does not bring.
CREATE TABLE attribute (
    name           TEXT COLLATE "C" PRIMARY KEY,
    type           TEXT NOT NULL,
    label_en       TEXT NOT NULL,
    label_zh       TEXT NOT NULL,
    created_at     BIGINT NOT NULL,
    created_import BIGINT
);

-- Under which keys a customer is found; searched by ranges of token, so the order of bytes matters.
CREATE TABLE customer_token (
    token       TEXT COLLATE "C" NOT NULL,
    customer_id BIGINT NOT NULL,
    PRIMARY KEY (token, customer_id)
);

-- What imports changed in customers that existed before them; old and new are JSON, NULL = no value.
CREATE TABLE customer_change (
    id          BIGINT PRIMARY KEY,
    customer_id BIGINT NOT NULL,
    field       TEXT NOT NULL,
    old         TEXT,
    new         TEXT,
    import_id   BIGINT NOT NULL,
    at          BIGINT NOT NULL
);
CREATE INDEX customer_change_by_customer ON customer_change (customer_id, field, id);
CREATE INDEX customer_change_by_import ON customer_change (import_id);

-- Traits of customers touched since the lake's table of traits was last rebuilt; traits: JSON object.
CREATE TABLE customer_trait (
    customer_id BIGINT PRIMARY KEY,
    as_of       BIGINT NOT NULL,
    traits      TEXT NOT NULL
);

-- Erased people: that it happened, nothing about whom.
CREATE TABLE customer_erased (
    customer_id BIGINT PRIMARY KEY,
    at          BIGINT NOT NULL
);
