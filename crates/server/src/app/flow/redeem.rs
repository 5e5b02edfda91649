//! What came of a flow is released once.

use domain::{
    digest::{Digest, sha256},
    id::{ApiKeyId, FlowId},
    refusal::Refusal,
    time::Time,
    verification::Status,
};
use store::flow;
use tracing::error;

use super::{Flow, Outcome, Redeemed, row};
use crate::app::{App, caller::Caller, service::Known};

impl App {
    /// Releases what came of a flow: once, to the key that began it, for the code that its redirect carried.
    ///
    /// # Errors
    /// `not-found` for a wrong code or key, `already-used`, `expired-result`.
    pub async fn redeem_flow(
        &self,
        known: &Known,
        caller: &Caller,
        id: FlowId,
        result: &str,
    ) -> Result<Redeemed, Refusal> {
        let presented = sha256(result.as_bytes());
        let (key, now) = (caller.key, self.now());
        let flow = self.store.write(move |tx| take_result(tx, id, key, &presented, now)).await??;
        let outcome = flow.outcome.ok_or(Refusal::Internal)?;
        let verification = match flow.verification {
            Some(id) => Some(self.verification(known, id).await?),
            None => None,
        };
        let verification = verification.filter(|v| v.status(now) == Status::Approved);
        if outcome == Outcome::Approved && verification.is_none() {
            error!(flow = %id, "a flow is approved, and its verification is not");
            return Err(Refusal::Internal);
        }
        Ok(Redeemed { outcome, verification })
    }
}

/// Releases a flow's result once. A no comes inside `Ok`: it is an ordinary answer, which undoes nobody's batch.
fn take_result(
    tx: &mut store::Tx,
    id: FlowId,
    key: ApiKeyId,
    presented: &Digest,
    now: Time,
) -> Result<Result<Flow, Refusal>, store::Error> {
    let Some(found) = flow::lock(tx, id)? else { return Ok(Err(Refusal::NotFound)) };
    let (secret, version) = (found.value.secret, found.version);
    let taken = redeemed(&found.value.state, key, presented, now).and_then(|flow| Ok((row(&flow, secret)?, flow)));
    match taken {
        Ok((row, flow)) if flow::update(tx, row.clone(), version)? => Ok(Ok(flow)),
        Ok(_) => Ok(Err(Refusal::AlreadyUsed)),
        Err(refusal) => Ok(Err(refusal)),
    }
}

fn redeemed(state: &str, key: ApiKeyId, presented: &Digest, now: Time) -> Result<Flow, Refusal> {
    let mut flow: Flow = serde_json::from_str(state).map_err(|_| Refusal::Internal)?;
    let given = flow.result.filter(|(digest, _)| digest == presented && flow.key == key);
    let (_, expires_at) = given.ok_or(Refusal::NotFound)?;
    if flow.redeemed {
        return Err(Refusal::AlreadyUsed);
    }
    if expires_at <= now {
        return Err(Refusal::ExpiredResult);
    }
    flow.redeemed = true;
    Ok(flow)
}
