//! Walks: whatever happens in whatever order, the promises hold after each step.
