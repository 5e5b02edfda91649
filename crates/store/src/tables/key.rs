//! Which rows still need a secret of the key file: what is sealed begins with its key's id (rule D11).

use domain::key::KeyId;

use crate::{
    error::Error,
    statement::{Statement, statements},
    tx::Tx,
    value::values,
};

statements! {
    VERIFICATIONS = Statement::new(
        "key.verifications",
        "SELECT id FROM verification WHERE address >= $1 AND address < $2 LIMIT 1",
    );
    ANSWERS = Statement::new(
        "key.answers",
        "SELECT key FROM idempotency WHERE answer >= $1 AND answer < $2 LIMIT 1",
    );
    SUPPORT_MESSAGES = Statement::new(
        "key.support_messages",
        "SELECT reference FROM support_message WHERE body >= $1 AND body < $2 LIMIT 1",
    );
    WEBHOOKS = Statement::new("key.webhooks", "SELECT id FROM webhook WHERE secret >= $1 AND secret < $2 LIMIT 1");
    // A flow's state is text: what is sealed in it stands there as hexadecimal, behind a quotation mark.
    FLOWS = Statement::new("key.flows", "SELECT id FROM flow WHERE state LIKE $1 LIMIT 1");
}

/// Whether anything that is stored was sealed with this key. Reads whole tables: for a start without it.
///
/// # Errors
/// As [`Tx::query`].
pub fn is_named(tx: &mut Tx, id: KeyId) -> Result<bool, Error> {
    let [from, to] = [id.0, id.0.saturating_add(1)].map(|id| id.to_be_bytes().to_vec());
    for statement in [&VERIFICATIONS, &ANSWERS, &SUPPORT_MESSAGES, &WEBHOOKS] {
        if tx.query_one(statement, &values![from.clone(), to.clone()])?.is_some() {
            return Ok(true);
        }
    }
    Ok(tx.query_one(&FLOWS, &values![format!("%:\"{:08x}%", id.0)])?.is_some())
}
