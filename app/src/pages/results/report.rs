//! Everything a page shows of one group: its figures, those of the whole, and those of the last wave.

use std::sync::Arc;

use domain::terms::Content;
use domain::text::Text;
use service::release::results::{Group, Unit};
use service::{Error, Result, Service};

use super::access::Viewer;
use super::compare::same_group;
use super::figures::Figures;
use super::wave::Wave;

/// One group of one wave, as far as the viewer may see it.
#[derive(Clone, Debug)]
pub struct Report {
    /// The wave.
    pub wave: Wave,
    /// The group.
    pub group: Group,
    /// All units of the release.
    pub units: Arc<Vec<Unit>>,
    /// The group's figures.
    pub figures: Figures,
    /// The figures of the whole organisation, where the group is only a part of it.
    pub whole: Option<Figures>,
    /// The last wave.
    pub last: Last,
    /// True where the viewer may read comments of this group.
    pub comments: bool,
}

/// What there is to compare with.
#[derive(Clone, Debug)]
pub enum Last {
    /// This is the first wave of its series.
    None,
    /// There was a wave with this title, but no figures of the same group that the viewer may see.
    Other(Text),
    /// The same group's figures in the wave with this title.
    Same(Text, Figures),
}

impl Last {
    /// The figures to compare with.
    pub fn figures(&self) -> Option<&Figures> {
        match self {
            Self::Same(_, figures) => Some(figures),
            Self::None | Self::Other(_) => None,
        }
    }
}

impl Report {
    /// Reads a group of a wave.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such group, or the viewer may not see it: the two must look the same.
    pub async fn read(service: &Service, viewer: &Viewer, wave: Wave, number: u32) -> Result<Self> {
        let group = service.registry.release_group(wave.id(), number).await?;
        let units = service.registry.release_units(wave.id()).await?;
        if !viewer.sees_group(&wave.terms, &group, &units) {
            return Err(Error::NotFound);
        }
        let figures = wave.figures(service, number).await?;
        let whole = match number {
            0 => None,
            _ if viewer.sees(&wave.terms, Content::Whole) => Some(wave.figures(service, 0).await?),
            _ => None,
        };
        let last = last_wave(service, viewer, &wave, &group, &units).await?;
        let comments = viewer.sees_comments(&wave.terms, &group, &units);
        Ok(Self { wave, group, units, figures, whole, last, comments })
    }
}

async fn last_wave(
    service: &Service,
    viewer: &Viewer,
    wave: &Wave,
    group: &Group,
    units: &[Unit],
) -> Result<Last> {
    let Some(last) = wave.before(service).await? else { return Ok(Last::None) };
    let title = last.release.campaign.title.clone();
    let last_units = service.registry.release_units(last.id()).await?;
    let last_groups = match group.number {
        0 => Arc::new(vec![service.registry.release_group(last.id(), 0).await?]),
        _ => service.registry.release_groups(last.id()).await?,
    };
    let same = same_group(group, units, &last_groups, &last_units)
        .filter(|same| viewer.sees_group(&last.terms, same, &last_units));
    match same {
        Some(same) => Ok(Last::Same(title, last.figures(service, same.number).await?)),
        None => Ok(Last::Other(title)),
    }
}
