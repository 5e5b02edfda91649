//! Budgets that many share: nodes lease slices, so that not every batch fights for one row.
//!
//! Never over; after a crash under, by at most the slices that were leased, which are told apart from what was spent.

use std::collections::BTreeMap;

use domain::{
    budget::{Line, Price, Span, slice},
    id::ServiceId,
    time::Time,
};

use super::{read_word, word};
use crate::{
    error::Error,
    statement::{Statement, statements},
    tx::Tx,
    value::{Field, Kind, Row, Value, values},
};

/// The columns of a line, and of its key.
const LINE: &[Kind] =
    &[Kind::Bytes, Kind::Text, Kind::Text, Kind::Integer, Kind::Integer, Kind::Integer, Kind::Integer, Kind::Integer];
const KEY: &[Kind] = LINE.split_at(4).0;

statements! {
    INSERT = Statement::list(
        "budget_line.insert",
        LINE,
        "INSERT INTO budget_line (service, place, span, from_ms, sms, cost, leased, leased_cost) {new} \
         ON CONFLICT DO NOTHING",
    );
    FETCH = Statement::list(
        "budget_line.fetch",
        KEY,
        "SELECT t.service, t.place, t.span, t.from_ms, t.sms, t.cost, t.leased, t.leased_cost \
         FROM budget_line AS t {join} t.service = v.column1 AND t.place = v.column2 AND t.span = v.column3 \
         AND t.from_ms = v.column4 {lock}",
    );
    UPDATE = Statement::list(
        "budget_line.update",
        LINE,
        "UPDATE budget_line AS t SET sms = t.sms + v.column5, cost = t.cost + v.column6, \
         leased = t.leased + v.column7, leased_cost = t.leased_cost + v.column8 {from} \
         WHERE t.service = v.column1 AND t.place = v.column2 AND t.span = v.column3 AND t.from_ms = v.column4",
    );
    LIST = Statement::new(
        "budget_line.list",
        "SELECT service, place, span, from_ms, sms, cost, leased, leased_cost FROM budget_line \
         WHERE from_ms >= $1 ORDER BY service, place, span, from_ms LIMIT $2",
    );
    SWEEP = Statement::new("budget_line.sweep", "DELETE FROM budget_line WHERE from_ms < $1");
}

/// What was taken of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The service; `None` is the installation.
    pub owner: Option<ServiceId>,
    /// The place; empty is everywhere.
    pub place: String,
    /// Day or month.
    pub span: Span,
    /// When it began.
    pub from: Time,
    /// Messages: those that were spent, and those that nodes have leased.
    pub sms: i64,
    /// What they cost, in thousandths of the currency's minor unit.
    pub cost: i64,
    /// Of these messages, those that nodes have leased and not said to be spent.
    pub leased: i64,
    /// What these cost, in the same unit.
    pub leased_cost: i64,
}

/// What became of a slice, or of a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// All lines that it was leased of.
    pub lines: Vec<Line>,
    /// What each message costs.
    pub price: Price,
    /// Messages that count as leased no longer: they were spent, or go back.
    pub leased: i64,
    /// Messages that go back.
    pub unused: i64,
}

/// What a node was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lease {
    /// So many messages.
    Granted(i64),
    /// Nothing: these lines are used up, so many messages for so much money being taken of each.
    UsedUp(Vec<(Line, (i64, i64))>),
}

