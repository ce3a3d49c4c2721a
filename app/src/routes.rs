//! Every page and every server function, with who may enter. The server refuses what is not in these tables, and the
//! authorisation test walks through them role by role.

use domain::role::Role;
use domain::text::Lang;
use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::path;

use crate::pages::{
    account, admin, anonymity, answer, developers, executive, feedback, home, hr, indicators, nominations,
    overtime, results, review, sign_in, terms,
};

/// Who may enter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Anybody, signed in or not.
    Public,
    /// Anybody signed in.
    SignedIn,
    /// Only people with one of these roles.
    Roles(&'static [Role]),
    /// Programs with a bearer token, which the endpoint looks at itself.
    Token,
}

/// One page or server function.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The path; a segment that begins with `:` stands for any one segment.
    pub path: &'static str,
    /// Who may enter.
    pub entry: Entry,
    /// True for pages that need the browser package.
    pub islands: bool,
}

const fn rule(path: &'static str, entry: Entry) -> Rule {
    Rule { path, entry, islands: false }
}

const fn island(path: &'static str, entry: Entry) -> Rule {
    Rule { path, entry, islands: true }
}

const HR: Entry = Entry::Roles(&[Role::Hr]);
const OVERSEERS: Entry = Entry::Roles(&[Role::Hr, Role::Executive]);
const EXECUTIVE: Entry = Entry::Roles(&[Role::Executive]);
const LEADERS: Entry = Entry::Roles(&[Role::Manager, Role::Hr]);
const ADMINISTRATOR: Entry = Entry::Roles(&[Role::Administrator]);

/// All pages.
pub const PAGES: &[Rule] = &[
    rule("/sign-in", Entry::Public),
    rule("/forgot", Entry::Public),
    rule("/activate/:token", Entry::Public),
    rule("/reset/:token", Entry::Public),
    rule("/anonymity", Entry::Public),
    rule("/", Entry::SignedIn),
    rule("/account", Entry::SignedIn),
    island("/answer/:campaign", Entry::SignedIn),
    island("/answer/:campaign/:stratum", Entry::SignedIn),
    island("/review/:campaign", Entry::SignedIn),
    rule("/terms/:campaign", Entry::SignedIn),
    rule("/nominations", Entry::SignedIn),
    rule("/feedback", Entry::SignedIn),
    rule("/feedback/:campaign", Entry::SignedIn),
    rule("/feedback/:campaign/:subject", OVERSEERS),
    rule("/results", Entry::SignedIn),
    rule("/results/:campaign", Entry::SignedIn),
    rule("/results/:campaign/items", Entry::SignedIn),
    rule("/results/:campaign/units", Entry::Roles(&[Role::Manager, Role::Hr, Role::Executive])),
    rule("/results/:campaign/groups/:group", Entry::SignedIn),
    rule("/unit", Entry::Roles(&[Role::Manager])),
    rule("/indicators", Entry::SignedIn),
    rule("/indicators/published", Entry::SignedIn),
    rule("/indicators/compare", Entry::SignedIn),
    rule("/indicators/new", HR),
    rule("/indicators/drafts", LEADERS),
    rule("/indicators/history", OVERSEERS),
    rule("/indicators/:row", Entry::SignedIn),
    rule("/indicators/:row/edit", HR),
    rule("/indicators/:row/draft", Entry::Roles(&[Role::Manager])),
    rule("/overtime", Entry::Roles(&[Role::Manager])),
    rule("/overtime/:id", Entry::SignedIn),
    rule("/developers", Entry::Public),
    rule("/executive", OVERSEERS),
    rule("/hr/metrics", HR),
    rule("/hr/metrics/preview", HR),
    rule("/hr/metrics/:series", HR),
    rule("/hr/overtime", HR),
    rule("/hr/overtime/explanations", HR),
    rule("/hr/roster", HR),
    rule("/hr/roster/preview", HR),
    rule("/hr/roster/people", HR),
    rule("/hr/questionnaires", HR),
    rule("/hr/questionnaires/:id", HR),
    rule("/hr/questionnaires/:id/items/:item", HR),
    island("/hr/questionnaires/:id/preview", HR),
    rule("/hr/campaigns", HR),
    rule("/hr/campaigns/new", HR),
    rule("/hr/campaigns/:campaign", HR),
    rule("/hr/campaigns/:campaign/edit", HR),
    rule("/hr/campaigns/:campaign/raters", HR),
    rule("/hr/campaigns/:campaign/responses", HR),
    rule("/admin", ADMINISTRATOR),
    rule("/admin/tokens", ADMINISTRATOR),
];

