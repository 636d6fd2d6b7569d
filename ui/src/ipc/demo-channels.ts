// Where notices go besides this desktop, for the demo.
import { makeChannel } from "./fake-channels";

export const knownChannels = [
  makeChannel({
    name: "mail",
    place: {
      kind: "email",
      host: "mail.example.org",
      port: 465,
      security: "tls",
      user: "me",
      from: "me@example.org",
      to: "me@example.org",
    },
    failure: {
      kind: "permission",
      message: "mail.example.org refused the name or the password (535).",
      at: new Date(Date.now() - 7_200_000).toISOString(),
    },
  }),
  makeChannel({ name: "team", used_at: new Date(Date.now() - 7_200_000).toISOString() }),
  makeChannel({
    name: "phone",
    place: { kind: "ntfy", server: "https://ntfy.sh", topic: "my-tasks" },
    state: "tested",
    used_at: null,
    preview:
      '{\n  "topic": "my-tasks",\n  "title": "Done: A test",\n  "message": "This is a test from Meanwhile.",\n  "priority": 3,\n  "tags": [\n    "white_check_mark"\n  ]\n}',
  }),
];
