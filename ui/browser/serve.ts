import { fileURLToPath } from "node:url";
import { build, preview } from "vite";

const configFile = fileURLToPath(new URL("vite.config.ts", import.meta.url));

/** Builds the page and serves it on a free port until the last test is over. */
export default async function serve(): Promise<() => Promise<void>> {
  await build({ configFile, mode: "demo", logLevel: "warn" });
  const server = await preview({ configFile, mode: "demo", preview: { host: "127.0.0.1", port: 0 } });
  const [address] = server.resolvedUrls?.local ?? [];
  if (!address) throw new Error("the page is not served");
  process.env.MEANWHILE_PAGE = address;
  return () => server.close();
}