/// All server functions and other endpoints that know who asks.
pub const ENDPOINTS: &[Rule] = &[
    rule("/api/ballots", Entry::Public),
    rule("/api/sign-in", Entry::Public),
    rule("/api/sign-out", Entry::Public),
    rule("/api/language", Entry::Public),
    rule("/api/forgot", Entry::Public),
    rule("/api/password/link", Entry::Public),
    rule("/api/review/nominate", Entry::SignedIn),
    rule("/api/review/withdraw", Entry::SignedIn),
    rule("/api/review/decide", Entry::SignedIn),
    rule("/api/review/actions", Entry::SignedIn),
    rule("/api/account/password", Entry::SignedIn),
    rule("/api/account/sign-out-everywhere", Entry::SignedIn),
    rule("/api/hr/roster/upload", HR),
    rule("/api/hr/roster/accept", HR),
    rule("/api/hr/roster/invite", HR),
    rule("/api/hr/questionnaires/create", HR),
    rule("/api/hr/questionnaires/import", HR),
    rule("/api/hr/questionnaires/copy", HR),
    rule("/api/hr/questionnaires/delete", HR),
    rule("/api/hr/questionnaires/title", HR),
    rule("/api/hr/questionnaires/section", HR),
    rule("/api/hr/questionnaires/item", HR),
    rule("/api/hr/questionnaires/move", HR),
    rule("/api/hr/questionnaires/remove", HR),
    rule("/api/hr/questionnaires/bank", HR),
    rule("/api/hr/campaigns/create", HR),
    rule("/api/hr/campaigns/edit", HR),
    rule("/api/hr/campaigns/delete", HR),
    rule("/api/hr/campaigns/advance", HR),
    rule("/api/hr/campaigns/extend", HR),
    rule("/api/hr/campaigns/invite", HR),
    rule("/api/hr/campaigns/remind", HR),
    rule("/api/hr/reviews/propose", HR),
    rule("/api/hr/reviews/correct", HR),
    rule("/api/hr/reviews/raters", HR),
    rule("/api/hr/reviews/lines", HR),
    rule("/api/hr/followup/import", HR),
    rule("/api/hr/followup/value", HR),
    rule("/api/hr/followup/withdraw", HR),
    rule("/api/hr/followup/link", HR),
    rule("/api/hr/followup/metric-link", HR),
    rule("/api/hr/followup/edit", HR),
    rule("/api/hr/followup/add", HR),
    rule("/api/hr/followup/remove", HR),
    rule("/api/hr/followup/move", HR),
    rule("/api/hr/followup/settings", HR),
    rule("/api/hr/followup/submit", HR),
    rule("/api/hr/followup/reopen", HR),
    rule("/api/hr/followup/remove-table", HR),
    rule("/api/hr/followup/edition", HR),
    rule("/api/hr/followup/decide-draft", HR),
    rule("/api/executive/followup/sign", EXECUTIVE),
    rule("/api/executive/followup/return", EXECUTIVE),
    rule("/api/followup/draft", Entry::SignedIn),
    rule("/api/hr/metrics/upload", HR),
    rule("/api/hr/metrics/accept", HR),
    rule("/api/hr/metrics/discard", HR),
    rule("/api/hr/metrics/series", HR),
    rule("/api/hr/overtime/formula", HR),
    rule("/api/hr/overtime/ceilings", HR),
    rule("/api/hr/overtime/ask", HR),
    rule("/api/hr/overtime/decide", HR),
    rule("/api/overtime/reply", Entry::SignedIn),
    rule("/api/admin/tokens/issue", ADMINISTRATOR),
    rule("/api/admin/tokens/revoke", ADMINISTRATOR),
    rule("/api/v1/metrics", Entry::Token),
    rule("/api/v1/series", Entry::Token),
    rule("/api/v1/openapi.json", Entry::Public),
    rule("/api/admin/mail/retry", ADMINISTRATOR),
    rule("/hr/questionnaires/:id/questionnaire.json", HR),
    rule("/hr/questionnaire.schema.json", HR),
    rule("/hr/roster/template.csv", HR),
    rule("/hr/roster/units-template.csv", HR),
    rule("/hr/roster/staff.csv", HR),
    rule("/hr/roster/units.csv", HR),
    rule("/hr/roster/lines.csv", HR),
    rule("/hr/campaigns/:campaign/raters.csv", HR),
    rule("/feedback/:campaign/report.xlsx", Entry::SignedIn),
    rule("/terms/:campaign/terms.json", Entry::SignedIn),
    rule("/indicators/followup.csv", Entry::SignedIn),
    rule("/indicators/followup.xlsx", Entry::SignedIn),
    rule("/indicators/open-data.csv", Entry::SignedIn),
    rule("/indicators/open-data.xlsx", Entry::SignedIn),
    rule("/hr/metrics/template.csv", HR),
    rule("/results/:campaign/release.csv", OVERSEERS),
];

