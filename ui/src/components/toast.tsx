import { Toast as Radix } from "radix-ui";
import { useSyncExternalStore } from "react";
import { t } from "../i18n";
import { Button } from "./button";
import { clipped } from "./clipped";
import { Icon, type IconName } from "./icon";
import "./toast.css";

/** How long a toast stays; it stops counting under the pointer and while the window is not in front. */
export const TOAST_MS = 8_000;

/** The same for one that can undo: long enough to see that something is missing, and to want it back. */
export const UNDO_MS = 15_000;

export interface ToastContent {
  text: string;
  /** A second line in small text. */
  detail?: string;
  action?: { label: string; onSelect: () => void };
  icon?: IconName;
  /** The action undoes something: it stays longer, and the keys for undoing do it too. */
  isUndo?: boolean;
}

/** Confirms something or offers to undo it. Never the only record of anything. */
export function toast(content: ToastContent): void {
  nextId += 1;
  shown = [...shown.slice(-2), { ...content, id: nextId }];
  tell();
}

/** Undoes what the newest toast offers to undo; false when none does. */
export function undoNewest(): boolean {
  const newest = shown.findLast((item) => item.isUndo && item.action);
  if (!newest?.action) return false;
  remove(newest.id);
  newest.action.onSelect();
  return true;
}

/** Shows the toasts; once per window. */
export function Toaster() {
  const toasts = useSyncExternalStore(follow, () => shown);
  return (
    <Radix.Provider duration={TOAST_MS} swipeDirection="right" label={t("Message ~toast")}>
      {toasts.map((item) => (
        <Radix.Root
          key={item.id}
          className="toast"
          duration={item.isUndo ? UNDO_MS : TOAST_MS}
          onOpenChange={(open) => !open && remove(item.id)}
        >
          {item.icon && (
            <span className={`toast-icon toast-${item.icon}`}>
              <Icon name={item.icon} />
            </span>
          )}
          <div className="toast-words">
            <Radix.Title className={`toast-text ${item.detail ? "toast-title" : ""}`} {...clipped}>
              {item.text}
            </Radix.Title>
            {item.detail && <Radix.Description className="meta">{item.detail}</Radix.Description>}
          </div>
          {item.action && (
            <Radix.Action asChild altText={item.action.label}>
              <Button small onClick={item.action.onSelect}>
                {item.action.label}
              </Button>
            </Radix.Action>
          )}
        </Radix.Root>
      ))}
      <Radix.Viewport className="toaster" label={t("Notifications ({hotkey})")} />
    </Radix.Provider>
  );
}

/** Empties the list, for tests. */
export function clearToasts(): void {
  shown = [];
  tell();
}

type Shown = ToastContent & { id: number };

let nextId = 0;
let shown: Shown[] = [];
const followers = new Set<() => void>();

function follow(onChange: () => void) {
  followers.add(onChange);
  return () => followers.delete(onChange);
}

function remove(id: number) {
  shown = shown.filter((item) => item.id !== id);
  tell();
}

function tell() {
  for (const onChange of followers) onChange();
}
