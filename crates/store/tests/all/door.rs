//! Conversations through the door.

use domain::{
    refusal::Refusal,
    time::seconds,
    verification::{Answer, Status},
};
use store::verification::fetch;

use crate::world::{each, recipient, verification};

#[tokio::test]
async fn a_right_code_approves_and_all_is_kept() {
    for mut world in each() {
        let begun = world.begun("a").await;
        let wrong = world.store.apply(world.check(begun.id, &world.wrong(&begun))).await;
        assert_eq!(wrong, Err(Refusal::IncorrectCode { checks_left: 4 }));
        let approved = verification(world.store.apply(world.check(begun.id, &world.code(&begun))).await);
        assert_eq!(approved.status(world.now()), Status::Approved);
        world.reopen().await;
        let id = begun.id;
        let kept = world.store.read(move |tx| fetch(tx, id)).await.unwrap();
        assert_eq!(kept, Some(approved));
    }
}

#[tokio::test]
async fn a_second_create_is_told_what_is_under_way() {
    for world in each() {
        let begun = world.begun("a").await;
        assert_eq!(world.store.apply(world.create("a")).await, Ok(Answer::UnderWay(begun.id)));
    }
}

#[tokio::test]
async fn resends_and_corrections_lead_to_new_codes() {
    for world in each() {
        let begun = world.begun("a").await;
        world.advance(seconds(31));
        let resent = verification(world.store.apply(world.resend(begun.id, None)).await);
        assert_eq!(resent.sends(), 2);
        let corrected = verification(world.store.apply(world.resend(begun.id, Some(recipient("b")))).await);
        assert_eq!((corrected.number, &corrected.address), (recipient("b").number, &b"b".to_vec()));
        verification(world.store.apply(world.check(begun.id, &world.code(&corrected))).await);
    }
}
