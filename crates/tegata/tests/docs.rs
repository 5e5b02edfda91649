//! Runs every snippet of docs/quickstart.md as a reader would, against a demo of its own. A snippet is a fenced block,
//! found by the name behind its language. Needs curl, node and python3.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

use serde_json::Value;

const QUICKSTART: &str = include_str!("../../../docs/quickstart.md");
const TEGATA: &str = env!("CARGO_BIN_EXE_tegata");
/// Where the document says that the demo is.
const DEMO_URL: &str = "http://127.0.0.1:8080";
/// Where it says that the reader's own server is.
const OWN_ORIGIN: &str = "http://127.0.0.1:3000";
/// The number that it verifies; each test takes another.
const PHONE: &str = "+819012345678";

/// The block of this name.
fn snippet(name: &str) -> &'static str {
    let mut blocks = QUICKSTART.split("\n```").skip(1).step_by(2);
    let block = blocks.find_map(|block| {
        let (head, body) = block.split_once('\n')?;
        (head.split(' ').nth(1) == Some(name)).then_some(body)
    });
    block.unwrap_or_else(|| panic!("docs/quickstart.md has no block called {name}"))
}

/// Ends its process at the end of the test, whatever the end is.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// A demo whose data lie where the document says, seen from `folder`.
struct Demo {
    folder: PathBuf,
    url: String,
    _process: Process,
}

