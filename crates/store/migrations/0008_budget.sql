-- Budgets by country and prefix, of a day and a month, in messages and in money (thousandths of the minor unit). The
-- installation's own have a service of zeros; everywhere is an empty place.
CREATE TABLE budget_line (
    service {bytes} NOT NULL,
    place {text} NOT NULL,
    span {text} NOT NULL,
    from_ms {integer} NOT NULL,
    sms {integer} NOT NULL,
    cost {integer} NOT NULL,
    PRIMARY KEY (service, place, span, from_ms)
) {table};

CREATE INDEX budget_line_from ON budget_line (from_ms);

INSERT INTO budget_line (service, place, span, from_ms, sms, cost)
SELECT service, '', 'day', day * 86400000, leased, 0 FROM budget;

DROP TABLE budget;
