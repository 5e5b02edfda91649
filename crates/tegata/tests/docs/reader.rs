//! A reader: takes snippets out of documents, types them, and has a demo to try them on.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

use serde_json::Value;

/// The documents with snippets.
const DOCUMENTS: [&str; 4] = [
    include_str!("../../../../README.md"),
    include_str!("../../../../docs/quickstart.md"),
    include_str!("../../../../docs/http-provider.md"),
    include_str!("../../../../docs/webhooks.md"),
];
pub const TEGATA: &str = env!("CARGO_BIN_EXE_tegata");
/// Where the document says that the demo is.
pub const DEMO_URL: &str = "http://127.0.0.1:8080";
/// The number that the README verifies.
pub const PHONE: &str = "+819012345678";
/// The one that the quickstart begins with; each test takes another.
const QUICKSTART_PHONE: &str = "+818012345678";

/// The block of this name.
pub fn snippet(name: &str) -> &'static str {
    let mut blocks = DOCUMENTS.into_iter().flat_map(|document| document.split("\n```").skip(1).step_by(2));
    let block = blocks.find_map(|block| {
        let (head, body) = block.split_once('\n')?;
        (head.split(' ').nth(1) == Some(name)).then_some(body)
    });
    block.unwrap_or_else(|| panic!("no document has a block called {name}"))
}

/// Ends its process at the end of the test, whatever the end is.
pub struct Process(pub Child);

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// A demo whose data lie where the document says, seen from `folder`.
pub struct Demo {
    pub folder: PathBuf,
    pub url: String,
    _process: Process,
}

impl Demo {
    pub fn start(name: &str) -> Demo {
        let folder = folder(name);
        let mut command = Command::new(TEGATA);
        command.args(["demo", "--json", "--listen", "127.0.0.1:0", "--data", "tegata-demo"]).current_dir(&folder);
        let mut process = Process(command.stdout(Stdio::piped()).spawn().expect("the demo starts"));
        let mut line = String::new();
        BufReader::new(process.0.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
        let ready: Value = serde_json::from_str(&line).expect("one line of JSON");
        Demo { folder, url: ready["url"].as_str().expect("an address").to_owned(), _process: process }
    }

    /// A shell in the demo's folder with the document's variables.
    pub fn shell(&self, phone: &str, script: &str) -> Command {
        let variables = snippet("quickstart-variables").replace(DEMO_URL, &self.url).replace(QUICKSTART_PHONE, phone);
        let mut command = Command::new("sh");
        command.current_dir(&self.folder).arg("-c").arg(format!("set -e\n{variables}\n{script}"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        command
    }

    /// Writes a snippet down as a file of its own.
    pub fn save(&self, name: &str, file: &str) {
        fs::write(self.folder.join(file), snippet(name)).expect("a file");
    }

    /// The code that this phone shows.
    pub fn code(&self, phone: &str) -> String {
        let told = curl(&[&format!("{}/sim/v1/phones/{phone}/messages?wait_ms=20000", self.url)]);
        let messages: Value = serde_json::from_str(&told).expect("messages");
        let text = messages[0]["text"].as_str().unwrap_or_else(|| panic!("no SMS came: {told}"));
        text.rsplit('#').next().expect("a code").to_owned()
    }

    /// Runs a script to its end; whenever it asks for a code, types what the next of `codes` makes of the right one.
    pub fn run(&self, phone: &str, script: &str, codes: &[fn(&str) -> String]) -> String {
        let mut process = Process(self.shell(phone, script).spawn().expect("a shell"));
        let mut keyboard = process.0.stdin.take().expect("a pipe");
        let mut screen = process.0.stdout.take().expect("a pipe");
        let mut shown = String::new();
        for code in codes {
            shown.push_str(&until(&mut screen, "Code"));
            writeln!(keyboard, "{}", code(&self.code(phone))).expect("it reads");
        }
        screen.read_to_string(&mut shown).expect("text");
        assert!(process.0.wait().expect("an end").success(), "{shown}");
        shown
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.folder));
    }
}

/// What a process shows until a word is there.
pub fn until(screen: &mut ChildStdout, word: &str) -> String {
    let (mut shown, mut byte) = (Vec::new(), [0]);
    while !shown.ends_with(word.as_bytes()) {
        let read = screen.read(&mut byte).expect("a pipe");
        assert_eq!(read, 1, "ended before it asked for {word}: {}", String::from_utf8_lossy(&shown));
        shown.push(byte[0]);
    }
    String::from_utf8_lossy(&shown).into_owned()
}

pub fn curl(arguments: &[&str]) -> String {
    let output = Command::new("curl").args(["-sS", "--max-time", "30"]).args(arguments).output().expect("curl");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// A port that is free.
pub fn port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port()
}

/// Waits until something answers at this port.
pub fn wait_for(port: u16) {
    let answers = |_| {
        std::thread::sleep(Duration::from_millis(100));
        TcpStream::connect(("127.0.0.1", port)).is_ok()
    };
    assert!((0..200).any(answers), "nothing answers at port {port}");
}

/// `PATH` with the binary's folder in front.
pub fn path() -> String {
    let folder = Path::new(TEGATA).parent().expect("it lies in a folder").display();
    format!("{folder}:{}", std::env::var("PATH").unwrap_or_default())
}

/// An empty folder of this test's own.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).expect("a folder");
    folder
}
