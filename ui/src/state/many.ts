// One command for several tasks, one after the other.
import { sentence } from "../components/sentence";
import { toast } from "../components/toast";
import { t } from "../i18n";
import type { Client } from "../ipc/client";
import type { Task } from "../ipc/types";
import { asCommandError, ask, take } from "./connection";

/** What can be done with several tasks, and how that is told. */
const commands = {
  pause: {
    done: (n: number) => t("{n, plural, one {# task} other {# tasks}} paused", { n }),
    run: (client: Client, { id }: Task) => client.pauseTask(id),
  },
  resume: {
    done: (n: number) => t("{n, plural, one {# task} other {# tasks}} go on", { n }),
    run: (client: Client, { id }: Task) => client.resumeTask(id),
  },
  stop: {
    done: (n: number) => t("{n, plural, one {# task} other {# tasks}} stopped", { n }),
    run: (client: Client, { id }: Task) => client.stopTask(id),
  },
  retry: {
    done: (n: number) => t("{n, plural, one {# task} other {# tasks}} begun again", { n }),
    run: async (client: Client, { id }: Task) => (await client.retryTask(id, "background", null)).task,
  },
  seen: {
    done: (n: number) => t("{n, plural, one {# task} other {# tasks}} marked as read", { n }),
    run: (client: Client, { id }: Task) => client.markSeen(id),
  },
};

export type ManyCommand = keyof typeof commands;

/** Does it with each of them. What is refused does not keep the rest from it, and is told with the first reason. */
export async function withMany(name: ManyCommand, tasks: Task[]): Promise<void> {
  const { done, run } = commands[name];
  const refusals: string[] = [];
  for (const task of tasks) {
    try {
      const after = await run(ask(), task);
      if (after) take(after);
    } catch (error) {
      refusals.push(asCommandError(error).message);
    }
  }
  const [first] = refusals;
  const worked = tasks.length - refusals.length;
  toast({
    text: worked > 0 ? done(worked) : t("Nothing was done"),
    icon: first === undefined ? "check" : "triangle-alert",
    ...(first !== undefined && {
      detail: t("{n, plural, one {# task} other {# tasks}} refused: {why}", {
        n: refusals.length,
        why: sentence(first),
      }),
    }),
  });
}