impl Demo {
    fn start(name: &str) -> Demo {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(&folder).expect("a folder");
        let mut command = Command::new(TEGATA);
        command.args(["demo", "--json", "--listen", "127.0.0.1:0", "--data", "tegata-demo"]).current_dir(&folder);
        let mut process = Process(command.stdout(Stdio::piped()).spawn().expect("the demo starts"));
        let mut line = String::new();
        BufReader::new(process.0.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
        let ready: Value = serde_json::from_str(&line).expect("one line of JSON");
        Demo { folder, url: ready["url"].as_str().expect("an address").to_owned(), _process: process }
    }

    /// A shell in the demo's folder with the document's variables.
    fn shell(&self, phone: &str, script: &str) -> Command {
        let variables = snippet("quickstart-variables").replace(DEMO_URL, &self.url).replace(PHONE, phone);
        let mut command = Command::new("sh");
        command.current_dir(&self.folder).arg("-c").arg(format!("set -e\n{variables}\n{script}"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        command
    }

    /// Writes a snippet down as a file of its own.
    fn save(&self, name: &str, file: &str) {
        fs::write(self.folder.join(file), snippet(name)).expect("a file");
    }

    /// The code that this phone shows.
    fn code(&self, phone: &str) -> String {
        let told = curl(&[&format!("{}/sim/v1/phones/{phone}/messages?wait_ms=20000", self.url)]);
        let messages: Value = serde_json::from_str(&told).expect("messages");
        let text = messages[0]["text"].as_str().unwrap_or_else(|| panic!("no SMS came: {told}"));
        text.rsplit('#').next().expect("a code").to_owned()
    }

    /// Runs a script to its end; whenever it asks for a code, types what the next of `codes` makes of the right one.
    fn run(&self, phone: &str, script: &str, codes: &[fn(&str) -> String]) -> String {
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
fn until(screen: &mut ChildStdout, word: &str) -> String {
    let (mut shown, mut byte) = (Vec::new(), [0]);
    while !shown.ends_with(word.as_bytes()) {
        let read = screen.read(&mut byte).expect("a pipe");
        assert_eq!(read, 1, "ended before it asked for {word}: {}", String::from_utf8_lossy(&shown));
        shown.push(byte[0]);
    }
    String::from_utf8_lossy(&shown).into_owned()
}

fn curl(arguments: &[&str]) -> String {
    let output = Command::new("curl").args(["-sS", "--max-time", "30"]).args(arguments).output().expect("curl");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn right(code: &str) -> String {
    code.to_owned()
}

fn wrong(code: &str) -> String {
    let last = code.bytes().last().map_or(0, |digit| (digit - b'0' + 1) % 10);
    format!("{}{last}", &code[..code.len() - 1])
}

#[test]
fn curl_verifies_a_number() {
    let shown = Demo::start("curl").run("+819012345001", snippet("quickstart-curl"), &[right]);
    assert!(shown.contains(r#""to":"+819012345001""#) && shown.contains(r#""status":"approved""#), "{shown}");
}

#[test]
fn node_verifies_a_number_at_the_second_try() {
    let demo = Demo::start("node");
    demo.save("quickstart-node", "verify.mjs");
    let shown = demo.run("+819012345002", "exec node verify.mjs", &[wrong, right]);
    assert!(shown.contains("(/problems/incorrect-code)") && shown.contains("+819012345002 is verified"), "{shown}");
}

#[test]
fn python_verifies_a_number_and_redeems_the_proof() {
    let demo = Demo::start("python");
    demo.save("quickstart-python", "verify.py");
    let shown = demo.run("+819012345003", "exec python3 verify.py", &[right]);
    assert!(shown.contains("+819012345003 is approved"), "{shown}");
}

#[test]
fn a_ci_job_verifies_a_number() {
    let folder = Path::new(TEGATA).parent().expect("it lies in a folder").display();
    let path = format!("{folder}:{}", std::env::var("PATH").unwrap_or_default());
    let output =
        Command::new("sh").arg("-c").arg(snippet("quickstart-ci")).env("PATH", path).output().expect("a shell");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), r#""status":"approved""#);
}

#[test]
fn the_simulator_makes_trouble() {
    let shown = Demo::start("trouble").run(PHONE, snippet("quickstart-trouble"), &[]);
    assert!(shown.contains(r#""airplane_mode":true"#) && shown.contains(r#""outage":true"#), "{shown}");
}

#[test]
fn a_node_server_gets_the_number_back() {
    let demo = Demo::start("node-web");
    demo.save("quickstart-node-web", "server.mjs");
    hosted(&demo, "+819012345004", "exec node server.mjs");
}

#[test]
fn a_python_server_gets_the_number_back() {
    let demo = Demo::start("python-web");
    demo.save("quickstart-python-web", "server.py");
    hosted(&demo, "+819012345005", "exec python3 server.py");
}

/// A browser without JavaScript: curl with a cookie jar in this folder.
struct Browser<'a>(&'a Path);

impl Browser<'_> {
    /// Follows an address to its page: `(page, address in the end)`.
    fn open(&self, arguments: &[&str]) -> (String, String) {
        let jar = self.0.join("jar").to_string_lossy().into_owned();
        let cookies = ["-L", "-b", &jar, "-c", &jar, "-w", "\n%{url_effective}"];
        let shown = curl(&[&cookies[..], arguments].concat());
        let (page, address) = shown.rsplit_once('\n').expect("an address at the end");
        (page.to_owned(), address.to_owned())
    }

    /// Sends the page's form whose address ends so, with one field and the hidden token.
    fn post(&self, origin: &str, page: &str, form: &str, field: &str) -> (String, String) {
        let value = |text: &str| text.split('"').next().unwrap_or("").to_owned();
        let action = page.split("action=\"").map(value).find(|action| action.ends_with(form));
        let action = action.unwrap_or_else(|| panic!("no form {form} in {page}"));
        let token = page.split("name=\"form_token\" value=\"").nth(1).map(value).expect("forms have a token");
        let token = format!("form_token={token}");
        self.open(&["--data-urlencode", field, "--data-urlencode", &token, &format!("{origin}{action}")])
    }
}

/// Walks from the reader's own server over the hosted page and back. A forged return, and the same again, are refused.
fn hosted(demo: &Demo, phone: &str, server: &str) {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
    let own = format!("http://127.0.0.1:{port}");
    demo.run(phone, &snippet("quickstart-return-url").replace(OWN_ORIGIN, &own), &[]);
    let _server = Process(demo.shell(phone, &format!("export PORT={port}\n{server}")).spawn().expect("a shell"));
    let answers = |_| {
        std::thread::sleep(Duration::from_millis(100));
        TcpStream::connect(("127.0.0.1", port)).is_ok()
    };
    assert!((0..200).any(answers), "nothing answers at {own}");

    let browser = Browser(&demo.folder);
    let (page, address) = browser.open(&[&format!("{own}/start")]);
    assert!(address.starts_with(&format!("{}/f/flw_", demo.url)), "{address}");
    let (page, _) = browser.post(&demo.url, &page, "/number", &format!("number={phone}"));
    let (page, _) = browser.post(&demo.url, &page, "/code", &format!("code={}", demo.code(phone)));

    let forged = format!("{own}/verified?flow=flw_x&state={}&result=res_x", "0".repeat(32));
    assert!(browser.open(&[&forged]).0.contains("not begun in this browser"));
    let (told, address) = browser.post(&demo.url, &page, "/continue", "go=on");
    assert!(address.starts_with(&format!("{own}/verified?flow=flw_")), "{address}");
    assert_eq!(told.trim(), format!("{phone} is verified"));
    assert!(browser.open(&[&address]).0.contains("not begun in this browser"), "the state is good once");
}
