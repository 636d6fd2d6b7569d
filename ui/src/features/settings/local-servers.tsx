import { useState } from "react";
import { Button } from "../../components/button";
import { wordsOf } from "../../components/use-answer";
import { t } from "../../i18n";
import type { AddedProvider, LocalServer, ProviderRow } from "../../ipc/types";
import { hostOf, newProviderAt } from "../../providers/presets";
import { actions } from "../../state/actions";

interface LocalServersProps {
  known: ProviderRow[];
  onAdded: (added: AddedProvider, models: string[]) => void;
}

/** Looks for model servers on this computer when asked to. */
export function LocalServers({ known, onAdded }: LocalServersProps) {
  const [found, setFound] = useState<LocalServer[] | null>(null);
  const [isLooking, setLooking] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const look = async () => {
    setLooking(true);
    setProblem(null);
    try {
      setFound(await actions.detectLocal());
    } catch (error) {
      setProblem(wordsOf(error));
    } finally {
      setLooking(false);
    }
  };
  const add = async (server: LocalServer) => {
    setProblem(null);
    try {
      onAdded(await actions.addProvider(newProviderAt(server)), server.models);
    } catch (error) {
      setProblem(wordsOf(error));
    }
  };

  // Ollama has two dialects at two addresses, and is one server.
  const isKnown = (server: LocalServer) => known.some((row) => hostOf(row.base_url) === hostOf(server.base_url));
  const fresh = (found ?? []).filter((server) => !isKnown(server));
  return (
    <>
      {fresh.map((server) => (
        <div className="set-row" key={server.base_url}>
          <div className="grow">
            <div className="set-row-label">
              <strong>{t("{product} on this computer", { product: server.product })}</strong>
            </div>
            <div className="meta num">
              {hostOf(server.base_url)}, {modelWords(server.models.length)}
            </div>
          </div>
          <Button small icon="plus" onClick={() => void add(server)}>
            {t("Add")}
          </Button>
        </div>
      ))}
      <div className="set-row">
        <span className="grow meta" role="status">
          {problem ?? lookWords(isLooking, found, fresh.length)}
        </span>
        <Button small icon="search" disabled={isLooking} onClick={() => void look()}>
          {t("Detect local servers")}
        </Button>
      </div>
    </>
  );
}

function modelWords(count: number): string {
  return count === 0 ? t("no model loaded") : t("{n, plural, one {# model} other {# models}}", { n: count });
}

function lookWords(isLooking: boolean, found: LocalServer[] | null, fresh: number): string {
  if (isLooking) return t("Looking at the usual ports of this computer");
  if (!found) return t("Ollama, LM Studio, llama.cpp and others, if they run here");
  if (found.length === 0) return t("No server answers on this computer");
  return fresh === 0 ? t("All servers that run here are in the list") : t("Found on this computer");
}
