// The branches of made-up chats: as the process has them, for one chat at a time.
import type { Attachment, ConversationId, Lane, Stretch, Task, Turn } from "./types";

/** A prompt on its way in. */
export interface Asked {
  conversationId: ConversationId | null;
  prompt: string;
  lane: Lane;
  /** A task whose prompt this is another version of. */
  editOf?: Task | undefined;
  model: string | null;
  files?: Attachment[];
  inParts?: boolean;
  inBatch?: boolean;
  /** Who works on it, and where. */
  worker?: Pick<Task, "agent" | "folder">;
  /** A task that is answered again. */
  retryOf?: Task;
  /** A task whose answer it stands beside. */
  beside?: Task;
}

interface Branch {
  number: number;
  parent: number | null;
  turn: number;
  shown: number;
}

/** Begins with one branch; every edited prompt begins another. */
export class FakeBranches {
  /** The branch that is shown. */
  tip = 0;
  private readonly all: Branch[] = [{ number: 0, parent: null, turn: 1, shown: 0 }];

  /** Another version of the prompt that stands there, shown from now on. */
  begin(branch: number, turn: number, at: number): number {
    const number = this.all.length;
    this.all.push({ number, parent: this.base(branch, turn), turn, shown: 0 });
    this.show(number, at);
    return number;
  }

  /** Shows the branch of a task, as it was shown last; false when it is shown. */
  showTask(task: Task, at: number): boolean {
    const through = this.through(task.branch, task.turn);
    if (through.includes(this.tip)) return false;
    const last = through.map((number) => this.all[number]).reduce((a, b) => (b && a && b.shown > a.shown ? b : a));
    this.show(last?.number ?? task.branch, at);
    return true;
  }

  path(): Stretch[] {
    const path: Stretch[] = [];
    for (let here = this.all[this.tip]; here; here = here.parent === null ? undefined : this.all[here.parent]) {
      if (path[0]?.from !== here.turn) path.unshift({ branch: here.number, from: here.turn });
    }
    return path;
  }

  /** The turns of the branch that is shown, of all tasks of the chat. */
  turns(tasks: Task[]): Turn[] {
    const path = this.path();
    const turns = new Map<number, Turn>();
    for (const task of tasks) {
      if (path.findLast((one) => one.from <= task.turn)?.branch !== task.branch) continue;
      const turn = turns.get(task.turn) ?? { number: task.turn, tasks: [], versions: this.versions(task, tasks) };
      turns.set(task.turn, { ...turn, tasks: [...turn.tasks, task] });
    }
    return [...turns.values()].sort((a, b) => a.number - b.number);
  }

  private versions({ branch, turn }: Task, tasks: Task[]): Turn["versions"] {
    const base = this.base(branch, turn);
    const its = this.all.filter((one) => one.number === base || (one.parent === base && one.turn === turn));
    if (its.length < 2) return [];
    return its.flatMap(({ number }) => {
      const task = tasks.find((one) => one.branch === number && one.turn === turn);
      return task ? [{ task_id: task.id, branches: this.through(number, turn) }] : [];
    });
  }

  private show(branch: number, at: number): void {
    this.tip = branch;
    for (const one of this.all) if (one.number === branch) one.shown = at;
  }

  private base(branch: number, turn: number): number {
    const own = this.all[branch];
    return own?.turn === turn && own.parent !== null ? own.parent : branch;
  }

  private through(branch: number, turn: number): number[] {
    const through = [branch];
    for (const { number, parent, turn: from } of this.all) {
      if (parent !== null && through.includes(parent) && (parent !== branch || from > turn)) through.push(number);
    }
    return through;
  }
}
