# SMSが届かないとき

title = SMSが届かないとき
intro = 認証コードのSMSが届かないわけを、1つずつ確かめます。

# --- 質問 ---

fact-number_right-question = 認証コードの送り先は、この番号で合っていますか。 { $number }
fact-number_right-yes = 合っている
fact-number_right-no = ちがう

fact-number_kind-question = SMSを受け取りたい番号は、どれですか。
fact-number_kind-hint = 番号の始まりの数字で選んでください。
fact-number_kind-mobile = 携帯電話の番号（060、070、080、090で始まる）
fact-number_kind-ip_phone = 050で始まる番号（IP電話）
fact-number_kind-fixed_line = 固定電話の番号（03、06など、市外局番で始まる）
fact-number_kind-toll_free = 0120や0800で始まる番号
fact-number_kind-data_only = データ通信だけの契約の番号
fact-number_kind-unknown = わからない

fact-country-question = その電話番号は、日本の番号ですか。
fact-country-japan = 日本の番号
fact-country-elsewhere = ほかの国・地域の番号

fact-phone-question = SMSを受け取る電話は、どれですか。
fact-phone-hint = 裏にリンゴの印があれば、iPhoneです。この画面を見ている機器とちがう電話でもかまいません。
fact-phone-iphone = iPhone（アイフォーン）
fact-phone-android = Android（アンドロイド）のスマートフォン
fact-phone-feature_phone = 数字のボタンがある携帯電話（ガラケー、ガラホ）
fact-phone-tablet = iPadなどのタブレット
fact-phone-unknown = わからない

fact-sms_app-question = ふだん、どのアプリでSMSを見ていますか。
fact-sms_app-hint = アプリの印の下に、名前が出ています。
fact-sms_app-plus_message = ＋メッセージ
fact-sms_app-google_messages = メッセージ（Googleのアプリ）
fact-sms_app-rakuten_link = Rakuten Link
fact-sms_app-other = ほかのアプリ
fact-sms_app-unknown = わからない

fact-carrier-question = SMSを受け取る番号は、どの会社の契約ですか。
fact-carrier-hint = 電話料金を払っている会社です。
fact-carrier-docomo = ドコモ
fact-carrier-ahamo = ahamo（アハモ）
fact-carrier-au = au
fact-carrier-uq = UQ mobile
fact-carrier-povo = povo（ポヴォ）
fact-carrier-softbank = ソフトバンク
fact-carrier-ymobile = ワイモバイル
fact-carrier-linemo = LINEMO（ラインモ）
fact-carrier-rakuten = 楽天モバイル
fact-carrier-mvno = 格安SIMの会社（IIJmio、mineo、OCN モバイル ONEなど）
fact-carrier-other = ほかの会社
fact-carrier-unknown = わからない

fact-mvno_line-question = その格安SIMは、どの会社の回線を使っていますか。
fact-mvno_line-hint = 申し込みのときの書類や、契約の会社のページにあります。「Dプラン」はドコモ、「Aプラン」はauの回線であることが多いです。
fact-mvno_line-docomo = ドコモの回線
fact-mvno_line-au = auの回線
fact-mvno_line-softbank = ソフトバンクの回線
fact-mvno_line-unknown = わからない

fact-on_screen-question = SMSを受け取る電話の画面に、次のどれかが出ていますか。
fact-on_screen-hint = 画面のいちばん上の時刻の並びと、お知らせを見てください。
fact-on_screen-airplane = 飛行機の印
fact-on_screen-no_service = 「圏外」、または電波の印がない（電源が切れているときも）
fact-on_screen-storage = 空き容量がない、というお知らせ
fact-on_screen-nothing = どれも出ていない（電波の印がある）
fact-on_screen-unknown = わからない

fact-other_sms-question = 今、ほかのSMSは届いていますか。
fact-other_sms-hint = きょう、家族やほかの会社からのSMSが届いていれば、「届いている」を選んでください。
fact-other_sms-yes = 届いている
fact-other_sms-no = ほかのSMSも届かない
fact-other_sms-unknown = わからない

fact-where-question = SMSを受け取る電話は、今どこにありますか。
fact-where-home = { $country ->
    [elsewhere] 契約した国・地域の中
   *[other] 日本
}
fact-where-unknown = わからない
fact-where-abroad = { $country ->
    [elsewhere] 契約した国・地域の外
   *[other] 海外
}

fact-change-question = この1か月ほどの間に、電話のことで変わったことはありますか。
fact-change-nothing = 変わっていない
fact-change-new_phone = 電話を買いかえた
fact-change-new_sim = 電話の会社やSIMを変えた
fact-change-unknown = わからない

# --- まだ届く途中 ---

cause-wait-queue-title = 送る順番を待つ
cause-wait-queue-step-1 = このまま、少し待ってください。
cause-wait-queue-worked = SMSを送ると、この案内が変わります。
cause-wait-queue-note = SMSは、送る順番を待っています。まだ電話には送られていません。電話の設定を変えなくてもだいじょうぶです。

cause-wait-just-sent-title = 1分ほど待つ
cause-wait-just-sent-step-1 = 電話を近くに置いて、1分ほど待ってください。
cause-wait-just-sent-worked = 電話にSMSが届きます。
cause-wait-just-sent-note = SMSは、携帯電話会社に渡したところです。届くまで1分ほどかかることがあります。

cause-wait-call-title = 電話を待つ
cause-wait-call-step-1 = 電話を手元に置いて、1分ほど待ってください。
cause-wait-call-step-2 = 知らない番号から電話がかかってきたら、出てください。
cause-wait-call-step-3 = 案内が流れたら、数字のボタンをどれか1つ押してください。
cause-wait-call-step-4 = 読み上げられた数字を書きとめて、認証コードの欄に入れてください。
cause-wait-call-worked = 音声が、認証コードの数字を2回読み上げます。
cause-wait-call-note = 今使えるのは、電話で聞いた認証コードだけです。電話に出られなかったときは、次へ進んでください。

cause-wait-slow-carrier-title = あと2分ほど待つ
cause-wait-slow-carrier-step-1 = 電話を近くに置いて、あと2分ほど待ってください。
cause-wait-slow-carrier-worked = 電話にSMSが届きます。
cause-wait-slow-carrier-note = SMSは、携帯電話会社に渡してあります。混んでいるときは、届くまで数分かかります。

cause-wait-route-trouble-title = 3分ほど待つ
cause-wait-route-trouble-step-1 = 電話を近くに置いて、3分ほど待ってください。
cause-wait-route-trouble-worked = 電話にSMSが届きます。
cause-wait-route-trouble-note = 今、SMSが届きにくくなっています。あなたの電話のせいではありません。ご迷惑をおかけします。

cause-wait-route-down-title = SMSを送れるようになるまで待つ
cause-wait-route-down-step-1 = 10分ほどたってから、この案内をもう一度見てください。
cause-wait-route-down-worked = 電話にSMSが届くか、認証コードをもう一度送れるようになります。
cause-wait-route-down-note = 今、携帯電話会社とつながらず、SMSを送れません。電話の設定を変えても届きません。お急ぎのときは、窓口に相談してください。

