//! Spans: what a request waited for, and what followed from it, as OpenTelemetry has them. Off unless an operator names a
//! collector; then a span costs a few hundred nanoseconds and is thrown away, and counted, where its queue is full.
//!
//! A span holds names of ours only: methods, routes' patterns, outcomes. Never a number, a code, an address, a path (rule D8).

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::id::VerificationId;
use tokio::sync::mpsc;

use super::Metrics;
use crate::clock::{self, Stopwatch};

/// Spans that wait to be handed over; more are thrown away.
const QUEUE_MAX: usize = 4_096;
/// Verifications of which it is remembered which request asked for them, for what follows from it.
const REMEMBERED_MAX: usize = 10_000;

tokio::task_local! {
    /// What the task at hand is part of.
    static WITHIN: Parent;
}

/// A span that others belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parent {
    /// The trace.
    pub trace: [u8; 16],
    /// The span in it.
    pub span: [u8; 8],
}

/// What a span is to those around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A request that came.
    Server,
    /// A call that went out.
    Client,
    /// A part of the work.
    Internal,
}

/// A value of an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A name from a list of ours, or the operator's name of a route.
    Name(String),
    /// A status or a count.
    Number(i64),
}

/// A span that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Where it belongs.
    pub own: Parent,
    /// The span that it is part of, if any: a caller's or ours.
    pub parent: Option<[u8; 8]>,
    /// What was done.
    pub name: String,
    /// What it is to others.
    pub kind: Kind,
    /// When it began and ended, in nanoseconds since 1970.
    pub between_ns: (u64, u64),
    /// What is told of it.
    pub attributes: Vec<(&'static str, Value)>,
    /// Whether it failed on our side.
    pub failed: bool,
}

/// Where spans go.
#[derive(Default)]
pub struct Traces(Option<On>);

struct On {
    queue: mpsc::Sender<Span>,
    /// Of a request, the chance that its spans are kept, from 0 to 1.
    share: f64,
    metrics: Arc<Metrics>,
    remembered: Mutex<Remembered>,
}

#[derive(Default)]
struct Remembered {
    parents: HashMap<VerificationId, Parent>,
    order: VecDeque<VerificationId>,
}

/// A span under way; ends when it is told to, or dropped without a word.
pub struct Live<'a> {
    on: &'a On,
    own: Parent,
    parent: Option<[u8; 8]>,
    kind: Kind,
    began: Stopwatch,
}

impl Traces {
    /// Traces of this share of requests, and the queue that their spans come by.
    pub fn on(share: f64, metrics: Arc<Metrics>) -> (Traces, mpsc::Receiver<Span>) {
        let (queue, waiting) = mpsc::channel(QUEUE_MAX);
        (Traces(Some(On { queue, share, metrics, remembered: Mutex::default() })), waiting)
    }

    /// Whether there is a collector.
    pub fn are_on(&self) -> bool {
        self.0.is_some()
    }

    /// A request's span, if it is one that is kept; its caller may have said what it is part of (`traceparent`).
    pub fn request<'p>(&self, traceparent: impl FnOnce() -> Option<&'p str>) -> Option<Live<'_>> {
        let on = self.0.as_ref()?;
        on.is_chosen().then(|| on.begin(traceparent().and_then(Parent::read), Kind::Server))
    }

    /// Does something as a part of a span, if there is one.
    pub async fn within<T>(span: Option<&Live<'_>>, work: impl Future<Output = T>) -> T {
        match span {
            Some(span) => WITHIN.scope(span.own, work).await,
            None => work.await,
        }
    }

    /// A span of the task at hand; `None` where that is part of none.
    pub fn part(&self, kind: Kind) -> Option<Live<'_>> {
        let on = self.0.as_ref()?;
        WITHIN.try_with(|parent| on.begin(Some(*parent), kind)).ok()
    }

    /// A span of what followed from the request that asked for a verification; by itself where that is not remembered,
    /// since another node took it, or where there was none.
    pub fn of(&self, verification: Option<VerificationId>, kind: Kind) -> Option<Live<'_>> {
        let on = self.0.as_ref()?;
        let parent = verification.and_then(|id| on.remembered().parents.get(&id).copied());
        (parent.is_some() || on.is_chosen()).then(|| on.begin(parent, kind))
    }

    /// Remembers that what follows from this verification belongs to the task at hand.
    pub fn remember(&self, verification: VerificationId) {
        let Some(on) = &self.0 else { return };
        let Ok(parent) = WITHIN.try_with(|parent| *parent) else { return };
        let mut remembered = on.remembered();
        if remembered.parents.insert(verification, parent).is_none() {
            remembered.order.push_back(verification);
        }
        if remembered.order.len() > REMEMBERED_MAX
            && let Some(oldest) = remembered.order.pop_front()
        {
            remembered.parents.remove(&oldest);
        }
    }
}

impl On {
    fn is_chosen(&self) -> bool {
        // 53 bits: what a float holds exactly.
        let lot = u64::from_be_bytes(clock::random()) >> 11;
        (lot as f64) < self.share * (1_u64 << 53) as f64
    }

