# 案内：一つずつ試すこと

guide-worked = うまくいくと：
guide-place = 設定の場所
guide-enter-code = 届いたので認証コードを入れる
guide-it-worked = 解決した
guide-not-helped = 見つからない・届かない。次へ進む
guide-not-it = ここが原因ではなかった。次へ進む
guide-cannot = この操作はできない
guide-done-resend = 操作したので、新しいコードを送る
guide-resend-there = 操作が終わったら、元の画面に戻って、新しいコードを送ってください。
guide-number-right = 番号は合っている
guide-answer = 次へ
guide-slip-empty = 一つ選んでください。
guide-back = 一つ前に戻る
guide-known-heading = わかっていること
guide-change = 変える
guide-change-of = 変える：{ $question }
guide-contact-heading = ここからは、人がお手伝いします
guide-contact-lead = 自分でできることは、すべて試しました。下の窓口に連絡してください。試したことを、くり返し説明する必要はありません。画面のいちばん下の「お問い合わせ用の記号」を伝えてください。
guide-write = 窓口に書いて送る
guide-solved-heading = SMSが届きました
guide-solved-lead = 届いた数字を入れると、続きから進めます。
guide-restore-heading = 変えた設定を元に戻す
guide-start = 始める
guide-more-contacts = ほかの窓口（{ $n }）
guide-not-yet = まだ届かない。次へ進む
guide-no-other-number = ほかの番号はない。次へ進む
