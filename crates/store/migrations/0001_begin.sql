-- The tables that a verification needs. {integer}, {text}, {bytes} and {table} are spelled by the engine.

CREATE TABLE setting (
    name {text} NOT NULL PRIMARY KEY,
    value {text} NOT NULL
) {table};

CREATE TABLE service (
    id {bytes} NOT NULL PRIMARY KEY,
    version {integer} NOT NULL,
    state {text} NOT NULL
) {table};

CREATE TABLE api_key (
    digest {bytes} NOT NULL PRIMARY KEY,
    id {bytes} NOT NULL UNIQUE,
    service {bytes} NOT NULL,
    label {text} NOT NULL,
    scopes {text} NOT NULL,
    created_ms {integer} NOT NULL,
    revoked_ms {integer}
) {table};

CREATE INDEX api_key_service ON api_key (service, created_ms);

-- Long rows overflow in a table that is its own index, and rows with random keys each change a page of it.
CREATE TABLE verification (
    id {bytes} NOT NULL PRIMARY KEY,
    version {integer} NOT NULL,
    service {bytes} NOT NULL,
    erase_ms {integer} NOT NULL,
    address {bytes},
    state {text} NOT NULL
) {heap};

CREATE INDEX verification_erase ON verification (erase_ms);

CREATE TABLE number (
    key {bytes} NOT NULL PRIMARY KEY,
    version {integer} NOT NULL,
    expires_ms {integer} NOT NULL,
    state {text} NOT NULL
) {heap};

CREATE TABLE allowance (
    key {bytes} NOT NULL PRIMARY KEY,
    version {integer} NOT NULL,
    expires_ms {integer} NOT NULL,
    state {text} NOT NULL
) {heap};

CREATE TABLE message (
    id {bytes} NOT NULL PRIMARY KEY,
    verification {bytes} NOT NULL,
    service {bytes} NOT NULL,
    state {text} NOT NULL,
    priority {integer} NOT NULL,
    created_ms {integer} NOT NULL,
    due_ms {integer} NOT NULL,
    deadline_ms {integer} NOT NULL,
    route {text},
    carrier_id {text},
    attempts {integer} NOT NULL,
    lease_owner {bytes},
    lease_until_ms {integer} NOT NULL
) {table};

CREATE INDEX message_queued ON message (priority, due_ms, id, service) WHERE state = 'queued';
CREATE INDEX message_carrier ON message (route, carrier_id) WHERE carrier_id IS NOT NULL;

CREATE TABLE receipt (
    route {text} NOT NULL,
    carrier_id {text} NOT NULL,
    at_ms {integer} NOT NULL,
    state {text} NOT NULL,
    reason {text},
    phone {bytes},
    PRIMARY KEY (route, carrier_id, at_ms, state)
) {table};

CREATE TABLE audit (
    verification {bytes} NOT NULL,
    id {bytes} NOT NULL,
    at_ms {integer} NOT NULL,
    service {bytes} NOT NULL,
    what {text} NOT NULL,
    PRIMARY KEY (verification, id)
) {table};

CREATE TABLE flow (
    id {bytes} NOT NULL PRIMARY KEY,
    version {integer} NOT NULL,
    service {bytes} NOT NULL,
    secret {bytes} NOT NULL,
    expires_ms {integer} NOT NULL,
    state {text} NOT NULL
) {heap};

CREATE INDEX flow_expires ON flow (expires_ms);

CREATE TABLE guide_session (
    id {bytes} NOT NULL PRIMARY KEY,
    version {integer} NOT NULL,
    service {bytes} NOT NULL,
    secret {bytes} NOT NULL,
    expires_ms {integer} NOT NULL,
    state {text} NOT NULL
) {heap};

CREATE INDEX guide_session_expires ON guide_session (expires_ms);

CREATE TABLE idempotency (
    key {bytes} NOT NULL PRIMARY KEY,
    body {bytes} NOT NULL,
    expires_ms {integer} NOT NULL,
    answer {bytes}
) {heap};

CREATE INDEX idempotency_expires ON idempotency (expires_ms);

CREATE TABLE budget (
    service {bytes} NOT NULL,
    day {integer} NOT NULL,
    leased {integer} NOT NULL,
    PRIMARY KEY (service, day)
) {table};

-- How often something happened in a span that its key names: limits and samples outside of the door.
CREATE TABLE tally (
    key {bytes} NOT NULL PRIMARY KEY,
    count {integer} NOT NULL,
    expires_ms {integer} NOT NULL
) {table};

CREATE INDEX tally_expires ON tally (expires_ms);

CREATE TABLE support_message (
    reference {text} NOT NULL PRIMARY KEY,
    service {bytes} NOT NULL,
    created_ms {integer} NOT NULL,
    erase_ms {integer} NOT NULL,
    body {bytes} NOT NULL,
    state {text} NOT NULL
) {heap};

CREATE INDEX support_message_created ON support_message (created_ms);
CREATE INDEX support_message_erase ON support_message (erase_ms);

-- Links that open the console once, and the sessions that they become; by the SHA-256 of their secrets.
CREATE TABLE console_access (
    digest {bytes} NOT NULL PRIMARY KEY,
    kind {text} NOT NULL,
    seen_ms {integer} NOT NULL,
    expires_ms {integer} NOT NULL
) {table};

CREATE INDEX console_access_expires ON console_access (expires_ms);

-- What was seen of guides' steps: sums, and nothing about any person.
CREATE TABLE guide_count (
    guide {text} NOT NULL,
    version {text} NOT NULL,
    cause {text} NOT NULL,
    phone {text} NOT NULL,
    carrier {text} NOT NULL,
    kind {text} NOT NULL,
    count {integer} NOT NULL,
    PRIMARY KEY (guide, version, cause, phone, carrier, kind)
) {table};

-- One message of a number and day, by a name that changes with the day: what came of it, for a day.
CREATE TABLE arrival_sample (
    name {bytes} NOT NULL PRIMARY KEY,
    message {bytes} NOT NULL,
    at_ms {integer} NOT NULL,
    route {text} NOT NULL,
    carrier {text} NOT NULL,
    country {text} NOT NULL,
    receipt {integer} NOT NULL,
    back {integer} NOT NULL
) {heap};

CREATE INDEX arrival_sample_message ON arrival_sample (message);
CREATE INDEX arrival_sample_at ON arrival_sample (at_ms);

-- The same, summed up by the hour.
CREATE TABLE arrival (
    hour_ms {integer} NOT NULL,
    route {text} NOT NULL,
    carrier {text} NOT NULL,
    country {text} NOT NULL,
    sent {integer} NOT NULL,
    back {integer} NOT NULL,
    delivered {integer} NOT NULL,
    undelivered {integer} NOT NULL,
    PRIMARY KEY (hour_ms, route, carrier, country)
) {table};
