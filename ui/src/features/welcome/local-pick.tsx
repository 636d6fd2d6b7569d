import { useState } from "react";
import { Button } from "../../components/button";
import { Select } from "../../components/field";
import { t } from "../../i18n";
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
      title={t("{product} on this computer", { product: server.product })}
      detail={
        isEmpty
          ? t("{host}, running, no model loaded", { host: hostOf(server.base_url) })
          : t("{host}, {n, plural, one {# model} other {# models}}. Nothing leaves the machine", {
              host: hostOf(server.base_url),
              n: count,
            })
      }
      disabled={isEmpty}
      aside={
        isEmpty ? (
          <Button small kind="quiet" onClick={onLookAgain}>
            {t("Look again")}
          </Button>
        ) : null
      }
    >
      <div className="wel-line">
        <Select
          hideLabel
          label={t("Model of {product}", { product: server.product })}
          className="grow"
          value={model}
          options={server.models.map((name) => ({ value: name, label: name }))}
          onChange={onModel}
        />
        <Button disabled={test.at === "asking"} onClick={() => void testOf(newProviderAt(server), setTest)}>
          {t("Test")}
        </Button>
      </div>
      <TestNote state={test} />
    </Pick>
  );
}
