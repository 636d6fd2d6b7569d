import { useState } from "react";
import { Button } from "../../components/button";
import { counted } from "../../components/counted";
import { Note } from "../../components/note";
import { wordsOf } from "../../components/use-answer";
import type { ServerTool, ToolServer } from "../../ipc/types";
import { actions } from "../../state/actions";
import { serverStates } from "../../state/server-words";
import { RemoveDialog } from "./remove-dialog";

interface ServerLineProps {
  server: ToolServer;
  onChanged: () => void;
}

/** A server of tools: how far it is, what it says its tools are, and what was different when those were accepted. */
export function ServerLine({ server, onChanged }: ServerLineProps) {
  const { name, state, line, tools, secrets } = server;
  const [isOpen, setOpen] = useState(state !== "ready");
  const [isBusy, setBusy] = useState(false);
  const [isRemoving, setRemoving] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const ask = async (question: () => Promise<unknown>) => {
    if (isBusy) return;
    setBusy(true);
    try {
      await question();
      setProblem(null);
    } catch (refused) {
      setProblem(wordsOf(refused));
    }
    setBusy(false);
    onChanged();
  };
  return (
    <div className="agent-known">
      <div className="agent-known-head">
        <div className="grow">
          <div className="set-row-label">
            <strong>{name}</strong> <span className="agent-source">{serverStates[state]}</span>
          </div>
          <p className="meta permit-line">{line}</p>
          <p className="meta">
            {counted(tools.length, "tool")}
            {secrets.length > 0 && `, gets ${secrets.join(", ")}`}
          </p>
        </div>
        <Button small aria-expanded={isOpen} aria-label={`Tools of ${name}`} onClick={() => setOpen(!isOpen)}>
          {isOpen ? "Hide tools" : "Tools"}
        </Button>
        <Button small aria-label={`Ask ${name} again`} onClick={() => void ask(() => actions.tryToolServer(name))}>
          Ask again
        </Button>
        <Button small aria-label={`Remove ${name}`} onClick={() => setRemoving(true)}>
          Remove
        </Button>
      </div>
      {isBusy && <Note role="status">Asking…</Note>}
      {problem && (
        <Note kind="fail" icon="octagon-x" role="alert">
          {problem}
        </Note>
      )}
      {isOpen && state === "changed" && <Changes server={server} />}
      {isOpen && state !== "changed" && <Tools server={server} />}
      {state !== "ready" && (
        <Button
          small
          kind="main"
          aria-label={`Accept the tools of ${name}`}
          onClick={() => void ask(() => actions.acceptToolServer(name, server.hash))}
        >
          {state === "new" ? "Accept these tools" : "Accept the change"}
        </Button>
      )}
      <RemoveDialog
        open={isRemoving}
        name={name}
        onClose={() => setRemoving(false)}
        onRemove={() => {
          setRemoving(false);
          void ask(() => actions.removeToolServer(name));
        }}
      >
        Its program ends, and the values it was given are forgotten. What its tools said stays in your chats.
      </RemoveDialog>
    </div>
  );
}

function Tools({ server: { name, tools } }: { server: ToolServer }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
    <section className="agent-told" aria-label={`What ${name} says of its tools`} tabIndex={0}>
      {tools.map(toolText).join("\n\n") || "It has no tools."}
    </section>
  );
}

/** All that models are told of it: what it takes is as much its server's words as what it does. */
function toolText({ name, description, parameters }: ServerTool): string {
  return `${name}\n${description.trim()}\n${JSON.stringify(parameters, null, 2)}`;
}

function Changes({ server: { name, changes } }: { server: ToolServer }) {
  return (
    <>
      <p className="meta">
        It describes its tools in another way than you accepted. Nobody uses them until you do again.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard. */}
      <section className="agent-told" aria-label={`What is different in ${name}`} tabIndex={0}>
        {changes.map((change) => `${change.name} is ${change.what}\n${change.text.trimEnd()}`).join("\n\n")}
      </section>
    </>
  );
}
