//! The page's words in both languages. A struct, so that a text missing in one of them does not compile.

use axum::http::{HeaderMap, header};

/// A language of the page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Lang {
    Ja,
    En,
}

impl Lang {
    /// The asked one, else the first of the browser's languages that there is, else Japanese.
    pub(super) fn choose(asked: Option<&str>, headers: &HeaderMap) -> Lang {
        if let Some(lang) = asked.and_then(Lang::of) {
            return lang;
        }
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        accepted.split(',').find_map(Lang::of).unwrap_or(Lang::Ja)
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

    pub(super) fn pick(self, ja: &'static str, en: &'static str) -> &'static str {
        match self {
            Lang::Ja => ja,
            Lang::En => en,
        }
    }
}

/// All texts that do not depend on what is shown.
pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) lead: &'static str,
    pub(super) banner: &'static str,
    pub(super) banner_strong: &'static str,
    pub(super) skip: &'static str,
    pub(super) languages: &'static str,
    pub(super) reload: &'static str,
    pub(super) to_phones: &'static str,
    pub(super) more_phones: &'static str,
    pub(super) no_messages: &'static str,
    pub(super) switched_off: &'static str,
    pub(super) hidden: &'static str,
    pub(super) waiting: &'static str,
    pub(super) messages_of: &'static str,
    pub(super) call: &'static str,
    pub(super) read_out: &'static str,
    pub(super) settings: &'static str,
    pub(super) on_the_phone: &'static str,
    pub(super) at_the_carrier: &'static str,
    pub(super) the_phone_itself: &'static str,
    pub(super) owner: &'static str,
    pub(super) carrier: &'static str,
    pub(super) system: &'static str,
    pub(super) blocked_senders: &'static str,
    pub(super) blocked_senders_hint: &'static str,
    pub(super) save: &'static str,
    pub(super) clear: &'static str,
    pub(super) add_phone: &'static str,
    pub(super) add_phone_lead: &'static str,
    pub(super) number: &'static str,
    pub(super) number_hint: &'static str,
    pub(super) add: &'static str,
    pub(super) carriers: &'static str,
    pub(super) carriers_lead: &'static str,
    pub(super) to_carriers: &'static str,
    pub(super) smpp: &'static str,
    pub(super) account: &'static str,
    pub(super) delay: &'static str,
    pub(super) loss: &'static str,
    pub(super) throttle: &'static str,
    pub(super) throttle_hint: &'static str,
    pub(super) receipts: &'static str,
    pub(super) outage: &'static str,
    pub(super) reasons: &'static str,
    pub(super) down: &'static str,
    pub(super) loses: &'static str,
    pub(super) a_second: &'static str,
    pub(super) clock: &'static str,
    pub(super) clock_lead: &'static str,
    pub(super) japan_time: &'static str,
    pub(super) for_programs: &'static str,
    pub(super) error: &'static str,
    pub(super) error_title: &'static str,
    pub(super) bad_form: &'static str,
    pub(super) not_saved: &'static str,
}

