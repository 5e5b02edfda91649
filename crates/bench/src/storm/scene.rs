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

use domain::{
    key::{KeyId, KeyRing, Secret},
    route::Order,
};
use server::{
    clock::{self, Clock},
    config::{
        Config, Hidden,
        route::{Route, SmppRoute},
    },
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
    receiver::Receiver,
    station::Station,
    subscription,
    town::Town,
    weather::{Rates, Weather},
};
use crate::{
    fixture::{self, ACCOUNT},
    output::Failure,
    people::People,
};

const STEP_MS: u64 = 50;
/// A fixed line, where the service takes them.
const OFFICE: u64 = 81_312_345_678;
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

/// What ends a trouble; stations, message centres and routes by their place.
#[derive(Clone, Copy, Debug)]
enum End {
    Start(usize),
    StopRefusing(usize),
    StopStalling(usize),
    Recover,
    CentreUp(usize),
    FullSpeed(usize),
    Speaks(usize),
    Release(usize),
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
    pub(super) receivers: Vec<Receiver>,
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
    scene.ways().for_each(|way| way.rates(scene.climate.rates));
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
        let town = Town::found(&mut chance, &clock, climate.centres, climate.shape)?;
        let (receivers, origins) = subscription::open(&climate, &mut chance, &town)?;
        let mut plain = fixture::config(ground.url(0)?, ([127, 0, 0, 1], 0).into(), None);
        plain.webhooks.own_origins.clone_from(&origins);
        let preparing = fixture::prepare(&plain, keys.clone(), climate.policy.clone());
        let api_key = node::wait(&node::still()?, preparing)?;
        let desk = Arc::new(Desk::new(api_key, climate.nodes));
        let mut stations = Vec::new();
        for place in 0..climate.nodes {
            let config = Config { database: ground.url(place)?, ..plain.clone() };
            stations.push(Scene::station(config, &climate, &mut chance, (&town, &desk))?);
        }
        let people = People::default();
        let mobile = (0..climate.phones).map(|_| people.next().number);
        let numbers = mobile.chain((!climate.policy.calls_first.is_empty()).then_some(OFFICE)).collect();
        let mut scene = Scene {
            stations,
            ground,
            chance,
            climate,
            clock,
            keys,
            town,
            desk,
            receivers,
            numbers,
            at_ms: 0,
            lately: VecDeque::new(),
            ends: Vec::new(),
            kills: 0,
            figures: Figures::default(),
        };
        (0..scene.stations.len()).try_for_each(|place| scene.start(place))?;
        scene.subscribe(&origins)?;
        Ok(scene)
    }

    /// A node's place, with a way of its own to each message centre and the gateway.
    fn station(
        mut config: Config,
        climate: &Climate,
        chance: &mut Chance,
        (town, desk): (&Town, &Arc<Desk>),
    ) -> Result<Station, Failure> {
        let ways: Vec<Weather> = (0..climate.routes()).map(|_| Weather::new(chance.fork())).collect();
        let Climate { window, response_timeout_ms, .. } = *climate;
        for (route, way) in ways.iter().enumerate() {
            config.routes.push(match climate.centre_of(route) {
                Some(centre) => {
                    let address = town.way_to_centre(centre, way)?.to_string();
                    let password = Hidden(ACCOUNT.1.into());
                    let route = SmppRoute::plain(&format!("centre{centre}"), address, ACCOUNT.0.into(), password);
                    Route::Smpp(SmppRoute { window, response_timeout_ms, ..route })
                }
                None => {
                    let address = town.way_to_gateway(way, desk)?;
                    climate.shape.route(address, window, response_timeout_ms, climate.channels.clone())
                }
            });
        }
        Ok(Station::new(config, ways))
    }

    fn ways(&self) -> impl Iterator<Item = &Weather> {
        self.stations.iter().flat_map(|station| &station.ways)
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
        let centre = self.chance.within(0..self.climate.centres as u64) as usize;
        let route = self.chance.within(0..self.climate.routes() as u64) as usize;
        let faults = self.stations[place].node.as_ref().map(|node| node.faults.clone());
        let mut until = |for_ms: u64, end: End| self.ends.push((self.at_ms + for_ms, end));
        self.figures.add(trouble.name(), 1);
        match trouble {
            Trouble::Kill => self.kill(place),
            Trouble::KillAfter(commits) => _ = faults.map(|faults| faults.die_after(commits)),
            Trouble::KillAt(stage) => self.stations[place].ways.iter().for_each(|way| way.trap(Some(stage))),
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
                until(for_ms, End::CentreUp(centre));
                self.town.set_centre(centre, r#"{"outage":true}"#)?;
            }
            Trouble::Throttle { per_second, for_ms } => {
                until(for_ms, End::FullSpeed(centre));
                self.town.set_centre(centre, &format!(r#"{{"throttle_per_second":{per_second}}}"#))?;
            }
            Trouble::Silence { for_ms } => {
                until(for_ms, End::Speaks(route));
                self.silence(route, true);
            }
            Trouble::Ban { for_ms } => {
                until(for_ms, End::Release(route));
                self.order(route, Some(Order::Banned));
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
            End::CentreUp(centre) => self.town.set_centre(centre, r#"{"outage":false}"#)?,
            End::FullSpeed(centre) => self.town.set_centre(centre, r#"{"throttle_per_second":null}"#)?,
            End::Speaks(route) => self.silence(route, false),
            End::Release(route) => self.order(route, None),
        }
        Ok(())
    }

    fn silence(&self, route: usize, silent: bool) {
        self.stations.iter().for_each(|station| station.ways[route].silence(silent));
    }

    /// An operator says a word on a route, to a node that lives; nobody waits for it to be heard.
    fn order(&self, route: usize, order: Option<Order>) {
        let station = self.stations.iter().find_map(|station| Some((station.node.as_ref()?, &station.config)));
        let Some((node, config)) = station else { return };
        let name = config.routes[route].name().to_owned();
        node.begin(move |app| async move { _ = app.order_route(&name, order).await });
    }

    /// Leaves every route to itself; whether that was heard.
    fn release(&self) -> bool {
        let Some(node) = self.stations[0].node.as_ref() else { return false };
        let names: Vec<&str> = self.stations[0].config.routes.iter().map(Route::name).collect();
        node.ask(async |app| {
            for name in names {
                if app.order_route(name, None).await.is_err() {
                    return false;
                }
            }
            true
        })
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
        self.ways().for_each(|way| way.lately(self.lately[0]));
        for (_, end) in self.ends.extract_if(.., |(at_ms, _)| *at_ms <= self.at_ms).collect::<Vec<_>>() {
            self.end(end)?;
        }
        Ok(())
    }

    /// The storm is over: waits until everybody is home and nothing is under way.
    fn calm(&mut self) -> Result<(), Failure> {
        self.stations.iter().filter_map(|station| station.node.as_ref()).for_each(|node| node.faults.calm());
        self.ways().for_each(|way| way.rates(Rates::default()));
        self.ways().for_each(|way| way.trap(None));
        for route in 0..self.climate.routes() {
            self.end(End::Speaks(route))?;
        }
        for centre in 0..self.climate.centres {
            self.end(End::CentreUp(centre))?;
            self.end(End::FullSpeed(centre))?;
        }
        let ends_ms = self.at_ms + CALM_MS;
        let mut quiet = 0;
        while self.at_ms < ends_ms && quiet < 2 {
            for _ in 0..1_000 / STEP_MS {
                self.step()?;
            }
            let still = self.desk.book().busy == 0 && self.town.phones.under_way() == 0;
            let quiet_now = still && self.release() && self.queued() == Some(0);
            quiet = if quiet_now { quiet + 1 } else { 0 };
        }
        Ok(())
    }

    /// How many messages wait; `None` if no node can tell.
    pub(super) fn queued(&self) -> Option<i64> {
        let stations = self.stations.iter();
        stations.map(Station::queued).collect::<Option<Vec<_>>>()?.into_iter().max()
    }
}
