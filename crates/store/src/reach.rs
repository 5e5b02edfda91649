//! Whether the database answers, as a node's connections saw it last: told once when it goes and once when it is back, and
//! not by each of those who ask it meanwhile.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::Error;

/// How many transactions found no database since the last that did; 0 while it is there.
#[derive(Debug, Default)]
pub(crate) struct Reach(AtomicU64);

/// What is to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum News {
    /// It went away.
    Away,
    /// It is back, after so many failed.
    Back(u64),
}

impl Reach {
    /// Whether it did not answer last.
    pub fn is_away(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 0
    }

    /// Notes how a transaction went.
    pub fn note(&self, error: Option<&Error>) {
        match (self.news(error), error) {
            (Some(News::Away), Some(error)) => tracing::warn!(%error, "the database is away"),
            (Some(News::Back(failed)), _) => tracing::info!(failed, "the database is back"),
            (Some(News::Away) | None, _) => {}
        }
    }

    fn news(&self, error: Option<&Error>) -> Option<News> {
        match error {
            Some(Error::Lost(_)) => (self.0.fetch_add(1, Ordering::Relaxed) == 0).then_some(News::Away),
            // It is there, and has trouble of its own.
            Some(Error::Unavailable(_) | Error::Full(_)) => None,
            Some(Error::Refused(_) | Error::Conflict(_) | Error::Fault(_)) | None => {
                let failed = if self.is_away() { self.0.swap(0, Ordering::Relaxed) } else { 0 };
                (failed > 0).then_some(News::Back(failed))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_that_is_away_is_told_of_once_and_so_is_its_return() {
        let (reach, lost) = (Reach::default(), Error::Lost("gone".into()));
        assert_eq!(reach.news(None), None);
        let told: Vec<News> = (0..150).filter_map(|_| reach.news(Some(&lost))).collect();
        assert_eq!((told, reach.is_away()), (vec![News::Away], true));
        assert_eq!(reach.news(Some(&Error::Unavailable("starting".into()))), None);
        assert_eq!((reach.news(None), reach.news(None)), (Some(News::Back(150)), None));
        assert!(!reach.is_away());
    }
}
