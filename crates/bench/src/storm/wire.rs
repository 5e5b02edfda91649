//! The wire between the server and the message centre: TCP, carried on PDU by PDU, with all that befalls it on the way.

use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    time::{sleep, timeout},
};

use super::{
    chance::Chance,
    frame::{DELIVER, Frame, SUBMIT_ANSWER},
    weather::{Mishap, Rates, Stage, State, Weather},
};

/// A PDU that is to come after the next one waits for that only so long.
const HELD: Duration = Duration::from_millis(400);
const READ_BYTES: usize = 4_096;

/// The wire; clones share it.
#[derive(Clone)]
struct Wire {
    centre: SocketAddr,
    weather: Weather,
}

/// What becomes of a PDU.
enum Deed {
    Pass,
    Drop,
    Delay(Duration),
    Twice,
    Late,
    Cut,
    Garble(Vec<u8>),
    Refuse(u32),
    /// The trap closes before it is carried on, or after.
    Spring {
        carried: bool,
    },
}

/// What is written to one end.
enum Piece {
    Whole(Vec<u8>),
    /// After a while; what comes behind it waits too.
    Slow(Duration, Vec<u8>),
    /// Then the connection is over.
    Last(Vec<u8>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum From {
    Server,
    Centre,
}

/// Carries whatever connects to the address that is returned to `centre`, through this weather.
///
/// # Errors
/// When there is no port.
pub async fn lay(centre: SocketAddr, weather: Weather) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    let wire = Wire { centre, weather };
    tokio::spawn(async move {
        // A connection that cannot be accepted is one more fault.
        while let Ok((server, _)) = listener.accept().await {
            let wire = wire.clone();
            tokio::spawn(async move { wire.connect(server).await });
        }
    });
    Ok(address)
}

impl Wire {
    async fn connect(&self, server: TcpStream) {
        let Ok(centre) = TcpStream::connect(self.centre).await else { return };
        // Small PDUs must not wait for each other.
        if server.set_nodelay(true).and_then(|()| centre.set_nodelay(true)).is_err() {
            return;
        }
        let (server_says, to_server) = server.into_split();
        let (centre_says, to_centre) = centre.into_split();
        let (server_in, server_out) = unbounded_channel();
        let (centre_in, centre_out) = unbounded_channel();
        let pieces = (server_in, centre_in);
        tokio::select! {
            _ = self.carry(From::Server, server_says, &pieces.1, &pieces.0) => {}
            _ = self.carry(From::Centre, centre_says, &pieces.0, &pieces.1) => {}
            _ = write(to_server, server_out) => {}
            _ = write(to_centre, centre_out) => {}
        }
    }

    /// Carries what one end says `on` to the other, until either is gone.
    async fn carry(
        &self,
        from: From,
        mut end: OwnedReadHalf,
        on: &UnboundedSender<Piece>,
        back: &UnboundedSender<Piece>,
    ) -> Option<()> {
        let (mut read, mut bytes) = (Vec::new(), [0; READ_BYTES]);
        let mut held: Option<Frame> = None;
        loop {
            let more = match &held {
                None => end.read(&mut bytes).await,
                Some(_) => match timeout(HELD, end.read(&mut bytes)).await {
                    Ok(more) => more,
                    Err(_) => {
                        on.send(Piece::Whole(held.take()?.0)).ok()?;
                        continue;
                    }
                },
            };
            read.extend_from_slice(&bytes[..more.ok().filter(|more| *more > 0)?]);
            while let Some(frame) = Frame::take(&mut read) {
                let deed = deed(&mut self.weather.state(), from, &frame);
                let after = if matches!(deed, Deed::Late) { held.replace(frame.clone()) } else { held.take() };
                self.act(deed, frame, on, back)?;
                if let Some(frame) = after {
                    on.send(Piece::Whole(frame.0)).ok()?;
                }
            }
        }
    }

