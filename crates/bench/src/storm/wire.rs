//! The wire between the server and the message centre: TCP, carried on PDU by PDU, with all that befalls it on the way.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

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
    figures::Figures,
    frame::{DELIVER, Frame, Letter, SUBMIT_ANSWER},
};

/// A PDU that is to come after the next one waits for that only so long.
const HELD: Duration = Duration::from_millis(400);
const READ_BYTES: usize = 4_096;

/// How often in a thousand PDUs each thing befalls one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rates {
    pub drop: u64,
    pub delay: u64,
    /// An answer or a receipt that comes twice.
    pub twice: u64,
    /// An answer or a receipt that comes after the next.
    pub late: u64,
    /// The connection ends in the middle of it.
    pub cut: u64,
    /// The centre says something that is no PDU, or none that is due.
    pub garble: u64,
    /// The centre does not take a submit.
    pub refuse: u64,
}

/// Where a submit is when the process that sent it dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// On the wire; the centre never gets it.
    Sent,
    /// At the centre, whose answer never comes back.
    Taken,
    /// Answered.
    Answered,
}

/// A submit that came from the server.
#[derive(Clone, Debug)]
pub struct Submitted {
    pub letter: Letter,
    /// The least that the clock stood at when it was written, Unix milliseconds.
    pub at_ms: i64,
}

/// The wire; clones share it.
#[derive(Clone)]
pub struct Wire(Arc<Mutex<State>>);

struct State {
    centre: SocketAddr,
    chance: Chance,
    rates: Rates,
    silent: bool,
    trap: Option<Stage>,
    sprung: bool,
    lately_ms: i64,
    submitted: Vec<Submitted>,
    figures: Figures,
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

impl Wire {
    /// Carries whatever connects to the address that is returned to `centre`.
    ///
    /// # Errors
    /// When there is no port.
    pub async fn lay(centre: SocketAddr, chance: Chance) -> io::Result<(Wire, SocketAddr)> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let wire = Wire(Arc::new(Mutex::new(State {
            centre,
            chance,
            rates: Rates::default(),
            silent: false,
            trap: None,
            sprung: false,
            lately_ms: 0,
            submitted: Vec::new(),
            figures: Figures::default(),
        })));
        let own = wire.clone();
        tokio::spawn(async move {
            // A connection that cannot be accepted is one more fault.
            while let Ok((server, _)) = listener.accept().await {
                let wire = own.clone();
                tokio::spawn(async move { wire.connect(server).await });
            }
        });
        Ok((wire, address))
    }

    /// What befalls PDUs from now on.
    pub fn rates(&self, rates: Rates) {
        self.state().rates = rates;
    }

    /// Whether the centre says nothing: what it says is lost.
    pub fn silence(&self, silent: bool) {
        self.state().silent = silent;
    }

    /// Lays a trap for the next submit.
    pub fn trap(&self, stage: Option<Stage>) {
        let mut state = self.state();
        (state.trap, state.sprung) = (stage, false);
    }

    /// Whether something went into the trap; that is told once.
    pub fn sprung(&self) -> bool {
        std::mem::take(&mut self.state().sprung)
    }

    /// The least that the clock stood at a moment ago.
    pub fn lately(&self, at_ms: i64) {
        self.state().lately_ms = at_ms;
    }

    /// Every submit that the server wrote, oldest first.
    pub fn submitted(&self) -> Vec<Submitted> {
        self.state().submitted.clone()
    }

    pub fn figures(&self) -> Figures {
        self.state().figures.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn connect(&self, server: TcpStream) {
        let at = self.state().centre;
        let Ok(centre) = TcpStream::connect(at).await else { return };
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
                let deed = self.state().deed(from, &frame);
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
                self.state().sprung = true;
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

impl State {
    fn deed(&mut self, from: From, frame: &Frame) -> Deed {
        let letter = frame.letter().filter(|_| from == From::Server);
        if let Some(letter) = &letter {
            self.submitted.push(Submitted { letter: letter.clone(), at_ms: self.lately_ms });
        }
        if let Some(deed) = self.caught(from, frame, letter.is_some()) {
            return deed;
        }
        if self.silent && from == From::Centre {
            return Deed::Drop;
        }
        let answers = from == From::Centre && matches!(frame.command(), SUBMIT_ANSWER | DELIVER);
        let Rates { drop, delay, twice, late, cut, garble, refuse } = self.rates;
        let only = |rate: u64, when: bool| if when { rate } else { 0 };
        let rates = [
            (drop, "PDUs dropped"),
            (delay, "PDUs delayed"),
            (only(twice, answers), "answers and receipts repeated"),
            (only(late, answers), "answers and receipts reordered"),
            (cut, "connections cut in a PDU"),
            (only(garble, from == From::Centre), "garbage answered"),
            (only(refuse, letter.is_some()), "submits refused"),
        ];
        let mut drawn = self.chance.within(0..1_000);
        let place = rates.iter().position(|(rate, _)| match drawn.checked_sub(*rate) {
            Some(less) => {
                drawn = less;
                false
            }
            None => true,
        });
        let Some(place) = place else { return Deed::Pass };
        self.figures.add(rates[place].1, 1);
        match place {
            0 => Deed::Drop,
            1 => Deed::Delay(Duration::from_millis(self.chance.within(50..3_000))),
            2 => Deed::Twice,
            3 => Deed::Late,
            4 => Deed::Cut,
            5 => Deed::Garble(self.garbage(frame)),
            _ => Deed::Refuse(self.refusal()),
        }
    }

    fn caught(&mut self, from: From, frame: &Frame, is_submit: bool) -> Option<Deed> {
        let stage = self.trap?;
        let is_answer = from == From::Centre && frame.command() == SUBMIT_ANSWER;
        let deed = match stage {
            Stage::Sent if is_submit => Deed::Spring { carried: false },
            Stage::Taken if is_submit => Deed::Spring { carried: true },
            Stage::Answered if is_answer => Deed::Spring { carried: true },
            Stage::Sent | Stage::Taken | Stage::Answered => return None,
        };
        self.trap = None;
        Some(deed)
    }

    /// Octets that are no PDU, a PDU with a few octets turned, or an answer to nothing.
    fn garbage(&mut self, frame: &Frame) -> Vec<u8> {
        let chance = &mut self.chance;
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
    fn refusal(&mut self) -> u32 {
        const THROTTLED: u32 = 0x58;
        const QUEUE_FULL: u32 = 0x14;
        const SYSTEM_ERROR: u32 = 0x08;
        const SUBMIT_FAILED: u32 = 0x45;
        const NO_SUCH_NUMBER: u32 = 0x0b;
        self.chance.weighed(&[
            (6, THROTTLED),
            (2, QUEUE_FULL),
            (2, SYSTEM_ERROR),
            (1, SUBMIT_FAILED),
            (1, NO_SUCH_NUMBER),
        ])
    }
}
