-- Webhooks: the endpoints of services, which events each is told of, and what is on its way to them. An endpoint is
-- claimed as a whole, so that a slow one holds up nobody else.
CREATE TABLE webhook (
    id {bytes} NOT NULL PRIMARY KEY,
    service {bytes} NOT NULL,
    url {text} NOT NULL,
    events {text} NOT NULL,
    secret {bytes} NOT NULL,
    created_ms {integer} NOT NULL,
    disabled_ms {integer},
    lease_owner {bytes},
    lease_until_ms {integer} NOT NULL
) {heap};

CREATE INDEX webhook_service ON webhook (service);

CREATE TABLE webhook_subscription (
    service {bytes} NOT NULL,
    kind {text} NOT NULL,
    webhook {bytes} NOT NULL,
    PRIMARY KEY (service, kind, webhook)
) {table};

CREATE TABLE webhook_delivery (
    webhook {bytes} NOT NULL,
    event {bytes} NOT NULL,
    kind {text} NOT NULL,
    verification {bytes} NOT NULL,
    at_ms {integer} NOT NULL,
    erase_ms {integer} NOT NULL,
    state {text} NOT NULL,
    tries {integer} NOT NULL,
    due_ms {integer} NOT NULL,
    status {integer},
    PRIMARY KEY (webhook, event)
) {heap};

CREATE INDEX webhook_delivery_waiting ON webhook_delivery (webhook, due_ms) WHERE state = 'waiting';
CREATE INDEX webhook_delivery_erase ON webhook_delivery (erase_ms);
