//! The response figures of an open campaign, asked for again and again by the response map.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use crate::live::Figures;

/// The response figures as they are now, in the order of the response map's rows.
#[server(prefix = "/api", endpoint = "hr/campaigns/responses", input = Json, output = Json)]
pub async fn live_responses(campaign: String) -> Result<Figures, ServerFnError> {
    use crate::api::hr::Desk;
    let desk = Desk::enter()?;
    let found = match desk.service.registry.campaign(&campaign).await {
        Ok(found) => found,
        Err(error) => return Err(desk.context.refuse(&error)),
    };
    match desk.service.responses(&found).await {
        Ok(responses) => {
            let open = found.state == domain::campaign::State::Open;
            Ok(Figures::of(&responses, open, desk.now, desk.context.lang))
        }
        Err(error) => Err(desk.context.refuse(&error)),
    }
}
