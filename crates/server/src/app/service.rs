//! Services: kept in the store, remembered for a few seconds.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use domain::{
    country::Country,
    id::ServiceId,
    refusal::Refusal,
    service::{Policy, Service},
    time::{Time, seconds},
};
use store::{Store, service};

use super::App;
use crate::{
    config::{Config, route::Route},
    sms,
};

/// How long a change on another node may take to be seen here.
const CACHED_MS: i64 = seconds(5);

/// How many services are read at once.
const LISTED_MAX: i64 = 100;
/// How many hosts are remembered: anybody can ask with names that nobody has.
const HOSTS_MAX: usize = 1_000;

/// What was read lately.
#[derive(Default)]
pub(crate) struct Services {
    known: Mutex<HashMap<ServiceId, (Time, Arc<Known>)>>,
    hosts: Mutex<HashMap<String, (Time, Option<ServiceId>)>>,
}

/// A service as requests need it.
pub struct Known {
    /// The service.
    pub service: Service,
    /// Its rules, shared with the operations under way.
    pub policy: Arc<Policy>,
    /// How often it was changed; a change must name it.
    pub version: i64,
}

impl App {
    /// A service.
    ///
    /// # Errors
    /// `not-found` if there is none, `unavailable` without the store.
    pub async fn service(&self, id: ServiceId) -> Result<Arc<Known>, Refusal> {
        let now = self.now();
        if let Some(known) = self.services.get(id, now) {
            return Ok(known);
        }
        let found = self.store.read(move |tx| service::fetch(tx, id)).await?.ok_or(Refusal::NotFound)?;
        let policy = Arc::new(found.value.policy.clone());
        let known = Arc::new(Known { service: found.value, policy, version: found.version });
        self.services.put(id, now, known.clone());
        Ok(known)
    }

    /// The sender that phones will show for a service's messages, where it is the same whichever route takes them;
    /// empty if it is not known.
    pub fn sender(&self, known: &Known) -> String {
        if let Some(own) = known.service.sender.as_ref().filter(|own| !own.is_empty()) {
            return own.clone();
        }
        let mut routes = self.config.routes.iter().map(Route::sender);
        let first = routes.next().unwrap_or_default();
        if routes.all(|other| other == first) { first.to_owned() } else { String::new() }
    }

    /// Writes a new service down.
    ///
    /// # Errors
    /// `bad-request` with what is wrong, `unavailable` without the store.
    pub async fn create_service(&self, service: Service) -> Result<(), Refusal> {
        self.check_service(&service)?;
        let id = service.id;
        let written = self.store.write(move |tx| service::insert(tx, &service)).await?;
        self.services.forget(id);
        if written { Ok(()) } else { Err(Refusal::Internal) }
    }

    /// Replaces a service's settings, if nobody else did meanwhile.
    ///
    /// # Errors
    /// As [`App::create_service`]; `busy` if somebody else did.
    pub async fn update_service(&self, service: Service, version: i64) -> Result<(), Refusal> {
        self.check_service(&service)?;
        let (id, now) = (service.id, self.now());
        let updated = self.store.write(move |tx| service::update(tx, &service, version)).await;
        self.services.forget(id);
        match updated? {
            true => Ok(()),
            false => Err(Refusal::Busy { retry_at: now.plus(seconds(1)) }),
        }
    }

    fn check_service(&self, service: &Service) -> Result<(), Refusal> {
        match problem(service, &self.config) {
            Some((field, must)) => Err(Refusal::BadRequest { field, must }),
            None => Ok(()),
        }
    }

    /// The service whose pages have this host, if any service has it (rule D5).
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn service_of_host(&self, host: &str) -> Result<Option<ServiceId>, Refusal> {
        let now = self.now();
        if let Some(known) = self.services.of_host(host, now) {
            return Ok(known);
        }
        let asked = host.to_owned();
        let found = self.store.read(move |tx| service::of_host(tx, &asked)).await?;
        self.services.put_host(host, now, found);
        Ok(found)
    }
}

/// What is wrong with a service's settings here, as `(field, what it must be)`.
pub fn problem(service: &Service, config: &Config) -> Option<(String, String)> {
    service.problems().into_iter().next().or_else(|| misfit(service, config))
}

/// The same of what `public_url` has a part in: also that its messages fit into one SMS (rule M5).
fn misfit(service: &Service, config: &Config) -> Option<(String, String)> {
    let host = service.host.as_deref().and_then(|host| config.host_problem(host)).map(|must| ("host".into(), must));
    host.or_else(|| sms::problem(service, config.public_host()).map(|must| ("brand".into(), must)))
}

/// A service that cannot go on under a configuration, and why: messages that a longer host takes over one SMS would not
/// go out at all.
///
/// # Errors
/// What the store says.
pub async fn first_misfit(store: &Store, config: &Config) -> Result<Option<String>, store::Error> {
    let mut after = None;
    loop {
        let services = store.read(move |tx| service::list(tx, after, LISTED_MAX)).await?;
        let Some(last) = services.last() else { return Ok(None) };
        after = Some(last.value.id);
        let found = services.iter().find_map(|found| Some((found.value.id, misfit(&found.value, config)?)));
        if let Some((id, (field, must))) = found {
            return Ok(Some(format!("public_url: with it, {field} of service {id} must {must}")));
        }
    }
}

/// Countries that services allow and no route is for: SMS there is refused.
///
/// # Errors
/// What the store says.
pub async fn uncovered(store: &Store, config: &Config) -> Result<BTreeSet<Country>, store::Error> {
    let (mut after, mut found) = (None, BTreeSet::new());
    loop {
        let services = store.read(move |tx| service::list(tx, after, LISTED_MAX)).await?;
        let Some(last) = services.last() else { return Ok(found) };
        after = Some(last.value.id);
        found.extend(services.iter().flat_map(|found| &found.value.policy.countries).filter(|country| {
            !config.routes.is_empty() && config.routes.iter().all(|route| !route.cover().may_reach(**country))
        }));
    }
}

impl Services {
    fn get(&self, id: ServiceId, now: Time) -> Option<Arc<Known>> {
        let cached = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        cached.get(&id).filter(|(at, _)| now.since(*at) < CACHED_MS).map(|(_, known)| known.clone())
    }

    fn put(&self, id: ServiceId, now: Time, known: Arc<Known>) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(id, (now, known));
    }

    fn of_host(&self, host: &str, now: Time) -> Option<Option<ServiceId>> {
        let cached = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        cached.get(host).filter(|(at, _)| now.since(*at) < CACHED_MS).map(|(_, service)| *service)
    }

    fn put_host(&self, host: &str, now: Time, service: Option<ServiceId>) {
        let mut cached = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if cached.len() >= HOSTS_MAX {
            cached.clear();
        }
        cached.insert(host.to_owned(), (now, service));
    }

    /// What is known of a service, and of every host: it may have one less or more.
    pub(super) fn forget(&self, id: ServiceId) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
