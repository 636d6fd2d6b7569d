import { useState } from "react";
import { Button } from "../../components/button";
import { Note } from "../../components/note";
import { sentence } from "../../components/sentence";
import { useAnswer } from "../../components/use-answer";
import type { Agent } from "../../ipc/types";
import { actions } from "../../state/actions";
import { toolWords } from "../../state/agent-words";
import { PermitRows } from "./permit-rows";
import { Section } from "./section";
import "./agents-section.css";

const EXAMPLE = `---
name: Proofreader
about: Corrects spelling in a folder, one file after the other.
tools: list_folder, read_file, edit_file, ask_user
---
You correct spelling and nothing else.
Ask when a word may be meant.`;

/** Who can be given work, and what agents may do without being asked. */
export function AgentsSection({ dataDir }: { dataDir: string | null }) {
  const { value, error } = useAnswer(actions.agents);
  const unread = useAnswer(actions.unreadAgents);
  const [isExample, setExample] = useState(false);
  return (
    <Section id="agents" title="Agents">
      {error && (
        <Note kind="fail" icon="octagon-x">
          The agents could not be read. {error}
        </Note>
      )}
      {(unread.value ?? []).map(({ file, why }) => (
        <Note key={file} kind="fail" icon="octagon-x">
          <b>{file}</b> is no agent yet. {sentence(why)}
        </Note>
      ))}
      <div className="set-card">
        {(value ?? []).map((agent) => (
          <AgentRow key={agent.name} agent={agent} />
        ))}
        <div className="agent-own">
          <p>
            Agents of your own are Markdown files in the folder <code>agents</code> of the data folder
            {dataDir && (
              <>
                , <code>{dataDir}</code>
              </>
            )}
            . One with the name of an agent above takes its place. They are read each time an agent is chosen.
          </p>
          <Button small aria-expanded={isExample} onClick={() => setExample(!isExample)}>
            {isExample ? "Hide the example" : "Show an example"}
          </Button>
          {isExample && <Told label="Example" text={EXAMPLE} />}
        </div>
      </div>
      <PermitRows />
    </Section>
  );
}

const sources: Record<Agent["source"], string | null> = { installed: null, local: "yours", remixed: "changed by you" };

function AgentRow({ agent }: { agent: Agent }) {
  const { name, about, source, tools, servers, model, instructions, original, program } = agent;
  const [isOpen, setOpen] = useState(false);
  const mark = sources[source];
  return (
    <div className="agent-known">
      <div className="agent-known-head">
        <div className="grow">
          <div className="set-row-label">
            <strong>{name}</strong> {mark && <span className="agent-source">{mark}</span>}
          </div>
          <p className="meta">{about}</p>
          <p className="meta">
            {program ? `Is the program ${program.words.join(" ")}` : `May ${toolWords(tools)}`}
            {servers.length > 0 &&
              `, and ask ${servers.includes("all") ? "every tool server" : `the tool servers ${servers.join(", ")}`}`}
            {model && `, with ${model}`}.
          </p>
        </div>
        <Button
          small
          aria-expanded={isOpen}
          aria-label={`${isOpen ? "Hide" : "Show"} what ${name} is told`}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? "Hide" : "What it is told"}
        </Button>
      </div>
      {isOpen && (
        <>
          <Told
            label={original === null ? `What ${name} is told` : "Yours"}
            text={instructions}
            isNamed={original !== null}
          />
          {original !== null && <Told label="As it comes with Meanwhile" text={original} isNamed />}
        </>
      )}
    </div>
  );
}

function Told({ label, text, isNamed = false }: { label: string; text: string; isNamed?: boolean }) {
  return (
    <>
      {isNamed && <h3 className="meta">{label}</h3>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard. */}
      <section className="agent-told" aria-label={label} tabIndex={0}>
        {text.trim()}
      </section>
    </>
  );
}
