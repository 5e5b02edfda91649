//! Simulated people: their files, small guides that do one thing, and the shipped guide.

use domain::guide::{Draft, Guide};
use rstest::rstest;
use sim::people::{Assumptions, Figures, Mode, Page, Population, Reader, Report, SHIPPED, simulate};

/// Facts and one remedy for each test to build on; a remedy is written by `remedy`.
const FACTS: &str = r#"
other = 1.0
contact_cost_s = 900
solved = { message = "approved" }
facts = [
    { id = "message", source = "observed", values = ["none", "waiting", "handed_over", "delivered", "undelivered", "expired", "approved"], moves = true },
    { id = "reason", source = "observed", values = ["none", "unreachable", "no_sms", "refused"] },
    { id = "phone", source = "derived", values = ["iphone", "android", "unknown"], question = { cost_s = 6 } },
    { id = "carrier", source = "told", values = ["docomo", "au", "unknown"], question = { cost_s = 6 } },
    { id = "another_number", source = "observed", values = ["no", "yes"] },
    { id = "call_back", source = "observed", values = ["no", "yes"] },
    { id = "call", source = "observed", values = ["no", "yes"] },
]
"#;

/// People of one kind, in whose way is one thing.
const ONE_KIND: &str = r#"
name = "one-kind"
country = "japan"
sender = "TEGATA"
by_hour = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
desk = [9, 20]
service = { call_back = 0, email_code = 0 }
everybody = { on_phone = 1, typed = 1, another_number = 0, unused = 0, noticed = 0, loss = 0, delay_s = [1, 2], lately = {}, second = 0 }
lines = [{ brand = "docomo", carrier = "docomo", share = 1, systems = { ios = 1 }, reasons = 1 }]
"#;

fn guide(text: &str) -> Guide {
    let draft: Draft = toml::from_str(text).unwrap();
    Guide::compile("sms-not-arriving", "1", &draft).unwrap()
}

fn shipped_guide() -> Guide {
    guide(include_str!("../../../server/guides/sms-not-arriving/guide.toml"))
}

fn shipped(name: &str) -> Population {
    let (_, text) = SHIPPED.into_iter().find(|(shipped, _)| *shipped == name).unwrap();
    Population::read(text).unwrap()
}

/// A remedy: name, kind, what it fixes, what follows.
type Remedy<'a> = (&'a str, &'a str, &'a str, &'a str);

