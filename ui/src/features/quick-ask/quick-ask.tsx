import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { Note } from "../../components/note";
import { sentence } from "../../components/sentence";
import { t } from "../../i18n";
import type { CommandError, Lane, Task } from "../../ipc/types";
import { isComposing } from "../../keys/chord";
import { keysOf, sentBy } from "../../keys/registry";
import { actions, asCommandError } from "../../state/actions";
import { useStore } from "../../state/store";
import { QuickTasks } from "./quick-tasks";
import "./quick-ask.css";

/** How long the acknowledgement is read before the window goes. */
const ACKNOWLEDGED_MS = 1_600;

/** The small window of the global shortcut: one field, two ways to send. */
export function QuickAsk() {
  // Lasts as long as the window, which is hidden and not closed. The draft of a new chat belongs to the main window.
  const [text, setText] = useState("");
  const [refusal, setRefusal] = useState<CommandError | null>(null);
  const [isSending, setSending] = useState(false);
  const [sent, setSent] = useState<Task | null>(null);
  const model = useStore((state) => state.settings.default_model);
  const isLive = useStore((state) => state.connection === "live");
  const field = useRef<HTMLTextAreaElement>(null);
  useGrowing(field, text);
  useFocusOnShow(field);

  useEffect(() => {
    if (!sent) return;
    const timer = setTimeout(() => {
      setSent(null);
      void actions.hideQuickAsk();
    }, ACKNOWLEDGED_MS);
    return () => clearTimeout(timer);
  }, [sent]);

  const change = (next: string) => {
    setText(next);
    setRefusal(null);
  };
  const send = async (lane: Lane) => {
    if (isSending || text.trim() === "") return;
    setSending(true);
    try {
      const { task } = await actions.sendMessage({
        conversation_id: null,
        text: text.trim(),
        lane,
        model,
        edit_of: null,
        origin: "quick_ask",
        delivery: "parent_mediated",
        idempotency_key: crypto.randomUUID(),
      });
      change("");
      if (lane === "background") {
        setSent(task);
        return;
      }
      await actions.openMain(task.conversation_id, task.id);
      await actions.hideQuickAsk();
    } catch (error) {
      setRefusal(asCommandError(error));
    } finally {
      setSending(false);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event.nativeEvent)) return;
    if (event.key === "Escape") {
      event.preventDefault();
      void actions.hideQuickAsk();
      return;
    }
    const lane = sentBy(event.nativeEvent);
    if (lane === null) return;
    event.preventDefault();
    void send(lane);
  };

  if (sent) return <Acknowledged task={sent} />;
  const isEmpty = text.trim() === "";
  return (
    <main className={`quick ${refusal ? "has-note" : ""}`} onKeyDown={onKeyDown}>
      <h1 className="sr">{t("Quick ask")}</h1>
      <div className="quick-text">
        <Icon name="mark" size={20} />
        <textarea
          ref={field}
          className="quick-field"
          rows={1}
          aria-label={t("Your prompt")}
          placeholder={t("Ask anything")}
          value={text}
          onChange={(event) => change(event.target.value)}
        />
      </div>
      {refusal && (
        <Note
          kind="fail"
          icon="octagon-x"
          role="alert"
          actions={
            refusal.code === "no_model" && (
              <Button small onClick={() => void actions.openMain(null, null)}>
                {t("Open Meanwhile")}
              </Button>
            )
          }
        >
          {refusal.code === "no_model" ? t("No model is set up yet. Your text is kept.") : sentence(refusal.message)}
        </Note>
      )}
      <QuickTasks />
      <div className="quick-tools">
        <span className="meta clip grow" title={model ?? undefined}>
          {model ?? (isLive ? t("No model yet") : "")}
        </span>
        <span className="meta">{t("Esc closes")}</span>
        <Button
          small
          kind="main"
          keys={keysOf("send")}
          disabled={isEmpty || isSending}
          onClick={() => void send("interactive")}
        >
          {t("Stay and watch")}
        </Button>
        <Button
          small
          kind="mean"
          icon="mean"
          keys={keysOf("send-background")}
          disabled={isEmpty || isSending}
          onClick={() => void send("background")}
        >
          {t("Background")}
        </Button>
      </div>
    </main>
  );
}

function Acknowledged({ task }: { task: Task }) {
  return (
    <main className="quick quick-done">
      <Icon name="mean" />
      <div className="grow" role="status">
        <strong>{t("Got it. We'll keep working on this.")}</strong>
        <div className="meta clip">{task.title}</div>
      </div>
      <Button small onClick={() => void actions.openMain(task.conversation_id, task.id)}>
        {t("View")}
      </Button>
    </main>
  );
}

/** Lines of a prompt beside which there is room for the tasks. */
const SHORT = 2;

/** The field is as tall as its text, up to what fits; then it scrolls. A long text has the window to itself. */
function useGrowing(field: { current: HTMLTextAreaElement | null }, text: string) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text.
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = "auto";
    const lines = Math.round(element.scrollHeight / Number.parseFloat(getComputedStyle(element).lineHeight)) || 1;
    // In lines, so that it fits whatever size the text is given.
    element.style.height = `calc(var(--lh-title) * ${lines})`;
    element.closest(".quick")?.toggleAttribute("data-tall", lines > SHORT);
  }, [text]);
}

/** The window is hidden, not closed: each time it is shown the field has the focus. */
function useFocusOnShow(field: { current: HTMLTextAreaElement | null }) {
  useLayoutEffect(() => {
    const focus = () => field.current?.focus();
    focus();
    window.addEventListener("focus", focus);
    return () => window.removeEventListener("focus", focus);
  }, [field]);
}
