# The SMS does not arrive

title = The SMS does not arrive
intro = We find out, one thing at a time, why the SMS with your code is not there.

# --- Questions ---

fact-number_right-question = Is this the right number for the code? { $number }
fact-number_right-yes = Yes, it is right
fact-number_right-no = No, it is wrong

fact-number_kind-question = Which number should receive the SMS?
fact-number_kind-hint = Choose by its first digits.
fact-number_kind-mobile = A mobile number (in Japan 060, 070, 080 or 090)
fact-number_kind-ip_phone = A number that begins with 050 (IP phone)
fact-number_kind-fixed_line = A landline number (an area code such as 03 or 06)
fact-number_kind-toll_free = A number that begins with 0120 or 0800
fact-number_kind-data_only = The number of a contract for data only
fact-number_kind-unknown = I do not know

fact-country-question = Is it a Japanese phone number?
fact-country-japan = Yes, a Japanese number
fact-country-elsewhere = No, a number from another country or region

fact-phone-question = Which phone should receive the SMS?
fact-phone-hint = If there is an apple on its back, it is an iPhone. It may be another phone than the one you read this on.
fact-phone-iphone = iPhone
fact-phone-android = Android phone
fact-phone-feature_phone = A mobile phone with number keys
fact-phone-tablet = A tablet such as an iPad
fact-phone-unknown = I do not know

fact-sms_app-question = In which app do you usually read text messages (SMS)?
fact-sms_app-hint = The name is under the app’s icon.
fact-sms_app-plus_message = ＋メッセージ (+Message)
fact-sms_app-google_messages = Messages (the app by Google)
fact-sms_app-rakuten_link = Rakuten Link
fact-sms_app-other = Another app
fact-sms_app-unknown = I do not know

fact-carrier-question = Which mobile company is this number with?
fact-carrier-hint = It is the company that you pay your phone bill to.
fact-carrier-docomo = docomo
fact-carrier-ahamo = ahamo
fact-carrier-au = au
fact-carrier-uq = UQ mobile
fact-carrier-povo = povo
fact-carrier-softbank = SoftBank
fact-carrier-ymobile = Y!mobile
fact-carrier-linemo = LINEMO
fact-carrier-rakuten = Rakuten Mobile
fact-carrier-mvno = A low-cost SIM company (IIJmio, mineo, OCN Mobile ONE and others)
fact-carrier-other = Another company
fact-carrier-unknown = I do not know

fact-mvno_line-question = Whose network does the low-cost SIM use?
fact-mvno_line-hint = Your contract papers or the company’s site say so. A “D” plan is mostly docomo’s network, an “A” plan au’s.
fact-mvno_line-docomo = docomo’s network
fact-mvno_line-au = au’s network
fact-mvno_line-softbank = SoftBank’s network
fact-mvno_line-unknown = I do not know

fact-on_screen-question = Does the phone that gets the SMS show one of these?
fact-on_screen-hint = Look at the top of its screen, beside the time, and at its notifications.
fact-on_screen-airplane = An airplane
fact-on_screen-no_service = “No service”, or no signal bars (also if it is switched off)
fact-on_screen-storage = A notice that its storage is full
fact-on_screen-nothing = None of these: there are signal bars
fact-on_screen-unknown = I do not know

fact-other_sms-question = Are other text messages (SMS) arriving?
fact-other_sms-hint = If an SMS from your family or another company arrived today, choose “They arrive”.
fact-other_sms-yes = They arrive
fact-other_sms-no = Other text messages do not arrive either
fact-other_sms-unknown = I do not know

fact-where-question = Where is the phone that should receive the SMS?
fact-where-home = { $country ->
    [elsewhere] In the country or region of its contract
   *[other] In Japan
}
fact-where-unknown = I do not know
fact-where-abroad = { $country ->
    [elsewhere] Outside the country or region of its contract
   *[other] Abroad
}

fact-change-question = Has anything changed with your phone in the last month?
fact-change-nothing = Nothing has changed
fact-change-new_phone = I have a new phone
fact-change-new_sim = I changed the phone company or the SIM
fact-change-unknown = I do not know

# --- Still on its way ---

cause-wait-queue-title = Wait for your turn
cause-wait-queue-step-1 = Wait a little on this page.
cause-wait-queue-worked = Once the SMS is sent, this guide says so.
cause-wait-queue-note = The SMS is waiting to be sent. It has not gone to your phone yet. You need not change anything on the phone.

cause-wait-just-sent-title = Wait about a minute
cause-wait-just-sent-step-1 = Keep the phone near you and wait about a minute.
cause-wait-just-sent-worked = The SMS arrives on the phone.
cause-wait-just-sent-note = We have just handed the SMS to the carrier. It can take about a minute.

cause-wait-call-title = Wait for the call
cause-wait-call-step-1 = Keep the phone at hand and wait about a minute.
cause-wait-call-step-2 = When a number that you do not know calls, answer it.
cause-wait-call-step-3 = When the voice asks for it, press any number key.
cause-wait-call-step-4 = Write the digits down and enter them as the code.
cause-wait-call-worked = A voice reads the digits of the code twice.
cause-wait-call-note = Only the code from the call works now. If you missed the call, go on to the next step.

cause-wait-slow-carrier-title = Wait two more minutes
cause-wait-slow-carrier-step-1 = Keep the phone near you and wait about two more minutes.
cause-wait-slow-carrier-worked = The SMS arrives on the phone.
cause-wait-slow-carrier-note = The carrier has the SMS. At busy times it takes some minutes.

cause-wait-route-trouble-title = Wait about three minutes
cause-wait-route-trouble-step-1 = Keep the phone near you and wait about three minutes.
cause-wait-route-trouble-worked = The SMS arrives on the phone.
cause-wait-route-trouble-note = Text messages have trouble getting through right now. It is not your phone’s fault.

cause-wait-route-down-title = Wait until messages can be sent again
cause-wait-route-down-step-1 = Look at this guide again in about ten minutes.
cause-wait-route-down-worked = The SMS arrives on the phone, or you can send the code again.
cause-wait-route-down-note = We cannot reach the carrier and cannot send messages now. No setting of your phone changes that. If it is urgent, talk to a person.

