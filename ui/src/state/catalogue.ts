import type { ConversationId } from "../ipc/types";
import { choices } from "./choices";
import { ask, attempt, quietly } from "./connection";
import { rememberModel } from "./remembered";
import { useStore } from "./store";

/** A list of models younger than this is not asked for again by itself. */
const FRESH_MS = 5 * 60_000;

let isWantedAgain = false;

/** What the parts of the window may do with models. */
export const catalogue = {
  pickModel(conversationId: ConversationId | null, model: string): void {
    if (conversationId === null) rememberModel(model);
    // The first one that is chosen answers in other chats too, until another is.
    if (useStore.getState().settings.default_model === null) void choices.saveSettings({ default_model: model });
    useStore.setState((state) => ({
      pickedModel: { ...state.pickedModel, [conversationId ?? "new"]: model },
    }));
  },

  /** Asks every provider for its models; once more when somebody wanted it meanwhile, for there may be another provider. */
  async loadModels(): Promise<void> {
    isWantedAgain = useStore.getState().isAskingModels;
    if (isWantedAgain) return;
    useStore.setState({ isAskingModels: true });
    do {
      isWantedAgain = false;
      useStore.setState({ modelsAskedAt: Date.now() });
      const models = await attempt(ask().models());
      if (models) useStore.setState({ models });
    } while (isWantedAgain);
    useStore.setState({ isAskingModels: false });
  },

  /** Somebody is about to choose: what is known is there at once, and what is old is asked for behind it. */
  async lookAtModels(): Promise<void> {
    if (!useStore.getState().models) {
      const known = async () => {
        const models = await ask().knownModels();
        // Not over a newer answer.
        useStore.setState((state) => (state.models ? state : { models }));
      };
      await quietly(known());
    }
    if (Date.now() - useStore.getState().modelsAskedAt > FRESH_MS) await catalogue.loadModels();
  },
};
