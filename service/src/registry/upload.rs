//! A roster file between its preview and its acceptance: one per person who imports, kept for a day at most.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use domain::text::Lang;

use super::Registry;
use super::entity::roster_upload;
use super::roster::MAX_FILE;
use crate::error::{Error, Result};
use crate::secret::sha256_hex;
use crate::text_encoding;

/// Seconds that an uploaded file waits for its acceptance.
pub const KEPT_SECONDS: i64 = 86_400;

/// Longest file name kept, in characters.
const MAX_NAME: usize = 120;

/// What a roster file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Units.
    Units,
    /// Staff.
    Staff,
}

impl Kind {
    /// The name stored in the database and used in forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Units => "units",
            Self::Staff => "staff",
        }
    }

    /// Reads [`Kind::as_str`].
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Units, Self::Staff].into_iter().find(|kind| kind.as_str() == name)
    }
}

/// A roster file that waits for its acceptance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// What it holds.
    pub kind: Kind,
    /// The file's name on the person's own machine, without its folders.
    pub name: String,
    /// The file as it was sent.
    pub bytes: Vec<u8>,
    /// When it was sent, seconds since 1970 UTC.
    pub uploaded_at: i64,
}

impl Upload {
    /// What tells this file from every other one: the SHA-256 of kind and content, hexadecimal.
    pub fn digest(&self) -> String {
        sha256_hex(&[self.kind.as_str().as_bytes(), b"\0", &self.bytes].concat())
    }
}

impl Registry {
    /// Keeps a file until it is accepted. It takes the place of the person's last one, and whatever waited longer
    /// than [`KEPT_SECONDS`] goes.
    ///
    /// # Errors
    /// [`Error::Invalid`] where there is no file, or it cannot be read as text at all.
    pub async fn stage_roster(
        &self,
        staff: i64,
        kind: Kind,
        name: &str,
        bytes: Vec<u8>,
        now: i64,
    ) -> Result<()> {
        check_file(&bytes)?;
        let row = roster_upload::ActiveModel {
            staff_id: Set(staff),
            bytes: Set(bytes),
            name: Set(file_name(name)),
            uploaded_at: Set(now),
            kind: Set(kind.as_str().into()),
        };
        let replace = OnConflict::column(roster_upload::Column::StaffId)
            .update_columns([
                roster_upload::Column::Bytes,
                roster_upload::Column::Name,
                roster_upload::Column::UploadedAt,
                roster_upload::Column::Kind,
            ])
            .to_owned();
        self.delete_expired_uploads(now).await?;
        let _writer = self.db.writer().await;
        roster_upload::Entity::insert(row).on_conflict(replace).exec_without_returning(self.db.get()).await?;
        Ok(())
    }

    /// The file a person uploaded last, while it waits.
    pub async fn staged_roster(&self, staff: i64, now: i64) -> Result<Option<Upload>> {
        let row = roster_upload::Entity::find_by_id(staff).one(self.db.get()).await?;
        let Some(row) = row.filter(|r| now - r.uploaded_at <= KEPT_SECONDS) else { return Ok(None) };
        let kind = Kind::parse(&row.kind).ok_or_else(|| Error::Damaged("a waiting roster file".into()))?;
        Ok(Some(Upload { kind, name: row.name, bytes: row.bytes, uploaded_at: row.uploaded_at }))
    }

    /// Throws away what has waited longer than [`KEPT_SECONDS`].
    pub async fn delete_expired_uploads(&self, now: i64) -> Result<()> {
        let _writer = self.db.writer().await;
        roster_upload::Entity::delete_many()
            .filter(roster_upload::Column::UploadedAt.lt(now - KEPT_SECONDS))
            .exec(self.db.get())
            .await?;
        Ok(())
    }

    /// Throws a person's waiting file away.
    pub async fn discard_staged_roster(&self, staff: i64) -> Result<()> {
        let _writer = self.db.writer().await;
        roster_upload::Entity::delete_by_id(staff).exec(self.db.get()).await?;
        Ok(())
    }
}

/// Refuses what is no text file, before it is kept.
///
/// # Errors
/// [`Error::Invalid`] where there is no file, or it cannot be read as text at all.
pub fn check_file(bytes: &[u8]) -> Result<()> {
    if bytes.is_empty() {
        return Err(Error::invalid(
            "ファイルが選ばれていないか、空です。CSVファイルを選んでください。",
            "No file was chosen, or it is empty. Please choose a CSV file.",
        ));
    }
    match text_encoding::decode(bytes, MAX_FILE) {
        Ok(_) => Ok(()),
        Err(error) => Err(Error::invalid(error.message(Lang::Ja), error.message(Lang::En))),
    }
}

/// A file name fit for the screen. Some browsers send the whole path.
fn file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !c.is_control()).take(MAX_NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_lose_folders_and_control_characters() {
        assert_eq!(file_name("C:\\Users\\hanako\\名簿.csv"), "名簿.csv");
        assert_eq!(file_name("/home/hanako/名簿\u{7}.csv"), "名簿.csv");
        assert_eq!(file_name(&"a".repeat(500)).len(), MAX_NAME);
        assert_eq!(file_name(""), "");
    }

    #[test]
    fn files_that_are_no_text_are_refused_at_once() {
        assert!(check_file("職員番号,氏名\n".as_bytes()).is_ok());
        assert!(matches!(check_file(b""), Err(Error::Invalid(_))));
        assert!(matches!(check_file(b"PK\x03\x04rest"), Err(Error::Invalid(_))));
    }
}