cause-arrived-title = Look at the SMS that arrived
cause-arrived-step-1 = { $phone ->
    [android] { $sms_app ->
        [plus_message] Open “＋メッセージ” (+Message).
        [google_messages] Open the “Messages” app.
       *[other] Open your app for text messages, such as “＋メッセージ” (+Message) or “Messages”.
    }
    [feature_phone] Open the inbox for mail or SMS.
   *[other] Open the SMS app on the phone that receives the SMS.
}
cause-arrived-step-2 = Look at the newest SMS.
cause-arrived-worked = The SMS shows the digits of the code.
cause-arrived-note = The carrier tells us that the SMS has reached the phone. If we sent several, only the digits in the newest one work.

cause-send-again-title = Send the code again
cause-send-again-step-1 = Send a new code, once.
cause-send-again-worked = A new SMS arrives on the phone. Use the digits in the newest SMS.
cause-send-again-note = { $elapsed ->
    [over_1h] An hour has passed since the last SMS. If this one does not arrive either, it is often a wrong number or a setting that rejects SMS. We check both next.
    [under_5m] When the carrier is busy, it takes some minutes. You can wait a little before you send.
   *[other] Do not send it many times in a row. The earlier SMS may arrive later.
}

# --- The number ---

cause-number-correct-title = Correct the number
cause-number-correct-step-1 = Enter the right number.
cause-number-correct-step-2 = Check each digit, then send.
cause-number-correct-worked = A new code comes to the phone with the right number.
cause-number-correct-note = The code that went to the earlier number stops working.

cause-number-once-more-title = Check the number once more
cause-number-once-more-step-1 = Check each digit of the number that this page shows.
cause-number-once-more-step-2 = If something is wrong, correct it and send.
cause-number-once-more-worked = A new code comes to the phone with the right number.
cause-number-once-more-note = Take care with digits that changed places.

cause-number-on-file-title = Change the number on file
cause-number-on-file-step-1 = In { $brand }, change your phone number to the one you use now.
cause-number-on-file-step-2 = If you cannot change it yourself, talk to a person.
cause-number-on-file-worked = The number on file is the one you use now.
cause-number-on-file-note = { $brand } has this number on file. It cannot be corrected on this page.

cause-number-check-title = Check the number you entered
cause-number-check-step-1 = Go back to the page where you sent the code.
cause-number-check-step-2 = Check each digit of the number that it shows.
cause-number-check-step-3 = If it is wrong, correct it and send again.
cause-number-check-worked = The SMS arrives on the phone with the right number.

cause-number-ip-phone-title = Use a mobile number
cause-number-ip-phone-step-1 = On { $brand }’s page, enter a mobile number that begins with 060, 070, 080 or 090.
cause-number-ip-phone-worked = The SMS arrives on the phone with that number.
cause-number-ip-phone-note = SMS do not arrive at numbers that begin with 050. If you have no mobile phone, talk to a person.

cause-number-fixed-line-title = { $call ->
    [yes] Have the code read to you on the landline
   *[other] Use a mobile number
}
cause-number-fixed-line-step-1 = { $call ->
    [yes] On { $brand }’s page, enter the landline number. Answer when the phone rings.
   *[other] On { $brand }’s page, enter a mobile number that begins with 060, 070, 080 or 090.
}
cause-number-fixed-line-worked = { $call ->
    [yes] The landline rings, and a voice reads the digits of the code twice.
   *[other] The SMS arrives on the phone with that number.
}
cause-number-fixed-line-note = { $call ->
    [yes] Text messages do not arrive on landlines. When the voice asks for it, press any number key.
   *[other] Text messages do not arrive on landlines. If you have no mobile phone, talk to a person.
}

cause-number-toll-free-title = Use a mobile number
cause-number-toll-free-step-1 = On { $brand }’s page, enter a mobile number that begins with 060, 070, 080 or 090.
cause-number-toll-free-worked = The SMS arrives on the phone with that number.
cause-number-toll-free-note = Text messages do not arrive on numbers that begin with 0120 or 0800. If you have no mobile phone, talk to a person.

cause-number-data-only-title = Use a number that has SMS
cause-number-data-only-step-1 = If you have a mobile number that can make calls, enter that number on { $brand }’s page.
cause-number-data-only-worked = The SMS arrives on the phone with that number.
cause-number-data-only-note = Text messages do not arrive with a contract for data only. Ask the company of your contract whether SMS can be added. If you have no other number, talk to a person.

# --- iPhone: look ---

cause-iphone-arrived-title = Look at the SMS in the green “Messages” app
cause-iphone-arrived-step-1 = Open the green “Messages” app.
cause-iphone-arrived-step-2 = Look at the newest SMS.
cause-iphone-arrived-worked = The SMS shows the digits of the code.
cause-iphone-arrived-note = The carrier tells us that the SMS has reached the phone. Look here even if you use “＋メッセージ” (+Message) or “Rakuten Link”. If we sent several, only the digits in the newest one work.

cause-iphone-messages-app-title = Look in the green “Messages” app
cause-iphone-messages-app-step-1 = Open the green “Messages” app.
cause-iphone-messages-app-step-2 = Look at the newest SMS.
cause-iphone-messages-app-worked = There is an SMS with the code.
cause-iphone-messages-app-note = Look here even if you use “＋メッセージ” (+Message) or “Rakuten Link”. Messages from companies mostly arrive in the green “Messages” app.

cause-iphone-unknown-senders-title = Look in the “Unknown Senders” list
cause-iphone-unknown-senders-step-1 = Open the green “Messages” app.
cause-iphone-unknown-senders-step-2 = { $ios ->
    [26] Tap the three lines at the top right.
    [18] Tap “Filters” at the top left.
    [older] Tap “Filters” at the top left.
   *[other] Tap the three lines at the top right, or “Filters” at the top left.
}
cause-iphone-unknown-senders-step-3 = Tap “Unknown Senders”.
cause-iphone-unknown-senders-step-4 = Look at the newest SMS.
cause-iphone-unknown-senders-worked = There is an SMS with the code.
cause-iphone-unknown-senders-note = If there is no “Unknown Senders”, your messages are not sorted. Looking is enough: you need not change a setting. To stop the sorting, go to { $ios ->
    [26] “Settings” → “Apps” → “Messages” → “Screen Unknown Senders”
    [18] “Settings” → “Apps” → “Messages” → “Filter Unknown Senders”
    [older] “Settings” → “Messages” → “Filter Unknown Senders”
   *[other] “Settings” → “Apps” → “Messages” → “Screen Unknown Senders” (or “Filter Unknown Senders”)
}.
cause-iphone-unknown-senders-place = { $ios ->
    [26] Messages > three lines > Unknown Senders
    [18] Messages > Filters > Unknown Senders
    [older] Messages > Filters > Unknown Senders
   *[other] Messages > three lines, or Filters > Unknown Senders
}

