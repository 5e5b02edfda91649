-- What is known of routes, over all nodes: what operators said, and what was learnt from what arrives.
CREATE TABLE route (
    name {text} NOT NULL PRIMARY KEY,
    version {integer} NOT NULL,
    state {text} NOT NULL
) {table};

-- What happened to routes, by whom and on which figures.
CREATE TABLE route_change (
    at_ms {integer} NOT NULL,
    id {bytes} NOT NULL,
    route {text} NOT NULL,
    change {text} NOT NULL,
    author {text} NOT NULL,
    state {text} NOT NULL,
    PRIMARY KEY (at_ms, id)
) {table};
