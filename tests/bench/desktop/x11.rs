//! The six requests to an X server that measuring needs, written to its socket: the tools that take a picture need
//! longer for one than what is measured here takes.

use crate::Outcome;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;

/// A connection to the X server of this desktop.
pub struct Server {
    socket: UnixStream,
    root: u32,
    clients: u32,
    pid: u32,
    /// Width and height of the screen in pixels.
    pub size: (u16, u16),
    /// What the server says of itself.
    pub vendor: String,
}

/// Pixels from the middle of a window, row after row.
pub type Picture = Vec<u32>;

/// The stripe that is looked at: the middle of the chat, which begins right of the list of conversations. The whole
/// window would take longer to copy than a frame lasts.
const STRIPE: (i16, i16, u16, u16) = (320, 180, 640, 240);

const INTERN_ATOM: u8 = 16;
const GET_PROPERTY: u8 = 20;
const GET_WINDOW_ATTRIBUTES: u8 = 3;
const GET_IMAGE: u8 = 73;
/// The map state of a window that is mapped, as are all it stands in.
const VIEWABLE: u8 = 2;

impl Server {
    /// Connects to the server that `DISPLAY` names.
    pub fn connect() -> Outcome<Self> {
        let display = std::env::var("DISPLAY")?;
        let number = display.trim_start_matches(':').split('.').next().unwrap_or_default();
        let mut socket = UnixStream::connect(format!("/tmp/.X11-unix/X{number}"))?;
        // Little-endian, protocol 11.0, no authorisation.
        socket.write_all(&[b'l', 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0])?;
        let mut head = [0; 8];
        socket.read_exact(&mut head)?;
        let mut rest = vec![0; usize::from(u16_at(&head, 6)?) * 4];
        socket.read_exact(&mut rest)?;
        if head[0] != 1 {
            return Err(format!("the X server refuses: {}", String::from_utf8_lossy(&rest)).into());
        }
        let vendor_bytes = usize::from(u16_at(&rest, 16)?);
        let vendor = rest.get(32..32 + vendor_bytes).ok_or("a short answer of the X server")?;
        let vendor = String::from_utf8_lossy(vendor).into_owned();
        let formats = usize::from(*rest.get(21).ok_or("a short answer of the X server")?);
        let screen = 32 + vendor_bytes.next_multiple_of(4) + formats * 8;
        let root = u32_at(&rest, screen)?;
        let size = (u16_at(&rest, screen + 20)?, u16_at(&rest, screen + 22)?);
        let mut server = Self { socket, root, clients: 0, pid: 0, size, vendor };
        server.clients = server.atom("_NET_CLIENT_LIST")?;
        server.pid = server.atom("_NET_WM_PID")?;
        Ok(server)
    }

    /// The window of this process that is mapped, if there is one.
    pub fn window_of(&mut self, pid: u32) -> Outcome<Option<u32>> {
        for window in self.property(self.root, self.clients)? {
            // A window may go away between two questions.
            let is_its = self.property(window, self.pid).is_ok_and(|owner| owner == [pid]);
            if is_its && self.is_viewable(window).unwrap_or(false) {
                return Ok(Some(window));
            }
        }
        Ok(None)
    }

    /// What stands in the middle of a window.
    pub fn picture(&mut self, window: u32) -> Outcome<Picture> {
        let (x, y, width, height) = STRIPE;
        let mut body = window.to_le_bytes().to_vec();
        body.extend(x.to_le_bytes());
        body.extend(y.to_le_bytes());
        body.extend(width.to_le_bytes());
        body.extend(height.to_le_bytes());
        body.extend(u32::MAX.to_le_bytes());
        // Whole pixels, one after the other.
        let (_, image) = self.ask(GET_IMAGE, 2, &body)?;
        image.chunks_exact(4).map(|pixel| Ok(u32::from_le_bytes(pixel.try_into()?))).collect()
    }

    fn is_viewable(&mut self, window: u32) -> Outcome<bool> {
        let (head, _) = self.ask(GET_WINDOW_ATTRIBUTES, 0, &window.to_le_bytes())?;
        Ok(head[26] == VIEWABLE)
    }

    fn atom(&mut self, name: &str) -> Outcome<u32> {
        let mut body = u16::try_from(name.len())?.to_le_bytes().to_vec();
        body.extend([0, 0]);
        body.extend(name.as_bytes());
        body.resize(body.len().next_multiple_of(4), 0);
        let (head, _) = self.ask(INTERN_ATOM, 0, &body)?;
        u32_at(&head, 8)
    }

    /// The numbers in a property; none when it is not there.
    fn property(&mut self, window: u32, name: u32) -> Outcome<Vec<u32>> {
        // Of any type, from its beginning, 1,024 numbers at most.
        let body: Vec<u8> = [window, name, 0, 0, 1_024].into_iter().flat_map(u32::to_le_bytes).collect();
        let (head, value) = self.ask(GET_PROPERTY, 0, &body)?;
        let count = usize::try_from(u32_at(&head, 16)?)?;
        value.chunks_exact(4).take(count).map(|number| Ok(u32::from_le_bytes(number.try_into()?))).collect()
    }

    /// Sends a request and gives the first 32 bytes of its answer, and those after them.
    fn ask(&mut self, code: u8, detail: u8, body: &[u8]) -> Outcome<([u8; 32], Vec<u8>)> {
        let words = u16::try_from(1 + body.len() / 4)?;
        let mut request = vec![code, detail];
        request.extend(words.to_le_bytes());
        request.extend(body);
        self.socket.write_all(&request)?;
        let mut head = [0; 32];
        self.socket.read_exact(&mut head)?;
        match head[0] {
            0 => Err(format!("the X server answers request {code} with error {}", head[1]).into()),
            1 => {
                let mut rest = vec![0; usize::try_from(u32_at(&head, 4)?)? * 4];
                self.socket.read_exact(&mut rest)?;
                Ok((head, rest))
            }
            // No events were asked for.
            other => Err(format!("the X server sends {other} unasked").into()),
        }
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Outcome<u16> {
    let two = bytes.get(at..at + 2).ok_or("a short answer of the X server")?;
    Ok(u16::from_le_bytes(two.try_into()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Outcome<u32> {
    let four = bytes.get(at..at + 4).ok_or("a short answer of the X server")?;
    Ok(u32::from_le_bytes(four.try_into()?))
}
