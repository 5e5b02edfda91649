# Verifying a phone number: number, code, done, "the SMS did not arrive"

number-heading = Enter your mobile phone number
number-heading-any = Enter your phone number
number-why = { $service } wants to check that this phone number is yours.
number-why-sign-up = { $service } checks your phone number so that you can sign up.
number-why-sign-in = { $service } checks by your phone number that it is you who signs in.
number-why-payment = { $service } checks by your phone number that it is you who pays.
number-why-recovery = { $service } checks your phone number so that you can use your account again.
number-country = Country or region
number-label = Phone number
number-hint-japan = For example 090-1234-5678.
number-hint = Hyphens and spaces make no difference.
number-hint-only = A number in { $country } (+{ $calling }).
number-hint-called-fixed-line = We call fixed lines, and a voice reads the code.
number-hint-called-voip = We call IP phones, such as 050 numbers, and a voice reads the code.
number-hint-called-both = We call fixed lines and IP phones, such as 050 numbers, and a voice reads the code.
number-use = We use this number for this check only.
number-kept = We keep the number encrypted and erase it on { $day }.
number-cost = Receiving the SMS is free. Carriers outside Japan may charge you.
number-down = We cannot reach the carrier right now. Enter your number, and the SMS goes out as soon as it is back. If it is urgent, talk to a person.
number-send = Send the code

send-heading = We send a code to this number
send-heading-call = We read a code to this number by phone
send-number = The number that { $service } has on file
send-down = We cannot reach the carrier right now. Press the button, and the SMS goes out as soon as it is back. If it is urgent, talk to a person.
send-down-call = We cannot make calls right now. Press the button, and we call as soon as we can. If it is urgent, talk to a person.
send-call = We call this number. Press any key, and a voice reads the code twice.
send-other = If you cannot use this number, go back to { $service } and ask a person there.

number-slip-empty = Enter your phone number.
number-slip-unreadable = We could not read this as a phone number. Enter it in digits.
number-slip-too-short = The phone number has too few digits. Check it again.
number-slip-too-long = The phone number has too many digits. Check it again.
number-slip-unassigned = No phone uses this number. Check it again.
number-slip-voip = IP phones, such as 050 numbers, cannot receive our SMS. Enter a mobile number. If you have none, talk to a person below.
number-slip-fixed-line = Fixed lines cannot receive our SMS. Enter a mobile number. If you have none, talk to a person below.
number-slip-toll-free = Toll-free numbers, such as 0120, cannot receive our SMS. Enter a mobile number. If you have none, talk to a person below.
number-slip-shared-cost = 0570 numbers cannot receive our SMS. Enter a mobile number. If you have none, talk to a person below.
number-slip-premium-rate = Premium-rate numbers, such as 0990, cannot receive our SMS. Enter a mobile number. If you have none, talk to a person below.
number-slip-pager = 020 numbers cannot receive our SMS. Enter a mobile number. If you have none, talk to a person below.
number-slip-country-not-allowed = { $service } sends no SMS to this country or region. Enter a number from another one.
number-slip-not-called = We cannot call this number now. Enter a mobile number. If you have none, talk to a person below.

code-heading = Enter the { $digits } digits from the SMS
code-heading-call = Enter the { $digits } digits that the call reads out
code-to = To
code-correct = Change the number
code-sender = Sender
code-asked-at = Asked for at
code-label = Code
code-hint = It has { $digits } digits.
code-valid-until = You can use it until { $time }.
code-checks-left = { $n ->
    [1] You have 1 try left.
   *[other] You have { $n } tries left.
}
code-filled = We filled in the digits from the SMS. Now press “Confirm”.
code-check = Confirm
code-secret = Tell these digits to nobody. Our staff never ask for them.
code-again = Get another SMS
code-again-or-call = Get the code again
code-again-call = Get another call
code-resend = Send the code again
code-resend-from = You can send it from { $time }.
code-resend-count = You can send it { $max } times in all; { $n } used.
code-resend-replaces = A new code replaces the earlier one.
code-resend-countdown = You can send it in {"{n}"} seconds.
code-resend-ready = You can send it now.
code-resend-exhausted = You have used every SMS we can send. The digits that arrived still work.
code-call = Have the code read to you by phone
code-call-hint = We call this number. Press any key, and a voice reads a new code twice. A new code replaces the earlier one.
code-call-again = Have us call again
code-call-from = You can ask for it from { $time }.
code-call-countdown = You can ask for it in {"{n}"} seconds.
code-call-ready = You can ask for it now.
code-call-due = We call as soon as we can. You need not ask again.
code-call-exhausted = We do not call more often. If you missed the calls, see below what else you can do.
code-help = SMS did not arrive?
code-help-call = No call?