cause-arrived-title = 届いたSMSを見る
cause-arrived-step-1 = { $phone ->
    [android] { $sms_app ->
        [plus_message] 「＋メッセージ」を開いてください。
        [google_messages] 「メッセージ」アプリを開いてください。
       *[other] 「＋メッセージ」や「メッセージ」など、SMSのアプリを開いてください。
    }
    [feature_phone] メールやSMSの受信箱を開いてください。
   *[other] SMSを受け取る電話で、SMSのアプリを開いてください。
}
cause-arrived-step-2 = いちばん新しいSMSを見てください。
cause-arrived-worked = SMSに、認証コードの数字が書いてあります。
cause-arrived-note = SMSが電話に届いたと、携帯電話会社から知らせがありました。何度か送ったときは、いちばん新しいSMSの数字だけを使えます。

cause-send-again-title = 認証コードをもう一度送る
cause-send-again-step-1 = 新しい認証コードを、1回だけ送ってください。
cause-send-again-worked = 電話に新しいSMSが届きます。いちばん新しいSMSの数字を使ってください。
cause-send-again-note = { $elapsed ->
    [over_1h] 前のSMSから1時間たちました。これでも届かないときは、番号の間違いか、SMSを拒否する設定のことが多いです。この先で確かめます。
    [under_5m] 携帯電話会社が混んでいると、届くまで数分かかります。もう少し待ってから送ってもかまいません。
   *[other] 続けて何度も送らないでください。前のSMSが、あとから届くことがあります。
}

# --- 番号 ---

cause-number-correct-title = 番号を直す
cause-number-correct-step-1 = 正しい電話番号を入れてください。
cause-number-correct-step-2 = 数字を1つずつ確かめて、送ってください。
cause-number-correct-worked = 正しい番号の電話に、新しい認証コードが届きます。
cause-number-correct-note = 前の番号に送った認証コードは、使えなくなります。

cause-number-once-more-title = 番号をもう一度確かめる
cause-number-once-more-step-1 = この画面に出ている送り先の番号を、1つずつ確かめてください。
cause-number-once-more-step-2 = ちがうところがあれば、直して送ってください。
cause-number-once-more-worked = 正しい番号の電話に、新しい認証コードが届きます。
cause-number-once-more-note = となり合う数字の入れかわりに気をつけてください。

cause-number-on-file-title = 登録の番号を変える
cause-number-on-file-step-1 = { $brand }で、登録の電話番号を今の番号に変えてください。
cause-number-on-file-step-2 = 自分で変えられないときは、窓口に相談してください。
cause-number-on-file-worked = 登録の番号が、今の番号に変わります。
cause-number-on-file-note = この番号は、{ $brand }に登録されています。この画面では直せません。

cause-number-check-title = 入れた番号を確かめる
cause-number-check-step-1 = 認証コードを送った画面に戻ってください。
cause-number-check-step-2 = 出ている番号を、1つずつ確かめてください。
cause-number-check-step-3 = ちがうときは、番号を直して、送り直してください。
cause-number-check-worked = 正しい番号の電話に、SMSが届きます。

cause-number-ip-phone-title = 携帯電話の番号を使う
cause-number-ip-phone-step-1 = { $brand }の画面で、060、070、080、090で始まる携帯電話の番号を入れてください。
cause-number-ip-phone-worked = その番号の電話に、SMSが届きます。
cause-number-ip-phone-note = 050で始まる番号には、SMSが届きません。携帯電話がないときは、窓口に相談してください。

cause-number-fixed-line-title = { $call ->
    [yes] 固定電話で認証コードを聞く
   *[other] 携帯電話の番号を使う
}
cause-number-fixed-line-step-1 = { $call ->
    [yes] { $brand }の画面で、固定電話の番号を入れてください。電話がかかってきたら、出てください。
   *[other] { $brand }の画面で、060、070、080、090で始まる携帯電話の番号を入れてください。
}
cause-number-fixed-line-worked = { $call ->
    [yes] 固定電話が鳴り、音声が認証コードの数字を2回読み上げます。
   *[other] その番号の電話に、SMSが届きます。
}
cause-number-fixed-line-note = { $call ->
    [yes] 固定電話には、SMSが届きません。電話での案内が流れたら、数字のボタンをどれか1つ押してください。
   *[other] 固定電話には、SMSが届きません。携帯電話がないときは、窓口に相談してください。
}

cause-number-toll-free-title = 携帯電話の番号を使う
cause-number-toll-free-step-1 = { $brand }の画面で、060、070、080、090で始まる携帯電話の番号を入れてください。
cause-number-toll-free-worked = その番号の電話に、SMSが届きます。
cause-number-toll-free-note = 0120や0800で始まる番号には、SMSが届きません。携帯電話がないときは、窓口に相談してください。

cause-number-data-only-title = SMSを使える番号に変える
cause-number-data-only-step-1 = 通話もできる携帯電話の番号があれば、{ $brand }の画面で、その番号を入れてください。
cause-number-data-only-worked = その番号の電話に、SMSが届きます。
cause-number-data-only-note = データ通信だけの契約には、SMSが届きません。契約にSMSを付けられるかどうかは、契約の会社に聞いてください。ほかに番号がないときは、窓口に相談してください。

# --- iPhone：見る ---

cause-iphone-arrived-title = 届いたSMSを、緑色の「メッセージ」で見る
cause-iphone-arrived-step-1 = 緑色の「メッセージ」アプリを開いてください。
cause-iphone-arrived-step-2 = いちばん新しいSMSを見てください。
cause-iphone-arrived-worked = SMSに、認証コードの数字が書いてあります。
cause-iphone-arrived-note = SMSが電話に届いたと、携帯電話会社から知らせがありました。「＋メッセージ」や「Rakuten Link」を使っている方も、こちらを見てください。何度か送ったときは、いちばん新しいSMSの数字だけを使えます。

cause-iphone-messages-app-title = 緑色の「メッセージ」を見る
cause-iphone-messages-app-step-1 = 緑色の「メッセージ」アプリを開いてください。
cause-iphone-messages-app-step-2 = いちばん新しいSMSを見てください。
cause-iphone-messages-app-worked = 認証コードを書いたSMSがあります。
cause-iphone-messages-app-note = 「＋メッセージ」や「Rakuten Link」を使っている方も、こちらを見てください。会社から送るSMSは、ふつう、緑色の「メッセージ」に届きます。

cause-iphone-unknown-senders-title = 「不明な差出人」の一覧を見る
cause-iphone-unknown-senders-step-1 = 緑色の「メッセージ」アプリを開いてください。
cause-iphone-unknown-senders-step-2 = { $ios ->
    [26] 画面の右上の、三本線の印を押してください。
    [18] 画面の左上の「フィルタ」を押してください。
    [older] 画面の左上の「フィルタ」を押してください。
   *[other] 画面の右上の三本線の印か、左上の「フィルタ」を押してください。
}
cause-iphone-unknown-senders-step-3 = 「不明な差出人」を押してください。
cause-iphone-unknown-senders-step-4 = いちばん新しいSMSを見てください。
cause-iphone-unknown-senders-worked = 認証コードを書いたSMSがあります。
cause-iphone-unknown-senders-note = 「不明な差出人」がないときは、SMSは分けられていません。一覧を見るだけで、設定は変えなくてもだいじょうぶです。分けるのをやめたいときの場所は、{ $ios ->
    [26] 「設定」→「アプリ」→「メッセージ」→「不明な差出人をスクリーニング」
    [18] 「設定」→「アプリ」→「メッセージ」→「不明な差出人をフィルタ」
    [older] 「設定」→「メッセージ」→「不明な差出人をフィルタ」
   *[other] 「設定」→「アプリ」→「メッセージ」→「不明な差出人をスクリーニング」（または「不明な差出人をフィルタ」）
}です。
cause-iphone-unknown-senders-place = { $ios ->
    [26] メッセージ > 三本線の印 > 不明な差出人
    [18] メッセージ > フィルタ > 不明な差出人
    [older] メッセージ > フィルタ > 不明な差出人
   *[other] メッセージ > 三本線の印、またはフィルタ > 不明な差出人
}

