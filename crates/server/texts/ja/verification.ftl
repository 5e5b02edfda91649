# 電話番号の確認：番号、認証コード、完了、SMSが届かないとき

number-heading = SMSを受け取る電話番号を入れてください
number-why = { $service }が、あなたの電話番号を確かめます。
number-why-sign-up = { $service }の会員登録のために、あなたの電話番号を確かめます。
number-why-sign-in = { $service }にログインするのがあなた本人であることを、電話番号で確かめます。
number-why-payment = { $service }での支払いがあなた本人のものであることを、電話番号で確かめます。
number-why-recovery = { $service }をもう一度使えるように、あなたの電話番号を確かめます。
number-country = 国・地域
number-label = 電話番号
number-hint-japan = 例：090-1234-5678
number-hint = ハイフンや空白は、なくてもかまいません。
number-hint-only = { $country }（+{ $calling }）の番号です。
number-use = この番号は、今回の確認だけに使います。
number-kept = 番号は暗号にしてしまっておき、{ $day }に消します。
number-cost = SMSの受け取りに、料金はかかりません。海外の電話会社では、かかることがあります。
number-down = 今、携帯電話会社とつながりません。番号を入れておくと、つながりしだいSMSを送ります。お急ぎのときは、窓口に相談してください。
number-send = 認証コードを送る

send-heading = この番号に認証コードを送ります
send-number = { $service }に登録されている番号
send-down = 今、携帯電話会社とつながりません。ボタンを押しておくと、つながりしだいSMSを送ります。お急ぎのときは、窓口に相談してください。
send-other = この番号を使えないときは、{ $service }に戻って、窓口に相談してください。

number-slip-empty = 電話番号を入れてください。
number-slip-unreadable = 電話番号として読めませんでした。数字で入れてください。
number-slip-too-short = 電話番号の数字が足りません。もう一度見てください。
number-slip-too-long = 電話番号の数字が多すぎます。もう一度見てください。
number-slip-unassigned = この番号は、どの電話にも使われていません。もう一度見てください。
number-slip-voip = 050などのIP電話には、SMSを送れません。携帯電話の番号を入れてください。ないときは、下の窓口に相談してください。
number-slip-fixed-line = 固定電話には、SMSを送れません。携帯電話の番号を入れてください。ないときは、下の窓口に相談してください。
number-slip-toll-free = 0120などの通話無料の番号には、SMSを送れません。携帯電話の番号を入れてください。ないときは、下の窓口に相談してください。
number-slip-shared-cost = 0570の番号には、SMSを送れません。携帯電話の番号を入れてください。ないときは、下の窓口に相談してください。
number-slip-premium-rate = 0990などの情報料がかかる番号には、SMSを送れません。携帯電話の番号を入れてください。ないときは、下の窓口に相談してください。
number-slip-pager = 020の番号には、SMSを送れません。携帯電話の番号を入れてください。ないときは、下の窓口に相談してください。
number-slip-country-not-allowed = { $service }は、この国・地域の番号にSMSを送っていません。ほかの国・地域の番号を入れてください。

code-heading = SMSで届いた{ $digits }けたの数字を入れてください
code-heading-call = 電話で聞いた{ $digits }けたの数字を入れてください
code-to = 送り先
code-correct = 番号を変える
code-sender = 送信元
code-asked-at = 受け付けた時刻
code-label = 認証コード
code-hint = { $digits }けたの数字です。
code-valid-until = { $time }まで使えます。
code-checks-left = あと{ $n }回、入力できます。
code-filled = SMSの数字を入れました。「確認する」を押してください。
code-check = 確認する
code-secret = この数字は、だれにも教えないでください。係の者が聞くこともありません。
code-again = SMSをもう一度受け取る
code-resend = 認証コードをもう一度送る
code-resend-from = { $time }から送れます。
code-resend-count = 全部で{ $max }回送れます。これまでに{ $n }回使いました。
code-resend-replaces = 新しく送ると、前の数字は使えなくなります。
code-resend-countdown = あと{"{n}"}秒で送れます。
code-resend-ready = 今、送れます。
code-resend-exhausted = SMSを送れる回数を、すべて使いました。届いたSMSの数字は、まだ使えます。
code-call = 電話で認証コードを聞く
code-call-hint = この番号に電話をかけます。どれかの数字を押すと、新しい認証コードを2回読み上げます。前の認証コードは使えなくなります。
code-help = SMSが届かないときは

