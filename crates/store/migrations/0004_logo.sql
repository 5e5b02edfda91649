-- Services' logos, as they were drawn anew.
CREATE TABLE service_logo (
    service {bytes} NOT NULL PRIMARY KEY,
    png {bytes} NOT NULL
) {heap};
