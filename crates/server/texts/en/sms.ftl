# What messages say. Every one must fit into one SMS: 160 characters of GSM-7 with the code of 8 digits and the last line
# (`@host #code`), which is added to it. A test holds the shipped texts to that.

sms-text = { $brand }: { $code } is your code to { $purpose }.
    Do not tell it to anyone.

sms-purpose-verify-phone = confirm your number
sms-purpose-sign-up = sign up
sms-purpose-sign-in = sign in
sms-purpose-payment = pay
sms-purpose-recovery = recover your account
