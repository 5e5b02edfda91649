//! What the shop says of each trouble and each step, in both languages.

use super::record::Step;
use super::trouble::Trouble;

/// A trouble in words: what happened, and what to do.
pub(super) struct Told {
    pub(super) title: &'static str,
    pub(super) what: &'static str,
    pub(super) now: &'static str,
}

/// Japanese, then English.
type Both<T> = (T, T);

/// Of a trouble.
pub(super) fn of_trouble(trouble: Trouble) -> Both<&'static Told> {
    let both = match trouble {
        Trouble::ForeignState => &FOREIGN_STATE,
        Trouble::ForeignForm => &FOREIGN_FORM,
        Trouble::UnknownHost => &UNKNOWN_HOST,
        Trouble::NotFound => &NOT_FOUND,
        Trouble::WrongMethod => &WRONG_METHOD,
        Trouble::Unreachable => &UNREACHABLE,
        Trouble::Busy => &BUSY,
        Trouble::Misconfigured => &MISCONFIGURED,
        Trouble::Unreadable => &UNREADABLE,
        Trouble::NotConfirmed => &NOT_CONFIRMED,
        Trouble::AlreadyUsed => &ALREADY_USED,
        Trouble::Expired => &EXPIRED,
    };
    (&both.0, &both.1)
}

