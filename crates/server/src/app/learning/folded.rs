//! Counts of a guide's versions, folded into one: a change of a guide keeps what was counted where names stay.

use std::collections::BTreeMap;

use domain::guide::{Counts, Guide};
use store::learning::{Line, Sum, Version};

use super::lesson::{ANYWAY, Counted, SESSION};

/// The versions of a service's guide whose counts stand apart; those before them are folded into one. As many can be
/// gone on with.
const VERSIONS_KEPT: usize = 5;
/// What nobody saw counts for a cause at most as much as what was seen, and this many people.
const UNSEEN_MAX: f64 = 10.0;
/// The version that stands for all that were folded.
pub const FOLDED: &str = "";

/// Whether a guide still has what was counted: a cause, a question, or what stands for neither.
fn has(guide: &Guide, cause: &str) -> bool {
    match cause.strip_prefix('?') {
        Some(fact) => guide.fact_at(fact).is_some(),
        None => cause == SESSION || cause == ANYWAY || guide.cause_at(cause).is_some(),
    }
}

/// The sums of all versions together, of what the guide still has.
pub fn folded(guide: &Guide, sums: &[Sum]) -> Vec<Sum> {
    let mut all: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    for sum in sums.iter().filter(|sum| has(guide, &sum.cause)) {
        let count = all.entry((&sum.cause, &sum.kind)).or_default();
        *count = count.saturating_add(sum.count);
    }
    let sum = |((cause, kind), count): ((&str, &str), i64)| Sum {
        version: FOLDED.to_owned(),
        cause: cause.to_owned(),
        kind: kind.to_owned(),
        count,
    };
    all.into_iter().map(sum).collect()
}

/// The versions that are to be folded, service by service: all but the newest, and what was folded before with them, so
/// that what the guide no longer has goes; none where nothing is to be folded.
pub fn to_fold(versions: &[Version]) -> Vec<Version> {
    let mut services: BTreeMap<_, Vec<&Version>> = BTreeMap::new();
    for version in versions {
        services.entry(version.service).or_default().push(version);
    }
    let of_service = |mut versions: Vec<&Version>| {
        versions.sort_by_key(|version| (version.version == FOLDED, std::cmp::Reverse(version.last)));
        let named = versions.iter().filter(|version| version.version != FOLDED).count();
        let kept = if named > VERSIONS_KEPT { VERSIONS_KEPT } else { versions.len() };
        versions.into_iter().skip(kept).cloned().collect::<Vec<_>>()
    };
    services.into_values().flat_map(of_service).collect()
}

/// The rows of folded versions, as one version's.
pub fn fold(guide: &Guide, rows: Vec<(Line, i64)>) -> BTreeMap<Line, i64> {
    let mut all = BTreeMap::new();
    for (line, count) in rows.into_iter().filter(|(line, _)| has(guide, &line.cause)) {
        let sum: &mut i64 = all.entry(Line { version: FOLDED.to_owned(), ..line }).or_default();
        *sum = sum.saturating_add(count);
    }
    all
}

/// What steers the order: what was seen, and what nobody saw within its bounds.
pub fn counts(guide: &Guide, sums: &[Sum]) -> Counts {
    let mut by_cause: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    for sum in folded(guide, sums).into_iter().filter(|sum| guide.cause_at(&sum.cause).is_some()) {
        let (seen, unseen) = by_cause.entry(sum.cause).or_default();
        let count = f64::from(i32::try_from(sum.count).unwrap_or(i32::MAX));
        if sum.kind == Counted::SolvedObserved.name() {
            *seen += count;
        } else if sum.kind == Counted::SolvedWord.name() {
            *unseen += count;
        } else if sum.kind == Counted::Left.name() {
            *unseen += count / 1_000.0;
        }
    }
    let whole = |(cause, (seen, unseen)): (String, (f64, f64))| (cause, seen + unseen.min(seen + UNSEEN_MAX));
    by_cause.into_iter().map(whole).collect()
}

#[cfg(test)]
mod tests {
    use domain::{
        id::{ServiceId, v4},
        time::Time,
    };

