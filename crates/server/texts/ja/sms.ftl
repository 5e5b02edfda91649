# What messages say. A message is one SMS: 70 characters, with a code of 8 digits and the last line (`@host #code`)
# that is added to it. Where a brand and a host are too long for the full text, the short one is sent.

sms-full = { $brand } { $purpose }
    コード { $code }
    人に教えないでください
sms-short = { $brand } { $purpose } { $code }
    人に教えない

sms-purpose-verify-phone = 番号確認
sms-purpose-sign-up = 会員登録
sms-purpose-sign-in = ログイン
sms-purpose-payment = 支払い
sms-purpose-recovery = 再設定

# What a call says; `code` is digit by digit.
call-text = { $brand }です。{ $purpose }の認証コードは、{ $code }、です。もう一度くり返します。{ $code }、です。この数字は、だれにも教えないでください。

# `tegata doctor --send`: an operator's own phone.
sms-test = Tegataからのテスト送信です。このSMSが届いていれば、送信の設定は正常です。
