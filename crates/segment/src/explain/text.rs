//! Explanations in words.

use base::amount::{grouped, money};

use super::{Explanation, Rule, Step};
use crate::json::Bound;
use crate::model::Lang;
use crate::rules::rfm::Axis;

impl Explanation {
    /// One line per step.
    pub fn lines(&self, lang: Lang) -> Vec<String> {
        self.steps.iter().map(|step| step.line(lang)).collect()
    }
}

impl Step {
    fn line(&self, lang: Lang) -> String {
        match lang {
            Lang::En => self.english(),
            Lang::Zh => self.chinese(),
        }
    }

    fn english(&self) -> String {
        match self {
            Self::Values { day, window, last_day, recency_days, frequency, monetary } => format!(
                "Until {day} (window: {}): last purchase on {last_day}, {} ago; {}; {} net of returns",
                whole(window, Lang::En),
                some(*recency_days, "day"),
                some(i64::from(*frequency), "order"),
                money(i128::from(monetary.0))
            ),
            Self::Outside { window } => {
                format!("No purchase inside the window ({}): no scores, group or tier", whole(window, Lang::En))
            }
            Self::Score { axis, score, bins, least, greatest, fixed, customers } => {
                let how = if *fixed {
                    "fixed bounds".into()
                } else {
                    format!("quantiles of {}", some(*customers as i64, "customer"))
                };
                format!(
                    "{} score {score} of {bins}: {} ({how})",
                    name(*axis, Lang::En),
                    range(*axis, least.map(Bound::value), greatest.map(Bound::value), Lang::En)
                )
            }
            Self::Combined { score, weights: [r, f, m] } => {
                format!("Combined score {score:.1} of 100 (weights: recency {r}, frequency {f}, monetary {m})")
            }
            Self::Scale { cell: [r, f, m] } => format!("On the scale of 1 to 5 for the groups: r {r}, f {f}, m {m}"),
            Self::Group(rule) => format!("Group {}", rule.words(Lang::En)),
            Self::Tier { label, least, better, share, .. } => {
                let bounds = range(Axis::Monetary, least.map(|l| l.0), better.map(|b| b.0 - 1), Lang::En);
                let share = share.map_or(String::new(), |s| format!(", the best {}% of revenue", percent(s)));
                format!("Value tier {}: {bounds}{share}", label.en)
            }
            Self::Rhythm { days, own: true, purchase_days, span_days, .. } => format!(
                "Own rhythm: every {} days ({} within {})",
                short(*days),
                some(i64::from(*purchase_days), "purchase day"),
                some(*span_days, "day")
            ),
            Self::Rhythm { days, purchase_days, population: 0, .. } => format!(
                "Rhythm: {} days, the default of the rules (too few for his own: {})",
                short(*days),
                some(i64::from(*purchase_days), "purchase day")
            ),
            Self::Rhythm { days, purchase_days, population, .. } => format!(
                "Rhythm: {} days, the median of {} (too few for his own: {})",
                short(*days),
                some(*population as i64, "customer"),
                some(i64::from(*purchase_days), "purchase day")
            ),
            Self::Limit { name, rhythms, min_days, max_days, days } => format!(
                "Limit \"{}\": {} days ({rhythms} rhythms, at least {min_days}, at most {max_days})",
                term(name, Lang::En),
                short(*days)
            ),
            Self::Stage(rule) => format!("Stage {}", rule.words(Lang::En)),
            Self::Changed => {
                "The history has changed since the run: make a new run to bring its lists up to date".into()
            }
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::Values { day, window, last_day, recency_days, frequency, monetary } => format!(
                "截至 {day}（窗口：{}）：最近购买 {last_day}，距今 {recency_days} 天；{frequency} 单；净消费 {}",
                whole(window, Lang::Zh),
                money(i128::from(monetary.0))
            ),
            Self::Outside { window } => {
                format!("窗口（{}）内没有购买：没有评分、分组和价值层级", whole(window, Lang::Zh))
            }
            Self::Score { axis, score, bins, least, greatest, fixed, customers } => {
                let how = if *fixed {
                    "固定界限".into()
                } else {
                    format!("{} 位客户的分位", grouped(i128::from(*customers)))
                };
                format!(
                    "{}得分 {score}/{bins}：{}（{how}）",
                    name(*axis, Lang::Zh),
                    range(*axis, least.map(Bound::value), greatest.map(Bound::value), Lang::Zh)
                )
            }
            Self::Combined { score, weights: [r, f, m] } => {
                format!("综合得分 {score:.1}/100（权重：最近一次消费 {r}、频次 {f}、金额 {m}）")
            }
            Self::Scale { cell: [r, f, m] } => format!("分组使用的 1 至 5 分：r {r}、f {f}、m {m}"),
            Self::Group(rule) => format!("分组{}", rule.words(Lang::Zh)),
            Self::Tier { label, least, better, share, .. } => {
                let bounds = range(Axis::Monetary, least.map(|l| l.0), better.map(|b| b.0 - 1), Lang::Zh);
                let share = share.map_or(String::new(), |s| format!("，累计贡献前 {}% 的净销售额", percent(s)));
                format!("价值层级「{}」：{bounds}{share}", label.zh)
            }
            Self::Rhythm { days, own: true, purchase_days, span_days, .. } => {
                format!("自己的购买节奏：每 {} 天（{span_days} 天内有 {purchase_days} 个购买日）", short(*days))
            }
            Self::Rhythm { days, purchase_days, population: 0, .. } => {
                format!(
                    "节奏：{} 天，规则的默认值（只有 {purchase_days} 个购买日，不足以得出自己的节奏）",
                    short(*days)
                )
            }
            Self::Rhythm { days, purchase_days, population, .. } => format!(
                "节奏：{} 天，{} 位客户的中位数（只有 {purchase_days} 个购买日，不足以得出自己的节奏）",
                short(*days),
                grouped(i128::from(*population))
            ),
            Self::Limit { name, rhythms, min_days, max_days, days } => {
                let name = term(name, Lang::Zh);
                format!(
                    "界限「{name}」：{} 天（{rhythms} 倍节奏，最少 {min_days} 天，最多 {max_days} 天）",
                    short(*days)
                )
            }
            Self::Stage(rule) => format!("阶段{}", rule.words(Lang::Zh)),
            Self::Changed => "运行之后历史有变化：重新运行即可更新名单".into(),
        }
    }
}

