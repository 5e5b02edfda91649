//! Hosted pages: flows as an application begins and redeems them.

use serde_json::{Value, json};

use super::{Answer, World};

/// Where flows lead back to: one of the addresses that the demo's service lists.
pub const RETURN_URL: &str = "https://shop.example/verified";

/// A flow as its application knows it.
#[derive(Clone, Debug)]
pub struct Flow {
    pub id: String,
    pub url: String,
}

impl World {
    /// Begins a flow, with these fields besides the necessary ones.
    pub fn create_flow(&self, more: Value) -> Flow {
        let mut body = json!({ "kind": "verify_phone", "return_url": RETURN_URL, "state": "s" });
        body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        let flow = self.post("/v1/flows", body).is(201).json();
        let text = |member: &str| flow[member].as_str().expect("a flow has it").to_owned();
        Flow { id: text("id"), url: text("url") }
    }

    /// How a flow stands, by the API.
    pub fn flow_status(&self, flow: &Flow) -> Value {
        self.get(&format!("/v1/flows/{}", flow.id)).is(200).json()
    }

    pub fn redeem_flow(&self, flow: &Flow, result: &str) -> Answer {
        self.post(&format!("/v1/flows/{}/redeem", flow.id), json!({ "result": result }))
    }
}
