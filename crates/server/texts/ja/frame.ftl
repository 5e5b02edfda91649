# ページの枠、時刻、窓口
frame-skip = 本文へ進む
frame-languages = 言語を選ぶ
frame-role-verification = 電話番号の確認
frame-role-reference = インターフェースの説明
frame-role-console = 管理画面
frame-error-prefix = エラー：
frame-summary = 入力を見直してください
frame-notice = お知らせ
frame-reference = お問い合わせ用の記号
frame-made = 手形 Tegata

# The joiners keep a time, and a date, on one line.
time-hour = { $hour }時
time-minute = { $hour }時{"\u2060"}{ $minute }分
time-second = { $hour }時{"\u2060"}{ $minute }分{"\u2060"}{ $second }秒
time-other-day = { $day }{ $time }
time-day = { $month }月{"\u2060"}{ $day }日{"\u2060"}（{ $weekday ->
    [1] 月
    [2] 火
    [3] 水
    [4] 木
    [5] 金
    [6] 土
   *[7] 日
}）

contact-heading = 窓口に相談する
contact-always = いつでも受け付けています
contact-open-until = 今、受け付けています（{ $time }まで）
contact-closed-until = 今は受付時間の外です（{ $time }から）
contact-closed = 今は受け付けていません
contact-call = 電話
contact-form = お問い合わせフォームを開く
contact-shop = 店の場所を見る
contact-booking = 予約してから行くと待たずに済みます
contact-venue = 説明会の日程を見る
contact-no-booking = 予約は要りません
contact-message = 困っていることを書いて送る
contact-message-always = いつでも書けます
contact-message-hours = 読む時間：{ $hours }

way-number = 番号の入力からやり直す
way-other-number = ほかの番号を使う
way-code = 認証コードの入力に戻る
way-guide = 手順に戻る
way-again = もう一度試す
way-service = { $service }に戻る
way-cancel = 中止して{ $service }に戻る

hours-group = { $days } { $spans }
hours-and = 、
hours-then = 。
hours-every-day = 毎日
hours-days = { $first }から{ $last }
hours-day = { $weekday ->
    [1] 月曜日
    [2] 火曜日
    [3] 水曜日
    [4] 木曜日
    [5] 金曜日
    [6] 土曜日
   *[7] 日曜日
}
hours-span = { $from }から{ $to }まで
hours-hour = { $hour }時
hours-minute = { $hour }時{ $minute }分
hours-zone = { $hours }（{ $zone } の時刻）