code-notice-resent = { $time }に、もう一度送りました（{ $max }回のうち{ $n }回目）。
code-notice-resent-held = もう一度送る申し込みを、{ $time }に受け付けました（{ $max }回のうち{ $n }回目）。つながりしだい送ります。
code-notice-called = { $time }に、電話を受け付けました。まもなく、電話がかかります。
code-notice-called-held = { $time }に、電話を受け付けました。かけられるようになりしだい、電話をかけます。
code-notice-corrected = { $time }に、直した番号へ送りました。
code-notice-corrected-held = 直した番号へ送る申し込みを、{ $time }に受け付けました。つながりしだい送ります。
code-notice-too-early = まだ送っていません。{ $time }から、もう一度送れます。
code-notice-under-way = この番号の確認は、もう始まっています。新しいSMSは送っていません。前に届いた数字を使えます。

code-slip-empty = { $digits }けたの認証コードを入れてください。
code-slip-format = 認証コードは{ $digits }けたの数字です。SMSをもう一度見てください。
code-slip-incorrect = 認証コードが違います。SMSをもう一度見て、{ $digits }けたの数字を入れてください。
code-slip-superseded = 前のSMSの数字です。いちばん新しいSMSの数字を入れてください。入力できる回数は減っていません。

message-queued = SMSを送る順番を待っています。{ $place }{ $eta }
message-queued-next = 次に送ります。
message-queued-under = 先に待つSMSは、{ $n }件より少ないです。
message-queued-hundreds = 先に待つSMSが、100件以上あります。
message-eta-seconds = あと{ $n }秒ほどで送れる見込みです。
message-eta-minutes = あと{ $n }分ほどで送れる見込みです。
message-eta-unknown = かかる時間は、まだわかりません。
message-submitted = { $time }に、携帯電話会社へSMSを渡しました。届いたという知らせは、まだありません。
message-delivered = SMSは、電話に届きました。SMSのアプリを見てください。
message-look = 今どうなっているか見る
message-undelivered = SMSは、電話に届きませんでした。番号を確かめて、もう一度送ってください。
message-delivered-brief = SMSは、電話に届きました。
message-undelivered-brief = SMSは、電話に届きませんでした。
message-no-route = この番号には、今、SMSを送れません。SMSは送っていません。別の番号でお試しください。
message-link-down = 今、携帯電話会社とつながりません。つながりしだい、SMSを送ります。{ $time }を過ぎると、この認証コードは使えません。
message-call-soon = まもなく、電話をかけます。
message-call-ringing = { $time }に、電話をかけました。電話に出て、どれかの数字を押してください。認証コードを読み上げます。
message-call-heard = 電話で、認証コードを読み上げました。その数字を入れてください。
message-call-heard-brief = 電話で、認証コードを読み上げました。
message-call-missed = 電話が、つながりませんでした。SMSで受け取るか、もう一度電話を頼んでください。
message-call-missed-brief = 電話が、つながりませんでした。
message-call-held = 今、電話をかけられません。かけられるようになりしだい、かけます。{ $time }を過ぎると、この認証コードは使えません。
message-expired = SMSを送れないまま、認証コードの時間（{ $time }まで）が過ぎました。もう一度送ってください。

done-heading = 電話番号を確認しました
done-number = 確認した番号
done-at = 確認した時刻
done-next = { $service }に戻ると、続きから進めます。

help-have-code = SMSが届いたので、認証コードを入れる
help-correct = この番号に送る
help-fixed = この手続きでは、ほかの番号に変えられません。番号が変わったときは、窓口に相談してください。
