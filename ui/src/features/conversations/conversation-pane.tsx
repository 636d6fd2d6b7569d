import { useEffect, useRef } from "react";
import { IconButton } from "../../components/button";
import { Count } from "../../components/count";
import { NARROW, useMedia } from "../../components/media";
import { ResizeHandle, useKeptWidth } from "../../components/resize-handle";
import { useFocusOver } from "../../components/use-focus-over";
import { t } from "../../i18n";
import { keysOf } from "../../keys/registry";
import { actions } from "../../state/actions";
import { useStore } from "../../state/store";
import { ConversationList } from "./conversation-list";
import "./conversation-pane.css";

const WIDTH = { start: 236, min: 200, max: 320 };

/** The chats at the left: a list, or a rail with the list laid over the thread when asked for. */
export function ConversationPane() {
  const isOpen = useStore((state) => state.listOpen);
  const isNarrow = useMedia(NARROW);
  const [width, setWidth] = useKeptWidth("list-width", WIDTH.start, WIDTH.min, WIDTH.max);

  if (isNarrow) {
    return (
      <>
        <Rail isCovered={isOpen} />
        {isOpen && <Overlay />}
      </>
    );
  }
  if (!isOpen) return <Rail />;
  return (
    <div className="conv-column" style={{ width }}>
      <ConversationList hideLabel={t("Hide list")} onHide={() => actions.toggleList(false)}>
        <ResizeHandle
          label={t("Width of the list of chats")}
          side="right"
          width={width}
          {...WIDTH}
          onChange={setWidth}
        />
      </ConversationList>
    </div>
  );
}

/** The list over the thread; it goes when a chat is chosen, on Esc, and on a press beside it. */
function Overlay() {
  const pane = useRef<HTMLDivElement>(null);
  const openConversation = useStore((state) => state.openConversation);
  const page = useStore((state) => state.page);
  const shownFor = useRef({ openConversation, page });

  useFocusOver(pane, ".conv-item");
  useEffect(() => {
    if (shownFor.current.openConversation === openConversation && shownFor.current.page === page) return;
    actions.toggleList(false);
  }, [openConversation, page]);

  const close = () => actions.toggleList(false);
  return (
    <>
      <div className="conv-scrim" onPointerDown={close} />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: Esc closes what lies over the thread. */}
      <div
        className="conv-overlay"
        ref={pane}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || event.defaultPrevented) return;
          event.preventDefault();
          event.stopPropagation();
          close();
        }}
      >
        <ConversationList hideLabel={t("Close list")} onHide={close} />
      </div>
    </>
  );
}

function Rail({ isCovered }: { isCovered?: boolean }) {
  const { needs_you } = useStore((state) => state.summary);
  const page = useStore((state) => state.page);
  return (
    <nav className="conv-rail" aria-label={t("Main")} inert={isCovered}>
      <IconButton icon="mark" label={t("Chats")} keys={keysOf("list")} onClick={() => actions.toggleList(true)} />
      <IconButton icon="square-pen" label={t("New chat")} keys={keysOf("new-chat")} onClick={() => actions.newChat()} />
      <IconButton
        icon="search"
        label={t("Search")}
        keys={keysOf("palette")}
        onClick={() => actions.openPalette(true)}
      />
      <IconButton
        icon="layers"
        label={needsWords(needs_you)}
        keys={keysOf("mission")}
        pressed={page === "mission"}
        onClick={() => actions.setPage("mission")}
        badge={
          needs_you > 0 && (
            <span className="conv-rail-badge" aria-hidden="true">
              <Count n={needs_you} you />
            </span>
          )
        }
      />
      <span className="grow" />
      <IconButton
        icon="settings"
        label={t("Settings")}
        keys={keysOf("settings")}
        pressed={page === "settings"}
        onClick={() => actions.setPage("settings")}
      />
    </nav>
  );
}

function needsWords(n: number): string {
  return n === 0
    ? t("Mission control")
    : t("Mission control: {n, plural, one {# needs you} other {# need you}}", { n });
}
