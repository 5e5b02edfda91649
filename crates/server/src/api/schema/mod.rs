//! What the OpenAPI document says of values whose types are `domain`'s, which knows no OpenAPI: the same names, with the bounds
//! that the code enforces. Tests hold each of them to the real one (`tests/docs`).

mod derived;

use std::collections::BTreeSet;

use serde::Deserialize;
use utoipa::ToSchema;

pub use derived::{PolicySettings, ProblemType, ServiceChanges};

/// How a code is sent.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum Channel {
    /// By SMS.
    Sms,
    /// By a phone call, in which it is read out.
    Call,
}

/// What a number is verified for; codes for one purpose are never good for another.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum Purpose {
    /// To know that the number is theirs.
    VerifyPhone,
    /// To open an account.
    SignUp,
    /// To sign in.
    SignIn,
    /// To pay.
    Payment,
    /// To get an account back.
    Recovery,
}

/// How urgent a verification's messages are, as its application says.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum Priority {
    /// As urgent as most are.
    Normal,
    /// It can wait for all others.
    Low,
}

/// Where a verification stands.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum Status {
    /// A code may come back.
    Pending,
    /// The right code came back.
    Approved,
    /// The caller cancelled it.
    Canceled,
    /// The newest code's time is over.
    Expired,
    /// Too many codes were wrong.
    Locked,
}

/// Where a message is. "Delivered" is the carrier's word, not proof.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum MessageState {
    /// It waits here.
    Queued,
    /// The carrier has it and has not said more.
    Submitted,
    /// The carrier says that the phone has it.
    Delivered,
    /// The carrier says that the phone will not get it.
    Undelivered,
    /// It was not sent in time.
    Expired,
}

/// Why a message is where it is, as far as the carrier told.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum MessageReason {
    /// The carrier's answer was lost: it may or may not have the message.
    Unconfirmed,
    /// The phone was off, out of reach, or full.
    Unreachable,
    /// The number has no SMS.
    NoSuchSubscriber,
    /// A filter or barring refused it.
    Refused,
    /// The carrier refused our request itself.
    RejectedByCarrier,
    /// Somebody deleted it on the way.
    Deleted,
    /// No route is for such numbers: it was not sent.
    NoRoute,
    /// The carrier gave no reason.
    Unknown,
}

/// What an event tells of.
#[derive(ToSchema)]
pub enum EventKind {
    /// The right code came back.
    #[schema(rename = "verification.approved")]
    Approved,
    /// The newest message will not arrive: a carrier said so, or it could not be sent in time.
    #[schema(rename = "verification.undelivered")]
    Undelivered,
    /// The last try was wrong.
    #[schema(rename = "verification.locked")]
    Locked,
    /// Less arrives than usual by a route that the service's messages went by, and others are used where they can be.
    #[schema(rename = "route.troubled")]
    RouteTroubled,
    /// As much arrives by it as usual again.
    #[schema(rename = "route.recovered")]
    RouteRecovered,
}

/// Where an event is on its way to an endpoint.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It is tried when it is due.
    Waiting,
    /// The endpoint took it.
    Delivered,
    /// It is not tried any more, unless you replay it.
    Failed,
}

/// Why an endpoint did not answer.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum NoAnswer {
    /// It is not called: an address that its name leads to is not public.
    NotPublic,
    /// Its name leads nowhere, or nobody takes connections there.
    NoConnection,
    /// Its certificate is not believed, or it speaks no TLS.
    NotTrusted,
    /// It took longer than ten seconds.
    Timeout,
    /// It ended the connection without an answer, or what it said is no HTTP.
    NoHttp,
    /// It is not called: the operator lacks the key of its secret.
    NoSecret,
}

/// What kind of help a contact is.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContactKind {
    /// A call centre.
    Phone,
    /// A form on the web.
    Form,
    /// An e-mail address.
    Email,
    /// A list of shops, where a booking is recommended.
    Shop,
    /// A briefing, where people are helped without a booking.
    Venue,
    /// Our own form, whose messages are read in the console.
    Message,
}

/// Two letters of ISO 3166-1, such as `JP`.
#[derive(ToSchema)]
#[schema(value_type = String, pattern = "^[A-Za-z]{2}$", example = "JP")]
pub struct Country(pub String);

/// A human who helps.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// What kind of help it is.
    pub kind: ContactKind,
    /// Its name in Japanese.
    #[schema(min_length = 1, max_length = 60)]
    pub name_ja: String,
    /// Its name in English.
    #[schema(min_length = 1, max_length = 60)]
    pub name_en: String,
    /// A telephone number, an https address, or an e-mail address, as its kind says; nothing for our own form.
    #[schema(min_length = 1, max_length = 300)]
    pub to: Option<String>,
    /// When somebody is there; without it, always.
    pub hours: Option<Hours>,
}

/// Opening hours on a local clock.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// The IANA time zone.
    #[schema(example = "Asia/Tokyo")]
    pub zone: String,
    /// Open spans by weekday, Monday first.
    #[schema(min_items = 7, max_items = 7)]
    pub week: Vec<Vec<Span>>,
    /// Days on which nobody is there.
    #[schema(value_type = Option<Vec<String>>, format = Date)]
    pub closed: Vec<String>,
}

/// From one time of day to a later one of the same day.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// The first moment.
    #[schema(example = "09:00", pattern = r"^\d{2}:\d{2}(:\d{2})?")]
    pub from: String,
    /// The first moment after it.
    #[schema(example = "18:00", pattern = r"^\d{2}:\d{2}(:\d{2})?")]
    pub to: String,
}

