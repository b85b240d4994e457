//! Who may call a handler, read from its type.

use std::future::Future;

use crate::rules::permission::Permission;

/// Who may call an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anyone, signed in or not.
    Anyone,
    /// Whoever is signed in, also with a key.
    SignedIn,
    /// A person in a browser; keys may not.
    Person,
    /// Those with a permission.
    Allowed(Permission),
}

impl Access {
    /// The form in the document (`x-permission`).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Anyone => "anyone",
            Self::SignedIn => "signed-in",
            Self::Person => "person",
            Self::Allowed(permission) => permission.as_str(),
        }
    }
}

/// The first argument of a handler.
pub trait Guard {
    /// Whom it lets through.
    const ACCESS: Access;
}

/// A handler whose first argument is a [`Guard`].
pub trait Guarded<Args> {
    /// Whom it lets through.
    const ACCESS: Access;
}

macro_rules! guarded {
    ($($arg:ident)*) => {
        impl<F, Fut, G, $($arg),*> Guarded<(G, $($arg,)*)> for F
        where
            F: Fn(G, $($arg),*) -> Fut,
            Fut: Future,
            G: Guard,
        {
            const ACCESS: Access = G::ACCESS;
        }
    };
}

guarded!();
guarded!(A);
guarded!(A B);
guarded!(A B C);
guarded!(A B C D);
guarded!(A B C D E);
guarded!(A B C D E H);
guarded!(A B C D E H I);

/// Who may call `handler`. Does not compile when its first argument is not a guard.
pub const fn access_of<H: Guarded<Args>, Args>(_: &H) -> Access {
    H::ACCESS
}
