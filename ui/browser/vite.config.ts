import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, mergeConfig } from "vite";
import release from "../vite.config.ts";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What the window lets its page do, so that a page which needs more fails here as well. */
function contentPolicy(): string {
  const { csp } = JSON.parse(readFileSync(at("../../tauri.conf.json"), "utf8")).app.security;
  return Object.entries(csp)
    .map(([name, sources]) => `${name} ${sources}`)
    .join("; ");
}

// The page as it is shipped, but with the scripted stand-in for the process around it, and the gallery beside it.
export default mergeConfig(
  release,
  defineConfig({
    mode: "demo",
    root: at(".."),
    build: {
      outDir: `${process.env.MEANWHILE_BROWSER_DIR ?? at("../../target/browser")}/page`,
      emptyOutDir: true,
      rolldownOptions: { input: [at("../index.html"), at("../gallery.html")] },
    },
    preview: { headers: { "Content-Security-Policy": contentPolicy() } },
  }),
);
