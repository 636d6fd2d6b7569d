import { useState } from "react";
import { Button } from "../../components/button";
import { Note } from "../../components/note";
import { sentence } from "../../components/sentence";
import { useAnswer } from "../../components/use-answer";
import { rich, t } from "../../i18n";
import type { Agent } from "../../ipc/types";
import { actions } from "../../state/actions";
import { toolWords } from "../../state/agent-words";
import { PermitRows } from "./permit-rows";
import { Section } from "./section";
import "./agents-section.css";

const EXAMPLE = t(
  "---\nname: Proofreader\nabout: Corrects spelling in a folder, one file after the other.\ntools: list_folder, read_file, edit_file, ask_user\n---\nYou correct spelling and nothing else.\nAsk when a word may be meant.",
);

/** Who can be given work, and what agents may do without being asked. */
export function AgentsSection({ dataDir }: { dataDir: string | null }) {
  const { value, error } = useAnswer(actions.agents);
  const unread = useAnswer(actions.unreadAgents);
  const [isExample, setExample] = useState(false);
  return (
    <Section id="agents" title={t("Agents")}>
      {error && (
        <Note kind="fail" icon="octagon-x">
          {t("The agents could not be read.")} {error}
        </Note>
      )}
      {(unread.value ?? []).map(({ file, why }) => (
        <Note key={file} kind="fail" icon="octagon-x">
          {rich("<b>{file}</b> is no agent yet.", { b: <b /> }, { file })} {sentence(why)}
        </Note>
      ))}
      <div className="set-card">
        {(value ?? []).map((agent) => (
          <AgentRow key={agent.name} agent={agent} />
        ))}
        <div className="agent-own">
          <p>
            {dataDir
              ? rich(
                  "Agents of your own are Markdown files in the folder <code>agents</code> of the data folder, <path>{dir}</path>.",
                  { code: <code />, path: <code /> },
                  { dir: dataDir },
                )
              : rich("Agents of your own are Markdown files in the folder <code>agents</code> of the data folder.", {
                  code: <code />,
                })}{" "}
            {t("One with the name of an agent above takes its place. They are read each time an agent is chosen.")}
          </p>
          <Button small aria-expanded={isExample} onClick={() => setExample(!isExample)}>
            {isExample ? t("Hide the example") : t("Show an example")}
          </Button>
          {isExample && <Told label={t("Example")} text={EXAMPLE} />}
        </div>
      </div>
      <PermitRows />
    </Section>
  );
}

const sources: Record<Agent["source"], string | null> = {
  installed: null,
  local: t("yours"),
  remixed: t("changed by you"),
};

function AgentRow({ agent }: { agent: Agent }) {
  const { name, about, source, instructions, original } = agent;
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
          <p className="meta">{mayWords(agent)}</p>
        </div>
        <Button
          small
          aria-expanded={isOpen}
          aria-label={isOpen ? t("Hide what {name} is told", { name }) : t("Show what {name} is told", { name })}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? t("Hide") : t("What it is told")}
        </Button>
      </div>
      {isOpen && (
        <>
          <Told
            label={original === null ? t("What {name} is told", { name }) : t("Yours")}
            text={instructions}
            isNamed={original !== null}
          />
          {original !== null && <Told label={t("As it comes with Meanwhile")} text={original} isNamed />}
        </>
      )}
    </div>
  );
}

/** What an agent is or may do, whom else it may ask, and with which model. */
function mayWords({ tools, servers, model, program }: Agent): string {
  return t(
    "{kind, select, program {Is the program {what}} other {May {what}}}{asks, select, none {} all {, and ask every tool server} other {, and ask the tool servers {servers}}}{has, select, model {, with {model}} other {}}.",
    {
      kind: program ? "program" : "tools",
      what: program ? program.words.join(" ") : toolWords(tools),
      asks: servers.includes("all") ? "all" : servers.length > 0 ? "some" : "none",
      servers: servers.join(", "),
      has: model ? "model" : "none",
      model: model ?? "",
    },
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