/// Of a step: its title, and what a developer should know of it.
pub(super) fn of_step(step: Step) -> Both<(&'static str, &'static str)> {
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
        Step::AskOnFile => (
            (
                "サーバーが、登録済みの番号を添えて、確認のページを頼む",
                "toに登録済みの番号、knownにtrueを付けると、ページは番号を尋ねず、一部を隠して見せます。bindingがあるので、コードはこのお支払いにしか使えません。stateは、推測できない値を毎回作り、Cookieにも入れます。",
            ),
            (
                "The server asks for a page, with the number on file",
                "With to and known, the page asks for no number: it shows the one on file, masked. The binding makes the code good for this payment only. The state is new each time, hard to guess, and in a cookie, too.",
            ),
        ),
        Step::Send => (
            (
                "ブラウザーを、そのページへ送る",
                "番号の入力も、SMSの送信も、認証コードの照合も、すべてTegataのページが行います。",
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

static FOREIGN_STATE: Both<Told> = (
    Told {
        title: "この手続きは続けられません",
        what: "このブラウザーで始めた手続きではないか、もう終わっています。他人の番号があなたの登録になってしまうのを防ぐため、ここで止めました。登録もお支払いもしていません。",
        now: "ほかの人から届いたリンクを開いたのなら、このまま閉じてください。ご自分で始めたのなら、はじめからやり直してください。",
    },
    Told {
        title: "This cannot be continued here",
        what: "It was not begun in this browser, or it is already over. We stopped so that nobody else’s number ends up on your account. Nothing was registered or paid.",
        now: "If somebody sent you this link, close the page. If you began this yourself, start again.",
    },
);

static FOREIGN_FORM: Both<Told> = (
    Told {
        title: "受け付けられませんでした",
        what: "このアプリのページから送られたものではないため、何もしませんでした。",
        now: "はじめのページを開いて、そこからお進みください。",
    },
    Told {
        title: "Not accepted",
        what: "This was not sent from a page of this app, so nothing was done.",
        now: "Open the start page and go on from there.",
    },
);

static UNKNOWN_HOST: Both<Told> = (
    Told {
        title: "この名前では開けません",
        what: "このアプリは、起動したときに決めた名前（ホスト）でだけ開けます。",
        now: "アドレスを確かめてください。デモを起動した画面に、正しいアドレスが出ています。",
    },
    Told {
        title: "Not available under this name",
        what: "This app answers only under the host names that it was started with.",
        now: "Check the address. The right one was printed where the demo was started.",
    },
);

static NOT_FOUND: Both<Told> = (
    Told {
        title: "ページがありません",
        what: "このアドレスにページはありません。",
        now: "はじめのページからお進みください。",
    },
    Told { title: "There is no such page", what: "Nothing is at this address.", now: "Go on from the start page." },
);

static WRONG_METHOD: Both<Told> = (
    Told {
        title: "このアドレスは直接開けません",
        what: "ボタンを押したときにだけ使うアドレスです。何もしていません。",
        now: "はじめのページから、もう一度お進みください。",
    },
    Told {
        title: "This address cannot be opened directly",
        what: "It is only used when a button is pressed. Nothing was done.",
        now: "Go on from the start page.",
    },
);

static UNREACHABLE: Both<Told> = (
    Told {
        title: "番号を確かめるサービスにつながりません",
        what: "Tegataから返事がありません。登録はまだ終わっていません。",
        now: "少し待って、もう一度お試しください。続くときは、デモが動いているか確かめてください。",
    },
    Told {
        title: "The verification service does not answer",
        what: "Tegata gave no reply. You are not registered yet.",
        now: "Wait a moment and try again. If it goes on, check that the demo is running.",
    },
);

static BUSY: Both<Told> = (
    Told {
        title: "今は受け付けられません",
        what: "短い間に申し込みが重なったため、番号を確かめるサービスが今は受け付けられません。登録はまだ終わっていません。",
        now: "1分ほど待って、もう一度お試しください。",
    },
    Told {
        title: "Too many tries for now",
        what: "Too much was asked for in a short time, so the verification service takes no more for now. You are not registered yet.",
        now: "Wait about a minute and try again.",
    },
);

static MISCONFIGURED: Both<Told> = (
    Told {
        title: "このアプリの設定に誤りがあります",
        what: "TegataがこのアプリのAPIキーか依頼の内容を受け付けませんでした。あなたのせいではありません。",
        now: "デモを起動し直してください。それでも続くときは、下の通信の内容が手がかりになります。",
    },
    Told {
        title: "This app is set up wrongly",
        what: "Tegata did not accept the app’s API key or its request. It is not your fault.",
        now: "Start the demo again. If it goes on, what was sent is shown below.",
    },
);

static UNREADABLE: Both<Told> = (
    Told {
        title: "思いがけない返事がありました",
        what: "番号を確かめるサービスの返事を、このアプリが読み取れませんでした。登録もお支払いもしていません。",
        now: "はじめからやり直してください。続くときは、下の通信の内容が手がかりになります。",
    },
    Told {
        title: "An unexpected answer",
        what: "The app could not make sense of the verification service’s answer. Nothing was registered or paid.",
        now: "Start again. If it goes on, what was sent is shown below.",
    },
);

static NOT_CONFIRMED: Both<Told> = (
    Told {
        title: "番号を確かめられませんでした",
        what: "戻ってきたときの結果が正しくありません。登録もお支払いもしていません。",
        now: "はじめからやり直してください。",
    },
    Told {
        title: "Your number could not be confirmed",
        what: "The result that came back is not a valid one. Nothing was registered or paid.",
        now: "Start again.",
    },
);

static ALREADY_USED: Both<Told> = (
    Told {
        title: "この結果はもう使われています",
        what: "確認の結果は、1回だけ使えます。",
        now: "登録が終わっているかを、はじめのページで確かめてください。終わっていなければ、やり直してください。",
    },
    Told {
        title: "This result was used before",
        what: "The result of a check can be used once.",
        now: "See on the start page whether you are registered. If not, start again.",
    },
);

static EXPIRED: Both<Told> = (
    Told {
        title: "時間が過ぎました",
        what: "確認の結果は、60秒以内に使う必要があります。登録もお支払いもしていません。",
        now: "はじめからやり直してください。同じ番号で登録できます。",
    },
    Told {
        title: "Too late",
        what: "The result of a check has to be used within 60 seconds. Nothing was registered or paid.",
        now: "Start again. You can use the same number.",
    },
);