/// The rules of a service's verifications.
#[derive(ToSchema)]
pub struct Policy {
    /// The length of a code, in digits.
    #[schema(minimum = 6, maximum = 10)]
    pub code_digits: u8,
    /// How long each code is good, in milliseconds.
    #[schema(minimum = 60_000, maximum = 600_000)]
    pub code_lifetime_ms: i64,
    /// Wrong codes until a verification is locked.
    #[schema(minimum = 1, maximum = 10)]
    pub checks_max: u8,
    /// Messages for one verification, and for one number and context in an hour.
    #[schema(minimum = 1, maximum = 10)]
    pub sends_max: u8,
    /// The wait after the first, second … message before the next; the last one repeats.
    #[schema(min_items = 1, max_items = 10)]
    pub resend_after_ms: Vec<Wait>,
    /// Whether a resend repeats the code. Never across numbers.
    pub same_code_on_resend: bool,
    /// Whether another message may be a phone call, in which the code is read out.
    pub calls: bool,
    /// Types of numbers that no SMS reaches and that are called from the first message on, each once; needs `calls`. The others are
    /// refused.
    #[schema(max_items = 2)]
    pub calls_first: BTreeSet<CalledType>,
    /// Countries whose numbers are accepted, each once.
    #[schema(min_items = 1, max_items = 250)]
    pub countries: BTreeSet<Country>,
    /// SMS that the service may send in a day (UTC).
    #[schema(minimum = 0, maximum = 4_294_967_295i64)]
    pub sms_per_day: i64,
    /// SMS that it may send in a month (UTC); null is as many as its days let.
    #[schema(minimum = 0, maximum = 4_294_967_295i64)]
    pub sms_per_month: Option<i64>,
    /// What they may cost in a day (UTC), in minor units of the installation's currency; null is whatever they cost.
    #[schema(minimum = 0, maximum = 4_294_967_295i64)]
    pub cost_per_day: Option<i64>,
    /// The same in a month.
    #[schema(minimum = 0, maximum = 4_294_967_295i64)]
    pub cost_per_month: Option<i64>,
    /// Budgets of countries and prefixes, one for each, within those of the service.
    #[schema(max_items = 50)]
    pub budgets: Vec<Budget>,
    /// How long a number is kept, sealed, after its verification began, in milliseconds.
    #[schema(minimum = 7_200_000, maximum = 34_560_000_000i64)]
    pub retention_ms: i64,
    /// How long it is remembered, by blind index, that a number was verified: from a week on, a fifth of each budget is kept for
    /// such numbers. Null is not at all, and then nothing is kept.
    #[schema(minimum = 1_209_600_000i64, maximum = 34_560_000_000i64)]
    pub remember_verified_ms: Option<i64>,
    /// What one source may ask for.
    pub sources: Sources,
    /// Rules that are only counted: what they would refuse goes on.
    #[schema(max_items = 5)]
    pub shadow: Vec<Rule>,
}

/// A type of number that no SMS reaches.
#[derive(ToSchema, PartialEq, Eq, PartialOrd, Ord)]
#[schema(rename_all = "snake_case")]
pub enum CalledType {
    /// A fixed line.
    FixedLine,
    /// An IP phone (in Japan 050).
    Voip,
}

/// A rule that an operator tunes.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum Rule {
    /// What an address or its network may ask for.
    Address,
    /// What an account may ask for.
    Account,
    /// What an API key may ask for.
    Key,
    /// What may go to a range of numbers whose codes do not come back.
    Range,
    /// The service's budgets.
    Budget,
}

/// How many messages may go to a country or a prefix; null is as many as the service may send.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// The country, or `+` and 4 to 11 digits.
    #[schema(pattern = "^([A-Za-z]{2}|\\+[1-9][0-9]{3,10})$", example = "KR")]
    pub place: String,
    /// Messages in a day (UTC).
    #[schema(minimum = 0, maximum = 4_294_967_295i64)]
    pub sms_per_day: Option<i64>,
    /// Messages in a month (UTC).
    #[schema(minimum = 0, maximum = 4_294_967_295i64)]
    pub sms_per_month: Option<i64>,
    /// What they may cost in a day, in minor units.
    #[schema(minimum = 0, maximum = 4_294_967_295i64)]
    pub cost_per_day: Option<i64>,
    /// The same in a month.
    #[schema(minimum = 0, maximum = 4_294_967_295i64)]
    pub cost_per_month: Option<i64>,
}

/// A wait in milliseconds.
#[derive(ToSchema)]
#[schema(value_type = i64, minimum = 1_000, maximum = 3_600_000)]
pub struct Wait(pub i64);

/// What one source may ask for, in messages.
#[derive(ToSchema)]
pub struct Sources {
    /// One IPv4 address or IPv6 /64, in ten minutes; wider networks several times as many.
    #[schema(minimum = 0, maximum = 4_294_967_295i64)]
    pub address_per_10_minutes: i64,
    /// The same in a day.
    #[schema(minimum = 0, maximum = 4_294_967_295i64)]
    pub address_per_day: i64,
    /// One account, as your application names it, in a day.
    #[schema(minimum = 0, maximum = 4_294_967_295i64)]
    pub account_per_day: i64,
    /// An API key that names no end user, in ten minutes.
    #[schema(minimum = 0, maximum = 4_294_967_295i64)]
    pub key_per_10_minutes: i64,
}
