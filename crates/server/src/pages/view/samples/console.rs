//! Samples of the operator's pages.

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{
    delivery::Reason,
    guide::{Outcome, SolvedBy},
    limit::Limited,
    locale::Locale,
    route::{Change, Known, Order, Sums},
    time::Time,
};

use super::{DAY_MS, MINUTE_MS, NOW_MS, SECOND_MS, Sample, sample};
use crate::{
    app::{
        arrival::RouteState,
        guide::{End, Log, Reasons},
        route::learnt::{Condition, RouteView},
        support::{Walk, Written},
    },
    guide::{
        drawing,
        group::{self, Group},
        shipped,
    },
    pages::view::{
        console::{
            arrival::{ArrivalLine, ArrivalPage, Figures, HourLine, RouteHours},
            door::DoorPage,
            guides::{Ends, GuideLine, GuideListPage, GuidePage, StepGroup, StepLine},
            limits::{LimitLine, LimitsPage},
            messages::{Mark, MessageLine, MessageListPage, MessagePage, Moment},
            overview::{GuessedLine, OverviewPage, RangeLine, RouteLine},
            routes::{HappenedLine, RoutesPage},
            steps::{GuideStep, StepKind},
            trial::{Pick, TrialEnd, TrialPage},
        },
        frame::{Frame, Role},
    },
};

const HOUR_MS: i64 = 60 * MINUTE_MS;

pub(super) fn samples(frame: &Frame) -> Vec<Sample> {
    let mut frame = Frame { role: Role::Console, ..frame.clone() };
    frame.brand.name = "Tegata".into();
    frame.brand.colour = None;
    let text = words(frame.lang)[0];
    let empty = MessageListPage { frame: frame.clone(), messages: Vec::new(), older: None, missed: None };
    let bare = MessagePage {
        written: None,
        number: None,
        verification: None,
        flow: None,
        guide: None,
        told: Vec::new(),
        observed: Vec::new(),
        moments: vec![Moment::new(Time::from_ms(NOW_MS), Mark::Person, "wrote")],
        ..message(&frame, text)
    };
    vec![
        sample("console-door", &DoorPage { frame: frame.clone(), action: "/console/enter/sample".into() }),
        sample("console-overview", &overview(&frame, text)),
        sample("console-messages", &list(&frame, text)),
        sample("console-messages-empty", &empty),
        sample("console-messages-missed", &MessageListPage { missed: Some("KX7M".into()), ..list(&frame, text) }),
        sample("console-guides", &guides(&frame)),
        sample("console-guide", &guide(&frame)),
        sample("console-guide-new", &GuidePage { versions: Vec::new(), most: Vec::new(), ..guide(&frame) }),
        sample("console-order", &trial(&frame, TrialEnd::Question)),
        sample("console-order-solved", &TrialPage { steps: Vec::new(), ..trial(&frame, TrialEnd::Solved) }),
        sample("console-arrival", &arrival(&frame)),
        sample("console-arrival-empty", &ArrivalPage { hour: Vec::new(), day: Vec::new(), ..quiet(&frame) }),
        sample("console-routes", &routes(&frame)),
        sample("console-routes-new", &RoutesPage { routes: Vec::new(), happened: Vec::new(), ..routes(&frame) }),
        sample("console-limits", &limits(&frame)),
        sample("console-limits-none", &LimitsPage { lines: Vec::new(), ..limits(&frame) }),
        sample("console-message", &message(&frame, text)),
        sample("console-message-bare", &bare),
    ]
}

pub(super) fn typed(frame: &Frame, text: &str) -> Sample {
    sample("typed", &message(frame, text))
}

fn words(lang: Locale) -> [&'static str; 2] {
    match lang {
        Locale::Ja => [
            "何度送っても届きません。\n機種変更をしたばかりで、前の電話には届いていました。娘に見てもらいましたが分かりません。",
            "みなと市場",
        ],
        Locale::En => [
            "It never arrives, however often I try.\nI have just changed my phone; the old one got them. My daughter could not help.",
            "Minato Market",
        ],
    }
}

fn overview(frame: &Frame, text: &str) -> OverviewPage {
    let route = |name: &str, state, back| RouteLine { name: name.into(), state, figures: figures(40, back) };
    OverviewPage {
        frame: frame.clone(),
        waiting: 12,
        oldest_ms: Some(NOW_MS - 40 * SECOND_MS),
        routes: vec![
            route("first", RouteState::Ok, 37),
            route("second", RouteState::Trouble, 9),
            route("third", RouteState::Down, 0),
        ],
        guessed: vec![
            GuessedLine { brand: words(frame.lang)[1].into(), counts: Some((412, 96)), networks: 3 },
            GuessedLine { brand: "Example".into(), counts: None, networks: 1 },
        ],
        ranges: vec![
            RangeLine { numbers: "+8190123".into(), country: "JP".into(), is_refused: true, sent: 160, back: 4 },
            RangeLine { numbers: "+1876555".into(), country: "JM".into(), is_refused: false, sent: 30, back: 9 },
        ],
        messages: lines(frame.lang, text),
    }
}