cause-iphone-spam-list-title = 迷惑なSMSの一覧を見る
cause-iphone-spam-list-step-1 = 緑色のメッセージのアプリを開いてください。
cause-iphone-spam-list-step-2 = 画面の上にある、三本線またはフィルタの印を押してください。
cause-iphone-spam-list-step-3 = 不明、迷惑、スパムという言葉の付いた一覧があれば、1つずつ開いてください。
cause-iphone-spam-list-step-4 = いちばん新しいSMSを見てください。
cause-iphone-spam-list-worked = 認証コードを書いたSMSがあります。
cause-iphone-spam-list-note = 一覧の名前は、iPhoneの種類によってちがいます。迷惑なSMSを分けるアプリを入れている方は、そのアプリの中も見てください。

# --- Android：見る ---

cause-android-apps-title = SMSのアプリを、ぜんぶ開いて見る
cause-android-apps-step-1 = アプリの一覧で、「＋メッセージ」「メッセージ」「SMS」という名前のアプリを探してください。
cause-android-apps-step-2 = 見つけたアプリを、1つずつ開いてください。
cause-android-apps-step-3 = それぞれのアプリで、いちばん新しいSMSを見てください。
cause-android-apps-worked = どれかのアプリに、認証コードを書いたSMSがあります。
cause-android-apps-note = SMSは、1つのアプリにだけ届きます。ふだん開かないアプリに届いていることがあります。

cause-plus-unknown-senders-title = 「不明な差出人」を見る
cause-plus-unknown-senders-step-1 = 「＋メッセージ」を開いてください。
cause-plus-unknown-senders-step-2 = 「メッセージ」の一覧を出してください。
cause-plus-unknown-senders-step-3 = 「不明な差出人」を押してください。
cause-plus-unknown-senders-step-4 = いちばん新しいSMSを見てください。
cause-plus-unknown-senders-worked = 認証コードを書いたSMSがあります。
cause-plus-unknown-senders-note = 連絡先にない番号からのSMSは、はじめから「不明な差出人」に分けられています。見るだけで、設定は変えなくてもだいじょうぶです。分けるのをやめたいときは、「マイページ」→「設定」→「メッセージ」の「連絡先未登録者をフィルタリング」をオフにします。緑色がオン、灰色がオフです。
cause-plus-unknown-senders-place = ＋メッセージ > メッセージ > 不明な差出人

cause-plus-blocked-messages-title = 「ブロックメッセージ」を見る
cause-plus-blocked-messages-step-1 = 「＋メッセージ」を開いてください。
cause-plus-blocked-messages-step-2 = 「マイページ」を押してください。
cause-plus-blocked-messages-step-3 = 「設定」を押してください。
cause-plus-blocked-messages-step-4 = 「プライバシー」を押してください。
cause-plus-blocked-messages-step-5 = 「ブロックメッセージ」を押してください。
cause-plus-blocked-messages-step-6 = 「メッセージ」を押して、いちばん新しいSMSを見てください。
cause-plus-blocked-messages-worked = 認証コードを書いたSMSがあります。
cause-plus-blocked-messages-note = ブロックした相手からのSMSは、ここに残っています。
cause-plus-blocked-messages-place = ＋メッセージ > マイページ > 設定 > プライバシー > ブロックメッセージ > メッセージ

cause-messages-spam-title = 「スパム / ブロック中」を見る
cause-messages-spam-step-1 = 「メッセージ」アプリを開いてください。
cause-messages-spam-step-2 = 画面の右上の、丸い絵または点が3つの印を押してください。
cause-messages-spam-step-3 = 「スパム / ブロック中」を押してください。
cause-messages-spam-step-4 = いちばん新しいSMSを見てください。
cause-messages-spam-worked = 認証コードを書いたSMSがあります。
cause-messages-spam-note = SMSを開いて「スパムではないと報告」を押すと、次からはふつうの一覧に出ます。
cause-messages-spam-place = メッセージ > 右上の印 > スパム / ブロック中

cause-rakuten-link-title = Rakuten Linkと、電話のSMSアプリの両方を見る
cause-rakuten-link-step-1 = Rakuten Linkを開いて、いちばん新しいメッセージを見てください。
cause-rakuten-link-step-2 = なければ、青い印のメッセージのアプリを開いてください。
cause-rakuten-link-step-3 = いちばん新しいSMSを見てください。
cause-rakuten-link-worked = どちらかに、認証コードを書いたSMSがあります。
cause-rakuten-link-note = 会社から送るSMSは、Rakuten Linkではなく、電話のSMSアプリに届くことがあります。

cause-android-other-lists-title = SMSアプリの、迷惑なSMSの一覧を見る
cause-android-other-lists-step-1 = ふだん使うSMSのアプリを開いてください。
cause-android-other-lists-step-2 = 右上の印か、メニューを押してください。
cause-android-other-lists-step-3 = 迷惑、スパム、ブロック、不明という言葉の付いた一覧があれば、開いてください。
cause-android-other-lists-step-4 = いちばん新しいSMSを見てください。
cause-android-other-lists-worked = 認証コードを書いたSMSがあります。
cause-android-other-lists-note = 一覧の名前と場所は、アプリによってちがいます。よく使われる2つのアプリの説明に、下からも進めます。

# --- ほかの電話：見る ---

cause-filter-app-title = 迷惑電話やSMSを止めるアプリを見る
cause-filter-app-step-1 = 迷惑な電話やSMSを止めるアプリを入れていれば、開いてください。
cause-filter-app-step-2 = そのアプリで、迷惑なSMSの一覧を見てください。
cause-filter-app-worked = 認証コードを書いたSMSがあります。
cause-filter-app-note = そのようなアプリを入れた覚えがなければ、次へ進んでください。

cause-feature-phone-inbox-title = SMSの受信箱を、ぜんぶ見る
cause-feature-phone-inbox-step-1 = メールのボタンを長めに押して、SMSの受信箱を開いてください。開かないときは、メールのメニューからSMSを選んでください。
cause-feature-phone-inbox-step-2 = いちばん新しいSMSを見てください。
cause-feature-phone-inbox-step-3 = なければ、迷惑や未登録という言葉の付いた受信箱も見てください。
cause-feature-phone-inbox-worked = 認証コードを書いたSMSがあります。
cause-feature-phone-inbox-note = SMSは、ふつうのメールとは別の受信箱に入ることがあります。場所は、電話の種類によってちがいます。

