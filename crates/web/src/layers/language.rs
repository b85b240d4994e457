//! In which language problems are told: English, or Chinese when the request asks for it.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::api::sent::answering;

/// A language that the product speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// As written in the code.
    #[default]
    English,
    /// Simplified Chinese.
    Chinese,
}

tokio::task_local! {
    static LANGUAGE: Language;
}

impl Language {
    /// The language that was chosen by a tag such as `zh-CN`, where a browser cannot say it in `Accept-Language`: for links and
    /// streams. Without one, that of the request that is being answered.
    pub fn chosen(tag: Option<&str>) -> Self {
        tag.and_then(Self::named).unwrap_or_else(Self::current)
    }

    /// The language of the request that is being answered.
    pub(crate) fn current() -> Self {
        LANGUAGE.try_with(|language| *language).unwrap_or_default()
    }

    /// The language of a tag such as `zh-CN`, if it is spoken here.
    pub(crate) fn named(tag: &str) -> Option<Self> {
        let main = tag.split(['-', '_']).next().unwrap_or_default();
        [("en", Self::English), ("zh", Self::Chinese)]
            .into_iter()
            .find_map(|(name, l)| main.eq_ignore_ascii_case(name).then_some(l))
    }

    /// The best of those that a client takes (RFC 9110, 12.5.4); of equals the one that is named first.
    fn asked(headers: &HeaderMap) -> Self {
        let mut best = (0.0, Self::default());
        let lists = headers.get_all(header::ACCEPT_LANGUAGE).iter().filter_map(|v| v.to_str().ok());
        for range in lists.flat_map(|list| list.split(',')) {
            let (tag, parameter) = range.split_once(';').unwrap_or((range, ""));
            let weight = parameter.trim().strip_prefix("q=").map_or(Some(1.0), |q| q.trim().parse::<f32>().ok());
            if let (Some(language), Some(weight)) = (Self::named(tag.trim()), weight)
                && weight > best.0
            {
                best = (weight, language);
            }
        }
        best.1
    }

    /// As `Content-Language` says it.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }

    /// A text of the product in this language; in English when there is no other.
    pub(crate) fn say(self, english: String) -> String {
        match self {
            Self::English => english,
            Self::Chinese => base::words::chinese(&english).unwrap_or(english),
        }
    }

    /// Makes what is told by `make` in this language, outside of a request.
    pub(crate) fn within<T>(self, make: impl FnOnce() -> T) -> T {
        LANGUAGE.sync_scope(self, make)
    }

    /// `work` that tells its problems in this language, wherever it runs.
    pub(super) fn carried<F: Future>(self, work: F) -> impl Future<Output = F::Output> {
        LANGUAGE.scope(self, work)
    }

    /// Notes on an answer in which language it is.
    pub(crate) fn note(self, headers: &mut HeaderMap) {
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(self.tag()));
        headers.append(header::VARY, HeaderValue::from_static("accept-language"));
    }
}

/// Lets everything inside know the language of the request.
pub(crate) async fn listen(request: Request, next: Next) -> Response {
    LANGUAGE.scope(Language::asked(request.headers()), answering(next.run(request))).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_language_is_spoken() {
        let asked = |list: &'static str| {
            let headers = HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, HeaderValue::from_static(list))]);
            Language::asked(&headers).tag()
        };
        for chinese in
            ["zh", "zh-CN", "zh-Hans-CN,en;q=0.9", "fr, ZH;q=0.1", "en;q=0.5,zh_CN; q=0.8", "en;q=0, zh;q=0.2"]
        {
            assert_eq!(asked(chinese), "zh-CN", "{chinese}");
        }
        for english in ["", "en", "fr", "en, zh", "zh;q=0", "*", "zhuang", "zh;q=high", "en-GB,en;q=0.9,zh;q=0.8"] {
            assert_eq!(asked(english), "en", "{english}");
        }
    }
}
