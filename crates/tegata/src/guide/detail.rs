//! Where a simulated guide falls short: by what was in the way, and by the step at which people left.

use sim::people::{Figures, Report};

/// The most steps that are told.
const STEPS_MAX: usize = 20;

/// Two tables: troubles, the most frequent first, and steps, where most left first.
pub fn tables(report: &Report) -> String {
    let mut troubles: Vec<(&String, &[Figures; 2])> = report.by_trouble.iter().collect();
    troubles.sort_by_key(|(label, [led, _])| (std::cmp::Reverse(led.people), *label));
    let mut lines = vec![format!(
        "{:<34} {:>6}  {:>13} {:>13} {:>13} {:>13}",
        "in the way (guide / page)", "people", "alone %", "human %", "stuck %", "minutes"
    )];
    lines.extend(troubles.into_iter().map(|(label, both)| trouble(label, both)));
    let mut steps: Vec<(&String, &[u32; 2])> = report.left_at.iter().collect();
    steps.sort_by_key(|(step, [human, stuck])| (std::cmp::Reverse(human + stuck), *step));
    lines.push(format!("\n{:<34} {:>6} {:>6}", "left the guide at", "human", "stuck"));
    lines.extend(
        steps.into_iter().take(STEPS_MAX).map(|(step, [human, stuck])| format!("{step:<34} {human:>6} {stuck:>6}")),
    );
    lines.join("\n")
}

fn trouble(label: &str, [led, page]: &[Figures; 2]) -> String {
    let both = |of: fn(&Figures) -> f64| format!("{:.0} / {:.0}", of(led), of(page));
    format!(
        "{label:<34} {:>6}  {:>13} {:>13} {:>13} {:>13}",
        led.people,
        both(|all| 100.0 * all.share(all.solved_alone)),
        both(|all| 100.0 * all.share(all.human)),
        both(|all| 100.0 * all.share(all.stuck)),
        both(|all| all.minutes_to_help),
    )
}
