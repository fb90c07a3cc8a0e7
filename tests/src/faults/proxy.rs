// SPDX-License-Identifier: EUPL-1.2
//! A wire between the processes and the broker that can be cut.

use std::{
    io,
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use anyhow::Result;

type Open = Arc<Mutex<Vec<TcpStream>>>;

/// Passes bytes on, both ways, until it is cut; new connections pass again. It serves until the process ends.
#[derive(Debug, Clone)]
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    open: Open,
}

impl Proxy {
    /// To a port of the loopback address.
    pub(crate) fn to(port: u16) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let proxy = Self { address: listener.local_addr()?, open: Open::default() };
        let open = Arc::clone(&proxy.open);
        thread::spawn(move || {
            for near in listener.incoming().flatten() {
                // A broker that is away refuses by closing.
                drop(pass(near, port, &open));
            }
        });
        Ok(proxy)
    }

    /// Cuts every connection, in the middle of whatever passes; how many there were.
    pub(crate) fn cut(&self) -> usize {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that have ended by themselves do not count.
        let cut = open.drain(..).filter(|stream| stream.shutdown(Shutdown::Both).is_ok()).count();
        drop(open);
        cut
    }
}

fn pass(near: TcpStream, port: u16, open: &Open) -> io::Result<()> {
    let far = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    open.lock().unwrap_or_else(PoisonError::into_inner).push(near.try_clone()?);
    one_way(near.try_clone()?, far.try_clone()?);
    one_way(far, near);
    Ok(())
}

fn one_way(mut from: TcpStream, mut to: TcpStream) {
    thread::spawn(move || {
        // However it ends, both ends are told.
        let _ = io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Both);
        let _ = from.shutdown(Shutdown::Both);
    });
}
