-- Hosts that belong to one service each (rule D5).
CREATE TABLE service_host (
    host {text} NOT NULL PRIMARY KEY,
    service {bytes} NOT NULL
) {table};

CREATE INDEX service_host_service ON service_host (service);