cause-iphone-spam-list-title = Look in the list of unwanted messages
cause-iphone-spam-list-step-1 = Open the green Messages app.
cause-iphone-spam-list-step-2 = Tap the three lines or the filter button at the top of the screen.
cause-iphone-spam-list-step-3 = Open each list with unknown, spam or junk in its name.
cause-iphone-spam-list-step-4 = Look at the newest SMS.
cause-iphone-spam-list-worked = There is an SMS with the code.
cause-iphone-spam-list-note = The list’s name differs between iPhones. If you installed an app that sorts unwanted messages, look inside that app too.

# --- Android: look ---

cause-android-apps-title = Open every app for messages and look
cause-android-apps-step-1 = In the list of apps, look for “＋メッセージ” (+Message), “Messages” and “SMS”.
cause-android-apps-step-2 = Open each one that you find.
cause-android-apps-step-3 = Look at the newest SMS in each app.
cause-android-apps-worked = One of the apps has an SMS with the code.
cause-android-apps-note = Messages arrive in one app only. It may be one that you rarely open.

cause-plus-unknown-senders-title = Look in “不明な差出人” (unknown senders)
cause-plus-unknown-senders-step-1 = Open “＋メッセージ” (+Message).
cause-plus-unknown-senders-step-2 = Go to the list of “メッセージ” (messages).
cause-plus-unknown-senders-step-3 = Tap “不明な差出人” (unknown senders).
cause-plus-unknown-senders-step-4 = Look at the newest SMS.
cause-plus-unknown-senders-worked = There is an SMS with the code.
cause-plus-unknown-senders-note = From the beginning, messages from numbers that are not in your contacts go to “不明な差出人”. Looking is enough: you need not change a setting. To stop the sorting, turn off “連絡先未登録者をフィルタリング” (filter senders not in contacts) under “マイページ” → “設定” → “メッセージ”. Green is on, grey is off.
cause-plus-unknown-senders-place = ＋メッセージ > メッセージ > 不明な差出人 (unknown senders)

cause-plus-blocked-messages-title = Look in “ブロックメッセージ” (blocked messages)
cause-plus-blocked-messages-step-1 = Open “＋メッセージ” (+Message).
cause-plus-blocked-messages-step-2 = Tap “マイページ” (my page).
cause-plus-blocked-messages-step-3 = Tap “設定” (settings).
cause-plus-blocked-messages-step-4 = Tap “プライバシー” (privacy).
cause-plus-blocked-messages-step-5 = Tap “ブロックメッセージ” (blocked messages).
cause-plus-blocked-messages-step-6 = Tap “メッセージ” (messages) and look at the newest SMS.
cause-plus-blocked-messages-worked = There is an SMS with the code.
cause-plus-blocked-messages-note = Messages from senders that you blocked are kept here.
cause-plus-blocked-messages-place = ＋メッセージ > マイページ > 設定 > プライバシー > ブロックメッセージ > メッセージ

cause-messages-spam-title = Look in “Spam & blocked”
cause-messages-spam-step-1 = Open the “Messages” app.
cause-messages-spam-step-2 = Tap the round picture or the three dots at the top right.
cause-messages-spam-step-3 = Tap “Spam & blocked”.
cause-messages-spam-step-4 = Look at the newest SMS.
cause-messages-spam-worked = There is an SMS with the code.
cause-messages-spam-note = If you open the SMS and report that it is not spam, the next one shows in the main list.
cause-messages-spam-place = Messages > button at the top right > Spam & blocked

cause-rakuten-link-title = Look in Rakuten Link and in the phone’s SMS app
cause-rakuten-link-step-1 = Open Rakuten Link and look at the newest message.
cause-rakuten-link-step-2 = If it is not there, open the messages app with the blue icon.
cause-rakuten-link-step-3 = Look at the newest SMS.
cause-rakuten-link-worked = One of the two has an SMS with the code.
cause-rakuten-link-note = Messages from companies can arrive in the phone’s SMS app instead of Rakuten Link.

cause-android-other-lists-title = Look in your SMS app’s list of unwanted messages
cause-android-other-lists-step-1 = Open the SMS app that you usually use.
cause-android-other-lists-step-2 = Tap the button at the top right, or the menu.
cause-android-other-lists-step-3 = If there is a list with spam, blocked or unknown in its name, open it.
cause-android-other-lists-step-4 = Look at the newest SMS.
cause-android-other-lists-worked = There is an SMS with the code.
cause-android-other-lists-note = Names and places of the lists differ from app to app. The links below explain two apps that many people use.

# --- Other phones: look ---

cause-filter-app-title = Look in the app that stops unwanted calls and messages
cause-filter-app-step-1 = If you installed an app that stops unwanted calls or messages, open it.
cause-filter-app-step-2 = Look in that app’s list of unwanted messages.
cause-filter-app-worked = There is an SMS with the code.
cause-filter-app-note = If you never installed such an app, go on to the next step.

cause-feature-phone-inbox-title = Look in every SMS inbox
cause-feature-phone-inbox-step-1 = Hold the mail key to open the SMS inbox. If that opens nothing, choose SMS in the mail menu.
cause-feature-phone-inbox-step-2 = Look at the newest SMS.
cause-feature-phone-inbox-step-3 = If it is not there, look in inboxes with spam or unknown in their names.
cause-feature-phone-inbox-worked = There is an SMS with the code.
cause-feature-phone-inbox-note = Text messages can have an inbox of their own, apart from mail. Where it is differs from phone to phone.

cause-tablet-phone-title = Look at the phone with this number
cause-tablet-phone-step-1 = Take the phone that makes calls with this number.
cause-tablet-phone-step-2 = Open the SMS app on that phone.
cause-tablet-phone-step-3 = Look at the newest SMS.
cause-tablet-phone-worked = There is an SMS with the code.
cause-tablet-phone-note = Messages arrive on the phone that holds the number’s SIM. Tablets often receive none.

