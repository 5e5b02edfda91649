//! Which version of which guide is in use: those shipped in the binary, the operator's over them, reloaded as they are
//! edited. Guides are found by the names that are loaded, never by a path (rule D7).

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    path::{Path, PathBuf},
    sync::{Arc, LazyLock, PoisonError, RwLock},
    time::Duration,
};

use tokio::sync::watch;
use tracing::{error, info, warn};

use super::{Fault, Files, Loaded, read_folder};

/// How often the folder is looked at. An edit is taken when it has rested for one round, so that no half is read.
const EVERY: Duration = Duration::from_secs(2);

/// The versions of one guide that open sessions can still find.
const VERSIONS_MAX: usize = 4;

/// A guide of the binary: its name, and its files in the order of [`super::FILE_NAMES`].
macro_rules! built_in {
    ($name:literal) => {
        (
            $name,
            [
                include_str!(concat!("../../guides/", $name, "/guide.toml")),
                include_str!(concat!("../../guides/", $name, "/ja.ftl")),
                include_str!(concat!("../../guides/", $name, "/en.ftl")),
            ],
        )
    };
}

/// The guides of the binary: each has a line here.
const SHIPPED: &[(&str, [&str; 3])] = &[built_in!("sms-not-arriving")];

static SHIPPED_GUIDES: LazyLock<Vec<Arc<Loaded>>> = LazyLock::new(|| {
    let read = |(id, _): &(&str, [&str; 3])| {
        let files = shipped_files(id).expect("it is in the list");
        let guide = Loaded::read(id, &files).unwrap_or_else(|faults| panic!("{}, built in, must be whole", faults[0]));
        Arc::new(guide)
    };
    SHIPPED.iter().map(read).collect()
});

/// The files of a guide of the binary, for an operator to begin with.
pub fn shipped_files(id: &str) -> Option<Files> {
    let (_, [graph, ja, en]) = SHIPPED.iter().find(|(name, _)| *name == id)?;
    Some(Files { graph: (*graph).to_owned(), ja: (*ja).to_owned(), en: (*en).to_owned() })
}

/// The guides of the binary.
pub fn shipped() -> &'static [Arc<Loaded>] {
    &SHIPPED_GUIDES
}

/// An edit that was refused; what was in use before still is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Of which guide.
    pub guide: String,
    /// What is wrong; never empty.
    pub faults: Vec<Fault>,
}

/// The guides that are in use.
#[derive(Default)]
pub struct Library {
    folder: Option<PathBuf>,
    shelves: RwLock<BTreeMap<String, Shelf>>,
}

/// What is kept of one guide.
#[derive(Default)]
struct Shelf {
    current: Option<Arc<Loaded>>,
    /// The current version and those before it, newest first.
    versions: VecDeque<Arc<Loaded>>,
    /// The edit that was refused, so that it is refused once.
    refused: Option<(Found, Vec<Fault>)>,
}

type Found = Result<Files, Fault>;

