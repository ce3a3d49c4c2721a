//! The columns of the form and their headings.

use crate::text::Lang;

/// A column of the form. The order of [`Column::ALL`] is that of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// 分類.
    Category,
    /// 目標項目.
    Item,
    /// 数値目標.
    Target,
    /// 時期 of the target.
    TargetWhen,
    /// 最新値.
    Latest,
    /// 時期 of the latest value.
    LatestWhen,
    /// 目標設定時最新値.
    Baseline,
    /// 時期 of the value when the target was set.
    BaselineWhen,
    /// The first 取組内容.
    FirstAction,
    /// The second 取組内容.
    SecondAction,
    /// 公表年月.
    Published,
}

impl Column {
    /// Every column, in the order of the file.
    pub const ALL: [Self; 11] = [
        Self::Category,
        Self::Item,
        Self::Target,
        Self::TargetWhen,
        Self::Latest,
        Self::LatestWhen,
        Self::Baseline,
        Self::BaselineWhen,
        Self::FirstAction,
        Self::SecondAction,
        Self::Published,
    ];

    /// The heading in the file, where three columns are headed 時期 and two 取組内容.
    pub const fn header(self) -> &'static str {
        match self {
            Self::Category => "分類",
            Self::Item => "目標項目",
            Self::Target => "数値目標",
            Self::Latest => "最新値",
            Self::Baseline => "目標設定時最新値",
            Self::TargetWhen | Self::LatestWhen | Self::BaselineWhen => "時期",
            Self::FirstAction | Self::SecondAction => "取組内容",
            Self::Published => "公表年月",
        }
    }

    /// The heading on screen, where no two are alike.
    pub const fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Category => lang.t("分類", "Category"),
            Self::Item => lang.t("目標項目", "Target item"),
            Self::Target => lang.t("数値目標", "Numeric target"),
            Self::TargetWhen => lang.t("数値目標の時期", "Time of the target"),
            Self::Latest => lang.t("最新値", "Latest value"),
            Self::LatestWhen => lang.t("最新値の時期", "Time of the latest value"),
            Self::Baseline => lang.t("目標設定時最新値", "Value when the target was set"),
            Self::BaselineWhen => {
                lang.t("目標設定時最新値の時期", "Time of the value when the target was set")
            }
            Self::FirstAction => lang.t("取組内容(1つ目)", "First action"),
            Self::SecondAction => lang.t("取組内容(2つ目)", "Second action"),
            Self::Published => lang.t("公表年月", "Month of publication"),
        }
    }

    /// The column headed 時期 that belongs to this one.
    pub(super) const fn when(self) -> Option<Self> {
        match self {
            Self::Target => Some(Self::TargetWhen),
            Self::Latest => Some(Self::LatestWhen),
            Self::Baseline => Some(Self::BaselineWhen),
            _ => None,
        }
    }

    /// True where the header must have the column: not 分類, because a row above can name the category, and not the
    /// second 取組内容, because one column can hold both actions.
    pub(super) const fn is_required(self) -> bool {
        !matches!(self, Self::Category | Self::SecondAction)
    }
}