code-notice-resent = We sent it again at { $time } ({ $n } of { $max }).
code-notice-resent-held = You asked for another SMS at { $time } ({ $n } of { $max }). It goes out as soon as the carrier is back.
code-notice-called = You asked for a call at { $time }. Only the code from this call works now.
code-notice-called-held = You asked for a call at { $time }. We call you as soon as we can.
code-notice-corrected = We sent it to the corrected number at { $time }.
code-notice-corrected-held = You corrected the number at { $time }. The SMS goes there as soon as the carrier is back.
code-notice-too-early = Not sent yet. You can send it again from { $time }.
code-notice-under-way = A check of this number is under way already. We sent no new SMS. The digits that arrived before still work.
code-notice-under-way-call = A check of this number is under way already. We made no new call. The digits that you heard before still work.

code-slip-empty = Enter the { $digits }-digit code.
code-slip-format = The code is { $digits } digits. Look at the SMS again.
code-slip-incorrect = The code is wrong. Look at the SMS again and enter its { $digits } digits.
code-slip-superseded = These digits are from an earlier SMS. Enter those from the newest one. This used up no try.
code-slip-format-call = The code is { $digits } digits.
code-slip-incorrect-call = The code is wrong. Enter the { $digits } digits of the newest call.
code-slip-superseded-call = These digits are from an earlier code. Enter those from the newest call, or have a new code sent. This used up no try.

message-queued = The SMS is waiting to be sent. { $place } { $eta }
message-queued-next = It is the next one.
message-queued-under = Fewer than { $n } messages are ahead of it.
message-queued-hundreds = A hundred or more messages are ahead of it.
message-eta-seconds = It should leave in about { $n } seconds.
message-eta-minutes = It should leave in about { $n } minutes.
message-eta-unknown = We cannot tell yet how long this takes.
message-submitted = We handed the SMS to the carrier at { $time }. The carrier has not confirmed its arrival yet.
message-delivered = The SMS has arrived at the phone. Look in the messages app.
message-look = See how it stands now
message-undelivered = The SMS did not reach the phone. Check the number, then send it again.
message-delivered-brief = The SMS has arrived at the phone.
message-undelivered-brief = The SMS did not arrive at the phone.
message-no-route = We cannot send an SMS to this number right now, and have sent none. Use another number.
message-link-down = We cannot reach the carrier right now. We send the SMS as soon as it is back. After { $time } this code stops working.
message-call-soon = We are about to call you.
message-call-ringing = We called at { $time }. Answer the call and press any key: then the code is read out.
message-call-heard = The code was read out in the call. Enter its digits.
message-call-heard-brief = The code was read out in the call.
message-call-missed = Our call did not reach you. See below how else to get the code.
message-call-missed-brief = Our call did not reach you.
message-call-held = We cannot make calls right now. We call as soon as we can. After { $time } this code stops working.
message-expired = We could not send the SMS before the time of its code was over, at { $time }. Send a new one.

done-heading = Your phone number is verified
done-number = Verified number
done-at = Verified at
done-next = Go back to { $service } to continue where you were.

help-have-code = I have the code: enter it
help-correct = Send to this number
help-fixed = You cannot change the number here. If your number has changed, talk to a person below.
