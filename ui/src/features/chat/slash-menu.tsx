import { type KeyboardEvent, useEffect, useId, useState } from "react";
import { t } from "../../i18n";
import { begun, type Command } from "./slash";
import "./offers.css";

interface SlashMenu {
  commands: Command[];
  /** The one that Enter takes. */
  at: number;
  listId: string;
  /** For the text field, which keeps the focus. */
  field: {
    "aria-autocomplete"?: "list";
    "aria-controls"?: string;
    "aria-activedescendant"?: string;
  };
  /** Whether the key was meant for the menu. */
  onKey(event: KeyboardEvent): boolean;
  take(command: Command): void;
}

/** The commands that a text begins, while it is one word with a slash before it. */
export function useSlashMenu(text: string, setText: (text: string) => void): SlashMenu {
  const listId = useId();
  const [at, setAt] = useState(0);
  const [isClosed, setClosed] = useState(false);
  const commands = isClosed ? [] : begun(text);
  const isSlash = text.startsWith("/");
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of the text begins at the first again.
  useEffect(() => setAt(0), [text]);
  useEffect(() => {
    if (!isSlash) setClosed(false);
  }, [isSlash]);

  const take = ({ name }: Command) => setText(`${name} `);
  const onKey = (event: KeyboardEvent): boolean => {
    const { length } = commands;
    const chosen = commands[at];
    if (!chosen || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return false;
    switch (event.key) {
      case "ArrowDown":
        setAt((at + 1) % length);
        break;
      case "ArrowUp":
        setAt((at + length - 1) % length);
        break;
      case "Enter":
      case "Tab":
        take(chosen);
        break;
      case "Escape":
        setClosed(true);
        break;
      default:
        return false;
    }
    event.preventDefault();
    return true;
  };
  const field: SlashMenu["field"] =
    commands.length === 0
      ? {}
      : { "aria-autocomplete": "list", "aria-controls": listId, "aria-activedescendant": optionId(listId, at) };
  return { commands, at, listId, field, onKey, take };
}

/** The list of them, above the text field. */
export function SlashList({ menu: { commands, at, listId, take } }: { menu: SlashMenu }) {
  if (commands.length === 0) return null;
  return (
    <div className="slash" id={listId} role="listbox" aria-label={t("Commands")}>
      {commands.map((command, number) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the text field, which keeps the focus.
        <div
          key={command.name}
          id={optionId(listId, number)}
          className="slash-item"
          role="option"
          tabIndex={-1}
          aria-selected={number === at}
          // The text field keeps the focus.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => take(command)}
        >
          <b>{command.name}</b>
          <span className="meta">{command.says}</span>
        </div>
      ))}
    </div>
  );
}

const optionId = (listId: string, number: number) => `${listId}-${number}`;
