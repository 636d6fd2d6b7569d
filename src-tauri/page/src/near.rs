//! Which addresses are in the own network: what answers there may be a router, a printer or a server that trusts its neighbours.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether this is no address of the public network. What nobody should have counts as near.
///
/// Source: the registries of special-purpose addresses, RFC 6890 and its followers.
pub fn is_near(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_near_v4(address),
        IpAddr::V6(address) => is_near_v6(address),
    }
}

fn is_near_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    match (a, b, c) {
        (0 | 10 | 127, ..) | (100, 64..=127, _) | (169, 254, _) | (172, 16..=31, _) | (192, 168, _) => true,
        (192, 0, 0 | 2) | (192, 88, 99) | (198, 18 | 19, _) | (198, 51, 100) | (203, 0, 113) => true,
        _ => a >= 224,
    }
}

fn is_near_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let inner = |high: u16, low: u16| is_near_v4(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)));
    match parts {
        // What stands for an address of the old kind is judged as that one.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => inner(high, low),
        [0x2002, high, low, ..] => inner(high, low),
        // Reserved for protocols, Teredo among them, and for examples.
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => true,
        // Only these are given to anybody.
        [first, ..] => !(0x2000..=0x3fff).contains(&first),
    }
}

/// Whether a name is only found in the own network: those of RFC 6761, 6762 and 8375, the reserved `.internal`, what people call
/// their networks, and names without a dot.
pub(crate) fn is_near_name(name: &str) -> bool {
    const ENDS: [&str; 9] = [
        ".localhost",
        ".local",
        ".lan",
        ".internal",
        ".home.arpa",
        ".home",
        ".corp",
        ".intranet",
        ".private",
    ];
    let name = name.trim_end_matches('.');
    !name.contains('.') || ENDS.iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    // S-37
    #[test]
    fn an_address_is_public_only_where_everybody_can_be() {
        let near = [
            "0.0.0.0",
            "0.1.2.3",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.1.1.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:192.168.0.1",
            "::ffff:0:127.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::8.8.8.8",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:c0a8:101::1",
            "3fff::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ];
        let public = [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "192.169.0.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "2002:808:808::1",
            "2001:4860:4860::8888",
            "2606:4700::1111",
            "2a00:1450:4001::1",
        ];
        for address in near {
            assert!(is_near(address.parse().unwrap()), "{address}");
        }
        for address in public {
            assert!(!is_near(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn a_name_of_the_own_network_is_known_without_looking_it_up() {
        for name in [
            "localhost",
            "localhost.",
            "a.localhost",
            "router",
            "nas.local",
            "x.lan",
            "db.internal",
            "a.home.arpa",
        ] {
            assert!(is_near_name(name), "{name}");
        }
        for name in ["example.com", "localhost.example.com", "local.dev", "internal.example.org."] {
            assert!(!is_near_name(name), "{name}");
        }
    }
}
