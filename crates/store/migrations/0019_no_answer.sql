-- Why a webhook's endpoint gave no answer to the last try. Nodes of the version before leave it as it is: it says something
-- only where there is no status.
ALTER TABLE webhook_delivery ADD COLUMN no_answer {text};
