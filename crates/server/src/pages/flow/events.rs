//! What an open code page is told by server-sent events: where the message stands, and when the page is out of date.

use std::{convert::Infallible, time::Duration};

use axum::response::{
    IntoResponse, Response, Sse,
    sse::{Event, KeepAlive},
};
use domain::{
    refusal::Refusal,
    verification::{Status, Verification},
};
use futures::Stream;
use serde_json::json;

use super::visit::Visit;
use crate::{app::watch::Watcher, web::problem::No};

/// How often a state that shows itself only after a while (rule V5) is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// The stream, for the browser that has the flow and for nobody else.
pub async fn follow(visit: Visit) -> Result<Response, No> {
    let app = &visit.web.app;
    let own = visit.opened.flow.is_taken() && visit.opened.flow.belongs_to(&visit.browser.digest());
    let id = visit.opened.flow.verification.filter(|_| own).ok_or(No(Refusal::NotFound))?;
    let watcher = app.watch.verification(id, &super::source(&visit), app.now())?;
    Ok(Sse::new(stream(visit, watcher)).keep_alive(KeepAlive::default()).into_response())
}

struct Following {
    visit: Visit,
    watcher: Watcher,
    generation: Option<u8>,
    told: Option<String>,
    over: bool,
}

fn stream(visit: Visit, watcher: Watcher) -> impl Stream<Item = Result<Event, Infallible>> {
    let start = Following { visit, watcher, generation: None, told: None, over: false };
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
            if self.is_outdated(&verification) {
                self.over = true;
                return Some(Event::default().event("done").data("{}"));
            }
            let state = self.visit.message_state(&verification).await.ok()?;
            let text = json!({ "state": state.name(), "text": self.visit.sentence(state) }).to_string();
            if self.told.as_ref() != Some(&text) {
                self.told = Some(text.clone());
                return Some(Event::default().event("message").data(text));
            }
        }
    }

    /// Whether the page shows what is no longer so: it was approved, ended, or sent again elsewhere.
    fn is_outdated(&mut self, verification: &Verification) -> bool {
        let sends = verification.sends();
        let before = *self.generation.get_or_insert(sends);
        verification.status(self.visit.web.app.now()) != Status::Pending || before != sends
    }
}
