//! What a rater (評価者) has to do in a review: whom to rate, and in which group the answer counts.

use std::collections::HashMap;

use domain::review::RaterGroup;
use domain::text::Text;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, QueryTrait};

use super::Registry;
use super::ballot::Enrolment;
use super::entity::{enrolment, review_subject, staff, stratum};
use crate::error::{Error, Result};

/// One subject to be rated by one person.
#[derive(Clone, Debug, PartialEq)]
pub struct Rating {
    /// The right to answer.
    pub place: Enrolment,
    /// The subject.
    pub subject: i64,
    /// The subject's name when the review was prepared.
    pub name: Text,
    /// The subject's unit at that time.
    pub unit: Text,
    /// The group in which the answer counts.
    pub group: RaterGroup,
    /// How many people are in it.
    pub size: u32,
    /// True where the subject has left since: there will be no report.
    pub gone: bool,
    /// In a pulse, what the subject means to do, as they shared it with their team.
    pub actions: Vec<String>,
}

impl Registry {
    /// Everybody a person is asked to rate in a review, themselves first, then by group.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such campaign, or it is no review.
    pub async fn ratings(&self, campaign: &str, staff: i64) -> Result<Vec<Rating>> {
        if self.campaign(campaign).await?.review.is_none() {
            return Err(Error::NotFound);
        }
        let places = self.enrolments_in(campaign, staff).await?;
        let mut ratings = self.of_places(campaign, places).await?;
        ratings.sort_by_key(|rating| (rating.group, rating.place.stratum));
        Ok(ratings)
    }

    /// How many of them are still in service, for the home page.
    pub async fn people_to_rate(&self, campaign: &str, staff: i64) -> Result<u64> {
        let here = staff::Entity::find()
            .select_only()
            .column(staff::Column::Id)
            .filter(staff::Column::Active.eq(true))
            .into_query();
        let about = stratum::Entity::find()
            .select_only()
            .column(stratum::Column::Number)
            .filter(stratum::Column::CampaignId.eq(campaign))
            .filter(stratum::Column::SubjectId.in_subquery(here))
            .into_query();
        Ok(enrolment::Entity::find()
            .filter(enrolment::Column::CampaignId.eq(campaign))
            .filter(enrolment::Column::StaffId.eq(staff))
            .filter(enrolment::Column::Stratum.in_subquery(about))
            .count(self.db.get())
            .await?)
    }

    /// One of them.
    ///
    /// # Errors
    /// [`Error::NotFound`] where the person is not asked in this stratum, or it is not one of a review.
    pub async fn rating(&self, campaign: &str, stratum: u32, staff: i64) -> Result<Rating> {
        let place = self.enrolment_in(campaign, stratum, staff).await?;
        self.of_places(campaign, vec![place]).await?.pop().ok_or(Error::NotFound)
    }

    async fn of_places(&self, campaign: &str, places: Vec<Enrolment>) -> Result<Vec<Rating>> {
        let numbers = places.iter().filter_map(|place| i32::try_from(place.stratum).ok());
        let strata: HashMap<i32, stratum::Model> = stratum::Entity::find()
            .filter(stratum::Column::CampaignId.eq(campaign))
            .filter(stratum::Column::Number.is_in(numbers))
            .all(self.db.get())
            .await?
            .into_iter()
            .map(|stratum| (stratum.number, stratum))
            .collect();
        let subjects = || strata.values().filter_map(|stratum| stratum.subject_id);
        let named: HashMap<i64, review_subject::Model> = review_subject::Entity::find()
            .filter(review_subject::Column::CampaignId.eq(campaign))
            .filter(review_subject::Column::StaffId.is_in(subjects()))
            .all(self.db.get())
            .await?
            .into_iter()
            .map(|subject| (subject.staff_id, subject))
            .collect();
        let here: Vec<i64> = staff::Entity::find()
            .select_only()
            .column(staff::Column::Id)
            .filter(staff::Column::Active.eq(true))
            .filter(staff::Column::Id.is_in(subjects()))
            .into_tuple()
            .all(self.db.get())
            .await?;
        let shared = self.pulse_actions(campaign, subjects().collect()).await?;
        let rating = |place: Enrolment| {
            let stratum = strata.get(&i32::try_from(place.stratum).ok()?)?;
            let subject = named.get(&stratum.subject_id?)?;
            Some(Rating {
                place,
                subject: subject.staff_id,
                name: Text::new(&subject.name_ja, &subject.name_en),
                unit: Text::new(&subject.unit_ja, &subject.unit_en),
                group: RaterGroup::parse(stratum.rater_group.as_deref()?)?,
                size: u32::try_from(stratum.size).unwrap_or(0),
                gone: !here.contains(&subject.staff_id),
                actions: shared.get(&subject.staff_id).cloned().unwrap_or_default(),
            })
        };
        Ok(places.into_iter().filter_map(rating).collect())
    }
}
