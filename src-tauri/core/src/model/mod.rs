//! The nine nouns as plain data. Nothing here does I/O, and no type here holds a secret.

mod agent;
mod approval;
mod attachment;
mod audit;
mod budget;
mod catalogue;
mod channel;
mod child;
mod conversation;
mod day;
mod delivery;
mod event;
mod forecast;
mod frame;
mod history;
mod id;
mod imported;
mod line;
mod manner;
mod naming;
mod notice;
mod policy;
mod price;
mod provider;
mod search;
mod server;
mod settings;
mod shape;
mod shortcut;
mod state;
mod task;
mod timestamp;
mod told;
mod tool;
mod usage;
mod variable;

pub use agent::{
    Agent, AgentAtWork, AgentChoice, AgentProgram, AgentSource, Branch, CopyOf, Editor, FileChange, PlanItem,
    PutBack, Remark, RemarkKind, UnreadAgent,
};
pub use approval::{Approval, Call, CallState, Decision, Detail, EXPIRES_AFTER, Permit, ToolEffect};
pub use attachment::{Attached, Attachment, AttachmentKind, FolderFile, FolderFiles, LeftOut, Passage};
pub use audit::{Audit, Miss, Seen, Watched};
pub use budget::{Allowance, Budget, Consumed, Overdrawn};
pub use catalogue::{ListedModel, Model, ModelFacts, PriceSource, published_on};
pub use channel::{
    Channel, ChannelFailure, ChannelPlace, ChannelRow, ChannelState, FailureKind, INBOX, MailSecurity,
    NATIVE, Receipt, ReceiptState,
};
pub use child::{AT_ONCE, ChildTask, MOST_CHILDREN, Portion, START_TASKS};
pub use conversation::{Conversation, Draft, GO_ON, Picture, Role, Said, Stretch, Thread, Turn, Version};
pub(crate) use conversation::{most_read, sent_bytes};
pub use day::{Day, DayLimit, MoreToday, Share, Today, Used};
pub use delivery::{Delivery, DeliveryState, Notice, Outcome};
pub use event::{Event, EventKind, Seq, SignOfLife};
pub use forecast::{Admission, Calibration, Forecast, ModelCalibration, NEWEST, Offers, Tier, size_class};
pub use frame::{Frame, Summary, TaskText};
pub use history::{Away, FoundTasks, Span, SpanKind, TaskQuery, Timeline};
pub use id::{ConversationId, MessageId, ProviderId, RunId, TaskId};
pub use imported::{ImportReport, Imported, ImportedAnswer, ImportedTurn, ImportedVersion};
pub use line::{exactly, is_invisible, one_line, sentence};
pub use manner::Manner;
pub use naming::{ChatNames, NAME_SECONDS, NAME_TOKENS, ask_for_name, name_in};
pub use notice::{compose, compose_several, hidden_title};
pub use policy::{Act, Rule, Verdict, verdict};
pub use price::Price;
pub use provider::{KeySource, LocalServer, ProviderKind, ProviderRow, ProviderTest};
pub use search::{Piece, SearchHit, SearchResult};
pub use server::{RemoteTool, ServerPlace, ServerRow, ServerState, ServerTool, ToolChange, ToolServer};
pub use settings::{Settings, Theme};
pub use shape::{Shape, Sign, signs, size};
pub use shortcut::unfit;
pub use state::{Group, IllegalStep, Lane, Reason, Step, TaskState};
pub use task::{
    Attempt, AttemptEnd, DeliveryMode, FinishReason, Origin, Ownership, Placement, Progress, PutForward,
    RemoteRun, Seam, StepRow, StepState, Surface, Task, TaskDelivery, TaskError, Usage, Worked,
};
pub use timestamp::Timestamp;
pub use told::{NoticeEvent, QuietHours};
pub use tool::{AskedCall, BEGIN, MadeStep, PERMISSION, START_PROGRAM, SaidCall, THEY_SAY, ToolSpec};
pub use usage::{ConversationSpent, DaySpent, ModelSpent, Spent, UsageReport};
pub use variable::{is_variable, runs_another};
