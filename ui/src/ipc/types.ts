// The one door to the types of the wire. Everything else imports from here.
import type { Attempt } from "./generated/Attempt";
import type { Conversation } from "./generated/Conversation";
import type { ConversationId } from "./generated/ConversationId";
import type { Event } from "./generated/Event";
import type { Models } from "./generated/Models";
import type { Node } from "./generated/Node";
import type { Patch } from "./generated/Patch";
import type { Settings } from "./generated/Settings";
import type { Summary } from "./generated/Summary";
import type { Task } from "./generated/Task";
import type { TaskId } from "./generated/TaskId";
import type { Turn } from "./generated/Turn";

export type { AddedProvider } from "./generated/AddedProvider";
export type { Align } from "./generated/Align";
export type { Attempt } from "./generated/Attempt";
export type { AttemptEnd } from "./generated/AttemptEnd";
export type { Class } from "./generated/Class";
export type { CommandError } from "./generated/CommandError";
export type { Conversation } from "./generated/Conversation";
export type { ConversationId } from "./generated/ConversationId";
export type { DeliveryMode } from "./generated/DeliveryMode";
export type { DeliveryState } from "./generated/DeliveryState";
export type { Draft } from "./generated/Draft";
export type { ErrorCode } from "./generated/ErrorCode";
export type { Event } from "./generated/Event";
export type { EventKind } from "./generated/EventKind";
export type { FinishReason } from "./generated/FinishReason";
export type { KeySource } from "./generated/KeySource";
export type { Lane } from "./generated/Lane";
export type { LocalServer } from "./generated/LocalServer";
export type { MathNode } from "./generated/MathNode";
export type { MathTag } from "./generated/MathTag";
export type { MessageId } from "./generated/MessageId";
export type { Model } from "./generated/Model";
export type { ModelProblem } from "./generated/ModelProblem";
export type { Models } from "./generated/Models";
export type { NewProvider } from "./generated/NewProvider";
export type { Node } from "./generated/Node";
export type { Origin } from "./generated/Origin";
export type { Ownership } from "./generated/Ownership";
export type { Patch } from "./generated/Patch";
export type { Progress } from "./generated/Progress";
export type { ProviderId } from "./generated/ProviderId";
export type { ProviderKind } from "./generated/ProviderKind";
export type { ProviderRow } from "./generated/ProviderRow";
export type { ProviderTest } from "./generated/ProviderTest";
export type { Reason } from "./generated/Reason";
export type { SendMessage } from "./generated/SendMessage";
export type { Sent } from "./generated/Sent";
export type { Settings } from "./generated/Settings";
export type { StepRow } from "./generated/StepRow";
export type { StepState } from "./generated/StepState";
export type { Summary } from "./generated/Summary";
export type { Surface } from "./generated/Surface";
export type { Task } from "./generated/Task";
export type { TaskDelivery } from "./generated/TaskDelivery";
export type { TaskError } from "./generated/TaskError";
export type { TaskId } from "./generated/TaskId";
export type { TaskState } from "./generated/TaskState";
export type { Theme } from "./generated/Theme";
export type { Timestamp } from "./generated/Timestamp";
export type { Turn } from "./generated/Turn";
export type { Usage } from "./generated/Usage";

/** A place in the log. */
export type Seq = number;

/** What the providers offer, and which of them could not say. */
export type ModelList = Models;

export interface ThreadView {
  conversation_id: ConversationId;
  turns: Turn[];
  texts: TextView[];
  has_earlier: boolean;
  draft: string;
}

export interface TextView {
  task_id: TaskId;
  attempt: number;
  nodes: Node[];
  words: number;
}

export type TextChange =
  | ({ change: "whole" } & TextView)
  | { change: "patches"; task_id: TaskId; patches: Patch[]; words: number };

export type ViewFrame =
  | {
      type: "snapshot";
      head: Seq;
      summary: Summary;
      conversations: Conversation[];
      tasks: Task[];
      thread: ThreadView | null;
      draft: string;
      settings: Settings;
    }
  | {
      type: "changes";
      head: Seq;
      summary: Summary | null;
      conversations: Conversation[];
      tasks: Task[];
      texts: TextChange[];
      settings: Settings | null;
    }
  | { type: "show"; conversation_id: ConversationId | null; task_id: TaskId | null; page: string | null };

/** What the desktop around the window can do. */
export interface DesktopStatus {
  tray: boolean;
  notices: "ready" | "missing" | "no_actions";
  shortcut: "ready" | "off" | "conflict" | "unsupported";
  shortcut_message: string | null;
  keychain: boolean;
  data_dir: string;
  data_bytes: number;
  version: string;
  platform: string;
}

export interface TaskLog {
  events: Event[];
  attempts: Attempt[];
}
