use serde::{Deserialize, Serialize};
use std::fmt;
use ts_rs::TS;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
        #[ts(export, type = "string")]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// A fresh id; sorts roughly by the time it was made, but order is always taken from `Seq`.
            pub fn fresh() -> Self {
                Self(format!(concat!($prefix, "_{}"), uuid::Uuid::now_v7().simple()))
            }

            /// Wraps an id that came from outside; whether it exists is for the store to say.
            pub fn from_text(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text form, prefix included.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// Names one conversation, `cnv_…`.
    ConversationId, "cnv"
);
id!(
    /// Names one message, `msg_…`.
    MessageId, "msg"
);
id!(
    /// Names one task, `tsk_…`.
    TaskId, "tsk"
);
id!(
    /// Names one configured provider, `prv_…`.
    ProviderId, "prv"
);
id!(
    /// Names one life of the process, `run_…`; a lease is held in its name.
    RunId, "run"
);