cause-tablet-phone-title = この番号の電話を見る
cause-tablet-phone-step-1 = この番号で電話をかけられる電話機を、手元に出してください。
cause-tablet-phone-step-2 = その電話で、SMSのアプリを開いてください。
cause-tablet-phone-step-3 = いちばん新しいSMSを見てください。
cause-tablet-phone-worked = 認証コードを書いたSMSがあります。
cause-tablet-phone-note = SMSは、番号の付いたSIMが入っている電話に届きます。タブレットには、届かないことが多いです。

cause-tablet-forwarding-title = iPadの「メッセージ」を見る
cause-tablet-forwarding-step-1 = iPhoneとiPadを同じApple Accountで使っていれば、iPadの「メッセージ」アプリを開いてください。
cause-tablet-forwarding-step-2 = いちばん新しいSMSを見てください。
cause-tablet-forwarding-worked = iPhoneに届いたSMSが、iPadにも出ています。
cause-tablet-forwarding-note = iPadにも出すには、iPhoneの「設定」を開きます。「アプリ」→「メッセージ」→「SMS/MMS転送」で、iPadのスイッチをオンにします。iPhoneは、電源を入れて、Wi-Fiかモバイル通信につないでください。

cause-unknown-phone-lists-title = SMSのアプリの一覧を、ぜんぶ見る
cause-unknown-phone-lists-step-1 = 電話で、メッセージやSMSという名前のアプリを開いてください。
cause-unknown-phone-lists-step-2 = いちばん新しいSMSを見てください。
cause-unknown-phone-lists-step-3 = なければ、画面の上の印かメニューを押してください。
cause-unknown-phone-lists-step-4 = 不明、迷惑、スパム、ブロックという言葉の付いた一覧を、1つずつ見てください。
cause-unknown-phone-lists-worked = どれかの一覧に、認証コードを書いたSMSがあります。
cause-unknown-phone-lists-note = 電話の裏にリンゴの印があれば、iPhoneです。なければ、たいていAndroidです。わかったら、前の答えを直してください。電話に合った案内になります。

cause-other-device-title = この番号のSIMが入っている電話を見る
cause-other-device-step-1 = 認証コードを送った番号のSIMが、どの電話に入っているか確かめてください。
cause-other-device-step-2 = その電話で、SMSのアプリを開いてください。
cause-other-device-step-3 = いちばん新しいSMSを見てください。
cause-other-device-worked = 認証コードを書いたSMSがあります。
cause-other-device-note = { $phone ->
    [iphone] 前に使っていた電話に、SIMが残っていることがあります。同じApple Accountで使っているiPadやMacの「メッセージ」にも、出ていることがあります。
   *[other] 前に使っていた電話に、SIMが残っていることがあります。
}

cause-look-everywhere-title = 通知と、ほかのアプリと、前の電話を見る
cause-look-everywhere-step-1 = 電話の通知の一覧を出して、SMSの通知が残っていないか見てください。
cause-look-everywhere-step-2 = なければ、まだ見ていない、メッセージのアプリや一覧を開いてください。
cause-look-everywhere-step-3 = なければ、前に使っていた電話で、SMSのアプリを開いてください。
cause-look-everywhere-step-4 = いちばん新しいSMSを見てください。
cause-look-everywhere-worked = 認証コードを書いたSMSがあります。
cause-look-everywhere-note = 不明、迷惑、スパム、ブロックという言葉の付いた一覧に、よく入ります。

# --- 電話が受け取れない：試す ---

cause-airplane-mode-title = 機内モードを切る
cause-airplane-mode-step-1 = 電話の画面のいちばん上に、飛行機の印があるか見てください。
cause-airplane-mode-step-2 = { $phone ->
    [iphone] 印があれば、電話の設定を開いて、いちばん上のほうの機内モードをオフにしてください。
    [android] 印があれば、画面の上のはしから下へ指を動かして、飛行機のボタンを押してください。
    [feature_phone] 印があれば、設定のメニューから機内モードを切ってください。
   *[other] 印があれば、電話の設定で機内モードを切ってください。
}
cause-airplane-mode-step-3 = そのまま1分ほど待ってください。
cause-airplane-mode-worked = 飛行機の印が消えて、電波の印が出ます。電話にSMSが届きます。
cause-airplane-mode-note = 飛行機の印がなければ、次へ進んでください。

cause-signal-title = 電源と電波を確かめる
cause-signal-step-1 = SMSを受け取る電話の電源が切れていたら、入れてください。
cause-signal-step-2 = 画面の上の、電波の印を見てください。
cause-signal-step-3 = 印が少ないときや「圏外」のときは、窓の近くか外へ移ってください。
cause-signal-step-4 = そのまま1分ほど待ってください。
cause-signal-worked = 電波の印が増えます。電話にSMSが届きます。
cause-signal-note = Wi-Fiにつながっていても、電波の印がないとSMSは届きません。

cause-signal-again-title = 電波の印が出たか、もう一度見る
cause-signal-again-step-1 = SMSを受け取る電話の、画面のいちばん上を見てください。
cause-signal-again-step-2 = 飛行機の印が残っていたら、機内モードを切ってください。
cause-signal-again-step-3 = 電波の印がなければ、窓の近くか外へ移ってください。
cause-signal-again-worked = 電波の印が出ます。1分ほどで電話にSMSが届きます。

cause-unreachable-title = 電波を確かめて、もう一度送る
cause-unreachable-step-1 = SMSを受け取る電話の電源が入っているか見てください。
cause-unreachable-step-2 = 画面のいちばん上に飛行機の印があれば、機内モードを切ってください。
cause-unreachable-step-3 = 電波の印が少なければ、窓の近くか外へ移ってください。
cause-unreachable-step-4 = 電波の印が出たら、新しい認証コードを送ってください。
cause-unreachable-worked = 電話に、新しいSMSが届きます。
cause-unreachable-note = 携帯電話会社は、電話にSMSを届けられませんでした。電話が電波の届かない所にあったときや、電源が切れていたときに、よく起きます。

cause-iphone-line-off-title = 番号の回線をオンにする
cause-iphone-line-off-step-1 = 「設定」を開いてください。
cause-iphone-line-off-step-2 = 「モバイル通信」を押してください。
cause-iphone-line-off-step-3 = 認証コードを送った番号の回線を押してください。
cause-iphone-line-off-step-4 = 回線がオフなら、オンにしてください。
cause-iphone-line-off-step-5 = そのまま1分ほど待ってください。
cause-iphone-line-off-worked = 回線の一覧で、その番号がオンになります。電話にSMSが届きます。
cause-iphone-line-off-note = 1台のiPhoneで2つの番号を使っている方だけが対象です。番号が1つの方は、次へ進んでください。
cause-iphone-line-off-place = 設定 > モバイル通信 > 回線

cause-android-line-off-title = 番号の回線をオンにする
cause-android-line-off-step-1 = 電話の設定を開いてください。
cause-android-line-off-step-2 = ネットワークの項目から、SIMの画面を開いてください。
cause-android-line-off-step-3 = 認証コードを送った番号がオフなら、オンにしてください。
cause-android-line-off-step-4 = そのまま1分ほど待ってください。
cause-android-line-off-worked = SIMの画面で、その番号がオンになります。電話にSMSが届きます。
cause-android-line-off-note = 1台の電話で2つの番号を使っている方だけが対象です。項目の名前は、電話の種類によってちがいます。

