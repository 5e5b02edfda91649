//! What is taken for granted about people. The same for the guide and for the page that it is held against; each number
//! has its source, or the word "assumption", in `docs/guides.md`.

/// The model of a person.
#[derive(Clone, Debug, PartialEq)]
pub struct Assumptions {
    /// How long half of a heavy tail goes on, in minutes: the scale of a Weibull distribution, counted from asking for
    /// the first code.
    pub patience_min: f64,
    /// The shape of that distribution; below 1 who has stayed is the more likely to stay.
    pub patience_shape: f64,
    /// How long people take against the remedies' own estimates: 1 is as estimated.
    pub pace: f64,
    /// How far people differ in that: the spread of its logarithm.
    pub pace_spread: f64,
    /// How often a remedy that only looks or waits, or undoes itself, is done wrongly without noticing.
    pub slips: f64,
    /// How often one that changes a setting is.
    pub slips_changing: f64,
    /// How often a remedy is passed over without trying it.
    pub skips: f64,
    /// How much oftener that is where it is one section among many of a page: a factor.
    pub skims: f64,
    /// How often somebody cannot do one that changes a setting: a forgotten password, a missing right.
    pub unable: f64,
    /// How often somebody does not know an answer.
    pub unknown: f64,
    /// How often an answer is wrong.
    pub misanswers: f64,
    /// How often somebody who has had enough turns to a human in sight.
    pub asks: f64,
    /// How often if no human is in sight.
    pub seeks: f64,
    /// How much less often each of the two while nobody is there: a factor.
    pub closed: f64,
    /// How many want a human from the start, and find one, at the end of a page too.
    pub prefers: f64,
    /// How long the queue for a human is on average, in minutes.
    pub queue_min: f64,
    /// How long the talk takes, in minutes.
    pub talk_min: f64,
    /// How long people wait for a code before they look for help, in seconds, from and to.
    pub opens_s: [f64; 2],
    /// How long a step's page takes to appear and to be understood, in seconds.
    pub page_s: f64,
    /// How long it takes to see that a section is for other phones, in seconds.
    pub glance_s: f64,
    /// How long people look whether a remedy helped, in seconds.
    pub checks_s: f64,
    /// How long typing a code or asking for a new one takes, in seconds.
    pub types_s: f64,
    /// How often another way that the service offers works.
    pub other_way_works: f64,
    /// How often somebody answers a call from an unknown number that they have just asked for.
    pub answers: f64,
    /// How long a call takes from asking for it to the code typed, or to its end without an answer, in seconds.
    pub call_s: f64,
    /// How long it takes to ask for a call back, in seconds.
    pub books_s: f64,
    /// What the page's reader sees to be for others.
    pub reader: Reader,
    /// In which order the page's author put the remedies.
    pub page: Page,
}

/// What a reader of the page skips.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// What is for another kind of phone.
    ByPhone,
    /// That, and what a heading says to be for another carrier, app or country.
    ByHeading,
    /// All whose conditions the person could answer with no: carrier, app, place, and so on.
    Careful,
}

/// The order of the static page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// That of the guide's file: by what they are about.
    AsWritten,
    /// What helps most people soonest first, and nothing changed before something harmless: as the guide itself would
    /// begin with somebody of whom nothing is known.
    BestFirst,
}

impl Default for Assumptions {
    fn default() -> Assumptions {
        Assumptions {
            patience_min: 21.7,
            patience_shape: 0.57,
            pace: 1.0,
            pace_spread: 0.25,
            slips: 0.09,
            slips_changing: 0.16,
            skips: 0.10,
            skims: 1.0,
            unable: 0.12,
            unknown: 0.10,
            misanswers: 0.04,
            asks: 0.7,
            seeks: 0.35,
            closed: 0.5,
            prefers: 0.04,
            queue_min: 5.0,
            talk_min: 4.5,
            opens_s: [45.0, 150.0],
            page_s: 4.0,
            glance_s: 3.0,
            checks_s: 20.0,
            types_s: 12.0,
            other_way_works: 0.9,
            answers: 0.85,
            call_s: 60.0,
            books_s: 60.0,
            reader: Reader::ByHeading,
            page: Page::AsWritten,
        }
    }
}
