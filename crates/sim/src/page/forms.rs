//! The page's forms: each changes one thing and leads back to the page, so that a reload repeats nothing.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

use super::view::Mistake;
use super::words::Lang;
use super::{Asked, show};
use crate::api::problem::Problem;
use crate::api::{self, Doors, MOUNT, guard};
use crate::world::{Change, Switch};
use crate::{edit, world};

/// How much of a number that cannot be read is shown again, in characters.
const NUMBER_CHARS_MAX: usize = 40;

/// A form's fields in the order in which the browser sent them.
type Fields = Form<Vec<(String, String)>>;

pub(super) async fn add_phone(
    State(doors): State<Doors>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    Form(fields): Fields,
) -> Response {
    let form = Landing::new(&doors, &asked, &headers);
    let typed = value(&fields, "number");
    let Ok(number) = edit::number(&international(typed)) else { return form.refused_number(typed) };
    let changed: Map<String, Value> =
        ["owner", "carrier", "system"].into_iter().map(|key| (key.into(), value(&fields, key).into())).collect();
    form.change(&format!("phone-{}", number.digits()), |world| api::described(world, number, &changed))
}

pub(super) async fn set_phone(
    State(doors): State<Doors>,
    Path(number): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    Form(fields): Fields,
) -> Response {
    let form = Landing::new(&doors, &asked, &headers);
    let Ok(number) = edit::number(&number) else { return form.refused_number(&number) };
    let mut changed: Map<String, Value> =
        ["owner", "carrier", "system"].into_iter().map(|key| (key.into(), value(&fields, key).into())).collect();
    let blocked = value(&fields, "blocked_senders").split([',', '、']);
    let blocked: Vec<Value> = blocked.map(Value::from).collect();
    changed.insert("blocked_senders".into(), blocked.into());
    for switch in Switch::ALL {
        changed.insert(switch.key().into(), is_there(&fields, switch.key()).into());
    }
    form.change(&format!("phone-{}", number.digits()), |world| api::described(world, number, &changed))
}

pub(super) async fn clear_phone(
    State(doors): State<Doors>,
    Path(number): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let form = Landing::new(&doors, &asked, &headers);
    let Ok(number) = edit::number(&number) else { return form.refused_number(&number) };
    form.change(&format!("phone-{}", number.digits()), |_| Ok(Change::Cleared { number }))
}

pub(super) async fn set_carrier(
    State(doors): State<Doors>,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    Form(fields): Fields,
) -> Response {
    let form = Landing::new(&doors, &asked, &headers);
    let Ok(name) = api::known_carrier(&name) else { return form.refused(form.lang.words().bad_form) };
    let changed = Map::from_iter([
        ("delay_ms".to_owned(), json(value(&fields, "delay_ms"))),
        ("loss".to_owned(), json(value(&fields, "loss"))),
        ("throttle_per_second".to_owned(), json(value(&fields, "throttle_per_second"))),
        ("receipts".to_owned(), value(&fields, "receipts").into()),
        ("outage".to_owned(), is_there(&fields, "outage").into()),
        ("reasons".to_owned(), is_there(&fields, "reasons").into()),
    ]);
    form.change(&format!("carrier-{}", name.key()), |world| api::carrier_set(world, name, &changed))
}

pub(super) async fn advance_clock(
    State(doors): State<Doors>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    Form(fields): Fields,
) -> Response {
    let form = Landing::new(&doors, &asked, &headers);
    if !guard::is_own_form(&headers) {
        return Problem::foreign_origin().into_response();
    }
    let advanced = value(&fields, "advance_ms").parse().map_err(|_| Problem::malformed("Not a number."));
    match advanced.and_then(|ms| api::forward(&doors.exchange, ms)) {
        Ok(()) => form.back("clock"),
        Err(_) => form.refused(form.lang.words().bad_form),
    }
}

/// Where a form leads.
struct Landing<'a> {
    doors: &'a Doors,
    headers: &'a HeaderMap,
    lang: Lang,
}

impl<'a> Landing<'a> {
    fn new(doors: &'a Doors, asked: &Asked, headers: &'a HeaderMap) -> Landing<'a> {
        Landing { doors, headers, lang: Lang::choose(asked.lang.as_deref(), headers) }
    }

    fn change(&self, place: &str, decide: impl FnOnce(&world::World) -> Result<Change, Problem>) -> Response {
        if !guard::is_own_form(self.headers) {
            return Problem::foreign_origin().into_response();
        }
        let words = self.lang.words();
        match self.doors.exchange.change(decide) {
            Ok(Ok(())) => self.back(place),
            Ok(Err(_)) => self.refused(words.bad_form),
            Err(error) => {
                tracing::error!(%error, "the simulator's journal cannot be written");
                self.refused(words.not_saved)
            }
        }
    }

    fn back(&self, place: &str) -> Response {
        let to = format!("{MOUNT}?lang={}#{place}", self.lang.tag());
        (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()
    }

    fn refused(&self, why: &'static str) -> Response {
        self.sorry(Mistake { why, number: None })
    }

    fn refused_number(&self, typed: &str) -> Response {
        let number = typed.chars().take(NUMBER_CHARS_MAX).collect();
        self.sorry(Mistake { why: self.lang.words().bad_number, number: Some(number) })
    }

    fn sorry(&self, mistake: Mistake) -> Response {
        show(self.doors, self.lang, StatusCode::UNPROCESSABLE_ENTITY, Some(mistake))
    }
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