impl Rule {
    fn words(&self, lang: Lang) -> String {
        let label = self.label.get(lang);
        let clauses: Vec<String> = self
            .clauses
            .iter()
            .enumerate()
            .map(|(at, judged)| {
                let joint = match at.checked_sub(1).map(|before| self.clauses[before].alternative) {
                    None => "",
                    Some(before) if before == judged.alternative => match lang {
                        Lang::En => " and ",
                        Lang::Zh => " 且 ",
                    },
                    Some(_) => match lang {
                        Lang::En => " or ",
                        Lang::Zh => " 或 ",
                    },
                };
                let sign = if judged.holds { "✓" } else { "✗" };
                let left = if judged.left.is_finite() { short(judged.left) } else { "–".into() };
                let number = judged.clause.rsplit(' ').next().is_some_and(|right| right.parse::<f64>().is_ok());
                let limit = if number { String::new() } else { format!(" = {}", short(judged.right)) };
                format!("{joint}{}{limit} [{left}] {sign}", worded(&judged.clause, lang))
            })
            .collect();
        match (lang, self.holds, clauses.is_empty()) {
            (Lang::En, true, true) => format!("\"{label}\": yes, it takes the rest"),
            (Lang::En, true, false) => format!("\"{label}\": yes, {}", clauses.concat()),
            (Lang::En, false, _) => format!("\"{label}\": no, {}", clauses.concat()),
            (Lang::Zh, true, true) => format!("「{label}」：是，其余客户都归此处"),
            (Lang::Zh, true, false) => format!("「{label}」：是，{}", clauses.concat()),
            (Lang::Zh, false, _) => format!("「{label}」：否，{}", clauses.concat()),
        }
    }
}

/// A clause of a rule with the words of people: "recency score >= 4".
fn worded(clause: &str, lang: Lang) -> String {
    clause.split(' ').map(|word| term(word, lang)).collect::<Vec<_>>().join(" ")
}