    use super::*;
    use crate::guide::shipped;

    const GONE: &str = "a-cause-of-long-ago";

    fn guide() -> &'static Guide {
        &shipped()[0].guide
    }

    fn cause(place: usize) -> &'static str {
        &guide().causes[place].id
    }

    fn sum(version: &str, cause: &str, kind: Counted, count: i64) -> Sum {
        Sum { version: version.into(), cause: cause.into(), kind: kind.name().into(), count }
    }

    #[test]
    fn m6_what_nobody_saw_is_capped_by_what_was_seen() {
        let [a, b, c] = [0, 1, 2].map(cause);
        let sums = [
            sum("1", a, Counted::SolvedObserved, 100),
            sum("1", a, Counted::SolvedWord, 7),
            sum("1", b, Counted::SolvedWord, 5_000),
            sum("1", c, Counted::Left, 4_500),
            sum("1", c, Counted::NotHelped, 50),
            sum("1", "?carrier", Counted::Dropped, 50),
            sum("1", SESSION, Counted::SolvedWord, 5_000),
        ];
        let expected = [(a, 107.0), (b, 10.0), (c, 4.5)].map(|(cause, n)| (cause.to_owned(), n));
        assert_eq!(counts(guide(), &sums), Counts::from(expected));
    }

    #[test]
    fn a_change_of_a_guide_keeps_the_counts_of_causes_that_stay() {
        let sums = [
            sum("1", cause(0), Counted::SolvedObserved, 30),
            sum("1", GONE, Counted::SolvedObserved, 90),
            sum("1", "?gone", Counted::Shown, 90),
            sum("2", cause(0), Counted::SolvedObserved, 12),
            sum(FOLDED, cause(0), Counted::SolvedObserved, 100),
            sum("2", SESSION, Counted::Shown, 5),
        ];
        let all = [sum(FOLDED, SESSION, Counted::Shown, 5), sum(FOLDED, cause(0), Counted::SolvedObserved, 142)];
        assert_eq!(folded(guide(), &sums), all);
        assert_eq!(counts(guide(), &sums), Counts::from([(cause(0).to_owned(), 142.0)]));
        // The word of two versions is capped once.
        let words = [sum("1", cause(0), Counted::SolvedWord, 8), sum("2", cause(0), Counted::SolvedWord, 8)];
        assert_eq!(counts(guide(), &words), Counts::from([(cause(0).to_owned(), UNSEEN_MAX)]));
    }

    #[test]
    fn rows_of_old_versions_become_those_of_one() {
        let line = |version: &str, cause: &str| Line {
            service: ServiceId(v4([1; 16])),
            guide: guide().id.clone(),
            version: version.into(),
            cause: cause.into(),
            phone: "iphone".into(),
            carrier: "docomo".into(),
            kind: "shown".into(),
        };
        let rows = vec![
            (line("1", cause(0)), 2),
            (line("2", cause(0)), 3),
            (line(FOLDED, cause(0)), 40),
            (line("2", cause(1)), 7),
            (line(FOLDED, GONE), 9),
        ];
        let expected = [(line(FOLDED, cause(0)), 45), (line(FOLDED, cause(1)), 7)];
        assert_eq!(fold(guide(), rows), BTreeMap::from(expected));
    }

    #[test]
    fn the_newest_versions_of_each_service_stand_apart() {
        let version = |service: u8, version: &str, ms: i64| Version {
            service: ServiceId(v4([service; 16])),
            version: version.into(),
            last: Time::from_ms(ms),
        };
        let mut versions: Vec<Version> = (1..=7).map(|nth| version(1, &nth.to_string(), 100 - nth)).collect();
        versions.extend([version(1, FOLDED, 500), version(2, "6", 3), version(2, FOLDED, 500)]);
        assert_eq!(to_fold(&versions), [version(1, "6", 94), version(1, "7", 93), version(1, FOLDED, 500)]);
        assert_eq!(to_fold(&versions[..5]), []);
    }
}
