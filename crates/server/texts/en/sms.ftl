# What messages say. A message is one SMS: 160 characters (70 if the brand has other than Latin letters), with a code of
# 8 digits and the last line (`@host #code`) that is added to it. Where that is too long for the full text, the short one
# is sent.

sms-full = { $brand }: { $code } is your { $purpose } code.
    Do not tell it to anyone.
sms-short = { $brand } { $purpose } { $code }
    Tell nobody.

sms-purpose-verify-phone = number
sms-purpose-sign-up = sign-up
sms-purpose-sign-in = sign-in
sms-purpose-payment = payment
sms-purpose-recovery = recovery

# What a call says; `code` is digit by digit.
call-text = This is { $brand }. Your { $purpose } code is: { $code }. Once more: { $code }. Do not tell it to anyone.

# `tegata doctor --send`: an operator's own phone.
sms-test = Test message from Tegata. If you can read it, sending works.
