import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  // The page is served from the process itself, at any path.
  base: "./",
  build: {
    target: "safari16.4",
    // Inlined files would need `data:` for scripts and styles, which the page is not allowed.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // One file from the disk of the same machine: splitting it would only add round trips.
    chunkSizeWarningLimit: 1_000,
  },
  server: { port: 5173, strictPort: true },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/patience.ts"],
    restoreMocks: true,
    testTimeout: 30_000,
    expect: { poll: { timeout: 10_000 } },
  },
});
