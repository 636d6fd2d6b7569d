import { Select } from "../../components/field";
import { t } from "../../i18n";
import type { ChatNames } from "../../ipc/types";
import { actions } from "../../state/actions";
import { Row } from "./section";

const NAMES: { value: ChatNames; label: string }[] = [
  { value: "local", label: t("By local models only") },
  { value: "always", label: t("By any model") },
  { value: "off", label: t("Off") },
];

/** Who names a chat, and what that costs. */
export function NamesRow({ names }: { names: ChatNames }) {
  return (
    <Row
      label={t("Name new chats")}
      hint={t(
        "One short request per chat, after its first answer, to the model that gave it. Local models cost nothing and send nothing away; others are sent, and bill, the beginning of both once more.",
      )}
    >
      <Select
        hideLabel
        label={t("Name new chats")}
        value={names}
        options={NAMES}
        onChange={(value) => {
          const chosen = NAMES.find((one) => one.value === value);
          if (chosen) void actions.saveSettings({ chat_names: chosen.value });
        }}
      />
    </Row>
  );
}
