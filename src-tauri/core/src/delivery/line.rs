//! The connection to a mail server. A stranger is at its other end, so what is read of it has bounds.

use futures_util::io::{AsyncRead as _, AsyncWrite as _};
// What `AsyncSmtpConnection::connect_tokio1` makes, which lets nobody stand between.
#[allow(deprecated)]
use lettre::transport::smtp::client::AsyncNetworkStream;
use lettre::transport::smtp::client::{AsyncTokioStream, TlsParameters};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Bytes of a whole conversation, the certificates of its encryption among them. A server says a few KiB.
const MOST: usize = 256 << 10;

/// Bytes that are read at once.
const PIECE: usize = 4 << 10;

/// Gives what it reads line by line, and ends after `MOST` bytes. A reader of it holds nothing that came behind the line it asked
/// for: what a server, or whoever stands between, sends in the clear behind its yes to encryption becomes the first of
/// what should be encrypted, which it is not, and there the connection ends.
#[derive(Debug)]
pub struct Line {
    #[allow(deprecated)]
    inner: AsyncNetworkStream,
    /// Read, and not given yet from `given` on.
    held: Vec<u8>,
    given: usize,
    left: usize,
}

impl Line {
    /// Connects, each address within `patience`.
    #[allow(deprecated)]
    pub async fn connect(
        place: (&str, u16),
        patience: Duration,
        tls: Option<TlsParameters>,
    ) -> Result<Self, lettre::transport::smtp::Error> {
        let inner = AsyncNetworkStream::connect_tokio1(place, Some(patience), tls, None).await?;
        Ok(Self { inner, held: Vec::new(), given: 0, left: MOST })
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.given == this.held.len() {
            if this.left == 0 {
                return Poll::Ready(Err(io::Error::other("it said more than a mail server says")));
            }
            let mut piece = [0; PIECE];
            let most = this.left.min(PIECE);
            let count = ready!(Pin::new(&mut this.inner).poll_read(cx, &mut piece[..most]))?;
            this.left -= count;
            this.held.clear();
            this.held.extend_from_slice(&piece[..count]);
            this.given = 0;
        }
        let rest = &this.held[this.given..];
        let line = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        let now = line.min(buf.remaining());
        buf.put_slice(&rest[..now]);
        this.given += now;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_close(cx)
    }
}

impl AsyncTokioStream for Line {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.inner.peer_addr()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    /// A line to a server that says this at once.
    async fn to(said: Vec<u8>) -> (Line, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let serving = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            // A reader that has enough goes away.
            let _ = stream.write_all(&said).await;
            let _ = stream.read_u8().await;
        });
        (Line::connect(("127.0.0.1", port), Duration::from_secs(5), None).await.unwrap(), serving)
    }

    #[tokio::test]
    async fn who_asks_for_a_line_gets_nothing_that_came_behind_it() {
        let (mut line, serving) = to(b"220 go\r\n250 behind\r\n".to_vec()).await;
        let mut buf = [0; 100];
        let count = line.read(&mut buf).await.unwrap();
        assert_eq!(&buf[..count], b"220 go\r\n");
        let count = line.read(&mut buf).await.unwrap();
        assert_eq!(&buf[..count], b"250 behind\r\n");
        drop(line);
        serving.await.unwrap();
    }

    #[tokio::test]
    async fn a_line_without_an_end_is_read_up_to_its_bound_and_no_further() {
        let (mut line, serving) = to(vec![b'2'; 2 * MOST]).await;
        let mut read = Vec::new();
        let error = line.read_to_end(&mut read).await.unwrap_err();
        assert_eq!((read.len(), error.to_string().contains("more than")), (MOST, true));
        drop(line);
        serving.await.unwrap();
    }
}
