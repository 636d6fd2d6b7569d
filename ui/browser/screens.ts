import type { Locator, Page } from "@playwright/test";

/** A state of the window that somebody can meet: where it begins, and what leads to it from there. */
export interface Screen {
  name: string;
  /** What follows the address: a set of rows of the scripted stand-in. */
  at: string;
  /** Leads on, and gives what has to be in sight then. */
  reach(page: Page): Promise<Locator> | Locator;
}

const composer = (page: Page) => page.getByRole("textbox", { name: "Message" });
const dialog = (page: Page, name?: string) => page.getByRole("dialog", name === undefined ? {} : { name });
const heading = (page: Page, name: string) => page.getByRole("heading", { name });

const chat = (name: string, at: string): Screen => ({ name, at, reach: composer });

/** From the open chat by one shortcut. */
const by = (name: string, keys: string, there: (page: Page) => Locator, at = "?demo=main&still"): Screen => ({
  name,
  at,
  async reach(page) {
    await composer(page).waitFor();
    await page.keyboard.press(keys);
    return there(page);
  },
});

/** From the open chat by pressing one thing after the other. */
const pressed = (name: string, at: string, buttons: (string | RegExp)[], there: (page: Page) => Locator): Screen => ({
  name,
  at,
  async reach(page) {
    for (const label of buttons) await page.getByRole("button", { name: label }).first().click();
    return there(page);
  },
});

/** In the settings, by what is pressed there. */
const setting = (name: string, buttons: (string | RegExp)[], there: (page: Page) => Locator): Screen => ({
  name,
  at: "?demo=agents",
  async reach(page) {
    await composer(page).waitFor();
    await page.keyboard.press("Control+,");
    for (const label of buttons) await page.getByRole("button", { name: label }).first().click();
    return there(page);
  },
});

export const screens: Screen[] = [
  chat("a new chat", "?demo=empty"),
  chat("a new chat without a model", "?demo=nomodel"),
  chat("an answer that comes", "?demo=main&still"),
  chat("an answer that came", "?demo=long"),
  chat("answers that failed and wait", "?demo=failed"),
  chat("an answer that left", "?demo=detached"),
  chat("versions of a prompt", "?demo=branches"),
  chat("two models compared", "?demo=compare"),
  chat("the day's limit", "?demo=usage"),
  chat("an agent that asks to change files", "?demo=agents"),
  chat("an agent that asks to run a command", "?demo=agents&chat=cnv_deploy"),
  chat("an agent that asks a question", "?demo=agents&chat=cnv_lic"),
  chat("an agent that is done", "?demo=agents&chat=cnv_links"),
  pressed("what an agent changed", "?demo=agents&chat=cnv_links", [/file/], (page) => dialog(page)),
  by("the palette", "Control+k", (page) => dialog(page, "Search and commands")),
  {
    name: "the palette with something found",
    at: "?demo=main&still",
    async reach(page) {
      await composer(page).waitFor();
      await page.keyboard.press("Control+k");
      await page.keyboard.type("heat");
      return page.getByRole("option").first();
    },
  },
  by("the models", "Control+Alt+m", (page) => page.getByRole("listbox").first(), "?demo=models&still"),
  by("the agents", "Control+Alt+a", (page) => dialog(page), "?demo=agents"),
  by("the bar for finding", "Control+f", (page) => page.getByRole("textbox", { name: "Find in this chat" })),
  by("mission control", "Control+Shift+M", (page) => heading(page, "Mission control"), "?demo=mission&still"),
  by("mission control with nothing", "Control+Shift+M", (page) => heading(page, "Mission control"), "?demo=empty"),
  by("a new background task", "Control+Shift+N", (page) => dialog(page, "New background task"), "?demo=mission&still"),
  chat("while you were away", "?demo=away&still"),
  by(
    "results read one by one",
    "Control+Alt+n",
    (page) => page.getByRole("region", { name: /New result 1/ }),
    "?demo=away&still",
  ),
  {
    name: "the background offered before sending",
    at: "?demo=empty",
    async reach(page) {
      await composer(page).fill("Research the heat pump market with several sources and check each claim twice");
      return page.getByRole("button", { name: /we will notify you/ });
    },
  },
  {
    name: "the commands of the text field",
    at: "?demo=empty",
    async reach(page) {
      await composer(page).fill("/");
      return page.getByRole("listbox");
    },
  },
  setting("what you sat through", ["Look at it"], (page) => heading(page, "What you sat through")),
  setting("a new channel", ["Add a channel"], (page) => dialog(page, "Add a channel")),
  {
    name: "the keys, unfolded",
    at: "?demo=main&still",
    async reach(page) {
      await composer(page).waitFor();
      await page.keyboard.press("Control+,");
      await page.locator("summary", { hasText: "commands" }).first().click();
      return page.locator("details[open]", { hasText: "commands" });
    },
  },
  by("all shortcuts", "Control+/", (page) => dialog(page, "Shortcuts")),
  pressed("the instructions of a chat", "?demo=main&still", ["Instructions"], (page) => dialog(page)),
  pressed("the menu of a chat", "?demo=main&still", ["More"], (page) => page.getByRole("menu")),
  {
    name: "the details of a task",
    at: "?demo=main&still",
    async reach(page) {
      await composer(page).waitFor();
      const tasks = page.getByRole("complementary", { name: "Tasks" });
      if (!(await tasks.isVisible())) await page.keyboard.press("Control+j");
      const row = tasks.getByRole("listitem").filter({ hasText: "Check noise limits for our street" }).last();
      await row.hover();
      await row.getByRole("button", { name: "Steps and log" }).click();
      return page.locator(".details").first();
    },
  },
  {
    name: "a message at the lower edge",
    at: "?demo=main&still",
    async reach(page) {
      await composer(page).waitFor();
      await page.keyboard.press("Control+Shift+Backspace");
      return page.getByRole("button", { name: "Undo" });
    },
  },
  { name: "the window closes", at: "?demo=main&still&show=close", reach: (page) => dialog(page) },
  { name: "the app quits", at: "?demo=main&still&show=quit", reach: (page) => dialog(page) },
  setting("the settings", [], (page) => heading(page, "Settings")),
  setting("a provider is added", [/^Add$/], (page) => dialog(page)),
  setting("a server of tools is added", ["Add a server"], (page) => dialog(page)),
  {
    name: "what was used",
    at: "?demo=usage",
    async reach(page) {
      await composer(page).waitFor();
      await page.keyboard.press("Control+k");
      await page.keyboard.type("Usage");
      await page.keyboard.press("Enter");
      return heading(page, "Usage");
    },
  },
  { name: "the first start", at: "?demo=welcome", reach: (page) => heading(page, "Which model should answer?") },
  pressed("the first start, a prompt", "?demo=welcome", ["Continue"], (page) => page.getByRole("textbox").first()),
  { name: "quick ask", at: "?demo=main&still#quick-ask", reach: (page) => page.getByRole("textbox").first() },
];
