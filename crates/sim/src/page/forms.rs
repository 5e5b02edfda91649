//! The pages' forms: each changes one thing and leads to where it is seen, so that a reload repeats nothing.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

use super::view::{Mistake, Place};
use super::words::Lang;
use super::{Asked, show_carriers, show_index, show_phone};
use crate::api::problem::Problem;
use crate::api::{self, Doors, MOUNT, guard};
use crate::edit;
use crate::world::{Change, Switch, World};

/// A form's fields in the order in which the browser sent them.
type Fields = Form<Vec<(String, String)>>;

pub(super) async fn add_phone(
    State(doors): State<Doors>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    Form(fields): Fields,
) -> Response {
    let form = Landing::new(&doors, &asked, &headers, &fields);
    let Ok(number) = edit::number(&international(value(&fields, "phone"))) else {
        return form.refused(Place::NewPhone, Some("phone"));
    };
    let (from, to) = (Place::NewPhone, Place::Phone(number));
    form.change(from, to, |world| api::described(world, number, &about(&fields)))
}

pub(super) async fn set_phone(
    State(doors): State<Doors>,
    Path(number): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    Form(fields): Fields,
) -> Response {
    let form = Landing::new(&doors, &asked, &headers, &fields);
    let Ok(number) = edit::number(&number) else { return form.refused(Place::NewPhone, Some("phone")) };
    let mut changed = about(&fields);
    let blocked: Vec<Value> = value(&fields, "blocked_senders").split([',', '、']).map(Value::from).collect();
    changed.insert("blocked_senders".into(), blocked.into());
    for switch in Switch::ALL {
        changed.insert(switch.key().into(), is_there(&fields, switch.key()).into());
    }
    let place = Place::Phone(number);
    form.change(place, place, |world| api::described(world, number, &changed))
}

pub(super) async fn clear_phone(
    State(doors): State<Doors>,
    Path(number): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let form = Landing::new(&doors, &asked, &headers, &[]);
    let Ok(number) = edit::number(&number) else { return form.refused(Place::NewPhone, Some("phone")) };
    let place = Place::Phone(number);
    form.change(place, place, |_| Ok(Change::Cleared { number }))
}

pub(super) async fn set_carrier(
    State(doors): State<Doors>,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    Form(fields): Fields,
) -> Response {
    let form = Landing::new(&doors, &asked, &headers, &fields);
    let name = match api::known_carrier(&name) {
        Ok(name) => name,
        Err(problem) => return problem.into_response(),
    };
    let changed = Map::from_iter([
        ("delay_ms".to_owned(), json(value(&fields, "delay_ms"))),
        ("loss".to_owned(), json(value(&fields, "loss"))),
        ("throttle_per_second".to_owned(), json(value(&fields, "throttle_per_second"))),
        ("receipts".to_owned(), value(&fields, "receipts").into()),
        ("outage".to_owned(), is_there(&fields, "outage").into()),
        ("reasons".to_owned(), is_there(&fields, "reasons").into()),
    ]);
    let place = Place::Carrier(name);
    form.change(place, place, |world| api::carrier_set(world, name, &changed))
}

pub(super) async fn advance_clock(
    State(doors): State<Doors>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    Form(fields): Fields,
) -> Response {
    let form = Landing::new(&doors, &asked, &headers, &fields);
    if !guard::is_own_form(&headers) {
        return Problem::foreign_origin().into_response();
    }
    let advanced = value(&fields, "advance_ms").parse().map_err(|_| Problem::malformed("Not a number."));
    match advanced.and_then(|ms| api::forward(&doors.exchange, ms)) {
        Ok(()) => form.go(Place::Clock),
        Err(problem) if problem.is_ours() => form.not_saved(Place::Clock),
        Err(_) => form.refused(Place::Clock, None),
    }
}

/// Where a form leads.
struct Landing<'a> {
    doors: &'a Doors,
    headers: &'a HeaderMap,
    fields: &'a [(String, String)],
    lang: Lang,
}

impl<'a> Landing<'a> {
    fn new(doors: &'a Doors, asked: &Asked, headers: &'a HeaderMap, fields: &'a [(String, String)]) -> Landing<'a> {
        Landing { doors, headers, fields, lang: Lang::choose(asked.lang.as_deref(), headers) }
    }

    /// Makes the change and goes to `to`, or says at `from` why not.
    fn change(&self, from: Place, to: Place, decide: impl FnOnce(&World) -> Result<Change, Problem>) -> Response {
        if !guard::is_own_form(self.headers) {
            return Problem::foreign_origin().into_response();
        }
        match self.doors.exchange.change(decide) {
            Ok(Ok(())) => self.go(to),
            Ok(Err(problem)) => self.refused(from, problem.field()),
            Err(error) => {
                tracing::error!(%error, "the simulator's journal cannot be written");
                self.not_saved(from)
            }
        }
    }

    fn go(&self, place: Place) -> Response {
        let lang = self.lang.tag();
        let to = match place {
            Place::NewPhone => format!("{MOUNT}?lang={lang}"),
            Place::Clock => format!("{MOUNT}?lang={lang}#clock"),
            Place::Phone(number) => format!("{MOUNT}/phones/{number}?lang={lang}"),
            Place::Carrier(name) => format!("{MOUNT}/carriers?lang={lang}#carrier-{}", name.key()),
        };
        (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()
    }

    fn refused(&self, place: Place, field: Option<&str>) -> Response {
        self.sorry(place, Mistake::new(place, self.lang, field, self.fields))
    }

    /// What was asked for is right, and the simulator could not write it down.
    fn not_saved(&self, place: Place) -> Response {
        self.sorry(place, Mistake::ours(place, self.lang.words().not_saved))
    }

    fn sorry(&self, place: Place, mistake: Mistake) -> Response {
        match place {
            Place::NewPhone | Place::Clock => show_index(self.doors, self.lang, Some(mistake)),
            Place::Phone(number) => show_phone(self.doors, number, self.lang, Some(mistake))
                .unwrap_or_else(|| Problem::not_found("There is no such phone.").into_response()),
            Place::Carrier(_) => show_carriers(self.doors, self.lang, Some(mistake)),
        }
    }
}

/// What both forms say about a phone.
fn about(fields: &[(String, String)]) -> Map<String, Value> {
    ["owner", "carrier", "system"].into_iter().map(|key| (key.into(), value(fields, key).into())).collect()
}

fn value<'a>(fields: &'a [(String, String)], key: &str) -> &'a str {
    fields.iter().find(|(name, _)| name == key).map_or("", |(_, value)| value.trim())
}

fn is_there(fields: &[(String, String)], key: &str) -> bool {
    fields.iter().any(|(name, _)| name == key)
}

/// A number as the API would take it; an empty field is null.
fn json(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { serde_json::from_str(text).unwrap_or_else(|_| text.into()) }
}

/// A Japanese number as people write it, made international; other numbers stay as they are.
fn international(text: &str) -> String {
    let digits: String = text.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    match digits.strip_prefix('0') {
        Some(national) => format!("+81{national}"),
        None => digits,
    }
}
