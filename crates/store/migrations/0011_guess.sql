-- How many codes were wrong and right in an hour: of a service, and of the networks that they came from, by blind index (a
-- service as a whole has zeros). What it needs to see that codes are guessed over many numbers, or from many networks.
CREATE TABLE guess (
    hour_ms {integer} NOT NULL,
    service {bytes} NOT NULL,
    source {bytes} NOT NULL,
    wrong {integer} NOT NULL,
    approved {integer} NOT NULL,
    PRIMARY KEY (hour_ms, service, source)
) {table};
