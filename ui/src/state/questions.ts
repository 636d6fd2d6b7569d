import type { Client } from "../ipc/client";
import type { ConversationId, TaskId, TaskQuery } from "../ipc/types";
import { ask } from "./connection";

/** Straight questions to the process: these reject with a `CommandError`, shown where it was asked. */
export const questions = {
  manner: (conversationId: ConversationId) => ask().manner(conversationId),
  folderFiles: (hash: string) => ask().folderFiles(hash),
  usage: (days: number | null) => ask().usage(days),
  search: (query: string) => ask().search(query),
  findTasks: (query: TaskQuery) => ask().findTasks(query),
  dayOf: (from: string, to: string) => ask().dayOf(from, to),
  taskText: (taskId: TaskId) => ask().taskText(taskId),
  taskLog: (taskId: TaskId) => ask().taskLog(taskId),
  attemptText: (taskId: TaskId, attempt: number) => ask().attemptText(taskId, attempt),
  thoughts: (taskId: TaskId) => ask().thoughts(taskId),
  addProvider: (...args: Parameters<Client["addProvider"]>) => ask().addProvider(...args),
  removeProvider: (name: string) => ask().removeProvider(name),
  testProvider: (name: string) => ask().testProvider(name),
  tryProvider: (...args: Parameters<Client["tryProvider"]>) => ask().tryProvider(...args),
  detectLocal: () => ask().detectLocal(),
  desktopStatus: () => ask().desktopStatus(),
  makeCopy: () => ask().makeCopy(),
  exportEverything: (...args: Parameters<Client["exportEverything"]>) => ask().exportEverything(...args),
  importChats: (...args: Parameters<Client["importChats"]>) => ask().importChats(...args),
  testNotice: () => ask().testNotice(),
  setShortcut: (shortcut: string | null) => ask().setShortcut(shortcut),
  testShortcut: () => ask().testShortcut(),
  setAutostart: (on: boolean) => ask().setAutostart(on),
  startOffer: () => ask().startOffer(),
  setZoom: (percent: number) => ask().setZoom(percent),
  prove: (...args: Parameters<Client["prove"]>) => ask().prove(...args),
  hideQuickAsk: () => ask().hideQuickAsk(),
  openMain: (conversationId: ConversationId | null, taskId: TaskId | null) => ask().openMain(conversationId, taskId),
  quit: (force: boolean) => ask().quit(force),
  closeWindow: () => ask().closeWindow(),
  closeChoice: (quit: boolean) => ask().closeChoice(quit),
  /** For surfaces that have no open chat, such as quick ask. */
  sendMessage: (...args: Parameters<Client["sendMessage"]>) => ask().sendMessage(...args),
};
