// Values and the base come first: every part may override them.
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/contrast.css";
import "./stream/stream.css";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { App } from "./app";
import { NARROW, SMALL } from "./components/media";
import { language } from "./i18n";
import type { Client } from "./ipc/client";
import { tauriClient } from "./ipc/tauri";
import { listen } from "./keys/registry";
import { actions, connect } from "./state/actions";
import { recallAgents } from "./state/agents";
import { quietly } from "./state/connection";
import { flushDrafts } from "./state/drafts";
import { rememberedConversation, rememberedModel, rememberedTextSize } from "./state/remembered";
import { useStore } from "./state/store";
import { textSizeOf } from "./state/text-size";
import { MORE_CONTRAST, wearTheme } from "./state/theme";
import { connectTexts } from "./stream/texts";

const isQuickAsk = location.hash === "#quick-ask";

// A wait below this is not felt as one.
const PATIENCE_MS = 150;

void start();

async function start(): Promise<void> {
  applyKeptTheme();
  document.documentElement.lang = language;
  connectTexts({ openLink: actions.openLink, copyText: actions.copyText });
  listen(window);
  addEventListener("pagehide", flushDrafts);
  if (import.meta.env.PROD) addEventListener("keydown", keepFromReloading);
  const root = document.getElementById("root");
  if (!root) return;
  const client = await findClient();
  const model = isQuickAsk ? null : rememberedModel();
  if (model !== null) useStore.setState({ pickedModel: { new: model } });
  useStore.setState({ textSize: textSizeOf(rememberedTextSize()) });
  if (!isQuickAsk) recallAgents();
  // Before anything is drawn: a pane that lies over the chat for a moment would take the focus from it.
  actions.fit({ list: !matchMedia(NARROW).matches });
  actions.fit({ tasks: !matchMedia(SMALL).matches });
  void connect(client, isQuickAsk ? null : rememberedConversation());
  if (!isQuickAsk) void quietly(actions.providers());
  await firstRows();
  // At once, or the window is painted several times on the way.
  flushSync(() => createRoot(root).render(<App isQuickAsk={isQuickAsk} />));
}

/**
 * Waits until there is something to show, and no longer than an eye: the first picture is then the chat itself. An empty
 * window before it takes as long to paint, and the chat would wait for that.
 */
function firstRows(): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      stop();
      resolve();
    };
    const stop = useStore.subscribe(({ connection }) => connection !== "loading" && go());
    setTimeout(go, PATIENCE_MS);
  });
}

/** The process around the page; in a browser of a developer or of a test, a scripted stand-in. */
async function findClient(): Promise<Client> {
  if ((import.meta.env.DEV || import.meta.env.MODE === "demo") && !("__TAURI_INTERNALS__" in window)) {
    const { demoClient } = await import("./ipc/demo");
    return demoClient(location.search);
  }
  return tauriClient;
}

/** A reload would show the same again and lose the focus; the keys for it mean something else here, or nothing. */
function keepFromReloading(event: KeyboardEvent): void {
  const isReload = event.key === "F5" || ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "r");
  if (isReload) event.preventDefault();
}

/** The theme of the last window, so that the first moment has the right ground. */
function applyKeptTheme(): void {
  try {
    const theme = localStorage.getItem("theme");
    if (theme !== null) wearTheme(theme, matchMedia(MORE_CONTRAST).matches);
  } catch {
    // Then it follows the system.
  }
}
