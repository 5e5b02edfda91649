//! Samples of the pages at `/problems`: all of them.

use super::{Sample, sample};
use crate::pages::view::calls::CallsPage;
use crate::pages::view::frame::{Frame, Role};
use crate::pages::view::problem::{ProblemIndex, ProblemPage, catalogue};

pub(super) fn samples(frame: &Frame) -> Vec<Sample> {
    let mut frame = Frame { role: Role::Reference, ..frame.clone() };
    frame.brand.name = "Tegata".into();
    let mut samples = vec![sample("problems", &ProblemIndex { frame: frame.clone() })];
    let document = serde_json::to_value(crate::api::router().1).unwrap_or_default();
    samples.push(sample("docs", &CallsPage::of(frame.clone(), &document)));
    samples.extend(catalogue().into_iter().map(|refusal| {
        let name = format!("problem-{}", refusal.code());
        sample(name, &ProblemPage { frame: frame.clone(), refusal, index_href: "/problems".into() })
    }));
    samples
}