cause-tablet-forwarding-title = Look in “Messages” on the iPad
cause-tablet-forwarding-step-1 = If your iPhone and iPad use the same Apple Account, open the “Messages” app on the iPad.
cause-tablet-forwarding-step-2 = Look at the newest SMS.
cause-tablet-forwarding-worked = The SMS that arrived on the iPhone shows on the iPad too.
cause-tablet-forwarding-note = To show them on the iPad, open “Settings” → “Apps” → “Messages” → “Text Message Forwarding” on the iPhone. Turn the iPad’s switch on there. The iPhone must be on, with Wi-Fi or mobile data.

cause-unknown-phone-lists-title = Look in every list of the SMS app
cause-unknown-phone-lists-step-1 = On the phone, open the app called messages or SMS.
cause-unknown-phone-lists-step-2 = Look at the newest SMS.
cause-unknown-phone-lists-step-3 = If it is not there, tap the button at the top of the screen, or the menu.
cause-unknown-phone-lists-step-4 = Look in each list with unknown, spam, junk or blocked in its name.
cause-unknown-phone-lists-worked = One of the lists has an SMS with the code.
cause-unknown-phone-lists-note = If there is an apple on the phone’s back, it is an iPhone. If not, it is mostly Android. Once you know, change your earlier answer: the guide then fits your phone.

cause-other-device-title = Look at the phone that holds this number’s SIM
cause-other-device-step-1 = Check which phone holds the SIM of the number that we sent the code to.
cause-other-device-step-2 = Open the SMS app on that phone.
cause-other-device-step-3 = Look at the newest SMS.
cause-other-device-worked = There is an SMS with the code.
cause-other-device-note = { $phone ->
    [iphone] The SIM may still be in your earlier phone. The SMS can also show in “Messages” on an iPad or Mac with the same Apple Account.
   *[other] The SIM may still be in your earlier phone.
}

cause-look-everywhere-title = Look at notifications, other apps and your earlier phone
cause-look-everywhere-step-1 = Open the phone’s list of notifications and look for one of an SMS.
cause-look-everywhere-step-2 = If there is none, open the apps and lists for messages that you have not looked at yet.
cause-look-everywhere-step-3 = If it is not there, open the SMS app on the phone that you used before.
cause-look-everywhere-step-4 = Look at the newest SMS.
cause-look-everywhere-worked = There is an SMS with the code.
cause-look-everywhere-note = It is often in a list with unknown, spam, junk or blocked in its name.

# --- The phone cannot receive: try ---

cause-airplane-mode-title = Turn airplane mode off
cause-airplane-mode-step-1 = Look for an airplane at the very top of the phone’s screen.
cause-airplane-mode-step-2 = { $phone ->
    [iphone] If it is there, open the phone’s settings and turn airplane mode off, near the top.
    [android] If it is there, swipe down from the top edge and tap the airplane button.
    [feature_phone] If it is there, turn airplane mode off in the settings menu.
   *[other] If it is there, turn airplane mode off in the phone’s settings.
}
cause-airplane-mode-step-3 = Wait about a minute.
cause-airplane-mode-worked = The airplane is gone and signal bars show. The SMS arrives on the phone.
cause-airplane-mode-note = If there is no airplane, go on to the next step.

cause-signal-title = Check power and signal
cause-signal-step-1 = If the phone that should receive the SMS is off, switch it on.
cause-signal-step-2 = Look at the signal bars at the top of its screen.
cause-signal-step-3 = If there are few bars or “圏外” (no service), move to a window or go outside.
cause-signal-step-4 = Wait about a minute.
cause-signal-worked = There are more signal bars. The SMS arrives on the phone.
cause-signal-note = Even with Wi-Fi, messages do not arrive without signal bars.

cause-signal-again-title = See once more whether there are signal bars
cause-signal-again-step-1 = Look at the top of the screen of the phone that gets the SMS.
cause-signal-again-step-2 = If there is still an airplane, turn it off.
cause-signal-again-step-3 = If there are no signal bars, go to a window or outside.
cause-signal-again-worked = Signal bars appear. The SMS arrives within about a minute.

cause-unreachable-title = Check the signal and send again
cause-unreachable-step-1 = See that the phone that should receive the SMS is switched on.
cause-unreachable-step-2 = If an airplane shows at the very top of its screen, turn airplane mode off.
cause-unreachable-step-3 = If there are few signal bars, move to a window or go outside.
cause-unreachable-step-4 = When the signal bars show, send a new code.
cause-unreachable-worked = A new SMS arrives on the phone.
cause-unreachable-note = For some time the carrier could not bring the SMS to the phone. That often happens when a phone has no signal or is switched off.

cause-iphone-line-off-title = Turn the number’s line on
cause-iphone-line-off-step-1 = Open “Settings”.
cause-iphone-line-off-step-2 = Tap “Cellular” or “Mobile Data”.
cause-iphone-line-off-step-3 = Tap the line of the number that we sent the code to.
cause-iphone-line-off-step-4 = If the line is off, turn it on.
cause-iphone-line-off-step-5 = Wait about a minute.
cause-iphone-line-off-worked = The list of lines shows the number as on. The SMS arrives on the phone.
cause-iphone-line-off-note = This is only for an iPhone with two numbers. If yours has one, go on to the next step.
cause-iphone-line-off-place = Settings > Cellular or Mobile Data > the line

cause-android-line-off-title = Turn the number’s line on
cause-android-line-off-step-1 = Open the phone’s settings.
cause-android-line-off-step-2 = Go from the network settings to the SIM screen.
cause-android-line-off-step-3 = If the number that we sent the code to is off, turn it on.
cause-android-line-off-step-4 = Wait about a minute.
cause-android-line-off-worked = The SIM screen shows the number as on. The SMS arrives on the phone.
cause-android-line-off-note = This is only for a phone with two numbers. The names of the settings differ from phone to phone.

cause-restart-title = Switch the phone off and on
cause-restart-step-1 = Switch the phone off.
cause-restart-step-2 = Wait ten seconds and switch it on.
cause-restart-step-3 = When the signal bars show, wait about a minute.
cause-restart-worked = The SMS arrives on the phone.
cause-restart-note = If you read this on the same phone, open this page in your browser again afterwards.

