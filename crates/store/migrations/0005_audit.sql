-- What happened to a verification stands in its row while that lives; its lines become rows of audit when it is erased.

ALTER TABLE verification ADD COLUMN audit {text};
