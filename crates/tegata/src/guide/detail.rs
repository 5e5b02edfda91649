//! Where a simulated guide falls short: by what was in the way, and by the step at which people left.

use sim::people::{Figures, Report};

/// The most steps that are told.
const STEPS_MAX: usize = 20;

/// Two tables: troubles, the most frequent first, and steps, where most left first.
pub fn tables(report: &Report) -> String {
    let mut troubles: Vec<(&String, &[Figures; 3])> = report.by_trouble.iter().collect();
    troubles.sort_by_key(|(label, [led, ..])| (std::cmp::Reverse(led.people), *label));
    let mut lines = vec![format!(
        "{:<34} {:>6}  {:>15} {:>15} {:>15} {:>15}",
        "in the way (guide / page / knowing)", "people", "alone %", "human %", "stuck %", "minutes"
    )];
    lines.extend(troubles.into_iter().map(|(label, each)| trouble(label, each)));
    let mut steps: Vec<(&String, &[u32; 2])> = report.left_at.iter().collect();
    steps.sort_by_key(|(step, [human, stuck])| (std::cmp::Reverse(human + stuck), *step));
    lines.push(format!("\n{:<34} {:>6} {:>6}", "left the guide at", "human", "stuck"));
    lines.extend(
        steps.into_iter().take(STEPS_MAX).map(|(step, [human, stuck])| format!("{step:<34} {human:>6} {stuck:>6}")),
    );
    lines.join("\n")
}

fn trouble(label: &str, all: &[Figures; 3]) -> String {
    let [led, page, knowing] = all;
    let each = |of: fn(&Figures) -> f64| format!("{:.0} / {:.0} / {:.0}", of(led), of(page), of(knowing));
    format!(
        "{label:<34} {:>6}  {:>15} {:>15} {:>15} {:>15}",
        led.people,
        each(|all| 100.0 * all.share(all.solved_alone)),
        each(|all| 100.0 * all.share(all.human)),
        each(|all| 100.0 * all.share(all.stuck)),
        each(|all| all.minutes_to_help),
    )
}