cause-restart-title = 電話の電源を切って、入れ直す
cause-restart-step-1 = 電話の電源を切ってください。
cause-restart-step-2 = 10秒ほど待って、電源を入れてください。
cause-restart-step-3 = 電波の印が出たら、1分ほど待ってください。
cause-restart-worked = 電話にSMSが届きます。
cause-restart-note = この画面を同じ電話で見ている方は、電源を入れたあと、ブラウザーでこの画面をもう一度開いてください。

cause-new-sim-title = 新しいSIMが使えるようになったか確かめる
cause-new-sim-step-1 = 新しい会社の案内で、開通の手続きが終わっているか見てください。
cause-new-sim-step-2 = 終わっていなければ、案内のとおりに手続きをしてください。
cause-new-sim-step-3 = 電話の電源を切って、入れ直してください。
cause-new-sim-step-4 = その電話で、ほかの電話に1回かけてみてください。
cause-new-sim-worked = 電話をかけられます。SMSも届くようになります。
cause-new-sim-note = 会社を変えた日は、切りかえが終わるまでSMSが届かないことがあります。電話をかけられないときは、新しい会社に聞いてください。

cause-line-test-title = 電話をかけてみる
cause-line-test-step-1 = SMSを受け取る電話から、家の電話や家族の電話に1回かけてください。
cause-line-test-step-2 = かけられないときは、契約の会社に、回線が止まっていないか聞いてください。
cause-line-test-worked = 電話をかけられます。SMSも届くようになります。
cause-line-test-note = 電話をかけられるときは、回線は動いています。次へ進んでください。

cause-line-again-title = 電波が入らないわけを、もう一度まとめて確かめる
cause-line-again-step-1 = この番号のSIMが、手元の電話に入っているか見てください。2台あるときは、入っているほうの電話を見てください。
cause-line-again-step-2 = 電話の設定で、この番号の回線が使えるようになっているか見てください。
cause-line-again-step-3 = 契約の会社のアプリかページで、回線が始まっているか、止まっていないか見てください。
cause-line-again-step-4 = 海外にいる方は、国際ローミングを使えるようにしてください。
cause-line-again-step-5 = 電話の電源を切って、入れ直してください。
cause-line-again-worked = 画面に電波の印が出て、SMSが届きます。
cause-line-again-note = もう済んだところは、飛ばしてだいじょうぶです。会社や電話を変えたばかりの方は、とくに3つ目を見てください。

cause-roaming-title = 海外でSMSを受け取れるようにする
cause-roaming-step-1 = 契約の会社のアプリかページで、国際ローミングを使えるか見てください。
cause-roaming-step-2 = 使えないときは、使えるように申し込んでください。
cause-roaming-step-3 = 電話の電源を切って、入れ直してください。
cause-roaming-worked = 画面の上に、今いる国の電話会社の名前と、電波の印が出ます。
cause-roaming-note = SMSを受け取るだけなら、たいてい料金はかかりません。データ通信のローミングは別の設定で、料金がかかることがあります。先に契約の会社で確かめてください。

cause-no-sms-contract-title = 契約にSMSが付いているか確かめる
cause-no-sms-contract-step-1 = 契約の書類か、契約の会社のページを見てください。
cause-no-sms-contract-step-2 = SMSが付いているか、電話の通話ができる契約かを確かめてください。
cause-no-sms-contract-step-3 = 付いていなければ、SMSを付けられるか、契約の会社に聞いてください。
cause-no-sms-contract-worked = SMSの付いた契約になると、認証コードも届きます。
cause-no-sms-contract-note = データ通信だけの契約には、SMSが届きません。付けられないときは、窓口に相談してください。

# --- ほかの方法 ---

cause-email-code-title = メールで認証コードを受け取る
cause-email-code-step-1 = メールで受け取る方法を選んでください。
cause-email-code-step-2 = 届いたメールを開いて、認証コードを見てください。
cause-email-code-worked = メールに、認証コードの数字が書いてあります。
cause-email-code-note = メールは、{ $brand }に登録したアドレスに届きます。

cause-email-code-again-title = メールで受け取る方法を、もう一度ためす
cause-email-code-again-step-1 = 迷惑メールのフォルダーを開いて、メールが入っていないか見てください。
cause-email-code-again-step-2 = なければ、メールで受け取る方法をもう一度選んでください。
cause-email-code-again-step-3 = 届いたメールを開いて、認証コードを見てください。
cause-email-code-again-worked = メールに、認証コードの数字が書いてあります。
cause-email-code-again-note = メールは、{ $brand }に登録したアドレスに届きます。

cause-call-title = 電話で認証コードを聞く
cause-call-step-1 = この番号の電話を手元に置いて、着信の音が鳴るようにしてください。
cause-call-step-2 = { $number_kind ->
    [fixed_line] 知らない番号や海外からの電話を断る設定にしていないか、見てください。
   *[other] { $phone ->
        [iphone] { $ios ->
            [26] 「設定」→「アプリ」→「電話」の「不明な発信者をスクリーニング」が「しない」になっているか見てください。
            [18] 「設定」→「アプリ」→「電話」の「不明な発信者を消音」が、オフになっているか見てください。
            [older] 「設定」→「電話」の「不明な発信者を消音」が、オフになっているか見てください。
           *[other] iPhoneの電話の設定で、不明な発信者を消音していないか見てください。
        }
       *[other] 知らない番号からの電話を鳴らさない設定にしていないか、見てください。
    }
}
cause-call-step-3 = 電話で聞く方法を選んでください。1分ほどで、知らない番号からかかってきます。
cause-call-step-4 = 電話に出て、案内が流れたら、数字のボタンをどれか1つ押してください。
cause-call-step-5 = 読み上げられた数字を書きとめて、認証コードの欄に入れてください。
cause-call-worked = 音声が、認証コードの数字を2回読み上げます。
cause-call-note = 海外の番号からかかってくることもあります。電話は2回までで、留守番電話には認証コードを残しません。かけたあとに使えるのは、電話で聞いた認証コードだけです。この電話が、暗証番号などをたずねることはありません。

cause-call-again-title = もう一度、電話で認証コードを聞く
cause-call-again-step-1 = この番号の電話を手元に置いて、着信の音が鳴るようにしてください。
cause-call-again-step-2 = 電話で聞く方法を選んでください。1分ほどで、知らない番号からかかってきます。
cause-call-again-step-3 = 電話に出て、案内が流れたら、数字のボタンをどれか1つ押してください。
cause-call-again-step-4 = 読み上げられた数字を書きとめて、認証コードの欄に入れてください。
cause-call-again-worked = 音声が、認証コードの数字を2回読み上げます。
cause-call-again-note = 電話に出られなかった方と、まだためしていない方のための方法です。設定を変えるより、早く済みます。かけたあとに使えるのは、その電話で聞いた認証コードだけです。

cause-another-number-title = ほかの携帯電話の番号で受け取る
cause-another-number-step-1 = ご自分で使っている、ほかの携帯電話の番号を入れてください。
cause-another-number-step-2 = その電話に届いた認証コードを見てください。
cause-another-number-worked = ほかの電話に、新しいSMSが届きます。
cause-another-number-note = ほかの人の番号は、使わないでください。

cause-call-back-title = 窓口から電話をもらう
cause-call-back-step-1 = 次の画面で、電話を受けられる番号と、都合のよい時間を書いてください。
cause-call-back-step-2 = 窓口からの電話を待ってください。
cause-call-back-worked = 窓口の係が、電話で手続きを進めます。
cause-call-back-note = 係の者が、認証コードや暗証番号を聞くことはありません。

