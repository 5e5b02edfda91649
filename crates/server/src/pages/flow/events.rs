//! What an open page is told by server-sent events: where the message stands, and when the page is out of date. A
//! guide's page also is when what was observed makes another step the next one.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::RawQuery,
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use domain::{
    guide::Step,
    refusal::Refusal,
    verification::{Status, Verification},
};
use futures::Stream;
use serde_json::json;

use super::visit::Visit;
use crate::{
    app::{guide, watch::Watcher},
    web::problem::No,
};

/// How often a state that shows itself only after a while (rule V5) is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// The stream, for the browser that has the flow and for nobody else.
pub async fn follow(visit: Visit, RawQuery(query): RawQuery) -> Result<Response, No> {
    let app = &visit.web.app;
    let own = visit.opened.flow.is_taken() && visit.opened.flow.belongs_to(&visit.browser.digest());
    let id = visit.opened.flow.verification.filter(|_| own).ok_or(No(Refusal::NotFound))?;
    let watcher = app.watch.verification(id, &super::source(&visit), app.now())?;
    let helped = query.is_some_and(|query| query.split('&').any(|part| part == "help"));
    let verification = if helped { visit.verification().await? } else { None };
    let guide = match &verification {
        Some(verification) => visit.guide_if_any(verification).await?,
        None => None,
    };
    let guide = guide.map(|(opened, standing)| (opened, standing.decision.step));
    Ok(Sse::new(stream(visit, watcher, guide)).keep_alive(KeepAlive::default()).into_response())
}

struct Following {
    visit: Visit,
    watcher: Watcher,
    generation: Option<u8>,
    told: Option<String>,
    /// The guide, and the step that its page shows.
    guide: Option<(guide::Opened, Step)>,
    over: bool,
}

fn stream(
    visit: Visit,
    watcher: Watcher,
    guide: Option<(guide::Opened, Step)>,
) -> impl Stream<Item = Result<Event, Infallible>> {
    let start = Following { visit, watcher, generation: None, told: None, guide, over: false };
    futures::stream::unfold(start, |mut following| async move {
        if following.over {
            return None;
        }
        let event = following.next().await?;
        Some((Ok(event), following))
    })
}

impl Following {
    /// The next thing to tell; `None` when nothing can be told any more.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if self.told.is_some() && !self.watcher.changed(LOOK_EVERY).await {
                return None;
            }
            let verification = self.visit.verification().await.ok()??;
            if self.is_outdated(&verification) || self.has_moved(&verification).await? {
                self.over = true;
                return Some(Event::default().event("done").data("{}"));
            }
            let state = self.visit.message_state(&verification).await.ok()?;
            let text =
                json!({ "state": state.name(), "text": self.visit.sentence(state, self.guide.is_some()) }).to_string();
            if self.told.as_ref() != Some(&text) {
                self.told = Some(text.clone());
                return Some(Event::default().event("message").data(text));
            }
        }
    }

    /// Whether the guide shows another step by now; `None` when nothing can be told any more.
    async fn has_moved(&mut self, verification: &Verification) -> Option<bool> {
        let Some((opened, shown)) = &mut self.guide else { return Some(false) };
        let (app, verification) = (&self.visit.web.app, Some(verification.clone()));
        let standing = app.guide_stands_with(&self.visit.known, opened, verification).await.ok()?;
        Some(standing.decision.step != *shown)
    }

    /// Whether the page shows what is no longer so: it was approved, ended, or sent again elsewhere.
    fn is_outdated(&mut self, verification: &Verification) -> bool {
        let sends = verification.sends();
        let before = *self.generation.get_or_insert(sends);
        verification.status(self.visit.web.app.now()) != Status::Pending || before != sends
    }
}
