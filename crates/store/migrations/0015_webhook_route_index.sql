-- Who was told that a route fell is told that it is well again.
CREATE INDEX webhook_delivery_route ON webhook_delivery (route) WHERE route IS NOT NULL;
