//! What guides learn from people: summed up, shown in the console, and steered by nobody alone.

use rstest::rstest;
use serde_json::json;

use crate::{
    console::signed_in,
    flows::at_the_code,
    world::{
        AOI, Browser, Engine,
        Engine::{Postgres, Sqlite},
        World,
    },
};

/// What stands in a guide's row of results: sessions, solved, seen, said.
fn results(world: &World, operator: &mut Browser) -> Option<Vec<String>> {
    let page = operator.open(&format!("{}/console/guides/sms-not-arriving", world.told("url"))).is(200);
    let section = page.html().split("id=\"ends-title\"").nth(1)?.split("</section>").next()?;
    let row = section.split("<tbody>").nth(1)?.split("</tr>").next()?;
    let cells = row.split("class=\"figure\">").skip(1);
    Some(cells.filter_map(|cell| cell.split('<').next()).map(str::to_owned).collect())
}

#[rstest]
fn a_session_is_counted_when_it_is_solved(#[values(Sqlite, Postgres)] engine: Engine) {
    let Some(world) = World::on(engine) else { return };
    let (mut operator, _) = signed_in(&world);
    assert_eq!(results(&world, &mut operator), None);
    let flow = world.create_flow(json!({}));
    let (mut person, _) = at_the_code(&flow);
    world.sms_to(AOI);
    let help = person.open(&format!("{}/help", flow.url)).is(200);
    let help = person.until_remedy(help);
    let next = person.submit(&help, "/help/outcome", &[("outcome", "not_helped")]).is(200);
    let next = person.until_remedy(next);
    assert_eq!(results(&world, &mut operator), None, "nothing is counted before it is over");
    person.submit(&next, "/help/outcome", &[("outcome", "worked")]).is(200);
    let counted = ["1", "100 %", "0", "1", "0"].map(str::to_owned).to_vec();
    assert_eq!(results(&world, &mut operator), Some(counted.clone()));
    person.open(&format!("{}/help", flow.url)).is(200);
    assert_eq!(results(&world, &mut operator), Some(counted), "a reload counts nothing again");
}

#[test]
fn m6_few_sessions_of_one_network_are_counted() {
    let world = World::new();
    let (mut operator, _) = signed_in(&world);
    for nth in 0..13 {
        let flow = world.create_flow(json!({}));
        let mut person = Browser::new();
        let number = person.open(&flow.url).is(200);
        let to = format!("090-5557-00{nth:02}");
        person.submit(&number, "/number", &[("country", "JP"), ("number", &to)]).is(200);
        let help = person.open(&format!("{}/help", flow.url)).is(200);
        let help = person.until_remedy(help);
        let next = person.submit(&help, "/help/outcome", &[("outcome", "not_helped")]).is(200);
        let next = person.until_remedy(next);
        person.submit(&next, "/help/outcome", &[("outcome", "worked")]).is(200);
    }
    let counted = results(&world, &mut operator).expect("some are counted");
    assert_eq!(counted[0], "10", "{counted:?}");
}