/// A guide of remedies.
fn remedies(all: &[Remedy<'_>]) -> Guide {
    remedies_where(&all.iter().map(|remedy| (*remedy, "", 30)).collect::<Vec<_>>())
}

/// The same, each with its condition and its cost in seconds.
fn remedies_where(all: &[(Remedy<'_>, &str, u32)]) -> Guide {
    let remedy = |((id, kind, fix, then), when, cost_s): &(Remedy<'_>, &str, u32)| {
        format!(
            "[[causes]]\nid = \"{id}\"\nkind = \"{kind}\"\n{when}\nfixes = [\"{fix}\"]\nthen = \"{then}\"\nweight = 9.0\n\
             cost_s = {cost_s}\nworks = 0.9\nproof = [\"word\"]\nconfidence = \"official\"\n\
             origin = [{{ source = \"here\", checked = \"2026-11-22\" }}]\n"
        )
    };
    guide(&format!("{FACTS}\n{}", all.iter().map(remedy).collect::<Vec<_>>().join("\n")))
}

fn in_the_way(trouble: &str) -> Population {
    Population::read(&format!("{ONE_KIND}\ntroubles = [{{ share = 1, {trouble} }}]")).unwrap()
}

/// Nobody errs, gives up, or wants a human.
fn flawless() -> Assumptions {
    Assumptions {
        patience_min: 1e9,
        slips: 0.0,
        slips_changing: 0.0,
        skips: 0.0,
        unable: 0.0,
        unknown: 0.0,
        misanswers: 0.0,
        prefers: 0.0,
        ..Assumptions::default()
    }
}

fn led(guide: &Guide, trouble: &str, assumed: &Assumptions) -> Figures {
    simulate(guide, &in_the_way(trouble), Mode::Stranger, 1, 40, assumed).guide
}

#[rstest]
#[case::a_list_that_hides("on = [\"unknown_sender_filter\"]", ("a", "look", "unknown_sender_filter", "nothing"))]
#[case::another_app("on = [\"other_app\"]", ("a", "look", "other_app", "nothing"))]
#[case::another_phone("on = [\"other_device\"]", ("a", "look", "other_device", "nothing"))]
#[case::off_the_air("on = [\"airplane_mode\"]", ("a", "try", "airplane_mode", "nothing"))]
#[case::no_roaming("on = [\"roaming_off\"], abroad = true", ("a", "try", "roaming_off", "resend"))]
#[case::a_carriers_filter("on = [\"carrier_filter\"]", ("a", "change", "carrier_filter", "resend"))]
#[case::a_block_list("blocked = true", ("a", "change", "blocked_senders", "resend"))]
#[case::a_wrong_number("number = \"mistyped\"", ("a", "try", "wrong_number", "number"))]
#[case::a_fixed_line("number = \"fixed_line\", another_number = 1", ("a", "try", "number_kind", "nothing"))]
#[case::a_lost_message("lost = true", ("a", "try", "delay", "resend"))]
fn who_does_the_right_thing_gets_in(#[case] trouble: &str, #[case] remedy: Remedy<'_>) {
    let figures = led(&remedies(&[remedy]), trouble, &flawless());
    assert_eq!((figures.people, figures.solved_alone), (40, 40), "{figures:?}");
}

#[rstest]
#[case::of_something_else("on = [\"airplane_mode\"]", ("a", "look", "spam_filter", "nothing"))]
#[case::without_a_new_code("on = [\"carrier_filter\"]", ("a", "change", "carrier_filter", "nothing"))]
#[case::that_nobody_can_do_alone("off = [\"sms_contract\"]", ("a", "change", "sms_contract", "resend"))]
#[case::with_no_other_number("number = \"ip_phone\"", ("a", "try", "number_kind", "nothing"))]
fn a_remedy_in_vain_leads_to_a_human(#[case] trouble: &str, #[case] remedy: Remedy<'_>) {
    let figures = led(&remedies(&[remedy]), trouble, &flawless());
    assert_eq!((figures.solved_alone, figures.human), (0, 40), "{figures:?}");
}

/// People of a service that calls, all of whom answer.
fn called(trouble: &str) -> Figures {
    let kind = ONE_KIND.replace("email_code = 0", "email_code = 0, call = 1");
    let population = Population::read(&format!("{kind}\ntroubles = [{{ share = 1, {trouble} }}]")).unwrap();
    let call = remedies_where(&[(("a", "try", "nothing_here", "other_way"), "when = { call = \"yes\" }", 90)]);
    let assumed = Assumptions { answers: 1.0, ..flawless() };
    simulate(&call, &population, Mode::Stranger, 1, 40, &assumed).guide
}

#[rstest]
#[case::a_carriers_filter("on = [\"carrier_filter\"]")]
#[case::all_sms_refused("on = [\"all_sms_rejection\"]")]
#[case::a_block_list("blocked = true")]
#[case::no_room("on = [\"storage_full\"]")]
#[case::another_app("on = [\"other_app\"]")]
#[case::a_slow_carrier("delay_s = [900, 1200]")]
fn a_call_reaches_whom_no_sms_reaches(#[case] trouble: &str) {
    let figures = called(trouble);
    assert_eq!((figures.people, figures.solved_alone), (40, 40), "{figures:?}");
    assert!((0.5..4.0).contains(&figures.minutes_to_help), "about a minute, and the wait for it: {figures:?}");
}

#[rstest]
#[case::off_the_air("on = [\"airplane_mode\"]")]
#[case::switched_off("on = [\"power_off\"]")]
#[case::no_signal("on = [\"no_signal\"]")]
#[case::a_line_that_is_off("on = [\"line_off\"]")]
#[case::a_new_line("on = [\"not_activated\"]")]
#[case::no_roaming("on = [\"roaming_off\"], abroad = true")]
#[case::another_phone("on = [\"other_device\"]")]
#[case::a_line_for_data("off = [\"sms_contract\"]")]
#[case::a_wrong_number("number = \"mistyped\"")]
#[case::a_carrier_that_is_down("outage_s = [3000, 3600]")]
#[case::no_verification("number = \"fixed_line\"")]
fn a_call_reaches_nobody_who_is_not_there(#[case] trouble: &str) {
    let figures = called(trouble);
    assert_eq!((figures.people, figures.solved_alone), (40, 0), "{figures:?}");
}

#[test]
fn who_does_not_answer_strangers_is_not_reached_and_a_file_without_calls_has_none() {
    let call = remedies_where(&[(("a", "try", "nothing_here", "other_way"), "when = { call = \"yes\" }", 90)]);
    let trouble = "troubles = [{ share = 1, on = [\"carrier_filter\"] }]";
    let offered = ONE_KIND.replace("email_code = 0", "email_code = 0, call = 1");
    for (kind, answers) in [(offered.as_str(), 0.0), (ONE_KIND, 1.0)] {
        let population = Population::read(&format!("{kind}\n{trouble}")).unwrap();
        let figures = simulate(&call, &population, Mode::Stranger, 1, 40, &Assumptions { answers, ..flawless() }).guide;
        assert_eq!((figures.people, figures.solved_alone), (40, 0), "{answers}: {figures:?}");
    }
}

#[test]
fn who_slips_is_not_helped_and_who_has_enough_is_stuck() {
    let remedy = remedies(&[("a", "try", "airplane_mode", "nothing")]);
    let trouble = "on = [\"airplane_mode\"]";
    let slips = led(&remedy, trouble, &Assumptions { slips: 1.0, ..flawless() });
    assert_eq!((slips.solved_alone, slips.human), (0, 40));
    let impatient = Assumptions { patience_min: 0.01, asks: 0.0, ..flawless() };
    let leaves = led(&remedy, trouble, &impatient);
    assert!(leaves.stuck > 30, "{leaves:?}");
    assert!(leaves.minutes_to_help > 45.0, "{leaves:?}");
}

#[test]
fn the_desks_hours_count() {
    let nothing = remedies(&[("a", "look", "spam_filter", "nothing")]);
    let at = |hour: usize| {
        let mut population = in_the_way("on = [\"airplane_mode\"]");
        population.by_hour = [0.0; 24];
        population.by_hour[hour] = 1.0;
        simulate(&nothing, &population, Mode::Known, 1, 40, &flawless()).guide
    };
    let (noon, night) = (at(12), at(23));
    assert!(noon.minutes_to_help < 30.0, "{noon:?}");
    assert!(night.minutes_to_help > 9.0 * 60.0, "{night:?}");
    assert!((night.minutes_capped - 60.0).abs() < 1e-9, "{night:?}");
    assert_eq!(noon.minutes_closed, 0.0);
    assert!(night.minutes_closed > 9.0 * 60.0 && night.minutes_closed < night.minutes_to_help, "{night:?}");
}

/// A guide that knows what is wrong leads there; the page has everything before it.
#[test]
fn the_page_is_read_from_top_to_bottom() {
    let all = ["line_off", "storage_full", "no_signal", "airplane_mode"];
    let all: Vec<_> = all.iter().map(|fix| (*fix, "try", *fix, "nothing")).collect();
    let report = simulate(&remedies(&all), &in_the_way("on = [\"airplane_mode\"]"), Mode::Known, 1, 40, &flawless());
    assert_eq!((report.baseline.solved_alone, report.baseline.median_steps), (40, 4), "{report:?}");
}

/// Nobody does the settings of a carrier that is not theirs because a page has them, too.
#[rstest]
#[case::by_phone_alone(Reader::ByPhone, 2)]
#[case::by_heading(Reader::ByHeading, 1)]
#[case::carefully(Reader::Careful, 1)]
fn the_pages_reader_skips_what_a_heading_says_to_be_for_others(#[case] reader: Reader, #[case] sections: u32) {
    let filter = |id| (id, "change", "carrier_filter", "resend");
    let of = |brand| if brand == "au" { "when = { carrier = \"au\" }" } else { "when = { carrier = \"docomo\" }" };
    let of_others = ("a", "look", "spam_filter", "nothing");
    let guide = remedies_where(&[(of_others, of("au"), 30), (filter("b"), of("docomo"), 30)]);
    let assumed = Assumptions { reader, ..flawless() };
    let report = simulate(&guide, &in_the_way("on = [\"carrier_filter\"]"), Mode::Known, 1, 40, &assumed);
    assert_eq!((report.baseline.solved_alone, report.baseline.median_steps), (40, sections), "{report:?}");
}

#[test]
fn a_page_with_the_best_first_changes_nothing_before_something_harmless() {
    let all = remedies(&[("a", "change", "storage_full", "resend"), ("b", "try", "airplane_mode", "nothing")]);
    let steps = |page| {
        let assumed = Assumptions { page, ..flawless() };
        simulate(&all, &in_the_way("on = [\"airplane_mode\"]"), Mode::Known, 1, 40, &assumed).baseline.median_steps
    };
    assert_eq!((steps(Page::AsWritten), steps(Page::BestFirst)), (2, 1));
}

/// A call is asked for in a minute; what follows is the wait for any human, and nobody sits before the page meanwhile.
#[test]
fn who_asks_for_a_call_waits_as_for_any_human() {
    let call = ("a", "change", "spam_filter", "other_way");
    let guide = remedies_where(&[(call, "when = { call_back = \"yes\" }", 900)]);
    let mut population = in_the_way("on = [\"airplane_mode\"]");
    population.service.call_back = 1.0;
    let called = simulate(&guide, &population, Mode::Known, 1, 40, &flawless()).guide;
    assert_eq!(called.human, 40);
    assert!((5.0..14.0).contains(&called.minutes_to_help), "{called:?}");
}

#[test]
fn who_has_no_other_number_sees_that_at_a_glance() {
    let other = ("a", "change", "spam_filter", "other_way");
    let guide = remedies_where(&[(other, "when = { another_number = \"yes\" }", 1_200)]);
    let gone_on = led(&guide, "on = [\"airplane_mode\"]", &flawless());
    assert!(gone_on.human == 40 && gone_on.minutes_to_help < 15.0, "{gone_on:?}");
    let theirs = led(&guide, "on = [\"airplane_mode\"], another_number = 1", &flawless());
    assert!(theirs.solved_alone > 30 && theirs.minutes_to_help > 15.0, "{theirs:?}");
}

/// A new code would make the one that is on its way useless.
#[test]
fn who_knows_lets_a_slow_message_arrive() {
    let nothing = remedies(&[("a", "try", "airplane_mode", "nothing")]);
    let knowing = simulate(&nothing, &in_the_way("delay_s = [400, 410]"), Mode::Known, 1, 40, &flawless()).knowing;
    assert_eq!(knowing.solved_alone, 40);
    assert!(knowing.minutes_to_help < 6.5, "{knowing:?}");
}

/// What is told to strangers comes in steps of half a minute and has no reason: a guide that waits for one is blind.
#[test]
fn only_who_is_known_learns_the_reason() {
    let mut text = format!("{FACTS}\n");
    for (id, reason) in [("refused", "refused"), ("other", "none")] {
        text.push_str(&format!(
            "[[causes]]\nid = \"{id}\"\nkind = \"change\"\nwhen = {{ message = \"undelivered\", reason = \"{reason}\" }}\n\
             fixes = [\"{}\"]\nthen = \"resend\"\nweight = 9.0\ncost_s = 30\nworks = 0.9\nproof = [\"word\"]\n\
             confidence = \"official\"\norigin = [{{ source = \"here\", checked = \"2026-11-22\" }}]\n",
            if id == "refused" { "carrier_filter" } else { "storage_full" },
        ));
    }
    let guide = guide(&text);
    let run = |mode| simulate(&guide, &in_the_way("on = [\"carrier_filter\"]"), mode, 1, 40, &flawless()).guide;
    assert_eq!(run(Mode::Known).solved_alone, 40);
    assert_eq!(run(Mode::Stranger).solved_alone, 0);
}

#[rstest]
fn the_shipped_guide_loses_nobody(
    #[values("japan", "elsewhere", "mixed")] name: &str,
    #[values(Mode::Stranger, Mode::Known)] mode: Mode,
) {
    let report = simulate(&shipped_guide(), &shipped(name), mode, 1, 120, &Assumptions::default());
    let Report { guide, baseline, knowing, .. } = &report;
    assert_eq!((guide.people, baseline.people, knowing.people), (120, 120, 120));
    assert_eq!((guide.lost, knowing.lost), (0, 0));
    assert!(knowing.solved_alone >= guide.solved_alone, "a yardstick that a guide beats is none: {report:?}");
    assert!(guide.stuck < baseline.stuck, "{guide:?} {baseline:?}");
    assert!(guide.solved_alone > baseline.solved_alone, "{guide:?} {baseline:?}");
}

/// The phone is at hand while somebody waits for a desk to open: a message that is only slow is read all the same.
#[test]
fn a_code_that_comes_while_they_wait_for_a_human_is_typed() {
    let nothing = remedies(&[("a", "try", "airplane_mode", "nothing")]);
    let slow = Assumptions { prefers: 1.0, queue_min: 1_000.0, ..flawless() };
    assert_eq!(led(&nothing, "delay_s = [400, 410]", &slow).solved_alone, 40);
    assert_eq!(led(&nothing, "delay_s = [800, 810]", &slow).human, 40, "the code is over by then");
}

#[test]
fn the_same_seed_is_the_same_run() {
    let guide = shipped_guide();
    let run = |seed| simulate(&guide, &shipped("japan"), Mode::Stranger, seed, 50, &Assumptions::default());
    assert_eq!(run(7), run(7));
    assert_ne!(run(7).guide, run(8).guide);
}

#[rstest]
#[case::an_unknown_key("country = \"japan\"", "country = \"japan\"\nflavour = 1", "unknown field `flavour`")]
#[case::an_unknown_switch("share = 1, on", "share = 1, on = [\"moon\"], off", "unknown variant `moon`")]
#[case::a_share_of_more_than_all("typed = 1", "typed = 1.5", "everybody: shares must be numbers from 0 to 1")]
#[case::a_desk_that_never_opens("desk = [9, 20]", "desk = [20, 9]", "desk: must be the hour of opening")]
#[case::a_span_backwards("delay_s = [1, 2]", "delay_s = [2, 1]", "everybody.delay_s: a span must be two numbers")]
#[case::a_station_without_phones("carrier = \"docomo\"", "carrier = \"smsc\"", "lines[0] (docomo): its carrier")]
#[case::a_brand_that_nobody_has(
    "share = 1, on",
    "share = 1, brands = [\"moon\"], on",
    "no line has the brand \"moon\""
)]
#[case::nobody("systems = { ios = 1 }", "systems = { ios = 0 }", "weights must be numbers from 0")]
fn a_population_that_cannot_be_is_refused(#[case] right: &str, #[case] wrong: &str, #[case] reason: &str) {
    let text = format!("{ONE_KIND}\ntroubles = [{{ share = 1, on = [\"airplane_mode\"] }}]");
    assert!(Population::read(&text).is_ok());
    assert!(text.contains(right), "{right}");
    let refused = Population::read(&text.replacen(right, wrong, 1)).unwrap_err().to_string();
    assert!(refused.contains(reason), "{refused}");
}
