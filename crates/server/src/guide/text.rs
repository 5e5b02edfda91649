//! A text of a guide: words with `**bold**` as their only markup (rule D7).

use askama::filters::{Html, Safe, escape};

/// What stands around bold words.
const MARK: &str = "**";

/// What stands between the parts of a setting's place.
const STEP_IN: &str = " > ";

/// A text for people. It has no form of its own, so that nobody forgets to choose one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text(String);

impl Text {
    pub(super) fn new(marked: String) -> Text {
        Text(marked)
    }

    /// For a page: escaped, with `<strong>` around what is bold. Goes into a template as it is.
    pub fn html(&self) -> Safe<String> {
        let mut html = String::new();
        let parts: Vec<&str> = self.0.split(MARK).collect();
        for (place, part) in parts.iter().enumerate() {
            // An odd mark at the end opens nothing.
            let bold = place % 2 == 1 && place + 1 < parts.len();
            let Ok(words) = escape(part, Html);
            html += &match (bold, place % 2 == 1) {
                (true, _) => format!("<strong>{words}</strong>"),
                (false, true) => format!("{MARK}{words}"),
                (false, false) => words.to_string(),
            };
        }
        Safe(html)
    }

    /// Without marks: for a title, a message, a screen reader's name.
    pub fn plain(&self) -> String {
        self.0.replace(MARK, "")
    }

    /// With its marks, for applications that draw their own screens.
    pub fn marked(&self) -> &str {
        &self.0
    }

    /// A setting's place in parts, from the outermost to the switch itself: for `cause-…-place`.
    pub fn parts(&self) -> Vec<String> {
        self.plain().split(STEP_IN).map(|part| part.trim().to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Tap **Settings**, then **Apps**.", "Tap <strong>Settings</strong>, then <strong>Apps</strong>.")]
    #[case("**All**", "<strong>All</strong>")]
    #[case("2 ** 3", "2 ** 3")]
    #[case("**a** ** b", "<strong>a</strong> ** b")]
    #[case("<b>&\"**<i>**", "&#60;b&#62;&#38;&#34;<strong>&#60;i&#62;</strong>")]
    fn d7_only_bold_becomes_html(#[case] marked: &str, #[case] html: &str) {
        assert_eq!(Text::new(marked.to_owned()).html().0, html);
    }

    #[test]
    fn a_place_is_read_part_by_part() {
        let place = Text::new("設定 > **アプリ** > メッセージ".to_owned());
        assert_eq!(place.parts(), ["設定", "アプリ", "メッセージ"]);
    }
}
