//! A client's connection: HTTP/1.1, kept alive, one request at a time, written and read without a library, so that
//! the generator takes as little as possible of the machine that it shares with the server.

use std::{
    io::{self, Write},
    net::SocketAddr,
    str,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// More than the longest answer.
const ANSWER_BYTES_MAX: usize = 16 * 1024;
const NO_CONTENT: u16 = 204;

/// A connection to the server.
pub struct Connection {
    stream: TcpStream,
    api_key: String,
    request: Vec<u8>,
    answer: Box<[u8]>,
}

/// What came back.
pub struct Answer<'a> {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: &'a str,
}

impl Connection {
    /// Connects as whoever has this API key.
    ///
    /// # Errors
    /// When the server does not listen.
    pub async fn open(address: SocketAddr, api_key: &str) -> io::Result<Connection> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let answer = vec![0; ANSWER_BYTES_MAX].into_boxed_slice();
        Ok(Connection { stream, api_key: api_key.to_owned(), request: Vec::with_capacity(512), answer })
    }

    /// Posts JSON and waits for the answer.
    ///
    /// # Errors
    /// When the connection ends, or what comes back is no answer with a length.
    pub async fn post(&mut self, path: &str, json: &str) -> io::Result<Answer<'_>> {
        self.ask("POST", path, "", json).await
    }

    /// Asks, with more lines of the head, each with its end, and waits for the answer.
    ///
    /// # Errors
    /// As [`Connection::post`].
    pub async fn ask(&mut self, method: &str, path: &str, more: &str, json: &str) -> io::Result<Answer<'_>> {
        self.request.clear();
        write!(
            self.request,
            "{method} {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
             {more}content-length: {}\r\n\r\n{json}",
            self.api_key,
            json.len()
        )?;
        self.stream.write_all(&self.request).await?;
        let mut filled = 0;
        loop {
            let count = self.stream.read(&mut self.answer[filled..]).await?;
            if count == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            filled += count;
            if let Some((status, body, end)) = whole(&self.answer[..filled])? {
                let body = str::from_utf8(&self.answer[body..end]).map_err(|_| unreadable("its body"))?;
                return Ok(Answer { status, body });
            }
        }
    }
}

/// Status, and where the body begins and ends, once all of it is there.
fn whole(bytes: &[u8]) -> io::Result<Option<(u16, usize, usize)>> {
    let Some(body) = bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4) else { return Ok(None) };
    let head = str::from_utf8(&bytes[..body]).map_err(|_| unreadable("its head"))?;
    let status = head.get(9..12).and_then(|status| status.parse().ok()).ok_or_else(|| unreadable("its status"))?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then_some(value.trim())
    });
    // An answer without content has no length either (RFC 9110 §8.6).
    let length = if status == NO_CONTENT { Some("0") } else { length };
    let length: usize = length.and_then(|length| length.parse().ok()).ok_or_else(|| unreadable("its length"))?;
    Ok((bytes.len() >= body + length).then_some((status, body, body + length)))
}

fn unreadable(what: &str) -> io::Error {
    io::Error::other(format!("an answer cannot be read: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_when_its_body_is() {
        let bytes = b"HTTP/1.1 201 Created\r\nx-a: 1\r\nContent-Length: 2\r\n\r\n{}";
        for length in 0..bytes.len() {
            assert_eq!(whole(&bytes[..length]).expect("nothing is wrong yet"), None, "{length}");
        }
        assert_eq!(whole(bytes).expect("it can be read"), Some((201, bytes.len() - 2, bytes.len())));
        assert_eq!(whole(b"HTTP/1.1 204 No Content\r\n\r\n").expect("it can be read"), Some((204, 27, 27)));
        assert!(whole(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
    }
}
