//! The second factor: codes that change every 30 seconds (RFC 6238; SHA-1, six digits, what every authenticator app reads).

use base::{Micros, Problem};
use totp_rs::{Algorithm, Builder, Secret, Totp};

/// Bytes of the shared secret.
pub(crate) const SECRET: usize = 20;

/// A new secret, as it is stored and typed.
pub(crate) fn secret(random: [u8; SECRET]) -> String {
    Secret::new(random.to_vec().into_boxed_slice()).to_base32()
}

fn totp(secret: &str, issuer: &str, account: &str) -> Result<Totp, Problem> {
    let secret =
        Secret::try_from_base32(secret).map_err(|e| Problem::internal("a stored TOTP secret is damaged", e))?;
    // A colon ends the issuer in the address of an authenticator app.
    let plain = |text: &str| text.replace(':', " ");
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(1)
        .with_step_duration(30)
        .with_secret(secret)
        .with_account_name(plain(account))
        .with_issuer(Some(plain(issuer)))
        .build()
        .map_err(|e| Problem::internal("a TOTP secret cannot be used", e))
}

/// The step of `code` when it is right now (or was, or will be, for 30 seconds) and later than `last`: a code works once.
pub(crate) fn check(secret: &str, code: &str, last: i64, now: Micros) -> Result<Option<i64>, Problem> {
    let digits: String = code.chars().filter(char::is_ascii_digit).collect();
    let seconds = u64::try_from(now / 1_000_000).unwrap_or(0);
    let step = totp(secret, "Guanxi", "user")?.check(&digits, seconds);
    Ok(step.and_then(|s| i64::try_from(s).ok()).filter(|s| *s > last))
}

/// The right code at `now`; for tests and nothing else.
pub fn code_at(secret: &str, now: Micros) -> Result<String, Problem> {
    Ok(totp(secret, "Guanxi", "user")?.generate(u64::try_from(now / 1_000_000).unwrap_or(0)).to_string())
}

/// The address that an authenticator app reads.
pub(crate) fn url(secret: &str, issuer: &str, account: &str) -> Result<String, Problem> {
    totp(secret, issuer, account)?.to_url().map_err(|e| Problem::internal("a TOTP address cannot be made", e))
}

/// The address as a picture (SVG) to be scanned.
pub(crate) fn qr_svg(url: &str) -> Result<String, Problem> {
    let code = qrcode::QrCode::new(url).map_err(|e| Problem::internal("a QR code cannot be made", e))?;
    Ok(code.render::<qrcode::render::svg::Color>().min_dimensions(200, 200).build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_rfc_6238_work_once() {
        // Appendix B: secret "12345678901234567890", time 1111111109, code (07)081804.
        let secret = secret(*b"12345678901234567890");
        let now = 1_111_111_109 * 1_000_000;
        let step = check(&secret, "081 804", 0, now).unwrap();
        assert_eq!(step, Some(1_111_111_109 / 30));
        assert_eq!(check(&secret, "081804", step.unwrap(), now).unwrap(), None, "a code works once");
        assert_eq!(check(&secret, "081805", 0, now).unwrap(), None);
        assert_eq!(check(&secret, "081804", 0, now + 90_000_000).unwrap(), None);
        let url = url(&secret, "My: shop", "anna@shop.example").unwrap();
        assert!(url.starts_with("otpauth://totp/My"), "{url}");
        assert!(qr_svg(&url).unwrap().contains("<svg"));
    }
}