static JA: Words = Words {
    title: "仮想の電話",
    lead: "送ったSMSやかけた電話が、ここにある電話に届きます。電話を選ぶと、設定を変えられます。設定によって、届き方も変わります。",
    banner_strong: "これはシミュレーターです。",
    banner: "届いた番号がすべて見えます。インターネットには公開しないでください。",
    skip: "本文へ進む",
    languages: "言語",
    reload: "最新の状態にする",
    to_phones: "電話の一覧に戻る",
    more_phones: "このほかにも電話があります。ここには新しいものから表示しています。",
    no_messages: "届いたものは、まだありません。",
    switched_off: "電源が入っていません。",
    hidden: "隠れている場所： ",
    waiting: "待っているSMS： ",
    messages_of: "届いたSMSと電話： ",
    call: "電話： ",
    read_out: "電話で読み上げた内容",
    settings: "設定",
    on_the_phone: "電話の設定",
    at_the_carrier: "携帯電話会社の設定",
    the_phone_itself: "この電話について",
    owner: "持ち主",
    carrier: "携帯電話会社",
    system: "電話の種類",
    blocked_senders: "着信を拒否した相手",
    blocked_senders_hint: "SMSに出る送信元の名前か番号です。2つ以上は「,」で区切ってください。",
    save: "保存する",
    clear: "SMSと電話の記録をすべて消す",
    add_phone: "電話を増やす",
    add_phone_lead: "ほかの番号も、SMSを送るか電話をかけると自動でここに増えます。",
    number: "電話番号",
    number_hint: "例: 090-1234-5678 または +12025550123",
    add: "増やす",
    carriers: "携帯電話会社",
    carriers_lead: "遅くする、止める、なくすなど、会社ごとに変えられます。",
    to_carriers: "携帯電話会社の設定を変える",
    smpp: "SMPPの接続先： ",
    account: "ユーザー名とパスワードのあるファイル： ",
    delay: "届くまでの時間（ミリ秒）",
    loss: "なくなる割合（0〜1）",
    throttle: "1秒に受け付ける数",
    throttle_hint: "空欄は制限なし",
    receipts: "配信の報告",
    outage: "止まっている",
    reasons: "届かない理由を報告する",
    down: "停止中",
    loses: "なくなる割合 ",
    a_second: "通まで（1秒）",
    clock: "時計",
    clock_lead: "サーバーとシミュレーターの時計をいっしょに進めます。一つの番号に送れるSMSは、初めての人からの分が1時間に5通、1日に10通までです。確認を終えた分も数えます。それを超えると「受け付けられる数を超えています」と断られます。時計を2時間進めるか、別の番号を使うと続けられます。",
    japan_time: "日本時間",
    for_programs: "プログラムから使う（JSON）",
    error: "エラー： ",
    error_title: "保存できませんでした",
    bad_form: "入れた値を確かめてください。",
    not_saved: "記録用のファイルに書けませんでした。ディスクの空きを確かめてください。",
};

static EN: Words = Words {
    title: "Virtual phones",
    lead: "SMS that you send and calls that you make arrive on these phones. Open a phone to change its settings: they decide what becomes of its SMS and calls.",
    banner_strong: "Simulator:",
    banner: "every code is visible here. Never on the internet.",
    skip: "Skip to the content",
    languages: "Language",
    reload: "Show the latest",
    to_phones: "Back to all phones",
    more_phones: "There are more phones; the newest are shown here.",
    no_messages: "Nothing has arrived yet.",
    switched_off: "Switched off.",
    hidden: "Hidden: ",
    waiting: "Waiting: ",
    messages_of: "SMS and calls received by ",
    call: "Call: ",
    read_out: "Read out in a call",
    settings: "Settings",
    on_the_phone: "On the phone",
    at_the_carrier: "At the carrier",
    the_phone_itself: "About this phone",
    owner: "Owner",
    carrier: "Carrier",
    system: "Kind of phone",
    blocked_senders: "Blocked senders",
    blocked_senders_hint: "Names or numbers as the SMS shows them, separated by commas.",
    save: "Save",
    clear: "Delete all SMS and calls",
    add_phone: "Add a phone",
    add_phone_lead: "Any other number becomes a phone by itself when an SMS or a call goes to it.",
    number: "Phone number",
    number_hint: "For example 090-1234-5678 or +12025550123",
    add: "Add",
    carriers: "Carriers",
    carriers_lead: "Make them slow, lossy or silent, one by one.",
    to_carriers: "Change the carriers",
    smpp: "SMPP at ",
    account: "User and password are in ",
    delay: "Delay (ms)",
    loss: "Share lost (0–1)",
    throttle: "Accepted a second",
    throttle_hint: "Empty: no limit",
    receipts: "Delivery receipts",
    outage: "Down",
    reasons: "Receipts give reasons",
    down: "down",
    loses: "loses ",
    a_second: " a second",
    clock: "Clock",
    clock_lead: "Moves the time of server and simulator together. A number gets at most 5 SMS an hour and 10 a day for sessions that have not verified it before, whether they finish or not; then it is refused (“too much was asked for”). Move the time on by 2 hours, or use another number.",
    japan_time: "Japan time",
    for_programs: "For programs (JSON)",
    error: "Error: ",
    error_title: "Not saved",
    bad_form: "Check the values that you entered.",
    not_saved: "The journal could not be written. Check the free space of the disk.",
};
