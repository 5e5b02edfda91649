//! What must hold of every page in every language, of the texts, and of the colours.

mod colours;
mod pages;
mod texts;