cause-new-sim-title = Check that the new SIM works
cause-new-sim-step-1 = See in your new company’s papers whether the activation is done.
cause-new-sim-step-2 = If it is not, do it as the papers say.
cause-new-sim-step-3 = Switch the phone off and on.
cause-new-sim-step-4 = Call another phone once from this phone.
cause-new-sim-worked = You can make the call. Messages begin to arrive too.
cause-new-sim-note = On the day you change companies, messages may not arrive until the switch is done. If you cannot make calls, ask the new company.

cause-line-test-title = Try to make a call
cause-line-test-step-1 = From the phone that should receive the SMS, call your home or your family once.
cause-line-test-step-2 = If the call does not go out, ask the company of your contract whether the line is stopped.
cause-line-test-worked = Calls go out. Messages begin to arrive too.
cause-line-test-note = If the call goes out, the line works. Go on to the next step.

cause-line-again-title = Go once more through what keeps a phone off the air
cause-line-again-step-1 = See that the SIM of this number is in the phone at hand. If you have two phones, look at the one that has it.
cause-line-again-step-2 = See in the phone’s settings that the line of this number is switched on.
cause-line-again-step-3 = See in your company’s app or site that the line has been opened, and is not stopped.
cause-line-again-step-4 = If you are abroad, make sure that roaming is allowed.
cause-line-again-step-5 = Switch the phone off and on.
cause-line-again-worked = The screen shows signal bars, and SMS arrive.
cause-line-again-note = Leave out what you have done already. If you have just changed your company or your phone, look at the third step above all.

cause-roaming-title = Make SMS work abroad
cause-roaming-step-1 = See in your company’s app or site whether you can use international roaming.
cause-roaming-step-2 = If you cannot, apply for it there.
cause-roaming-step-3 = Switch the phone off and on.
cause-roaming-worked = The top of the screen shows a local phone company and signal bars.
cause-roaming-note = Receiving messages is mostly free. Data roaming is another setting and can cost money. Check with your company first.

cause-no-sms-contract-title = Check that your contract has SMS
cause-no-sms-contract-step-1 = Look at your contract papers or your company’s site.
cause-no-sms-contract-step-2 = See whether the contract has SMS, or voice calls.
cause-no-sms-contract-step-3 = If it has neither, ask the company whether SMS can be added.
cause-no-sms-contract-worked = With SMS in the contract, the code arrives.
cause-no-sms-contract-note = Text messages do not arrive with a contract for data only. If SMS cannot be added, talk to a person.

# --- Another way ---

cause-email-code-title = Receive the code by e-mail
cause-email-code-step-1 = Choose to receive it by e-mail.
cause-email-code-step-2 = Open the e-mail and look for the code.
cause-email-code-worked = The e-mail shows the digits of the code.
cause-email-code-note = The e-mail goes to the address that { $brand } has on file.

cause-email-code-again-title = Try once more to receive the code by e-mail
cause-email-code-again-step-1 = Open your spam folder and look for the e-mail.
cause-email-code-again-step-2 = If it is not there, choose once more to receive the code by e-mail.
cause-email-code-again-step-3 = Open the e-mail and look for the code.
cause-email-code-again-worked = The e-mail shows the digits of the code.
cause-email-code-again-note = The e-mail goes to the address that { $brand } has on file.

cause-call-title = Have the code read to you by phone
cause-call-step-1 = Keep the phone with this number at hand, and see that it rings aloud.
cause-call-step-2 = { $number_kind ->
    [fixed_line] See that the phone does not refuse calls from abroad or from numbers that it does not know.
   *[other] { $phone ->
        [iphone] { $ios ->
            [26] See that “Settings” → “Apps” → “Phone” → “Screen Unknown Callers” says “Never”.
            [18] See that “Settings” → “Apps” → “Phone” → “Silence Unknown Callers” is off.
            [older] See that “Settings” → “Phone” → “Silence Unknown Callers” is off.
           *[other] See in the iPhone’s settings for calls that it does not silence unknown callers.
        }
       *[other] See that the phone does not silence calls from numbers that you do not know.
    }
}
cause-call-step-3 = Choose to have the code read to you. A number that you do not know calls within about a minute.
cause-call-step-4 = Answer, and when the voice asks for it, press any number key.
cause-call-step-5 = Write the digits down and enter them as the code.
cause-call-worked = A voice reads the digits of the code twice.
cause-call-note = The call may come from abroad. We call twice at most, and leave no code on an answering machine. After the call, only the code from it works. The call never asks for a PIN or a password.

cause-call-again-title = Have the code read to you by phone, once more
cause-call-again-step-1 = Keep the phone with this number at hand, and see that it rings aloud.
cause-call-again-step-2 = Choose to have the code read to you. A number that you do not know calls within about a minute.
cause-call-again-step-3 = Answer, and when the voice asks for it, press any number key.
cause-call-again-step-4 = Write the digits down and enter them as the code.
cause-call-again-worked = A voice reads the digits of the code twice.
cause-call-again-note = This is for you if you missed the call, or have not tried this yet. It is quicker than changing a setting. After the call, only the code from that call works.

cause-another-number-title = Receive it on another mobile number
cause-another-number-step-1 = Enter another mobile number that you use yourself.
cause-another-number-step-2 = Look for the code on that phone.
cause-another-number-worked = A new SMS arrives on the other phone.
cause-another-number-note = Do not use somebody else’s number.

cause-call-back-title = Have a person call you
cause-call-back-step-1 = On the next page, tell us a number where we can call you, and a good time.
cause-call-back-step-2 = Wait for the call.
cause-call-back-worked = A person goes on with you on the phone.
cause-call-back-note = Our staff never ask for your code or a PIN.

# --- Settings of the phone ---

cause-iphone-blocked-title = Remove the sender from the block list
cause-iphone-blocked-step-1 = Open Settings, then Messages. On newer iPhones: Settings, Apps, then Messages.
cause-iphone-blocked-step-2 = Open the list of blocked contacts.
cause-iphone-blocked-step-3 = If the code’s sender or a number you do not know is there, swipe it left to remove it.
cause-iphone-blocked-worked = The number is gone from the list. A new code can arrive.
cause-iphone-blocked-note = Messages that came while it was blocked do not arrive later. Send a new code and use the newest digits. Name and place of the list differ between iPhones.

