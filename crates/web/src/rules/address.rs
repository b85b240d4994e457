//! Whose address a request comes from.

use std::net::{IpAddr, Ipv6Addr};

use ipnet::IpNet;

/// Whether `ip` is in one of `nets`.
pub(crate) fn within(nets: &[IpNet], ip: IpAddr) -> bool {
    nets.iter().any(|net| net.contains(&ip.to_canonical()))
}

/// The client's address: the peer's, unless that is a trusted proxy, whose `X-Forwarded-For` is then read from the right
/// up to the first address that is not a trusted proxy.
pub(crate) fn client<'a>(
    peer: IpAddr,
    forwarded: impl DoubleEndedIterator<Item = &'a str>,
    trusted: &[IpNet],
) -> IpAddr {
    let mut client = peer.to_canonical();
    for hop in forwarded.flat_map(|line| line.split(',')).rev() {
        if !within(trusted, client) {
            break;
        }
        let Some(ip) = parse(hop.trim()) else { break };
        client = ip;
    }
    client
}

/// An address with or without port and brackets.
fn parse(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|t| t.split(']').next()).unwrap_or(text);
    bare.parse::<IpAddr>()
        .ok()
        .or_else(|| text.parse::<std::net::SocketAddr>().ok().map(|a| a.ip()))
        .map(|ip| ip.to_canonical())
}

/// What one subscriber is counted as: an IPv4 address, or the /64 of an IPv6 one, for he has all of it.
pub(crate) fn subscriber(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(_) => ip,
        IpAddr::V6(v6) => {
            let s = v6.segments();
            Ipv6Addr::new(s[0], s[1], s[2], s[3], 0, 0, 0, 0).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_trusted_proxies_are_believed() {
        let trusted = ["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        let ip = |peer: &str, forwarded: &[&str]| {
            client(peer.parse().unwrap(), forwarded.iter().copied(), &trusted).to_string()
        };
        assert_eq!(
            ip("203.0.113.9", &["1.2.3.4"]),
            "203.0.113.9",
            "a client that is no proxy cannot choose its address"
        );
        assert_eq!(ip("10.0.0.1", &["1.2.3.4"]), "1.2.3.4");
        assert_eq!(
            ip("10.0.0.1", &["6.6.6.6, 1.2.3.4, 10.0.0.2"]),
            "1.2.3.4",
            "what the client put in front is not read"
        );
        assert_eq!(ip("10.0.0.1", &["6.6.6.6", "1.2.3.4:555"]), "1.2.3.4");
        assert_eq!(ip("::ffff:10.0.0.1", &["[2001:db8::1]:443"]), "2001:db8::1");
        assert_eq!(ip("10.0.0.1", &["nonsense"]), "10.0.0.1");
        assert_eq!(subscriber("2001:db8:1:2:3::9".parse().unwrap()).to_string(), "2001:db8:1:2::");
    }
}
