import { useState } from "react";
import { Button } from "../../components/button";
import { Note } from "../../components/note";
import { wordsOf } from "../../components/use-answer";
import { t } from "../../i18n";
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
            {secrets.length === 0
              ? t("{n, plural, one {# tool} other {# tools}}", { n: tools.length })
              : t("{n, plural, one {# tool} other {# tools}}, gets {names}", {
                  n: tools.length,
                  names: secrets.join(", "),
                })}
          </p>
        </div>
        <Button
          small
          aria-expanded={isOpen}
          aria-label={t("Tools of {name}", { name })}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? t("Hide tools") : t("Tools")}
        </Button>
        <Button
          small
          aria-label={t("Ask {name} again", { name })}
          onClick={() => void ask(() => actions.tryToolServer(name))}
        >
          {t("Ask again")}
        </Button>
        <Button small aria-label={t("Remove {name}", { name })} onClick={() => setRemoving(true)}>
          {t("Remove")}
        </Button>
      </div>
      {isBusy && <Note role="status">{t("Asking…")}</Note>}
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
          aria-label={t("Accept the tools of {name}", { name })}
          onClick={() => void ask(() => actions.acceptToolServer(name, server.hash))}
        >
          {state === "new" ? t("Accept these tools") : t("Accept the change")}
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
        {t("Its program ends, and the values it was given are forgotten. What its tools said stays in your chats.")}
      </RemoveDialog>
    </div>
  );
}

function Tools({ server: { name, tools } }: { server: ToolServer }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
    <section className="agent-told" aria-label={t("What {name} says of its tools", { name })} tabIndex={0}>
      {tools.map(toolText).join("\n\n") || t("It has no tools.")}
    </section>
  );
}

/** All that models are told of it: what it takes is as much its server's words as what it does. */
function toolText({ name, description, parameters }: ServerTool): string {
  return `${name}\n${description.trim()}\n${JSON.stringify(parameters, null, 2)}`;
}

function changeText({ name, what, text }: ToolServer["changes"][number]): string {
  const words = t("{name} is {what, select, new {new} gone {gone} other {changed}}", { name, what });
  return `${words}\n${text.trimEnd()}`;
}

function Changes({ server: { name, changes } }: { server: ToolServer }) {
  return (
    <>
      <p className="meta">
        {t("It describes its tools in another way than you accepted. Nobody uses them until you do again.")}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard. */}
      <section className="agent-told" aria-label={t("What is different in {name}", { name })} tabIndex={0}>
        {changes.map(changeText).join("\n\n")}
      </section>
    </>
  );
}
