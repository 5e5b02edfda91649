//! Names of what the page shows: carriers, systems, switches with what they do, folders, reasons.
//! Japanese setting names are the real ones where there is one.

use super::words::Lang;
use crate::edit::{LABEL_CHARS_MAX, THROTTLE_MAX};
use crate::world::{
    BLOCKED_SENDERS_MAX, CallEnding, CarrierName, DELAY_MAX_MS, Ending, Folder, Reason, Receipts, Switch, System,
};

pub(super) fn carrier(name: CarrierName, lang: Lang) -> &'static str {
    match name {
        CarrierName::Smsc => lang.pick("SMSセンター（全社）", "Message centre (all carriers)"),
        CarrierName::Docomo => lang.pick("docomo", "docomo"),
        CarrierName::Au => lang.pick("au", "au"),
        CarrierName::Softbank => lang.pick("SoftBank", "SoftBank"),
        CarrierName::Rakuten => lang.pick("楽天モバイル", "Rakuten Mobile"),
        CarrierName::MvnoDocomo => lang.pick("格安SIM（docomo回線）", "MVNO on docomo’s line"),
        CarrierName::Voip => lang.pick("050 IP電話", "050 IP phone"),
        CarrierName::FixedLine => lang.pick("固定電話", "Fixed line"),
        CarrierName::Foreign => lang.pick("海外の会社", "Outside Japan"),
    }
}

/// What a phone shows at its upper edge; a virtual operator's phone shows the line's name.
pub(super) fn on_screen(name: CarrierName) -> &'static str {
    match name {
        CarrierName::Docomo | CarrierName::MvnoDocomo => "docomo",
        CarrierName::Au => "au",
        CarrierName::Softbank => "SoftBank",
        CarrierName::Rakuten => "Rakuten",
        CarrierName::Voip => "IP",
        CarrierName::FixedLine | CarrierName::Smsc => "",
        CarrierName::Foreign => "Mobile",
    }
}

pub(super) fn system(system: System, lang: Lang) -> &'static str {
    match system {
        System::Ios => lang.pick("iPhone", "iPhone"),
        System::Android => lang.pick("Android", "Android"),
        System::FeaturePhone => lang.pick("ガラケー", "Feature phone"),
        System::Other => lang.pick("そのほか", "Other"),
    }
}

pub(super) fn receipts(receipts: Receipts, lang: Lang) -> &'static str {
    match receipts {
        Receipts::Normal => lang.pick("ふつう", "Normal"),
        Receipts::None => lang.pick("来ない", "None"),
        Receipts::Late => lang.pick("1分遅れる", "A minute late"),
        Receipts::Wrong => lang.pick("反対を言う", "Wrong"),
    }
}

/// A switch's name on this kind of phone.
pub(super) fn switch(switch: Switch, on: System, lang: Lang) -> &'static str {
    match (switch, on) {
        (Switch::AirplaneMode, _) => lang.pick("機内モード", "Airplane mode"),
        (Switch::PowerOff, _) => lang.pick("電源オフ", "Switched off"),
        (Switch::LineOff, _) => lang.pick("この回線をオフ（デュアルSIM）", "This line off (dual SIM)"),
        (Switch::NoSignal, _) => lang.pick("圏外にいる", "No signal"),
        (Switch::RoamingOff, _) => lang.pick("海外でローミングがオフ", "Abroad, roaming off"),
        (Switch::NotActivated, _) => lang.pick("SIMがまだ開通していない", "SIM not activated yet"),
        (Switch::StorageFull, _) => lang.pick("空き容量がない", "Storage full"),
        (Switch::UnknownSenderFilter, System::Ios) => {
            lang.pick("不明な差出人をスクリーニング", "Screen Unknown Senders")
        }
        (Switch::UnknownSenderFilter, System::Android | System::FeaturePhone | System::Other) => {
            lang.pick("連絡先未登録者をフィルタリング", "Filter senders not in contacts")
        }
        (Switch::SpamFilter, _) => lang.pick("迷惑メッセージと判定する", "Takes codes for spam"),
        (Switch::OtherApp, _) => lang.pick("別のアプリに届く", "SMS come to another app"),
        (Switch::OtherDevice, _) => lang.pick("SIMが別の電話に入っている", "SIM is in another phone"),
        (Switch::SilencesUnknownCallers, System::Ios) => lang.pick("不明な発信者を消音", "Silence Unknown Callers"),
        (Switch::SilencesUnknownCallers, System::Android | System::FeaturePhone | System::Other) => {
            lang.pick("連絡先にない番号の着信を拒否", "Block callers not in contacts")
        }
        (Switch::OverseasRejection, _) => lang.pick("海外からのSMSを拒否", "Reject overseas SMS"),
        (Switch::CarrierFilter, _) => lang.pick("迷惑SMSフィルターが止める", "Spam filter stops codes"),
        (Switch::AllSmsRejection, _) => lang.pick("SMS一括拒否", "Reject all SMS"),
        (Switch::SmsContract, _) => lang.pick("SMSを使える契約", "Contract includes SMS"),
        (Switch::Wifi, _) => lang.pick("Wi-Fi", "Wi-Fi"),
    }
}

