# The frame of the pages, times, contacts
frame-skip = Skip to the main content
frame-languages = Choose a language
frame-role-verification = Phone number check
frame-role-reference = About this interface
frame-role-console = Console
frame-error-prefix = { "Error: " }
frame-summary = Check what you entered
frame-notice = Notice
frame-reference = Reference for support
frame-made = Tegata 手形

# No line ends within a time.
time-hour = { $hour }:00{"\u00a0"}JST
time-minute = { $hour }:{ $minute }{"\u00a0"}JST
time-second = { $hour }:{ $minute }:{ $second }{"\u00a0"}JST
time-other-day = { $day }, { $time }
time-day = { $weekday ->
    [1] Monday
    [2] Tuesday
    [3] Wednesday
    [4] Thursday
    [5] Friday
    [6] Saturday
   *[7] Sunday
} { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
}

contact-heading = Talk to a person
contact-always = Open at all hours
contact-open-until = Open now, until { $time }
contact-closed-until = Closed now, opens { $time }
contact-closed = Closed for now
contact-call = Call
contact-form = Open the contact form
contact-shop = Find a shop
contact-booking = Book first, so that you need not wait
contact-venue = See when the briefings are
contact-no-booking = No booking needed
contact-message = Write to us about the problem
contact-message-always = You can write at any time
contact-message-hours = Read: { $hours }

way-number = Start again with your number
way-other-number = Use another number
way-code = Go back to the code
way-guide = Go back to the steps
way-again = Try again
way-service = Go back to { $service }
way-cancel = Stop and go back to { $service }

hours-group = { $days } { $spans }
hours-and = { ", " }
hours-then = { "; " }
hours-every-day = Every day
hours-days = { $first } to { $last }
hours-day = { $weekday ->
    [1] Monday
    [2] Tuesday
    [3] Wednesday
    [4] Thursday
    [5] Friday
    [6] Saturday
   *[7] Sunday
}
hours-span = { $from } to { $to }
hours-hour = { $hour }:00
hours-minute = { $hour }:{ $minute }
hours-zone = { $hours } ({ $zone } time)
