//! Conversations through the door.

use domain::{
    digest::Fixed,
    id::{ServiceId, VerificationId, v4, v7},
    limit::Rule,
    refusal::Refusal,
    time::{hours, seconds},
    verification::{Answer, Event, Operation, Status},
};
use store::{
    Database, audit,
    verification::{fetch, versions},
};

use crate::{
    place,
    world::{World, answers, each, recipient, service, verification},
};

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
        let kept = world.store.read(move |tx| fetch(tx, service(), id)).await.unwrap();
        assert_eq!(kept, Some(approved));
        assert_eq!(world.store.read(move |tx| versions(tx, &[id])).await.unwrap(), [(id, 3)]);
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

#[tokio::test]
async fn fifty_right_codes_at_once_approve_once() {
    for world in each() {
        let begun = world.begun("a").await;
        let answers = world.at_once((0..50).map(|_| world.check(begun.id, &world.code(&begun)))).await;
        let (approved, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert_eq!(approved.len(), 1);
        assert!(refused.iter().all(|answer| *answer == Err(Refusal::AlreadyUsed)), "{refused:?}");
    }
}

#[tokio::test]
async fn fifty_wrong_codes_at_once_are_judged_five_times() {
    for world in each() {
        let begun = world.begun("a").await;
        let answers = world.at_once((0..50).map(|_| world.check(begun.id, &world.wrong(&begun)))).await;
        let judged = |answer: &&_| matches!(answer, Err(Refusal::IncorrectCode { .. }));
        assert_eq!(answers.iter().filter(judged).count(), 5);
        let locked = |answer: &&_| matches!(answer, Err(Refusal::TooManyChecks { .. }));
        assert_eq!(answers.iter().filter(locked).count(), 45);
    }
}

#[tokio::test]
async fn twenty_creates_at_once_for_one_number_send_once() {
    for world in each() {
        let answers = world.at_once((0..20).map(|_| world.create("a"))).await;
        let begun = answers.iter().filter(|answer| matches!(answer, Ok(Answer::Verification(_)))).count();
        let under_way = answers.iter().filter(|answer| matches!(answer, Ok(Answer::UnderWay(_)))).count();
        assert_eq!((begun, under_way), (1, 19));
        assert_eq!(world.count("message").await, 1);
    }
}

#[tokio::test]
async fn an_operation_that_comes_twice_counts_once() {
    for world in each() {
        let create = world.create("a");
        let begun = verification(world.store.apply(create.clone()).await);
        assert_eq!(verification(world.store.apply(create).await), begun);
        let wrong = world.check(begun.id, &world.wrong(&begun));
        for _ in 0..3 {
            let answer = world.store.apply(wrong.clone()).await;
            assert_eq!(answer, Err(Refusal::IncorrectCode { checks_left: 4 }));
        }
        assert_eq!(world.count("message").await, 1);
        assert_eq!(world.store.read(move |tx| audit::fetch(tx, begun.id)).await.unwrap().len(), 2);
    }
}

#[tokio::test]
async fn a_replay_whose_row_has_moved_on_changes_nothing() {
    for world in each() {
        let begun = world.begun("a").await;
        let first = world.check(begun.id, &world.wrong(&begun));
        assert_eq!(world.store.apply(first.clone()).await, Err(Refusal::IncorrectCode { checks_left: 4 }));
        let second = world.check(begun.id, &world.wrong(&begun));
        assert_eq!(world.store.apply(second).await, Err(Refusal::IncorrectCode { checks_left: 3 }));
        assert!(world.store.apply(first).await.is_err());
        let third = world.check(begun.id, &world.wrong(&begun));
        assert_eq!(world.store.apply(third).await, Err(Refusal::IncorrectCode { checks_left: 2 }));
    }
}

#[tokio::test]
async fn an_id_is_given_once() {
    for world in each() {
        let begun = world.begun("a").await;
        let mut other = world.create("b");
        if let Event::Create(create) = &mut other.event {
            create.id = begun.id;
        }
        assert_eq!(world.store.apply(other).await, Err(Refusal::Internal));
        let id = begun.id;
        assert_eq!(world.store.read(move |tx| fetch(tx, service(), id)).await.unwrap(), Some(begun));
        assert_eq!(world.count("message").await, 1);
    }
}

#[tokio::test]
async fn d9_a_refused_request_leaves_its_source_and_nothing_else() {
    for world in each() {
        let mut create = world.create("a");
        create.sources = vec![(Fixed([9; 32]), vec![Rule::new(hours(1), 0)])];
        assert!(matches!(world.store.apply(create).await, Err(Refusal::Busy { .. })));
        assert_eq!((world.count("number").await, world.count("verification").await), (0, 0));
        assert_eq!(world.count("message").await, 0);
    }
}

/// Wrong, locked, foreign and unknown: all wait for the same commit, so that nobody hears from the time it takes
/// which it was. A no that skipped the batch would be there before.
#[tokio::test]
async fn d10_every_no_waits_for_the_commit_of_its_batch() {
    let world = World::new(place::sqlite());
    let [own, locked, foreign] = [world.begun("own").await, world.begun("locked").await, world.begun("foreign").await];
    for _ in 0..5 {
        world.store.apply(world.check(locked.id, &world.wrong(&locked))).await.unwrap_err();
    }
    let other = |id, typed: &str| Operation { service: Some(ServiceId(v4([6; 16]))), ..world.check(id, typed) };
    let unknown = VerificationId(v7(world.now(), 0, [9; 10]));
    let checks = [
        world.check(own.id, &world.wrong(&own)),
        world.check(locked.id, &world.wrong(&locked)),
        world.check(locked.id, &world.code(&locked)),
        other(foreign.id, &world.code(&foreign)),
        other(unknown, "000000"),
    ];
    let held = world.hold().await;
    let mut waiting = world.queue(checks.into_iter()).await;
    // Behind them, in their batch, somebody keeps the commit waiting: by then all five are decided.
    let once_it_waits_too = async {
        tokio::task::yield_now().await;
        held.release();
    };
    let (commit, ()) = tokio::join!(world.hold(), once_it_waits_too);
    assert!(waiting.try_join_next().is_none(), "answered before the commit");
    commit.release();
    let said: Vec<&str> = answers(waiting).await.into_iter().map(|no| no.unwrap_err().code()).collect();
    assert_eq!(said, ["incorrect-code", "too-many-checks", "too-many-checks", "not-found", "not-found"]);
}

#[tokio::test]
async fn commits_are_told() {
    for world in each() {
        let mut commits = world.store.committed();
        let begun = world.begun("a").await;
        let told = commits.recv().await.unwrap();
        assert_eq!((told.verifications.as_slice(), told.outbox), (&[begun.id][..], true));
        world.store.apply(world.check(begun.id, &world.wrong(&begun))).await.unwrap_err();
        let told = commits.recv().await.unwrap();
        assert_eq!((told.verifications.as_slice(), told.outbox), (&[begun.id][..], false));
    }
}

#[tokio::test]
async fn a_caller_that_goes_away_cancels_nothing() {
    for world in each() {
        let held = world.hold().await;
        let create = world.create("a");
        let apply = world.store.apply(create);
        tokio::select! {
            biased;
            _ = apply => panic!("it was answered while the worker was held"),
            () = std::future::ready(()) => {}
        }
        held.release();
        // A closure on every worker is answered after what waited before it.
        for _ in 0..8 {
            world.store.write(|_| Ok(())).await.unwrap();
        }
        assert_eq!(world.count("verification").await, 1);
    }
}

#[tokio::test]
async fn a_connection_that_is_cut_comes_back() {
    for world in each() {
        let begun = world.begun("a").await;
        world.place.cut();
        let approved = verification(world.store.apply(world.check(begun.id, &world.code(&begun))).await);
        let id = begun.id;
        assert_eq!(world.store.read(move |tx| fetch(tx, service(), id)).await.unwrap(), Some(approved));
    }
}

#[tokio::test]
async fn d11_clocks_are_compared() {
    for world in each() {
        let ahead_ms = world.store.clock_ahead_ms().await.unwrap();
        match world.place.database {
            Database::Sqlite(_) => assert_eq!(ahead_ms, 0),
            // The test's clock stands at a day of 2027; the server's is right.
            Database::Postgres { .. } => assert_ne!(ahead_ms, 0),
        }
    }
}
