//! A small HTTP client that can also send what no well-behaved client would: one request a connection.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
    thread,
    time::Duration,
};

use serde_json::Value;

/// Longer than any answer may take.
const PATIENCE: Duration = Duration::from_secs(40);

/// A request that is being put together.
#[derive(Clone)]
pub struct Request {
    method: String,
    authority: String,
    target: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: String,
}

impl Request {
    /// A request to `http://authority/target`.
    pub fn new(method: &str, url: &str) -> Request {
        let rest = url.strip_prefix("http://").unwrap_or_else(|| panic!("{url} is no http address"));
        let (authority, target) = rest.find('/').map_or((rest, "/"), |slash| rest.split_at(slash));
        let headers = vec![("Host".to_owned(), authority.as_bytes().to_vec())];
        let (authority, target) = (authority.to_owned(), target.to_owned());
        Request { method: method.into(), authority, target, headers, body: Vec::new() }
    }

    /// Sets a header; the value is sent as it is.
    pub fn header(self, name: &str, value: impl AsRef<[u8]>) -> Request {
        self.without(name).also(name, value)
    }

    /// Takes a header away.
    pub fn without(mut self, name: &str) -> Request {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self
    }

    /// Adds a header beside those of its name.
    pub fn also(mut self, name: &str, value: impl AsRef<[u8]>) -> Request {
        self.headers.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    /// Shows an API key.
    pub fn key(self, key: &str) -> Request {
        self.header("Authorization", format!("Bearer {key}"))
    }

    pub fn body(mut self, kind: &str, body: impl AsRef<[u8]>) -> Request {
        self.body = body.as_ref().to_vec();
        self.header("Content-Type", kind)
    }

    pub fn json(self, body: &Value) -> Request {
        self.body("application/json", body.to_string())
    }

    pub fn form(self, fields: &[(&str, &str)]) -> Request {
        let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        self.body("application/x-www-form-urlencoded", pairs.join("&"))
    }

    /// Sends it and waits for the answer.
    pub fn send(&self) -> Answer {
        self.try_send().unwrap_or_else(|error| panic!("{} {}: {error}", self.method, self.target))
    }

    /// As [`Request::send`], where the server may be dying.
    pub fn try_send(&self) -> io::Result<Answer> {
        let stream = self.open("HTTP/1.1", &self.body)?;
        Request::answer(stream)
    }

    /// Sends the first byte of its body only, and waits until the server ends the connection.
    pub fn stall(&self) -> Answer {
        let stream = self.clone().header("Connection", "keep-alive").open("HTTP/1.1", &self.body[..1]);
        Request::answer(stream.expect("the server takes connections")).expect("an answer")
    }

    fn answer(mut stream: TcpStream) -> io::Result<Answer> {
        let mut bytes = Vec::new();
        // A server that refused early may reset the connection behind its answer.
        let ended = stream.read_to_end(&mut bytes);
        Answer::read(&bytes).ok_or_else(|| ended.err().unwrap_or_else(|| io::ErrorKind::UnexpectedEof.into()))
    }

    /// Sends it and hangs up after so long, whatever came back.
    pub fn hang_up(&self, after: Duration) {
        let stream = self.open("HTTP/1.1", &self.body).expect("the server takes connections");
        thread::sleep(after);
        drop(stream);
    }

    /// Sends it and follows the server-sent events that come back.
    pub fn follow(&self) -> Events {
        // As HTTP/1.0, so that the stream comes without chunks and ends with the connection.
        let stream = self.open("HTTP/1.0", &self.body).expect("the server takes connections");
        let mut lines = BufReader::new(stream).lines();
        let status = lines.next().expect("a status line").expect("a readable one");
        assert!(status.contains(" 200 "), "no stream: {status}");
        Events(lines)
    }

    /// Sends the head, and so much of the body.
    fn open(&self, version: &str, body: &[u8]) -> io::Result<TcpStream> {
        // Names below `localhost` are loopback (RFC 6761 §6.3); not every resolver knows them.
        let loopback = self.authority.split_once(".localhost").map(|(_, port)| format!("127.0.0.1{port}"));
        let mut stream = TcpStream::connect(loopback.as_ref().unwrap_or(&self.authority))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut head = format!("{} {} {version}\r\n", self.method, self.target).into_bytes();
        for (name, value) in &self.headers {
            head.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
        }
        if !self.headers.iter().any(|(name, _)| name == "Connection") {
            head.extend(b"Connection: close\r\n");
        }
        head.extend(format!("Content-Length: {}\r\n\r\n", self.body.len()).bytes());
        stream.write_all(&head)?;
        // Refused before it was read whole: the answer says so.
        let _refused_early = stream.write_all(body);
        Ok(stream)
    }
}

impl Answer {
    fn read(bytes: &[u8]) -> Option<Answer> {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let pair =
            |line: &str| line.split_once(':').map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()));
        let headers: Vec<(String, String)> = lines.filter_map(pair).collect();
        let answer = Answer { status, headers, body: String::from_utf8_lossy(&bytes[end + 4..]).into_owned() };
        assert!(answer.header("transfer-encoding").is_none(), "this client reads no chunks: {answer:?}");
        let whole = answer.header("content-length").is_none_or(|length| length == (bytes.len() - end - 4).to_string());
        whole.then_some(answer)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// Every header of this name.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("no JSON ({error}): {self:?}"))
    }
}

/// Server-sent events' data, one by one; ends with the stream.
pub struct Events(io::Lines<BufReader<TcpStream>>);

impl Iterator for Events {
    type Item = Value;

    fn next(&mut self) -> Option<Value> {
        loop {
            let line = self.0.next()?.expect("an event in time");
            if let Some(data) = line.strip_prefix("data: ") {
                return Some(serde_json::from_str(data).expect("events are JSON"));
            }
        }
    }
}

/// Percent-encoding of everything that could mean something.
fn encoded(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    text.bytes().map(|b| if plain(&b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