/// Each rule.
fn limits(frame: &Frame) -> LimitsPage {
    let line = |brand: usize, rule, refused, slowed, shadow| LimitLine {
        brand: [words(frame.lang)[1], "Example"][brand].into(),
        rule,
        refused,
        slowed,
        shadow,
    };
    LimitsPage {
        frame: frame.clone(),
        lines: vec![
            line(0, Limited::Address, 0, 0, 12_400),
            line(0, Limited::Range, 310, 45, 0),
            line(1, Limited::Key, 96, 0, 0),
            line(1, Limited::Account, 0, 0, 7),
            line(1, Limited::Budget, 2, 0, 0),
            line(1, Limited::Context, 12, 0, 0),
            line(1, Limited::Phone, 480, 0, 0),
        ],
    }
}

/// Each state that a route can be in.
fn routes(frame: &Frame) -> RoutesPage {
    let at = |ago: i64| Time::from_ms(NOW_MS - ago);
    let sums = |sent, back, delivered, again| Sums { sent, back, delivered, undelivered: sent - delivered, again };
    let (lately, usual) = (sums(60, 12, 15, 20), sums(2_400, 2_160, 2_300, 190));
    let (fallen, _) = Known::default().judged(lately, usual, at(30 * MINUTE_MS)).expect("two signs agree");
    let (tried, _) = fallen.judged(lately, usual, at(20 * MINUTE_MS)).expect("it has rested");
    let (pinned, _) = Known::default().ordered(Some(Order::Pinned), at(HOUR_MS));
    let (banned, _) = fallen.ordered(Some(Order::Banned), at(10 * MINUTE_MS));
    let view = |name: &str, condition, known| RouteView { name: name.into(), condition, known };
    let line = |ago, route: &str, change, author: &str, figures| HappenedLine {
        at_ms: NOW_MS - ago,
        route: route.into(),
        change,
        author: author.into(),
        figures,
    };
    RoutesPage {
        frame: frame.clone(),
        routes: vec![
            view("first", Condition::Up, pinned),
            view("second", Condition::Up, fallen),
            view("third", Condition::Up, tried),
            view("fourth", Condition::Slowed, Known::default()),
            view("fifth", Condition::Silent, Known::default()),
            view("sixth", Condition::Down, banned),
        ],
        happened: vec![
            line(10 * MINUTE_MS, "sixth", Change::Banned, "terminal", None),
            line(20 * MINUTE_MS, "third", Change::Probing, "server", None),
            line(30 * MINUTE_MS, "second", Change::Troubled, "server", Some((lately, usual))),
            line(HOUR_MS, "first", Change::Pinned, "console", None),
            line(DAY_MS, "fifth", Change::Sound, "server", None),
            line(DAY_MS, "fourth", Change::Released, "console", None),
        ],
    }
}

fn lines(lang: Locale, text: &str) -> Vec<MessageLine> {
    let line = |reference: &str, ago: i64, text: Option<&str>, answerable, guide: Option<&str>| MessageLine {
        reference: reference.into(),
        at_ms: NOW_MS - ago,
        service: words(lang)[1].into(),
        text: text.map(Into::into),
        answerable,
        guide: guide.map(Into::into),
    };
    vec![
        line("KX7M4TQ9", 3 * MINUTE_MS, Some(text), true, Some("sms-not-arriving")),
        line("7HGW2N4P", 55 * MINUTE_MS, Some("SMS?"), false, None),
        line("MM8E3VXA", DAY_MS, None, false, None),
    ]
}

fn list(frame: &Frame, text: &str) -> MessageListPage {
    let older = Some("/console/messages?before=1795310100000".into());
    MessageListPage { frame: frame.clone(), messages: lines(frame.lang, text), older, missed: None }
}