    fn begin(&self, parent: Option<Parent>, kind: Kind) -> Live<'_> {
        let trace = parent.map_or_else(clock::random, |parent| parent.trace);
        let own = Parent { trace, span: clock::random() };
        Live { on: self, own, parent: parent.map(|parent| parent.span), kind, began: Stopwatch::start() }
    }

    fn remembered(&self) -> MutexGuard<'_, Remembered> {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Live<'_> {
    /// The span is over.
    pub fn end(self, name: String, attributes: Vec<(&'static str, Value)>, failed: bool) {
        let (own, parent, kind, between_ns) = (self.own, self.parent, self.kind, self.began.between_ns());
        let span = Span { own, parent, name, kind, between_ns, attributes, failed };
        if self.on.queue.try_send(span).is_err() {
            self.on.metrics.spans("dropped", 1);
        }
    }
}

impl Parent {
    /// A `traceparent` (W3C Trace Context, §3.2.2). Whether the caller keeps its own spans is its own matter.
    pub fn read(text: &str) -> Option<Parent> {
        let bytes = text.as_bytes();
        let marks = bytes.len() >= 55 && [2, 35, 52].iter().all(|at| bytes[*at] == b'-');
        // A later version may say more, after another mark.
        let whole = match text.get(..2)? {
            "00" => bytes.len() == 55,
            "ff" => false,
            _ => bytes.len() == 55 || bytes.get(55) == Some(&b'-'),
        };
        if !marks || !whole || hex::<1>(text.get(..2)?).is_none() || hex::<1>(text.get(53..55)?).is_none() {
            return None;
        }
        let (trace, span) = (hex(text.get(3..35)?)?, hex(text.get(36..52)?)?);
        (trace != [0; 16] && span != [0; 8]).then_some(Parent { trace, span })
    }
}

/// Small letters only, as the standard says.
fn hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digit = |b: u8| match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'a'..=b'f' => Some(b - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const WHOLE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[rstest]
    #[case::published(WHOLE, true)]
    #[case::not_sampled("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", true)]
    #[case::later("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more", true)]
    #[case::later_run_on("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.more", false)]
    #[case::longer("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more", false)]
    #[case::no_version("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false)]
    #[case::capitals("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", false)]
    #[case::no_trace("00-00000000000000000000000000000000-b7ad6b7169203331-01", false)]
    #[case::no_span("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", false)]
    #[case::flags("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0g", false)]
    #[case::wide("00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333é-1", false)]
    #[case::nothing("", false)]
    fn a_parent_is_read_as_the_standard_writes_it(#[case] text: &str, #[case] sound: bool) {
        assert_eq!(Parent::read(text).is_some(), sound);
    }

    async fn a_request(traces: &Traces) {
        let span = traces.request(|| Some(WHOLE));
        let work = async { traces.part(Kind::Internal).map(|part| part.end("part".into(), Vec::new(), false)) };
        Traces::within(span.as_ref(), work).await;
        if let Some(span) = span {
            span.end("request".into(), Vec::new(), false);
        }
    }

    #[tokio::test]
    async fn parts_belong_to_their_request_and_requests_to_their_callers() {
        let (traces, mut queue) = Traces::on(1.0, Arc::default());
        a_request(&traces).await;
        let (part, request) = (queue.recv().await.expect("a part"), queue.recv().await.expect("a request"));
        let caller = Parent::read(WHOLE).expect("a parent");
        assert_eq!((request.own.trace, request.parent), (caller.trace, Some(caller.span)));
        assert_eq!((part.own.trace, part.parent), (caller.trace, Some(request.own.span)));
        assert!(part.between_ns.0 >= request.between_ns.0 && part.between_ns.1 <= request.between_ns.1);
        assert!(traces.part(Kind::Internal).is_none(), "outside of a request there is nothing to be part of");
    }

    #[tokio::test]
    async fn what_has_no_room_is_dropped_and_counted() {
        let metrics = Arc::new(Metrics::default());
        let (traces, queue) = Traces::on(1.0, metrics.clone());
        for _ in 0..QUEUE_MAX {
            a_request(&traces).await;
        }
        assert_eq!(queue.len(), QUEUE_MAX);
        let counted = format!("tegata_spans_total{{outcome=\"dropped\"}} {QUEUE_MAX}\n");
        assert!(metrics.text().contains(&counted), "{}", metrics.text());
    }

    #[tokio::test]
    async fn our_own_share_decides_whatever_the_caller_says() {
        let (traces, queue) = Traces::on(0.0, Arc::default());
        a_request(&traces).await;
        a_request(&Traces::default()).await;
        assert!(queue.is_empty());
        let (traces, queue) = Traces::on(0.25, Arc::default());
        for _ in 0..1_000 {
            a_request(&traces).await;
        }
        // Two spans each; the standard deviation of 250 is 14.
        assert!((360..640).contains(&queue.len()), "{}", queue.len());
    }

    #[tokio::test]
    async fn what_follows_is_found_by_the_verification_within_bounds() {
        let (traces, mut queue) = Traces::on(1.0, Arc::default());
        let id = |n: i64| VerificationId(domain::id::v7(domain::time::Time::from_ms(n), 0, [0; 10]));
        let span = traces.request(|| Some(WHOLE));
        Traces::within(span.as_ref(), async { traces.remember(id(1)) }).await;
        let own = span.as_ref().map(|span| span.own.span);
        traces.of(Some(id(1)), Kind::Client).expect("it is remembered").end("send".into(), Vec::new(), false);
        assert_eq!(queue.recv().await.and_then(|sent| sent.parent), own);
        Traces::within(span.as_ref(), async { (2..).take(REMEMBERED_MAX).for_each(|n| traces.remember(id(n))) }).await;
        traces.of(Some(id(1)), Kind::Client).expect("by itself").end("send".into(), Vec::new(), false);
        assert_eq!(queue.recv().await.map(|sent| sent.parent), Some(None), "forgotten");
    }
}
