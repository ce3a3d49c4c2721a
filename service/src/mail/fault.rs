//! Why a mail could not be sent. Servers quote addresses in their answers, so only the kind of fault and the reply
//! code are kept.

use std::fmt;

use domain::text::Lang;

/// Why a mail could not be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The server's reply code (RFC 5321, section 4.2): 4xx for now, 5xx for good.
    Refused(u16),
    /// The server cannot be reached, or hung up.
    Connection,
    /// It took too long.
    Timeout,
    /// No secure connection.
    Tls,
    /// The recipient's address cannot be used.
    Address,
    /// The mail could not be put together.
    Message,
    /// The file could not be written.
    Disk,
    /// The link in it does not open with this master key.
    Key,
    /// The program ended in the middle, again and again.
    Interrupted,
}

impl Fault {
    const NAMED: [(Self, &str); 8] = [
        (Self::Connection, "connection"),
        (Self::Timeout, "timeout"),
        (Self::Tls, "tls"),
        (Self::Address, "address"),
        (Self::Message, "message"),
        (Self::Disk, "disk"),
        (Self::Key, "key"),
        (Self::Interrupted, "interrupted"),
    ];

    /// Reads what [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(code) = text.strip_prefix("refused ") {
            return code.parse().ok().map(Self::Refused);
        }
        Self::NAMED.into_iter().find(|(_, name)| *name == text).map(|(fault, _)| fault)
    }

    /// True where the server is away altogether, so that other mails would fare no better now.
    pub(super) fn is_away(self) -> bool {
        matches!(self, Self::Connection | Self::Timeout | Self::Tls)
    }

    /// The message for the administrator.
    pub fn message(self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Refused(code), Lang::Ja) => {
                format!("メールサーバーが受け付けませんでした(応答コード {code})。")
            }
            (Self::Refused(code), Lang::En) => format!("The mail server refused it (reply code {code})."),
            (Self::Connection, _) => lang
                .t("メールサーバーに接続できませんでした。", "The mail server could not be reached.")
                .into(),
            (Self::Timeout, _) => lang
                .t("メールサーバーの応答がありませんでした。", "The mail server did not answer in time.")
                .into(),
            (Self::Tls, _) => lang
                .t(
                    "メールサーバーと安全な接続ができませんでした。証明書の設定をご確認ください。",
                    "No secure connection to the mail server. Please check its certificate.",
                )
                .into(),
            (Self::Address, _) => {
                lang.t("宛先のメールアドレスが正しくありません。", "The address is not valid.").into()
            }
            (Self::Message, _) => {
                lang.t("メールを作成できませんでした。", "The mail could not be put together.").into()
            }
            (Self::Disk, _) => lang
                .t("メールをファイルに保存できませんでした。", "The mail could not be written to its file.")
                .into(),
            (Self::Key, _) => lang
                .t(
                    "メール内のリンクを復号できませんでした。マスターキーが変わっていないかご確認ください。",
                    "The link in the mail does not open. Please check whether the master key was changed.",
                )
                .into(),
            (Self::Interrupted, _) => {
                lang.t("送信が繰り返し中断されました。", "Sending was interrupted again and again.").into()
            }
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Refused(code) = self {
            return write!(f, "refused {code}");
        }
        let name = Self::NAMED.into_iter().find(|(fault, _)| fault == self).map_or("", |(_, name)| name);
        f.write_str(name)
    }
}

impl std::error::Error for Fault {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_written_and_read_back() {
        for (fault, _) in
            Fault::NAMED.into_iter().chain([(Fault::Refused(451), ""), (Fault::Refused(550), "")])
        {
            assert_eq!(Fault::parse(&fault.to_string()), Some(fault));
            assert_ne!(fault.message(Lang::Ja), fault.message(Lang::En));
        }
        assert_eq!(Fault::parse(""), None);
        assert_eq!(Fault::parse("refused by a@example.org"), None);
    }
}