fn message(frame: &Frame, text: &str) -> MessagePage {
    let at = |ago: i64| Time::from_ms(NOW_MS - ago);
    let sms =
        |ago, mark, what: &str, nth, reason| Moment { nth: Some(nth), reason, ..Moment::new(at(ago), mark, what) };
    let pairs = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    MessagePage {
        frame: frame.clone(),
        reference: "KX7M4TQ9".into(),
        service: words(frame.lang)[1].into(),
        at_ms: NOW_MS - 3 * MINUTE_MS,
        erase_ms: NOW_MS + 30 * DAY_MS,
        written_in: frame.lang,
        written: Some(Written { text: text.into(), reply: Some("aoi@home.example".into()), call: None }),
        number: Some("••• •••• ••78".into()),
        verification: Some("ver_01kam3x5g8e1r9v2s4t6w8y0z1".into()),
        flow: Some("flw_5w2k8m1x9r3v7t4s6y0z2b4d6f".into()),
        guide: Some(Walk {
            guide: "sms-not-arriving".into(),
            version: "3f9a1c7e".into(),
            session: "gds_5w2k8m1x9r3v7t4s6y0z2b4d6f".into(),
            steps: Log::default(),
        }),
        told: pairs(&[
            ("Which company is the number's contract with?", "docomo"),
            ("Do other SMS arrive now?", "They arrive"),
        ]),
        observed: pairs(&[("message", "undelivered"), ("sends", "2"), ("wrong_codes", "1")]),
        moments: [
            Moment::new(at(9 * MINUTE_MS), Mark::Plain, "created"),
            sms(8 * MINUTE_MS, Mark::Plain, "submitted", 1, Some(Reason::Unconfirmed)),
            Moment::new(at(7 * MINUTE_MS), Mark::Bad, "incorrect"),
            Moment::new(at(6 * MINUTE_MS), Mark::Plain, "resent"),
            sms(5 * MINUTE_MS, Mark::Bad, "undelivered", 2, Some(Reason::Refused)),
            sms(4 * MINUTE_MS, Mark::Bad, "call-undelivered", 3, Some(Reason::Unreachable)),
        ]
        .into_iter()
        .chain(steps(frame))
        .chain([Moment::new(at(3 * MINUTE_MS), Mark::Person, "wrote")])
        .collect(),
    }
}

/// One step of each kind; what came of a fourth, and so on, differs in a word only.
fn steps(frame: &Frame) -> Vec<Moment> {
    let words = match frame.lang {
        Locale::Ja => ["機内モードを切る", "どの通信会社の電話ですか", "SMS拒否設定を変える", "docomo"],
        Locale::En => {
            ["Switch aeroplane mode off", "Which carrier is the phone with?", "Change SMS Rejection", "docomo"]
        }
    };
    let step = |kind, title: &str, came, ago: i64, cost_s| {
        let reasons = Reasons {
            chance: if kind == StepKind::Remedy { 344 } else { 0 },
            cost_s,
            next: (kind != StepKind::Human).then(|| ("docomo-overseas".into(), 87, 60)),
            left: 23,
            tried: 2,
            impossible: 58,
            ruled_out: vec!["wait-queue".into()],
        };
        let end = Some((NOW_MS - ago + 20 * SECOND_MS, came));
        let (said, next, ruled_out) = (words[3].into(), words[2].into(), vec![words[2].into(), words[0].into()]);
        let step = GuideStep { kind, title: title.into(), end, said, reasons, next, ruled_out };
        Moment::step(Time::from_ms(NOW_MS - ago), step)
    };
    let kinds = [
        (StepKind::Remedy, words[0], End::Tried(Outcome::PassedOver)),
        (StepKind::Question, words[1], End::Answered("docomo".into())),
        (StepKind::Human, "", End::ByItself),
        (StepKind::Remedy, words[0], End::Tried(Outcome::Done)),
        (StepKind::Remedy, words[0], End::Tried(Outcome::NotHelped)),
        (StepKind::Remedy, words[0], End::Tried(Outcome::CannotDo)),
        (StepKind::Remedy, words[0], End::Solved(SolvedBy::Observed)),
        (StepKind::Remedy, words[0], End::Solved(SolvedBy::Word)),
        (StepKind::Remedy, words[0], End::Back),
        (StepKind::Question, words[1], End::Corrected("carrier".into())),
    ];
    let ago = |nth: i64| 5 * MINUTE_MS - (nth + 1) * 12 * SECOND_MS;
    (0i64..).zip(kinds).map(|(nth, (kind, title, came))| step(kind, title, came, ago(nth), 20 + 70 * 3)).collect()
}

fn figures(sent: i64, back: i64) -> Figures {
    Figures { sent, back, delivered: back + sent / 20, undelivered: sent / 20, again: (sent - back) / 2 }
}

fn guides(frame: &Frame) -> GuideListPage {
    let ends = Ends { sessions: 412, observed: 263, word: 31 };
    GuideListPage {
        frame: frame.clone(),
        guides: vec![GuideLine {
            id: "sms-not-arriving".into(),
            title: guide(frame).title,
            version: "3f9a1c7e40b2".into(),
            ends,
        }],
        refused: vec!["sms-not-arriving/ja.ftl:12: \"title\" is there already".into()],
    }
}

