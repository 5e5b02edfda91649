-- How often a service's rules were gone over on a day, and what became of it.
CREATE TABLE excess (
    day_ms {integer} NOT NULL,
    service {bytes} NOT NULL,
    rule {text} NOT NULL,
    outcome {text} NOT NULL,
    count {integer} NOT NULL,
    PRIMARY KEY (day_ms, service, rule, outcome)
) {table};
