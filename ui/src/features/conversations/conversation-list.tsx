import { type MouseEvent, type ReactNode, useMemo, useState } from "react";
import { useShallow } from "zustand/react/shallow";
import { IconButton, Keys } from "../../components/button";
import { Count } from "../../components/count";
import { Icon, type IconName } from "../../components/icon";
import { ContextMenu } from "../../components/menu";
import { moveFocus } from "../../components/roving";
import { t } from "../../i18n";
import type { Conversation, ConversationId } from "../../ipc/types";
import { keysOf } from "../../keys/registry";
import { actions } from "../../state/actions";
import { restsOf } from "../../state/standing";
import { useStore } from "../../state/store";
import { ConversationRow, menuOf } from "./conversation-row";
import { groupsByDay } from "./groups";

/** Rows drawn at once; the rest follow on request. */
const PAGE = 200;

interface ConversationListProps {
  hideLabel: string;
  onHide: () => void;
  /** At its edge, such as the handle that moves it. */
  children?: ReactNode;
}

/** The chats by day, with the ways to a new one, to any one, and to the settings. */
export function ConversationList({ hideLabel, onHide, children }: ConversationListProps) {
  const page = useStore((state) => state.page);
  const openConversation = useStore((state) => state.openConversation);
  return (
    <nav className="conv" aria-label={t("Chats")}>
      <div className="conv-head">
        <Icon name="mark" size={20} />
        <span className="conv-brand">Meanwhile</span>
        <IconButton icon="panel-left" label={hideLabel} keys={keysOf("list")} onClick={onHide} />
      </div>
      <Item
        icon="square-pen"
        label={t("New chat")}
        keys={keysOf("new-chat")}
        isOn={page === "chat" && openConversation === null}
        onClick={() => actions.newChat()}
      />
      <Item icon="search" label={t("Search")} keys={keysOf("palette")} onClick={() => actions.openPalette(true)} />
      <MissionItem />
      <Chats />
      <div className="conv-foot">
        <TasksItem />
        <Item
          icon="settings"
          label={t("Settings")}
          keys={keysOf("settings")}
          isOn={page === "settings"}
          onClick={() => actions.setPage("settings")}
        />
      </div>
      {children}
    </nav>
  );
}

function Chats() {
  const order = useStore((state) => state.order);
  const conversations = useStore((state) => state.conversations);
  const openConversation = useStore((state) => state.openConversation);
  const isChat = useStore((state) => state.page === "chat");
  const isLoading = useStore((state) => state.connection === "loading");
  const [limit, setLimit] = useState(PAGE);
  const [current, setCurrent] = useState<ConversationId | null>(null);
  const [naming, setNaming] = useState<ConversationId | null>(null);
  const [pointed, setPointed] = useState<ConversationId | null>(null);

  const shown = useMemo(
    () =>
      order
        .slice(0, limit)
        .map((id) => conversations[id])
        .filter((one): one is Conversation => one !== undefined),
    [order, conversations, limit],
  );
  const groups = groupsByDay(shown, Date.now());
  const rests = useStore(useShallow((state) => restsOf(state.tasks)));
  const reachable = [current, openConversation, shown[0]?.id].find((id) => shown.some((one) => one.id === id));

  // One menu for all rows: it takes the chat under the pointer.
  const point = (event: MouseEvent) => {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-conversation]") : null;
    setPointed(row?.dataset.conversation ?? null);
    if (!row) event.preventDefault();
  };

  return (
    <ContextMenu items={pointed ? menuOf(pointed, pointed === openConversation, setNaming) : []}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys move among the buttons inside. */}
      <div className="conv-scroll" onKeyDown={(event) => moveFocus(event, ".conv-title")} onContextMenu={point}>
        {groups.map((group) => (
          <section key={group.title} aria-labelledby={`chats-${group.title}`}>
            <h3 className="conv-group" id={`chats-${group.title}`}>
              {t(group.title)}
            </h3>
            <ul>
              {group.conversations.map((conversation) => (
                <ConversationRow
                  key={conversation.id}
                  conversation={conversation}
                  rest={rests[conversation.id] ?? null}
                  isOpen={isChat && conversation.id === openConversation}
                  isReachable={conversation.id === reachable}
                  isNaming={conversation.id === naming}
                  onFocus={setCurrent}
                  onName={setNaming}
                />
              ))}
            </ul>
          </section>
        ))}
        {order.length > limit && (
          <button type="button" className="conv-more" onClick={() => setLimit(limit + PAGE)}>
            {t("Show older chats")}
          </button>
        )}
        {order.length === 0 && !isLoading && <p className="conv-none meta">{t("Your chats will stand here.")}</p>}
      </div>
    </ContextMenu>
  );
}

/** What needs you, always in sight: a desktop notice may never have been shown. */
function MissionItem() {
  const { needs_you } = useStore((state) => state.summary);
  const isOn = useStore((state) => state.page === "mission");
  return (
    <Item
      icon="layers"
      label={t("Mission control")}
      keys={keysOf("mission")}
      isOn={isOn}
      onClick={() => actions.setPage("mission")}
    >
      {needs_you > 0 && (
        <span className="conv-count">
          <Count n={needs_you} you />
          <span className="sr">{t("{n, plural, one {needs you} other {need you}}", { n: needs_you })}</span>
        </span>
      )}
    </Item>
  );
}

/** The outcomes nobody has looked at, in sight as well. */
function TasksItem() {
  const { failed, unread } = useStore((state) => state.summary);
  const isOpen = useStore((state) => state.tasksOpen);
  const isChat = useStore((state) => state.page === "chat");
  const fresh = failed + unread;
  return (
    <Item
      icon="panel-right"
      label={t("Tasks")}
      keys={keysOf("tasks")}
      isPressed={isOpen && isChat}
      onClick={() => actions.toggleTasks()}
    >
      {fresh > 0 && (
        <span className="conv-count">
          <Count n={fresh} />
          <span className="sr">{t("not seen yet")}</span>
        </span>
      )}
    </Item>
  );
}

interface ItemProps {
  icon: IconName;
  label: string;
  keys: string;
  isOn?: boolean;
  isPressed?: boolean;
  onClick: () => void;
  children?: ReactNode;
}

function Item({ icon, label, keys, isOn, isPressed, onClick, children }: ItemProps) {
  return (
    <button
      type="button"
      className={`conv-item ${isOn ? "is-on" : ""}`}
      aria-current={isOn ? "page" : undefined}
      aria-pressed={isPressed}
      onClick={() => onClick()}
    >
      <Icon name={icon} />
      <span className="clip grow">{label}</span>
      {children || <Keys keys={keys} />}
    </button>
  );
}
