-- A message that no route of its own has room for waits in a lane, named after those routes, and is not looked at before one of
-- them has room. Nodes of the version before would look for what waits by the index that goes.
ALTER TABLE message ADD COLUMN lane {text} NOT NULL DEFAULT '';

DROP INDEX message_waiting;

CREATE INDEX message_lane ON message (lane, service, priority, due_ms, id) WHERE state = 'queued';
