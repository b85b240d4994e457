//! Chinese names in pinyin. Surnames have readings of their own (单 is shàn, not dān), and some have two.

use pinyin::ToPinyin;

/// Whether these two characters are a surname.
fn is_compound(two: &str) -> bool {
    matches!(
        two,
        "欧阳"
            | "歐陽"
            | "司马"
            | "司馬"
            | "诸葛"
            | "諸葛"
            | "上官"
            | "夏侯"
            | "皇甫"
            | "令狐"
            | "慕容"
            | "东方"
            | "東方"
            | "公孙"
            | "公孫"
            | "司徒"
            | "宇文"
            | "轩辕"
            | "端木"
            | "百里"
            | "南宫"
            | "独孤"
            | "呼延"
            | "西门"
            | "申屠"
            | "太史"
            | "钟离"
            | "闻人"
            | "赫连"
            | "鲜于"
            | "淳于"
            | "宗政"
            | "濮阳"
            | "公冶"
            | "太叔"
            | "仲孙"
            | "司空"
            | "亓官"
            | "长孙"
            | "長孫"
            | "尉迟"
            | "尉遲"
            | "万俟"
            | "单于"
            | "單于"
            | "澹台"
            | "澹臺"
    )
}

/// The reading of a compound surname where it is not the sum of the usual ones.
fn compound(first_two: &str) -> &'static [&'static str] {
    match first_two {
        "长孙" | "長孫" => &["zhang", "sun"],
        "尉迟" | "尉遲" => &["yu", "chi"],
        "万俟" => &["mo", "qi"],
        "单于" | "單于" => &["chan", "yu"],
        "澹台" | "澹臺" => &["tan", "tai"],
        _ => &[],
    }
}

/// Readings of surnames that differ from the usual one of the character; the first is the commoner.
fn surname(c: char) -> &'static [&'static str] {
    match c {
        '单' | '單' => &["shan"],
        '曾' => &["zeng"],
        '解' => &["xie"],
        '仇' => &["qiu"],
        '区' | '區' => &["ou"],
        '朴' => &["piao"],
        '查' => &["zha"],
        '盖' | '蓋' => &["ge", "gai"],
        '缪' | '繆' => &["miao"],
        '员' => &["yun"],
        '折' => &["she"],
        '洗' => &["xian"],
        '乐' | '樂' => &["yue", "le"],
        '召' => &["shao"],
        '种' | '重' => &["chong"],
        '翟' => &["zhai", "di"],
        '覃' => &["qin", "tan"],
        '隗' => &["wei", "kui"],
        '秘' => &["bi"],
        '薄' => &["bo"],
        '卜' => &["bu"],
        '佴' | '能' => &["nai"],
        '祭' => &["zhai"],
        '阚' | '闞' => &["kan"],
        '乜' => &["nie"],
        '都' => &["du"],
        '句' => &["gou"],
        '黑' => &["he"],
        '繁' => &["po"],
        '牟' => &["mu", "mou"],
        '郇' => &["xun", "huan"],
        '郗' => &["xi", "chi"],
        '宓' => &["mi", "fu"],
        '颉' => &["xie", "jie"],
        '柏' => &["bai", "bo"],
        '车' | '車' => &["che"],
        '沈' => &["shen"],
        '石' => &["shi"],
        '尉' => &["wei", "yu"],
        _ => &[],
    }
}

/// Readings in given names that differ from the dictionary's first.
fn given(c: char) -> &'static [&'static str] {
    match c {
        '晟' => &["sheng", "cheng"],
        '茜' => &["qian", "xi"],
        '乐' | '樂' => &["le", "yue"],
        '重' => &["chong", "zhong"],
        '行' => &["xing", "hang"],
        '长' | '長' => &["chang", "zhang"],
        '朝' => &["chao", "zhao"],
        '曾' => &["zeng"],
        '卜' => &["bu"],
        '藏' => &["zang", "cang"],
        _ => &[],
    }
}

/// At most this many readings of one name are kept.
const MOST_READINGS: usize = 4;

/// Whether `c` is a Chinese character.
pub const fn is_hanzi(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// The readings of a word of Chinese characters, syllable by syllable, as a person's name: the surname is read as one. A
/// character without a reading is silent.
pub fn readings(word: &str) -> Vec<Vec<&'static str>> {
    let length = surname_chars(word);
    let special = if length == 2 { compound(first_two(word)) } else { &[] };
    let mut all: Vec<Vec<&'static str>> = vec![Vec::new()];
    for (i, c) in word.chars().enumerate() {
        let usual = [c.to_pinyin().map_or("", pinyin::Pinyin::plain)];
        let known = match (special.get(i), i < length) {
            (Some(syllable), _) => std::slice::from_ref(syllable),
            (None, true) if length == 1 => surname(c),
            (None, true) => &[],
            (None, false) => given(c),
        };
        let options = if known.is_empty() { &usual } else { known };
        let room = if all.len() * options.len() > MOST_READINGS { 1 } else { options.len() };
        all = all
            .iter()
            .flat_map(|head| options[..room].iter().map(move |s| [head.as_slice(), &[*s]].concat()))
            .collect();
    }
    all
}

/// How many characters of a Chinese name are its surname: 2 for 欧阳 and its like, else 1; none in a name of one character.
pub fn surname_chars(word: &str) -> usize {
    let length = word.chars().count();
    if length > 2 && is_compound(first_two(word)) { 2 } else { usize::from(length > 1) }
}

fn first_two(word: &str) -> &str {
    word.char_indices().nth(2).map_or(word, |(at, _)| &word[..at])
}
