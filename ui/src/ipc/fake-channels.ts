// Channels of a made-up process.
import type { Client } from "./client";
import { notFound, now } from "./fake-rows";
import type { Channel, ChannelPlace } from "./types";

/** What a fake knows of channels; left out, there are none. */
export interface FakeChannelRows {
  channels?: Channel[];
}

type ChannelClient = Pick<Client, "channels" | "addChannel" | "testChannel" | "confirmChannel" | "removeChannel">;

export function channelClient(rows: FakeChannelRows): ChannelClient {
  let channels = rows.channels ?? [];
  const change = (name: string, part: Partial<Channel>) => {
    const found = channels.find((channel) => channel.name === name);
    if (!found) throw notFound(`channel ${name}`);
    const changed = { ...found, ...part };
    channels = channels.map((channel) => (channel === found ? changed : channel));
    return changed;
  };
  return {
    channels: async () => channels,
    async addChannel({ name, place, secret }) {
      const added = makeChannel({ name, place: placed(place, secret), state: "new", used_at: null });
      channels = [...channels.filter((channel) => channel.name !== name), added];
      return added;
    },
    testChannel: async (name) => change(name, { state: "tested", tested_at: now(), failure: null }),
    confirmChannel: async (name, arrived) => change(name, { state: arrived ? "ready" : "new" }),
    async removeChannel(name) {
      channels = channels.filter((channel) => channel.name !== name);
    },
  };
}

function placed(place: ChannelPlace, secret: string | null | undefined): ChannelPlace {
  const isHidden = place.kind === "webhook" || place.kind === "slack";
  return isHidden && secret && URL.canParse(secret) ? { ...place, host: new URL(secret).host } : place;
}

export function makeChannel(change: Partial<Channel> = {}): Channel {
  return {
    name: "slack",
    place: { kind: "slack", host: "hooks.slack.com" },
    state: "ready",
    key_source: "keychain",
    tested_at: now(),
    used_at: now(),
    failure: null,
    preview:
      '{\n  "text": "*Done: A test*\\nThis is a test from Meanwhile. When a task is done, its answer comes here. If you can read this, say in the settings that it arrived."\n}',
    ...change,
  };
}
