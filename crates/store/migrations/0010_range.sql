-- Ranges of numbers, 100,000 each: how many codes come back, by half days. A sample names its number's.
ALTER TABLE arrival_sample ADD COLUMN numbers {text} NOT NULL DEFAULT '';

CREATE TABLE range_arrival (
    numbers {text} NOT NULL,
    from_ms {integer} NOT NULL,
    country {text} NOT NULL,
    sent {integer} NOT NULL,
    back {integer} NOT NULL,
    PRIMARY KEY (numbers, from_ms)
) {table};

CREATE INDEX range_arrival_from ON range_arrival (from_ms);
