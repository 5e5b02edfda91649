//! A gateway that takes messages by HTTP, in one of its shapes, and calls back with receipts: late, twice, out of order, or with
//! nonsense between them.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use server::clock::Clock;
use tokio::time::sleep;

use super::{
    call::{self, Call, Reply},
    chance::Chance,
    desk::Desk,
    frame::Letter,
    shape::{Back, News, Shape},
    weather::{Mishap, Rates, Stage, State, Weather},
};

/// How often a receipt is posted until it is taken, and how long after each time again.
const POSTS_MAX: usize = 100;
const POST_AGAIN: Duration = Duration::from_secs(1);

/// The gateway; clones share it.
#[derive(Clone)]
pub struct Gateway(Arc<Shared>);

struct Shared {
    clock: Arc<Clock>,
    shape: Shape,
    /// Messages that came to phones, oldest first, and when, Unix milliseconds.
    arrived: Mutex<Vec<(i64, Letter)>>,
    /// Messages of which it was acknowledged that they arrived.
    acknowledged: Mutex<Vec<Letter>>,
    under_way: AtomicUsize,
}

/// A node's way to it.
#[derive(Clone)]
struct Door {
    gateway: Gateway,
    weather: Weather,
    desk: Arc<Desk>,
}

/// How a message is told of.
#[derive(Clone, Copy)]
struct Receipts {
    arrives: bool,
    twice: bool,
    /// That it was handed over is told after that it arrived.
    late: bool,
}

impl Gateway {
    /// One by a clock.
    pub fn new(clock: &Arc<Clock>, shape: Shape) -> Gateway {
        let (arrived, acknowledged, under_way) = Default::default();
        Gateway(Arc::new(Shared { clock: clock.clone(), shape, arrived, acknowledged, under_way }))
    }

    /// Opens a way to it.
    ///
    /// # Errors
    /// When there is no port.
    pub async fn open(&self, weather: Weather, desk: Arc<Desk>) -> io::Result<SocketAddr> {
        let door = Door { gateway: self.clone(), weather, desk };
        call::listen(move |call| door.hear(&call)).await
    }

    /// Messages that came to phones, oldest first, and when, Unix milliseconds.
    pub fn arrived(&self) -> Vec<(i64, Letter)> {
        lock(&self.0.arrived).clone()
    }

    /// Messages of which it was acknowledged that they arrived.
    pub fn acknowledged(&self) -> Vec<Letter> {
        lock(&self.0.acknowledged).clone()
    }

    /// How many messages are on their way to phones, or are still to be told of.
    pub fn under_way(&self) -> usize {
        self.0.under_way.load(Ordering::Relaxed)
    }
}

impl Door {
    fn hear(&self, call: &Call) -> Reply {
        let shape = self.gateway.0.shape;
        let Some((letter, url)) = shape.read(call) else {
            let body = String::from_utf8_lossy(&call.body);
            self.desk.book().broken.push(format!("a call to the gateway cannot be read: {body}"));
            return Reply::Status(400, Duration::ZERO);
        };
        if !shape.accepts(call) {
            self.desk.book().broken.push("a call to the gateway is not signed".into());
        }
        let (taken, reply, receipts) = answer(&mut self.weather.state(), &letter);
        if taken {
            self.take(letter, url, receipts);
        }
        reply
    }

    /// Brings a message to its phone, and tells of it.
    fn take(&self, letter: Letter, url: String, receipts: Receipts) {
        let (door, mut chance) = (self.clone(), self.weather.state().chance.fork());
        door.gateway.0.under_way.fetch_add(1, Ordering::Relaxed);
        tokio::spawn(async move {
            if !receipts.late {
                door.post(&mut chance, &url, News::Submitted).await;
            }
            sleep(Duration::from_millis(chance.within(100..2_500))).await;
            let shared = &door.gateway.0;
            let ended = if receipts.arrives {
                lock(&shared.arrived).push((shared.clock.now().ms(), letter.clone()));
                News::Delivered
            } else {
                News::Undelivered
            };
            let told = door.post(&mut chance, &url, ended).await;
            if told && receipts.arrives {
                lock(&shared.acknowledged).push(letter);
            }
            if receipts.twice {
                door.post(&mut chance, &url, ended).await;
            }
            if receipts.late {
                door.post(&mut chance, &url, News::Submitted).await;
            }
            shared.under_way.fetch_sub(1, Ordering::Relaxed);
        });
    }