impl Library {
    /// The shipped guides, with an operator's over them. A broken guide of the operator's is logged and told by
    /// [`Library::troubles`]; the shipped one of its name stands in for it.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn open(folder: Option<&Path>) -> std::io::Result<Library> {
        let library = Library { folder: folder.map(Path::to_path_buf), ..Library::default() };
        let found = library.look()?;
        library.take(found);
        Ok(library)
    }

    /// A guide as it is now.
    pub fn get(&self, id: &str) -> Option<Arc<Loaded>> {
        self.read(|shelves| shelves.get(id)?.current.clone())
    }

    /// A guide as a session began with it; `None` once four newer ones have come.
    pub fn version(&self, id: &str, version: &str) -> Option<Arc<Loaded>> {
        self.read(|shelves| shelves.get(id)?.versions.iter().find(|guide| guide.guide.version == version).cloned())
    }

    /// All as they are now, by name.
    pub fn all(&self) -> Vec<Arc<Loaded>> {
        self.read(|shelves| shelves.values().filter_map(|shelf| shelf.current.clone()).collect())
    }

    /// What a fact may be by any of them.
    pub fn values(&self, fact: &str) -> BTreeSet<String> {
        let of = |guide: &Arc<Loaded>| {
            guide.guide.facts.iter().filter(|known| known.id == fact).flat_map(|known| known.values.clone()).collect()
        };
        self.all().iter().flat_map(|guide| -> Vec<String> { of(guide) }).collect()
    }

    /// The edits that were refused and not mended yet.
    pub fn troubles(&self) -> Vec<Trouble> {
        let trouble = |(guide, shelf): (&String, &Shelf)| {
            let (_, faults) = shelf.refused.clone()?;
            Some(Trouble { guide: guide.clone(), faults })
        };
        self.read(|shelves| shelves.iter().filter_map(trouble).collect())
    }

    fn read<T>(&self, f: impl FnOnce(&BTreeMap<String, Shelf>) -> T) -> T {
        f(&self.shelves.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn look(&self) -> std::io::Result<BTreeMap<String, Found>> {
        self.folder.as_deref().map_or_else(|| Ok(BTreeMap::new()), read_folder)
    }

    /// Takes what a folder holds now: good edits are in use at once, broken ones are refused, and what has left the
    /// folder is the shipped one again, or gone.
    pub(super) fn take(&self, found: BTreeMap<String, Found>) {
        for (id, found) in &found {
            self.edit(id, found);
        }
        let mut shelves = self.shelves.write().unwrap_or_else(PoisonError::into_inner);
        for guide in shipped() {
            let shelf = shelves.entry(guide.guide.id.clone()).or_default();
            if !found.contains_key(&guide.guide.id) {
                shelf.refused = None;
                shelf.put(guide.clone());
            } else if shelf.current.is_none() {
                shelf.put(guide.clone());
            }
        }
        let is_there = |id: &String| found.contains_key(id) || shipped().iter().any(|guide| guide.guide.id == *id);
        for (_, shelf) in shelves.iter_mut().filter(|(id, _)| !is_there(id)) {
            (shelf.current, shelf.refused) = (None, None);
        }
    }

    /// Takes one guide of a folder.
    fn edit(&self, id: &str, found: &Found) {
        let known = self.read(|shelves| {
            let shelf = shelves.get(id)?;
            let version = found.as_ref().ok().map(Files::version);
            let is_current = shelf.current.as_ref().is_some_and(|guide| version.as_ref() == Some(&guide.guide.version));
            let is_refused = shelf.refused.as_ref().is_some_and(|(refused, _)| refused == found);
            Some(is_refused || is_current && shelf.refused.is_none())
        });
        if known == Some(true) {
            return;
        }
        // Read outside the lock: a large guide takes a moment.
        let read = found.as_ref().map_err(|fault| vec![fault.clone()]).and_then(|files| Loaded::read(id, files));
        let mut shelves = self.shelves.write().unwrap_or_else(PoisonError::into_inner);
        let shelf = shelves.entry(id.to_owned()).or_default();
        match read {
            Ok(guide) => {
                info!(guide = id, version = guide.guide.version, "a guide was loaded");
                shelf.refused = None;
                shelf.put(Arc::new(guide));
            }
            Err(faults) => {
                for Fault { file, line, reason } in &faults {
                    error!(guide = id, file, line, reason, "a guide was refused; the one before it stays in use");
                }
                shelf.refused = Some((found.clone(), faults));
            }
        }
    }
}

impl Shelf {
    fn put(&mut self, guide: Arc<Loaded>) {
        self.versions.retain(|past| past.guide.version != guide.guide.version);
        self.versions.push_front(guide.clone());
        self.versions.truncate(VERSIONS_MAX);
        self.current = Some(guide);
    }
}

/// Follows the folder's edits until `stop`.
pub async fn watch(library: Arc<Library>, stop: watch::Receiver<bool>) {
    follow(library, EVERY, stop).await;
}

pub(super) async fn follow(library: Arc<Library>, every: Duration, mut stop: watch::Receiver<bool>) {
    if library.folder.is_none() {
        return;
    }
    let mut before = None;
    while !*stop.borrow() {
        tokio::select! {
            _ = stop.changed() => return,
            () = tokio::time::sleep(every) => {}
        }
        let looking = library.clone();
        let round = tokio::task::spawn_blocking(move || {
            let found = looking.look()?;
            if before.as_ref() == Some(&found) {
                looking.take(found.clone());
            }
            Ok::<_, std::io::Error>(found)
        });
        before = match round.await {
            Ok(Ok(found)) => Some(found),
            Ok(Err(error)) => {
                warn!(%error, "the folder of guides cannot be read");
                None
            }
            // Whoever started it is told.
            Err(broken) => std::panic::resume_unwind(broken.into_panic()),
        };
    }
}
