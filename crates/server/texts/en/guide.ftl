# The guide: things to try, one at a time

guide-worked = When it worked:
guide-place = Where the setting is
guide-enter-code = The SMS is here: enter the code
guide-it-worked = This worked
guide-not-helped = Not there, or not arrived: next step
guide-not-it = This was not the cause: next step
guide-cannot = I cannot do this
guide-done-resend = I did this: send a new code
guide-resend-there = When you have done this, go back to the page that you came from and ask for a new code.
guide-number-right = The number is right
guide-answer = Continue
guide-slip-empty = Choose one answer.
guide-back = Go back one step
guide-known-heading = What we know
guide-change = Change
guide-change-of = Change: { $question }
guide-contact-heading = A person will help you from here
guide-contact-lead = You have tried everything that you can do by yourself. Contact one of the desks below. You need not explain again what you tried: tell them the “Reference for support” at the end of this page.
guide-write = Write to support
guide-solved-heading = The SMS has arrived
guide-solved-lead = Enter the digits to go on.
guide-restore-heading = Switch your settings back
guide-start = Start
guide-more-contacts = Other ways to reach a person ({ $n })
guide-not-yet = Still not here: next step
guide-no-other-number = I have no other number: next step
