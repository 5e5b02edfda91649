//! The shop's texts in both languages. Structs and matches, so that a text missing in one of them does not compile.

use axum::http::{HeaderMap, header};

use super::record::Step;
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
        let (ja, en) = in_both(trouble);
        self.pick(ja, en)
    }

    /// A step's title, and what a developer should know of it.
    pub(super) fn lesson(self, step: Step) -> (&'static str, &'static str) {
        let (ja, en) = lesson_in_both(step);
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
    steps: "登録の流れ",
    step_list: ["携帯電話の番号を入れる", "SMSで届いた確認コードを入れる", "ここに戻って、登録が終わる"],
    try_title: "試してみるには",
    try_lead: "この見本では、SMSは画面の中の「仮想の電話」に届きます。本物の電話には届きません。別のタブで開いて、届いた確認コードを見てください。",
    try_number: "入れる番号",
    try_owner: "葵さんの電話",
    open_phones: "仮想の電話を開く",
    new_tab: "（別のタブ）",
    canceled: "登録を中止しました。番号は登録していません。",
    registered: "このブラウザーでは、登録が終わっています。",
    to_account: "登録した番号を見る",
    account_title: "登録が終わりました",
    verified_before: "",
    verified_after: "が、あなたの番号であることを確かめました。",
    card: "会員証",
    number: "電話番号",
    verified: "確認済み",
    leave: "別の番号で試す",
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
    steps: "How it goes",
    step_list: ["Enter your mobile number", "Enter the code that arrives by SMS", "Come back here: you are registered"],
    try_title: "To try it",
    try_lead: "In this sample, the SMS arrives on a virtual phone on your screen, never on a real one. Open it in another tab to see the code.",
    try_number: "Number to enter",
    try_owner: "Aoi’s phone",
    open_phones: "Open the virtual phones",
    new_tab: " (new tab)",
    canceled: "You stopped before the end. No number was registered.",
    registered: "You are already registered in this browser.",
    to_account: "See your number",
    account_title: "You are registered",
    verified_before: "Your number",
    verified_after: "was verified.",
    card: "Membership card",
    number: "Phone number",
    verified: "Verified",
    leave: "Try another number",
    how_title: "What happened behind this page",
    how_lead: "For developers: this app called Tegata’s API twice, and that is all. Secrets are shortened.",
    read_more: "Read about the API",
    from_start: "Go to the start page",
    again: "Try again",
    reference: "Reference for support",
    what_was_said: "What was sent (for developers)",
};

/// A trouble in words: what happened, and what to do.
pub(super) struct Told {
    pub(super) title: &'static str,
    pub(super) what: &'static str,
    pub(super) now: &'static str,
}

macro_rules! told {
    ($($title:literal, $what:literal, $now:literal);+) => {
        ($(&Told { title: $title, what: $what, now: $now }),+)
    };
}

