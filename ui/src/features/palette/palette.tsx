import { Command } from "cmdk";
import { Dialog } from "radix-ui";
import { type ReactNode, useMemo, useRef, useState } from "react";
import { Keys } from "../../components/button";
import { Icon, type IconName } from "../../components/icon";
import { Scrim } from "../../components/scrim";
import { StateIcon } from "../../components/state-icon";
import { useFocusBack } from "../../components/use-focus-back";
import { canRunShortcut, keysOf, runShortcut, useShortcut } from "../../keys/registry";
import { actions } from "../../state/actions";
import { useStore } from "../../state/store";
import { stateWord } from "../../state/task-words";
import { type Found, findIn } from "./find";
import "./palette.css";

/** Chats, tasks and commands by a few letters. */
export function Palette() {
  const isOpen = useStore((state) => state.paletteOpen);
  const focus = useFocusBack();
  // What was chosen runs after the focus is back, so that it may take it.
  const chosen = useRef<(() => void) | null>(null);
  const close = (run?: () => void) => {
    chosen.current = run ?? null;
    actions.openPalette(false);
  };
  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => !open && close()}>
      <Dialog.Portal>
        <Scrim />
        <Dialog.Content
          className="pal"
          aria-describedby={undefined}
          onOpenAutoFocus={focus.remember}
          onCloseAutoFocus={(event) => {
            focus.giveBack(event);
            const run = chosen.current;
            chosen.current = null;
            if (run) setTimeout(run);
          }}
        >
          <Dialog.Title className="sr">Search and commands</Dialog.Title>
          <Body onChoose={close} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Body({ onChoose }: { onChoose: (run: () => void) => void }) {
  const [query, setQuery] = useState("");
  // What takes the focus comes after the palette, not under it.
  useShortcut("new-chat", () => closeThen(actions.newChat));
  useShortcut("shortcuts", () => closeThen(() => actions.openShortcuts(true)));
  const closeThen = (run: () => void): true => {
    onChoose(run);
    return true;
  };
  const order = useStore((state) => state.order);
  const conversations = useStore((state) => state.conversations);
  const tasks = useStore((state) => state.tasks);
  const found = useMemo(
    () => findIn({ order, conversations, tasks }, query, canRunShortcut),
    [order, conversations, tasks, query],
  );
  const isEmpty = found.chats.length + found.tasks.length + found.commands.length === 0;
  return (
    <Command label="Search and commands" shouldFilter={false} loop>
      <div className="pal-field">
        <Icon name="search" />
        <Command.Input value={query} onValueChange={setQuery} placeholder="Search titles and commands" />
        <Keys keys="Esc" />
      </div>
      <Command.List className="pal-list">
        {isEmpty && (
          <p className="pal-none soft">
            Nothing found for "{query}". Titles of chats and tasks and all commands were searched.
          </p>
        )}
        <Group heading="Chats" show={found.chats.length > 0}>
          {found.chats.map((chat) => (
            <Line
              key={chat.id}
              value={chat.id}
              icon="message-square"
              words={chat.title || "New chat"}
              onSelect={() => onChoose(() => actions.openConversation(chat.id))}
            />
          ))}
        </Group>
        <Group heading="Tasks" show={found.tasks.length > 0}>
          {found.tasks.map((task) => (
            <Line
              key={task.id}
              value={task.id}
              sign={<StateIcon task={task} />}
              words={task.title}
              end={<span className="meta">{stateWord(task.state)}</span>}
              onSelect={() => onChoose(() => actions.showTask(task.id))}
            />
          ))}
        </Group>
        <Group heading="Commands" show={found.commands.length > 0}>
          {found.commands.map((command) => (
            <Line
              key={command.id}
              value={command.id}
              icon={iconOf(command.id)}
              words={command.label}
              end={command.chords.length > 0 && <Keys keys={keysOf(command.id)} />}
              onSelect={() => onChoose(() => runShortcut(command.id))}
            />
          ))}
        </Group>
      </Command.List>
    </Command>
  );
}

function Group({ heading, show, children }: { heading: string; show: boolean; children: ReactNode }) {
  return show ? <Command.Group heading={heading}>{children}</Command.Group> : null;
}

interface LineProps {
  value: string;
  words: string;
  icon?: IconName;
  sign?: ReactNode;
  end?: ReactNode;
  onSelect: () => void;
}

function Line({ value, words, icon, sign, end, onSelect }: LineProps) {
  return (
    <Command.Item className="pal-item" value={value} onSelect={onSelect}>
      {icon && <Icon name={icon} />}
      {sign}
      <span className="clip grow">{words}</span>
      {end}
    </Command.Item>
  );
}

function iconOf(id: Found["commands"][number]["id"]): IconName {
  switch (id) {
    case "new-chat":
      return "square-pen";
    case "settings":
      return "settings";
    case "tasks":
      return "panel-right";
    case "list":
      return "panel-left";
    case "shortcuts":
      return "keyboard";
    case "delete-chat":
      return "trash-2";
    case "copy-reply":
    case "copy-code":
      return "copy";
    case "regenerate":
      return "rotate-ccw";
    case "detach":
      return "mean";
    case "stop":
      return "square";
    case "pause":
      return "pause";
    case "resume":
      return "play";
    default:
      return "chevron-right";
  }
}
