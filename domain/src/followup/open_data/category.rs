//! The five categories of the form.

use serde::{Deserialize, Serialize};

use crate::fiscal_year::fold;
use crate::followup::SectionNumber;
use crate::text::Lang;

/// What a target is about (分類). The Japanese labels are the headings of the Cabinet Office's page, without their
/// numbering ア to オ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// ア. 採用関係.
    Recruitment,
    /// イ. 継続就業及び仕事と家庭の両立関係.
    Continuation,
    /// ウ. 長時間勤務関係.
    WorkingHours,
    /// エ. 配置・育成・教育訓練及び評価・登用関係.
    Promotion,
    /// オ. その他.
    Other,
}

/// Words of a target's item and the category they speak for, the strongest first.
const WORDS: [(Category, &[&str]); 4] = [
    (Category::Recruitment, &["採用"]),
    (Category::Promotion, &["登用", "管理職", "役職", "課室長", "係長"]),
    (Category::WorkingHours, &["超過勤務", "残業", "勤務時間", "在庁"]),
    (Category::Continuation, &["育児", "育休", "産休", "休業", "休暇", "両立", "テレワーク", "継続"]),
];

impl Category {
    /// Every category, in the order of the form.
    pub const ALL: [Self; 5] =
        [Self::Recruitment, Self::Continuation, Self::WorkingHours, Self::Promotion, Self::Other];

    /// The name stored in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Recruitment => "recruitment",
            Self::Continuation => "continuation",
            Self::WorkingHours => "working_hours",
            Self::Promotion => "promotion",
            Self::Other => "other",
        }
    }

    /// The name of the category; the Japanese one is that of the form.
    pub const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Recruitment => lang.t("採用関係", "Recruitment"),
            Self::Continuation => {
                lang.t("継続就業及び仕事と家庭の両立関係", "Staying in work and balancing it with family")
            }
            Self::WorkingHours => lang.t("長時間勤務関係", "Long working hours"),
            Self::Promotion => lang.t(
                "配置・育成・教育訓練及び評価・登用関係",
                "Placement, development, training, appraisal and promotion",
            ),
            Self::Other => lang.t("その他", "Other"),
        }
    }

    /// The category a cell names: either label, [`Category::as_str`], or a usual short form (`登用関係`), with or
    /// without numbering (`ア.`, `(1)`, `①`) and 関係; full-width forms and spaces make no difference.
    pub fn parse(cell: &str) -> Option<Self> {
        let folded = fold(cell).replace('･', "・").replace("および", "及び");
        let numbering = |c: char| c.is_ascii_digit() || "アイウエオ①②③④⑤().、: ".contains(c);
        let name = folded.trim_start_matches(numbering);
        let known = Self::ALL.into_iter().find(|category| {
            name == category.as_str() || name.eq_ignore_ascii_case(&fold(category.label(Lang::En)))
        });
        known.or_else(|| match name.strip_suffix("関係").unwrap_or(name) {
            "採用" => Some(Self::Recruitment),
            "継続就業及び仕事と家庭の両立"
            | "継続就業・仕事と家庭の両立"
            | "継続勤務・両立支援"
            | "両立支援" => Some(Self::Continuation),
            "長時間勤務" => Some(Self::WorkingHours),
            "配置・育成・教育訓練及び評価・登用" | "配置・育成・教育訓練・登用" | "登用" => {
                Some(Self::Promotion)
            }
            "その他" => Some(Self::Other),
            _ => None,
        })
    }

    /// The category an item most likely belongs to, by the words in it: a proposal for a person to confirm. Where
    /// words of several categories stand in it, recruitment goes before promotion, then working hours, then
    /// continuation.
    pub fn infer(item: &str) -> Self {
        let item = fold(item);
        let speaks = |words: &[&str]| words.iter().any(|word| item.contains(*word));
        WORDS.iter().find(|(_, words)| speaks(words)).map_or(Self::Other, |(category, _)| *category)
    }
}

/// The section of the follow-up table in which figures of a category usually stand.
pub const fn default_section(category: Category) -> SectionNumber {
    let (major, minor) = match category {
        Category::Recruitment => (5, Some(1)),
        Category::Promotion => (5, Some(2)),
        Category::Continuation => (4, None),
        Category::WorkingHours => (2, None),
        Category::Other => (6, None),
    };
    SectionNumber { major, minor }
}
