# ランプの文章。
title = ランプがつきません
intro = { $brand }がお手伝いします。
fact-lamp-kind-question = どのランプですか？
fact-lamp-kind-hint = 下に名前があります。
fact-lamp-kind-desk = 卓上ランプ
fact-lamp-kind-26 = ランプ26
fact-lamp-kind-unknown = わかりません

cause-unplugged-title = コンセントに差してください
cause-unplugged-step-1 = プラグを探してください。
cause-unplugged-step-2 = **壁**に差してください。
cause-unplugged-worked = 明かりがつきます。

cause-bulb-title = 電球を替えてください
cause-bulb-step-1 = { $lamp_kind ->
    [26] 26の**リング**を回してください。
   *[other] 電球を回してください。
}
cause-bulb-worked = 明かりがつきます。
cause-bulb-place = ランプ > 頭 > **電球**
cause-bulb-restore = 古い電球は取っておいてください。
link-maker = 電球について
