# ガイドを編集する人のための図。左に分かること、中央に考えられる原因、右にその先。

drawing-description = 左に{ $facts }個の事実があります。中央に{ $causes }個の原因が、試す順に並びます。右はその先です。
drawing-group = { $n }個のカードが、試す順に上から並びます。
drawing-facts = 分かること
drawing-observed = 見て分かる
drawing-told = 質問する
drawing-derived = 推測か質問
drawing-guessed = 推測する
drawing-when = 条件：{ $condition }
drawing-wait = 待つだけのこと
drawing-look = 見てみるところ
drawing-try = 試しても害のないこと
drawing-change = 変える設定
drawing-cause = 重み{ $weight }、{ $seconds }秒、効く割合{ $works }、{ $confidence }
drawing-official = 提供元の説明を確認
drawing-third-party = 第三者の説明
drawing-unverified = 未確認
drawing-other = そのほか（重み{ $weight }）：人が対応します
drawing-code = コードが届いている
drawing-resend = 新しいコードを送る
drawing-number = 番号を直す
drawing-other-way = 別の方法を使う
drawing-contact = 人が対応する
