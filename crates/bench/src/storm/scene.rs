//! One seed's storm, from its first moment to its verdict. A single thread moves everything, a step at a time: nodes,
//! town, time; only the stores' own threads run beside it, and each step waits for them.

use std::{
    collections::VecDeque,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use domain::key::{KeyId, KeyRing, Secret};
use server::{
    clock::{self, Clock},
    config::route::Route,
    run,
};

use super::{
    chance::Chance,
    climate::{Climate, Trouble},
    desk::Desk,
    figures::Figures,
    ground::{Ground, Kind},
    node,
    person::Person,
    station::Station,
    town::Town,
    wire::Rates,
};
use crate::{fixture, output::Failure, people::People};

const STEP_MS: u64 = 50;
/// Rounds of turns in a step, and the town's turns in a round.
const ROUNDS: usize = 2;
const TURNS: usize = 10;
/// How many steps a submit may take from its decision to the wire.
const STEPS_TO_WIRE: usize = 3;
/// How long it may take until everything is quiet again.
pub(super) const CALM_MS: u64 = 75_000;
/// When a process is started again whose database was away.
const AGAIN_MS: u64 = 500;

/// How a storm went.
pub struct Outcome {
    pub figures: Figures,
    /// The promises that were broken, in words.
    pub broken: Vec<String>,
}

/// What ends a trouble; stations by their place.
#[derive(Clone, Copy, Debug)]
enum End {
    Start(usize),
    StopRefusing(usize),
    StopStalling(usize),
    Recover,
    CentreUp,
    FullSpeed,
    CentreSpeaks,
}

/// A storm that is being held.
pub(super) struct Scene {
    // Before the ground: nodes end before their database does.
    pub(super) stations: Vec<Station>,
    ground: Ground,
    chance: Chance,
    pub(super) climate: Climate,
    pub(super) clock: Arc<Clock>,
    pub(super) keys: KeyRing,
    pub(super) town: Town,
    pub(super) desk: Arc<Desk>,
    pub(super) numbers: Vec<u64>,
    pub(super) at_ms: u64,
    lately: VecDeque<i64>,
    ends: Vec<(u64, End)>,
    pub(super) kills: u64,
    pub(super) figures: Figures,
}

/// One seed's storm on a kind of ground, with its data in an empty folder.
///
/// # Errors
/// When it could not be held at all.
pub fn hold(seed: u64, kind: Kind, folder: &Path) -> Result<Outcome, Failure> {
    let mut scene = Scene::set(seed, kind, folder)?;
    let over = Arc::new(AtomicBool::new(false));
    scene.people(&over);
    scene.stations.iter().for_each(|station| station.wire.rates(scene.climate.rates));
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
    fn set(seed: u64, kind: Kind, folder: &Path) -> Result<Scene, Failure> {
        let mut chance = Chance::new(seed);
        let climate = Climate::draw(&mut chance, kind);
        let clock = Arc::new(Clock::default());
        let keys = KeyRing::new(&[(KeyId(1), Secret::new(clock::random()))]).ok_or(Failure("no key".into()))?;
        let ground = Ground::lay(kind, folder)?;
        store::migrate(&run::database(&ground.url(0)?))?;
        let town = Town::found(&mut chance, &clock, climate.nodes)?;
        let mut stations = Vec::new();
        for (place, (wire, address)) in town.wires.iter().enumerate() {
            let mut config = fixture::config(ground.url(place)?, ([127, 0, 0, 1], 0).into(), Some(*address));
            for route in &mut config.routes {
                if let Route::Smpp(route) = route {
                    (route.window, route.response_timeout_ms) = (climate.window, climate.response_timeout_ms);
                }
            }
            stations.push(Station::new(config, wire.clone()));
        }
        let preparing = fixture::prepare(&stations[0].config, keys.clone(), climate.policy.clone());
        let api_key = node::wait(&node::still()?, preparing)?;
        let people = People::default();
        let numbers = (0..climate.phones).map(|_| people.next().number).collect();
        let desk = Arc::new(Desk::new(api_key, climate.nodes));
        let mut scene = Scene {
            stations,
            ground,
            chance,
            climate,
            clock,
            keys,
            town,
            desk,
            numbers,
            at_ms: 0,
            lately: VecDeque::new(),
            ends: Vec::new(),
            kills: 0,
            figures: Figures::default(),
        };
        (0..scene.stations.len()).try_for_each(|place| scene.start(place))?;
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

    fn start(&mut self, place: usize) -> Result<(), Failure> {
        let station = &mut self.stations[place];
        if !station.start(&self.keys, &self.clock)? {
            self.ends.push((self.at_ms + AGAIN_MS, End::Start(place)));
        }
        self.desk.node_is_at(place, station.node.as_ref().map(|node| node.address));
        Ok(())
    }

    /// A process dies; another is started after a while.
    fn kill(&mut self, place: usize) {
        if let Some(node) = self.stations[place].node.take() {
            node.kill();
            self.desk.node_is_at(place, None);
            self.kills += 1;
            self.figures.add("processes killed", 1);
            self.ends.push((self.at_ms + self.chance.within(100..4_000), End::Start(place)));
        }
    }

    fn begin(&mut self, trouble: Trouble) -> Result<(), Failure> {
        let place = self.chance.within(0..self.stations.len() as u64) as usize;
        let faults = self.stations[place].node.as_ref().map(|node| node.faults.clone());
        let mut until = |for_ms: u64, end: End| self.ends.push((self.at_ms + for_ms, end));
        self.figures.add(trouble.name(), 1);
        match trouble {
            Trouble::Kill => self.kill(place),
            Trouble::KillAfter(commits) => _ = faults.map(|faults| faults.die_after(commits)),
            Trouble::KillAt(stage) => self.stations[place].wire.trap(Some(stage)),
            Trouble::Refuse { for_ms } => {
                until(for_ms, End::StopRefusing(place));
                _ = faults.map(|faults| faults.refuse(true));
            }
            Trouble::Stall { for_ms } => {
                until(for_ms, End::StopStalling(place));
                _ = faults.map(|faults| faults.stall(true));
            }
            Trouble::Strike(fault, times) => {
                _ = faults.map(|faults| (0..times).for_each(|_| faults.strike(fault)));
            }
            Trouble::Crash { for_ms } => {
                until(for_ms, End::Recover);
                self.ground.crash()?;
            }
            Trouble::CentreDown { for_ms } => {
                until(for_ms, End::CentreUp);
                self.town.set_centre(r#"{"outage":true}"#)?;
            }
            Trouble::Throttle { per_second, for_ms } => {
                until(for_ms, End::FullSpeed);
                self.town.set_centre(&format!(r#"{{"throttle_per_second":{per_second}}}"#))?;
            }
            Trouble::Silence { for_ms } => {
                until(for_ms, End::CentreSpeaks);
                self.silence(true);
            }
            Trouble::Jump { by_ms } => self.clock.advance(by_ms),
        }
        Ok(())
    }

    fn end(&mut self, end: End) -> Result<(), Failure> {
        let faults = |place: usize| self.stations[place].node.iter().map(|node: &node::Node| &node.faults);
        match end {
            End::Start(place) => self.start(place)?,
            End::StopRefusing(place) => faults(place).for_each(|faults| faults.refuse(false)),
            End::StopStalling(place) => faults(place).for_each(|faults| faults.stall(false)),
            End::Recover => self.ground.recover()?,
            End::CentreUp => self.town.set_centre(r#"{"outage":false}"#)?,
            End::CentreSpeaks => self.silence(false),
            End::FullSpeed => self.town.set_centre(r#"{"throttle_per_second":null}"#)?,
        }
        Ok(())
    }

    fn silence(&self, silent: bool) {
        self.stations.iter().for_each(|station| station.wire.silence(silent));
    }

    /// Everybody does what they can do now; then time passes.
    pub(super) fn step(&mut self) -> Result<(), Failure> {
        for _ in 0..ROUNDS {
            self.stations.iter().for_each(Station::turn);
            self.town.turn(TURNS);
            for place in 0..self.stations.len() {
                if self.stations[place].is_doomed(&mut self.chance) {
                    self.kill(place);
                }
            }
        }
        self.at_ms += STEP_MS;
        let span = Duration::from_millis(STEP_MS);
        self.clock.advance(STEP_MS as i64);
        self.stations.iter().filter_map(|station| station.node.as_ref()).for_each(|node| node.pass(span));
        self.town.pass(span);
        self.lately.push_back(self.clock.now().ms());
        if self.lately.len() > STEPS_TO_WIRE {
            self.lately.pop_front();
        }
        self.stations.iter().for_each(|station| station.wire.lately(self.lately[0]));
        for (_, end) in self.ends.extract_if(.., |(at_ms, _)| *at_ms <= self.at_ms).collect::<Vec<_>>() {
            self.end(end)?;
        }
        Ok(())
    }

    /// The storm is over: waits until everybody is home and nothing is under way.
    fn calm(&mut self) -> Result<(), Failure> {
        for station in &self.stations {
            station.wire.rates(Rates::default());
            station.wire.trap(None);
            station.node.iter().for_each(|node| node.faults.calm());
        }
        for end in [End::CentreUp, End::FullSpeed, End::CentreSpeaks] {
            self.end(end)?;
        }
        let ends_ms = self.at_ms + CALM_MS;
        let mut quiet = 0;
        while self.at_ms < ends_ms && quiet < 2 {
            for _ in 0..1_000 / STEP_MS {
                self.step()?;
            }
            let still = self.desk.book().busy == 0 && self.town.phones.under_way() == 0 && self.queued() == Some(0);
            quiet = if still { quiet + 1 } else { 0 };
        }
        Ok(())
    }

    /// How many messages wait; `None` if no node can tell.
    pub(super) fn queued(&self) -> Option<i64> {
        let stations = self.stations.iter();
        stations.map(Station::queued).collect::<Option<Vec<_>>>()?.into_iter().max()
    }
}