cause-plus-block-list-title = Remove the sender from “ブロックリスト” (block list)
cause-plus-block-list-step-1 = Open “＋メッセージ” (+Message).
cause-plus-block-list-step-2 = Tap “マイページ” (my page).
cause-plus-block-list-step-3 = Tap “設定” (settings).
cause-plus-block-list-step-4 = Tap “プライバシー” (privacy).
cause-plus-block-list-step-5 = Tap “ブロックリスト” (block list).
cause-plus-block-list-step-6 = Tap “ブロックリスト編集” (edit the block list).
cause-plus-block-list-step-7 = If the code’s sender or a number you do not know is there, tap “ブロック解除” (unblock).
cause-plus-block-list-worked = The number is gone from the block list. A new code can arrive.
cause-plus-block-list-note = Send a new code and use the newest digits.
cause-plus-block-list-place = ＋メッセージ > マイページ > 設定 > プライバシー > ブロックリスト > ブロックリスト編集 > ブロック解除 (unblock)

cause-messages-unblock-title = Unblock the sender
cause-messages-unblock-step-1 = Open the “Messages” app.
cause-messages-unblock-step-2 = Tap the round picture or the three dots at the top right.
cause-messages-unblock-step-3 = Tap “Spam & blocked”.
cause-messages-unblock-step-4 = Tap the three dots at the top right.
cause-messages-unblock-step-5 = Tap “Blocked contacts”.
cause-messages-unblock-step-6 = If the code’s sender or a number you do not know is there, tap the “✕” beside it.
cause-messages-unblock-step-7 = Tap “Unblock”.
cause-messages-unblock-worked = The number is gone from the list. A new code can arrive.
cause-messages-unblock-note = Send a new code and use the newest digits.
cause-messages-unblock-place = Messages > button at the top right > Spam & blocked > three dots > Blocked contacts > Unblock

cause-other-block-list-title = Remove the sender from the list of rejected SMS
cause-other-block-list-step-1 = Open the settings of the SMS app or of mail.
cause-other-block-list-step-2 = Open the list with blocked or rejected in its name.
cause-other-block-list-step-3 = If the code’s sender or a number you do not know is there, remove it from the list.
cause-other-block-list-worked = The number is gone from the list. A new code can arrive.
cause-other-block-list-note = If a setting lets only your contacts through, turn it off too. Names and places differ from phone to phone.

cause-storage-title = Make room on the phone
cause-storage-step-1 = { $phone ->
    [feature_phone] See whether the SMS inbox is full.
   *[other] In the phone’s settings, see how much storage is free.
}
cause-storage-step-2 = { $phone ->
    [feature_phone] If it is, delete messages that you do not need.
   *[other] If hardly any is free, delete photos, videos or old messages that you do not need.
}
cause-storage-worked = There is room. A code that you send now arrives.
cause-storage-note = What you delete may be gone for good. If there is enough room, delete nothing and go on to the next step.

cause-storage-again-title = See once more whether there is room
cause-storage-again-step-1 = { $phone ->
    [feature_phone] See whether the SMS inbox is still full.
   *[other] In the phone’s settings, see once more how much storage is free.
}
cause-storage-again-step-2 = { $phone ->
    [feature_phone] If it is, delete a few more messages that you do not need.
   *[other] If there is still hardly any, empty the bin too. Photos and videos that you deleted may stay there for a while and still take up room.
}
cause-storage-again-worked = There is room now. A code that you send now arrives.
cause-storage-again-note = What you delete from the bin is gone for good.

# --- Settings of the carrier ---

cause-docomo-sms-settings-title = Change docomo’s “SMS拒否設定” (SMS rejection)
cause-docomo-sms-settings-step-1 = { $carrier ->
    [ahamo] Open the “My docomo” app or site and sign in. If you are with ahamo, look here first, too.
   *[other] Open the “My docomo” app or site and sign in.
}
cause-docomo-sms-settings-step-2 = Tap “設定” (settings).
cause-docomo-sms-settings-step-3 = Under “メール” (mail), tap “SMS拒否設定” (SMS rejection).
cause-docomo-sms-settings-step-4 = Enter your 4-digit “ネットワーク暗証番号” (network PIN).
cause-docomo-sms-settings-step-5 = Tap “認証する” (confirm).
cause-docomo-sms-settings-step-6 = Tap “SMS拒否設定” (SMS rejection).
cause-docomo-sms-settings-step-7 = Under “拒否・受信条件” (what to reject), choose “すべて受信する” (receive all).
cause-docomo-sms-settings-step-8 = Tap “設定を確定する” (save).
cause-docomo-sms-settings-worked = The setting changes at once. A code that you send now arrives.
cause-docomo-sms-settings-note = To keep “条件を指定して拒否する” (reject by condition), **untick** “海外事業者からSMSを拒否” (reject messages from overseas operators). “電話番号を指定して受信する” (receive from given numbers) does not work: our sender number can differ each time. A rejected SMS does not come back, so send a new code. The words on the screen may differ.
cause-docomo-sms-settings-restore = Set “SMS拒否設定” (SMS rejection) back to what it was. It protects you from fraudulent messages.
cause-docomo-sms-settings-place = My docomo > 設定 > メール > SMS拒否設定 > 拒否・受信条件 > すべて受信する (receive all)

cause-docomo-by-phone-title = Call docomo and have messages let through
cause-docomo-by-phone-step-1 = From a docomo phone call 151, from any other phone 0120-800-000.
cause-docomo-by-phone-step-2 = Ask whether they can lift the rejection of messages by phone, without My docomo.
cause-docomo-by-phone-step-3 = If they can, do as they tell you.
cause-docomo-by-phone-worked = Once it is lifted, a code that you send arrives.
cause-docomo-by-phone-note = They answer from 9:00 to 20:00 JST every day. The call is free. Have your 4-digit “ネットワーク暗証番号” (network PIN) ready. Tell the code from the SMS to nobody.
cause-docomo-by-phone-restore = Set the rejection of messages back to what it was. It protects you from fraudulent messages.