    /// Posts a receipt until it is taken; whether it was. Some nonsense goes before.
    async fn post(&self, chance: &mut Chance, url: &str, news: News) -> bool {
        let shared = &self.gateway.0;
        let path = url.find("/receipts/").map_or(url, |at| &url[at..]);
        for nth in 0..POSTS_MAX {
            let id = chance.next();
            let garbled = nth == 0 && chance.per_mille(50);
            let Back { head, body } = shared.shape.back(url, Some(news).filter(|_| !garbled), id, shared.clock.now());
            match self.desk.say(chance.next(), "POST", path, &head, &body).await {
                Some((204, _)) if garbled => self.desk.book().broken.push("nonsense was taken as a receipt".into()),
                Some((204, _)) => return true,
                Some(_) | None => {}
            }
            sleep(POST_AGAIN).await;
        }
        false
    }
}

/// Whether a message is taken, how its call is answered, and how it is told of.
fn answer(state: &mut State, letter: &Letter) -> (bool, Reply, Receipts) {
    state.came(letter);
    let mut receipts = Receipts { arrives: !state.chance.per_mille(50), twice: false, late: false };
    if let Some(stage) = state.caught(&[Stage::Sent, Stage::Taken, Stage::Answered]) {
        state.spring();
        let reply = if stage == Stage::Answered { Reply::Status(202, Duration::ZERO) } else { Reply::Nothing };
        return (stage != Stage::Sent, reply, receipts);
    }
    if state.silent {
        return (true, Reply::Nothing, receipts);
    }
    let Rates { drop, delay, twice, late, cut, garble, refuse } = state.rates;
    let befell = state.befalls(&[
        (drop, Mishap::Drop, "calls to a gateway lost"),
        (delay, Mishap::Delay, "calls answered late"),
        (twice, Mishap::Twice, "call-backs repeated"),
        (late, Mishap::Late, "call-backs reordered"),
        (cut, Mishap::Cut, "connections cut in a call"),
        (garble, Mishap::Garble, "calls answered with garbage"),
        (refuse, Mishap::Refuse, "calls refused"),
    ]);
    let chance = &mut state.chance;
    let (taken, reply) = match befell {
        None | Some(Mishap::Twice | Mishap::Late) => (true, Reply::Status(202, Duration::ZERO)),
        Some(Mishap::Drop) => (chance.per_mille(500), Reply::Nothing),
        Some(Mishap::Delay) => (true, Reply::Status(202, Duration::from_millis(chance.within(50..3_000)))),
        Some(Mishap::Cut) => (chance.per_mille(500), if chance.per_mille(500) { Reply::Part } else { Reply::End }),
        Some(Mishap::Garble) => {
            (true, Reply::Garbage((0..chance.within(4..200)).map(|_| chance.next() as u8).collect()))
        }
        Some(Mishap::Refuse) => (false, refusal(chance)),
    };
    receipts.twice = befell == Some(Mishap::Twice);
    receipts.late = befell == Some(Mishap::Late);
    (taken, reply, receipts)
}

/// A gateway that is busy, broken, asked to slow down, or will not have this message.
fn refusal(chance: &mut Chance) -> Reply {
    let (status, after_s) = chance.weighed(&[
        (4, (429, Some(1))),
        (2, (429, None)),
        (2, (503, Some(2))),
        (2, (503, None)),
        (1, (502, None)),
        (1, (500, None)),
        (1, (404, None)),
        (1, (400, None)),
        (1, (301, None)),
    ]);
    after_s.map_or(Reply::Status(status, Duration::ZERO), |after_s| Reply::Again(status, after_s))
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