/// The rule for a path, if there is such a page or endpoint. A fixed segment goes before a `:` one.
///
/// A path with `.` or `..` segments, written out or percent-encoded, has none: whoever resolves it later would come out
/// elsewhere than the rule that was looked up.
pub fn rule_for(path: &str) -> Option<&'static Rule> {
    if path.split('/').any(is_dots) {
        return None;
    }
    let wanted: Vec<&str> = segments(path).collect();
    let matches = |rule: &&Rule| {
        let parts: Vec<&str> = segments(rule.path).collect();
        parts.len() == wanted.len() && parts.iter().zip(&wanted).all(|(p, w)| p.starts_with(':') || p == w)
    };
    let rank = |rule: &&Rule| segments(rule.path).filter(|p| p.starts_with(':')).count();
    PAGES.iter().chain(ENDPOINTS).filter(matches).min_by_key(rank)
}

fn is_dots(segment: &str) -> bool {
    matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|s| !s.is_empty())
}

/// True for pages that need the browser package.
pub fn has_islands(path: &str) -> bool {
    rule_for(path).is_some_and(|rule| rule.islands)
}

/// All pages.
#[component]
pub fn Routes(lang: Lang) -> impl IntoView {
    let context = crate::context::Context::now();
    // Deny by default: a path outside of the tables never reaches the router, which would resolve `..` in it.
    if rule_for(&context.path()).is_none() {
        return crate::pages::missing(&context).into_any();
    }
    if context.denied() {
        return crate::pages::denied(&context).into_any();
    }
    let missing = move || crate::pages::missing(&crate::context::Context::now());
    let _ = lang;
    view! {
        <Router>
            <FlatRoutes fallback=missing>
                <Route path=path!("/sign-in") view=sign_in::SignInPage/>
                <Route path=path!("/forgot") view=sign_in::ForgotPage/>
                <Route path=path!("/activate/:token") view=sign_in::LinkPage/>
                <Route path=path!("/reset/:token") view=sign_in::LinkPage/>
                <Route path=path!("/anonymity") view=anonymity::AnonymityPage/>
                <Route path=path!("/") view=home::HomePage/>
                <Route path=path!("/account") view=account::AccountPage/>
                <Route path=path!("/answer/:campaign") view=answer::AnswerPage/>
                <Route path=path!("/answer/:campaign/:stratum") view=answer::RatePage/>
                <Route path=path!("/review/:campaign") view=review::RatingsPage/>
                <Route path=path!("/terms/:campaign") view=terms::TermsPage/>
                <Route path=path!("/nominations") view=nominations::NominationsPage/>
                <Route path=path!("/feedback") view=feedback::FeedbackListPage/>
                <Route path=path!("/feedback/:campaign") view=feedback::FeedbackPage/>
                <Route path=path!("/feedback/:campaign/:subject") view=feedback::SubjectFeedbackPage/>
                <Route path=path!("/results") view=results::ResultsPage/>
                <Route path=path!("/results/:campaign") view=results::OverviewPage/>
                <Route path=path!("/results/:campaign/items") view=results::ItemsPage/>
                <Route path=path!("/results/:campaign/units") view=results::UnitsPage/>
                <Route path=path!("/results/:campaign/groups/:group") view=results::GroupPage/>
                <Route path=path!("/unit") view=results::MyUnitPage/>
                <Route path=path!("/indicators") view=indicators::FollowupPage/>
                <Route path=path!("/indicators/published") view=indicators::PublishedPage/>
                <Route path=path!("/indicators/compare") view=indicators::ComparePage/>
                <Route path=path!("/indicators/new") view=indicators::NewRowPage/>
                <Route path=path!("/indicators/drafts") view=indicators::DraftsPage/>
                <Route path=path!("/indicators/history") view=indicators::HistoryPage/>
                <Route path=path!("/indicators/:row") view=indicators::IndicatorPage/>
                <Route path=path!("/indicators/:row/edit") view=indicators::EditRowPage/>
                <Route path=path!("/indicators/:row/draft") view=indicators::DraftPage/>
                <Route path=path!("/overtime") view=overtime::OvertimeUnitsPage/>
                <Route path=path!("/overtime/:id") view=overtime::ExplanationPage/>
                <Route path=path!("/developers") view=developers::DevelopersPage/>
                <Route path=path!("/hr/metrics") view=hr::metrics::MetricsPage/>
                <Route path=path!("/hr/metrics/preview") view=hr::metrics::MetricsPreviewPage/>
                <Route path=path!("/hr/metrics/:series") view=hr::metrics::SeriesPage/>
                <Route path=path!("/hr/overtime") view=hr::overtime::OvertimePage/>
                <Route path=path!("/hr/overtime/explanations") view=hr::overtime::ExplanationsPage/>
                <Route path=path!("/executive") view=executive::ExecutivePage/>
                <Route path=path!("/hr/roster") view=hr::roster::RosterPage/>
                <Route path=path!("/hr/roster/preview") view=hr::roster::RosterPreviewPage/>
                <Route path=path!("/hr/roster/people") view=hr::roster::PeoplePage/>
                <Route path=path!("/hr/questionnaires") view=hr::questionnaires::QuestionnairesPage/>
                <Route path=path!("/hr/questionnaires/:id") view=hr::questionnaires::EditorPage/>
                <Route path=path!("/hr/questionnaires/:id/items/:item") view=hr::item_editor::ItemEditorPage/>
                <Route path=path!("/hr/questionnaires/:id/preview") view=hr::questionnaires::PreviewPage/>
                <Route path=path!("/hr/campaigns") view=hr::campaigns::CampaignsPage/>
                <Route path=path!("/hr/campaigns/new") view=hr::campaigns::NewCampaignPage/>
                <Route path=path!("/hr/campaigns/:campaign") view=hr::campaign::CampaignPage/>
                <Route path=path!("/hr/campaigns/:campaign/edit") view=hr::campaigns::EditCampaignPage/>
                <Route path=path!("/hr/campaigns/:campaign/raters") view=hr::raters::RatersPage/>
                <Route path=path!("/hr/campaigns/:campaign/responses") view=hr::responses::ResponsesPage/>
                <Route path=path!("/admin") view=admin::AdminPage/>
                <Route path=path!("/admin/tokens") view=admin::TokensPage/>
            </FlatRoutes>
        </Router>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_segments_go_before_variable_ones() {
        assert_eq!(rule_for("/hr/campaigns/new").map(|r| r.path), Some("/hr/campaigns/new"));
        assert_eq!(rule_for("/hr/campaigns/abc").map(|r| r.path), Some("/hr/campaigns/:campaign"));
        assert_eq!(rule_for("/").map(|r| r.path), Some("/"));
        assert!(rule_for("/hr/unknown").is_none());
    }

    #[test]
    fn dots_lead_nowhere() {
        for path in ["/x/../admin", "/hr/roster/.", "/%2e/admin", "/hr/%2E%2e/admin", "/.."] {
            assert!(rule_for(path).is_none(), "{path}");
        }
    }
}