cause-docomo-pin-forgotten-title = Get a new PIN at a docomo shop
cause-docomo-pin-forgotten-step-1 = Have something ready that proves who you are, such as a driving licence.
cause-docomo-pin-forgotten-step-2 = { $carrier ->
    [ahamo] Ask ahamo’s support how to set a new “ネットワーク暗証番号” (network PIN).
   *[other] At a docomo shop, say that you want to set a new “ネットワーク暗証番号” (network PIN).
}
cause-docomo-pin-forgotten-step-3 = With the new PIN, change “SMS拒否設定” (SMS rejection).
cause-docomo-pin-forgotten-worked = The new PIN opens the settings.
cause-docomo-pin-forgotten-note = This is for people who forgot the “ネットワーク暗証番号” (network PIN). The person named in the contract has to do it. Ask the shop’s staff whether you can change “SMS拒否設定” (SMS rejection) there.

cause-au-sms-filter-title = Stop au’s blocking of unwanted messages
cause-au-sms-filter-step-1 = Open au’s page below.
cause-au-sms-filter-step-2 = Read there how to switch the SMS block (迷惑SMSブロック) off.
cause-au-sms-filter-step-3 = Do as the page says.
cause-au-sms-filter-worked = The block has been switched off. A code that you send now arrives.
cause-au-sms-filter-note = The block is on for every line from the beginning. Rarely, it stops messages that you want. What it stopped does not arrive later.
cause-au-sms-filter-restore = Switch au’s SMS block on again. It protects you from fraudulent messages.

cause-uq-sms-filter-title = Stop UQ mobile’s blocking of unwanted messages
cause-uq-sms-filter-step-1 = Open the page below (it is au’s).
cause-uq-sms-filter-step-2 = Read there how to switch the SMS block (迷惑SMSブロック) off for UQ mobile.
cause-uq-sms-filter-step-3 = Do as the page says.
cause-uq-sms-filter-worked = The page shows that the block is off. A code that you send now arrives.
cause-uq-sms-filter-note = The block is on for UQ mobile from the beginning. Rarely, it stops messages that you want. What it stopped does not arrive later.
cause-uq-sms-filter-restore = Switch UQ mobile’s SMS block on again. It protects you from fraudulent messages.

cause-povo-sms-filter-title = Stop povo’s blocking of unwanted messages
cause-povo-sms-filter-step-1 = Open the povo2.0 app.
cause-povo-sms-filter-step-2 = Go from your profile to the settings.
cause-povo-sms-filter-step-3 = Turn the SMS block (迷惑SMSブロック) off.
cause-povo-sms-filter-worked = The SMS block is off. A code that you send now arrives.
cause-povo-sms-filter-note = The block is on from the beginning. Rarely, it stops messages that you want. What it stopped does not arrive later.
cause-povo-sms-filter-restore = Turn the SMS block on again in the povo2.0 app. It protects you from fraudulent messages.

cause-softbank-filter-title = Weaken SoftBank’s filter
cause-softbank-filter-step-1 = Turn the phone’s Wi-Fi off. My SoftBank then signs you in by itself.
cause-softbank-filter-step-2 = Open “My SoftBank”.
cause-softbank-filter-step-3 = Go from “メール設定” (mail settings) to “迷惑メール対策” (unwanted mail).
cause-softbank-filter-step-4 = Under “迷惑メールフィルターの強度を選択” (filter strength), choose a weaker one than now.
cause-softbank-filter-step-5 = Tap “次へ” (next).
cause-softbank-filter-step-6 = Tap “変更する” (change).
cause-softbank-filter-worked = My SoftBank shows the new strength. A code that you send now arrives.
cause-softbank-filter-note = It begins at “標準” (standard). The filter works on text messages too. What it stopped does not arrive later. Turn Wi-Fi on again afterwards.
cause-softbank-filter-restore = Set the filter back to the strength it had. It protects you from fraudulent messages.
cause-softbank-filter-place = My SoftBank > メール設定 > 迷惑メール対策 > 迷惑メールフィルターの強度を選択 (filter strength)

cause-softbank-overseas-title = Let messages from overseas through
cause-softbank-overseas-step-1 = Open My SoftBank and go to the page about unwanted mail.
cause-softbank-overseas-step-2 = Look for the setting that allows or rejects messages (SMS, 電話番号メール) from overseas.
cause-softbank-overseas-step-3 = If it rejects them, change it to receive them.
cause-softbank-overseas-worked = My SoftBank shows that the setting changed. A code that you send now arrives.
cause-softbank-overseas-note = Codes can come over equipment overseas. If you cannot find the setting, see SoftBank’s page below.
cause-softbank-overseas-restore = Set the rejection of messages from overseas back to what it was. It protects you from fraudulent messages.

cause-ymobile-sms-filter-title = Change what stops messages at Y!mobile
cause-ymobile-sms-filter-step-1 = Open My Y!mobile and sign in.
cause-ymobile-sms-filter-step-2 = Go from the mail settings to the page about unwanted mail.
cause-ymobile-sms-filter-step-3 = Make the filter weaker than now.
cause-ymobile-sms-filter-step-4 = If messages from overseas are rejected, change that to receive them.
cause-ymobile-sms-filter-worked = The page shows that the setting changed. A code that you send now arrives.
cause-ymobile-sms-filter-note = The words on the page may differ. If you are unsure, see Y!mobile’s page below. What was stopped does not arrive later.
cause-ymobile-sms-filter-restore = Set Y!mobile’s settings for unwanted mail back to what they were. They protect you from fraudulent messages.

cause-linemo-sms-filter-title = Change what stops messages at LINEMO
cause-linemo-sms-filter-step-1 = Turn the phone’s Wi-Fi off and open LINEMO’s My Menu.
cause-linemo-sms-filter-step-2 = Go to the page about unwanted mail or messages.
cause-linemo-sms-filter-step-3 = Make the filter weaker than now.
cause-linemo-sms-filter-step-4 = If messages from overseas are rejected, change that to receive them.
cause-linemo-sms-filter-worked = The page shows that the setting changed. A code that you send now arrives.
cause-linemo-sms-filter-note = With Wi-Fi off, My Menu signs you in by itself. The words on the page may differ. If you are unsure, see LINEMO’s page below. Turn Wi-Fi on again afterwards.
cause-linemo-sms-filter-restore = Set LINEMO’s settings for unwanted messages back to what they were. They protect you from fraudulent messages.

