//! What a simulated campaign asks, and what is answered.

use domain::answer::Answer;
use domain::questionnaire::{self, Area, Choice, FORMAT, Item, Questionnaire, Section};
use domain::text::Text;
use rand::RngExt;
use rand::rngs::StdRng;

use crate::error::Result;
use crate::registry::editing::Template;

/// A questionnaire of `items` five-point items and one demographic.
pub(super) fn questionnaire(items: u32) -> Questionnaire {
    let point = |n: u32| Text::new(format!("{n}点"), format!("{n} points"));
    let item = |key: String, kind: questionnaire::Kind, demographic: bool| Item {
        text: Text::new(format!("設問 {key}"), format!("Item {key}")),
        key,
        help: Text::default(),
        area: None,
        required: false,
        may_decline: false,
        unobserved: false,
        demographic,
        show_if: None,
        kind,
    };
    let scale = || questionnaire::Kind::Scale { labels: (1..=5).map(point).collect(), reversed: false };
    let option = |key: &str| Choice { key: key.into(), label: Text::new(key, key), exclusive: false };
    let mut list: Vec<Item> = (1..=items).map(|n| item(format!("i{n}"), scale(), false)).collect();
    list.push(item(
        "place".into(),
        questionnaire::Kind::Single { options: vec![option("hq"), option("mission")] },
        true,
    ));
    Questionnaire {
        format: FORMAT.into(),
        key: "simulation".into(),
        version: 1,
        title: Text::new("模擬調査", "Simulated survey"),
        introduction: Text::default(),
        areas: vec![],
        sections: vec![Section {
            key: "all".into(),
            title: Text::new("設問", "Items"),
            introduction: Text::default(),
            show_if: None,
            items: list,
        }],
    }
}

/// Scale items of a questionnaire.
pub(super) fn scales(questionnaire: &Questionnaire) -> usize {
    questionnaire.items().filter(|(_, item)| item.kind.points().is_some()).count()
}

/// The template for reviews with its first `items` scale items, and its comments.
pub(super) fn of_review(items: u32) -> Result<Questionnaire> {
    let mut asked = Template::Review.questionnaire()?;
    let mut left = items;
    for section in &mut asked.sections {
        section.items.retain(|item| {
            let scale = item.kind.points().is_some();
            let keep = !scale || left > 0;
            left -= u32::from(scale && keep);
            keep
        });
    }
    asked.sections.retain(|section| !section.items.is_empty());
    let used = |area: &Area| asked.items().any(|(_, item)| item.area.as_ref() == Some(&area.key));
    asked.areas = asked.areas.iter().filter(|area| used(area)).cloned().collect();
    Ok(asked)
}

/// An answer to an item; some comments are left empty, and some raters had no opportunity to observe.
pub(super) fn say(item: &Item, rng: &mut StdRng) -> Option<Answer> {
    match &item.kind {
        questionnaire::Kind::Single { options } => {
            Some(Answer::Single(options[rng.random_range(0..options.len())].key.clone()))
        }
        questionnaire::Kind::LongText { .. } => rng
            .random_bool(0.4)
            .then(|| Answer::Text("これからも続けてほしいことを書いた、ふつうの長さの意見です。".into())),
        _ if item.unobserved && rng.random_bool(0.1) => Some(Answer::Declined),
        kind => kind.points().map(|points| Answer::Scale(rng.random_range(1..=points))),
    }
}
