//! What a guide's page outside of a flow is told by server-sent events: where the message stands, and when another step
//! is the next one.

use std::{convert::Infallible, time::Duration};

use axum::response::{
    IntoResponse, Response, Sse,
    sse::{Event, KeepAlive},
};
use domain::{guide::Step, refusal::Refusal};
use futures::Stream;
use serde_json::json;

use super::Visit;
use crate::{
    app::{source::Source, watch::Watcher},
    pages::{service, view::clock::Clock},
    web::problem::No,
};

/// How often a state that shows itself only after a while (rule V5) is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// The stream, for whoever has the session.
pub(super) async fn follow(mut visit: Visit) -> Result<Response, No> {
    let id = visit.opened.kept.verification.ok_or(No(Refusal::NotFound))?;
    let source = Source { ip: Some(visit.seen.ip), account: None, key: None };
    let shown = visit.stands().await?.decision.step;
    let app = &visit.web.app;
    let watcher = app.watch.verification(id, &source, app.now())?;
    let following = Following { visit, watcher, shown, told: None, over: false };
    Ok(Sse::new(stream(following)).keep_alive(KeepAlive::default()).into_response())
}

struct Following {
    visit: Visit,
    watcher: Watcher,
    /// The step that the page shows.
    shown: Step,
    told: Option<String>,
    over: bool,
}

fn stream(start: Following) -> impl Stream<Item = Result<Event, Infallible>> {
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
            let standing = self.visit.stands().await.ok()?;
            if standing.decision.step != self.shown {
                self.over = true;
                return Some(Event::default().event("done").data("{}"));
            }
            let app = &self.visit.web.app;
            let verification = standing.verification.as_ref()?;
            let state = service::message_state(app, verification, self.visit.opened.kept.known).await.ok()?;
            let brief = state.brief(self.visit.lang, Clock { now_ms: app.now().ms() });
            let text = json!({ "state": state.name(), "text": brief }).to_string();
            if self.told.as_ref() != Some(&text) {
                self.told = Some(text.clone());
                return Some(Event::default().event("message").data(text));
            }
        }
    }
}
