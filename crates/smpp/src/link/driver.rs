//! The task that runs a session on a stream.
//!
//! One loop: take answers and orders, read, and write only when nothing else is to be done, so that many PDUs share one
//! write. Reading stops while the peer does not take what we wrote, so nothing grows without bound.

use std::{io, pin::Pin, time::Duration};

use bytes::BytesMut;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf},
    sync::{mpsc, watch},
    time::{Instant, Sleep, sleep_until, timeout},
};

use super::{Handle, Order, Tag, Wish, reply::Answer, result};
use crate::session::{CloseReason, Config, Event, Session};

/// Room for one read.
const READ_BYTES: usize = 16 * 1024;
/// With this much unwritten, nothing more is taken in.
const UNWRITTEN_BYTES_MAX: usize = 64 * 1024;
/// Orders and answers taken at once.
const TAKE_MAX: usize = 256;
/// How long the last bytes (an answer to an unbind) may take to be written.
const FAREWELL: Duration = Duration::from_secs(1);

/// Who is told what a session says, answers to orders excepted.
pub(super) trait Owner: Send + 'static {
    fn on(&mut self, event: Event<Tag>);
}

/// Starts the task and gives a handle to it.
pub(super) fn start<S, O: Owner>(
    stream: S,
    config: Config,
    session: impl FnOnce(i64) -> Session<Tag>,
    owner: impl FnOnce(mpsc::Sender<Answer>) -> O,
) -> Handle
where
    S: AsyncRead + AsyncWrite + Send + 'static,
{
    let (orders, orders_in) = mpsc::channel(config.window_max.max(1));
    // A place for each of the peer's requests that may be pending and for its bind.
    let (answers, answers_in) = mpsc::channel(config.pending_max + 1);
    let (wish, wishes) = watch::channel(Wish::Run);
    let (say_closed, closed) = watch::channel(None);
    let driver = Driver {
        session: session(0),
        owner: owner(answers),
        start: Instant::now(),
        events: Vec::new(),
        orders: orders_in,
        answers: answers_in,
        wishes,
        wish: Wish::Run,
        handled: true,
    };
    tokio::spawn(async move {
        let reason = driver.run(stream).await;
        say_closed.send_replace(Some(reason));
    });
    Handle { orders, wish, closed }
}

struct Driver<O> {
    session: Session<Tag>,
    owner: O,
    /// The session's 0 milliseconds.
    start: Instant,
    events: Vec<Event<Tag>>,
    orders: mpsc::Receiver<Order>,
    answers: mpsc::Receiver<Answer>,
    wishes: watch::Receiver<Wish>,
    wish: Wish,
    /// Whether there are handles.
    handled: bool,
}

impl<O: Owner> Driver<O> {
    async fn run<S: AsyncRead + AsyncWrite>(mut self, stream: S) -> CloseReason {
        let (mut reader, mut writer) = tokio::io::split(stream);
        let reason = self.run_session(&mut reader, &mut writer).await;
        if reason != CloseReason::Lost && self.wish != Wish::Abort {
            _ = timeout(FAREWELL, farewell(&mut writer, self.session.outgoing())).await;
        }
        tracing::debug!(?reason, "smpp link closed");
        reason
    }

    async fn run_session<S: AsyncRead + AsyncWrite>(
        &mut self,
        reader: &mut ReadHalf<S>,
        writer: &mut WriteHalf<S>,
    ) -> CloseReason {
        let mut input = BytesMut::new();
        let (mut orders, mut answers) = (Vec::new(), Vec::new());
        let mut timer = Timer::new(self.start);
        let mut unflushed = false;
        loop {
            if let Some(reason) = self.settle() {
                return reason;
            }
            timer.set(self.session.next_deadline_ms(), self.now_ms());
            input.reserve(READ_BYTES);
            let orders_max = self.session.free().min(TAKE_MAX);
            let taking = self.wish == Wish::Run && orders_max > 0;
            let unwritten = self.session.outgoing().len();
            let room = unwritten < UNWRITTEN_BYTES_MAX;
            tokio::select! {
                biased;
                changed = self.wishes.changed(), if self.handled => self.on_wish(changed.is_ok()),
                _ = self.answers.recv_many(&mut answers, TAKE_MAX), if room => {
                    answers.drain(..).for_each(|answer| self.on_answer(answer));
                }
                taken = self.orders.recv_many(&mut orders, orders_max), if room && taking => {
                    orders.drain(..).for_each(|order| self.on_order(order));
                    if taken == 0 {
                        self.close();
                    }
                }
                () = timer.sleep.as_mut() => {}
                read = reader.read_buf(&mut input), if room => self.on_read(read, &mut input),
                written = write_some(writer, self.session.outgoing()), if unwritten > 0 || unflushed => {
                    unflushed = unwritten > 0;
                    if written.is_err() {
                        self.session.lost(&mut self.events);
                    }
                }
            }
        }
    }

