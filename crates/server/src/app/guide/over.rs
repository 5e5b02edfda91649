//! Sessions that are over: what they taught is counted, and they are swept away.

use domain::{
    digest::sha256,
    guide::{Order, Showing, SolvedBy, facts::Facts},
    refusal::Refusal,
    time::{Time, days},
    verification::{Status, Verification},
};
use store::{guide_session, tally};

use super::{App, Kept, Opened};
use crate::app::learning::{self, Subject};

impl App {
    /// Counts what a session taught.
    pub(super) async fn taught_by(
        &self,
        opened: &Opened,
        facts: &Facts,
        showing: Option<&Showing>,
        solved: Option<SolvedBy>,
    ) -> Result<(), Refusal> {
        let (guide, session) = (opened.guide(), &opened.kept.session);
        let order = Order::from_named(guide, &opened.kept.order);
        let lesson = learning::lesson(guide, facts, session, &order, showing, solved);
        self.learn(opened.kept.service, &Subject::of(guide, facts), &lesson).await
    }

    /// Whether this is the one session of its number and day that is counted as observed (rule M6).
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub(super) async fn may_teach(&self, about: Option<&Verification>, by: SolvedBy) -> Result<bool, Refusal> {
        let (Some(verification), SolvedBy::Observed) = (about, by) else { return Ok(true) };
        let day = self.now().ms().div_euclid(days(1));
        let key = sha256(&[b"lesson of number", &verification.number.0[..], &day.to_be_bytes()].concat());
        Ok(self.store.write(move |tx| tally::take(tx, key, 1, Time::from_ms((day + 1) * days(1)))).await?)
    }

    /// Sweeps up to `max` sessions whose time is over; how many.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn sweep_guides(&self, now: Time, max: i64) -> Result<usize, Refusal> {
        let over = self.store.write(move |tx| guide_session::sweep(tx, now, max)).await?;
        let count = over.len();
        for row in over {
            let Ok(kept) = serde_json::from_str::<Kept>(&row.state) else { continue };
            if kept.teaches {
                self.close(kept, row.secret).await?;
            }
        }
        Ok(count)
    }

    /// What a session that was left open taught: it may have been solved where nobody looked at its guide again.
    async fn close(&self, kept: Kept, secret: domain::digest::Digest) -> Result<(), Refusal> {
        let pinned = self.guides.version(&kept.guide, &kept.version);
        let Some(loaded) = pinned.or_else(|| self.guides.get(&kept.guide)) else { return Ok(()) };
        let known = self.service(kept.service).await?;
        let opened = Opened { kept, loaded, secret, version: 0 };
        let verification = self.guided(&known, &opened).await?;
        let approved = verification.as_ref().is_some_and(|found| found.status(self.now()) == Status::Approved);
        let solved = opened.kept.session.solved.or(approved.then_some(SolvedBy::Observed));
        if let Some(by) = solved
            && !self.may_teach(verification.as_ref(), by).await?
        {
            return Ok(());
        }
        let facts = opened.guide().facts(&opened.kept.seen, &opened.kept.seen, &opened.kept.session);
        self.taught_by(&opened, &facts, opened.kept.session.showing.as_ref(), solved).await
    }
}
