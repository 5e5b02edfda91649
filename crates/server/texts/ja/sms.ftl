# What messages say. Every one must fit into one SMS: 70 characters with the code of 8 digits and the last line
# (`@host #code`), which is added to it. A test holds the shipped texts to that.

sms-text = { $brand } { $purpose }
    コード { $code }
    人に教えないでください

sms-purpose-verify-phone = 番号確認
sms-purpose-sign-up = 会員登録
sms-purpose-sign-in = ログイン
sms-purpose-payment = 支払い
sms-purpose-recovery = 再設定
