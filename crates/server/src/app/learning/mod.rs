//! What guides learn: sums of what was shown, helped and did not, by cause, phone, carrier and version.
//!
//! They are a service's own: what its people say steers no other's guides (rule D5). Nothing of a person is in them. A
//! source network steers with a few sessions a day, observed solves count in full, and what nobody saw is capped (rule
//! M6).
//!
//! | file | what it does |
//! | --- | --- |
//! | `lesson` | what one session teaches |
//! | `folded` | the counts of all versions of a guide together |

mod folded;
mod lesson;

pub use folded::{FOLDED, folded};
pub use lesson::{ANYWAY, Counted, Lesson, SESSION, Subject, lesson};

use std::collections::BTreeMap;

use domain::{
    digest::{Digest, sha256},
    guide::{Counts, Guide, Order},
    id::ServiceId,
    refusal::Refusal,
    time::{Time, days},
};
use store::{
    learning::{self, Line, Sum},
    tally,
};

use super::{App, source::Source};
use crate::clock;

/// Sessions of one network, or of one API key, that are counted in a day.
const SAMPLES_OF_ADDRESS: u32 = 10;
const SAMPLES_OF_KEY: u32 = 500;
/// Values of facts are this long at most.
const NAME_MAX: usize = 60;

impl App {
    /// Tells, within the write that begins it, whether a session that begins now is one of the few of its source that are
    /// counted; asked once, and kept with the session.
    pub fn may_learn(
        &self,
        service: ServiceId,
        source: &Source,
    ) -> impl Fn(&mut store::Tx) -> Result<bool, store::Error> + Send + use<> {
        let now = self.now();
        let day = now.ms().div_euclid(days(1));
        let samples = source.samples(self.keys.load().index(), service, "lesson", (SAMPLES_OF_ADDRESS, SAMPLES_OF_KEY));
        let of_day = |key: Digest| sha256(&[&key.0[..], &day.to_be_bytes()].concat());
        let counted: Vec<(Digest, u32)> = samples.into_iter().map(|(key, max)| (of_day(key), max)).collect();
        let until = Time::from_ms((day + 1) * days(1));
        move |tx: &mut store::Tx| {
            for (key, max) in &counted {
                if !tally::take(tx, *key, *max, until)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
    }

    /// Adds what a session taught.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn learn(&self, service: ServiceId, subject: &Subject, lesson: &Lesson) -> Result<(), Refusal> {
        let short = |name: &str| name.chars().take(NAME_MAX).collect::<String>();
        let line = |((cause, what), n): (&(String, Counted), &i64)| {
            let line = Line {
                service,
                guide: short(&subject.guide),
                version: short(&subject.version),
                cause: short(cause),
                phone: short(&subject.phone),
                carrier: short(&subject.carrier),
                kind: what.name().to_owned(),
            };
            (line, *n)
        };
        let lines: BTreeMap<Line, i64> = lesson.iter().map(line).collect();
        let now = self.now();
        Ok(self.store.write(move |tx| learning::add(tx, &lines, now)).await?)
    }

    /// How often each cause turned out to be it, for a service's people with this phone and carrier; `None` is any.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn counts(
        &self,
        service: ServiceId,
        guide: &Guide,
        phone: Option<&str>,
        carrier: Option<&str>,
    ) -> Result<Counts, Refusal> {
        let (id, phone, carrier) = (guide.id.clone(), phone.map(str::to_owned), carrier.map(str::to_owned));
        let read =
            move |tx: &mut store::Tx| learning::of_people(tx, service, &id, phone.as_deref(), carrier.as_deref());
        Ok(folded::counts(guide, &self.store.read(read).await?))
    }

    /// The order of a service's session that begins now: what is believed after all that was counted, or a draw of it.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn order(
        &self,
        service: ServiceId,
        guide: &Guide,
        phone: Option<&str>,
        carrier: Option<&str>,
    ) -> Result<Order, Refusal> {
        let counts = self.counts(service, guide, phone, carrier).await?;
        Ok(if self.config.guides.sampling {
            Order::draw(guide, &counts, u64::from_be_bytes(clock::random()))
        } else {
            Order::mean(guide, &counts)
        })
    }

    /// Every sum of a guide over all services, version by version: for the console.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn sums(&self, guide: &str) -> Result<Vec<Sum>, Refusal> {
        let guide = guide.to_owned();
        Ok(self.store.read(move |tx| learning::of_all(tx, &guide)).await?)
    }

    /// Folds the counts of guides' old versions into one, so that edits do not fill the table.
    ///
    /// # Errors
    /// `unavailable` without the store.
    pub async fn fold_versions(&self) -> Result<(), Refusal> {
        let now = self.now();
        for loaded in self.guides.all() {
            let id = loaded.guide.id.clone();
            let versions = self.store.read(move |tx| learning::versions(tx, &id)).await?;
            let old = folded::to_fold(&versions);
            if old.is_empty() {
                continue;
            }
            let fold = move |tx: &mut store::Tx| {
                let mut rows = Vec::new();
                for version in &old {
                    rows.extend(learning::take(tx, &loaded.guide.id, version)?);
                }
                learning::add(tx, &folded::fold(&loaded.guide, rows), now)
            };
            self.store.write(fold).await?;
        }
        Ok(())
    }
}
