# Texts of the lamp.
-maker = Lampworks
title = The lamp does not light
intro = { $brand } helps.
fact-lamp-kind-question = Which lamp is it?
fact-lamp-kind-hint = Its name stands below.
fact-lamp-kind-desk = The desk lamp
fact-lamp-kind-26 = The lamp 26
fact-lamp-kind-unknown = I do not know

cause-unplugged-title = Plug it in
cause-unplugged-step-1 = Find the plug.
cause-unplugged-step-2 = Put it into the **wall**.
cause-unplugged-worked = The lamp lights.

cause-bulb-title = Change the bulb of { -maker }
cause-bulb-step-1 = { $lamp_kind ->
    [26] Turn the **ring** of the 26.
    [open] Open it.
   *[other] Turn the bulb.
}
cause-bulb-worked = The lamp lights.
cause-bulb-place = Lamp > Head > **Bulb**
cause-bulb-restore = Keep the old bulb.
link-maker = Bulbs by { -maker }
