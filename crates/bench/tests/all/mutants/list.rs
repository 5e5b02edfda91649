//! What is broken on purpose: one line each, in the words of docs/promises.md.

/// A fault that storms must see.
pub struct Mutant {
    /// What is broken, as docs/promises.md says it.
    pub what: &'static str,
    /// What the storms stand on.
    pub ground: &'static str,
    /// How many seeds are held.
    pub seeds: u64,
    pub edits: &'static [Edit],
}

/// One line of the product, and what stands there instead: `BROKEN` is whether this mutant is the one that is held.
pub struct Edit {
    pub file: &'static str,
    pub from: &'static str,
    pub to: &'static str,
}

const DISPATCH: &str = "crates/server/src/work/dispatch/mod.rs";
const SEND: &str = "crates/server/src/work/dispatch/send.rs";
const DECIDE: &str = "crates/domain/src/verification/decide.rs";
const CHECK: &str = "crates/domain/src/verification/check.rs";
const RECEIPTS: &str = "crates/server/src/work/receipts.rs";
const IDEMPOTENCY: &str = "crates/server/src/app/idempotency.rs";
const WEBHOOKS: &str = "crates/server/src/work/webhooks.rs";

/// A fault that needs what befalls few storms.
const fn rare(what: &'static str, edits: &'static [Edit]) -> Mutant {
    Mutant { seeds: 300, ..one(what, edits) }
}

const fn one(what: &'static str, edits: &'static [Edit]) -> Mutant {
    Mutant { what, ground: "sqlite", seeds: 60, edits }
}

