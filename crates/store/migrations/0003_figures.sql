-- What guides learn belongs to a service, so that one service's people never steer another's guides (rules D5, M6).
-- What was counted before stays where there is one service only: else nobody knows whose it was.
ALTER TABLE guide_count RENAME TO guide_count_before;

CREATE TABLE guide_count (
    service {bytes} NOT NULL,
    guide {text} NOT NULL,
    version {text} NOT NULL,
    cause {text} NOT NULL,
    phone {text} NOT NULL,
    carrier {text} NOT NULL,
    kind {text} NOT NULL,
    count {integer} NOT NULL,
    last_ms {integer} NOT NULL,
    PRIMARY KEY (service, guide, version, cause, phone, carrier, kind)
) {table};

INSERT INTO guide_count (service, guide, version, cause, phone, carrier, kind, count, last_ms)
SELECT s.id, b.guide, b.version, b.cause, b.phone, b.carrier, b.kind, b.count, 0
FROM guide_count_before AS b CROSS JOIN service AS s
WHERE (SELECT COUNT(*) FROM service) = 1;

DROP TABLE guide_count_before;

-- Whether somebody asked for the message again, or for help with it: the second sign of a route without receipts.
ALTER TABLE arrival_sample ADD COLUMN again {integer} NOT NULL DEFAULT 0;
ALTER TABLE arrival ADD COLUMN again {integer} NOT NULL DEFAULT 0;
