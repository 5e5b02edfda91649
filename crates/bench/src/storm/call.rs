//! HTTP as those hear it whom the server calls: a call is read whole, and answered well, late, badly or not at all.

use std::{io, net::SocketAddr, str, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::sleep,
};

/// More than the longest call.
const CALL_BYTES_MAX: usize = 64 * 1024;
/// Longer than anybody waits for an answer.
const FOR_EVER: Duration = Duration::from_secs(300);

/// A call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Call {
    /// `webhook-id`.
    pub id: String,
    /// `webhook-timestamp`.
    pub timestamp: String,
    /// `webhook-signature`.
    pub signature: String,
    pub authorization: String,
    pub body: Vec<u8>,
}

/// How a call is answered.
#[derive(Clone, Debug)]
pub enum Reply {
    /// With a status, after a while.
    Status(u16, Duration),
    /// With a status, and after how many seconds to come again.
    Again(u16, u32),
    /// With what is no HTTP.
    Garbage(Vec<u8>),
    /// With the beginning of an answer, and the connection's end.
    Part,
    /// With the connection's end.
    End,
    /// Not at all.
    Nothing,
}

/// Listens, and gives each call to `hear`, which says how it is answered.
///
/// # Errors
/// When there is no port.
pub async fn listen(hear: impl Fn(Call) -> Reply + Clone + Send + 'static) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        // A connection that cannot be accepted is one more fault.
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, hear.clone()));
        }
    });
    Ok(address)
}

async fn serve(mut stream: TcpStream, hear: impl Fn(Call) -> Reply) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut read = Vec::new();
    loop {
        let call = loop {
            if let Some((call, end)) = whole(&read) {
                read.drain(..end);
                break call;
            }
            if read.len() > CALL_BYTES_MAX || stream.read_buf(&mut read).await.ok()? == 0 {
                return None;
            }
        };
        let answer = match hear(call) {
            Reply::Status(status, after) => {
                sleep(after).await;
                format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n").into_bytes()
            }
            Reply::Again(status, after_s) => {
                format!("HTTP/1.1 {status} X\r\nretry-after: {after_s}\r\ncontent-length: 0\r\n\r\n").into_bytes()
            }
            Reply::Garbage(bytes) => bytes,
            Reply::Part => {
                stream.write_all(b"HTTP/1.1 20").await.ok()?;
                return None;
            }
            Reply::End => return None,
            Reply::Nothing => {
                sleep(FOR_EVER).await;
                return None;
            }
        };
        stream.write_all(&answer).await.ok()?;
    }
}

/// The first call of what was read, and where it ends, once all of it is there.
fn whole(read: &[u8]) -> Option<(Call, usize)> {
    let body = read.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = str::from_utf8(&read[..body]).ok()?;
    let field = |wanted: &str| {
        let fields = head.lines().filter_map(|line| line.split_once(':'));
        let mut found = fields.filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.next().map(|(_, value)| value.trim().to_owned())
    };
    let end = body + field("content-length")?.parse::<usize>().ok()?;
    let [id, timestamp, signature, authorization] =
        ["webhook-id", "webhook-timestamp", "webhook-signature", "authorization"]
            .map(|name| field(name).unwrap_or_default());
    Some((Call { id, timestamp, signature, authorization, body: read.get(body..end)?.to_vec() }, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_heard_when_all_of_it_is_there() {
        let bytes = b"POST / HTTP/1.1\r\nWebhook-Id: a\r\ncontent-length: 2\r\nwebhook-timestamp: 7\r\n\r\n{}POST";
        let end = bytes.len() - 4;
        assert!((0..end).all(|length| whole(&bytes[..length]).is_none()));
        let call = Call { id: "a".into(), timestamp: "7".into(), body: b"{}".to_vec(), ..Call::default() };
        assert_eq!(whole(bytes), Some((call, end)));
    }
}
