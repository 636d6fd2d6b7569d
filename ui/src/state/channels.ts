// Ways to tell the user beside the app. All of them reject with a `CommandError`.
import type { NewChannel, NoticeEvent, TaskId } from "../ipc/types";
import { ask } from "./connection";
import { useStore } from "./store";

export const channels = {
  channels: () => ask().channels(),
  addChannel: (channel: NewChannel) => ask().addChannel(channel),
  testChannel: (name: string) => ask().testChannel(name),
  confirmChannel: (name: string, arrived: boolean) => ask().confirmChannel(name, arrived),
  /** What was chosen for it goes with it. */
  async removeChannel(name: string): Promise<void> {
    await ask().removeChannel(name);
    const { settings } = useStore.getState();
    const { [name]: _gone, ...notice_events } = settings.notice_events;
    useStore.setState({ settings: { ...settings, notice_events } });
  },
  mute: (taskId: TaskId, muted: boolean) => ask().muteTask(taskId, muted),
};

/** The channel of this desktop's notices. */
export const NATIVE = "native";

/** What is told where nobody chose otherwise; as the core has it. */
const USUAL: readonly NoticeEvent[] = ["done", "failed", "needs_you", "budget"];

/** What a channel tells of. */
export function eventsOf(chosen: { [name in string]: NoticeEvent[] }, channel: string): readonly NoticeEvent[] {
  return chosen[channel] ?? (channel === NATIVE ? [...USUAL, "says"] : USUAL);
}