/// What rules call by a short name: variables, and the limits that come with the product.
fn term(word: &str, lang: Lang) -> &str {
    const TERMS: [(&str, &str, &str); 13] = [
        ("r", "recency score", "最近一次消费得分"),
        ("f", "frequency score", "频次得分"),
        ("m", "monetary score", "金额得分"),
        ("fm", "mean of frequency and monetary score", "频次与金额的平均得分"),
        ("orders", "orders", "订单数"),
        ("purchase_days", "purchase days", "购买天数"),
        ("tenure_days", "days since the first purchase", "首次购买至今天数"),
        ("recency_days", "days since the last purchase", "距上次购买天数"),
        ("rhythm_days", "days of the rhythm", "购买节奏天数"),
        ("rhythms", "rhythms since the last purchase", "距上次购买的节奏倍数"),
        ("last_gap_days", "days of the last gap", "最近一次间隔天数"),
        ("quiet", "quiet", "沉寂"),
        ("lapse", "lapse", "流失"),
    ];
    let found = TERMS.iter().find(|(name, ..)| *name == word);
    found.map_or(word, |(_, en, zh)| if lang == Lang::En { en } else { zh })
}

const fn name(axis: Axis, lang: Lang) -> &'static str {
    match (axis, lang) {
        (Axis::Recency, Lang::En) => "Recency",
        (Axis::Frequency, Lang::En) => "Frequency",
        (Axis::Monetary, Lang::En) => "Monetary",
        (Axis::Recency, Lang::Zh) => "最近一次消费",
        (Axis::Frequency, Lang::Zh) => "频次",
        (Axis::Monetary, Lang::Zh) => "金额",
    }
}

/// A window as the rules have it; the one that is a word in words.
const fn whole(window: &str, lang: Lang) -> &str {
    match (window.as_bytes(), lang) {
        (b"all", Lang::En) => "the whole history",
        (b"all", Lang::Zh) => "全部历史",
        _ => window,
    }
}

/// The values of a score: "3 to 17 days", "10 orders or more".
fn range(axis: Axis, least: Option<i64>, greatest: Option<i64>, lang: Lang) -> String {
    let (unit, measure) = match axis {
        Axis::Recency => ("day", " 天"),
        Axis::Frequency => ("order", " 单"),
        Axis::Monetary => return money_range(least, greatest, lang),
    };
    match (lang, least, greatest) {
        (Lang::En, Some(a), Some(b)) if a == b => some(a, unit),
        (Lang::Zh, Some(a), Some(b)) if a == b => format!("{a}{measure}"),
        (Lang::En, Some(a), Some(b)) => format!("{a} to {}", some(b, unit)),
        (Lang::En, Some(a), None) => format!("{} or more", some(a, unit)),
        (Lang::En, None, Some(b)) => format!("{} or less", some(b, unit)),
        (Lang::En, None, None) => "any value".into(),
        (Lang::Zh, Some(a), Some(b)) => format!("{a} 至 {b}{measure}"),
        (Lang::Zh, Some(a), None) => format!("{a}{measure}及以上"),
        (Lang::Zh, None, Some(b)) => format!("{b}{measure}及以下"),
        (Lang::Zh, None, None) => "任意值".into(),
    }
}

/// Money is written up to the next bound: "14.00 to under 25.00".
fn money_range(least: Option<i64>, greatest: Option<i64>, lang: Lang) -> String {
    let show = |v: i64| money(i128::from(v));
    match (lang, least.map(show), greatest.map(|g| show(g.saturating_add(1)))) {
        (Lang::En, Some(a), Some(b)) => format!("{a} to under {b}"),
        (Lang::En, Some(a), None) => format!("{a} or more"),
        (Lang::En, None, Some(b)) => format!("under {b}"),
        (Lang::En, None, None) => "any value".into(),
        (Lang::Zh, Some(a), Some(b)) => format!("{a} 至不足 {b}"),
        (Lang::Zh, Some(a), None) => format!("{a} 及以上"),
        (Lang::Zh, None, Some(b)) => format!("不足 {b}"),
        (Lang::Zh, None, None) => "任意值".into(),
    }
}

/// "1 day", "2 days".
fn some(n: i64, one: &str) -> String {
    format!("{} {one}{}", grouped(i128::from(n)), if n == 1 { "" } else { "s" })
}

/// At most one digit after the point.
fn short(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), ToOwned::to_owned)
}

fn percent(share: f64) -> String {
    short(share * 100.0)
}
