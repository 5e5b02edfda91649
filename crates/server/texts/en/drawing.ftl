# The drawing of a guide, for those who edit it: what can be known at the left, what can be wrong in the middle, where
# it leads at the right.

drawing-description = At the left, { $facts } facts. In the middle, { $causes } causes, in the order in which they would be tried first. At the right, what follows.
drawing-group = { $n } cards from the top, in the order in which they would be tried.
drawing-facts = What can be known
drawing-observed = seen
drawing-told = asked
drawing-derived = guessed or asked
drawing-guessed = guessed
drawing-when = when { $condition }
drawing-wait = Nothing to do but wait
drawing-look = Places to look
drawing-try = Harmless things to try
drawing-change = Settings to change
drawing-cause = weight { $weight }, { $seconds } s, works in { $works }, { $confidence }
drawing-official = read from the maker
drawing-third-party = reported by others
drawing-unverified = unverified
drawing-other = Something else (weight { $weight }): a human helps
drawing-code = The code is there
drawing-resend = A new code is sent
drawing-number = The number is corrected
drawing-other-way = Another way of the service
drawing-contact = A human helps
