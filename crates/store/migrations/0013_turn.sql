-- Messages wait by service, so that services take turns: none that asks for much keeps another waiting (rule D9).
DROP INDEX message_queued;

CREATE INDEX message_waiting ON message (service, priority, due_ms, id) WHERE state = 'queued';