/// All of them.
pub const MUTANTS: &[Mutant] = &[
    Mutant {
        what: "a claim does not look whether another node's lease still holds",
        ground: "postgres",
        seeds: 24,
        edits: &[Edit {
            file: "crates/store/src/engine/dialect.rs",
            from: r#"let text = statement.text.replace("{lock}", self.lock)"#,
            to: r#"let lease = if BROKEN { " AND lease_until_ms <= $2" } else { "{none}" };
        let text = statement.text.replace(lease, "").replace("{lock}", self.lock)"#,
        }],
    },
    one(
        "a message that is put back keeps its lease",
        &[Edit {
            file: DISPATCH,
            from: "let (owner, id) = (self.owner, claimed.stored.message.id);",
            to: "let (owner, id) = (self.owner, claimed.stored.message.id);
        if BROKEN {
            return;
        }",
        }],
    ),
    one(
        "what may be sent twice is not counted",
        &[Edit {
            file: DISPATCH,
            from: "if claimed.stored.attempts > 1 {",
            to: "if claimed.stored.attempts > 1 && !BROKEN {",
        }],
    ),
    one(
        "no look at the deadline at all",
        &[
            Edit {
                file: DISPATCH,
                from: "message.deadline_at <= now ||",
                to: "message.deadline_at <= now && !BROKEN || !BROKEN &&",
            },
            Edit { file: SEND, from: "if outgoing.valid_ms <= 0 {", to: "if outgoing.valid_ms <= 0 && !BROKEN {" },
        ],
    ),
    one(
        "what was sent is not written down",
        &[Edit {
            file: SEND,
            from: "self.app.note(Note::Sent(claimed.stored.message.id, by.to_owned()));",
            to: "if BROKEN { return; }
        self.app.note(Note::Sent(claimed.stored.message.id, by.to_owned()));",
        }],
    ),
    one(
        "a message is written down as sent before it is",
        &[Edit {
            file: SEND,
            from: "let outcome = provider.send(outgoing).await;",
            to: "if BROKEN { self.submitted(claimed, provider.name(), None, None).await; }
        let outcome = provider.send(outgoing).await;",
        }],
    ),
    one(
        "a message whose answer was lost goes by another route",
        &[Edit {
            file: SEND,
            from: "Outcome::Unconfirmed { carrier_id } => {",
            to: "Outcome::Unconfirmed { .. } if BROKEN => return Met::Failed(1_000),
            Outcome::Unconfirmed { carrier_id } => {",
        }],
    ),
    rare(
        "a gateway's receipt does not find its message when the answer was lost",
        &[
            Edit {
                file: "crates/server/src/send/http.rs",
                from: "Outcome::Unconfirmed { carrier_id: Some(id) }",
                to: "Outcome::Unconfirmed { carrier_id: Some(id).filter(|_| !BROKEN) }",
            },
            Edit {
                file: RECEIPTS,
                from: ".filter(|_| receipt.phone.is_none())",
                to: ".filter(|_| !BROKEN).filter(|_| receipt.phone.is_none())",
            },
        ],
    ),
    one(
        "an approval does not end its verification",
        &[Edit {
            file: DECIDE,
            from: "Status::Approved => Err(Refusal::AlreadyUsed),",
            to: "Status::Approved => if BROKEN { Ok(()) } else { Err(Refusal::AlreadyUsed) },",
        }],
    ),
    one(
        "a wrong code is not counted",
        &[Edit {
            file: CHECK,
            from: "verification.checks_used.saturating_add(1)",
            to: "verification.checks_used.saturating_add(if BROKEN { 0 } else { 1 })",
        }],
    ),
    rare(
        "an operation whose commit was in doubt is not recognised",
        &[Edit {
            file: DECIDE,
            from: "find(|(id, _)| *id == operation.id)?;",
            to: "find(|(id, _)| *id == operation.id && !BROKEN)?;",
        }],
    ),
    one(
        "a commit that failed is answered as done",
        &[Edit {
            file: "crates/store/src/link.rs",
            from: "Ok((value, tx.commit()?))",
            to: "let done = tx.commit();
            if BROKEN && done.is_err() {
                tx.roll_back()?;
                return Ok((value, Changes::default()));
            }
            Ok((value, done?))",
        }],
    ),
    one(
        "limits by number and source never refuse",
        &[Edit {
            file: "crates/domain/src/limit/mod.rs",
            from: "if let Some(at) = full {",
            to: "if let Some(at) = full.filter(|_| !BROKEN) {",
        }],
    ),
    one(
        "the day's budget never refuses",
        &[Edit {
            file: "crates/server/src/app/budget/mod.rs",
            from: "Part::Common | Part::Reserve | Part::Beyond => line,",
            to: "_ if BROKEN => Line { sms_max: None, cost_max: None, ..line },
            Part::Common | Part::Reserve | Part::Beyond => line,",
        }],
    ),
    one(
        "the budget of a place never refuses",
        &[Edit {
            file: "crates/server/src/app/budget/mod.rs",
            from: "Line::both(owner, place, caps(place), now)",
            to: "Line::both(owner, place, if BROKEN { Caps::default() } else { caps(place) }, now)",
        }],
    ),
    rare(
        "a call-back of Twilio's does not find its message when the answer was lost",
        &[
            Edit {
                file: "crates/server/src/send/twilio.rs",
                from: "Outcome::Unconfirmed { carrier_id: Some(message.to_string()) }",
                to: "Outcome::Unconfirmed { carrier_id: Some(message.to_string()).filter(|_| !BROKEN) }",
            },
            Edit {
                file: RECEIPTS,
                from: ".filter(|_| receipt.phone.is_none())",
                to: ".filter(|_| !BROKEN).filter(|_| receipt.phone.is_none())",
            },
        ],
    ),
    one(
        "receipts are acknowledged and not applied",
        &[Edit {
            file: RECEIPTS,
            from: "if apply(app, &receipt, &message).await {",
            to: "if BROKEN || apply(app, &receipt, &message).await {",
        }],
    ),
    one(
        "early receipts are acknowledged and not written down",
        &[Edit {
            file: RECEIPTS,
            from: "receipt::insert(tx, &rows)",
            to: "receipt::insert(tx, if BROKEN { &[] } else { &rows })",
        }],
    ),
    rare(
        "a key's answer is not given again",
        &[
            Edit {
                file: IDEMPOTENCY,
                from: "Begun::New => Ok(Replay::Do(request.birth(now, false))),",
                to: "Begun::New => Ok(Replay::Do(request.birth(now, false))),
            Begun::Same { .. } if BROKEN => Ok(Replay::Do(Birth::new(now))),",
            },
            Edit {
                file: IDEMPOTENCY,
                from: "kept.map_or(Ok(answer)",
                to: "kept.filter(|_| !BROKEN).map_or(Ok(answer)",
            },
        ],
    ),
    one(
        "an event that an endpoint did not take counts as delivered",
        &[Edit {
            file: "crates/domain/src/webhook.rs",
            from: "Tried::Status(_) | Tried::Nothing(_) => {",
            to: "Tried::Status(_) | Tried::Nothing(_) if BROKEN => Then::Delivered,
        Tried::Status(_) | Tried::Nothing(_) => {",
        }],
    ),
    one(
        "an event has another id in each try",
        &[Edit {
            file: WEBHOOKS,
            from: "&delivery.event.to_string()",
            to: "&if BROKEN { domain::id::EventId(domain::id::v7(app.now(), 0, clock::random())) } else { delivery.event }.to_string()",
        }],
    ),
    one(
        "events are not written down with what they tell of",
        &[Edit {
            file: "crates/store/src/door/batch.rs",
            from: "if !self.told.is_empty() {",
            to: "if !self.told.is_empty() && !BROKEN {",
        }],
    ),
];
