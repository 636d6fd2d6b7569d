import { useState } from "react";
import { Button } from "../../components/button";
import { Dialog } from "../../components/dialog";
import { Note } from "../../components/note";
import { useAnswer } from "../../components/use-answer";
import { t } from "../../i18n";
import { actions } from "../../state/actions";
import { Section } from "./section";
import { ServerForm } from "./server-form";
import { ServerLine } from "./server-line";

/** Programs and addresses of others whose tools agents may ask for. */
export function ServersSection() {
  const { value, error, again } = useAnswer(actions.toolServers);
  const [isAdding, setAdding] = useState(false);
  const added = () => {
    setAdding(false);
    again();
  };
  return (
    <Section
      id="servers"
      title={t("Tool servers")}
      aside={
        <Button small onClick={() => setAdding(true)}>
          {t("Add a server")}
        </Button>
      }
    >
      {error && (
        <Note kind="fail" icon="octagon-x">
          {t("The servers could not be read.")} {error}
        </Note>
      )}
      <div className="set-card">
        {(value ?? []).map((server) => (
          <ServerLine key={`${server.name} ${server.hash}`} server={server} onChanged={again} />
        ))}
        {value?.length === 0 && (
          <p className="set-row soft">
            {t(
              "None. A server of tools (MCP) is a program or an address of somebody else; agents can ask it for what they cannot do themselves, each time after your yes.",
            )}
          </p>
        )}
      </div>
      <Dialog wide open={isAdding} onClose={() => setAdding(false)} title={t("Add a server of tools")}>
        {isAdding && <ServerForm onAdded={added} onCancel={() => setAdding(false)} />}
      </Dialog>
    </Section>
  );
}
