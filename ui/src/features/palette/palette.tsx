import { Command } from "cmdk";
import { Dialog } from "radix-ui";
import { useMemo, useRef, useState } from "react";
import { Keys } from "../../components/button";
import { Icon } from "../../components/icon";
import { Scrim } from "../../components/scrim";
import { StateIcon } from "../../components/state-icon";
import { useFocusBack } from "../../components/use-focus-back";
import { t } from "../../i18n";
import type { Task } from "../../ipc/types";
import { canRunShortcut, keysOf, runShortcut, useShortcut } from "../../keys/registry";
import { actions } from "../../state/actions";
import { rememberCommand, rememberedCommands } from "../../state/remembered";
import { useStore } from "../../state/store";
import { stateWord, waitsForTomorrow } from "../../state/task-words";
import { findIn, type Section } from "./find";
import { Group, iconOf, Line, lineOfHit, SaidLine } from "./lines";
import { endings, isFiltered, read } from "./query";
import { useSaid } from "./use-said";
import "./palette.css";

/** Chats, tasks, attached files, settings and commands by a few letters. */
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
          <Dialog.Title className="sr">{t("Search and commands")}</Dialog.Title>
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
  const [used] = useState(rememberedCommands);
  const found = useMemo(
    () => findIn({ order, conversations, tasks, used }, query, canRunShortcut),
    [order, conversations, tasks, used, query],
  );
  const asked = read(query);
  // What was said has no state and no model of its own.
  const wanted = isFiltered(asked) ? "" : query.trim();
  const said = useSaid(wanted);
  const files = said.hits.filter((hit) => hit.file !== null);
  const chats = said.hits.filter((hit) => hit.file === null);
  const filters = useMemo(() => endings(query, modelsOf(tasks)), [query, tasks]);
  const lines = [
    ...[...found.tasks, ...found.chats].map(({ id }) => id),
    ...filters,
    ...found.commands.map(({ id }) => id),
    ...found.sections.map(lineOfSection),
    ...[...files, ...chats].map(lineOfHit),
  ];
  // The first one until another is walked to, also when what was marked is no longer found.
  const active = lines.includes(marked) ? marked : (lines[0] ?? "");
  const isAnswered = said.query === wanted;
  return (
    <Command label={t("Search and commands")} shouldFilter={false} loop value={active} onValueChange={setMarked}>
      <div className="pal-field">
        <Icon name="search" />
        <Command.Input
          value={query}
          onValueChange={setQuery}
          placeholder={t("Search chats, tasks, files and commands")}
        />
        <Keys keys="Esc" />
      </div>
      <Command.List label={t("Suggestions")} className="pal-list">
        {lines.length === 0 && isAnswered && said.error === null && (
          <p className="pal-none soft">
            {t('Nothing found for "{query}".', { query })}{" "}
            {isFiltered(asked)
              ? t("With a filter, the chats and the tasks of this window are searched by title.")
              : t("Titles, messages, attached files and commands were searched.")}
          </p>
        )}
        <Group heading={t("Tasks")} show={found.tasks.length > 0}>
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
        <Group heading={t("Chats")} show={found.chats.length > 0}>
          {found.chats.map((chat) => (
            <Line
              key={chat.id}
              value={chat.id}
              icon="message-square"
              words={chat.title || t("New chat")}
              onSelect={() => onChoose(() => actions.openConversation(chat.id))}
            />
          ))}
        </Group>
        <Group heading={t("Filters")} show={filters.length > 0}>
          {filters.map((filter) => (
            <Line key={filter} value={filter} icon="search" words={filter} onSelect={() => setQuery(`${filter} `)} />
          ))}
        </Group>
        <Group heading={t("Commands")} show={found.commands.length + found.sections.length > 0}>
          {found.commands.map((command) => (
            <Line
              key={command.id}
              value={command.id}
              icon={iconOf(command.id)}
              words={command.label}
              end={keysOf(command.id) && <Keys keys={keysOf(command.id)} />}
              onSelect={() => {
                rememberCommand(command.id);
                onChoose(() => runShortcut(command.id));
              }}
            />
          ))}
          {found.sections.map((section) => (
            <Line
              key={section.id}
              value={lineOfSection(section)}
              icon="settings"
              words={t("Settings: {section}", { section: section.label })}
              onSelect={() => onChoose(() => actions.openSettings(section.id))}
            />
          ))}
        </Group>
        {[files, chats].map((hits, at) => (
          <Group
            key={at === 0 ? "files" : "chats"}
            heading={at === 0 ? t("Attached files") : t("In chats")}
            show={hits.length > 0}
          >
            {hits.map((hit) => (
              <SaidLine key={lineOfHit(hit)} hit={hit} onSelect={() => onChoose(() => actions.openFound(hit))} />
            ))}
          </Group>
        ))}
        {query === "" && <p className="pal-more meta">{t("Narrow it with is:running, is:unread or model:name.")}</p>}
        {said.hasMore && <p className="pal-more meta">{t("There is more. Longer words find it.")}</p>}
        {said.error !== null && (
          <p className="pal-more soft">
            {said.error} {t("Titles were searched.")}
          </p>
        )}
      </Command.List>
    </Command>
  );
}

const lineOfSection = ({ id }: Section) => `settings-${id}`;

/** The models that tasks were asked of, each once. */
const modelsOf = (tasks: Record<string, Task>) => [...new Set(Object.values(tasks).map((task) => task.model))].sort();
