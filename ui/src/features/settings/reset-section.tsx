import { Button } from "../../components/button";
import { toast } from "../../components/toast";
import { t } from "../../i18n";
import type { Settings } from "../../ipc/types";
import { actions } from "../../state/actions";
import { defaultSettings, useStore } from "../../state/store";

/** What each section chooses, as far as it can go back to how the app came. Keys, models and what was allowed are no such choices. */
const CHOICES: Partial<Record<string, (keyof Settings)[]>> = {
  background: ["parallel_tasks", "provider_tasks", "task_budget", "chat_names", "keep_awake"],
  usage: ["day_limit"],
  notices: ["private_notices", "notice_events", "quiet_hours"],
  offers: ["offers"],
  "quick-ask": ["quick_ask_shortcut"],
  keyboard: ["shortcuts"],
  appearance: ["theme"],
  window: ["quit_on_close"],
};

/** Sets a section back to how the app came, with a way back; nothing while it is as it came. */
export function ResetSection({ id, title }: { id: string; title: string }) {
  const settings = useStore((state) => state.settings);
  const textSize = useStore((state) => state.textSize);
  const names = CHOICES[id] ?? [];
  const isLarger = id === "appearance" && textSize !== "usual";
  const changed = names.filter((name) =>
    // No keys are a choice, and so are no events, where no limit is none.
    name === "shortcuts" || name === "notice_events"
      ? Object.keys(settings[name]).length > 0
      : !isSame(settings[name], defaultSettings[name]),
  );
  if (changed.length === 0 && !isLarger) return null;

  const set = async (values: Settings, size: typeof textSize) => {
    if (id === "appearance") actions.setTextSize(size);
    if (changed.includes("quick_ask_shortcut")) await actions.setShortcut(values.quick_ask_shortcut);
    else await actions.saveSettings(Object.fromEntries(changed.map((name) => [name, values[name]])));
  };
  const reset = async () => {
    await set(defaultSettings, "usual");
    toast({
      text: t("{section}: as Meanwhile came.", { section: title }),
      icon: "rotate-ccw",
      isUndo: true,
      action: { label: t("Undo"), onSelect: () => void set(settings, textSize) },
    });
  };
  return (
    <Button
      small
      kind="quiet"
      data-aside
      aria-label={t("Reset this section: {section}", { section: title })}
      onClick={() => void reset()}
    >
      {id === "keyboard" ? t("Reset all") : t("Reset")}
    </Button>
  );
}

/** Whatever the order of the parts, and with a part that is left out as good as `null`. */
function isSame(one: unknown, other: unknown): boolean {
  const partsOf = (value: unknown) =>
    Object.entries(value ?? {})
      .filter(([, part]) => part !== null && part !== undefined)
      .sort(([a], [b]) => a.localeCompare(b));
  if (typeof one !== "object" || typeof other !== "object") return one === other;
  return JSON.stringify(partsOf(one)) === JSON.stringify(partsOf(other));
}