/// What a switch does to messages and calls while it is on.
pub(super) fn effect(switch: Switch, lang: Lang) -> &'static str {
    match switch {
        Switch::AirplaneMode
        | Switch::PowerOff
        | Switch::LineOff
        | Switch::NoSignal
        | Switch::RoamingOff
        | Switch::NotActivated => lang.pick("SMSは待ち、電話は鳴りません。", "SMS wait; calls do not ring."),
        Switch::StorageFull => lang.pick("空きができるまで、センターで待ちます。", "SMS wait until there is room."),
        Switch::UnknownSenderFilter => {
            lang.pick("知らない相手のSMSが別の一覧に入ります。", "SMS from strangers go to a list of their own.")
        }
        Switch::SpamFilter => lang.pick("迷惑メッセージの一覧に入ります。", "SMS go to the spam folder."),
        Switch::OtherApp => {
            lang.pick("持ち主が開かないアプリに入ります。", "SMS go to an app that the owner does not open.")
        }
        Switch::OtherDevice => lang
            .pick("この番号のSMSと電話は、別の電話に来ます。", "This number’s SMS and calls come to the other phone."),
        Switch::SilencesUnknownCallers => lang.pick(
            "知らない番号からの電話は鳴らず、留守番電話につながります。",
            "Calls from strangers do not ring; the voicemail answers.",
        ),
        Switch::OverseasRejection => lang
            .pick("送信元が日本の電話番号でないSMSを断ります。", "Refuses SMS whose sender is not a Japanese number."),
        Switch::CarrierFilter => lang.pick("届く前に断られます。", "SMS are refused on the way."),
        Switch::AllSmsRejection => lang.pick("すべてのSMSを断ります。", "Every SMS is refused."),
        Switch::SmsContract => {
            lang.pick("オフにすると、SMSは届きません。電話は鳴ります。", "Without it no SMS can arrive; calls ring.")
        }
        Switch::Wifi => lang.pick("SMSの届き方は変わりません。", "Changes nothing for SMS."),
    }
}

/// Where a hidden message is, in the words of its phone.
pub(super) fn folder(folder: Folder, on: System, lang: Lang) -> &'static str {
    match (folder, on) {
        (Folder::UnknownSenders, _) => lang.pick("不明な差出人", "Unknown Senders"),
        (Folder::OtherApp, _) => lang.pick("別のアプリ（＋メッセージなど）", "Another app"),
        (Folder::OtherDevice, _) => lang.pick("SIMが入っている電話", "The phone with the SIM"),
        (Folder::Spam, System::Android) => lang.pick("スパム / ブロック中", "Spam & blocked"),
        (Folder::Spam, System::Ios | System::FeaturePhone | System::Other) => lang.pick("迷惑メッセージ", "Spam"),
    }
}

