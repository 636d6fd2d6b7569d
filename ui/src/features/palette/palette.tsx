import { Command } from "cmdk";
import { Dialog } from "radix-ui";
import { type ReactNode, useMemo, useRef, useState } from "react";
import { Keys } from "../../components/button";
import { Icon, type IconName } from "../../components/icon";
import { Scrim } from "../../components/scrim";
import { StateIcon } from "../../components/state-icon";
import { age } from "../../components/time";
import { useFocusBack } from "../../components/use-focus-back";
import type { SearchHit } from "../../ipc/types";
import { canRunShortcut, keysOf, runShortcut, useShortcut } from "../../keys/registry";
import { actions } from "../../state/actions";
import { useStore } from "../../state/store";
import { stateWord, waitsForTomorrow } from "../../state/task-words";
import { type Found, findIn } from "./find";
import { useSaid } from "./use-said";
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
  const [marked, setMarked] = useState("");
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
  const said = useSaid(query.trim());
  const lines = [
    ...[...found.chats, ...found.tasks, ...found.commands].map(({ id }) => id),
    ...found.sections.map(lineOfSection),
    ...said.hits.map(lineOfHit),
  ];
  // The first one until another is walked to, also when what was marked is no longer found.
  const active = lines.includes(marked) ? marked : (lines[0] ?? "");
  const isAnswered = said.query === query.trim();
  return (
    <Command label="Search and commands" shouldFilter={false} loop value={active} onValueChange={setMarked}>
      <div className="pal-field">
        <Icon name="search" />
        <Command.Input value={query} onValueChange={setQuery} placeholder="Search chats and commands" />
        <Keys keys="Esc" />
      </div>
      <Command.List className="pal-list">
        {lines.length === 0 && isAnswered && said.error === null && (
          <p className="pal-none soft">
            Nothing found for "{query}". Titles, messages, attached files and commands were searched.
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
              sign={<StateIcon task={task} isForLater={waitsForTomorrow(task)} />}
              words={task.title}
              end={<span className="meta">{stateWord(task)}</span>}
              onSelect={() => onChoose(() => actions.showTask(task.id))}
            />
          ))}
        </Group>
        <Group heading="Commands" show={found.commands.length + found.sections.length > 0}>
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
          {found.sections.map((section) => (
            <Line
              key={section.id}
              value={lineOfSection(section)}
              icon="settings"
              words={`Settings: ${section.label}`}
              onSelect={() => onChoose(() => actions.openSettings(section.id))}
            />
          ))}
        </Group>
        <Group heading="In chats" show={said.hits.length > 0}>
          {said.hits.map((hit) => (
            <SaidLine key={lineOfHit(hit)} hit={hit} onSelect={() => onChoose(() => actions.openFound(hit))} />
          ))}
        </Group>
        {said.hasMore && <p className="pal-more meta">There is more. Longer words find it.</p>}
        {said.error !== null && <p className="pal-more soft">{said.error} Titles were searched.</p>}
      </Command.List>
    </Command>
  );
}

const lineOfSection = ({ id }: Found["sections"][number]) => `settings-${id}`;
const lineOfHit = ({ conversation_id, turn }: SearchHit) => `${conversation_id}:${turn}`;

function Group({ heading, show, children }: { heading: string; show: boolean; children: ReactNode }) {
  return show ? <Command.Group heading={heading}>{children}</Command.Group> : null;
}

/** Where it was said, and the words in it. */
function SaidLine({ hit, onSelect }: { hit: SearchHit; onSelect: () => void }) {
  return (
    <Command.Item className="pal-item pal-said" value={lineOfHit(hit)} onSelect={onSelect}>
      <Icon name={hit.file ? "paperclip" : hit.role === "user" ? "message-square" : "file-text"} />
      <span className="grow">
        <span className="pal-place meta clip">
          {hit.title}, {hit.file ?? (hit.role === "user" ? "you" : "answer")}, {age(hit.at, Date.now())}
        </span>
        <span className="pal-words">
          {hit.snippet.map((piece, at) =>
            // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text, which never change places.
            piece.is_found ? <mark key={at}>{piece.text}</mark> : <span key={at}>{piece.text}</span>,
          )}
        </span>
      </span>
    </Command.Item>
  );
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
    case "mission":
      return "layers";
    case "new-task":
      return "plus";
    case "usage":
      return "wallet";
    case "find":
      return "text-search";
    case "tasks":
      return "panel-right";
    case "list":
      return "panel-left";
    case "shortcuts":
      return "keyboard";
    case "delete-chat":
      return "trash-2";
    case "export-chat":
    case "export-chat-json":
      return "download";
    case "instructions":
      return "sliders";
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
    case "pause-all":
      return "pause";
    case "resume":
    case "resume-all":
      return "play";
    default:
      return "chevron-right";
  }
}
