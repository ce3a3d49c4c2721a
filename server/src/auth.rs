//! axum-login over the registry's accounts.

use axum_login::{AuthUser, AuthnBackend, UserId};
use service::Service;
use service::registry::account::SignIn;

/// The signed-in account, as the session knows it.
#[derive(Clone)]
pub struct Account {
    /// The person.
    pub staff: i64,
    /// Changes with the password and with "sign out everywhere"; sessions made before are then void.
    pub auth_hash: Vec<u8>,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account").field("staff", &self.staff).finish_non_exhaustive()
    }
}

impl AuthUser for Account {
    type Id = i64;

    fn id(&self) -> i64 {
        self.staff
    }

    fn session_auth_hash(&self) -> &[u8] {
        &self.auth_hash
    }
}

/// What is typed at sign-in.
#[derive(Clone)]
pub struct Credentials {
    /// Staff number or mail address.
    pub number: String,
    /// Password.
    pub password: String,
}

/// The registry as axum-login's backend.
#[derive(Clone)]
pub struct Backend(pub Service);

impl AuthnBackend for Backend {
    type User = Account;
    type Credentials = Credentials;
    type Error = service::Error;

    async fn authenticate(&self, given: Credentials) -> Result<Option<Account>, service::Error> {
        let registry = &self.0.registry;
        match registry.sign_in(&given.number, &given.password, self.0.clock.now()).await? {
            SignIn::Ok { staff_id } => self.get_user(&staff_id).await,
            _ => Ok(None),
        }
    }

    async fn get_user(&self, id: &UserId<Self>) -> Result<Option<Account>, service::Error> {
        match self.0.registry.auth_hash(*id).await {
            Ok(auth_hash) => Ok(Some(Account { staff: *id, auth_hash })),
            Err(service::Error::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The session of a request, with its account.
pub type AuthSession = axum_login::AuthSession<Backend>;
