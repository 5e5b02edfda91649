//! What a conversation says about an answer.

use domain::refusal::Refusal;
use serde_json::Value;

use super::Answer;

impl Answer {
    /// It has this status.
    #[track_caller]
    pub fn is(self, status: u16) -> Answer {
        assert_eq!(self.status, status, "{self:?}");
        self
    }

    /// The code was right; gives the proof.
    #[track_caller]
    pub fn is_approved(&self) -> String {
        let answer = self.clone().is(200).json();
        assert_eq!(answer["status"], "approved", "{answer}");
        answer["proof"].as_str().expect("an approval has a proof").to_owned()
    }

    /// It is the problem document of a refusal; gives that.
    #[track_caller]
    pub fn is_refused(&self, code: &str) -> Value {
        let problem = self.problem();
        assert_eq!(problem["type"], format!("/problems/{code}"), "{problem}");
        problem
    }

    /// It is a whole problem document that agrees with the catalogue; gives that.
    #[track_caller]
    pub fn problem(&self) -> Value {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let problem = self.json();
        let text = |member: &str| problem[member].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        for member in ["title", "detail", "reference"] {
            assert!(text(member).is_some(), "no {member}: {problem}");
        }
        let code = text("type").and_then(|path| path.strip_prefix("/problems/").map(str::to_owned));
        let known = Refusal::samples().into_iter().find(|refusal| Some(refusal.code()) == code.as_deref());
        let known = known.unwrap_or_else(|| panic!("not in the catalogue: {problem}"));
        assert_eq!((self.status, &problem["status"]), (known.status(), &known.status().into()), "{problem}");
        if known.retry_at().is_some() {
            assert!(text("retry_at").is_some(), "{problem}");
            let seconds: u32 = self.header("retry-after").and_then(|text| text.parse().ok()).expect("Retry-After");
            // The longest window is a day, told to a twelfth of it; but for a month's budget.
            let is_months = text("retry_at").is_some_and(|at| at.ends_with("-01T00:00:00.000Z"));
            assert!(seconds <= 26 * 3_600 || is_months && seconds <= 31 * 86_400, "{self:?}");
        }
        problem
    }
}
