//! The session of a flow's guide, named in the flow's row: both are written at once.

use domain::{id::GuideSessionId, refusal::Refusal};
use store::flow;

use super::{Flow, Opened, row};

/// A flow's row that is to replace the one of a version.
pub struct Replacing(flow::Flow, i64);

impl Replacing {
    /// Writes it; `false` if the flow is no longer in that version.
    ///
    /// # Errors
    /// Those of the store.
    pub fn write(&self, tx: &mut store::Tx) -> Result<bool, store::Error> {
        flow::update(tx, self.0.clone(), self.1)
    }
}

impl Opened {
    /// What is to be written so that this is the session of its guide.
    ///
    /// # Errors
    /// `internal` if it cannot be told in text.
    pub fn with_guide(&self, id: GuideSessionId) -> Result<Replacing, Refusal> {
        let named = Flow { guide: Some(id), ..self.flow.clone() };
        Ok(Replacing(row(&named, self.secret)?, self.version))
    }

    /// That was written.
    pub fn has_guide(&mut self, id: GuideSessionId) {
        self.flow.guide = Some(id);
        self.version += 1;
    }
}