    /// Lets time pass and hands on what has happened.
    fn settle(&mut self) -> Option<CloseReason> {
        let now_ms = self.now_ms();
        if self.session.next_deadline_ms().is_some_and(|due_ms| due_ms <= now_ms) {
            self.session.poll(now_ms, &mut self.events);
        }
        let mut closed = None;
        for event in self.events.drain(..) {
            match event {
                // Nobody listens if the submitter gave up.
                Event::Answered { tag, outcome } => _ = tag.send(result(outcome)),
                Event::Closed(reason) => closed = Some(reason),
                event @ (Event::Bound { .. } | Event::BindRequested { .. } | Event::Requested { .. }) => {
                    self.owner.on(event)
                }
            }
        }
        closed
    }

    fn now_ms(&self) -> i64 {
        i64::try_from(self.start.elapsed().as_millis()).expect("a process lives less than 292 million years")
    }

    fn on_read(&mut self, read: io::Result<usize>, input: &mut BytesMut) {
        match read {
            Ok(bytes) if bytes > 0 => {
                let now_ms = self.now_ms();
                self.session.receive(input, now_ms, &mut self.events);
            }
            Ok(_) | Err(_) => self.session.lost(&mut self.events),
        }
    }

    fn on_order(&mut self, order: Order) {
        let now_ms = self.now_ms();
        if let Err((reason, tag)) = self.session.request(&order.message, order.tag, now_ms) {
            _ = tag.send(Err(reason.into()));
        }
    }

    fn on_answer(&mut self, answer: Answer) {
        let now_ms = self.now_ms();
        match answer {
            Answer::Bind(answer) => {
                let answer = answer.as_deref().map_err(|status| *status);
                self.session.answer_bind(answer, &mut self.events);
            }
            Answer::Message { sequence, answer } => {
                let answer = answer.as_deref().map_err(|status| *status);
                self.session.answer(sequence, answer, now_ms);
            }
            Answer::Lose { sequence } => self.session.forget(sequence, now_ms),
        }
    }

    fn on_wish(&mut self, handled: bool) {
        self.handled = handled;
        self.wish = *self.wishes.borrow_and_update();
        match self.wish {
            Wish::Run if handled => {}
            Wish::Run | Wish::Close => self.close(),
            Wish::Abort => self.session.lost(&mut self.events),
        }
    }

    fn close(&mut self) {
        self.wish = Wish::Close;
        // What is still in the queue is dropped, and its submitters hear that the link is closed.
        self.orders.close();
        while self.orders.try_recv().is_ok() {}
        let now_ms = self.now_ms();
        self.session.close(now_ms, &mut self.events);
    }
}

/// The session's next deadline. It is set again only if it would ring late; ringing early costs one turn of the loop.
struct Timer {
    start: Instant,
    sleep: Pin<Box<Sleep>>,
    set_ms: i64,
}

impl Timer {
    fn new(start: Instant) -> Timer {
        Timer { start, sleep: Box::pin(sleep_until(start)), set_ms: 0 }
    }

    fn set(&mut self, due_ms: Option<i64>, now_ms: i64) {
        let due_ms = due_ms.unwrap_or(now_ms);
        if due_ms < self.set_ms || self.set_ms <= now_ms {
            self.set_ms = due_ms;
            self.sleep.as_mut().reset(self.start + Duration::from_millis(due_ms.unsigned_abs()));
        }
    }
}

/// Writes as much as goes at once, or flushes if there is nothing to write: TLS keeps bytes back until then.
async fn write_some<S: AsyncWrite>(writer: &mut WriteHalf<S>, outgoing: &mut BytesMut) -> io::Result<()> {
    if outgoing.is_empty() {
        return writer.flush().await;
    }
    match writer.write_buf(outgoing).await? {
        0 => Err(io::ErrorKind::WriteZero.into()),
        _ => Ok(()),
    }
}

/// Writes what is left and closes the writing side.
async fn farewell<S: AsyncWrite>(writer: &mut WriteHalf<S>, outgoing: &mut BytesMut) -> io::Result<()> {
    writer.write_all_buf(outgoing).await?;
    writer.shutdown().await
}
