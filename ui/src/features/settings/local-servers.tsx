import { useState } from "react";
import { Button } from "../../components/button";
import { counted } from "../../components/counted";
import { wordsOf } from "../../components/use-answer";
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
              <strong>{server.product} on this computer</strong>
            </div>
            <div className="meta num">
              {hostOf(server.base_url)}, {modelWords(server.models.length)}
            </div>
          </div>
          <Button small icon="plus" onClick={() => void add(server)}>
            Add
          </Button>
        </div>
      ))}
      <div className="set-row">
        <span className="grow meta" role="status">
          {problem ?? lookWords(isLooking, found, fresh.length)}
        </span>
        <Button small icon="search" disabled={isLooking} onClick={() => void look()}>
          Detect local servers
        </Button>
      </div>
    </>
  );
}

function modelWords(count: number): string {
  return count === 0 ? "no model loaded" : counted(count, "model");
}

function lookWords(isLooking: boolean, found: LocalServer[] | null, fresh: number): string {
  if (isLooking) return "Looking at the usual ports of this computer";
  if (!found) return "Ollama, LM Studio, llama.cpp and others, if they run here";
  if (found.length === 0) return "No server answers on this computer";
  return fresh === 0 ? "All servers that run here are in the list" : "Found on this computer";
}
