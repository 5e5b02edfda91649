-- What nodes have leased of what is taken, and not said to be spent. Nodes of the version before say nothing of it: what they
-- lease counts as spent.
ALTER TABLE budget_line ADD COLUMN leased {integer} NOT NULL DEFAULT 0;

ALTER TABLE budget_line ADD COLUMN leased_cost {integer} NOT NULL DEFAULT 0;