# --- 電話の設定 ---

cause-iphone-blocked-title = 着信拒否の一覧から外す
cause-iphone-blocked-step-1 = iPhoneの設定を開いて、メッセージの設定へ進んでください。
cause-iphone-blocked-step-2 = 着信拒否、またはブロックした連絡先という名前の一覧を開いてください。
cause-iphone-blocked-step-3 = 認証コードの送信元か、見覚えのない番号があれば、左へ動かして、一覧から外してください。
cause-iphone-blocked-worked = その番号が、一覧から消えます。新しい認証コードが届くようになります。
cause-iphone-blocked-note = 拒否していた間のSMSは、あとから届きません。新しい認証コードを送って、いちばん新しい数字を使ってください。一覧の名前と場所は、iPhoneの種類によってちがいます。新しいiPhoneでは、メッセージの設定は、アプリの項目の中にあります。

cause-plus-block-list-title = 「ブロックリスト」から外す
cause-plus-block-list-step-1 = 「＋メッセージ」を開いてください。
cause-plus-block-list-step-2 = 「マイページ」を押してください。
cause-plus-block-list-step-3 = 「設定」を押してください。
cause-plus-block-list-step-4 = 「プライバシー」を押してください。
cause-plus-block-list-step-5 = 「ブロックリスト」を押してください。
cause-plus-block-list-step-6 = 「ブロックリスト編集」を押してください。
cause-plus-block-list-step-7 = 認証コードの送信元か、見覚えのない番号があれば、「ブロック解除」を押してください。
cause-plus-block-list-worked = その番号が、ブロックリストから消えます。新しい認証コードが届くようになります。
cause-plus-block-list-note = 新しい認証コードを送って、いちばん新しい数字を使ってください。
cause-plus-block-list-place = ＋メッセージ > マイページ > 設定 > プライバシー > ブロックリスト > ブロックリスト編集 > ブロック解除

cause-messages-unblock-title = ブロックを解除する
cause-messages-unblock-step-1 = 「メッセージ」アプリを開いてください。
cause-messages-unblock-step-2 = 画面の右上の、丸い絵または点が3つの印を押してください。
cause-messages-unblock-step-3 = 「スパム / ブロック中」を押してください。
cause-messages-unblock-step-4 = 画面の右上の、点が3つの印を押してください。
cause-messages-unblock-step-5 = 「ブロック中の連絡先」を押してください。
cause-messages-unblock-step-6 = 認証コードの送信元か、見覚えのない番号があれば、横の「✕」を押してください。
cause-messages-unblock-step-7 = 「ブロック解除」を押してください。
cause-messages-unblock-worked = その番号が、一覧から消えます。新しい認証コードが届くようになります。
cause-messages-unblock-note = 新しい認証コードを送って、いちばん新しい数字を使ってください。
cause-messages-unblock-place = メッセージ > 右上の印 > スパム / ブロック中 > 点が3つの印 > ブロック中の連絡先 > ブロック解除

cause-other-block-list-title = SMSの受信拒否の一覧から外す
cause-other-block-list-step-1 = SMSのアプリやメールの、設定を開いてください。
cause-other-block-list-step-2 = ブロックや受信拒否という言葉の付いた一覧を開いてください。
cause-other-block-list-step-3 = 認証コードの送信元か、見覚えのない番号があれば、一覧から外してください。
cause-other-block-list-worked = その番号が、一覧から消えます。新しい認証コードが届くようになります。
cause-other-block-list-note = 連絡先に登録した相手だけから受け取る設定があれば、それも切ってください。一覧の名前と場所は、電話の種類によってちがいます。

cause-storage-title = 電話の空きを増やす
cause-storage-step-1 = { $phone ->
    [feature_phone] SMSの受信箱が、いっぱいになっていないか見てください。
   *[other] 電話の設定で、ストレージ（写真などをしまう所）の空きを見てください。
}
cause-storage-step-2 = { $phone ->
    [feature_phone] いっぱいなら、要らないSMSを消してください。
   *[other] 空きがほとんどなければ、要らない写真や動画、古いSMSを消してください。
}
cause-storage-worked = 空きが増えます。新しく送った認証コードが届きます。
cause-storage-note = 消したものは、元に戻せないことがあります。空きが十分にあれば、何も消さないで次へ進んでください。

cause-storage-again-title = 空きができたか、もう一度見る
cause-storage-again-step-1 = { $phone ->
    [feature_phone] SMSの受信箱が、まだいっぱいになっていないか見てください。
   *[other] 電話の設定で、ストレージの空きをもう一度見てください。
}
cause-storage-again-step-2 = { $phone ->
    [feature_phone] まだいっぱいなら、要らないSMSをもう少し消してください。
   *[other] まだ空きがなければ、ごみ箱も空にしてください。消した写真や動画がごみ箱に残っていると、空きは増えません。
}
cause-storage-again-worked = 空きが増えています。新しく送った認証コードが届きます。
cause-storage-again-note = ごみ箱から消したものは、元に戻せません。

# --- 携帯電話会社の設定 ---

cause-docomo-sms-settings-title = ドコモの「SMS拒否設定」を変える
cause-docomo-sms-settings-step-1 = { $carrier ->
    [ahamo] 「My docomo」のアプリかページを開いて、ログインしてください。ahamoの方も、まずここを見てください。
   *[other] 「My docomo」のアプリかページを開いて、ログインしてください。
}
cause-docomo-sms-settings-step-2 = 「設定」を押してください。
cause-docomo-sms-settings-step-3 = 「メール」の中の「SMS拒否設定」を押してください。
cause-docomo-sms-settings-step-4 = 4けたの「ネットワーク暗証番号」を入れてください。
cause-docomo-sms-settings-step-5 = 「認証する」を押してください。
cause-docomo-sms-settings-step-6 = 「SMS拒否設定」を押してください。
cause-docomo-sms-settings-step-7 = 「拒否・受信条件」で、「すべて受信する」を選んでください。
cause-docomo-sms-settings-step-8 = 「設定を確定する」を押してください。
cause-docomo-sms-settings-worked = 設定は、すぐに変わります。新しく送った認証コードが届きます。
cause-docomo-sms-settings-note = 「条件を指定して拒否する」のまま使うときは、「海外事業者からSMSを拒否」のチェックを**外して**ください。「電話番号を指定して受信する」では届きません。送信元の番号が、送るたびに変わることがあるからです。拒否されたSMSは戻らないので、新しい認証コードを送ってください。画面の言葉は、ちがうことがあります。
cause-docomo-sms-settings-restore = 「SMS拒否設定」を、前の設定に戻してください。あやしいSMSから守る設定です。
cause-docomo-sms-settings-place = My docomo > 設定 > メール > SMS拒否設定 > 拒否・受信条件 > すべて受信する

