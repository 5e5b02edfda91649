//! The shop's languages, and the texts of its pages. A struct, so that a text missing in one of them does not compile.

use axum::http::{HeaderMap, header};

use super::record::Step;
use super::told::{self, Told};
use super::trouble::Trouble;

/// A language of the pages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Lang {
    Ja,
    En,
}

impl Lang {
    /// `lang` of the query, else the first of the browser's languages that there is, else Japanese.
    pub(super) fn asked(query: Option<&str>, headers: &HeaderMap) -> Lang {
        let asked = query.and_then(|query| query.split('&').find_map(|part| part.strip_prefix("lang=")));
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        asked.and_then(Lang::of).or_else(|| accepted.split(',').find_map(Lang::of)).unwrap_or(Lang::Ja)
    }

    fn of(tag: &str) -> Option<Lang> {
        match tag.trim().get(..2)?.to_ascii_lowercase().as_str() {
            "ja" => Some(Lang::Ja),
            "en" => Some(Lang::En),
            _ => None,
        }
    }

    pub(super) fn tag(self) -> &'static str {
        match self {
            Lang::Ja => "ja",
            Lang::En => "en",
        }
    }

    pub(super) fn words(self) -> &'static Words {
        match self {
            Lang::Ja => &JA,
            Lang::En => &EN,
        }
    }

    /// What to say of a trouble.
    pub(super) fn told(self, trouble: Trouble) -> &'static Told {
        let (ja, en) = told::of_trouble(trouble);
        self.pick(ja, en)
    }

    /// A step's title, and what a developer should know of it.
    pub(super) fn lesson(self, step: Step) -> (&'static str, &'static str) {
        let (ja, en) = told::of_step(step);
        self.pick(ja, en)
    }

    fn pick<T>(self, ja: T, en: T) -> T {
        match self {
            Lang::Ja => ja,
            Lang::En => en,
        }
    }
}

