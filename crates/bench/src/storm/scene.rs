//! One seed's storm, from its first moment to its verdict. A single thread moves everything, a step at a time: node,
//! town, time; only the store's own threads run beside it, and each step waits for them.

use std::{
    collections::VecDeque,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use domain::key::{KeyId, KeyRing, Secret};
use server::{
    clock::{self, Clock},
    config::{Config, DatabaseUrl, route::Route},
    run,
    telemetry::Metrics,
};
use store::{Fault, message};

use super::{
    chance::Chance,
    climate::{Climate, Trouble},
    desk::Desk,
    figures::Figures,
    node::{self, Node},
    person::Person,
    town::Town,
    wire::Rates,
};
use crate::{fixture, output::Failure, people::People};

const STEP_MS: u64 = 50;
/// Rounds of turns in a step, and turns in a round.
const ROUNDS: usize = 3;
const TURNS: usize = 10;
/// How long a step waits for the store's threads, which back off for longer when their connection is lost.
const STORE_WAIT: Duration = Duration::from_millis(40);
/// How many steps a submit may take from its decision to the wire.
const STEPS_TO_WIRE: usize = 3;
/// How long it may take until everything is quiet again.
pub(super) const CALM_MS: u64 = 120_000;

/// How a storm went.
pub struct Outcome {
    pub figures: Figures,
    /// The promises that were broken, in words.
    pub broken: Vec<String>,
}

/// What ends a trouble.
#[derive(Clone, Copy, Debug)]
enum End {
    Start,
    StopRefusing,
    StopStalling,
    CentreUp,
    FullSpeed,
}

/// A storm that is being held.
pub(super) struct Scene {
    chance: Chance,
    pub(super) climate: Climate,
    pub(super) clock: Arc<Clock>,
    pub(super) keys: KeyRing,
    config: Config,
    pub(super) town: Town,
    pub(super) desk: Arc<Desk>,
    pub(super) node: Option<Node>,
    /// What every process counted, the dead ones too.
    pub(super) metrics: Vec<Arc<Metrics>>,
    pub(super) numbers: Vec<u64>,
    pub(super) at_ms: u64,
    lately: VecDeque<i64>,
    ends: Vec<(u64, End)>,
    pub(super) kills: u64,
    pub(super) figures: Figures,
}

/// One seed's storm, with its data in an empty folder.
///
/// # Errors
/// When it could not be held at all.
pub fn hold(seed: u64, folder: &Path) -> Result<Outcome, Failure> {
    let mut scene = Scene::set(seed, folder)?;
    let over = Arc::new(AtomicBool::new(false));
    scene.people(&over);
    scene.town.wire.rates(scene.climate.rates);
    let mut troubles: VecDeque<(u64, Trouble)> = scene.climate.troubles.clone().into();
    while scene.at_ms < scene.climate.length_ms {
        while let Some((_, trouble)) = troubles.pop_front_if(|(at_ms, _)| *at_ms <= scene.at_ms) {
            scene.begin(trouble)?;
        }
        scene.step()?;
    }
    over.store(true, Ordering::Relaxed);
    scene.calm()?;
    scene.verdict()
}

impl Scene {
    fn set(seed: u64, folder: &Path) -> Result<Scene, Failure> {
        let mut chance = Chance::new(seed);
        let climate = Climate::draw(&mut chance);
        let clock = Arc::new(Clock::default());
        let keys = KeyRing::new(&[(KeyId(1), Secret::new(clock::random()))]).ok_or(Failure("no key".into()))?;
        let town = Town::found(&mut chance, &clock)?;
        let url = DatabaseUrl::parse(&format!("sqlite:{}", folder.join("tegata.db").display())).map_err(Failure)?;
        store::migrate(&run::database(&url))?;
        let mut config = fixture::config(url, ([127, 0, 0, 1], 0).into(), Some(town.address));
        for route in &mut config.routes {
            if let Route::Smpp(route) = route {
                (route.window, route.response_timeout_ms) = (climate.window, climate.response_timeout_ms);
            }
        }
        let preparing = node::still()?;
        let api_key = node::wait(&preparing, fixture::prepare(&config, keys.clone(), climate.policy.clone()))?;
        let people = People::default();
        let numbers = (0..climate.phones).map(|_| people.next().number).collect();
        let mut scene = Scene {
            chance,
            climate,
            clock,
            keys,
            config,
            town,
            desk: Arc::new(Desk::new(api_key, 1)),
            node: None,
            metrics: Vec::new(),
            numbers,
            at_ms: 0,
            lately: VecDeque::new(),
            ends: Vec::new(),
            kills: 0,
            figures: Figures::default(),
        };
        scene.start()?;
        Ok(scene)
    }

    /// Lets people in, each with some of the phones and contexts, which they share with others.
    fn people(&mut self, over: &Arc<AtomicBool>) {
        for nth in 0..self.climate.people {
            let mut chance = self.chance.fork();
            let numbers = (0..chance.within(1..4)).map(|_| *chance.one(&self.numbers)).collect();
            let own = (0..2).map(|context| Some(format!("session {nth}-{context}")));
            let person = Person {
                desk: self.desk.clone(),
                phones: self.town.phones.clone(),
                numbers,
                contexts: own.chain([None, Some("shared".to_owned())]).collect(),
                ip: [192, 0, 2, 1].into(),
                known: self.climate.known,
                over: over.clone(),
                chance,
            };
            self.town.begin(person.live());
        }
    }

    fn start(&mut self) -> Result<(), Failure> {
        if self.node.is_none() {
            let node = Node::start(&self.config, &self.keys, &self.clock)?;
            self.desk.node_is_at(0, Some(node.address));
            self.metrics.push(node.metrics.clone());
            self.node = Some(node);
        }
        Ok(())
    }

    /// A process dies; another is started after a while.
    fn kill(&mut self) {
        if let Some(node) = self.node.take() {
            node.kill();
            self.desk.node_is_at(0, None);
            self.kills += 1;
            self.figures.add("processes killed", 1);
            self.ends.push((self.at_ms + self.chance.within(100..4_000), End::Start));
        }
    }

    fn begin(&mut self, trouble: Trouble) -> Result<(), Failure> {
        let mut until = |for_ms: u64, end: End| self.ends.push((self.at_ms + for_ms, end));
        let node = self.node.as_ref();
        match trouble {
            Trouble::Kill => self.kill(),
            Trouble::KillAfter(commits) => _ = node.map(|node| node.faults.die_after(commits)),
            Trouble::KillAt(stage) => self.town.wire.trap(Some(stage)),
            Trouble::Refuse { for_ms } => {
                until(for_ms, End::StopRefusing);
                self.figures.add("times the store took nothing", 1);
                node.inspect(|node| node.faults.refuse(true));
            }
            Trouble::Stall { for_ms } => {
                until(for_ms, End::StopStalling);
                self.figures.add("times the store stalled", 1);
                node.inspect(|node| node.faults.stall(true));
            }
            Trouble::Strike(fault, times) => {
                self.figures.add(named(fault), times);
                node.inspect(|node| (0..times).for_each(|_| node.faults.strike(fault)));
            }
            Trouble::CentreDown { for_ms } => {
                until(for_ms, End::CentreUp);
                self.figures.add("times the centre was restarted", 1);
                self.town.set_centre(r#"{"outage":true}"#)?;
            }
            Trouble::Throttle { per_second, for_ms } => {
                until(for_ms, End::FullSpeed);
                self.figures.add("times the centre throttled", 1);
                self.town.set_centre(&format!(r#"{{"throttle_per_second":{per_second}}}"#))?;
            }
            Trouble::Jump { by_ms } => {
                self.figures.add("jumps of the clock", 1);
                self.clock.advance(by_ms);
            }
        }
        Ok(())
    }

    fn end(&mut self, end: End) -> Result<(), Failure> {
        let node = self.node.as_ref();
        match end {
            End::Start => self.start()?,
            End::StopRefusing => _ = node.inspect(|node| node.faults.refuse(false)),
            End::StopStalling => _ = node.inspect(|node| node.faults.stall(false)),
            End::CentreUp => self.town.set_centre(r#"{"outage":false}"#)?,
            End::FullSpeed => self.town.set_centre(r#"{"throttle_per_second":null}"#)?,
        }
        Ok(())
    }

    /// Everybody does what they can do now; then time passes.
    pub(super) fn step(&mut self) -> Result<(), Failure> {
        for _ in 0..ROUNDS {
            if let Some(node) = &self.node {
                node.turn(TURNS);
                let began = Instant::now();
                while node.is_busy() && began.elapsed() < STORE_WAIT {
                    thread::yield_now();
                }
            }
            self.town.turn(TURNS);
            self.mind();
        }
        self.at_ms += STEP_MS;
        let span = Duration::from_millis(STEP_MS);
        self.clock.advance(STEP_MS as i64);
        self.node.iter().for_each(|node| node.pass(span));
        self.town.pass(span);
        self.lately.push_back(self.clock.now().ms());
        if self.lately.len() > STEPS_TO_WIRE {
            self.lately.pop_front();
        }
        self.town.wire.lately(self.lately[0]);
        for (_, end) in self.ends.extract_if(.., |(at_ms, _)| *at_ms <= self.at_ms).collect::<Vec<_>>() {
            self.end(end)?;
        }
        Ok(())
    }

    /// Lets a process die that has come to where it was to.
    fn mind(&mut self) {
        let sprung = self.town.wire.sprung();
        if sprung && let Some(node) = &self.node {
            // What was answered may have been read by now, or written down.
            node.turn(self.chance.within(0..8) as usize);
        }
        if sprung || self.node.as_ref().is_some_and(|node| node.faults.is_dead()) {
            self.kill();
        }
    }

    /// The storm is over: waits until everybody is home and nothing is under way.
    fn calm(&mut self) -> Result<(), Failure> {
        self.town.wire.rates(Rates::default());
        self.town.wire.trap(None);
        for end in [End::CentreUp, End::FullSpeed] {
            self.end(end)?;
        }
        if let Some(node) = &self.node {
            node.faults.calm();
        }
        let ends_ms = self.at_ms + CALM_MS;
        let mut quiet = 0;
        while self.at_ms < ends_ms && quiet < 3 {
            for _ in 0..1_000 / STEP_MS {
                self.step()?;
            }
            let still = self.desk.book().busy == 0 && self.town.phones.under_way() == 0 && self.queued()? == Some(0);
            quiet = if still { quiet + 1 } else { 0 };
        }
        Ok(())
    }

    /// How many messages wait; `None` without a node.
    pub(super) fn queued(&self) -> Result<Option<i64>, Failure> {
        let Some(node) = &self.node else { return Ok(None) };
        let backlog = node.ask(async |app| app.store.read(message::backlog).await)?;
        Ok(Some(backlog.queued))
    }
}

fn named(fault: Fault) -> &'static str {
    match fault {
        Fault::Conflict => "commits that failed to serialize",
        Fault::Lost => "connections to the store lost",
        Fault::InDoubt => "commits in doubt",
        Fault::Full => "commits without room",
    }
}