cause-docomo-by-phone-title = ドコモに電話して、SMSの拒否を解く
cause-docomo-by-phone-step-1 = ドコモの電話なら151、ほかの電話なら0120-800-000にかけてください。
cause-docomo-by-phone-step-2 = My docomoを使わずに、SMSの拒否を電話で解けるか聞いてください。
cause-docomo-by-phone-step-3 = 解けるときは、係の人の案内のとおりにしてください。
cause-docomo-by-phone-worked = 拒否が解けると、新しく送った認証コードが届きます。
cause-docomo-by-phone-note = 受付は、毎日 午前9時から午後8時までです。通話は無料です。4けたの「ネットワーク暗証番号」を手元に用意してください。認証コードは、だれにも教えないでください。
cause-docomo-by-phone-restore = SMSの拒否を、前の設定に戻してください。あやしいSMSから守る設定です。

cause-docomo-pin-forgotten-title = ドコモショップで暗証番号を決め直す
cause-docomo-pin-forgotten-step-1 = 運転免許証など、本人を確かめられるものを用意してください。
cause-docomo-pin-forgotten-step-2 = { $carrier ->
    [ahamo] ahamoのサポートで、「ネットワーク暗証番号」を決め直す方法を聞いてください。
   *[other] ドコモショップで、「ネットワーク暗証番号を決め直したい」と伝えてください。
}
cause-docomo-pin-forgotten-step-3 = 新しい暗証番号で、「SMS拒否設定」を変えてください。
cause-docomo-pin-forgotten-worked = 新しい暗証番号で、設定の画面に入れます。
cause-docomo-pin-forgotten-note = 「ネットワーク暗証番号」を忘れた方のための案内です。契約した方が手続きをしてください。その場で「SMS拒否設定」を変えられるか、店の人に聞いてください。

cause-au-sms-filter-title = auの迷惑SMSブロックを止める
cause-au-sms-filter-step-1 = 下のauのページを開いてください。
cause-au-sms-filter-step-2 = 迷惑SMSブロックを解除する方法を読んでください。
cause-au-sms-filter-step-3 = そのとおりに、解除してください。
cause-au-sms-filter-worked = 解除の手続きが終わります。新しく送った認証コードが届きます。
cause-au-sms-filter-note = 迷惑SMSブロックは、すべての回線ではじめから動いています。まれに、必要なSMSも止めます。止められたSMSは、あとから届きません。
cause-au-sms-filter-restore = auの迷惑SMSブロックを、もう一度使う設定に戻してください。あやしいSMSから守る働きです。

cause-uq-sms-filter-title = UQ mobileの迷惑SMSブロックを止める
cause-uq-sms-filter-step-1 = 下のページ（auのページ）を開いてください。
cause-uq-sms-filter-step-2 = UQ mobileで迷惑SMSブロックを解除する方法を読んでください。
cause-uq-sms-filter-step-3 = そのとおりに、解除してください。
cause-uq-sms-filter-worked = 迷惑SMSブロックが、解除されたと出ます。新しく送った認証コードが届きます。
cause-uq-sms-filter-note = 迷惑SMSブロックは、UQ mobileでもはじめから動いています。まれに、必要なSMSも止めます。止められたSMSは、あとから届きません。
cause-uq-sms-filter-restore = UQ mobileの迷惑SMSブロックを、もう一度使う設定に戻してください。あやしいSMSから守る働きです。

cause-povo-sms-filter-title = povoの迷惑SMSブロックを止める
cause-povo-sms-filter-step-1 = povo2.0のアプリを開いてください。
cause-povo-sms-filter-step-2 = プロフィールの画面から、設定へ進んでください。
cause-povo-sms-filter-step-3 = 迷惑SMSブロックを、オフにしてください。
cause-povo-sms-filter-worked = 迷惑SMSブロックがオフになります。新しく送った認証コードが届きます。
cause-povo-sms-filter-note = 迷惑SMSブロックは、はじめから動いています。まれに、必要なSMSも止めます。止められたSMSは、あとから届きません。
cause-povo-sms-filter-restore = povo2.0のアプリで、迷惑SMSブロックをもう一度オンにしてください。あやしいSMSから守る働きです。

cause-softbank-filter-title = ソフトバンクの迷惑メールフィルターを弱くする
cause-softbank-filter-step-1 = 電話のWi-Fiを切ってください。My SoftBankに、自動でログインできます。
cause-softbank-filter-step-2 = 「My SoftBank」を開いてください。
cause-softbank-filter-step-3 = 「メール設定」から「迷惑メール対策」へ進んでください。
cause-softbank-filter-step-4 = 「迷惑メールフィルターの強度を選択」で、今より弱いものを選んでください。
cause-softbank-filter-step-5 = 「次へ」を押してください。
cause-softbank-filter-step-6 = 「変更する」を押してください。
cause-softbank-filter-worked = 選んだ強度に変わります。新しく送った認証コードが届きます。
cause-softbank-filter-note = はじめは「標準」になっています。フィルターは、SMSにも働きます。止められたSMSは、あとから届きません。終わったら、Wi-Fiを入れてください。
cause-softbank-filter-restore = 迷惑メールフィルターを、前の強度に戻してください。あやしいSMSから守る設定です。
cause-softbank-filter-place = My SoftBank > メール設定 > 迷惑メール対策 > 迷惑メールフィルターの強度を選択

cause-softbank-overseas-title = 海外からのSMSの拒否をやめる
cause-softbank-overseas-step-1 = My SoftBankを開いて、迷惑メール対策の画面へ進んでください。
cause-softbank-overseas-step-2 = 海外から届くSMS（電話番号メール）の、許可と拒否の設定を探してください。
cause-softbank-overseas-step-3 = 拒否になっていたら、受け取る設定に変えてください。
cause-softbank-overseas-worked = 設定が変わったと出ます。新しく送った認証コードが届きます。
cause-softbank-overseas-note = 認証コードは、海外の設備を通って届くことがあります。設定の場所がわからないときは、下のソフトバンクのページを見てください。
cause-softbank-overseas-restore = 海外からのSMSを、前と同じように拒否する設定に戻してください。あやしいSMSから守る設定です。

cause-ymobile-sms-filter-title = ワイモバイルの、SMSを止める設定を変える
cause-ymobile-sms-filter-step-1 = My Y!mobileを開いて、ログインしてください。
cause-ymobile-sms-filter-step-2 = メールの設定から、迷惑メール対策の画面へ進んでください。
cause-ymobile-sms-filter-step-3 = フィルターの強さを、今より弱くしてください。
cause-ymobile-sms-filter-step-4 = 海外からのSMSを拒否していれば、受け取る設定に変えてください。
cause-ymobile-sms-filter-worked = 設定が変わったと出ます。新しく送った認証コードが届きます。
cause-ymobile-sms-filter-note = 画面の言葉は、ちがうことがあります。わからないときは、下のワイモバイルのページを見てください。止められたSMSは、あとから届きません。
cause-ymobile-sms-filter-restore = ワイモバイルの迷惑メール対策を、前の設定に戻してください。あやしいSMSから守る設定です。

cause-linemo-sms-filter-title = LINEMOの、SMSを止める設定を変える
cause-linemo-sms-filter-step-1 = 電話のWi-Fiを切って、LINEMOのMy Menuを開いてください。
cause-linemo-sms-filter-step-2 = メールやSMSの、迷惑対策の画面へ進んでください。
cause-linemo-sms-filter-step-3 = フィルターの強さを、今より弱くしてください。
cause-linemo-sms-filter-step-4 = 海外からのSMSを拒否していれば、受け取る設定に変えてください。
cause-linemo-sms-filter-worked = 設定が変わったと出ます。新しく送った認証コードが届きます。
cause-linemo-sms-filter-note = Wi-Fiを切ると、My Menuに自動でログインできます。画面の言葉は、ちがうことがあります。わからないときは、下のLINEMOのページを見てください。終わったら、Wi-Fiを入れてください。
cause-linemo-sms-filter-restore = LINEMOの迷惑対策を、前の設定に戻してください。あやしいSMSから守る設定です。