cause-rakuten-sms-filter-title = Turn off Rakuten Mobile’s rejection of unwanted messages
cause-rakuten-sms-filter-step-1 = Open the “my 楽天モバイル” (my Rakuten Mobile) app.
cause-rakuten-sms-filter-step-2 = Tap “契約プラン” (contract plan).
cause-rakuten-sms-filter-step-3 = Turn the rejection of unwanted messages off.
cause-rakuten-sms-filter-worked = The setting is off. A code that you send now arrives.
cause-rakuten-sms-filter-note = The setting is on from the beginning and is free. A rejected SMS cannot be read or brought back.
cause-rakuten-sms-filter-restore = Turn the rejection of unwanted messages on again in the “my 楽天モバイル” (my Rakuten Mobile) app. It protects you from fraudulent messages.

cause-mvno-docomo-line-title = Change “SMS拒否設定” (SMS rejection) with your company
cause-mvno-docomo-line-step-1 = On your company’s site, look for how to change “SMS拒否設定” (SMS rejection).
cause-mvno-docomo-line-step-2 = If “SMS一括拒否” (reject all messages) is on, turn it off.
cause-mvno-docomo-line-step-3 = If “国際SMS拒否” (reject messages from abroad) is on, turn it off.
cause-mvno-docomo-line-step-4 = If “危険SMS拒否” (reject dangerous messages) is on, turn it off.
cause-mvno-docomo-line-worked = The setting changes. A code that you send now arrives.
cause-mvno-docomo-line-note = With some companies “SMS一括拒否” (reject all messages) is on from the beginning. “個別番号受信” (receive from given numbers) does not work: our sender number can differ each time. If you do not know the “ネットワーク暗証番号” (network PIN), ask your company.
cause-mvno-docomo-line-restore = Set the rejection of messages back to what it was. It protects you from fraudulent messages.

cause-mvno-au-line-title = Stop “迷惑SMSブロック” (SMS block) with your company
cause-mvno-au-line-step-1 = On your company’s site, look for how to switch “迷惑SMSブロック” (SMS block) off.
cause-mvno-au-line-step-2 = If you cannot find it, ask the company.
cause-mvno-au-line-step-3 = Do as they say.
cause-mvno-au-line-worked = The block is off. A code that you send now arrives.
cause-mvno-au-line-note = On au’s network the block is on from the beginning. Rarely, it stops messages that you want. What it stopped does not arrive later.
cause-mvno-au-line-restore = Switch “迷惑SMSブロック” (SMS block) on again. It protects you from fraudulent messages.

cause-mvno-other-line-title = Ask your company whether messages are rejected
cause-mvno-other-line-step-1 = Open your company’s site, or call its support.
cause-mvno-other-line-step-2 = Ask whether text messages (SMS), or those from overseas, are rejected.
cause-mvno-other-line-step-3 = If they are, have that switched off.
cause-mvno-other-line-worked = The rejection is off. A code that you send now arrives.
cause-mvno-other-line-note = Some companies have no such setting.
cause-mvno-other-line-restore = Set the rejection of messages back to what it was. It protects you from fraudulent messages.

cause-carrier-ask-title = Ask your company whether messages are rejected
cause-carrier-ask-step-1 = Call the company of your contract, or use its chat.
cause-carrier-ask-step-2 = Ask whether text messages (SMS), or those from overseas, are rejected.
cause-carrier-ask-step-3 = If they are, ask how to switch that off, and do so.
cause-carrier-ask-worked = The rejection is off. A code that you send now arrives.
cause-carrier-ask-note = A rejected SMS does not arrive later. Send a new code.
cause-carrier-ask-restore = Set the rejection of messages back to what it was. It protects you from fraudulent messages.

cause-carrier-ask-unknown-title = Find your phone company and ask whether messages are rejected
cause-carrier-ask-unknown-step-1 = See on your phone bill or bank account which company you pay.
cause-carrier-ask-unknown-step-2 = Call that company, or use its chat.
cause-carrier-ask-unknown-step-3 = Ask whether text messages (SMS), or those from overseas, are rejected.
cause-carrier-ask-unknown-step-4 = If they are, ask how to switch that off, and do so.
cause-carrier-ask-unknown-worked = The rejection is off. A code that you send now arrives.
cause-carrier-ask-unknown-note = Once you know the company, change your earlier answer: the guide then fits it.
cause-carrier-ask-unknown-restore = Set the rejection of messages back to what it was. It protects you from fraudulent messages.

cause-carrier-elsewhere-title = Ask your company whether messages are rejected
cause-carrier-elsewhere-step-1 = Open your company’s site, or call its support.
cause-carrier-elsewhere-step-2 = Ask whether text messages from companies or from abroad are rejected.
cause-carrier-elsewhere-step-3 = If they are, have that switched off.
cause-carrier-elsewhere-worked = The rejection is off. A code that you send now arrives.
cause-carrier-elsewhere-note = A rejected SMS does not arrive later. Send a new code.
cause-carrier-elsewhere-restore = Set the rejection of messages back to what it was. It protects you from fraudulent messages.

# --- Pages of others ---

link-apple-forwarding = Apple Support: see messages on other devices
link-apple-blocked = Apple Support: block calls and messages
link-plus-senders = KDDI: “不明な差出人” in ＋メッセージ (Japanese)
link-plus-block = SoftBank: blocking in ＋メッセージ (Japanese)
link-google-spam = Google: “Spam & blocked” in Messages
link-rakuten-sms = Rakuten Mobile: when messages do not arrive (Japanese)
link-rakuten-filter = Rakuten Mobile: rejecting unwanted messages (Japanese)
link-docomo-sms = docomo: SMS拒否設定 (Japanese)
link-docomo-pin = docomo: if you forgot the network PIN (Japanese)
link-au-sms = au: 迷惑SMSブロック (Japanese)
link-kddi-sms = au: 迷惑SMSブロック for UQ mobile, povo and au’s network (Japanese)
link-povo-sms = povo: SMS block
link-softbank-filter = SoftBank: the filter for unwanted mail (Japanese)
link-softbank-sms = SoftBank: stopping unwanted messages (Japanese)
link-ymobile-sms = Y!mobile: question and answer on unwanted messages (Japanese)
link-linemo-support = LINEMO: support (Japanese)
