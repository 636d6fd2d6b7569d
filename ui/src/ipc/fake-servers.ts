// Servers of tools of a made-up process.
import type { Client } from "./client";
import { notFound, now } from "./fake-rows";
import type { ServerTool, ToolServer } from "./types";

/** What a fake knows of servers; left out, there are none. */
export interface FakeServerRows {
  servers?: ToolServer[];
}

type ServerClient = Pick<
  Client,
  "toolServers" | "addToolServer" | "acceptToolServer" | "tryToolServer" | "removeToolServer"
>;

export function serverClient(rows: FakeServerRows): ServerClient {
  let servers = rows.servers ?? [];
  const of = (name: string) => {
    const found = servers.find((server) => server.name === name);
    if (!found) throw notFound(`server ${name}`);
    return found;
  };
  const keep = (server: ToolServer) => {
    servers = [...servers.filter(({ name }) => name !== server.name), server];
    return server;
  };
  return {
    toolServers: async () => servers,
    async addToolServer({ name, place }) {
      const line = place.kind === "program" ? place.words.join(" ") : place.url;
      return keep(makeServer({ name, place, line, state: "new", accepted_at: null }));
    },
    acceptToolServer: async (name) => keep({ ...of(name), state: "ready", changes: [], accepted_at: now() }),
    tryToolServer: async (name) => of(name),
    async removeToolServer(name) {
      servers = servers.filter((server) => server.name !== name);
    },
  };
}

export function makeTool(change: Partial<ServerTool> = {}): ServerTool {
  return {
    name: "files__read",
    tool: "read",
    description: "Reads a file.",
    parameters: { type: "object" },
    hash: "t1",
    ...change,
  };
}

export function makeServer(change: Partial<ToolServer> = {}): ToolServer {
  return {
    name: "files",
    place: { kind: "program", words: ["files-server", "/srv"] },
    line: "files-server /srv",
    secrets: [],
    state: "ready",
    tools: [makeTool()],
    changes: [],
    hash: "s1",
    added_at: now(),
    accepted_at: now(),
    ...change,
  };
}