fn in_both(trouble: Trouble) -> (&'static Told, &'static Told) {
    match trouble {
        Trouble::ForeignState => told!(
            "この手続きは続けられません",
            "このブラウザーで始めた手続きではないか、もう終わっています。他人の番号があなたの登録になってしまうのを防ぐため、ここで止めました。何も登録していません。",
            "ほかの人から届いたリンクを開いたのなら、このまま閉じてください。ご自分で始めたのなら、はじめからやり直してください。";
            "This cannot be continued here",
            "It was not begun in this browser, or it is already over. We stopped so that nobody else’s number ends up on your account. Nothing was registered.",
            "If somebody sent you this link, close the page. If you began this yourself, start again."
        ),
        Trouble::ForeignForm => told!(
            "受け付けられませんでした",
            "このアプリのページから送られたものではないため、何もしませんでした。",
            "はじめのページを開いて、そこからお進みください。";
            "Not accepted",
            "This was not sent from a page of this app, so nothing was done.",
            "Open the start page and go on from there."
        ),
        Trouble::UnknownHost => told!(
            "この名前では開けません",
            "このアプリは、起動したときに決めた名前（ホスト）でだけ開けます。",
            "アドレスを確かめてください。デモを起動した画面に、正しいアドレスが出ています。";
            "Not available under this name",
            "This app answers only under the host names that it was started with.",
            "Check the address. The right one was printed where the demo was started."
        ),
        Trouble::NotFound => told!(
            "ページがありません",
            "このアドレスにページはありません。",
            "はじめのページからお進みください。";
            "There is no such page",
            "Nothing is at this address.",
            "Go on from the start page."
        ),
        Trouble::WrongMethod => told!(
            "このアドレスは直接開けません",
            "ボタンを押したときにだけ使うアドレスです。何もしていません。",
            "はじめのページから、もう一度お進みください。";
            "This address cannot be opened directly",
            "It is only used when a button is pressed. Nothing was done.",
            "Go on from the start page."
        ),
        Trouble::Unreachable => told!(
            "番号を確かめるサービスにつながりません",
            "Tegataから返事がありません。登録はまだ終わっていません。",
            "少し待って、もう一度お試しください。続くときは、デモが動いているか確かめてください。";
            "The verification service does not answer",
            "Tegata gave no reply. You are not registered yet.",
            "Wait a moment and try again. If it goes on, check that the demo is running."
        ),
        Trouble::Busy => told!(
            "混み合っています",
            "番号を確かめるサービスが、今は受け付けられません。登録はまだ終わっていません。",
            "1分ほど待って、もう一度お試しください。";
            "Too busy right now",
            "The verification service cannot take this at the moment. You are not registered yet.",
            "Wait about a minute and try again."
        ),
        Trouble::Misconfigured => told!(
            "このアプリの設定に誤りがあります",
            "TegataがこのアプリのAPIキーか依頼の内容を受け付けませんでした。あなたのせいではありません。",
            "デモを起動し直してください。それでも続くときは、下の通信の内容が手がかりになります。";
            "This app is set up wrongly",
            "Tegata did not accept the app’s API key or its request. It is not your fault.",
            "Start the demo again. If it goes on, what was sent is shown below."
        ),
        Trouble::Unreadable => told!(
            "思いがけない返事がありました",
            "番号を確かめるサービスの返事を、このアプリが読み取れませんでした。登録はしていません。",
            "はじめからやり直してください。続くときは、下の通信の内容が手がかりになります。";
            "An unexpected answer",
            "The app could not make sense of the verification service’s answer. Nothing was registered.",
            "Start again. If it goes on, what was sent is shown below."
        ),
        Trouble::NotConfirmed => told!(
            "番号を確かめられませんでした",
            "戻ってきたときの結果が正しくありません。登録はしていません。",
            "はじめからやり直してください。";
            "Your number could not be confirmed",
            "The result that came back is not a valid one. Nothing was registered.",
            "Start again."
        ),
        Trouble::AlreadyUsed => told!(
            "この結果はもう使われています",
            "確認の結果は、1回だけ使えます。",
            "登録が終わっているかを、はじめのページで確かめてください。終わっていなければ、やり直してください。";
            "This result was used before",
            "The result of a check can be used once.",
            "See on the start page whether you are registered. If not, start again."
        ),
        Trouble::Expired => told!(
            "時間が過ぎました",
            "確認の結果は、60秒以内に使う必要があります。登録はしていません。",
            "はじめからやり直してください。同じ番号で登録できます。";
            "Too late",
            "The result of a check has to be used within 60 seconds. Nothing was registered.",
            "Start again. You can use the same number."
        ),
    }
}

fn lesson_in_both(step: Step) -> ((&'static str, &'static str), (&'static str, &'static str)) {
    match step {
        Step::Ask => (
            (
                "サーバーが、確認のページを頼む",
                "stateは、推測できない値を毎回作ります。同じ値をブラウザーのCookieにも入れます。",
            ),
            (
                "The server asks for a page",
                "The state is new each time and hard to guess. The browser gets the same value in a cookie.",
            ),
        ),
        Step::Send => (
            (
                "ブラウザーを、そのページへ送る",
                "番号の入力も、SMSの送信も、確認コードの照合も、すべてTegataのページが行います。",
            ),
            (
                "It sends the browser there",
                "Entering the number, sending the SMS and checking the code all happen on Tegata’s page.",
            ),
        ),
        Step::Return => (
            (
                "ブラウザーが、結果を持って戻る",
                "まず、stateがCookieの値と同じかを比べます。違えば、他人が始めた手続きなので断ります。",
            ),
            (
                "The browser comes back with a result",
                "First, the state is compared with the cookie. If they differ, somebody else began this: it is refused.",
            ),
        ),
        Step::Redeem => (
            (
                "サーバーが、結果を番号と引き換える",
                "resultが使えるのは、60秒以内に1回だけです。番号が届くのは、この返事の中だけです。アドレスには出ません。",
            ),
            (
                "The server redeems the result",
                "The result is good once, for 60 seconds. Only this answer carries the number; no address ever does.",
            ),
        ),
    }
}
