import { useState } from "react";
import { Button } from "../../components/button";
import { counted } from "../../components/counted";
import { Select } from "../../components/field";
import type { LocalServer } from "../../ipc/types";
import { hostOf, newProviderAt } from "../../providers/presets";
import { Pick } from "./pick";
import { TestNote, type TestState, testOf } from "./test-note";

interface LocalPickProps {
  server: LocalServer;
  picked: string;
  onPick: (value: string) => void;
  model: string;
  onModel: (model: string) => void;
  onLookAgain: () => void;
}

/** A model server that runs on this computer. */
export function LocalPick({ server, picked, onPick, model, onModel, onLookAgain }: LocalPickProps) {
  const [test, setTest] = useState<TestState>({ at: "none" });
  const count = server.models.length;
  const isEmpty = count === 0;
  return (
    <Pick
      value={server.base_url}
      picked={picked}
      onPick={onPick}
      title={`${server.product} on this computer`}
      detail={
        isEmpty
          ? `${hostOf(server.base_url)}, running, no model loaded`
          : `${hostOf(server.base_url)}, ${counted(count, "model")}. Nothing leaves the machine`
      }
      disabled={isEmpty}
      aside={
        isEmpty ? (
          <Button small kind="quiet" onClick={onLookAgain}>
            Look again
          </Button>
        ) : null
      }
    >
      <div className="wel-line">
        <Select
          hideLabel
          label={`Model of ${server.product}`}
          className="grow"
          value={model}
          options={server.models.map((name) => ({ value: name, label: name }))}
          onChange={onModel}
        />
        <Button disabled={test.at === "asking"} onClick={() => void testOf(newProviderAt(server), setTest)}>
          Test
        </Button>
      </div>
      <TestNote state={test} />
    </Pick>
  );
}
