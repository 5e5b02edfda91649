-- Events that are about a route: its name. Those about a verification have none.
ALTER TABLE webhook_delivery ADD COLUMN route {text};
