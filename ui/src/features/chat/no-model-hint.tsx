import { Icon } from "../../components/icon";

/** The way to a model is where its name would stand, just above. */
export function NoModelHint() {
  return (
    <p className="composer-hint">
      <Icon name="key-round" size={14} />
      <span className="grow">No model yet, so nothing can be sent. What you write is kept.</span>
    </p>
  );
}