/// Why a message waits.
pub(super) fn waits_for(reason: Reason, lang: Lang) -> &'static str {
    match reason {
        Reason::Outage => lang.pick("携帯電話会社が止まっています", "the carrier is down"),
        Reason::Absent => lang.pick("電話につながりません", "the phone cannot be reached"),
        Reason::MemoryFull => lang.pick("電話に空きがありません", "the phone is full"),
        Reason::NoSms => lang.pick("SMSの契約がありません", "no SMS in the contract"),
        Reason::Barred => lang.pick("受信拒否の設定です", "barred by a setting"),
        Reason::Filtered => lang.pick("迷惑SMSと判定されました", "taken for spam"),
    }
}

/// How a message ended that the phone does not have.
pub(super) fn ending(ending: Ending, lang: Lang) -> String {
    let because = |ja: &'static str, en: &'static str, reason: Reason| {
        let (how, why) = (lang.pick(ja, en), waits_for(reason, lang));
        match lang {
            Lang::Ja => format!("{how}（{why}）"),
            Lang::En => format!("{how}: {why}"),
        }
    };
    match ending {
        Ending::Shown => lang.pick("届きました", "arrived").into(),
        Ending::Hidden(_) => lang.pick("隠れています", "hidden").into(),
        Ending::Blocked => lang.pick("着信拒否の相手なので捨てました", "thrown away: blocked sender").into(),
        Ending::Lost => lang.pick("途中でなくなりました", "lost on the way").into(),
        Ending::Refused(reason) => because("届きませんでした", "refused", reason),
        Ending::Expired(reason) => because("期限が過ぎました", "expired", reason),
    }
}

/// How a call ended that nobody heard.
pub(super) fn missed(ending: CallEnding, lang: Lang) -> String {
    match ending {
        CallEnding::Heard => lang.pick("聞きました", "heard").into(),
        CallEnding::Voicemail => lang
            .pick("留守番電話が出たので、読み上げませんでした", "the voicemail answered; nothing was read out")
            .into(),
        CallEnding::OtherDevice => {
            lang.pick("SIMが入っている別の電話が鳴りました", "rang on the phone that has the SIM").into()
        }
        CallEnding::Lost => lang.pick("つながりませんでした", "did not get through").into(),
        CallEnding::Unreached(reason) => match lang {
            Lang::Ja => format!("つながりませんでした（{}）", waits_for(reason, lang)),
            Lang::En => format!("did not get through: {}", waits_for(reason, lang)),
        },
    }
}

/// Who called.
pub(super) fn caller(from: &str, lang: Lang) -> String {
    if from.is_empty() { lang.pick("非通知", "No caller ID").into() } else { from.into() }
}

/// What must be in a field that people fill in; nothing for the others, which only a forged form gets wrong.
pub(super) fn must(field: &str, lang: Lang) -> Option<String> {
    let (ja, en) = match field {
        "phone" => (
            "電話番号を、090-1234-5678 や +12025550123 のように入れてください。".to_owned(),
            "Write the phone number like 090-1234-5678 or +12025550123.".to_owned(),
        ),
        "owner" => (
            format!("持ち主は、{LABEL_CHARS_MAX}文字までで入れてください。"),
            format!("Use at most {LABEL_CHARS_MAX} characters for the owner."),
        ),
        "blocked_senders" => (
            format!("相手は{BLOCKED_SENDERS_MAX}件まで、それぞれ{LABEL_CHARS_MAX}文字までで入れてください。"),
            format!("Name at most {BLOCKED_SENDERS_MAX} senders, each of at most {LABEL_CHARS_MAX} characters."),
        ),
        "delay_ms" => (
            format!("届くまでの時間は、0から{DELAY_MAX_MS}までの整数で入れてください。"),
            format!("Use a whole number from 0 to {DELAY_MAX_MS} for the delay."),
        ),
        "loss" => (
            "なくなる割合は、0から1までの数で入れてください。".to_owned(),
            "Use a number from 0 to 1 for the share lost.".to_owned(),
        ),
        "throttle_per_second" => (
            format!("1秒に受け付ける数は、0から{THROTTLE_MAX}までの整数を入れるか、空欄にしてください。"),
            format!("Use a whole number from 0 to {THROTTLE_MAX} for what is accepted a second, or leave it empty."),
        ),
        _ => return None,
    };
    Some(match lang {
        Lang::Ja => ja,
        Lang::En => en,
    })
}