fn guide(frame: &Frame) -> GuidePage {
    let (title, step, question) = match frame.lang {
        Locale::Ja => ("SMSが届かないとき", "機内モードを切る", "どの通信会社の電話ですか"),
        Locale::En => ("When the SMS does not arrive", "Switch aeroplane mode off", "Which carrier is the phone with?"),
    };
    let line = |name: &str, title: &str, shown, observed, dropped, left| StepLine {
        name: name.into(),
        title: title.into(),
        shown,
        observed,
        word: 4,
        not_helped: 70,
        passed_over: 11,
        cannot: 3,
        dropped,
        left,
    };
    GuidePage {
        frame: frame.clone(),
        id: "sms-not-arriving".into(),
        title: title.into(),
        version: "3f9a1c7e40b2".into(),
        all: Ends { sessions: 412, observed: 263, word: 31 },
        versions: vec![
            ("1b2c3d4e5f60".into(), Ends { sessions: 100, observed: 51, word: 9 }),
            ("3f9a1c7e40b2".into(), Ends { sessions: 312, observed: 212, word: 22 }),
        ],
        most: vec![
            line("airplane-mode", step, 301, 120, 12, 8_449),
            line("?carrier", question, 200, 0, 9, 0),
            line("-anyway", &frame.t("console-anyway"), 0, 44, 0, 0),
        ],
        groups: groups(frame.lang, &line("airplane-mode", step, 301, 120, 12, 8_449)),
        drawing: "/assets/mark.svg".into(),
    }
}

fn trial(frame: &Frame, end: TrialEnd) -> TrialPage {
    let pick = |name: &str, label: &str, values: &[&str]| Pick {
        name: name.into(),
        label: label.into(),
        options: values.iter().map(|value| ((*value).to_owned(), (*value).to_owned(), false)).collect(),
    };
    let question = guide(frame).most[1].title.clone();
    TrialPage {
        frame: frame.clone(),
        guide: "sms-not-arriving".into(),
        title: guide(frame).title,
        picks: vec![
            pick("message", "message", &["none", "waiting", "undelivered"]),
            pick("carrier", &question, &["docomo", "au", "SoftBank"]),
            pick("service", &frame.t("console-trial-service"), &[words(frame.lang)[1]]),
        ],
        steps: steps(frame).into_iter().filter_map(|moment| moment.step).map(|step| *step).take(2).collect(),
        end,
    }
}

/// Two groups of the shipped guide, with their drawings as they are.
fn groups(lang: Locale, line: &StepLine) -> Vec<StepGroup> {
    let loaded = &shipped()[0];
    let group = |group: Group| StepGroup {
        label: group.label(loaded, lang),
        drawing: format!("data:image/svg+xml;base64,{}", STANDARD.encode(drawing::of_group(loaded, lang, &group))),
        steps: vec![line.clone(); group.causes.len().max(1)],
    };
    group::groups(&loaded.guide).into_iter().take(2).map(group).collect()
}

fn arrival(frame: &Frame) -> ArrivalPage {
    let hour = |ago: i64| {
        let back = if ago < 2 { 9 } else { 34 + ago % 5 };
        let sent = if (5..8).contains(&ago) { 0 } else { 40 };
        let line = figures(sent, back.min(sent));
        HourLine { from_ms: (NOW_MS / HOUR_MS - ago) * HOUR_MS, figures: line }
    };
    let route =
        |name: &str, state| RouteHours { place: 0, name: name.into(), state, hours: (0..25).rev().map(hour).collect() };
    let line = |route: &str, carrier: &str, country: &str, sent, back| ArrivalLine {
        route: route.into(),
        carrier: carrier.into(),
        country: country.into(),
        figures: figures(sent, back),
    };
    ArrivalPage {
        frame: frame.clone(),
        routes: vec![route("first", RouteState::Trouble)],
        hour: vec![line("first", "unknown", "JP", 36, 9), line("first", "docomo", "JP", 4, 0)],
        day: vec![line("first", "unknown", "JP", 800, 690), line("first", "unknown", "KR", 31, 27)],
    }
}

fn quiet(frame: &Frame) -> ArrivalPage {
    let hours = (0..25).rev().map(|ago| HourLine { from_ms: NOW_MS - ago * HOUR_MS, figures: Figures::default() });
    let routes = vec![RouteHours { place: 0, name: "first".into(), state: RouteState::Ok, hours: hours.collect() }];
    ArrivalPage { routes, ..arrival(frame) }
}
