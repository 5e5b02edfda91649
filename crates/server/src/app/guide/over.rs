//! Sessions that are over: what they taught is counted, and they are swept away.

use domain::{
    guide::{Order, Showing, SolvedBy, facts::Facts},
    refusal::Refusal,
    time::Time,
    verification::Status,
};
use store::guide_session;

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
        self.learn(&Subject::of(guide, facts), &lesson).await
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
        let approved = verification.is_some_and(|found| found.status(self.now()) == Status::Approved);
        let solved = opened.kept.session.solved.or(approved.then_some(SolvedBy::Observed));
        let facts = opened.guide().facts(&opened.kept.seen, &opened.kept.seen, &opened.kept.session);
        self.taught_by(&opened, &facts, opened.kept.session.showing.as_ref(), solved).await
    }
}
