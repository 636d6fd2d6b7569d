import { agents } from "./agents";
import { chat } from "./chat";
import { chatAgents } from "./chat-agents";
import { common } from "./common";
import { components } from "./components";
import { keys } from "./keys";
import { lists } from "./lists";
import { mission } from "./mission";
import { providers } from "./providers";
import { settings } from "./settings";
import { settingsMore } from "./settings-more";
import { state } from "./state";
import { tasks } from "./tasks";
import { welcome } from "./welcome";

/** German, room by room. */
export const german = {
  ...agents,
  ...chat,
  ...chatAgents,
  ...common,
  ...components,
  ...keys,
  ...lists,
  ...mission,
  ...providers,
  ...settings,
  ...settingsMore,
  ...state,
  ...tasks,
  ...welcome,
} as const;
