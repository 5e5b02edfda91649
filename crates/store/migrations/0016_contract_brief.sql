-- What services remember of a number for an hour at most stands beside its phone's limit, and has no row of its own. It only
-- adds, but nodes of the version before would not find what stands there, nor read the shorter states of this version.
ALTER TABLE allowance ADD COLUMN numbers {text};