    fn act(&self, deed: Deed, frame: Frame, on: &UnboundedSender<Piece>, back: &UnboundedSender<Piece>) -> Option<()> {
        let carry = |bytes: Vec<u8>| on.send(Piece::Whole(bytes)).ok();
        match deed {
            Deed::Pass => carry(frame.0),
            Deed::Drop | Deed::Late => Some(()),
            Deed::Delay(span) => on.send(Piece::Slow(span, frame.0)).ok(),
            Deed::Twice => carry(frame.0.clone()).and(carry(frame.0)),
            Deed::Cut => on.send(Piece::Last(frame.0[..frame.0.len() / 2].to_vec())).ok(),
            Deed::Garble(bytes) => carry(bytes),
            Deed::Refuse(status) => back.send(Piece::Whole(frame.refused(status).0)).ok(),
            Deed::Spring { carried } => {
                if carried {
                    carry(frame.0)?;
                }
                self.weather.state().spring();
                Some(())
            }
        }
    }
}

async fn write(mut end: OwnedWriteHalf, mut pieces: UnboundedReceiver<Piece>) -> Option<()> {
    loop {
        let (bytes, last) = match pieces.recv().await? {
            Piece::Whole(bytes) => (bytes, false),
            Piece::Slow(span, bytes) => {
                sleep(span).await;
                (bytes, false)
            }
            Piece::Last(bytes) => (bytes, true),
        };
        end.write_all(&bytes).await.ok()?;
        if last {
            return None;
        }
    }
}

fn deed(state: &mut State, from: From, frame: &Frame) -> Deed {
    let letter = frame.letter().filter(|_| from == From::Server);
    if let Some(letter) = &letter {
        state.came(letter);
    }
    let is_answer = from == From::Centre && frame.command() == SUBMIT_ANSWER;
    let at: &[Stage] = match (&letter, is_answer) {
        (Some(_), _) => &[Stage::Sent, Stage::Taken],
        (None, true) => &[Stage::Answered],
        (None, false) => &[],
    };
    if let Some(stage) = state.caught(at) {
        return Deed::Spring { carried: stage != Stage::Sent };
    }
    if state.silent && from == From::Centre {
        return Deed::Drop;
    }
    let answers = is_answer || from == From::Centre && frame.command() == DELIVER;
    let Rates { drop, delay, twice, late, cut, garble, refuse } = state.rates;
    let only = |rate: u64, when: bool| if when { rate } else { 0 };
    let things = [
        (drop, Mishap::Drop, "PDUs dropped"),
        (delay, Mishap::Delay, "PDUs delayed"),
        (only(twice, answers), Mishap::Twice, "answers and receipts repeated"),
        (only(late, answers), Mishap::Late, "answers and receipts reordered"),
        (cut, Mishap::Cut, "connections cut in a PDU"),
        (only(garble, from == From::Centre), Mishap::Garble, "garbage answered"),
        (only(refuse, letter.is_some()), Mishap::Refuse, "submits refused"),
    ];
    match state.befalls(&things) {
        None => Deed::Pass,
        Some(Mishap::Drop) => Deed::Drop,
        Some(Mishap::Delay) => Deed::Delay(Duration::from_millis(state.chance.within(50..3_000))),
        Some(Mishap::Twice) => Deed::Twice,
        Some(Mishap::Late) => Deed::Late,
        Some(Mishap::Cut) => Deed::Cut,
        Some(Mishap::Garble) => Deed::Garble(garbage(&mut state.chance, frame)),
        Some(Mishap::Refuse) => Deed::Refuse(refusal(&mut state.chance)),
    }
}

/// Octets that are no PDU, a PDU with a few octets turned, or an answer to nothing.
fn garbage(chance: &mut Chance, frame: &Frame) -> Vec<u8> {
    let mut bytes = frame.0.clone();
    match chance.within(0..3) {
        0 => (0..chance.within(4..200)).map(|_| chance.next() as u8).collect(),
        // Not its length, so that it stays a PDU, nor its status: a centre that refuses what it took has said so.
        1 => {
            let places: Vec<usize> = (4..8).chain(12..bytes.len()).collect();
            for _ in 0..chance.within(1..6) {
                bytes[*chance.one(&places)] = chance.next() as u8;
            }
            bytes
        }
        _ => {
            bytes[12..16].copy_from_slice(&(chance.next() as u32 | 1).to_be_bytes());
            bytes
        }
    }
}

/// A centre that is busy, out of order, or knows no such number (SMPP 3.4 §5.1.3).
fn refusal(chance: &mut Chance) -> u32 {
    const THROTTLED: u32 = 0x58;
    const QUEUE_FULL: u32 = 0x14;
    const SYSTEM_ERROR: u32 = 0x08;
    const SUBMIT_FAILED: u32 = 0x45;
    const NO_SUCH_NUMBER: u32 = 0x0b;
    chance.weighed(&[(6, THROTTLED), (2, QUEUE_FULL), (2, SYSTEM_ERROR), (1, SUBMIT_FAILED), (1, NO_SUCH_NUMBER)])
}
