import { type ReactNode, useEffect, useRef, useState } from "react";
import { Button } from "../../components/button";
import { Switch } from "../../components/field";
import { Icon } from "../../components/icon";
import { Note } from "../../components/note";
import { moveFocus } from "../../components/roving";
import { useAnswer, wordsOf } from "../../components/use-answer";
import { t } from "../../i18n";
import type { Agent, AgentChoice, ConversationId } from "../../ipc/types";
import { actions } from "../../state/actions";
import { folderName } from "../../state/agent-words";
import { secondFor, useStore } from "../../state/store";

interface AgentChoicesProps {
  conversationId: ConversationId | null;
  choice: AgentChoice | null;
  onDone: () => void;
}

/** The agents there are; once one is chosen, the folders it can work in. */
export function AgentChoices({ conversationId, choice, onDone }: AgentChoicesProps) {
  const agents = useAnswer(actions.agents);
  const [isOther, setOther] = useState(false);
  const isComparing = useStore((state) => secondFor(state, conversationId) !== null);
  if (isComparing) {
    return (
      <div className="agent-alone">
        <p>{t("Two models answer the next prompt side by side, and an agent works alone.")}</p>
        <Button small onClick={() => actions.compareWith(conversationId, null)}>
          {t("Ask one model only")}
        </Button>
      </div>
    );
  }
  if (choice && !isOther) {
    return (
      <Folders
        choice={choice}
        isProgram={agents.value?.some(({ name, program }) => name === choice.name && Boolean(program)) ?? false}
        onDone={onDone}
        onChoose={(folder) => {
          actions.chooseAgent(conversationId, { ...choice, folder });
          // What else there is to choose is about the folder, and stands below it.
          if (folder === null) onDone();
        }}
        onManner={(manner) => actions.chooseAgent(conversationId, { ...choice, ...manner })}
        onOther={() => setOther(true)}
      />
    );
  }
  const choose = (agent: Agent | null) => {
    setOther(false);
    const { name: _, ...kept } = choice ?? { name: "", folder: null };
    actions.chooseAgent(conversationId, agent && { ...kept, name: agent.name });
    if (agent === null) onDone();
  };
  return (
    <>
      <Rows label={t("Agent")}>
        <Row
          isChosen={choice === null}
          name={t("No agent")}
          about={t("The model answers by itself.")}
          onChoose={() => choose(null)}
        />
        {(agents.value ?? []).map((agent) => (
          <Row
            key={agent.name}
            isChosen={agent.name === choice?.name}
            name={agent.name}
            mark={markOf(agent)}
            about={agent.about}
            onChoose={() => choose(agent)}
          />
        ))}
      </Rows>
      {agents.error && (
        <Note kind="fail" icon="octagon-x">
          {t("The agents could not be read.")} {agents.error}
        </Note>
      )}
      <p className="agent-foot meta">
        {t(
          "An agent works step by step in one folder, and asks before it changes anything. It works alone: not part by part, in a batch, or beside another model.",
        )}
      </p>
    </>
  );
}

/** Rows of which one is chosen. That, or the first, has the focus when they appear; arrows walk. */
function Rows({ label, children }: { label: string; children: ReactNode }) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const rows = list.current;
    (rows?.querySelector<HTMLElement>("[aria-checked=true]") ?? rows?.querySelector<HTMLElement>("button"))?.focus();
  }, []);
  return (
    <div
      ref={list}
      className="agent-lists"
      role="radiogroup"
      aria-label={label}
      onKeyDown={(event) => moveFocus(event, "[role=radio]")}
    >
      {children}
    </div>
  );
}

/** Where an agent comes from, if not with Meanwhile. */
function markOf({ source }: Agent): string | null {
  if (source === "installed") return null;
  return source === "local" ? t("yours") : t("changed by you");
}

interface FoldersProps {
  choice: AgentChoice;
  onChoose: (folder: string | null) => void;
  onManner: (manner: Pick<AgentChoice, "plan_first" | "in_copy">) => void;
  onOther: () => void;
  onDone: () => void;
  /** It works in a folder always, and shows its plan as it likes. */
  isProgram: boolean;
}

function Folders({ choice, isProgram, onChoose, onManner, onOther, onDone }: FoldersProps) {
  const recent = useAnswer(actions.workFolders);
  const [problem, setProblem] = useState<string | null>(null);
  const { name, folder = null, plan_first = false, in_copy = false } = choice;
  const known = recent.value ?? [];
  const all = folder === null || known.includes(folder) ? known : [folder, ...known];
  const pick = async () => {
    try {
      const picked = await actions.pickWorkFolder();
      if (picked !== null) onChoose(picked);
    } catch (error) {
      setProblem(wordsOf(error));
    }
  };
  return (
    <>
      <div className="agent-head">
        <h3 className="grow">{t("Where does {name} work?", { name })}</h3>
        <Button small kind="quiet" onClick={onOther}>
          {t("Another agent")}
        </Button>
      </div>
      <Rows label={t("Folder")}>
        {!isProgram && (
          <Row
            isChosen={folder === null}
            name={t("No folder")}
            about={t("It can plan and ask, and reads and changes no files.")}
            onChoose={() => onChoose(null)}
          />
        )}
        {all.map((one) => (
          <Row
            key={one}
            icon="folder"
            isChosen={one === folder}
            name={folderName(one)}
            about={one}
            onChoose={() => onChoose(one)}
          />
        ))}
      </Rows>
      {(problem ?? recent.error) && (
        <Note kind="fail" icon="octagon-x" role="alert">
          {problem ?? recent.error}
        </Note>
      )}
      {!isProgram && (
        <div className="agent-foot agent-plan-first">
          <span className="grow" aria-hidden="true">
            {t("Show me its plan before it changes anything")}
          </span>
          <Switch
            label={t("Show me its plan before it changes anything")}
            checked={plan_first}
            onChange={(plan_first) => onManner({ plan_first })}
          />
        </div>
      )}
      {folder !== null && (
        <div className="agent-foot agent-plan-first">
          <span className="grow" aria-hidden="true">
            {t("Work in a copy, and offer a git branch")}
          </span>
          <Switch
            label={t("Work in a copy, and offer a git branch")}
            checked={in_copy}
            onChange={(in_copy) => onManner({ in_copy })}
          />
        </div>
      )}
      <div className="agent-foot">
        <Button small icon="folder" onClick={() => void pick()}>
          {t("Choose a folder…")}
        </Button>
        {folder !== null && (
          <Button small kind="main" onClick={onDone}>
            {t("Done")}
          </Button>
        )}
      </div>
    </>
  );
}

interface RowProps {
  isChosen: boolean;
  name: string;
  about: string;
  mark?: string | null;
  icon?: "folder";
  onChoose: () => void;
}

function Row({ isChosen, name, about, mark, icon, onChoose }: RowProps): ReactNode {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a row of two lines that closes its list when it is chosen again.
    <button type="button" role="radio" aria-checked={isChosen} className="agent-row" onClick={onChoose}>
      <span className="agent-check">{isChosen && <Icon name="check" size={14} />}</span>
      <span className="grow">
        <span className="agent-name">
          {icon && <Icon name={icon} size={14} />}
          {name}
          {mark && <span className="agent-mark">{mark}</span>}
        </span>
        <span className={`meta ${icon ? "agent-path" : ""}`}>{about}</span>
      </span>
    </button>
  );
}
