//! Requests that another site made a browser send.

/// What a browser says about where a request comes from.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Source<'a> {
    /// `Sec-Fetch-Site`.
    pub fetch_site: Option<&'a str>,
    /// `Origin`.
    pub address: Option<&'a str>,
    /// `Host`.
    pub host: Option<&'a str>,
    /// The address people use, when it is configured.
    pub public_url: Option<&'a str>,
}

/// Whether a request that changes something may come from there. Programs send neither header and are let through:
/// they carry no cookie that somebody else could ride on.
pub(crate) fn same_site(o: &Source) -> bool {
    match (o.fetch_site, o.address) {
        (Some("same-origin" | "none"), _) | (None, None) => true,
        (Some(_), _) => false,
        (None, Some(origin)) => {
            let ours = |address: &str| host(origin).is_some_and(|h| h.eq_ignore_ascii_case(address));
            o.host.is_some_and(ours) || o.public_url.and_then(host).is_some_and(ours)
        }
    }
}

/// Host and port of an address.
fn host(url: &str) -> Option<&str> {
    url.split_once("://").and_then(|(_, rest)| rest.split('/').next()).filter(|h| !h.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_sites_are_refused() {
        let o =
            Source { host: Some("crm.example"), public_url: Some("https://shop.example:8443"), ..Source::default() };
        assert!(same_site(&o) && same_site(&Source { fetch_site: Some("same-origin"), ..o }));
        assert!(!same_site(&Source { fetch_site: Some("cross-site"), ..o }));
        assert!(!same_site(&Source { fetch_site: Some("same-site"), address: Some("https://crm.example"), ..o }));
        assert!(same_site(&Source { address: Some("https://crm.example"), ..o }));
        assert!(same_site(&Source { address: Some("https://shop.example:8443"), ..o }));
        for other in ["https://evil.example", "https://crm.example.evil.example", "null", "https://crm.example:444"] {
            assert!(!same_site(&Source { address: Some(other), ..o }), "{other}");
        }
    }
}