cause-rakuten-sms-filter-title = 楽天モバイルの迷惑SMS拒否設定を切る
cause-rakuten-sms-filter-step-1 = 「my 楽天モバイル」のアプリを開いてください。
cause-rakuten-sms-filter-step-2 = 「契約プラン」を押してください。
cause-rakuten-sms-filter-step-3 = 迷惑SMSの拒否の設定を、オフにしてください。
cause-rakuten-sms-filter-worked = 設定がオフになります。新しく送った認証コードが届きます。
cause-rakuten-sms-filter-note = この設定は、はじめからオンになっています。料金はかかりません。拒否されたSMSは、読むことも戻すこともできません。
cause-rakuten-sms-filter-restore = 「my 楽天モバイル」のアプリで、迷惑SMSの拒否の設定をオンに戻してください。あやしいSMSから守る設定です。

cause-mvno-docomo-line-title = 契約の会社で、「SMS拒否設定」を変える
cause-mvno-docomo-line-step-1 = 契約の会社のページで、「SMS拒否設定」の変え方を探してください。
cause-mvno-docomo-line-step-2 = 「SMS一括拒否」になっていたら、解除してください。
cause-mvno-docomo-line-step-3 = 「国際SMS拒否」になっていたら、解除してください。
cause-mvno-docomo-line-step-4 = 「危険SMS拒否」になっていたら、解除してください。
cause-mvno-docomo-line-worked = 設定が変わります。新しく送った認証コードが届きます。
cause-mvno-docomo-line-note = はじめから「SMS一括拒否」になっている会社もあります。「個別番号受信」では届きません。送信元の番号が、送るたびに変わることがあるからです。「ネットワーク暗証番号」がわからないときは、契約の会社に聞いてください。
cause-mvno-docomo-line-restore = 解除したSMSの拒否を、前の設定に戻してください。あやしいSMSから守る設定です。

cause-mvno-au-line-title = 契約の会社で、「迷惑SMSブロック」を止める
cause-mvno-au-line-step-1 = 契約の会社のページで、「迷惑SMSブロック」を解除する方法を探してください。
cause-mvno-au-line-step-2 = 見つからなければ、契約の会社に聞いてください。
cause-mvno-au-line-step-3 = そのとおりに、解除してください。
cause-mvno-au-line-worked = 「迷惑SMSブロック」が解除されます。新しく送った認証コードが届きます。
cause-mvno-au-line-note = auの回線では、「迷惑SMSブロック」がはじめから動いています。まれに、必要なSMSも止めます。止められたSMSは、あとから届きません。
cause-mvno-au-line-restore = 「迷惑SMSブロック」を、もう一度使う設定に戻してください。あやしいSMSから守る働きです。

cause-mvno-other-line-title = 契約の会社に、SMSの拒否を聞く
cause-mvno-other-line-step-1 = 契約の会社のページか電話の窓口を開いてください。
cause-mvno-other-line-step-2 = SMSや海外からのSMSが、拒否されていないか聞いてください。
cause-mvno-other-line-step-3 = 拒否されていたら、解除してもらってください。
cause-mvno-other-line-worked = 拒否が解除されます。新しく送った認証コードが届きます。
cause-mvno-other-line-note = 拒否の設定がない会社もあります。
cause-mvno-other-line-restore = 解除したSMSの拒否を、前の設定に戻してください。あやしいSMSから守る設定です。

cause-carrier-ask-title = 契約の会社に、SMSの拒否を聞く
cause-carrier-ask-step-1 = 契約の会社の窓口に、電話かチャットで連絡してください。
cause-carrier-ask-step-2 = SMSや海外からのSMSが、拒否されていないか聞いてください。
cause-carrier-ask-step-3 = 拒否されていたら、解除する方法を聞いて、解除してください。
cause-carrier-ask-worked = 拒否が解除されます。新しく送った認証コードが届きます。
cause-carrier-ask-note = 拒否されたSMSは、あとから届きません。新しい認証コードを送ってください。
cause-carrier-ask-restore = 解除したSMSの拒否を、前の設定に戻してください。あやしいSMSから守る設定です。

cause-carrier-ask-unknown-title = 契約の会社を調べて、SMSの拒否を聞く
cause-carrier-ask-unknown-step-1 = 電話料金の請求書か、口座の引き落としで、契約の会社を見つけてください。
cause-carrier-ask-unknown-step-2 = その会社の窓口に、電話かチャットで連絡してください。
cause-carrier-ask-unknown-step-3 = SMSや海外からのSMSが、拒否されていないか聞いてください。
cause-carrier-ask-unknown-step-4 = 拒否されていたら、解除する方法を聞いて、解除してください。
cause-carrier-ask-unknown-worked = 拒否が解除されます。新しく送った認証コードが届きます。
cause-carrier-ask-unknown-note = 会社がわかったら、前の答えを直してください。その会社に合った案内になります。
cause-carrier-ask-unknown-restore = 解除したSMSの拒否を、前の設定に戻してください。あやしいSMSから守る設定です。

cause-carrier-elsewhere-title = 契約の会社に、SMSの拒否を聞く
cause-carrier-elsewhere-step-1 = 契約の会社のページか電話の窓口を開いてください。
cause-carrier-elsewhere-step-2 = 会社や外国からのSMSが、拒否されていないか聞いてください。
cause-carrier-elsewhere-step-3 = 拒否されていたら、解除してもらってください。
cause-carrier-elsewhere-worked = 拒否が解除されます。新しく送った認証コードが届きます。
cause-carrier-elsewhere-note = 拒否されたSMSは、あとから届きません。新しい認証コードを送ってください。
cause-carrier-elsewhere-restore = 解除したSMSの拒否を、前の設定に戻してください。あやしいSMSから守る設定です。

# --- ほかの会社のページ ---

link-apple-forwarding = Appleのサポート：SMSをほかの機器でも見る
link-apple-blocked = Appleのサポート：電話やメッセージの着信拒否
link-plus-senders = KDDI：＋メッセージの「不明な差出人」について
link-plus-block = ソフトバンク：＋メッセージのブロックについて
link-google-spam = Google：メッセージの「スパム / ブロック中」
link-rakuten-sms = 楽天モバイル：SMSが届かないとき
link-rakuten-filter = 楽天モバイル：迷惑SMS拒否設定
link-docomo-sms = ドコモ：SMS拒否設定
link-docomo-pin = ドコモ：ネットワーク暗証番号を忘れたとき
link-au-sms = au：迷惑SMSブロック
link-kddi-sms = au：迷惑SMSブロック（UQ mobile、povo、auの回線）
link-povo-sms = povo：迷惑SMSブロック（英語のページ）
link-softbank-filter = ソフトバンク：迷惑メールフィルター
link-softbank-sms = ソフトバンク：SMSの迷惑対策
link-ymobile-sms = ワイモバイル：よくある質問（SMSの迷惑対策）
link-linemo-support = LINEMO：サポート