/// Takes a slice of messages at `price` out of all `lines`, each of which must have room for it.
///
/// # Errors
/// As [`Tx::query`].
pub fn lease(tx: &mut Tx, lines: &[Line], price: Price) -> Result<Lease, Error> {
    let mut keys: Vec<Vec<Value>> = lines.iter().map(|line| row(line, &[])).collect();
    keys.sort();
    let blank = |key: &Vec<Value>| [key.as_slice(), &values![0i64, 0i64, 0i64, 0i64]].concat();
    tx.execute_list(&INSERT, &keys.iter().map(blank).collect::<Vec<_>>())?;
    let found: Vec<Taken> = tx.query_list(&FETCH, &keys)?.into_iter().map(read).collect::<Result<_, _>>()?;
    let of =
        |line: &Line| found.iter().find(|taken| is_of(taken, line)).map_or((0, 0), |taken| (taken.sms, taken.cost));
    let used_up = lines.iter().map(|line| (line, of(line))).filter(|(line, taken)| line.room(*taken, price) == Some(0));
    let used_up: Vec<_> = used_up.map(|(line, taken)| (line.clone(), taken)).collect();
    if !used_up.is_empty() {
        return Ok(Lease::UsedUp(used_up));
    }
    let granted = slice(lines.iter().filter_map(|line| line.room(of(line), price)).min());
    add(tx, &[Change { lines, price, taken: granted, leased: granted }])?;
    Ok(Lease::Granted(granted))
}

/// Says what nodes spent of what they leased, and gives back what they did not use; nothing of that where it may have
/// happened already, since budgets are never over.
///
/// # Errors
/// As [`Tx::query`].
pub fn settle(tx: &mut Tx, slices: &[Settlement]) -> Result<(), Error> {
    if tx.is_in_doubt() {
        return Ok(());
    }
    let changes = slices.iter().map(|Settlement { lines, price, leased, unused }| Change {
        lines,
        price: *price,
        taken: -unused,
        leased: -leased,
    });
    add(tx, &changes.collect::<Vec<_>>())
}

/// By how many messages at a price what is taken of lines changes, and what of that is leased.
struct Change<'a> {
    lines: &'a [Line],
    price: Price,
    taken: i64,
    leased: i64,
}

/// Each line once and in order, since a statement changes no row twice and nodes must not wait for each other.
fn add(tx: &mut Tx, changes: &[Change]) -> Result<(), Error> {
    let mut sums: BTreeMap<Vec<Value>, [i64; 4]> = BTreeMap::new();
    for Change { lines, price, taken, leased } in changes {
        let cost = |messages: i64| messages.saturating_mul(price.parts());
        let change = [*taken, cost(*taken), *leased, cost(*leased)];
        for line in *lines {
            let sum = sums.entry(row(line, &[])).or_default();
            sum.iter_mut().zip(change).for_each(|(sum, change)| *sum += change);
        }
    }
    let rows: Vec<_> = sums.into_iter().map(|(key, sum)| [key, sum.map(Field::into_value).to_vec()].concat()).collect();
    tx.execute_list(&UPDATE, &rows)?;
    Ok(())
}

/// What was taken of the lines that began at `from` or later: at most `max` of them.
///
/// # Errors
/// As [`Tx::query`].
pub fn list(tx: &mut Tx, from: Time, max: i64) -> Result<Vec<Taken>, Error> {
    tx.query(&LIST, &values![from, max])?.into_iter().map(read).collect()
}

/// Drops the lines that began before.
///
/// # Errors
/// As [`Tx::query`].
pub fn sweep(tx: &mut Tx, before: Time) -> Result<u64, Error> {
    tx.execute(&SWEEP, &values![before])
}

fn row(line: &Line, taken: &[Value]) -> Vec<Value> {
    let owner = line.owner.map_or_else(|| vec![0; 16], |service| service.bytes().to_vec());
    [&values![owner, line.place.clone(), word(&line.span), line.from][..], taken].concat()
}

fn is_of(taken: &Taken, line: &Line) -> bool {
    (taken.owner, &taken.place, taken.span, taken.from) == (line.owner, &line.place, line.span, line.from)
}

fn read(mut row: Row) -> Result<Taken, Error> {
    let owner: Vec<u8> = row.read()?;
    Ok(Taken {
        owner: ServiceId::from_slice(&owner).filter(|service| !service.0.is_nil()),
        place: row.read()?,
        span: read_word(&mut row)?,
        from: row.read()?,
        sms: row.read()?,
        cost: row.read()?,
        leased: row.read()?,
        leased_cost: row.read()?,
    })
}