/// Texts that do not depend on what is shown.
pub(super) struct Words {
    pub(super) sample: &'static str,
    pub(super) sample_means: &'static str,
    pub(super) skip: &'static str,
    pub(super) languages: &'static str,
    pub(super) front_title: &'static str,
    pub(super) front_lead: &'static str,
    pub(super) begin: &'static str,
    pub(super) begin_hint: &'static str,
    pub(super) known_title: &'static str,
    pub(super) known_before: &'static str,
    pub(super) known_after: &'static str,
    pub(super) known_begin: &'static str,
    pub(super) steps: &'static str,
    pub(super) step_list: [&'static str; 3],
    pub(super) try_title: &'static str,
    pub(super) try_lead: &'static str,
    pub(super) try_number: &'static str,
    pub(super) try_owner: &'static str,
    pub(super) open_phones: &'static str,
    pub(super) new_tab: &'static str,
    pub(super) canceled: &'static str,
    pub(super) registered: &'static str,
    pub(super) to_account: &'static str,
    pub(super) account_title: &'static str,
    pub(super) verified_before: &'static str,
    pub(super) verified_after: &'static str,
    pub(super) paid_title: &'static str,
    pub(super) paid_before: &'static str,
    pub(super) paid_after: &'static str,
    pub(super) card: &'static str,
    pub(super) number: &'static str,
    pub(super) verified: &'static str,
    pub(super) leave: &'static str,
    pub(super) how_title: &'static str,
    pub(super) how_lead: &'static str,
    pub(super) read_more: &'static str,
    pub(super) from_start: &'static str,
    pub(super) again: &'static str,
    pub(super) reference: &'static str,
    pub(super) what_was_said: &'static str,
}

static JA: Words = Words {
    sample: "見本",
    sample_means: "Tegataを試すためのアプリです。実在の会社ではありません。",
    skip: "本文へ進む",
    languages: "言語",
    front_title: "電話番号を登録して、はじめましょう",
    front_lead: "港の商店街で使える、支払いとポイントのアプリです。はじめに、携帯電話の番号がご本人のものかをSMSで確かめます。",
    begin: "電話番号を登録する",
    begin_hint: "番号を確かめるページに移ります。1分ほどで終わります。",
    known_title: "登録済みの番号で確かめる",
    known_before: "葵さんの番号",
    known_after: "は、もう登録してあります。番号は入れずに、SMSで届くコードだけで、お支払いを確かめます。",
    known_begin: "1,200円のお支払いを確かめる",
    steps: "登録の流れ",
    step_list: ["携帯電話の番号を入れる", "SMSで届いた認証コードを入れる", "ここに戻って、登録が終わる"],
    try_title: "試してみるには",
    try_lead: "この見本では、SMSは画面の中の「仮想の電話」に届きます。本物の電話には届きません。別のタブで開いて、届いた認証コードを見てください。",
    try_number: "入れる番号",
    try_owner: "葵さんの電話",
    open_phones: "仮想の電話を開く",
    new_tab: "（別のタブ）",
    canceled: "途中でやめました。登録もお支払いもしていません。",
    registered: "このブラウザーでは、番号を確かめてあります。",
    to_account: "確かめた番号を見る",
    account_title: "登録が終わりました",
    verified_before: "",
    verified_after: "が、あなたの番号であることを確かめました。",
    paid_title: "お支払いを確かめました",
    paid_before: "登録済みの番号",
    paid_after: "に届いたコードで、1,200円のお支払いを確かめました。",
    card: "会員証",
    number: "電話番号",
    verified: "確認済み",
    leave: "はじめからもう一度試す",
    how_title: "裏側で行われたこと",
    how_lead: "開発者の方へ。このアプリがTegataのAPIを呼んだのは、2回だけです。秘密の値は、途中までしか表示していません。",
    read_more: "APIの説明を読む",
    from_start: "はじめのページへ",
    again: "もう一度試す",
    reference: "問い合わせ用の番号",
    what_was_said: "通信の内容（開発者向け）",
};

static EN: Words = Words {
    sample: "Sample",
    sample_means: "An app to try Tegata with. There is no such company.",
    skip: "Skip to the content",
    languages: "Language",
    front_title: "Register your number to begin",
    front_lead: "An app to pay and collect points with in the shops around the harbour. First we check by SMS that the mobile number is yours.",
    begin: "Register my number",
    begin_hint: "This leads to the page that checks your number. It takes about a minute.",
    known_title: "With a number on file",
    known_before: "Aoi’s number",
    known_after: "is already on file. You enter no number: the code that arrives by SMS confirms a payment.",
    known_begin: "Confirm a payment of ¥1,200",
    steps: "How it goes",
    step_list: ["Enter your mobile number", "Enter the code that arrives by SMS", "Come back here: you are registered"],
    try_title: "To try it",
    try_lead: "In this sample, the SMS arrives on a virtual phone on your screen, never on a real one. Open it in another tab to see the code.",
    try_number: "Number to enter",
    try_owner: "Aoi’s phone",
    open_phones: "Open the virtual phones",
    new_tab: " (new tab)",
    canceled: "You stopped before the end. Nothing was registered or paid.",
    registered: "A number was verified in this browser.",
    to_account: "See your number",
    account_title: "You are registered",
    verified_before: "Your number",
    verified_after: "was verified.",
    paid_title: "Payment confirmed",
    paid_before: "¥1,200, confirmed by the code sent to the number on file,",
    paid_after: "",
    card: "Membership card",
    number: "Phone number",
    verified: "Verified",
    leave: "Start over",
    how_title: "What happened behind this page",
    how_lead: "For developers: this app called Tegata’s API twice, and that is all. Secrets are shortened.",
    read_more: "Read about the API",
    from_start: "Go to the start page",
    again: "Try again",
    reference: "Reference for support",
    what_was_said: "What was sent (for developers)",
};
