import { Note } from "../../components/note";
import { wordsOf } from "../../components/use-answer";
import { t } from "../../i18n";
import type { NewProvider, ProviderTest } from "../../ipc/types";
import { testWords } from "../../providers/presets";
import { saidHere } from "../../providers/said-here";
import { actions } from "../../state/actions";

export type TestState =
  | { at: "none" }
  | { at: "asking" }
  | { at: "answered"; test: ProviderTest }
  | { at: "refused"; words: string };

/** Asks a provider live and tells how it went; gives what it found. */
export async function testOf(provider: NewProvider, tell: (state: TestState) => void): Promise<ProviderTest | null> {
  tell({ at: "asking" });
  try {
    const test = await actions.tryProvider(provider);
    tell({ at: "answered", test });
    return test;
  } catch (error) {
    tell({ at: "refused", words: wordsOf(error) });
    return null;
  }
}

/** How a live test went. */
export function TestNote({ state }: { state: TestState }) {
  switch (state.at) {
    case "none":
      return null;
    case "asking":
      return <Note role="status">{t("Asking the provider.")}</Note>;
    case "answered": {
      const words = testWords(state.test.latency_ms, state.test.models.length);
      return (
        <Note icon="circle-check" role="status">
          <span className="num">{words.charAt(0).toUpperCase() + words.slice(1)}.</span>
        </Note>
      );
    }
    case "refused":
      return (
        <Note kind="fail" icon="octagon-x" role="alert">
          {saidHere(state.words)}
        </Note>
      );
    default: {
      const unknown: never = state;
      return unknown;
    }
  }
}
