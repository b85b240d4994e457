//! Changing the settings of the business in `guanxi.toml`, whose comments and other settings stay.

use std::path::Path;

use base::{Code, Problem};
use tokio::sync::Mutex;
use toml_edit::{DocumentMut, Item, Table, value};

use super::{Business, FILE};

/// One change at a time.
pub(crate) static TURN: Mutex<()> = Mutex::const_new(());

/// ISO 4217 codes of the currencies that are in use.
pub(crate) const CURRENCIES: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD \
    CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG \
    HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT \
    MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG \
    SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD \
    XCG XOF XPF YER ZAR ZMW ZWG";

/// ISO 3166 codes of the countries whose telephone numbers are known.
pub(crate) const REGIONS: &str = "AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW \
    BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB \
    GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP \
    KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF \
    NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO \
    SR SS ST SV SX SY SZ TC TD TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

/// The settings that differ: name and new value.
pub(crate) fn changes<'a>(before: &Business, after: &'a Business) -> Vec<(&'static str, &'a str)> {
    let all = [
        ("name", &before.name, &after.name),
        ("zone", &before.zone, &after.zone),
        ("currency", &before.currency, &after.currency),
        ("region", &before.region, &after.region),
        ("language", &before.language, &after.language),
    ];
    all.into_iter().filter(|(_, old, new)| old != new).map(|(name, _, new)| (name, new.as_str())).collect()
}

/// The settings of the business that the environment decides.
pub(crate) fn from_environment() -> Vec<&'static str> {
    let set = |name: &&str| {
        let wanted = format!("GUANXI_BUSINESS__{}", name.to_uppercase());
        std::env::vars_os().any(|(key, _)| key.to_string_lossy().to_uppercase() == wanted)
    };
    ["name", "zone", "currency", "region", "language"].into_iter().filter(set).collect()
}

/// Writes changed settings of the business to the file of a data folder; it is replaced as a whole.
pub(crate) fn write(data: &Path, changes: &[(&str, &str)]) -> Result<(), Problem> {
    let path = data.join(FILE);
    let mut document: DocumentMut = std::fs::read_to_string(&path)?.parse().map_err(|e: toml_edit::TomlError| {
        Problem::new(Code::InvalidConfig, format!("{} is not valid: {e}", path.display()))
            .hint("mend it in an editor; it is only changed when it can be read")
    })?;
    let section = document.entry("business").or_insert_with(|| Item::Table(Table::new()));
    for (name, text) in changes {
        // The comment behind a value is that of the setting.
        let suffix = section.get(name).and_then(Item::as_value).and_then(|v| v.decor().suffix()).cloned();
        let mut new = value(*text);
        if let (Some(suffix), Some(value)) = (suffix, new.as_value_mut()) {
            value.decor_mut().set_suffix(suffix);
        }
        section[*name] = new;
    }
    let part = data.join(format!(".{FILE}.part"));
    let written = std::fs::write(&part, document.to_string()).and_then(|()| std::fs::rename(&part, &path));
    written.map_err(|e| {
        Problem::new(Code::Unavailable, format!("{} cannot be written: {e}", path.display()))
            .hint("the server must be allowed to write to its data folder")
            .caused_by(e)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn a_change_leaves_comments_and_others_alone() {
        let dir = tempfile::tempdir().unwrap();
        let text =
            "# Ours.\n[business]\nname = \"Old\" # on the sign\nzone = \"UTC\"\n\n[server]\nlisten = \"0.0.0.0:1\"\n";
        std::fs::write(dir.path().join(FILE), text).unwrap();
        write(dir.path(), &[("name", "Café \"Neu\""), ("language", "zh")]).unwrap();
        let text = std::fs::read_to_string(dir.path().join(FILE)).unwrap();
        assert!(
            text.starts_with("# Ours.\n[business]\nname = ") && text.contains("Café") && text.contains("# on the sign"),
            "{text}"
        );
        let config = Config::load(dir.path()).unwrap();
        assert_eq!((config.business.name.as_str(), config.business.language.as_str()), ("Café \"Neu\"", "zh"));
        assert_eq!((config.business.zone.as_str(), config.server.listen.as_str()), ("UTC", "0.0.0.0:1"));
        std::fs::write(dir.path().join(FILE), "[store]\n").unwrap();
        write(dir.path(), &[("name", "New")]).unwrap();
        assert_eq!(Config::load(dir.path()).unwrap().business.name, "New");
    }

    #[test]
    fn everything_to_choose_from_can_be_chosen() {
        for region in REGIONS.split(' ') {
            assert!(region.parse::<profile::Region>().is_ok(), "{region}");
        }
        assert!(CURRENCIES.split(' ').all(|c| c.len() == 3) && CURRENCIES.split(' ').count() > 140);
    }
}
